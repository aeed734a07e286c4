"""Negation: added in seven ways, taken away, doubled. What the answer must become is said by a map.

A clause is negated at its first finite verb: a form of be, an auxiliary, or a known verb in the present or past after
a plain subject. Anything else is not applicable rather than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import Field

from llmrobust.operators.builtin.words.morphology import past, third_person
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    DETERMINERS,
    is_base,
    participle_of,
    past_of,
    third_person_of,
)
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import editable, sentences
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): negation"
_NEGATIVE = re.compile(
    r"(?<!\w)(?:not|no|never|nothing|nobody|none|nowhere|neither|nor|without|hardly|scarcely|barely|cannot|"
    r"\w+n['’]t)(?!\w)",
    re.IGNORECASE,
)
_AUX = re.compile(
    rf"(?<![\w'’])(?P<aux>{'|'.join(sorted(AUXILIARIES))})(?= (?!not\b|n['’]t)[A-Za-z])"
    r"(?! you\b| I\b| we\b| they\b| he\b| she\b)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?P<subject>(?:I|you|we|they|he|she|it|everyone|everybody|someone|somebody|this|that)|"
    r"(?:the|a|an|this|that|these|those|my|your|his|her|its|our|their) (?:[a-z]+ ){0,2}?[a-z]+|"
    r"(?!wh[aeoy]|how)[A-Z][a-z]+) "
    r"(?P<verb>[a-z]+)(?= |[.!])",
    re.IGNORECASE,
)
_OPPOSITES = {
    "happy": "unhappy", "fair": "unfair", "interesting": "uninteresting",
    "funny": "unfunny", "pleasant": "unpleasant", "comfortable": "uncomfortable", "able": "unable",
    "important": "unimportant", "necessary": "unnecessary", "likely": "unlikely", "usual": "unusual",
    "lucky": "unlucky", "perfect": "imperfect", "patient": "impatient", "polite": "impolite",
    "correct": "incorrect", "complete": "incomplete", "convincing": "unconvincing", "inspired": "uninspired",
    "remarkable": "unremarkable", "appealing": "unappealing", "successful": "unsuccessful",
    "honest": "dishonest", "satisfied": "dissatisfied", "responsible": "irresponsible", "regular": "irregular",
    "legal": "illegal", "reliable": "unreliable", "realistic": "unrealistic", "safe": "unsafe", "healthy": "unhealthy",
}  # fmt: skip
_AFFIXED = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_OPPOSITES))})(?!\w)")
_NEVER_FAILED = frozenset("do have be want need like love know seem appear believe own belong cost".split())
"""States that nobody fails to be in."""
_CONTRACTED = {"can": "cannot", "will": "will not", "shall": "shall not"}
_FULL_TOO = ("has", "have", "had", "do", "does", "did")
"""Auxiliaries that are full verbs too."""
Change = Callable[[str], str | None]


class NegationParams(Params):
    """Parameters of negation operators."""

    target: str = Field(default="input", description="What is negated: input, context, or a variable's name.")
    map: dict[str, str] | None = Field(
        default=None,
        description="What answers must become, {true: false, false: true}. Without it nothing is promised.",
    )


class SameParams(Params):
    """Parameters of `negation.double`."""

    target: str = Field(default="input", description="What is negated twice: input, context, or a variable's name.")


_DECLARED: dict[str, Any] = {
    "level": "logic",
    "params": NegationParams,
    "relation": Relation.NO_PROMISE,
    "at_most": AtMost(1, 60),
}


@operator("negation.verbal", source=f"{FLUKE}, verbal", **_DECLARED)
def verbal(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates the verb of a sentence: did not like, is not good."""
    yield from _negated(prompt, params, draw, lambda text: negated(text, "not"), "not")


@operator("negation.absolute", source=f"{FLUKE}, absolute", **_DECLARED)
def absolute(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates the verb with never."""
    yield from _negated(prompt, params, draw, lambda text: negated(text, "never"), "never")


@operator("negation.approximate", source=f"{FLUKE}, approximate", **_DECLARED)
def approximate(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Weakens the verb with hardly."""
    yield from _negated(prompt, params, draw, lambda text: negated(text, "hardly"), "hardly")


@operator("negation.affixal", source=f"{FLUKE}, affixal (prompted, not released)", **_DECLARED)
def affixal(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Turns an adjective round with a prefix: unhappy, impossible."""

    def turned(text: str) -> str | None:
        found = _AFFIXED.search(text)
        if found is None or _NEGATIVE.search(text):
            return None
        new = _OPPOSITES[found[0]]
        before = re.sub(r"(?<!\w)a \Z", "an ", text[: found.start()]) if new[0] in "aeiou" else text[: found.start()]
        return before + new + text[found.end() :]

    yield from _negated(prompt, params, draw, turned, "prefix")


@operator("negation.lexical", source=f"{FLUKE}, lexical", **_DECLARED)
def lexical(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Negates by a verb: fails to, failed to."""

    def failing(text: str) -> str | None:
        found = _plain_verb(text)
        if found is None or found[2] in _NEVER_FAILED:
            return None
        start, end, base, form = found
        fails = {"past": "failed to", "third": "fails to", "base": "fail to"}[form]
        return f"{text[:start]}{fails} {base}{text[end:]}"

    yield from _negated(prompt, params, draw, failing, "fail")


@operator(
    "negation.statement", source="RobustLR (Sanyal et al. 2022, arXiv 2205.12598); IrrQA's negated claims", **_DECLARED
)
def statement(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Says that a statement is not the case: "It is not true that ..."."""
    yield from _negated(prompt, params, draw, lambda text: _that("It is not true that", text), "not-true")


@operator("negation.remove", source=f"{FLUKE}, removal; CheckList's remove_negation", **_DECLARED)
def remove(prompt: Prompt, params: NegationParams, draw: Draw) -> Iterator[Variant]:
    """Takes a verb's negation away: is good for is not good, liked for did not like."""
    yield from _negated(prompt, params, draw, _affirmed, "affirmed")


@operator(
    "negation.double",
    level="logic",
    params=SameParams,
    at_most=AtMost(1, 60),
    source=f"{FLUKE}, double negation",
)
def double(prompt: Prompt, params: SameParams, draw: Draw) -> Iterator[Variant]:
    """Negates a statement twice: "It is not true that it is false that ...". The answer stays."""
    yield from _rewritten(
        prompt, params.target, draw, lambda text: _that("It is not false that", text), "not-false", None
    )


def _negated(prompt: Prompt, params: NegationParams, draw: Draw, change: Change, name: str) -> Iterator[Variant]:
    yield from _rewritten(prompt, params.target, draw, change, name, params.map or {})


def _rewritten(
    prompt: Prompt, target: str, draw: Draw, change: Change, name: str, answer_map: Mapping[str, str] | None
) -> Iterator[Variant]:
    """The first sentence of the target that can be changed, changed. answer_map None: the answer stays."""
    for place in editable(prompt, (target,)):
        text = prompt.span(place).text
        parts = sentences(text)
        for index, part in enumerate(parts):
            free = free_stretches(part, draw.labels)
            new = change(part) if free == [(0, len(part))] and not part.rstrip().endswith("?") else None
            if new is None or new == part:
                continue
            whole = "".join([*parts[:index], new, *parts[index + 1 :]])
            relation = None if answer_map is None else Relation.FOLLOWS if answer_map else Relation.NO_PROMISE
            yield Variant(prompt.with_texts({place: whole}), name, answer_map=answer_map or {}, relation=relation)
            return


def negated(sentence: str, word: str) -> str | None:
    """The sentence with its first finite verb negated by "not", "never" or "hardly"; None where that is unsure.

    A sentence that is negative already is left alone.
    """
    if _NEGATIVE.search(sentence):
        return None
    aux, plain = _AUX.search(sentence), _plain_verb(sentence)
    full = aux is not None and aux["aux"].lower() in _FULL_TOO and not _is_auxiliary(sentence[aux.end() :])
    if aux is not None and not full and (plain is None or aux.start() <= plain[0]):
        verb = aux["aux"]
        before = sentence[: aux.start()]
        if not before.strip() or re.search(r"\b(?:who|which|that|what|where|when|if|because)\b", before, re.IGNORECASE):
            return None
        lower = verb.lower()
        new = _CONTRACTED.get(lower, f"{verb} not") if word == "not" else f"{verb} {word}"
        return before + new + sentence[aux.end() :]
    if plain is None:
        return None
    start, end, base, form = plain
    if word != "not":
        return f"{sentence[:start]}{word} {sentence[start:]}"
    helper = {"past": "did not", "third": "does not", "base": "do not"}[form]
    return f"{sentence[:start]}{helper} {base}{sentence[end:]}"


def _plain_verb(sentence: str) -> tuple[int, int, str, str] | None:
    """(start, end, base, form) of the verb right after the subject that begins the sentence; None where unsure."""
    found = _SUBJECT.match(sentence.lstrip())
    if found is None:
        return None
    offset = len(sentence) - len(sentence.lstrip())
    verb, subject = found["verb"], found["subject"].lower()
    if subject in DETERMINERS and subject not in ("this", "that", "one"):
        return None  # "Several objects fell": the verb is a noun
    start, end = found.start("verb") + offset, found.end("verb") + offset
    third = third_person_of(verb)
    if third is not None and subject not in ("i", "you", "we", "they"):
        return start, end, third, "third"
    before = past_of(verb)
    if before is not None and not (is_base(verb) and subject in ("i", "you", "we", "they")):
        return start, end, before, "past"
    if is_base(verb) and subject in ("i", "you", "we", "they"):
        return start, end, verb, "base"
    return None


def _is_auxiliary(rest: str) -> bool:
    """Whether what follows has, have, had, do is a participle or verb, as in "has seen" and not "has a dog"."""
    word = re.match(r" ([a-z]+)", rest)
    return word is not None and (participle_of(word[1]) is not None or word[1] in ("been", "had"))


_WITH_NEGATION = re.compile(r"\b(?:any|anyone|anybody|anything|anywhere|anymore|either|yet|ever|at all|help but)\b")
"""What needs a negation: "I knew anyone" is not English."""


def _affirmed(text: str) -> str | None:
    """The sentence without the one negation of its verb; None where it has none, or several."""
    if len(_NEGATIVE.findall(text)) != 1 or _WITH_NEGATION.search(text):
        return None
    plain = re.search(r"\b(?P<aux>is|are|was|were|am|will|would|can|could|should|may|might|must)(?:n['’]t| not) ", text)
    if plain:
        return f"{text[: plain.start()]}{plain['aux']} {text[plain.end() :]}"
    for written, aux in (("cannot ", "can "), ("can't ", "can "), ("won't ", "will ")):
        if re.search(rf"(?<!\w){written}", text):
            return re.sub(rf"(?<!\w){written}", aux, text, count=1)
    helped = re.search(r"\b(?P<aux>do|does|did)(?:n['’]t| not) (?P<verb>[a-z]+)\b", text)
    if helped and is_base(helped["verb"]):
        verb = helped["verb"]
        form = {"do": verb, "does": third_person(verb), "did": past(verb)}[helped["aux"]]
        return f"{text[: helped.start()]}{form}{text[helped.end() :]}"
    return None


def _that(lead: str, text: str) -> str | None:
    """ "It is not true that the sky is blue." of "The sky is blue."; None if it is not a statement."""
    body = text.strip()
    statement = re.fullmatch(r"[A-Z][^.!?]*\.", body)
    clause = _AUX.search(body) or _plain_verb(body)
    if statement is None or clause is None or _SUBJECT.match(body) is None:
        return None
    first = re.match(r"\w+", body)
    keep = first is None or first[0] == "I" or (first[0].istitle() and first[0].lower() not in _OPENING)
    said = body if keep else body[:1].lower() + body[1:]
    return text.replace(body, f"{lead} {said}")


_OPENING = frozenset(
    "the a an this that these those my your his her its our their he she it we they you everyone everybody someone "
    "there some many most all every each no".split()
)
"""Words that lose their capital when something precedes them; any other may be a name."""
