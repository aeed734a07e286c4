"""Slots and their values: from JSON objects, or from tokens with BIO tags."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from llmrobust.score.frames import without_fence
from llmrobust.score.normalise import Reading, normalised
from llmrobust.score.number import canonical_number
from llmrobust.score.structured import Unreadable, json_value
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.late_patterns import late_pattern

Pair = tuple[str, str]
_TAG = late_pattern(r"O|[BIESLU]-[^\s]+")
_LINE = late_pattern(r"\s*(\S+)(?:\s+|/)(O|[BIESLU]-\S+)\s*")
_TOKEN = late_pattern(r"(\S+)/(O|[BIESLU]-\S+)(?:\s+|$)")
_REASON = "the answer is neither a JSON object of slots nor tokens with BIO tags"


def read_slots(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The slots of an answer as a sorted JSON list of [slot, value] pairs.

    A JSON object of slots (lists for several values, null for none), {"tokens": [...], "tags": [...]}, a list of
    [token, tag] pairs, of [slot, value] pairs, or lines or words `token TAG`, `token/TAG`.
    """
    pairs = _of_json(text)
    if pairs is None:
        pairs = _of_tagged_text(without_fence(text))
    if pairs is None:
        return Reading(None, _REASON)
    plain = sorted((normalised(slot, True), normalised(value, spec.ignore_case)) for slot, value in pairs)
    return Reading(json.dumps(plain, ensure_ascii=False))


def gold_slots(text: str, spec: AnswerSpec) -> str | None:
    """Gold slots in canonical form; None where they are none."""
    return read_slots(text, spec, None).answer


@lru_cache(maxsize=65536)
def slot_pairs(answer: str | None) -> tuple[Pair, ...]:
    """The pairs of a canonical answer; none of one that could not be read."""
    try:
        return tuple((slot, value) for slot, value in json.loads(answer or "[]"))
    except (ValueError, TypeError):
        return ()


def tagged_slots(tokens: Sequence[str], tags: Sequence[str]) -> list[Pair]:
    """The slots that BIO tags (also BIOES and BILOU) mark, with the words between them joined by spaces.

    A tag I-x that continues no slot x begins one, as in the CoNLL evaluation script.
    """
    found: list[tuple[str, list[str]]] = []
    open_slot = ""
    for token, tag in zip(tokens, tags, strict=True):
        kind, _, slot = tag.partition("-")
        if kind == "O":
            open_slot = ""
            continue
        if kind in "BSU" or slot != open_slot:
            found.append((slot, []))
        found[-1][1].append(token)
        open_slot = "" if kind in "SUEL" else slot
    return [(slot, " ".join(words)) for slot, words in found]


def _of_json(text: str) -> list[Pair] | None:
    try:
        value = json_value(text)
    except (Unreadable, RecursionError):
        return None
    if isinstance(value, dict):
        tokens, tags = value.get("tokens"), value.get("tags")
        if isinstance(tokens, list) and isinstance(tags, list):
            return _tagged(list(zip(tokens, tags, strict=False))) if len(tokens) == len(tags) else None
        return _of_object(value)
    if isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 for one in value):
        pairs = [(first, second) for first, second in value]
        tagged = _tagged(pairs)
        if tagged is None and all(isinstance(part, str) for pair in pairs for part in pair):
            return pairs
        return tagged
    return None


def _tagged(pairs: Sequence[tuple[Any, Any]]) -> list[Pair] | None:
    if not all(isinstance(token, str) and isinstance(tag, str) and _TAG.fullmatch(tag) for token, tag in pairs):
        return None
    return tagged_slots([token for token, _ in pairs], [tag for _, tag in pairs])


def _of_object(value: dict[str, Any]) -> list[Pair] | None:
    found = []
    for slot, inner in value.items():
        for one in inner if isinstance(inner, list) else [inner]:
            plain = canonical_number(one) if isinstance(one, Decimal) else one
            if isinstance(plain, bool):
                plain = str(plain).lower()
            if plain is None or plain == "":
                continue
            if not isinstance(plain, str):
                return None
            found.append((slot, plain))
    return found


def _of_tagged_text(text: str) -> list[Pair] | None:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    parts = [_LINE.fullmatch(line) for line in lines]
    if parts and all(parts):
        return _tagged([(found[1], found[2]) for found in parts if found is not None])
    words = list(_TOKEN.finditer(text.strip() + " "))
    if words and "".join(found.group() for found in words).split() == text.split():
        return _tagged([(found[1], found[2]) for found in words])
    return None
