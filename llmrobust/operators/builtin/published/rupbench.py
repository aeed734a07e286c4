"""RUPBench's operators by their authors' law, even where it breaks English.

Wang and Zhao 2024 (arXiv 2406.11020), repository EternityYW/RUPBench (MIT). What is odd is kept and documented.
Homophones come from our own lexicon, not from the CMU dictionary; clefts from our own reading of simple clauses, not
from a dependency parser, so both apply to fewer sentences than theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pydantic import Field

from llmrobust.operators.builtin.sentences.simple_clauses import read_clause
from llmrobust.operators.builtin.surface.lookalikes import LEET
from llmrobust.operators.builtin.words.homophones import ALL_HOMOPHONES
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import word_spots
from llmrobust.operators.editing.text_edits import TextParams, editable, edited
from llmrobust.operators.lexicons import word_choices
from llmrobust.operators.operator import AtMost, Draw, Edits, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

RUP = "RUPBench (Wang and Zhao 2024, arXiv 2406.11020)"
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
INSERTED = word_choices(__package__, "rupbench")
"""Statements, handles, subordinators, quantifiers; handles are in the manner of theirs, but nobody's."""
_SHOWN = Sample({"text": "The waiter brought the soup to four of our guests."})


class PublishedParams(TextParams):
    """Parameters of operators as published."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


@operator("rup.typos", level="character", params=PublishedParams, source=RUP, sample=_SHOWN)
def typos(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Edits 3 to 6 different words: one swap, insertion, deletion or replacement of a letter, digit or mark in each."""
    places = editable(prompt, params.targets())
    texts = [prompt.span(place).text for place in places]
    words = [(t, a, b) for t, text in enumerate(texts) for a, b in word_spots(text, draw.labels, least=2)]
    if not words:
        return
    for sample in range(params.samples):
        stream = draw.stream(sample)
        count = min(len(words), 3 + stream.below(4))
        new = list(texts)
        for t, a, b in sorted(stream.sample(words, count), reverse=True):
            new[t] = new[t][:a] + _one_edit(texts[t][a:b], stream) + new[t][b:]
        edits = Edits(count, 6, "word")
        yield Variant(prompt.with_texts(dict(zip(places, new, strict=True))), str(sample), edits=edits)


@operator(
    "rup.homophones",
    level="word",
    version=2,
    params=PublishedParams,
    relation=Relation.NO_PROMISE,
    source=RUP,
    sample=_SHOWN,
)
def homophones(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Replaces every word that has a homophone by one of them, negations and numbers too: nothing is promised."""

    def replaced(text: str, stream: Stream) -> str:
        def other(word: str) -> str:
            return stream.choice(ALL_HOMOPHONES[word.lower()]) if word.lower() in ALL_HOMOPHONES else word

        return _each_word(text, draw, other)

    yield from edited(prompt, params, draw, lambda texts, stream: [replaced(text, stream) for text in texts])


def _stays_a_word(word: str) -> bool:
    """Whether leetspeak changes a word and cannot make a number of it: "to" would be 70, and a problem had one more."""
    return any(letter in LEET for letter in word) and not all(any(map(str.isdigit, LEET.get(one, ""))) for one in word)


@operator("rup.leet", version=2, level="character", params=PublishedParams, source=RUP, sample=_SHOWN)
def leet(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Writes every letter of 1, 2, 3 or 5 words (up to 10, 20, 30 words, or more) in leetspeak, no number made."""
    places = editable(prompt, params.targets())
    texts = [prompt.span(place).text for place in places]
    words = [(t, a, b) for t, text in enumerate(texts) for a, b in word_spots(text, draw.labels)]
    able = [(t, a, b) for t, a, b in words if _stays_a_word(texts[t][a:b])]
    if not able:
        return
    allowed = next((edits for most, edits in ((10, 1), (20, 2), (30, 3)) if len(words) <= most), 5)
    for sample in range(params.samples):
        stream = draw.stream(sample)
        new = list(texts)
        chosen = stream.sample(able, allowed)
        for t, a, b in sorted(chosen, reverse=True):
            said = "".join(stream.choice(LEET[letter]) if letter in LEET else letter for letter in texts[t][a:b])
            new[t] = new[t][:a] + said + new[t][b:]
        edits = Edits(len(chosen), allowed, "word")
        yield Variant(prompt.with_texts(dict(zip(places, new, strict=True))), str(sample), edits=edits)


@operator(
    "rup.stress",
    level="context",
    version=2,
    params=PublishedParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(1, 400),
    source=RUP,
    sample=_SHOWN,
)
def stress(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Scatters the words of five truisms, drawn with replacement, one by one over the text: nothing is promised."""
    yield from edited(
        prompt, params, draw, lambda texts, stream: _scattered(texts, INSERTED["statements"], draw.labels, stream)
    )


@operator("rup.checklist", level="context", params=PublishedParams, at_most=AtMost(1, 400), source=RUP, sample=_SHOWN)
def checklist(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Scatters five web addresses and handles, drawn with replacement, over the text."""
    yield from edited(
        prompt, params, draw, lambda texts, stream: _scattered(texts, INSERTED["handles"], draw.labels, stream)
    )


@operator(
    "rup.compound",
    level="sentence",
    params=PublishedParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(7, 60),  # every text grows, the shortest ("a b c") by 27 characters
    source=RUP,
    sample=_SHOWN,
)
def compound(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a random subordinator first, a random quantifier before the first noun, and a comma anywhere: no English."""

    def changed(text: str, stream: Stream) -> str:
        words = text.split(" ")
        if len(words) < 3:
            return text
        noun = re.search(r"\b(?:the|a|an|my|your|his|her|our|their) (?=[a-z])", text, re.IGNORECASE)
        if noun:
            text = f"{text[: noun.end()]}{stream.choice(INSERTED['quantifiers'])} {text[noun.end() :]}"
            words = text.split(" ")
        at = 1 + stream.below(len(words) - 1)
        words[at - 1] += ","
        return f"{stream.choice(INSERTED['subordinators']).capitalize()} {' '.join(words)}"

    def each(texts: list[str], stream: Stream) -> list[str]:
        whole = [free_stretches(text, draw.labels) == [(0, len(text))] for text in texts]
        return [changed(text, stream) if plain else text for text, plain in zip(texts, whole, strict=True)]

    yield from edited(prompt, params, draw, each)


@operator(
    "rup.it_cleft",
    level="sentence",
    params=PublishedParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(1, 60),
    source=RUP,
    sample=_SHOWN,
)
def it_cleft(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Writes "It was SUBJECT that VERB OBJECT", then all other words: determiners and order are lost."""
    yield from _clefted(prompt, params, draw, "It was {subject} that {verb} {thing} {rest}")


@operator(
    "rup.wh_cleft",
    level="sentence",
    params=PublishedParams,
    relation=Relation.NO_PROMISE,
    at_most=AtMost(1, 60),
    source=RUP,
    sample=_SHOWN,
)
def wh_cleft(prompt: Prompt, params: PublishedParams, draw: Draw) -> Iterator[Variant]:
    """Writes "What VERB OBJECT", all other words, "was SUBJECT": determiners and order are lost."""
    yield from _clefted(prompt, params, draw, "What {verb} {thing} {rest} was {subject}")


def _clefted(prompt: Prompt, params: PublishedParams, draw: Draw, form: str) -> Iterator[Variant]:
    def changed(text: str) -> str:
        body = text.strip()
        clause = read_clause(body.rstrip(".?!")) if free_stretches(body, draw.labels) == [(0, len(body))] else None
        if clause is None or not clause.object:
            return text
        bare = re.compile(r"\b(?:the|a|an) ", re.IGNORECASE)
        parts = {"subject": clause.subject, "verb": clause.verb, "thing": clause.object, "rest": clause.rest}
        said = form.format(**{name: bare.sub("", part) for name, part in parts.items()})
        return re.sub(r" +", " ", said).strip() + " " + body[-1:] * (body[-1:] in ".?!")

    for variant in edited(prompt, params, draw, lambda texts, stream: [changed(text) for text in texts]):
        if variant.prompt != prompt:
            yield variant
            return


def _one_edit(word: str, stream: Stream) -> str:
    kind, at = stream.below(4), stream.below(len(word))
    if kind == 0:
        at = stream.below(len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + stream.choice(ALPHABET) + word[at:]
    return word[:at] + word[at + 1 :] if kind == 2 else word[:at] + stream.choice(ALPHABET) + word[at + 1 :]


def _each_word(text: str, draw: Draw, change: Callable[[str], str]) -> str:
    new, end = [], 0
    for start, stop in word_spots(text, draw.labels):
        new += [text[end:start], change(text[start:stop])]
        end = stop
    return "".join([*new, text[end:]])


def _scattered(texts: list[str], pool: tuple[str, ...], labels: Sequence[str], stream: Stream) -> list[str]:
    """The longest text with the words of five of the pool put between its words one by one; after a shorter one."""
    at = max(range(len(texts)), key=lambda index: len(texts[index]))
    text = texts[at]
    if not text.strip():
        return texts
    added = [word for _ in range(5) for word in stream.choice(pool).split()]
    gaps = [
        found.end()
        for start, end in free_stretches(text, labels)
        for found in re.compile(r"(?<=\S)\s+(?=\S)").finditer(text, start, end)
    ]
    if len(gaps) < len(added):
        body = text.rstrip()
        return [*texts[:at], f"{body} {' '.join(added)}{text[len(body) :]}", *texts[at + 1 :]]
    places = sorted((stream.choice(gaps), number) for number in range(len(added)))
    for place, number in reversed(places):
        text = f"{text[:place]}{added[number]} {text[place:]}"
    return [*texts[:at], text, *texts[at + 1 :]]
