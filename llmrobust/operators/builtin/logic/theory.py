"""Theories in a small fragment of English: facts, rules, a prover, and the way back to English.

"Erin is kind." is a fact; "If Bob is tall and Bob is round, then Erin is not kind." a rule. A theory says something
about a statement, or nothing: the world is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal as Choice

from llmrobust.seeds import Stream

Answer = Choice["true", "false", "unknown"]
Connective = Choice["and", "or"]
MOST_ATOMS = 14
"""The prover tries every world; 2 to the power of this many is what it tries at most."""
_LITERAL = re.compile(r"(?P<subject>[A-Z][\w-]*) is (?P<negation>not )?(?P<attribute>[a-z][\w-]*)")
_FACT = re.compile(rf"{_LITERAL.pattern}\.")
_RULE = re.compile(r"If (?P<conditions>[^,.]+), then (?P<conclusions>[^,.]+)\.")


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """ "Erin is kind", or "Erin is not kind"."""

    subject: str
    attribute: str
    positive: bool = True

    @property
    def opposite(self) -> Literal:
        """The same with the other sign."""
        return replace(self, positive=not self.positive)

    def __str__(self) -> str:
        return f"{self.subject} is {'' if self.positive else 'not '}{self.attribute}"


@dataclass(frozen=True, slots=True)
class Rule:
    """If the conditions hold (all of them, or one of them), then all conclusions do."""

    conditions: tuple[Literal, ...]
    conclusions: tuple[Literal, ...]
    connective: Connective = "and"

    def __str__(self) -> str:
        conditions = f" {self.connective} ".join(map(str, self.conditions))
        return f"If {conditions}, then {' and '.join(map(str, self.conclusions))}."


Sentence = Literal | Rule


@dataclass(frozen=True, slots=True)
class Theory:
    """Facts and rules in the order in which they are told."""

    sentences: tuple[Sentence, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules."""
        return tuple(sentence for sentence in self.sentences if isinstance(sentence, Rule))

    def __str__(self) -> str:
        return " ".join(
            f"{sentence}." if isinstance(sentence, Literal) else str(sentence) for sentence in self.sentences
        )

    def with_sentence(self, old: Sentence, *new: Sentence) -> Theory:
        """The theory with a sentence replaced by others (or by none)."""
        at = self.sentences.index(old)
        return Theory((*self.sentences[:at], *new, *self.sentences[at + 1 :]))

    def answer(self, statement: Literal) -> Answer | None:
        """What follows of a statement in classical logic; None for a theory that contradicts itself.

        Raises ValueError for more than MOST_ATOMS different atoms.
        """
        seen: set[bool] = set()
        for world in self._worlds(statement):
            seen.add(world[statement.subject, statement.attribute] == statement.positive)
            if len(seen) == 2:
                return "unknown"
        return None if not seen else "true" if True in seen else "false"

    def _worlds(self, statement: Literal) -> Iterator[dict[tuple[str, str], bool]]:
        """Every world in which all sentences hold."""
        atoms = sorted({(one.subject, one.attribute) for one in (*self._literals(), statement)})
        if len(atoms) > MOST_ATOMS:
            raise ValueError(f"a theory of {len(atoms)} atoms is too large to prove")
        for values in product((False, True), repeat=len(atoms)):
            world = dict(zip(atoms, values, strict=True))
            if all(_holds(sentence, world) for sentence in self.sentences):
                yield world

    def _literals(self) -> Iterator[Literal]:
        for sentence in self.sentences:
            if isinstance(sentence, Literal):
                yield sentence
            else:
                yield from (*sentence.conditions, *sentence.conclusions)


def parse_theory(text: str) -> Theory | None:
    """The theory in a text; None where any sentence has another form."""
    sentences: list[Sentence] = []
    for part in re.split(r"(?<=\.)\s+", text.strip()):
        fact, rule = _FACT.fullmatch(part), _RULE.fullmatch(part)
        if fact:
            sentences.append(_literal(fact))
        elif rule:
            read = _rule(rule)
            if read is None:
                return None
            sentences.append(read)
        else:
            return None
    return Theory(tuple(sentences)) if sentences else None


def parse_literal(text: str) -> Literal | None:
    """The statement that a text makes, or None."""
    found = _LITERAL.fullmatch(text.strip().rstrip("."))
    return None if found is None else _literal(found)


def make_theory(stream: Stream, rules: int = 2, distractors: int = 2) -> tuple[Theory, Literal]:
    """A theory with a chain of rules that proves a statement, and distracting facts; the statement's answer is true."""
    people = stream.sample(("Erin", "Bob", "Charlie", "Dave", "Fiona", "Gary"), 3)
    attributes = stream.sample(
        ("kind", "tall", "round", "quiet", "young", "cold", "big", "smart", "rough", "green", "blue", "nice"), 12
    )
    first = Literal(people[0], attributes[0])
    sentences: list[Sentence] = [first]
    known = first
    for number in range(rules):
        then = Literal(people[(number + 1) % 3], attributes[number + 1])
        sentences.append(Rule((known,), (then,)))
        known = then
    for number in range(distractors):
        sentences.append(Literal(stream.choice(people), attributes[rules + 1 + number], stream.chance(0.7)))
    stream.shuffle(sentences)
    return Theory(tuple(sentences)), known


def _holds(sentence: Sentence, world: dict[tuple[str, str], bool]) -> bool:
    if isinstance(sentence, Literal):
        return world[sentence.subject, sentence.attribute] == sentence.positive
    met = [world[one.subject, one.attribute] == one.positive for one in sentence.conditions]
    applies = all(met) if sentence.connective == "and" else any(met)
    return not applies or all(_holds(one, world) for one in sentence.conclusions)


def _literal(found: re.Match[str]) -> Literal:
    return Literal(found["subject"], found["attribute"], found["negation"] is None)


def _rule(found: re.Match[str]) -> Rule | None:
    connective: Connective = "or" if " or " in found["conditions"] else "and"
    conditions = _literals(found["conditions"], connective)
    conclusions = _literals(found["conclusions"], "and")
    return None if conditions is None or conclusions is None else Rule(conditions, conclusions, connective)


def _literals(text: str, connective: str) -> tuple[Literal, ...] | None:
    read: Iterable[re.Match[str] | None] = [_LITERAL.fullmatch(part) for part in text.split(f" {connective} ")]
    literals = [_literal(one) for one in read if one is not None]
    return tuple(literals) if len(literals) == len(text.split(f" {connective} ")) else None
