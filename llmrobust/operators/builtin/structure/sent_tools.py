"""Tools that are sent as `tools`: renamed, reworded, in another order, with an irrelevant one among them.

Only names, descriptions and order change. A renamed tool is renamed in `tool_choice`, in earlier calls, and where the
messages name it; the answer is compared under its first name (`label_map`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.chat_messages import CALLS, TOOL_CHOICE, TOOLS
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt, Span

Kinds = Sequence[tuple[str, Callable[[str], str]]]
SOURCE = (
    "function calling with tools that are not needed (Berkeley Function-Calling Leaderboard); kind made for llmrobust"
)
SHOWN = Sample(
    {"question": "How warm is it in Oslo?"},
    "{{ question }}\n",
    (),
    tools=(
        {"name": "get_weather", "description": "Gives the weather of a city."},
        {"name": "send_mail", "description": "Sends a mail."},
    ),
)
_LONGEST = 420
"""Characters of the longest irrelevant tool as JSON, and of what joins it to the others."""


def _tool(name: str, description: str, **arguments: str) -> dict[str, Any]:
    properties = {key: {"type": "string", "description": said} for key, said in arguments.items()}
    parameters = {"type": "object", "properties": properties, "required": list(arguments)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


IRRELEVANT = (
    _tool("tune_piano", "Tunes a piano to a reference pitch.", pitch="Reference pitch, such as 440 Hz"),
    _tool("water_plants", "Waters the plants in a greenhouse.", greenhouse="Name of the greenhouse"),
    _tool(
        "identify_mushroom", "Identifies a mushroom by its cap and its smell.", cap="Colour of the cap", smell="Smell"
    ),
    _tool("rotate_telescope", "Points a telescope at a star.", star="Name of the star"),
    _tool("brew_kombucha", "Starts a batch of kombucha.", tea="Kind of tea"),
    _tool("shear_sheep", "Books a shearer for a flock of sheep.", flock="Number of the flock"),
    _tool("fold_origami", "Shows how to fold a figure out of paper.", figure="Name of the figure"),
    _tool("calibrate_seismograph", "Calibrates a seismograph.", station="Code of the station"),
)


class OrderParams(Params):
    """Parameters of `tools.order`."""

    samples: int = Field(
        default=1, ge=1, le=20, description="Orders of each prompt's tools; the first one is reversed."
    )


class IrrelevantParams(Params):
    """Parameters of `tools.irrelevant`."""

    count: int = Field(default=1, ge=1, le=len(IRRELEVANT), description="Tools that are added.")
    samples: int = Field(default=1, ge=1, le=20, description="Variants of each prompt.")


@operator(
    "tools.order",
    level="format",
    params=OrderParams,
    touches=("any",),
    owns=("piece", "protected"),
    languages=("*",),
    source=SOURCE,
    sample=SHOWN,
)
def order(prompt: Prompt, params: OrderParams, draw: Draw) -> Iterator[Variant]:
    """Sends the tools in another order."""
    tools = sent_tools(prompt)
    if len(tools) < 2:
        return
    made: list[list[dict[str, Any]]] = [tools]
    for sample in range(params.samples):
        new = tools[::-1] if sample == 0 else draw.stream("order", sample).sample(tools, len(tools))
        if new not in made:
            made.append(new)
            yield Variant(with_tools(prompt, new), "reversed" if sample == 0 else str(sample))


@operator(
    "tools.irrelevant",
    level="context",
    params=IrrelevantParams,
    touches=("any",),
    owns=("piece", "protected"),
    at_most=AtMost(1, lambda params: params.count * _LONGEST),
    source=SOURCE,
    sample=SHOWN,
)
def irrelevant(prompt: Prompt, params: IrrelevantParams, draw: Draw) -> Iterator[Variant]:
    """Adds a tool that has nothing to do with the question, at a random place."""
    tools = sent_tools(prompt)
    if not tools:
        return
    text = " ".join(message.text for message in prompt.messages).lower()
    pool = [tool for tool in IRRELEVANT if not any(word in text for word in _words(tool["function"]))]
    for sample in range(params.samples):
        stream = draw.stream("irrelevant", sample)
        new = list(tools)
        for tool in stream.sample(pool, min(params.count, len(pool))):
            new.insert(stream.below(len(new) + 1), tool)
        if new != tools:
            yield Variant(with_tools(prompt, new), str(sample))


def _words(function: Mapping[str, Any]) -> list[str]:
    """What a tool is about: the words of its name, and the longer ones of its description."""
    return [*function["name"].split("_"), *re.findall(r"[a-z]{4,}", function["description"].lower())]


def renamed_tools(prompt: Prompt, draw: Draw, kinds: Kinds) -> Iterator[Variant]:
    """A variant a kind of name. The answer keeps its name in the suite where it is a call; other answers follow."""
    tools = sent_tools(prompt)
    names = [str(tool["function"]["name"]) for tool in tools]
    for kind, change in kinds:
        new = {name: change(name) for name in names}
        fresh = {old: name for old, name in new.items() if old != name}
        if not fresh or len(set(new.values())) < len(names):
            continue
        listed = [{**tool, "function": _renamed_function(tool["function"], new)} for tool in tools]
        messages = [_renamed(message, fresh) for message in with_tools(prompt, listed).messages]
        is_call = draw.check == "tool_call"
        expected = (
            None if is_call or draw.labels or draw.expected is None else mentions(draw.expected, fresh, whole=True)
        )
        follows = expected is not None and expected != draw.expected
        yield Variant(
            replace(prompt, messages=tuple(messages)),
            kind,
            {old: name for old, name in fresh.items() if is_call or old in draw.labels},
            expected=expected if follows else None,
            relation=Relation.FOLLOWS if follows else Relation.SAME,
        )


def described_tools(prompt: Prompt, wordings: Kinds) -> Iterator[Variant]:
    """A variant a wording of the descriptions."""
    tools = sent_tools(prompt)
    for kind, change in wordings:
        new = []
        for tool in tools:
            function = tool["function"]
            said = function.get("description")
            changed = {**function, "description": change(said)} if isinstance(said, str) and said else function
            new.append({**tool, "function": changed})
        if new != tools:
            yield Variant(with_tools(prompt, new), kind)


def sent_tools(prompt: Prompt) -> list[dict[str, Any]]:
    """The tools that are sent beside the messages, in the OpenAI API's form; empty without any."""
    first = prompt.messages[0] if prompt.messages else None
    found: list[dict[str, Any]] = json.loads(first.text) if first is not None and first.role == TOOLS else []
    return found


def with_tools(prompt: Prompt, tools: Sequence[Mapping[str, Any]]) -> Prompt:
    """The prompt with these tools in place of its own."""
    span = replace(prompt.messages[0].spans[0], text=json.dumps(list(tools), ensure_ascii=False))
    return replace(prompt, messages=(Message(TOOLS, (span,)), *prompt.messages[1:]))


def _renamed_function(function: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    said = function.get("description")
    changed = {"description": mentions(said, names)} if isinstance(said, str) else {}
    return {**function, "name": names[str(function["name"])], **changed}


def _renamed(message: Message, names: Mapping[str, str]) -> Message:
    """A message with the new names, in calls, in `tool_choice`, and where its text mentions them."""
    if message.role == TOOLS:
        return message
    spans = []
    for span in message.spans:
        named = message.role in (TOOL_CHOICE, CALLS) and span.protected
        text = _as_values(span.text, names) if named else mentions(span.text, names)
        spans.append(span if text == span.text else _saying(span, text, named))
    return Message(message.role, tuple(spans))


def _saying(span: Span, text: str, protected: bool) -> Span:
    return replace(span, text=text, protected=protected)


def _as_values(text: str, names: Mapping[str, str]) -> str:
    written = {json.dumps(old, ensure_ascii=False): json.dumps(new, ensure_ascii=False) for old, new in names.items()}
    pattern = re.compile(rf'("name":\s*)({"|".join(map(re.escape, written))})')
    return pattern.sub(lambda found: found[1] + written[found[2]], text)


def mentions(text: str, names: Mapping[str, str], *, whole: bool = False) -> str:
    """The text with every name that can only be a name. A tool called "search" leaves "search the web" alone.

    That is one with an underscore, a hyphen, a digit or a capital within; any other one in backticks or quotes, at the
    beginning of a line of a list ("- search: ..."), before an opening bracket ("search(...)"), or in a list in brackets
    ("one of [search, fetch]"). whole: also where it is all that the text says.
    """
    if whole and text.strip() in names:
        return text.replace(text.strip(), names[text.strip()])
    sure = [name for name in names if re.search(r"[_\d-]|[a-z][A-Z]", name)]
    text = _whole(sure).sub(lambda found: names[found[0]], text) if sure else text
    rest = [name for name in names if name not in sure]
    if not rest:
        return text
    any_of = _whole(rest).pattern
    text = re.sub(rf"(?<=[`\"']){any_of}(?=[`\"'])", lambda found: names[found[0]], text)
    text = re.sub(rf"{any_of}(?=\()", lambda found: names[found[0]], text)
    text = re.sub(
        rf"(?m)^([ \t]*(?:[-*•]|\d+[.)])[ \t]+\**)({any_of})(?=\**[ \t]*(?:[:(]|[–—-] ))",
        lambda found: found[1] + names[found[2]],
        text,
    )
    return re.sub(r"\[[\w\s,.-]+\]", lambda listed: _whole(rest).sub(lambda found: names[found[0]], listed[0]), text)


def _whole(names: Sequence[str]) -> re.Pattern[str]:
    """One of the names, as a whole word."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![\w-])")
