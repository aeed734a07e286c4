"""Methods that repair the input before it is asked about: normalising it, correcting its spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pydantic import Field

from llmrobust.methods.method import NotUsable, Params, sending_method
from llmrobust.methods.prompt_parts import with_inputs
from llmrobust.methods.sending import Asking, Question, Setting, asked_once
from llmrobust.text.tidy_input import tidied

_WORD = re.compile(r"(?<![\w'’@#/.-])[^\W\d_]+(?![\w'’@/]|[.-]\w|:/)")
NO_SPELLER = "needs the package pyspellchecker: pip install 'llmrobust[spelling]'"


@sending_method(
    "normalise",
    source="NFKC: Unicode Standard Annex 15; applied to inputs as a defence by, for example, Boucher et al. 2022 "
    "(arXiv 2106.09898)",
    assumes="what it takes away means nothing: styled letters, invisible characters, odd spaces, capital letters of a "
    "whole text",
    cost="1 request",
)
def normalise(questions: Sequence[Question], params: Params, setting: Setting) -> Asking:
    """The model's answer to the input in plain letters, visible characters, single spaces and sentence case."""
    return (yield from _changed(questions, tidied))


class SpellingParams(Params):
    """Parameters of spell-checking."""

    shortest: int = Field(default=4, ge=2, description="Letters of the shortest word that is corrected.")
    distance: int = Field(default=2, ge=1, le=2, description="The most letters that a correction changes.")


@sending_method(
    "spell-check",
    source="Agrawal et al. 2025 (arXiv 2504.02733); pyspellchecker, after Norvig 2007",
    assumes="inputs are English, and rare words that it does not know are mistakes (names in capital letters are kept)",
    cost="1 request",
    params=SpellingParams,
)
def spell_check(questions: Sequence[Question], params: SpellingParams, setting: Setting) -> Asking:
    """The model's answer to the input with misspelled words replaced by the most frequent similar ones."""
    keep = frozenset(word.lower() for label in setting.labels for word in label.split())
    return (yield from _changed(questions, lambda text: spelled(text, params.shortest, params.distance, keep)))


def spelled(text: str, shortest: int = 4, distance: int = 2, keep: frozenset[str] = frozenset()) -> str:
    """The text with misspelled words corrected. Words with capital letters inside a sentence, in addresses, and those
    in `keep` stay. Raises NotUsable without pyspellchecker."""
    checker = _checker(distance)

    def corrected(found: re.Match[str]) -> str:
        word = found[0]
        starts = not text[: found.start()].rstrip() or text[: found.start()].rstrip()[-1] in ".!?:\n"
        if len(word) < shortest or word.lower() in keep or not (word.islower() or (starts and word[1:].islower())):
            return word
        better = _correction(distance, word.lower()) if checker.unknown([word.lower()]) else None
        return word if better is None else better.capitalize() if word[0].isupper() else better

    return _WORD.sub(corrected, text)


def spelling_candidates(word: str, most: int = 5, distance: int = 2) -> list[str]:
    """The most frequent known words that are spelled like this one, itself left out. Raises NotUsable without
    pyspellchecker."""
    checker = _checker(distance)
    edits = checker.edit_distance_1(word.lower())
    found = checker.known(edits) or (checker.known(checker.edit_distance_2(word.lower())) if distance > 1 else set())
    found -= {word.lower()}
    best = sorted(found, key=lambda one: (-checker.word_usage_frequency(one), one))[:most]
    return [one.capitalize() if word[:1].isupper() else one for one in best]


@cache
def _correction(distance: int, word: str) -> str | None:
    found: str | None = _checker(distance).correction(word)
    return found


@cache
def _checker(distance: int) -> Any:
    try:
        from spellchecker import SpellChecker
    except ImportError:
        raise NotUsable(NO_SPELLER) from None
    return SpellChecker(language="en", distance=distance)


def _changed(questions: Sequence[Question], change: Callable[[str], str]) -> Asking:
    """Every question with its inputs changed, each distinct text once."""
    once = cache(change)
    return (
        yield from asked_once(questions, [with_inputs(one.prompt, lambda _, text: once(text)) for one in questions])
    )
