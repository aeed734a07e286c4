"""`tools:` and `tool_choice:`: the functions that a model may call, in the OpenAI API's form or short."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llmrobust.suitefile.paths import project_file
from llmrobust.suitefile.suite import ToolsSpec
from llmrobust.suitefile.validation import kind_of
from llmrobust.suitefile.yaml_source import Key, Source, read_text
from llmrobust.text.phrases import did_you_mean

TOOLS: Key = ("tools",)
CHOICES = ("auto", "none", "required")
SHORT = "tools: [{name: get_weather, description: ..., parameters: {type: object, properties: ...}}]"


class BadTools(ValueError):
    """What is wrong with a list of tools; `step` is the index of the tool, None for the list."""

    def __init__(self, message: str, step: int | None = None):
        super().__init__(message)
        self.step = step


def read_tools(source: Source, root: Path, files: list[Path], prompt: Key = ("prompt",)) -> ToolsSpec | None:
    """The tools of a suite, given beside a prompt or in it; problems are noted in the source. prompt: its place."""
    raw = source.value
    inner: Any = raw
    for step in prompt:
        there = isinstance(inner, list) or step in inner
        inner = inner[step] if there else {}
    inner = inner if isinstance(inner, dict) else {}
    places: list[Key] = [()] if "tools" in raw or "tool_choice" in raw else []
    places += [prompt] if "tools" in inner or "tool_choice" in inner else []
    if not places:
        return None
    if len(places) == 2:
        source.problem("tools are given twice: under prompt and beside it", source.at_key(prompt))
        return None
    section = raw if places == [()] else inner
    key: Key = (*places[0], "tools")
    if section.get("tools") is None:
        source.problem("tool_choice needs tools", source.at_key((*places[0], "tool_choice")), SHORT)
        return None
    listed, field = _listed(source, section["tools"], key, root, files)
    choice = _choice(source, section.get("tool_choice"), (*places[0], "tool_choice"), listed)
    return ToolsSpec(json.dumps(listed, ensure_ascii=False) if listed else "", field, choice)


def _listed(
    source: Source, value: Any, key: Key, root: Path, files: list[Path]
) -> tuple[list[dict[str, Any]], str | None]:
    """The tools, and the field of the examples that has them where the suite says so."""
    at: Key = key
    if isinstance(value, dict) and set(value) == {"field"} and isinstance(value["field"], str):
        return [], value["field"]
    if isinstance(value, dict) and set(value) == {"file"} and isinstance(value["file"], str):
        at = (*key, "file")
        path = project_file(source, at, value["file"], root)
        if path is None:
            return [], None
        files.append(path)
        try:
            value = json.loads(read_text(path))
        except ValueError as error:
            source.problem(f"{value['file']} is not JSON: {error}", source.at_value(at))
            return [], None
        except RecursionError:
            source.problem(f"{value['file']} is nested too deeply", source.at_value(at))
            return [], None
        value = value.get("tools") if isinstance(value, dict) else value
    try:
        return openai_tools(value), None
    except BadTools as problem:
        place = key if problem.step is None or at != key else (*key, problem.step)
        source.problem(f"tools: {problem}", source.at_value(place if at == key else at), SHORT)
        return [], None


def openai_tools(value: Any) -> list[dict[str, Any]]:
    """A list of tools in the OpenAI API's form. Raises BadTools."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise BadTools("they are not JSON") from None
    if not isinstance(value, list) or not value:
        raise BadTools(f"must be a list of at least one tool, not {'an empty list' if value == [] else kind_of(value)}")
    found, names = [], set()
    for i, tool in enumerate(value):
        given = tool.get("function", tool) if isinstance(tool, dict) else None
        if not isinstance(given, dict) or not isinstance(given.get("name"), str) or not given["name"].strip():
            raise BadTools("each tool needs a name", i)
        if isinstance(tool, dict) and "function" in tool and tool.get("type", "function") != "function":
            raise BadTools(f"only tools of type function can be sent, not {tool['type']}", i)
        if given["name"] in names:
            raise BadTools(f'two tools are named "{given["name"]}"', i)
        parameters = given.get("parameters")
        if parameters is not None and not isinstance(parameters, dict):
            raise BadTools(f"the parameters of {given['name']} must be a JSON Schema, not {kind_of(parameters)}", i)
        names.add(given["name"])
        function = {k: v for k, v in given.items() if k != "type" or "function" in tool}
        if parameters is None:
            function["parameters"] = {"type": "object", "properties": {}}
        try:
            json.dumps(function, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise BadTools(f"{given['name']} is not JSON: {error}", i) from None
        found.append({"type": "function", "function": function})
    return found


def _choice(source: Source, value: Any, key: Key, listed: Sequence[dict[str, Any]]) -> str:
    """`tool_choice` as JSON: auto, none, required, or a tool's name, alone or in the OpenAI API's form."""
    if value is None:
        return ""
    function = value.get("function") if isinstance(value, dict) else None
    name = function.get("name") if isinstance(function, dict) else value
    if not isinstance(name, str):
        known = ", ".join(CHOICES)
        source.problem(f"tool_choice must be {known} or the name of a tool", source.at_value(key))
        return ""
    if isinstance(value, str) and value in CHOICES:
        return json.dumps(value)
    names = [tool["function"]["name"] for tool in listed]
    if names and name not in names:
        hint = did_you_mean(name, [*names, *CHOICES])
        source.problem(f'tool_choice: there is no tool "{name}"', source.at_value(key), hint)
    return json.dumps({"type": "function", "function": {"name": name}})


def call_problem(gold: str) -> str:
    """What keeps a gold answer from being a tool call, a list of them, a name, or none; empty if nothing does."""
    try:
        value = json.loads(gold)
    except ValueError:
        return "" if re.fullmatch(r"[\w.:/-]+|no call", gold.strip()) or not gold.strip() else "is not a tool call"
    if value is None or value == []:
        return ""
    for one in value if isinstance(value, list) else [value]:
        inner = one.get("function", one) if isinstance(one, dict) else None
        if not isinstance(inner, dict) or not isinstance(inner.get("name"), str):
            return "has no tool name"
        if _arguments(inner) is None:
            return "has arguments that are not an object"
    return ""


def _arguments(function: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments of a call, given as an object or as its JSON; None for anything else."""
    arguments = function.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return None
    return arguments if isinstance(arguments, dict) else None


def call_of(source: Source, value: Any, key: Key) -> tuple[str, Any, str] | None:
    """(name, arguments, id) of a call in a message's `tool_calls`; None, with a problem noted, for anything else."""
    function = value.get("function", value) if isinstance(value, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str) or not name:
        hint = "tool_calls: [{name: get_weather, arguments: {city: Oslo}}]"
        source.problem("a tool call has a name and arguments", source.at_value(key), hint)
        return None
    assert isinstance(function, dict)
    arguments = _arguments(function)
    if arguments is None:
        source.problem(f"the arguments of {name} must be an object", source.at_value(key))
        return None
    return name, arguments, str(value.get("id", ""))
