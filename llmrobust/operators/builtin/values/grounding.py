"""Whether a prompt itself answers its question, so that a name or place in it may become another.

The capital of Australia is not the capital of Denmark: what a question asks of the world stays. What a text relates may
be told of others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.operator import Draw
from llmrobust.prompt.spans import Prompt, Span

_YES_NO = frozenset(
    "yes no true false maybe unknown right wrong correct incorrect supported refuted entailment neutral "
    "contradiction".split()
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]m|I['’]ve|I['’]d|my|me|we|our|us)\b")
_SETS_UP = re.compile(r"\bif\b|\bgiven\b|\bsuppose\b|\d", re.IGNORECASE)
_CONTEXT = frozenset(
    "context passage document documents article story paragraph paragraphs background evidence source".split()
)


class Grounds:
    """What of a prompt's inputs tells something, and what only asks."""

    def __init__(self, prompt: Prompt, draw: Draw):
        self._draw = draw
        spans = [span for _, span in prompt.places(is_input)]
        self.inputs = [span.text for span in spans]
        self._whole = "\n".join(span.text for _, span in prompt.places(_is_of_an_input))
        self._context = "\n".join(span.text for span in spans if _is_context(span))
        parts = [(part.strip(), span) for span in spans for part in sentences(span.text)]
        self._told = "\n".join(
            part for part, span in parts if _is_context(span) or (not part.endswith("?") and " " in part)
        )
        self._asked = [part for part, span in parts if part.endswith("?") and not _is_context(span)]
        labels = {label.lower() for label in draw.labels}
        options = any(span.kind in ("choices", "enumerator") for _, span in prompt.places())
        self._options = options or (bool(labels) and all(len(label) == 1 for label in labels))
        self._judged = bool(labels & _YES_NO)
        self._sorted = bool(labels) and not self._options and not self._judged

    def tells_of(self, name: str) -> bool:
        """Whether the inputs tell something of a person, rather than ask who that is."""
        return self._sorted or self._set_up(name) or _said(name, self._told)

    def answers_about(self, name: str) -> bool:
        """Whether the inputs tell all that is asked about a place, an organisation or the like.

        In a context beside the question; for a label that sorts the text; for an answer that stands in the
        inputs, or that is a number; without a known answer, for what a customer says about themselves.
        """
        if _said(name, self._context):
            return True
        if self._options or self._judged:
            return False
        if self._sorted:
            return True
        told = _said(name, self._told) or self._set_up(name)
        gold = self._draw.expected
        if gold is None:
            return told
        is_number = re.fullmatch(r"[-+$£€]?\d[\d,.]*\s?%?", gold.strip()) is not None
        value = _json_of(gold)
        return told and (
            is_number or all(_said(one, self._whole) for one in _said_by(gold if value is None else value))
        )

    def _set_up(self, name: str) -> bool:
        """Whether a question names it that sets up a problem of its own, or that people ask about themselves."""
        own = self._draw.expected is None or re.search(r"\d", self._draw.expected) is not None
        return own and any(
            _said(name, part) and (_SETS_UP.search(part) or _FIRST_PERSON.search(part)) for part in self._asked
        )


def is_input(span: Span) -> bool:
    """Whether a span holds what an example says: a variable, or text of a context or demonstration."""
    return not span.protected and _is_of_an_input(span)


def _is_of_an_input(span: Span) -> bool:
    """The same, or a piece of it that is protected."""
    if span.kind in ("choices", "enumerator") or re.fullmatch(r"options\.\d+|loop\.\w+", span.name):
        return False
    return span.kind == "variable" or span.region.split(":")[0] in ("context", "example")


def moved_gold(expected: str, renamed: Callable[[str], str]) -> str:
    """The gold answer with names replaced; in JSON only in its values, not in keys."""
    value = _json_of(expected)
    if value is None:
        return renamed(expected)
    moved = _in_values(value, renamed)
    return expected if moved == value else json.dumps(moved, ensure_ascii=False)


def _json_of(answer: str) -> object:
    """The object or list that an answer is in JSON; None for plain text."""
    if answer.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(answer)
    except ValueError:
        return None


def _said_by(answer: object) -> Iterator[str]:
    """What an answer says: the values in it where it is JSON, or all of it."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list):
        for one in answer:
            yield from _said_by(one)
    else:
        yield str(answer).strip()


def _in_values(value: object, renamed: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return renamed(value)
    if isinstance(value, list):
        return [_in_values(item, renamed) for item in value]
    if isinstance(value, dict):
        return {key: _in_values(item, renamed) for key, item in value.items()}
    return value


def _said(name: str, text: str) -> bool:
    whole = f"[Tt]{re.escape(name[1:])}" if name.startswith("the ") else re.escape(name)
    return bool(name) and re.search(rf"(?<!\w){whole}(?!\w)", text) is not None


def _is_context(span: Span) -> bool:
    return span.region.split(":")[0] == "context" or bool(_CONTEXT & set(span.name.lower().split(".")))
