"""Rankings: ids or numbers in order, and gold rankings, which may be graded."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from llmrobust.score.answer_lists import item_text, items_of, list_text, strings_of
from llmrobust.score.normalise import Reading, normalised
from llmrobust.score.structured import Unreadable, parsed
from llmrobust.suitefile.suite import AnswerSpec


def read_ranking(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The items of a ranking in order, as a JSON list; a ranking that gold grades order as well is the gold one."""
    items = items_of(text, spec.ignore_case)
    if items is None:
        return Reading(None, "the answer is not one list")
    if not items:
        return Reading(None, "the ranking is empty")
    if len(set(items)) < len(items):
        return Reading(None, "the ranking names an item twice")
    grades = gold_grades(expected, spec.ignore_case) if expected is not None else None
    if grades and set(items) == set(grades):
        found = [grades[item] for item in items]
        if found == sorted(found, reverse=True):
            return Reading(gold_ranking(expected or "", spec))
    return Reading(list_text(items))


def gold_ranking(text: str, spec: AnswerSpec) -> str | None:
    """A gold ranking in canonical form, the best first, equally good ones as they are written; None for no ranking."""
    grades = gold_grades(text, spec.ignore_case)
    return None if grades is None else list_text(sorted(grades, key=lambda item: -grades[item]))


def gold_grades(text: str, ignore_case: bool = True) -> dict[str, float] | None:
    """How good each item is: as graded by an object ({"d1": 3, "d2": 0}), or by its place in a list, the last one 1."""
    try:
        value = parsed(text)
    except (Unreadable, RecursionError):
        value = None
    if isinstance(value, dict):
        if not value or not all(isinstance(grade, Decimal) for grade in value.values()):
            return None
        return {normalised(item, ignore_case): float(grade) for item, grade in value.items()}
    texts = [item_text(item) for item in value] if isinstance(value, list) else items_of(text, ignore_case)
    if not texts or None in texts:
        return None
    items = [normalised(item, ignore_case) for item in texts if item is not None]
    return (
        {item: float(len(items) - place) for place, item in enumerate(items)} if len({*items}) == len(items) else None
    )


@lru_cache(maxsize=65536)
def ranked(answer: str | None) -> tuple[str, ...]:
    """The items of a canonical ranking; none of an answer that could not be read."""
    return strings_of(answer)
