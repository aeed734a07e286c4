"""Tools that a prompt lists: other names, other descriptions, another order. Answers that are names follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.operators.operator import Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt

SOURCE = "names and descriptions of tools in function calling; kind made for llmrobust"
_VERBS = dict(
    pair.split("=")
    for pair in (
        "get=fetch fetch=get search=find find=search create=make make=create delete=remove remove=delete send=dispatch "
        "list=show update=change calculate=compute compute=calculate book=reserve lookup=find convert=transform"
    ).split()
)
SHOWN = Sample(
    {
        "question": "How warm is it in Oslo?",
        "tools": [
            {"name": "get_weather", "description": "Gives the weather of a city."},
            {"name": "send_mail", "description": "Sends a mail."},
        ],
    },
    "{% instruction %}Name the tool to call.{% endinstruction %}\n{% for tool in tools %}- {{ tool.name }}: "
    "{{ tool.description }}\n{% endfor %}Question: {{ question }}\nTool:\n",
    ("get_weather", "send_mail"),
)


class ToolParams(Params):
    """Parameters of operators on tools."""

    field: str = Field(
        default="tools", description="The examples' field with the tools: a list of {name, description}."
    )


@operator(
    "tools.rename", level="semantics", params=ToolParams, touches=("any",), owns=("label",), source=SOURCE, sample=SHOWN
)
def rename(prompt: Prompt, params: ToolParams, draw: Draw) -> Iterator[Variant]:
    """Gives tools other names of the same sense: camelCase, a prefix, another verb; answers that are names follow."""
    names = [tool["name"] for tool in _tools(draw.fields, params.field)]
    for kind, change in (("camel", _camel), ("prefix", "tool_{}".format), ("verb", _other_verb)):
        new = {name: change(name) for name in names}
        fresh = {old: name for old, name in new.items() if old != name}
        if not fresh or len(set(new.values())) < len(names):
            continue
        renamed = _renamed(prompt, fresh)
        if renamed is not None:
            label_map = {old: name for old, name in fresh.items() if old in draw.labels}
            yield Variant(renamed, kind, label_map, relation=Relation.SAME)


@operator(
    "tools.describe", level="semantics", params=ToolParams, touches=("input", "text"), source=SOURCE, sample=SHOWN
)
def describe(prompt: Prompt, params: ToolParams, draw: Draw) -> Iterator[Variant]:
    """Rewords the descriptions of tools: "This tool gives ..."; or without their final full stop."""
    said = [tool["description"] for tool in _tools(draw.fields, params.field) if tool.get("description")]
    for kind, change in (("this-tool", _this_tool), ("bare", lambda text: text.rstrip().removesuffix("."))):
        new = {text: change(text) for text in said if change(text) != text}
        places = {
            place: new[span.text]
            for place, span in prompt.places(lambda span: not span.protected and span.kind == "variable")
            if span.text in new
        }
        if places:
            yield Variant(prompt.with_texts(places), kind)


def _tools(fields: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """The example's tools that have a name; none where the field holds something else."""
    given = fields.get(name)
    tools = given if isinstance(given, list) else []
    return [tool for tool in tools if isinstance(tool, dict) and isinstance(tool.get("name"), str) and tool["name"]]


def _renamed(prompt: Prompt, names: Mapping[str, str]) -> Prompt | None:
    """The prompt with every mention of a name replaced, protected ones too; None where there is none."""
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![\w-])")
    messages = tuple(
        Message(
            message.role,
            tuple(span.saying(pattern.sub(lambda found: names[found[0]], span.text)) for span in message.spans),
        )
        for message in prompt.messages
    )
    new = replace(prompt, messages=messages)
    return new if new != prompt else None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _other_verb(name: str) -> str:
    verb, mark, rest = name.partition("_")
    return f"{_VERBS.get(verb, verb)}{mark}{rest}"


def _this_tool(text: str) -> str:
    """ "Gives the weather." as "This tool gives the weather."; texts that do not begin so stay."""
    return f"This tool {text[:1].lower()}{text[1:]}" if re.match(r"[A-Z][a-z]+s\b", text) else text
