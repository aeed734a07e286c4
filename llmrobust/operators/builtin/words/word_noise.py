"""Words dropped, repeated, swapped, or mixed with fillers, as careless typing and speech do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from llmrobust.operators.builtin.words.hypernyms_and_idioms import FILLERS
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like, word_spots
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

FUNCTION_WORDS = frozenset("a an the of to in on at is are was were it that and for with this have has be".split())
"""Short words without which a sentence is still understood; never a negation."""
_NOT_SWAPPED = frozenset(
    "not no never n't nor neither but than if unless without who whom which by to from after before with for of in on "
    "at is was are were be been".split()
)
"""Words whose place carries the meaning."""
_WISH = re.compile(r"\b(?:if|wish|though|suppose|as if|would that)(?:\s+[\w'’]+){1,3}\s+\Z", re.IGNORECASE)
"""What "were" after it says nobody leaves out: "if I were you"."""


class NoiseParams(RateParams):
    """Parameters of operators on single words."""

    ladder = (0.03, 0.07, 0.15, 0.3, 0.5)


@operator(
    "word.drop",
    version=2,
    level="word",
    params=NoiseParams,
    source="EDA (Wei and Zou 2019, arXiv 1901.11196), here function words only, which the sense survives",
)
def drop(prompt: Prompt, params: NoiseParams, draw: Draw) -> Iterator[Variant]:
    """Leaves function words out (articles, prepositions, forms of be), never a negation."""

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in word_spots(text, draw.labels):
            if text[start:end].lower() not in FUNCTION_WORDS or text[end : end + 1] != " ":
                continue
            wishes = text[start:end].lower() == "were" and _WISH.search(text[:start])
            if not wishes:
                yield start, end + 1

    yield from at_spots(prompt, params, draw, spots, lambda text, a, b, stream: "", "word")


@operator(
    "word.repeat",
    version=2,
    level="word",
    params=NoiseParams,
    source="slips of the keyboard; TextFlint (Gui et al. 2021)",
)
def repeat(prompt: Prompt, params: NoiseParams, draw: Draw) -> Iterator[Variant]:
    """Writes words twice, as happens when a sentence is retyped."""

    def twice(text: str, start: int, end: int, stream: Stream) -> str:
        word = text[start:end]
        opens = re.search(r"(?:\A|[.!?\n])\W*\Z", text[:start]) is not None
        return f"{word} {word.lower() if opens and word != 'I' and not word[1:2].isupper() else word}"

    yield from at_spots(prompt, params, draw, lambda text: word_spots(text, draw.labels), twice, "word", apart=1)


@operator(
    "word.swap",
    version=2,
    level="word",
    params=NoiseParams,
    source="EDA (Wei and Zou 2019): random swap, here of neighbours; nlpaug's RandomWordAug",
)
def swap(prompt: Prompt, params: NoiseParams, draw: Draw) -> Iterator[Variant]:
    """Swaps neighbouring words, except negations and words whose place carries the meaning."""

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for (start, middle), (after, end) in pairwise(word_spots(text, draw.labels)):
            if after != middle + 1 or text[middle] != " " or "-" in (text[start - 1 : start], text[end : end + 1]):
                continue
            first, second = text[start:middle].lower(), text[after:end].lower()
            kept = first in _NOT_SWAPPED or second in _NOT_SWAPPED or first.endswith("n't") or second.endswith("n't")
            if first != second and not kept:
                yield start, end

    def swapped(text: str, start: int, end: int, stream: Stream) -> str:
        first, second = text[start:end].split(" ")
        lowered = first if first == "I" or first[1:2].isupper() else first[:1].lower() + first[1:]
        opens = start == 0 or text[:start].rstrip()[-1:] in (".", "!", "?", "")
        return f"{cased_like(second, first)} {lowered}" if opens else f"{second} {first}"

    yield from at_spots(prompt, params, draw, spots, swapped, "word", apart=1)


@operator(
    "word.filler",
    version=2,
    level="word",
    params=NoiseParams,
    source="HELM's filler words; NL-Augmenter's filler_word_augmentation; Noise-LLM: verbosity of speech",
)
def filler(prompt: Prompt, params: NoiseParams, draw: Draw) -> Iterator[Variant]:
    """Adds fillers of speech between words: um, you know, I mean."""

    def gaps(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for found in re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])").finditer(text, start, end):
                last = text[: found.start()].rpartition(" ")[2].lower()
                if last not in ("a", "an", "the", "times", "as", "how", "so", "very") and not VALUES.keys() & {last}:
                    yield found.start(), found.start()

    def added(text: str, start: int, end: int, stream: Stream) -> str:
        return f", {stream.choice(FILLERS)},"

    yield from at_spots(prompt, params, draw, gaps, added, "word", apart=12)
