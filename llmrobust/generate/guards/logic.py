"""A guard on the small words that turn a meaning: negations, quantifiers, orders, opposites. English, by word lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from llmrobust.generate.guards.candidate import Candidate, failed, not_run, passed
from llmrobust.operators.frozen_variants import GuardScore
from llmrobust.operators.lexicons import read_lexicon

_LOGIC = "llmrobust.operators.builtin.logic"
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_NEGATIONS = re.compile(
    r"\b(?:not|\w+n['’]t|cannot|never|no|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely|seldom|"
    r"rarely|unable|fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|lack(?:s|ed|ing)?|unless|except|far from|unlike)\b",
    re.IGNORECASE,
)
_CLASSES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "all": "all|every|everybody|everyone|everything|each|both|always|whole",
        "some": "some|a few|several|part of|often|sometimes|one of",
        "most": "most|mostly|usually",
        "only": "only|solely|exclusively",
        "at least": "at least|no fewer than|a minimum of",
        "at most": "at most|no more than|a maximum of",
        "before": "before|prior to",
        "after": "after|once",
        "if": "if|when|provided",
        "unless": "unless|except",
        "even if": "even if|even when|also",
    }.items()
}
_EXCLUSIVE = (("all", "some", "most", "at least", "at most", "only"), ("before", "after"), ("only", "even if"))
"""Classes of which one in place of another is another meaning."""


class Logic:
    """Negations, quantifiers and orders of the original are those of the variant, and no word became its opposite."""

    name = "logic"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; run on English texts whose meaning must stay."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        if one.subject.language != "en":
            return not_run("it knows English only")
        if not one.stays:
            return not_run("the kind may change the meaning, or adds text")
        why = _difference(one.subject.text, one.text)
        return failed(why) if why else passed()


def _difference(old: str, new: str) -> str:
    """What turned the meaning; empty if nothing is seen."""
    before, after = set(_WORD.findall(old.lower())), set(_WORD.findall(new.lower()))
    lost, won = before - after, after - before
    swapped = [(word, other) for word in sorted(lost) for other in opposites().get(word, ()) if other in won]
    counted = {word for words in swapped for word in words}
    turns = len(dict(swapped)) + _negations(old, counted) - _negations(new, counted)
    if turns % 2 and swapped:
        return f'"{swapped[0][0]}" became its opposite "{swapped[0][1]}"'
    if turns % 2:
        return "a negation is new, or gone"
    there = {name for name, pattern in _CLASSES.items() if pattern.search(old)}
    here = {name for name, pattern in _CLASSES.items() if pattern.search(new)}
    for group in _EXCLUSIVE:
        gone, come = (there - here) & set(group), (here - there) & set(group)
        if gone and come:
            return f'"{min(gone)}" became "{min(come)}"'
    return ""


def _negations(text: str, counted: set[str]) -> int:
    """The negations of a text, without words that are counted as opposites."""
    return sum(word.lower() not in counted for word in _NEGATIONS.findall(text))


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """From a word to its opposites, both ways; regular forms of verbs and nouns included."""
    found: dict[str, set[str]] = {}
    for word, other, *_ in (*read_lexicon(_LOGIC, "opposites"), *read_lexicon(_LOGIC, "wordnet_opposites")):
        for one, two in ((word, other), *zip(_forms(word), _forms(other), strict=True)):
            found.setdefault(one, set()).add(two)
            found.setdefault(two, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _forms(word: str) -> tuple[str, ...]:
    """Regular forms: third person or plural, past, comparative, superlative."""
    stem = word.removesuffix("e")
    return (f"{word}s", f"{stem}ed", f"{stem}er", f"{stem}est")
