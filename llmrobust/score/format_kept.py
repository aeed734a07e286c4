"""Whether answers keep to the format that a suite asks a server for: servers ignore fields that they do not know."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Protocol

from llmrobust.request import ScoredBy
from llmrobust.text.edit_script import Messages
from llmrobust.text.patterns import is_whole_match
from llmrobust.text.thoughts import without_thoughts


@dataclass(frozen=True, slots=True)
class FormatResult:
    """How many answers kept to the format. kind: "JSON", "JSON Schema", "regex", "choice" or "grammar". kept: None
    where it cannot be verified."""

    kind: str
    answers: int
    kept: int | None

    @property
    def ignored(self) -> int:
        """How many answers did not keep to it."""
        return 0 if self.kept is None else self.answers - self.kept


class Written(Protocol):
    """What a model wrote, and whether that was all."""

    @property
    def text(self) -> str: ...

    @property
    def finish_reason(self) -> str: ...

    @property
    def scored_by(self) -> ScoredBy | None: ...

    @property
    def prompt(self) -> Messages: ...


def format_result(structured: str, replies: Iterable[Written]) -> FormatResult | None:
    """How replies kept to the format of their requests; those that were cut off do not count. None without a format.

    A reply that continues an answer that the prompt has begun keeps to it alone, which is what a server enforces, or
    together with that beginning, which is the whole answer. structured: as `Request.structured`.
    """
    kind, wanted = _format(structured)
    if not kind:
        return None
    texts = [
        (without_thoughts(reply.text), _beginning(reply.prompt))
        for reply in replies
        if reply.scored_by == "text" and reply.finish_reason != "length"
    ]
    kept = 0
    for text, begun in texts:
        found = [_keeps(one, kind, wanted) for one in dict.fromkeys((begun + text, text))]
        if None in found:
            return FormatResult(kind, len(texts), None)
        kept += any(found)
    return FormatResult(kind, len(texts), kept)


def _beginning(prompt: Messages) -> str:
    """The beginning of the answer that the prompt has written for the model; usually none."""
    return prompt[-1][1] if prompt and prompt[-1][0] == "assistant" else ""


@lru_cache(maxsize=64)
def _format(structured: str) -> tuple[str, Any]:
    given = json.loads(structured) if structured else {}
    outputs, format = given.get("structured_outputs", {}), given.get("response_format", {})
    if format.get("type") == "json_object":
        return "JSON", None
    if format.get("type") == "json_schema":
        return "JSON Schema", format["json_schema"]["schema"]
    if "json" in outputs:
        return "JSON Schema", outputs["json"]
    return next(((kind, outputs[kind]) for kind in ("regex", "choice", "grammar") if kind in outputs), ("", None))


def _keeps(text: str, kind: str, wanted: Any) -> bool | None:
    """Whether a text is of the format; None where that cannot be verified."""
    if kind == "grammar":
        return None
    if kind == "choice":
        return text.strip() in wanted
    if kind == "regex":
        found = [is_whole_match(wanted, one) for one in dict.fromkeys((text, text.strip()))]
        return None if None in found else any(found)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if kind == "JSON":
        return isinstance(value, dict)
    if find_spec("jsonschema") is None:
        return None
    import jsonschema
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        validator = jsonschema.validators.validator_for(wanted)(wanted, registry=Registry())  # fetches nothing
        return bool(validator.is_valid(value))
    except (Unresolvable, RecursionError):
        return None
