"""Typing errors in the mix, at the places and over the distances that studies of typing report.

How often each kind is: Dhakal et al. 2018 (CHI, "Observations on Typing from 136 Million Keystrokes", table 3)
count 1.65 substitutions, 0.80 omissions and 0.67 insertions in a hundred characters typed, and find 1.17 of a
hundred left in what is sent. They do not separate transpositions from the rest; their share here, an eighth, is set for
llmrobust. Which key: 58 % of substitutions hit a key next to the right one, and most insertions are such a key
struck with it (Grudin 1983, "Error patterns in novice and skilled transcription typing", as summed up by Kukich
1992, ACM Computing Surveys 24(4)). Where: first letters are seldom wrong (1.4 to 3.3 % of errors: Yannakoudakis and
Fawcett 1983, Pollock and Zamora 1984, ibid.).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.surface.typo import LETTERS
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Layout = Literal["qwerty", "qwertz", "azerty"]
KEYBOARDS: Mapping[Layout, tuple[str, str, str]] = {
    "qwerty": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "azerty": ("azertyuiop", "qsdfghjklm", "wxcvbn"),
}
STAGGER = (0.0, 0.25, 0.75)
"""How far each row is shifted to the right, in keys."""
SUBSTITUTIONS, OMISSIONS, INSERTIONS, TRANSPOSITIONS = 1.65, 0.80, 0.67, 0.45
"""Shares of the kinds of errors: per hundred characters, transpositions an eighth of all."""
NEXT_TO_IT = 0.58
"""Share of the substitutions that hit a neighbouring key."""
FIRST_LETTER = 0.1
"""How likely the first letter of a word is to be wrong, beside any other one."""
_REACH = 1.3
"""Two keys are neighbours up to this distance, in keys."""


class HumanTypoParams(RateParams):
    """Parameters of `typo.human`; what could be edited are letters."""

    ladder = (0.01, 0.02, 0.04, 0.08, 0.15)
    rate: float = Field(
        default=0.0117,
        gt=0,
        le=1,
        description="Errors as a share of the letters; at least one. 0.0117: what people leave uncorrected.",
    )
    layout: Layout = Field(default="qwerty", description="The keyboard: qwerty, qwertz (German) or azerty (French).")


@operator(
    "typo.human",
    level="character",
    params=HumanTypoParams,
    source="Dhakal et al. 2018 (CHI): kinds and rate; Grudin 1983 and Kukich 1992: keys and places",
)
def human(prompt: Prompt, params: HumanTypoParams, draw: Draw) -> Iterator[Variant]:
    """Types as people do: mostly a neighbouring key, then letters left out, added and swapped, seldom the first one."""
    keys = _distances(params.layout)

    def erred(text: str, start: int, end: int, stream: Stream) -> str | None:
        if (start == 0 or not text[start - 1].isalpha()) and not stream.chance(FIRST_LETTER):
            return None
        new = _error(text[start:end], keys, stream)
        return None if new is None or _is_another_word(text, start, end, new) else new

    yield from at_spots(
        prompt, params, draw, lambda text: _letters(text, draw.labels, keys), erred, "character", apart=2
    )


def _is_another_word(text: str, start: int, end: int, new: str) -> bool:
    """Whether the word becomes a number or a negation, which nobody takes for a typing error: "there" and "three"."""
    before, after = re.search(r"[^\W\d_]*\Z", text[:start]), re.match(r"[^\W\d_]*", text[end:])
    word = f"{before[0] if before else ''}{new}{after[0] if after else ''}".lower()
    return word in VALUES or word in ("no", "not", "none", "never")


def _letters(text: str, labels: Sequence[str], keys: Mapping[str, object]) -> Iterator[tuple[int, int]]:
    """Each letter of words of at least three, with the next letter of its word if there is one."""
    for start, end in free_stretches(text, labels):
        at = start
        while at < end:
            stop = at
            while stop < end and text[stop].lower() in keys:
                stop += 1
            if stop - at >= 3:
                yield from ((i, min(i + 2, stop)) for i in range(at, stop))
            at = max(stop, at + 1)


def _error(letters: str, keys: Mapping[str, Mapping[str, float]], stream: Stream) -> str | None:
    """One error at the first of one or two letters; the second one stays unless they are swapped."""
    letter, rest = letters[0], letters[1:]
    point = stream.uniform() * (SUBSTITUTIONS + OMISSIONS + INSERTIONS + TRANSPOSITIONS)
    if point < TRANSPOSITIONS:
        return rest + letter if rest and rest.lower() != letter.lower() else None
    if point < TRANSPOSITIONS + OMISSIONS:
        return rest
    struck = _like(_neighbour(letter.lower(), keys, stream), letter)
    if point < TRANSPOSITIONS + OMISSIONS + INSERTIONS:
        return letter + struck.lower() + rest
    if not stream.chance(NEXT_TO_IT):
        struck = _like(_further(letter.lower(), keys, stream), letter)
    return struck + rest


def _like(new: str, letter: str) -> str:
    return new.upper() if letter.isupper() else new


def _neighbour(letter: str, keys: Mapping[str, Mapping[str, float]], stream: Stream) -> str:
    return stream.choice([key for key, distance in keys[letter].items() if distance <= _REACH])


def _further(letter: str, keys: Mapping[str, Mapping[str, float]], stream: Stream) -> str:
    """A key that is not a neighbour, the likelier the nearer: as one over the square of its distance."""
    others = [(key, 1 / distance**2) for key, distance in keys[letter].items() if distance > _REACH]
    point = stream.uniform() * sum(weight for _, weight in others)
    for key, weight in others:
        point -= weight
        if point < 0:
            return key
    return others[-1][0]


@cache
def _distances(layout: Layout) -> Mapping[str, Mapping[str, float]]:
    """From each key to every other one and how far it is, in keys."""
    at = {
        key: (column + STAGGER[row], float(row))
        for row, letters in enumerate(KEYBOARDS[layout])
        for column, key in enumerate(letters)
    }
    places = {key: place for key, place in at.items() if key in LETTERS or layout == "qwertz"}
    return {
        key: {other: ((x - u) ** 2 + (y - v) ** 2) ** 0.5 for other, (u, v) in places.items() if other != key}
        for key, (x, y) in places.items()
    }
