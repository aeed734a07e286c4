"""Prompts with tools: sent beside the messages, listed as bullets, or listed as JSON in the system prompt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from llmrobust.operators import Sample
from tools.reading.files import Row, raw

FILE = Path(__file__).with_name("tools.yaml")
WAYS = ("sent", "listed", "json")
_LISTED = (
    "{% instruction %}Name the tool to call for the request.{% endinstruction %}\nTools:\n"
    "{% for tool in tools %}- {{ tool.name }}: {{ tool.description }}\n{% endfor %}\nRequest: {{ request }}\nTool:"
)


def tool_rows(data: Path) -> list[Row]:
    """Every set of tools in every way that prompts give them."""
    sets = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    rows = []
    for one in [*sets, *_promptfoo(data)]:
        functions = [_function(tool) for tool in one["tools"]]
        names = tuple(tool["name"] for tool in functions)
        for way in WAYS:
            fields: dict[str, Any] = {"request": one["request"]}
            system = one.get("system", "")
            if way == "sent":
                made = Sample(fields, "{{ request }}", (), system=system, tools=tuple(functions))
            elif way == "listed":
                fields["tools"] = functions
                made = Sample(fields, _LISTED, names, expected=one["call"], system=system)
            else:
                told = json.dumps([{"type": "function", "function": tool} for tool in functions])
                system = f"{system or 'You call functions.'}\n\nFunctions:\n{told}"
                made = Sample(fields, "{{ request }}", (), expected=one["call"], system=raw(system))
            rows.append((f"tools-{way}/{one['name']}", made))
    return rows


def _promptfoo(data: Path) -> list[dict[str, Any]]:
    """The tools that promptfoo publishes among its examples."""
    asked = {"get_weather": "What is the weather in Lyon?", "book_flight": "Book me on HAT123 in economy, one bag."}
    rows = []
    for line in (data / "prompts" / "promptfoo.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "tools":
            functions = [tool["function"] for tool in row["prompt"]]
            first = functions[0]["name"]
            rows.append({"name": first, "tools": functions, "request": asked[first], "call": first})
    return rows


def _function(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as the OpenAI API takes it, from {name, description, arguments: {name: description}}."""
    if "arguments" not in tool:
        return tool
    properties = {key: {"type": "string", "description": said} for key, said in tool["arguments"].items()}
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": tool["name"], "description": tool["description"], "parameters": parameters}
