"""From a generator's reply to a text, or to the reason why there is none. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from llmrobust.generate.questions import Question
from llmrobust.request import Failure, Reply
from llmrobust.text.language import language_of
from llmrobust.text.thoughts import thoughts_unfinished, without_thoughts

_DECODER = json.JSONDecoder()
_REFUSES = re.compile(
    r"\A\W*(?:i['’]?m sorry|i am sorry|sorry|i (?:can['’]?t|cannot|won['’]?t|am unable|am not able)|as an ai)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a reply says. addition: what the model wrote, where it is put before the original; else equal to `text`."""

    text: str
    addition: str = ""
    rationale: str = ""
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a reply gives no variant."""

    reason: str


def written(question: Question, reply: Reply) -> Written | Unusable:
    """The variant of a reply."""
    if isinstance(reply, Failure):
        return Unusable(f"no reply: {reply.kind}")
    if thoughts_unfinished(reply.text):
        return Unusable("its thinking did not end")
    said = without_thoughts(reply.text).strip()
    if question.begun:
        whole = f"{question.begun}{reply.text.rstrip()}"
        values = _objects(whole)[:1] or (_objects(f'{whole}"}}')[:1] if reply.finish_reason == "stop" else [])
    else:
        values = _objects(said)
    if len(values) > 1:
        return Unusable("several JSON objects")
    value = next(iter(values), None)
    if value is None:
        if reply.finish_reason == "length":
            return Unusable("cut off at the token limit")
        return Unusable("a refusal" if _REFUSES.match(said) else "not JSON")
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        return Unusable("JSON without a text")
    if text.strip() in ("...", "the answer"):
        return Unusable("the form itself, not filled in")
    wanted = question.form_name
    kind = value.get("type", wanted)
    if kind != wanted:
        return Unusable("another type than asked for")
    answer = value.get("answer")
    if question.kind.new_gold:
        if not isinstance(answer, str | int | float) or isinstance(answer, bool) or not str(answer).strip():
            return Unusable("JSON without an answer")
        labels = question.subject.labels
        matching = [label for label in labels if label.lower() == str(answer).strip().lower()]
        if labels and not matching:
            return Unusable("an answer that is no label")
        answer = matching[0] if matching else str(answer).strip()
    else:
        answer = None
    if question.asks_for_pivot:
        wrong = _not_translated(question, text)
        if wrong:
            return Unusable(wrong)
    rationale = value.get("rationale")
    body = _as_original(text, question.subject.text)
    whole = f"{body.strip()} {question.subject.text}" if question.kind.adds else body
    return Written(whole, body, rationale.strip() if isinstance(rationale, str) else "", answer)


def _not_translated(question: Question, text: str) -> str:
    """Why a text is no translation into the language that was asked for; empty if nothing is seen."""
    language = language_of([text])
    if " ".join(text.split()).lower() == " ".join(question.subject.text.split()).lower():
        return "the original instead of its translation"
    if language and language != question.subtype:
        return f'a translation into "{language}" instead of "{question.subtype}"'
    return ""


def _as_original(text: str, original: str) -> str:
    """The text with the white space around it that the original has."""
    head = original[: len(original) - len(original.lstrip())]
    tail = original[len(original.rstrip()) :]
    return f"{head}{text.strip()}{tail}"


def _objects(text: str) -> list[dict[str, object]]:
    """The JSON objects in a text, in a fence or among other words, equal ones once."""
    found: list[dict[str, object]] = []
    at = text.find("{")
    while at >= 0:
        end = at + 1
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and value not in found:
            found.append(value)
        at = text.find("{", end)
    return found
