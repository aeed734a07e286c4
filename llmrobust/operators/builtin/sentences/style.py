"""Style and register: simple, wordy, casual, formal, plain, complex, old-fashioned. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from llmrobust.english import Analysis
from llmrobust.operators.builtin.sentences.longer_forms import longer_form, longer_piece
from llmrobust.operators.builtin.sentences.parsed import rewritten_by_parse
from llmrobust.operators.builtin.sentences.register_lexicon import (
    CASUAL,
    COMPLEX,
    EMPTY_WORDS,
    FORMAL,
    OLD_FASHIONED,
    PLAIN,
)
from llmrobust.operators.builtin.sentences.rewriting import SentenceParams, raised
from llmrobust.operators.builtin.sentences.shorter_sentences import in_short_sentences
from llmrobust.operators.builtin.sentences.spare_words import (
    KEPT,
    MEASURED,
    is_empty,
    keeps_article,
    says_something,
    spare_spots,
    without,
)
from llmrobust.operators.builtin.sentences.wordiness import LONGER, WORDY, with_opener
from llmrobust.operators.builtin.words.contracting import contracted, expanded, written_otherwise
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.builtin.words.substitutes import substituted
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like, word_spots
from llmrobust.operators.editing.text_edits import TargetParams, editable, rewritten
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
NOISE_LLM = "Noise-LLM (Dong et al. 2023, arXiv 2310.06504)"
_REQUEST = re.compile(
    r"(?<!\w)((?:could|would|can) you (?:please|kindly)|I was wondering if you could|would you mind telling me) "
    r"([^?.!\n]+)\?",
    re.IGNORECASE,
)
_PADDING = re.compile(
    r"(?<=\w)\s?,? (?:please|of course|by the way|to be honest|needless to say|in my opinion)(?=\s?[.!?]|\Z)|"
    r"(?<!\w)(?:it is worth noting that|it should be noted that|as a matter of fact|to be honest|"
    r"in my opinion|I think that|I believe that|I feel that|I must say that|needless to say|at the end of the day(?=,)|"
    r"as far as I am concerned|for what it's worth|if I may say so|by the way|of course|"
    r"(?<!to )please(?! (?:him|her|them|me|us|you|the|a|my|his|their)\b))(?!\w),? ?",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    rf"(?P<article>\b[Aa]n? )?(?<!\w)(?<!not )(?<!n't )(?<!the )(?!{KEPT})"
    rf"(?P<adverb>{'|'.join(sorted(EMPTY_WORDS))}) (?!{MEASURED})(?=(?P<next>\w+))"
)
_PHRASES = AtMost(5, 200)
"""For operators that put phrases for words: "police officer" for "cop"."""


class StyleParams(RateParams):
    """Parameters of operators of style; what could be edited are the words of its lexicon."""

    ladder = (0.2, 0.4, 0.6, 0.8, 1.0)
    rate: float = Field(
        default=1.0, gt=0, le=1, description="Share of the words that have a counterpart; at least one."
    )


class LengthParams(RateParams):
    """Parameters of `style.shorter`: 1 to 3 words less."""

    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the words that could go; at least one.")


@operator("style.simplify", version=15, level="sentence", params=TargetParams, source=f"{NOISE_LLM}: simplification")
def simplify(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Leaves out padding and empty adverbs, puts plain words for official ones, and takes joined clauses apart."""

    def simpler(text: str) -> str | None:
        new, end = [], 0
        for start, stop in free_stretches(text, draw.labels):
            piece = _REQUEST.sub(lambda found: f"{cased_like('please', found[1])} {found[2]}.", text[start:stop])
            piece = _PADDING.sub(_left_out, piece)
            piece = re.sub(r"\0(\w)", lambda found: found[1].upper(), piece)
            new += [text[end:start], _EMPTY.sub(_fitting_article, piece)]
            end = stop
        whole = "".join([*new, text[end:]])
        may = free_stretches(whole, draw.labels)
        whole = in_short_sentences(whole, lambda first, last: any(a <= first and last <= b for a, b in may))
        whole = raised(whole) if text[:1].isupper() and whole[:1].islower() else whole
        return whole if whole != text and whole.strip() else None

    bare = next(rewritten(prompt, params, simpler, "simple"), None)
    done = prompt if bare is None else bare.prompt
    plain = next(substituted(done, StyleParams(target=params.target), draw, PLAIN), None)
    if plain is not None:
        yield Variant(plain.prompt, "simple")
    elif bare is not None:
        yield bare


def _fitting_article(found: re.Match[str]) -> str:
    """The article before an empty adverb, as it fits the word after it; the adverb too where it is not empty."""
    if says_something(found.string, *found.span("adverb")):
        return found[0]
    return f"{cased_like(article(found['next']), found['article'])} " if found["article"] else ""


def _left_out(found: re.Match[str]) -> str:
    """Nothing, but for the first letter after it, which takes its capital."""
    after = found.string[found.end() : found.end() + 1]
    return "\0" if found[0][:1].isupper() and after.islower() else ""


@operator(
    "style.verbose",
    version=4,
    level="sentence",
    params=SentenceParams,
    at_most=AtMost(1, 120),
    source=f"{NOISE_LLM}: verbosity",
)
def verbose(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Makes a sentence wordier than it needs to be: "What I would like to know is the following: ..."."""
    yield from with_opener(prompt, params, draw, WORDY, "wordy")


@operator(
    "style.casual",
    version=12,
    level="word",
    params=StyleParams,
    source=f"{FLUKE}: casual style; NL-Augmenter's formality_change",
)
def casual(prompt: Prompt, params: StyleParams, draw: Draw) -> Iterator[Variant]:
    """Writes casually: kids for children, gonna for going to."""
    made = list(substituted(prompt, params, draw, CASUAL))
    yield from made or written_otherwise(prompt, params, draw, contracted)


@operator(
    "style.formal",
    version=11,
    level="word",
    params=StyleParams,
    source="NL-Augmenter's formality_change; lexicon made for llmrobust",
    at_most=_PHRASES,
)
def formal(prompt: Prompt, params: StyleParams, draw: Draw) -> Iterator[Variant]:
    """Writes formally: children for kids, purchase for buy."""
    made = list(substituted(prompt, params, draw, FORMAL))
    yield from made or written_otherwise(prompt, params, draw, expanded)


@operator(
    "style.plain",
    version=15,
    level="word",
    params=StyleParams,
    source=f"{FLUKE}: plain English (prompted, not released)",
)
def plain(prompt: Prompt, params: StyleParams, draw: Draw) -> Iterator[Variant]:
    """Writes plain words for official ones: to for in order to, use for utilize."""
    yield from substituted(prompt, params, draw, PLAIN)


@operator(
    "style.complex",
    version=11,
    level="word",
    params=StyleParams,
    source=f"{FLUKE}: complex English (prompted, not released)",
    at_most=_PHRASES,
)
def complicated(prompt: Prompt, params: StyleParams, draw: Draw) -> Iterator[Variant]:
    """Writes official words for plain ones: due to the fact that for because."""
    yield from substituted(prompt, params, draw, COMPLEX)


@operator(
    "style.old_fashioned",
    version=11,
    level="word",
    params=StyleParams,
    source=f"{FLUKE}: temporal bias",
    at_most=_PHRASES,
)
def old_fashioned(prompt: Prompt, params: StyleParams, draw: Draw) -> Iterator[Variant]:
    """Writes words of a hundred years ago: moving picture for film, splendid for wonderful."""
    yield from substituted(prompt, params, draw, OLD_FASHIONED, quoted_stay=True)


@operator("style.shorter", version=8, level="word", params=LengthParams, source=f"{FLUKE}: length bias, shorter")
def shorter(prompt: Prompt, params: LengthParams, draw: Draw) -> Iterator[Variant]:
    """Leaves out words that a sentence can do without: empty adverbs, "also", "of" in "all of the"."""

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in word_spots(text, draw.labels):
            if is_empty(text, start, end):
                yield start, end + 1
        free = free_stretches(text, draw.labels)
        for start, end in spare_spots(text):
            if keeps_article(text, start, end) and any(first <= start and end <= last for first, last in free):
                yield start, end

    yield from at_spots(prompt, params, draw, spots, lambda text, a, b, stream: without(text[a:b]), "word")


@operator(
    "style.longer",
    version=11,
    level="sentence",
    params=SentenceParams,
    at_most=AtMost(1, 80),
    needs=("english",),
    source=f"{FLUKE}: length bias, longer",
)
def longer(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Adds two to five words that say nothing more: "Here is my question: ...", "due to the fact that" for because."""
    said = [prompt.span(place).text.strip() for place in editable(prompt, params.targets())]

    def in_more_words(text: Analysis) -> str | None:
        return longer_form(text, draw, alone=text.text in said)

    made = (
        *rewritten_by_parse(prompt, params, draw, lambda text: longer_piece(text, draw), "longer"),
        *with_opener(prompt, params, draw, LONGER, "longer"),
    )
    yield from made[:1] or rewritten_by_parse(prompt, params, draw, in_more_words, "longer")
