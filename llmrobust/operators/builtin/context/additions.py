"""Additions beside the input that do not affect the answer: truisms, handles, openers, strings, red herrings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from llmrobust.operators.builtin.context.herrings import before_the_question, herrings_about
from llmrobust.operators.builtin.context.irrelevant import LADDER, topic
from llmrobust.operators.builtin.context.neutral_sentences import SPOKEN, sentences_in
from llmrobust.operators.builtin.context.placement import (
    Position,
    joined,
    longest_text,
    placed,
    text_at,
)
from llmrobust.operators.builtin.context.whole_input import answer_is_made_of_all
from llmrobust.operators.builtin.values.people import people_of
from llmrobust.operators.builtin.words.morphology import singular
from llmrobust.operators.editing.random_edits import Severity
from llmrobust.operators.editing.text_edits import sentences
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.text.whole_words import holds_word

NOISE_LLM = "Noise-LLM (Dong et al. 2023, arXiv 2310.06504): AppendIrr"
TRUISMS = (
    "True is true.",
    "False is not true.",
    "One is equal to one.",
    "Two plus two is four.",
    "The sky is above the ground.",
    "Water is wet.",
    "Fire is hot.",
    "The earth goes around the sun.",
    "A circle is round.",
    "Ice is frozen water.",
    "A day has twenty-four hours.",
    "Every square has four sides.",
)
"""In the manner of StressTest's tautologies; written for llmrobust."""
OPENERS = (
    "I actually wanted to talk to you.",
    "Anyway.",
    "Without a doubt.",
    "By the way.",
    "Well, let me see.",
    "As I was saying.",
    "Oh, and another thing.",
    "To be fair.",
    "You know what?",
    "Before I forget.",
    "Where was I?",
)
PROVERBS = (
    "Many hands make light work.",
    "The early bird catches the worm.",
    "All roads lead to Rome.",
    "A watched pot never boils.",
    "Still waters run deep.",
    "Rome was not built in a day.",
    "Every cloud has a silver lining.",
    "Time will tell.",
    "Actions speak louder than words.",
    "Practice makes perfect.",
    "Better late than never.",
    "Birds of a feather flock together.",
)
HERRINGS = (
    "The {word} {was} mentioned on page 14 of the local newspaper.",
    "It was written on a Tuesday, at about half past four.",
    "The text has fewer than a thousand words.",
    "Somebody read this aloud to three friends.",
    "About the {word}, 27 people have asked before.",
    "It was raining when this was written.",
    "The author was 42 years old at the time.",
    "The first draft was 12 words longer.",
    "This came in the second of five envelopes.",
    "The {word} and the weather have little to do with each other.",
)
"""Plausible details, with numbers and a topic, that do not bear on any answer; written for llmrobust."""
_HANDLE_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_NAME = re.compile(r"\b[A-Z][a-z]{2,}\b")
_REFERS = re.compile(
    r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its|this|that|these|those|both|such|another|others?|"
    r"I|me|my|mine|we|us|our|you|your|later|earlier|before|afterwards?|after|then|there|here|again|also|too|however|"
    r"therefore|instead|meanwhile|eventually|moreover|furthermore)\b|\Athe (?=[a-z])",
    re.IGNORECASE,
)
"""Words that a sentence alone leaves without what they stand for; "the story" at its beginning."""


class AdditionParams(Params):
    """Parameters of operators that add something beside the input."""

    position: Position | list[Position] = Field(default="after", description="before, after or between; or a list.")
    count: int = Field(default=1, ge=1, le=20, description="How many are added.")
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5 instead of a count (1, 2, 3, 4, 6); a list makes the variants of each."
    )
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each position.")
    target: str | list[str] = Field(default="input", description="The input: variables (input), context, or a name.")

    def rungs(self) -> list[tuple[int | None, int]]:
        """(severity, how many) of everything that is asked for."""
        if self.severity is None:
            return [(None, self.count)]
        chosen = self.severity if isinstance(self.severity, list) else [self.severity]
        return [(level, LADDER[level - 1]) for level in dict.fromkeys(chosen)]


class OpenerParams(AdditionParams):
    """Parameters of `context.opener`."""

    position: Position | list[Position] = Field(default="before", description="before, after or between; or a list.")


class HerringParams(AdditionParams):
    """Parameters of `context.red_herring`."""

    about: Literal["problem", "anything"] = Field(
        default="problem",
        description="problem: the people and things of the text, before its question; anything: other details, at the "
        "position.",
    )


class DistractorParams(AdditionParams):
    """Parameters of `context.distractor`."""

    target: str | list[str] = Field(default="context", description="The context: context, or a variable's name.")
    field: str = Field(default="context", description="The other examples' field that sentences are taken from.")


_BOUND = AtMost(1, lambda params: 220 * max(count for _, count in params.rungs()))


@operator(
    "context.tautology",
    version=2,
    level="context",
    params=AdditionParams,
    languages=SPOKEN,
    at_most=_BOUND,
    source="StressTest (Naik et al. 2018), appended as in PromptBench (arXiv 2306.04528); truisms made for llmrobust",
)
def tautology(prompt: Prompt, params: AdditionParams, draw: Draw) -> Iterator[Variant]:
    """Adds statements that are always true."""
    yield from _added(prompt, params, draw, TRUISMS if draw.language == "en" else sentences_in(draw.language, "truism"))


@operator(
    "context.handle",
    version=2,
    level="context",
    params=AdditionParams,
    languages=(ANY_LANGUAGE,),
    at_most=_BOUND,
    source="CheckList (Ribeiro et al. 2020, arXiv 2005.04118): random URLs and handles",
)
def handle(prompt: Prompt, params: AdditionParams, draw: Draw) -> Iterator[Variant]:
    """Adds random web addresses and @handles."""
    stream = draw.stream("handles")
    pool = []
    for number in range(40):
        name = "".join(stream.choice(_HANDLE_LETTERS) for _ in range(6))
        pool.append(f"@{name}" if number % 2 else f"https://t.example/{name}")
    yield from _added(prompt, params, draw, pool, "")


@operator(
    "context.random_string",
    version=2,
    level="context",
    params=AdditionParams,
    languages=(ANY_LANGUAGE,),
    at_most=_BOUND,
    source="PromptBench's CheckList attack (arXiv 2306.04528): random strings of ten letters and digits",
)
def random_string(prompt: Prompt, params: AdditionParams, draw: Draw) -> Iterator[Variant]:
    """Adds random strings of ten letters and digits."""
    stream = draw.stream("strings")
    letters = _HANDLE_LETTERS + _HANDLE_LETTERS[:26].upper()
    yield from _added(prompt, params, draw, ["".join(stream.choice(letters) for _ in range(10)) for _ in range(50)], "")


@operator(
    "context.opener",
    version=3,
    level="context",
    params=OpenerParams,
    languages=SPOKEN,
    at_most=_BOUND,
    source=NOISE_LLM,
)
def opener(prompt: Prompt, params: OpenerParams, draw: Draw) -> Iterator[Variant]:
    """Adds an opener of conversation that leads nowhere."""
    yield from _added(prompt, params, draw, OPENERS if draw.language == "en" else sentences_in(draw.language, "opener"))


@operator(
    "context.proverb",
    version=2,
    level="context",
    params=AdditionParams,
    languages=SPOKEN,
    at_most=_BOUND,
    source=NOISE_LLM,
)
def proverb(prompt: Prompt, params: AdditionParams, draw: Draw) -> Iterator[Variant]:
    """Adds a proverb."""
    yield from _added(
        prompt, params, draw, PROVERBS if draw.language == "en" else sentences_in(draw.language, "proverb")
    )


@operator(
    "context.red_herring",
    version=4,
    level="context",
    params=HerringParams,
    at_most=_BOUND,
    source="RUPBench (Wang and Zhao 2024, arXiv 2406.11020): red herrings; GSM-NoOp (Mirzadeh et al. 2024, arXiv "
    "2410.05229): about the problem's own people and things; sentences made for llmrobust",
)
def red_herring(prompt: Prompt, params: HerringParams, draw: Draw) -> Iterator[Variant]:
    """Adds a plausible detail with numbers that does not bear on the answer, about the text's people and things."""
    if params.about == "anything":
        word = topic("\n".join(message.text for message in prompt.messages), prompt, draw)
        was = "were" if word and singular(word) != word else "was"
        pool = [text.format(word=word, was=was) for text in HERRINGS if word or "{word}" not in text]
        yield from _added(prompt, params, draw, pool)
        return
    places = longest_text(prompt, (params.target,) if isinstance(params.target, str) else params.target)
    if len(places) != 1 or answer_is_made_of_all(prompt):
        return
    text = text_at(prompt, places)
    for severity, count in params.rungs():
        seen = [text]
        for sample in range(params.samples):
            stream = draw.stream("problem", sample)
            usable = [one for one in herrings_about(text, stream) if one not in text and not _mentions(one, draw)]
            added = " ".join(stream.sample(usable, min(count, len(usable))))
            new = before_the_question(text, added) or f"{text.rstrip()}{_close(text)} {added}"
            if usable and new not in seen:
                seen.append(new)
                name = "problem" + (f"-{sample}" if params.samples > 1 else "")
                name = name if severity is None else f"s{severity}-{name}"
                yield Variant(prompt.with_texts({places[0]: new}), name, severity=severity)


@operator(
    "context.distractor",
    version=3,
    level="context",
    params=DistractorParams,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, lambda params: 400 * max(count for _, count in params.rungs())),
    source="Shi et al. 2023 (arXiv 2302.00093); Jia and Liang 2017 (arXiv 1707.07328): distracting facts",
    sample=Sample(
        {"context": "Anna lives in Paris.", "question": "Where does Anna live?"},
        "{% context %}{{ context }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:\n",
        (),
        pool=(("sample", {"context": "Anna lives in Paris."}), ("other", {"context": "Ben works as a nurse."})),
    ),
)
def distractor(prompt: Prompt, params: DistractorParams, draw: Draw) -> Iterator[Variant]:
    """Adds facts from other examples' contexts, about nobody whom this prompt names."""
    named = set(_NAME.findall("\n".join(message.text for message in prompt.messages)))
    facts: list[str] = []
    for other, fields in draw.pool:
        text = fields.get(params.field)
        if other != draw.example_id and isinstance(text, str):
            facts += [part.strip() for part in sentences(text) if part.strip()[-1:] in ".!?" and len(part) <= 380]
    alone = [fact for fact in dict.fromkeys(facts) if not _REFERS.search(fact)]
    pool = [fact for fact in alone if _names_somebody(fact) and not named & set(_NAME.findall(fact))]
    yield from _added(prompt, params, draw, pool)


def _names_somebody(fact: str) -> bool:
    """Whether a sentence holds a name: not only its own beginning, which "Shop around" has as well."""
    return any(found.start() > 0 for found in _NAME.finditer(fact)) or bool(people_of([fact]))


def _added(
    prompt: Prompt,
    params: AdditionParams,
    draw: Draw,
    pool: Sequence[str],
    end: str = ".",
) -> Iterator[Variant]:
    """Variants with some of the pool added; nothing that holds an answer, or that the prompt has already."""
    places = longest_text(prompt, (params.target,) if isinstance(params.target, str) else params.target)
    whole = "\n".join(message.text for message in prompt.messages)
    usable = [text for text in pool if text not in whole and not _mentions(text, draw)]
    if not places or not usable or not text_at(prompt, places).strip() or answer_is_made_of_all(prompt):
        return
    positions: list[Any] = params.position if isinstance(params.position, list) else [params.position]
    for severity, count in params.rungs():
        for position in dict.fromkeys(positions):
            for sample in range(params.samples):
                stream = draw.stream(position, sample)
                chosen = stream.sample(usable, min(count, len(usable)))
                added = joined(chosen)
                new = placed(prompt, places, added, position, stream, closes=bool(end))
                name = position + (f"-{sample}" if params.samples > 1 else "")
                if new is not None:
                    yield Variant(new, name if severity is None else f"s{severity}-{name}", severity=severity)


def _close(text: str) -> str:
    """A full stop for a text that ends without a mark."""
    return "" if text.rstrip()[-1:] in ".!?\"'”’" else "."


def _mentions(text: str, draw: Draw) -> bool:
    """Whether the text holds an answer label or the gold answer."""
    answers = [answer for answer in (*draw.labels, draw.expected or "") if len(answer) > 1]
    return any(holds_word(text, answer) for answer in answers)
