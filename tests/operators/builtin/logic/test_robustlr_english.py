"""The English of RobustLR: rules with the condition first or last, relations, and rules about everybody."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from llmrobust.loading import load_suite_file
from llmrobust.operators import REGISTRY, Draw, Relation
from llmrobust.operators.builtin.logic.theory import Literal, Rule, Theory
from llmrobust.operators.builtin.logic.theory_english import parse_literal, parse_theory
from llmrobust.plan import plan_suite
from tests.operators.prompts import rendered, variants

KIND, TALL = Literal("Erin", "kind"), Literal("Charlie", "tall")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Erin is kind, if Charlie is tall.", Rule((TALL,), (KIND,))),
        ("Erin is kind if Charlie is tall.", Rule((TALL,), (KIND,))),
        ("If Charlie is tall then Erin is kind.", Rule((TALL,), (KIND,))),
        ("If Charlie is tall, Erin is kind.", Rule((TALL,), (KIND,))),
        ("If Charlie is not tall, then Erin is not kind.", Rule((TALL.opposite,), (KIND.opposite,))),
        ("If Charlie isn't tall then Erin is kind.", Rule((TALL.opposite,), (KIND,))),
        ("If it is not true that Charlie is tall, then Erin is kind.", Rule((TALL.opposite,), (KIND,))),
        (
            "If Charlie is tall and not round, then Erin is kind.",
            Rule((TALL, Literal("Charlie", "round", False)), (KIND,)),
        ),
        (
            "If Gary is the son of Fiona, then Gary is kind.",
            Rule((Literal("Gary", "the son of Fiona"),), (Literal("Gary", "kind"),)),
        ),
        (
            "If someone is tall or they are round then they are kind.",
            Rule((Literal("someone", "tall"), Literal("someone", "round")), (Literal("someone", "kind"),), "or"),
        ),
        ("Someone is kind, if they are tall.", Rule((Literal("someone", "tall"),), (Literal("someone", "kind"),))),
    ],
)
def test_rules_are_read(text: str, rule: Rule) -> None:
    theory = parse_theory(text)
    assert theory == Theory((rule,))
    assert str(theory) == text, "what is not changed is told as it was"


@pytest.mark.parametrize(
    "text",
    ["They are kind.", "Erin is kind. She left.", "If they are tall then Erin is kind.", "Erin likes Bob.", "Erin is."],
)
def test_other_english_is_left_alone(text: str) -> None:
    assert parse_theory(text) is None


def test_a_rule_about_everybody_is_about_whom_the_theory_names() -> None:
    theory = parse_theory("If someone is tall then they are kind. Charlie is tall. Bob is round.")
    assert theory is not None
    answers = {name: theory.answer(Literal(name, "kind")) for name in ("Charlie", "Bob", "Dave")}
    assert answers == {"Charlie": "true", "Bob": "unknown", "Dave": "unknown"}
    assert theory.answer(Literal("Charlie", "kind", False)) == "false"


def test_large_theories_are_proved() -> None:
    people = [f"Person-{chr(65 + i)}" for i in range(20)]
    facts = " ".join(f"{person} is tall." for person in people)
    theory = parse_theory(f"{facts} If someone is tall then they are kind. If someone is kind then they are nice.")
    assert theory is not None
    assert all(theory.answer(Literal(person, "nice")) == "true" for person in people)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "Erin is kind, if Charlie is tall. Charlie is tall.",
            "Charlie is not tall, if Erin is not kind. Charlie is tall.",
        ),
        ("If someone is tall then they are kind. Charlie is tall.", "If someone is not kind then they are not tall."),
        ("Bob is kind if Bob is the son of Erin. Bob is kind.", "Bob is not the son of Erin if Bob is not kind."),
    ],
)
def test_a_changed_rule_keeps_its_form(told: str, expected: str) -> None:
    prompt = rendered("Theory: {{ theory }}\nStatement: {{ statement }}\nAnswer:\n", {"theory": told, "statement": ""})
    operator = REGISTRY.get("logic.contrapositive")
    assert operator is not None
    draw = Draw(0, "u", "e", {"theory": told, "statement": "Erin is kind."})
    texts = [one.prompt.messages[0].text for one in operator.variants(prompt, operator.params(), draw)]
    assert any(expected in text for text in texts)
    assert variants("logic.contrapositive", prompt) == {}, "without a statement there is nothing to prove"


def test_every_row_of_the_shared_suite_reaches_the_family(shared_data: Path) -> None:
    suite = load_suite_file(
        shared_data.parent / "cases" / "suites" / "robustlr-english.robust.yaml", shared_data.parent
    )
    plan = plan_suite(suite)
    reached = {case.example.id for case in plan.cases if not case.is_original}
    assert reached == {example.id for example in suite.examples}
    for case in plan.cases:
        if case.is_original:
            continue
        text = case.prompt.messages[-1].text
        theory = parse_theory(text.split("Theory: ")[1].split("\nStatement:")[0])
        statement = parse_literal(case.example.fields["statement"])
        assert theory is not None
        assert statement is not None
        answers = brute_force(theory, statement)
        assert answers == (case.expected or case.example.expected)
        assert (case.relation is Relation.SAME) == (answers == case.example.expected)


def brute_force(theory: Theory, statement: Literal) -> str:
    """The answer by trying every world."""
    people = tuple(dict.fromkeys((*theory.people, statement.subject)))
    rules = [one for rule in theory.rules for one in rule.grounded(people)]
    facts = [one for one in theory.sentences if isinstance(one, Literal)]
    literals = [*facts, statement, *(one for rule in rules for one in (*rule.conditions, *rule.conclusions))]
    atoms = sorted({(one.subject, one.attribute) for one in literals})
    seen = set()
    for values in product((False, True), repeat=len(atoms)):
        world = dict(zip(atoms, values, strict=True))

        def true(one: Literal, world: dict[tuple[str, str], bool] = world) -> bool:
            return world[one.subject, one.attribute] is one.positive

        met = all(map(true, facts)) and all(
            not (all if rule.connective == "and" else any)(map(true, rule.conditions))
            or all(map(true, rule.conclusions))
            for rule in rules
        )
        if met:
            seen.add(true(statement))
    return "unknown" if len(seen) == 2 else "true" if True in seen else "false"
