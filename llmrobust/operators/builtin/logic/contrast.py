"""RobustLR: theories with one logical operator added (the answer is proved anew), or written equivalently.

The theory is English in one variable of the prompt ("Erin is kind. If Erin is kind, then Bob is tall."), the statement
in another; both are read by `theory_english.py`, and anything else is not applicable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.operators.builtin.logic.theory import Literal, Rule, Theory
from llmrobust.operators.builtin.logic.theory_english import parse_literal, parse_theory
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Place, Prompt

ROBUSTLR = "RobustLR (Sanyal et al. 2022, arXiv 2205.12598)"
NEW_ATTRIBUTES = ("calm", "proud", "brave", "tired", "funny")
"""Of nobody in the theory, so that nothing is known of them."""
_TEMPLATE = """{% instruction %}Say true, false or unknown.{% endinstruction %}
Theory: {{ theory }}
Statement: {{ statement }}
Answer:
"""
_TOLD = (
    "Erin is kind. If Erin is kind, then Bob is tall. If Erin is kind, then Dave is cold. If Erin is nice, then Bob is "
    "tall."
)
_SAMPLE = Sample(
    {"theory": _TOLD, "statement": "Bob is tall."}, _TEMPLATE, ("true", "false", "unknown"), expected="true"
)


class TheoryParams(Params):
    """Parameters of operators on theories."""

    theory: str = Field(default="theory", description="The variable with the theory.")
    statement: str = Field(default="statement", description="The variable with the statement.")
    answers: dict[str, str] = Field(
        default={"true": "true", "false": "false", "unknown": "unknown"},
        description="What the suite calls the answers true, false and unknown.",
    )


_DECLARED: dict[str, Any] = {
    "level": "logic",
    "params": TheoryParams,
    "touches": ("input",),
    "owns": ("label",),
    "at_most": AtMost(2, 200),
    "sample": _SAMPLE,
    "version": 2,
}
Made = Iterable[tuple[str, Theory]]


@operator("logic.conjunction", relation=Relation.FOLLOWS, source=f"{ROBUSTLR}: conjunction contrast set", **_DECLARED)
def conjunction(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Adds a condition that is not known to hold to a rule, with "and"; the answer is proved anew."""
    yield from _changed(prompt, params, draw, lambda theory: _with_condition(theory, draw, "and"))


@operator("logic.disjunction", relation=Relation.FOLLOWS, source=f"{ROBUSTLR}: disjunction contrast set", **_DECLARED)
def disjunction(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Adds a condition to a rule with "or"; the answer is proved anew."""
    yield from _changed(prompt, params, draw, lambda theory: _with_condition(theory, draw, "or"))


@operator("logic.negation", relation=Relation.FOLLOWS, source=f"{ROBUSTLR}: negation contrast set", **_DECLARED)
def negation(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Negates a conclusion, a condition, or a fact; the answer is proved anew."""

    def made(theory: Theory) -> Made:
        rules = theory.rules
        if rules:
            rule = rules[-1]
            yield "conclusion", theory.with_sentence(rule, rule.with_parts(conclusions=_turned(rule.conclusions)))
            yield "condition", theory.with_sentence(rule, rule.with_parts(conditions=_turned(rule.conditions)))
        facts = [sentence for sentence in theory.sentences if isinstance(sentence, Literal)]
        if facts:
            yield "fact", theory.with_sentence(facts[0], facts[0].opposite)

    yield from _changed(prompt, params, draw, made)


@operator("logic.contrapositive", source=f"{ROBUSTLR}: contrapositive equivalence set", **_DECLARED)
def contrapositive(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Writes rules of one condition and one conclusion as their contrapositive, one variant a rule and one for all."""

    def made(theory: Theory) -> Made:
        simple = [rule for rule in theory.rules if len(rule.conditions) == len(rule.conclusions) == 1]
        whole = theory
        for number, rule in enumerate(simple, 1):
            turned = rule.with_parts((rule.conclusions[0].opposite,), (rule.conditions[0].opposite,))
            yield f"rule-{number}", theory.with_sentence(rule, turned)
            whole = whole.with_sentence(rule, turned)
        if len(simple) > 1:
            yield "all", whole

    yield from _changed(prompt, params, draw, made)


@operator("logic.distributive_1", source=f"{ROBUSTLR}: distributive 1 equivalence set", **{**_DECLARED, "version": 3})
def distributive_1(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Joins two rules of equal conditions into one with both conclusions, or splits such a rule."""

    def made(theory: Theory) -> Made:
        for rule in theory.rules:
            if len(rule.conclusions) > 1 and rule.form != "trailing-plain":
                parts = [rule.with_parts(conclusions=(one,)) for one in rule.conclusions]
                yield "split", theory.with_sentence(rule, *parts)
                return
        for first, second in _pairs(theory):
            if (first.conditions, first.connective) == (second.conditions, second.connective):
                joined = first.with_parts(conclusions=(*first.conclusions, *second.conclusions))
                if joined.form == "trailing-plain":
                    # "Bob is quiet and Bob is calm if Dave is kind." could say that Bob is quiet in any case.
                    joined = replace(joined, form="trailing")
                yield "joined", theory.with_sentence(second).with_sentence(first, joined)
                return

    yield from _changed(prompt, params, draw, made)


@operator("logic.distributive_2", source=f"{ROBUSTLR}: distributive 2 equivalence set", **_DECLARED)
def distributive_2(prompt: Prompt, params: TheoryParams, draw: Draw) -> Iterator[Variant]:
    """Joins two rules of equal conclusions into one with either condition, or splits such a rule."""

    def made(theory: Theory) -> Made:
        for rule in theory.rules:
            if rule.connective == "or" and len(rule.conditions) > 1:
                parts = [rule.with_parts((one,), connective="and") for one in rule.conditions]
                yield "split", theory.with_sentence(rule, *parts)
                return
        for first, second in _pairs(theory):
            if first.conclusions == second.conclusions and len(first.conditions) == len(second.conditions) == 1:
                joined = first.with_parts((*first.conditions, *second.conditions), connective="or")
                yield "joined", theory.with_sentence(second).with_sentence(first, joined)
                return

    yield from _changed(prompt, params, draw, made)


def _changed(prompt: Prompt, params: TheoryParams, draw: Draw, made: Callable[[Theory], Made]) -> Iterator[Variant]:
    """Variants with the changed theories, each with the prover's answer; contradictions are left out."""
    place = _place(prompt, params.theory)
    told = draw.fields.get(params.statement)
    if place is None or not isinstance(told, str):
        return
    theory, statement = parse_theory(prompt.span(place).text), parse_literal(told)
    before = None if theory is None or statement is None else _answer(theory, statement)
    if theory is None or statement is None or before is None:
        return
    for name, new in made(theory):
        answer = _answer(new, statement)
        if answer is not None and new != theory:
            relation = Relation.SAME if answer == before else Relation.FOLLOWS
            expected = params.answers.get(answer, answer) if relation is Relation.FOLLOWS else None
            yield Variant(prompt.with_texts({place: str(new)}), name, expected=expected, relation=relation)


def _answer(theory: Theory, statement: Literal) -> str | None:
    """The theory's answer to the statement; None where it contradicts itself or is too large to prove."""
    try:
        return theory.answer(statement)
    except ValueError:
        return None


def _place(prompt: Prompt, name: str) -> Place | None:
    places = [place for place, span in prompt.places(lambda span: span.kind == "variable" and span.name == name)]
    return places[0] if len(places) == 1 and not prompt.span(places[0]).protected else None


def _with_condition(theory: Theory, draw: Draw, connective: Any) -> Made:
    """Each rule that has no other connective with one more condition, about somebody whom it names already."""
    stream = draw.stream("condition", connective)
    for number, rule in enumerate(theory.rules, 1):
        if len(rule.conditions) > 1 and rule.connective != connective:
            continue
        added = Literal(rule.conditions[0].subject, stream.choice(NEW_ATTRIBUTES))
        new = rule.with_parts((*rule.conditions, added), connective=connective)
        yield f"rule-{number}", theory.with_sentence(rule, new)


def _turned(literals: tuple[Literal, ...]) -> tuple[Literal, ...]:
    return (literals[0].opposite, *literals[1:])


def _pairs(theory: Theory) -> Iterator[tuple[Rule, Rule]]:
    for at, first in enumerate(theory.rules):
        yield from ((first, second) for second in theory.rules[at + 1 :])
