"""White space: extra spaces, line breaks, tabs, at the ends and inside. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots
from llmrobust.operators.editing.text_edits import TargetParams, TextParams, edited, rewritten
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

UNITXT = "unitxt's white space augmenters (IBM/unitxt), used by Ackerman et al. 2024 (arXiv 2408.01963)"
HELM = "HELM's space perturbation (Liang et al. 2022, arXiv 2211.09110); NL-Augmenter's whitespace_perturbation"
_RUN = re.compile(r"(?<=\S)[ \t]+(?=\S)")
_PATTERNS = ((" ", 20), ("\t", 10), ("\n", 40), ("", 30))
"""unitxt's law of a prefix or suffix: each of five places is drawn with these weights."""
PLACES = 5


class GapParams(RateParams):
    """Parameters of operators on the gaps between words."""

    ladder = (0.05, 0.1, 0.2, 0.4, 0.7)


@operator("whitespace.spaces", level="format", params=GapParams, languages=(ANY_LANGUAGE,), source=HELM)
def spaces(prompt: Prompt, params: GapParams, draw: Draw) -> Iterator[Variant]:
    """Writes two or three spaces between some words."""
    yield from _gaps(prompt, params, draw, ("  ", "   "))


@operator("whitespace.newlines", level="format", params=GapParams, languages=(ANY_LANGUAGE,), source=HELM)
def newlines(prompt: Prompt, params: GapParams, draw: Draw) -> Iterator[Variant]:
    """Breaks the line between some words."""
    yield from _gaps(prompt, params, draw, ("\n",))


@operator("whitespace.tabs", level="format", params=GapParams, languages=(ANY_LANGUAGE,), source=HELM)
def tabs(prompt: Prompt, params: GapParams, draw: Draw) -> Iterator[Variant]:
    """Writes a tab between some words."""
    yield from _gaps(prompt, params, draw, ("\t",))


@operator(
    "whitespace.no_break",
    level="format",
    params=GapParams,
    languages=(ANY_LANGUAGE,),
    source="text copied from web pages and word processors; kind made for llmrobust",
)
def no_break(prompt: Prompt, params: GapParams, draw: Draw) -> Iterator[Variant]:
    """Writes no-break spaces between some words, as copied text has them."""
    yield from _gaps(prompt, params, draw, ("\u00a0", "\u202f"))


@operator(
    "whitespace.runs",
    level="format",
    params=TextParams,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(3, 200),
    source=UNITXT,
)
def runs(prompt: Prompt, params: TextParams, draw: Draw) -> Iterator[Variant]:
    """Replaces every gap between words by a random run of one to three spaces, tabs and line breaks."""

    def replaced(texts: list[str], stream: Stream) -> list[str]:
        return [_each_gap(text, stream) for text in texts]

    yield from edited(prompt, params, draw, replaced)


@operator(
    "whitespace.ends",
    level="format",
    params=TextParams,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 2 * 5),
    source=UNITXT,
)
def ends(prompt: Prompt, params: TextParams, draw: Draw) -> Iterator[Variant]:
    """Puts a random pattern of up to five spaces, tabs and line breaks before and after what is edited."""

    def padded(texts: list[str], stream: Stream) -> list[str]:
        first = next((i for i, text in enumerate(texts) if text.strip()), None)
        last = next((i for i in range(len(texts) - 1, -1, -1) if texts[i].strip()), None)
        if first is not None and last is not None:
            texts[first] = _pattern(stream) + texts[first]
            texts[last] += _pattern(stream)
        return texts

    yield from edited(prompt, params, draw, padded)


@operator("whitespace.trailing", level="format", params=TargetParams, languages=(ANY_LANGUAGE,), source=UNITXT)
def trailing(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Puts one space, or one line break, behind each text."""
    for name, added in (("space", " "), ("newline", "\n")):
        yield from rewritten(prompt, params, partial(_followed, by=added), name, ends=True)


def _followed(text: str, by: str) -> str | None:
    return text + by if text.strip() else None


def _gaps(prompt: Prompt, params: GapParams, draw: Draw, instead: tuple[str, ...]) -> Iterator[Variant]:
    """A share of the gaps between words replaced by one of these."""
    yield from at_spots(
        prompt, params, draw, _gap_spots, lambda text, a, b, stream: stream.choice(instead), "character"
    )


def _gap_spots(text: str) -> Iterator[tuple[int, int]]:
    for start, end in free_stretches(text):
        for found in _RUN.finditer(text, start, end):
            yield found.span()


def _each_gap(text: str, stream: Stream) -> str:
    new, end = [], 0
    for start, stop in _gap_spots(text):
        new += [text[end:start], "".join(stream.choice(" \t\n") for _ in range(1 + stream.below(3)))]
        end = stop
    return "".join([*new, text[end:]])


def _pattern(stream: Stream) -> str:
    total = sum(weight for _, weight in _PATTERNS)
    drawn = []
    for _ in range(PLACES):
        point = stream.below(total)
        for piece, weight in _PATTERNS:
            point -= weight
            if point < 0:
                drawn.append(piece)
                break
    return "".join(drawn)
