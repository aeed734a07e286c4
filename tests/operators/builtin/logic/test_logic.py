"""Negation, theories, and the prover."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.operators import REGISTRY, Draw, Relation
from llmrobust.operators.builtin.logic.theory import Literal, Rule, Theory, make_theory
from llmrobust.operators.builtin.logic.theory_english import parse_literal, parse_theory
from llmrobust.seeds import Stream
from tests.operators.prompts import SENTIMENTS, rendered, review, values, variants

TEMPLATE = "Theory: {{ theory }}\nStatement: {{ statement }}\nAnswer:\n"
ANSWERS = ("true", "false", "unknown")
literals = st.builds(Literal, st.sampled_from(["Erin", "Bob"]), st.sampled_from(["kind", "tall"]), st.booleans())
rules = st.builds(
    Rule, st.lists(literals, min_size=1, max_size=2).map(tuple), st.lists(literals, min_size=1, max_size=2).map(tuple),
    st.sampled_from(["and", "or"]),
)  # fmt: skip
theories = st.lists(st.one_of(literals, rules), min_size=1, max_size=5).map(lambda some: Theory(tuple(some)))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("negation.verbal", "The film is good.", "The film is not good."),
        ("negation.verbal", "She liked the film.", "She did not like the film."),
        ("negation.verbal", "He likes it.", "He does not like it."),
        ("negation.verbal", "They can swim.", "They cannot swim."),
        ("negation.verbal", "It has a garden.", "It does not have a garden."),
        ("negation.verbal", "The film is not good.", None),
        ("negation.verbal", "Is the film good?", "Is the film not good?"),
        ("negation.verbal", "They're late.", "They are not late."),
        ("negation.verbal", "He has sold the car.", "He has not sold the car."),
        ("negation.verbal", "Why was my card declined?", "Why was my card not declined?"),
        ("negation.absolute", "She liked the film.", "She never liked the film."),
        ("negation.approximate", "They can swim.", "They can hardly swim."),
        ("negation.affixal", "She was a happy guest.", "She was an unhappy guest."),
        ("negation.lexical", "She called the hotel.", "She failed to call the hotel."),
        ("negation.statement", "The film is good.", "It is not true that the film is good."),
        ("negation.remove", "She did not like the film.", "She liked the film."),
        ("negation.remove", "The film isn't good.", "The film is good."),
        ("negation.remove", "The film is good.", None),
        ("negation.remove", "They don't sell any cars.", "They sell some cars."),
        ("negation.remove", "I did not get my card yet.", "I got my card already."),
        ("negation.remove", "I no longer live there.", "I still live there."),
        ("negation.remove", "Nobody answered.", "Somebody answered."),
        ("negation.remove", "I don't know why it did not work.", "I know why it did not work."),
        ("negation.verbal", "Which machines would take my card?", "Which machines would not take my card?"),
        ("negation.verbal", "Calculate the total number of hours.", "Do not calculate the total number of hours."),
        ("negation.approximate", "Why did I get a fee?", "Why did I rarely get a fee?"),
        ("negation.approximate", "Can you explain it?", None),
        ("negation.lexical", "How do I change my name?", "How do I fail to change my name?"),
        ("negation.lexical", "There are more cats than dogs.", "There are fewer cats than dogs."),
        ("negation.affixal", "It is possible to pay by card.", "It is impossible to pay by card."),
        ("negation.remove", "He doesn't want to run.", "He wants to run."),
        ("negation.remove", "I never got my card.", "I got my card."),
        ("negation.remove", "I can't pay.", "I can pay."),
        ("negation.remove", "I didn't see anyone.", "I saw someone."),
        ("negation.double", "Anna lives here.", "It is not false that Anna lives here."),
        (
            "negation.double",
            "Nobody answered the phone all day.",
            "It is not false that nobody answered the phone all day.",
        ),
        ("negation.double", "If it rains, the match will be cancelled.", None),
        (
            "negation.double",
            "Neither the CEO nor the board members were aware of the problem until the auditors told them.",
            "It is not false that neither the CEO nor the board members were aware of the problem until the auditors "
            "told them.",
        ),
        ("negation.double", "You must pay the fee.", None),
    ],
)
def test_sentences_are_negated_or_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected


def test_a_map_says_what_the_answer_must_become() -> None:
    prompt = review("The film is good.")
    found = variants("negation.verbal", prompt, SENTIMENTS, map={"positive": "negative"})["not"]
    assert (found.relation, found.answer_map) == (Relation.FOLLOWS, {"positive": "negative"})
    assert variants("negation.verbal", prompt, SENTIMENTS)["not"].relation is Relation.NO_PROMISE
    assert variants("negation.double", prompt, SENTIMENTS)["not-false"].relation is None
    asked = review("Why was my card declined?")
    assert variants("negation.verbal", asked, SENTIMENTS, map={"positive": "negative"}) == {}, "a map is of statements"


def test_a_word_gives_way_to_its_opposite_in_the_same_form() -> None:
    found = values("negation.lexical", "She bought an expensive pen.")
    assert found == {"fail": "She failed to buy an expensive pen.", "opposite": "She sold an expensive pen."}
    assert values("negation.lexical", "It was an early train.") == {"opposite": "It was a late train."}


@given(theories)
def test_theories_are_read_as_they_are_told(theory: Theory) -> None:
    told = parse_theory(str(theory))
    assert told is not None
    assert str(told) == str(theory)
    for world in product((False, True), repeat=2):
        statement = Literal("Erin", "kind", world[0])
        assert told.answer(statement) == theory.answer(statement)


@settings(max_examples=60)
@given(theories, literals)
def test_the_prover_agrees_with_every_world(theory: Theory, statement: Literal) -> None:
    atoms = [(person, attribute) for person in ("Erin", "Bob") for attribute in ("kind", "tall")]

    def holds(sentence: Literal | Rule, world: dict[tuple[str, str], bool]) -> bool:
        if isinstance(sentence, Literal):
            return world[sentence.subject, sentence.attribute] is sentence.positive
        met = [holds(one, world) for one in sentence.conditions]
        return not (all(met) if sentence.connective == "and" else any(met)) or all(
            holds(one, world) for one in sentence.conclusions
        )

    worlds = [dict(zip(atoms, values, strict=True)) for values in product((False, True), repeat=4)]
    possible = [world for world in worlds if all(holds(sentence, world) for sentence in theory.sentences)]
    seen = {holds(statement, world) for world in possible}
    expected = None if not seen else "unknown" if len(seen) == 2 else "true" if True in seen else "false"
    assert theory.answer(statement) == expected


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 500), rules=st.integers(1, 3))
def test_equivalent_theories_give_equal_answers_and_contrasts_proved_ones(seed: int, rules: int) -> None:
    theory, statement = make_theory(Stream("test", seed), rules)
    assert theory.answer(statement) == "true"
    fields = {"theory": str(theory), "statement": f"{statement}."}
    prompt = rendered(TEMPLATE, fields, ANSWERS)
    for name in REGISTRY.names():
        operator = REGISTRY.get(name)
        if operator is None or operator.family != "logic":
            continue
        for variant in operator.variants(prompt, operator.params(), Draw(0, name, "e", fields, ANSWERS, "true")):
            changed = parse_theory(variant.prompt.messages[0].text.split("Theory: ")[1].split("\n")[0])
            assert changed is not None
            answer = changed.answer(statement)
            if operator.relation is Relation.SAME:
                assert (answer, variant.expected) == ("true", None), name
            else:
                assert answer == (variant.expected or "true"), name


def test_text_that_is_no_theory_is_not_applicable() -> None:
    assert parse_theory("Erin is kind. She left.") is None
    assert parse_literal("Is Erin kind?") is None
    fields = {"theory": "Some text.", "statement": "Erin is kind."}
    prompt = rendered(TEMPLATE, fields, ANSWERS)
    operator = REGISTRY.get("logic.conjunction")
    assert operator is not None
    assert list(operator.variants(prompt, operator.params(), Draw(0, "u", "e", fields, ANSWERS))) == []


def test_with_a_map_only_what_the_map_can_follow_is_negated() -> None:
    for text in ("Is the film good?", "Call the hotel.", "I know that she never came, and he left."):
        assert values("negation.verbal", text, map={"positive": "negative"}) == {}
    assert values("negation.verbal", "The film is good.", map={"positive": "negative"})


def test_rules_that_are_joined_with_the_condition_last_have_a_comma_before_it() -> None:
    theory = "Bob is quiet if Dave is kind. Bob is calm if Dave is kind. Dave is kind."
    prompt = rendered(TEMPLATE, {"theory": theory, "statement": "Bob is calm."}, ANSWERS)
    operator = REGISTRY.get("logic.distributive_1")
    assert operator is not None
    draw = Draw(0, "u", "e", {"theory": theory, "statement": "Bob is calm."}, ANSWERS, "true")
    [found] = operator.variants(prompt, operator.params(), draw)
    assert "Theory: Bob is quiet and Bob is calm, if Dave is kind. Dave is kind.\n" in found.prompt.messages[0].text
