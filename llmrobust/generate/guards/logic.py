"""A guard on the words that turn a meaning: negations, quantifiers, units, dates, orders, opposites. English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from llmrobust.generate.guards.candidate import Candidate, compared_in_english
from llmrobust.generate.guards.contrasts import NUMBER_WORDS, opposites, replaced, swapped
from llmrobust.operators.editing.protected_text import number_places
from llmrobust.operators.frozen_variants import GuardScore

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_NEGATIONS = re.compile(
    r"\b(?:not|\w+n['’]t|cannot|never|no|none|nobody|nothing|nowhere|neither|without|hardly|barely|scarcely|seldom|"
    r"rarely|unable|impossible|unlikely|improbable|fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|lack(?:s|ed|ing)?|unless|"
    r"except|far from|unlike)\b",
    re.IGNORECASE,
)
_NO_NEGATIONS = re.compile(
    r"\bor not\b|\bnot only\b|\b(?:no|not) (?:more|fewer|less|later|longer|earlier) than\b|\bno matter\b|\bno doubt\b|"
    r"\bwhy (?:not|don['’]t)\b|\bno\. ?\d|\bnothing (?:but|less|more)\b",
    re.IGNORECASE,
)
"""Words of negation that negate nothing: "whether or not", bounds, and suggestions."""
_CLASSES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"(?:{words})", re.IGNORECASE)
    for name, words in {
        "all": r"(?<!not )\b(?:all|every|everybody|everyone|everything|each|both|always|whole)\b",
        "some": r"\b(?:some|a few|several|part of|often|sometimes|one of(?! the \w+est\b))\b",
        "most": r"\b(?:most(?! \w+(?:ing|ed|ive|ous|ful|al|[ae]nt|[ai]ble|ic)\b)|mostly|usually)\b",
        "only": r"\b(?:only|solely|exclusively)\b",
        "at least": r"\b(?:at least|no fewer than|a minimum of)\b",
        "at most": r"\b(?:at most|no more than|not more than|a maximum of)\b",
        "before": r"\b(?:before|prior to|ahead of)\b",
        "after": r"\b(?:after|once)\b",
        "if": r"\b(?:if|when|provided)\b",
        "unless": r"\b(?:unless|except)\b",
        "even if": r"\b(?:even if|even when|also|too)\b",
    }.items()
}
_EXCLUSIVE = (("all", "some", "most", "at least", "at most", "only"), ("before", "after"), ("only", "even if"))
"""Classes of which one in place of another is another meaning."""
_COMPARED = re.compile(r"\b(?:\w+er|more \w+|less \w+|worse) than\b", re.IGNORECASE)


class Logic:
    """Negations, quantifiers, units, dates and orders are those of the original; no word became its opposite."""

    name = "logic"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; run on English texts whose meaning must stay."""
        return [compared_in_english(one, _difference) for one in candidates]


def _difference(old: str, new: str) -> str:
    """What turned the meaning; empty if nothing is seen."""
    turned = _turned(old, new)
    if turned:
        return turned
    there = {name for name, pattern in _CLASSES.items() if pattern.search(old)}
    here = {name for name, pattern in _CLASSES.items() if pattern.search(new)}
    for group in _EXCLUSIVE:
        gone, come = (there - here) & set(group), (here - there) & set(group)
        if gone and come:
            return f'"{min(gone)}" became "{min(come)}"'
    other = replaced(old, new)
    if other:
        return f'"{other[0]}" became "{other[1]}"'
    gone_number, new_number = _values(old) - _values(new), _values(new) - _values(old)
    if gone_number and new_number:
        return f"the number {min(gone_number)} became {min(new_number)}"
    return ""


def _turned(old: str, new: str) -> str:
    """What negations, opposites and changed sides of a comparison make of a text together.

    Each turns the meaning, and two of them turn it back ("not bad" is "good"); but two opposites alone do not.
    """
    before, after = set(_WORD.findall(old.lower())), set(_WORD.findall(new.lower()))
    pairs = swapped(before - after, after - before)
    counted = {word for words in pairs.items() for word in words}
    negated = abs(_negations(old, counted) - _negations(new, counted))
    sides = _sides_changed(old, new)
    opposite = len(set(pairs.values())) if len(pairs) > 1 else len(pairs)
    turns = opposite + negated + sides
    if pairs and (turns % 2 or not negated + sides):
        word, other = next(iter(pairs.items()))
        return f'"{word}" became its opposite "{other}"'
    if turns % 2:
        return "the sides of a comparison are swapped" if sides and not negated else "a negation is new, or gone"
    return ""


def _negations(text: str, counted: set[str]) -> int:
    """The negations of a text, without words that are counted as opposites."""
    plain = _NO_NEGATIONS.sub(" ", text)
    return sum(word.lower() not in counted for word in _NEGATIONS.findall(plain))


def _sides_changed(old: str, new: str) -> bool:
    """Whether the texts compare two things with "than", and each stands where the other one stood."""
    one, other = _sides(old), _sides(new)
    if one is None or other is None:
        return False
    (a, b), (c, d) = one, other
    return bool(a & d and b & c and not (a & c) and not (b & d))


def _sides(text: str) -> tuple[set[str], set[str]] | None:
    """The words of the nearest clause before and after a single comparison, without those of both sides."""
    found = list(_COMPARED.finditer(text))
    if len(found) != 1:
        return None
    before = re.split(r"[.,;:!?]", text[: found[0].start()])[-1]
    after = re.split(r"[.,;:!?]", text[found[0].end() :])[0]
    left, right = (set(_WORD.findall(part.lower())) - _SMALL for part in (before, after))
    return left - right, right - left


_SMALL = frozenset(
    "the a an is are was were be been it this that these those of in on at to and or do does did".split()
)


def _values(text: str) -> set[str]:
    """The numbers of a text, in digits and in words from two."""
    digits = {text[start:end] for start, end in number_places(text)}
    words = {NUMBER_WORDS[word] for word in _WORD.findall(text.lower()) if word in NUMBER_WORDS}
    return (digits | words) - {"0", "1"}


__all__ = ["Logic", "opposites"]
