"""Letter case: lower, upper, title, random. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, word_spots
from llmrobust.operators.editing.text_edits import TargetParams, rewritten
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): capitalization"
LANGTEST = "LangTest (Nazir et al. 2024): uppercase, lowercase, titlecase; HELM: lowercase"
_SENTENCE_START = re.compile(r"(?:\A|(?<=[.!?])\s+)[\"'(“‘]*(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class CaseParams(RateParams):
    """Parameters of operators that change the case of a share of the letters or words."""

    ladder = (0.05, 0.1, 0.2, 0.4, 0.7)


@operator("casing.lower", level="format", params=TargetParams, languages=(ANY_LANGUAGE,), source=LANGTEST)
def lower(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Writes everything in lower case."""
    yield from _whole(prompt, params, draw, str.lower, "all")


@operator("casing.upper", level="format", params=TargetParams, languages=(ANY_LANGUAGE,), source=LANGTEST)
def upper(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Writes everything in capitals."""
    yield from _whole(prompt, params, draw, str.upper, "all")


@operator("casing.title", level="format", params=TargetParams, languages=(ANY_LANGUAGE,), source=LANGTEST)
def title(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Writes every word with a capital."""
    yield from _whole(
        prompt, params, draw, lambda text: _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:], text), "all"
    )


@operator("casing.starts", level="format", params=TargetParams, languages=(ANY_LANGUAGE,), source=FLUKE)
def starts(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Begins every sentence with a small letter; the word I and words in capitals stay."""

    def small(text: str) -> str | None:
        free = free_stretches(text, draw.labels)

        def lowered(found: re.Match[str]) -> str:
            at = found.end()
            word = _WORD.match(text, at)
            inside = any(start <= at < end for start, end in free)
            if word is None or not inside or word[0].split("'")[0] == "I" or word[0][1:2].isupper():
                return found[0]
            chosen.append(at)
            return found[0]

        chosen: list[int] = []
        _SENTENCE_START.sub(lowered, text)
        letters = list(text)
        for at in chosen:
            letters[at] = _one(str.lower, letters[at])
        return "".join(letters) if "".join(letters) != text else None

    yield from rewritten(prompt, params, small, "small")


@operator("casing.random", level="character", params=CaseParams, languages=(ANY_LANGUAGE,), source=f"{FLUKE}, sponge")
def random(prompt: Prompt, params: CaseParams, draw: Draw) -> Iterator[Variant]:
    """Turns random letters from small to capital and back (rAnDoM)."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: _letters(text, draw.labels),
        lambda text, a, b, stream: _one(str.swapcase, text[a]),
        "character",
    )


@operator("casing.shout", level="word", params=CaseParams, languages=(ANY_LANGUAGE,), source=f"{FLUKE}, all caps")
def shout(prompt: Prompt, params: CaseParams, draw: Draw) -> Iterator[Variant]:
    """Writes some words in capitals."""
    yield from at_spots(
        prompt,
        params,
        draw,
        lambda text: word_spots(text, draw.labels, least=2),
        lambda text, a, b, stream: "".join(_one(str.upper, letter) for letter in text[a:b]),
        "word",
    )


def _whole(
    prompt: Prompt, params: TargetParams, draw: Draw, change: Callable[[str], str], name: str
) -> Iterator[Variant]:
    """Every free stretch changed; labels, addresses, code and numbers stay."""

    def changed(text: str) -> str | None:
        new, end = [], 0
        for start, stop in free_stretches(text, draw.labels):
            new += [text[end:start], change(text[start:stop])]
            end = stop
        whole = "".join([*new, text[end:]])
        return whole if whole != text else None

    yield from rewritten(prompt, params, changed, name)


def _letters(text: str, labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start, end in free_stretches(text, labels):
        yield from ((i, i + 1) for i in range(start, end) if _one(str.swapcase, text[i]) != text[i])


def _one(change: Callable[[str], str], letter: str) -> str:
    """The letter changed, if that is one letter again: the capital of ß is two."""
    new = change(letter)
    return new if len(new) == 1 else letter
