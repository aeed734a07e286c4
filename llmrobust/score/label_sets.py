"""Sets of labels: several of them, in any order, or none."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from llmrobust.score.answer_lists import items_of, list_text, strings_of, turned_down, without_explanation
from llmrobust.score.frames import unframed
from llmrobust.score.normalise import Reading, normalised
from llmrobust.suitefile.suite import AnswerSpec

_NONE = frozenset(("none", "no labels", "no label", "none of them", "[]", "nothing"))


def read_labels(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The labels of an answer as a sorted JSON list, each once.

    Of a closed set (`classes`) every item must be one; without it any list is a set of labels. "none" is the empty set,
    unless it is a label.
    """
    text = unframed(text)
    known = {normalised(label, spec.ignore_case) for label in spec.classes}
    plain = normalised(without_explanation(text), spec.ignore_case)
    lead, _, rest = plain.rpartition(":")
    bare = rest.strip() if ":" not in lead and not turned_down(lead) else plain
    if bare in known and not text.rstrip(" \n\t*_`\"'").endswith("?"):
        return Reading(list_text([bare]))
    if (bare in _NONE or text.strip() == "[]") and bare not in known:
        return Reading("[]")
    if text.rstrip(" \n\t*_`\"'").endswith("?"):
        return Reading(None, "the answer is a question")
    items = items_of(text, spec.ignore_case, remarks=False)
    items = _joined(bare, known) if items is None else items
    if items is None:
        if not known and len(plain.split()) == 1:
            return Reading(list_text([plain]))
        return Reading(None, "the answer is not one list of labels")
    if set(items) <= _NONE - known:
        return Reading("[]")
    foreign = sorted(set(items) - known) if known else []
    if foreign:
        return Reading(None, f"the answer contains {foreign[0][:40]!r}, which is none of the labels")
    return Reading(list_text(sorted(set(items))))


def _joined(plain: str, known: Set[str]) -> list[str] | None:
    """The labels of a closed set that "and" joins; None where there is anything else."""
    pieces = [piece.strip() for piece in re.split(r",\s*and\s|\band\b|[,&]", plain)]
    return pieces if set(pieces) <= known else None


def gold_labels(text: str, spec: AnswerSpec) -> str | None:
    """A gold set of labels in canonical form; None where it is none."""
    return read_labels(text, spec, None).answer


@lru_cache(maxsize=65536)
def label_set(answer: str | None) -> frozenset[str]:
    """The labels of a canonical answer; none of one that could not be read."""
    return frozenset(strings_of(answer))
