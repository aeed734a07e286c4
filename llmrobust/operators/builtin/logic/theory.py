"""Theories in a fragment of English: facts, rules, and what follows from them. The world is open.

"Erin is kind." and "Gary is the son of Fiona." are facts; "If Bob is tall and Bob is round, then Erin is not kind.",
"Erin is kind, if Bob is tall." and "If someone is tall then they are kind." are rules, the last one about everybody.
A theory says something about a statement, or nothing. `theory_english` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal as Choice

from llmrobust.operators.builtin.logic.prover import Clause, satisfiable
from llmrobust.seeds import Stream

Answer = Choice["true", "false", "unknown"]
Connective = Choice["and", "or"]
Form = Choice["if-comma-then", "if-then", "trailing", "trailing-plain"]
"""How a rule is said: "If A, then B.", "If A then B.", "B, if A.", "B if A."."""
SOMEONE = ("someone", "somebody", "anyone", "anybody", "a person", "something", "anything")
"""Subjects of rules that are about everybody."""
MOST_CLAUSES = 5_000


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """ "Erin is kind", "Gary is not the son of Fiona", "someone is tall". told: how a text said it, if it was read."""

    subject: str
    attribute: str
    positive: bool = True
    told: str = field(default="", compare=False)

    @property
    def opposite(self) -> Literal:
        """The same with the other sign."""
        return Literal(self.subject, self.attribute, not self.positive)

    @property
    def is_general(self) -> bool:
        """Whether it is about everybody."""
        return self.subject.lower() in SOMEONE

    def about(self, subject: str) -> Literal:
        """The same about somebody else."""
        return Literal(subject, self.attribute, self.positive)

    def __str__(self) -> str:
        return f"{self.subject} is {'' if self.positive else 'not '}{self.attribute}"


@dataclass(frozen=True, slots=True)
class Rule:
    """If the conditions hold (all of them, or one of them), then all conclusions do.

    form: how it is said. told: how a text said it, if it was read.
    """

    conditions: tuple[Literal, ...]
    conclusions: tuple[Literal, ...]
    connective: Connective = "and"
    form: Form = field(default="if-comma-then", compare=False)
    told: str = field(default="", compare=False)

    def with_parts(
        self,
        conditions: tuple[Literal, ...] | None = None,
        conclusions: tuple[Literal, ...] | None = None,
        connective: Connective | None = None,
    ) -> Rule:
        """The rule with other parts, said in the same form."""
        return Rule(
            self.conditions if conditions is None else conditions,
            self.conclusions if conclusions is None else conclusions,
            self.connective if connective is None else connective,
            self.form,
        )

    def grounded(self, people: tuple[str, ...]) -> Iterator[Rule]:
        """The rule about each of these people, if it is about everybody; else the rule."""
        if not any(one.is_general for one in (*self.conditions, *self.conclusions)):
            yield self
            return
        for person in people:
            conditions, conclusions = (
                tuple(one.about(person) if one.is_general else one for one in part)
                for part in (self.conditions, self.conclusions)
            )
            yield Rule(conditions, conclusions, self.connective)

    def __str__(self) -> str:
        first, second = self.conditions, self.conclusions
        trailing = self.form.startswith("trailing")
        said = list(_said((*second, *first) if trailing else (*first, *second)))
        if trailing:
            said = [*said[len(second) :], *said[: len(second)]]
        conditions = f" {self.connective} ".join(said[: len(first)])
        conclusions = " and ".join(said[len(first) :])
        if trailing:
            comma = "," if self.form == "trailing" else ""
            return f"{conclusions[:1].upper()}{conclusions[1:]}{comma} if {conditions}."
        return f"If {conditions}{',' if self.form == 'if-comma-then' else ''} then {conclusions}."


Sentence = Literal | Rule


@dataclass(frozen=True)
class Theory:
    """Facts and rules in the order in which they are told."""

    sentences: tuple[Sentence, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules."""
        return tuple(sentence for sentence in self.sentences if isinstance(sentence, Rule))

    def __str__(self) -> str:
        said = (
            one.told or (f"{_raised(str(one))}." if isinstance(one, Literal) else str(one)) for one in self.sentences
        )
        return " ".join(said)

    def with_sentence(self, old: Sentence, *new: Sentence) -> Theory:
        """The theory with a sentence replaced by others (or by none)."""
        at = self.sentences.index(old)
        return Theory((*self.sentences[:at], *new, *self.sentences[at + 1 :]))

    def answer(self, statement: Literal) -> Answer | None:
        """What follows of a statement in classical logic; None for a theory that contradicts itself.

        Rules about everybody are about everybody whom the theory or the statement names. Raises ValueError for a
        theory that is too large to prove.
        """
        clauses, atoms = self._clauses(statement)
        atom = atoms[statement.subject, statement.attribute] * (1 if statement.positive else -1)
        may_hold, may_fail = satisfiable(clauses, (atom,)), satisfiable(clauses, (-atom,))
        if not may_hold and not may_fail:
            return None
        return "unknown" if may_hold and may_fail else "true" if may_hold else "false"

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everybody whom the theory names as a subject."""
        return tuple(dict.fromkeys(one.subject for one in self._literals() if not one.is_general))

    def _clauses(self, statement: Literal) -> tuple[list[Clause], dict[tuple[str, str], int]]:
        people = tuple(dict.fromkeys((*self.people, statement.subject)))
        atoms: dict[tuple[str, str], int] = {(statement.subject, statement.attribute): 1}

        def signed(one: Literal) -> int:
            number = atoms.setdefault((one.subject, one.attribute), len(atoms) + 1)
            return number if one.positive else -number

        clauses: list[Clause] = []
        for sentence in self.sentences:
            if isinstance(sentence, Literal):
                clauses.append((signed(sentence),))
                continue
            for rule in sentence.grounded(people):
                denied = tuple(-signed(one) for one in rule.conditions)
                bodies = [denied] if rule.connective == "and" else [(one,) for one in denied]
                clauses += [tuple(dict.fromkeys((*body, signed(one)))) for body in bodies for one in rule.conclusions]
            if len(clauses) > MOST_CLAUSES:
                raise ValueError(f"a theory of more than {MOST_CLAUSES} clauses is too large to prove")
        return [clause for clause in clauses if not any(-one in clause for one in clause)], atoms

    def _literals(self) -> Iterator[Literal]:
        for sentence in self.sentences:
            if isinstance(sentence, Literal):
                yield sentence
            else:
                yield from (*sentence.conditions, *sentence.conclusions)


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


def _said(literals: tuple[Literal, ...]) -> Iterator[str]:
    """The literals of a rule in the order in which they are said: after "someone", the others are about "they"."""
    named = False
    for one in literals:
        if one.is_general and named:
            yield f"they are {'' if one.positive else 'not '}{one.attribute}"
        else:
            yield str(replace(one, subject=one.subject.lower()) if one.is_general else one)
        named = named or one.is_general


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]
