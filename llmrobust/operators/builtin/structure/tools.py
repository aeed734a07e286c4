"""Tools, sent as `tools` or listed in the prompt: other names, other descriptions. Answers that are names follow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.operators.builtin.structure.sent_tools import described_tools, mentions, renamed_tools, sent_tools
from llmrobust.operators.operator import Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.text.fixed_pieces import fixed_pieces
from llmrobust.text.whole_words import holds_word

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
        default="tools",
        description="The examples' field with the tools, as {name, description} or in the OpenAI API's form; "
        "without it, the tools that the prompt lists as JSON.",
    )


@operator(
    "tools.rename",
    level="semantics",
    version=3,
    params=ToolParams,
    touches=("any",),
    owns=("label", "piece", "protected"),
    source=SOURCE,
    sample=SHOWN,
)
def rename(prompt: Prompt, params: ToolParams, draw: Draw) -> Iterator[Variant]:
    """Gives tools other names of the same sense: camelCase, a prefix, another verb; answers that are names follow."""
    if sent_tools(prompt):
        yield from renamed_tools(prompt, draw, _KINDS)
        return
    names = [tool["name"] for tool in _tools(prompt, draw.fields, params.field)]
    for kind, change in _KINDS:
        new = {name: change(name) for name in names}
        fresh = {old: name for old, name in new.items() if old != name}
        if not fresh or len(set(new.values())) < len(names):
            continue
        renamed = _renamed(prompt, fresh)
        if renamed is not None:
            new_prompt, used = renamed
            label_map = {old: name for old, name in used.items() if old in draw.labels}
            expected = None if draw.labels or draw.expected is None else mentions(draw.expected, used, whole=True)
            follows = expected is not None and expected != draw.expected
            yield Variant(
                new_prompt,
                kind,
                label_map,
                expected=expected if follows else None,
                relation=Relation.FOLLOWS if follows else Relation.SAME,
            )


@operator(
    "tools.describe",
    level="semantics",
    version=2,
    params=ToolParams,
    touches=("any",),
    owns=("piece", "protected"),
    source=SOURCE,
    sample=SHOWN,
)
def describe(prompt: Prompt, params: ToolParams, draw: Draw) -> Iterator[Variant]:
    """Rewords the descriptions of tools: "This tool gives ..."; or without their final full stop."""
    if sent_tools(prompt):
        yield from described_tools(prompt, _WORDINGS)
        return
    tools = _tools(prompt, draw.fields, params.field)
    said = [tool["description"] for tool in tools if isinstance(tool.get("description"), str) and tool["description"]]
    for kind, change in _WORDINGS:
        new = {text: change(text) for text in said if change(text) != text}
        new |= {json.dumps(old)[1:-1]: json.dumps(text)[1:-1] for old, text in new.items()}
        reworded = _replaced(prompt, new) if new else prompt
        if reworded != prompt:
            yield Variant(reworded, kind)


def _tools(prompt: Prompt, fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The tools that have a name: of the example's field, else those that the prompt lists as JSON.

    As {name, description}, or as the OpenAI API takes them: {type: function, function: {name, description, ...}}.
    """
    given = fields.get(name)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    found = list(_named(given if isinstance(given, list) else []))
    if found:
        return found
    for message in prompt.messages:
        text = message.text
        for start, end, kind in fixed_pieces(text):
            if kind == "JSON":
                value = json.loads(text[start:end])
                found += _named(value if isinstance(value, list) else [value])
    unique = {tool["name"]: tool for tool in found if {"description", "parameters"} & set(tool)}
    return list(unique.values())


def _named(values: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("tools"), list):
            yield from _named(value["tools"])
            continue
        tool = value.get("function", value) if isinstance(value, dict) else None
        if isinstance(tool, dict) and isinstance(tool.get("name"), str) and tool["name"]:
            yield tool


def _renamed(prompt: Prompt, names: Mapping[str, str]) -> tuple[Prompt, Mapping[str, str]] | None:
    """The prompt with every mention of a name replaced, protected ones too, and the names that were; None without any.

    A name that the prompt also says as a word ("search the web") stays: nobody can tell which of the two a mention is.
    """
    while names:
        new = _rewritten(prompt, lambda span, names=names: mentions(span.text, names, whole=span.kind == "variable"))  # type: ignore[misc]
        literal = " ".join(span.text for _, span in new.places(lambda span: span.kind != "variable"))
        words = {name for name in names if holds_word(literal, name)}
        if not words:
            return (new, names) if new != prompt else None
        names = {old: name for old, name in names.items() if old not in words}
    return None


def _replaced(prompt: Prompt, texts: Mapping[str, str]) -> Prompt:
    """The prompt with every one of the texts replaced, wherever it stands."""
    pattern = re.compile("|".join(sorted(map(re.escape, texts), key=len, reverse=True)))
    return _rewritten(prompt, lambda span: pattern.sub(lambda found: texts[found[0]], span.text))


def _rewritten(prompt: Prompt, change: Callable[[Span], str]) -> Prompt:
    """The prompt with every span rewritten; one that changes is protected no more."""
    messages = []
    for message in prompt.messages:
        new = (change(span) for span in message.spans)
        spans = (
            span if text == span.text else replace(span, text=text, protected=False)
            for span, text in zip(message.spans, new, strict=True)
        )
        messages.append(Message(message.role, tuple(spans)))
    return replace(prompt, messages=tuple(messages))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _other_verb(name: str) -> str:
    verb, mark, rest = name.partition("_")
    return f"{_VERBS.get(verb, verb)}{mark}{rest}"


def _this_tool(text: str) -> str:
    """ "Gives the weather." as "This tool gives the weather."; texts that do not begin so stay."""
    return f"This tool {text[:1].lower()}{text[1:]}" if re.match(r"[A-Z][a-z]+s\b", text) else text


_KINDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("camel", _camel),
    ("prefix", "tool_{}".format),
    ("verb", _other_verb),
)
_WORDINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("this-tool", _this_tool),
    ("bare", lambda text: text.rstrip().removesuffix(".")),
)
