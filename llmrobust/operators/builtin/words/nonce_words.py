"""Words that mean nothing, in the place of a text's nouns: one for each noun, in its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from llmrobust.operators.builtin.words.fitting import is_a_noun, is_in_a_compound, word_after, word_before
from llmrobust.operators.builtin.words.hypernyms_and_idioms import COMMON_NOUNS, HYPERNYMS, HYPONYMS, NONCE
from llmrobust.operators.builtin.words.morphology import plural
from llmrobust.operators.operator import Draw
from llmrobust.prompt.spans import Prompt

_WORD = re.compile(r"[\w-]+")
_MEASURES = frozenset(
    "second minute hour day week month year decade century morning afternoon evening night weekday weekend mile meter "
    "metre kilometer kilometre inch foot yard gallon liter litre pint quart ounce pound gram kilogram ton cup teaspoon "
    "tablespoon cent dollar euro penny dime nickel quarter percent degree number amount time times dozen half page "
    "monday tuesday wednesday thursday friday saturday sunday summer winter spring autumn".split()
)
"""Units and times, which a text counts in."""
_MANY = frozenset("police clothes trousers jeans scissors".split())
"""Nouns that are plurals in the form of a singular, or have none."""
_PORTIONS = frozenset(
    "piece part bit kind sort type group set pair lot couple majority box bag bunch slice row".split()
)
"""What is a portion or a kind of what "of" names after it."""


class NonceWords(Mapping[str, str]):
    """From a noun to the nonce word that a draw assigns to it: another one for each noun of a prompt."""

    def __init__(self, draw: Draw, prompt: Prompt):
        said = " ".join(span.text for _, span in prompt.places()).lower()
        self._assigned: dict[str, str] = {}
        free = [word for word in NONCE if word not in said]
        for noun in dict.fromkeys(filter(None, map(noun_of, _WORD.findall(said)))):
            if free:
                self._assigned[noun] = draw.stream("nonce", noun).choice(free)
                free.remove(self._assigned[noun])

    def __getitem__(self, noun: str) -> str:
        one = _nouns()[noun]
        new = self._assigned[one]
        return new if noun == one else plural(new)

    def __iter__(self) -> Iterator[str]:
        return iter(_nouns())

    def __len__(self) -> int:
        return len(_nouns())

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether a noun has a word here: a thing that is counted or named, and no unit or portion of others."""
        noun = noun_of(text[start:end].lower())
        portion = noun in _PORTIONS and word_after(text, end).lower() == "of"
        compared = word_before(text, start) in ("per", "how")
        return noun in self._assigned and not portion and not compared and _stands_alone(text, start, end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not is_in_a_compound(text, start, end) and is_a_noun(text, start, end)


def noun_of(form: str) -> str | None:
    """The noun that a word is the singular or the plural of; None for other words."""
    return _nouns().get(form)


@cache
def _nouns() -> Mapping[str, str]:
    """From nouns and their plurals to the nouns, but for those whose plural is the same."""
    known = {noun for noun in (*COMMON_NOUNS, *HYPERNYMS, *HYPONYMS) if " " not in noun}
    nouns = known - set(map(plural, known))
    return {form: noun for noun in sorted(nouns - _MEASURES - _MANY) for form in (noun, plural(noun))}
