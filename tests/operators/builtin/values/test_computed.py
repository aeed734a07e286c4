"""Answers that are computed from the numbers of a text."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import OperatorError
from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.operators.builtin.values.computed import (
    Miscalculated,
    computation_in,
    computation_of,
    shown,
    variable_quantities,
    varied,
)
from llmrobust.seeds import Stream
from tests.operators.prompts import rendered

CLIPS = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
    "How many clips did Natalia sell altogether in April and May?"
)
MARKS = "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nAltogether 48+24 = <<48+24=72>>72.\n#### 72"


def made(text: str, gold: str | None, labels: tuple[str, ...] = (), samples: int = 3, **fields: str) -> list[Variant]:
    operator = REGISTRY.get("entity.number")
    assert operator is not None
    prompt = rendered("{% instruction %}Solve it.{% endinstruction %}\nQ: {{ q }}\nA:", {"q": text}, labels)
    draw = Draw(0, "entity.number", "e", {"q": text, **fields}, labels, gold)
    return list(operator.variants(prompt, operator.params(samples=samples), draw))


def test_the_answer_is_computed_anew_from_calculator_marks() -> None:
    found = made(CLIPS, "72", solution=MARKS)
    assert len({one.detail["48"] for one in found}) == 3, "samples differ"
    for one in found:
        new = int(one.detail["48"])
        assert (one.relation, one.expected) == (Relation.FOLLOWS, str(new + new // 2))
        assert new % 2 == 0, "nobody buys half a clip"
        assert f"to {new} of her friends" in one.prompt.messages[0].text


def test_a_number_is_not_changed_within_another_one() -> None:
    text = "She pays $50 for pies at $1.50 each and boxes at $8.50. 2 pies. How many boxes?"
    for one in made(text, "23", formula="50 - 27", samples=9):
        assert f"pays ${one.detail['50']} for pies at $1.50 each and boxes at $8.50." in one.prompt.messages[0].text


def test_a_formula_says_how_the_answer_is_computed() -> None:
    (one,) = made("A robe takes 8 bolts of blue fiber and 5 of white. How many?", "13", samples=1, formula="8 + 5")
    assert one.expected == str(int(one.detail["8"]) + int(one.detail["5"]))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("8 + 6", 'example e: the formula "8 + 6" gives 14, not the expected answer 13'),
        ("8 / 0", 'example e: the formula "8 / 0" gives nothing (it divides by zero), not the expected answer 13'),
        ("eight + 5", 'example e: the formula "eight + 5" is not made of numbers, + - * / and brackets'),
    ],
)
def test_a_wrong_formula_is_a_mistake(formula: str, message: str) -> None:
    with pytest.raises(OperatorError) as caught:
        made("It takes 8 bolts and 5 bolts. How many?", "13", formula=formula)
    assert str(caught.value) == message


def test_without_a_computation_nothing_is_promised() -> None:
    for labels, gold in (((), "72"), (("yes", "no"), "yes"), ((), None)):
        found = made(CLIPS, gold, labels)
        assert found
        assert {(one.relation, one.expected) for one in found} == {(Relation.NO_PROMISE, None)}


@pytest.mark.parametrize(
    ("text", "solution", "gold"),
    [
        # a step is done in the head: 14 comes from nowhere
        ("A team played 22 games and won 8 more than it lost. How many did it win?", "<<14/2=7>>7 <<22-7=15>>15", "15"),
        # the larger of two results is the answer: what the other numbers give is not used
        ("Plan A gains 125 and plan B 96 of 1. Which is more?", "<<96*1=96>>96 <<125*1=125>>125", "125"),
        # 24 follows from the others, and would be wrong with other ones
        ("I pour 10 and 15 litres and spill one. The 24 left are mixed.", "<<10-1=9>>9 <<9+15=24>>24", "24"),
        # either 4 of 4*4 may be the result before
        ("Al has three times as many as Bo. Cy has four times Bo's. Al has 12. Cy?", "<<12/3=4>>4 <<4*4=16>>16", "16"),
    ],
)
def test_a_solution_that_does_not_say_everything_promises_nothing(text: str, solution: str, gold: str) -> None:
    assert all(one.relation is Relation.NO_PROMISE for one in made(text, gold, solution=solution))


def test_what_a_text_means_without_writing_it_does_not_vary() -> None:
    text = "She reads 7 pages every day and 5 at noon. How many in a week?"
    found = computation_in("<<7+5=12>>12 <<12*7=84>>84", text, "84")
    assert found is not None
    assert [one.written for one in variable_quantities(text, found)] == ["5"], "7 may be the days of the week"


def test_multiple_choice_is_left_alone() -> None:
    prompt = rendered(
        "Q: {{ q }}\n{{ o | choices }}\nA:", {"q": "A car goes 2 m in 5 s. How far?", "o": ["10 m", "20 m"]}
    )
    operator = REGISTRY.get("entity.number")
    assert operator is not None
    assert list(operator.variants(prompt, operator.params(), Draw(0, "n", "e", {}, ("A", "B"), "A"))) == []


@given(st.integers(0, 10**9))
def test_numbers_are_written_like_others(value: int) -> None:
    assert int(shown(Fraction(value), "1,000").replace(",", "")) == value
    assert shown(Fraction(value), "7") == str(value)
    assert float(shown(Fraction(value), "2.50")) == value


@given(st.integers(2, 400), st.integers(2, 400), st.integers(0, 50))
def test_a_formula_and_its_text_stay_in_step(a: int, b: int, seed: int) -> None:
    if a == b:
        return
    text = f"Ann has {a} nuts and Ben has {b} figs. How many things?"
    computation = computation_of(f"{a} + {b}", str(a + b))
    quantities = variable_quantities(text, computation)
    new = varied(text, computation, quantities, 0.5, str(a + b), Stream(seed)) if quantities else None
    if new is not None:
        x, y = (int(new[0].get(str(one), str(one))) for one in (a, b))
        assert int(new[1]) == x + y
        assert (x < y) == (a < b)


def test_unreadable_formulas_are_refused() -> None:
    for formula in ("__import__('os')", "2 ** 9", "9 // 2", "", "(" * 300):
        with pytest.raises(Miscalculated):
            computation_of(formula, "4")


def test_most_published_solutions_can_be_computed_anew(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "gsm8k" / "test.jsonl").read_text().splitlines()]
    read = [row for row in rows if computation_in(row["solution"], row["question"], row["answer"])]
    assert len(read) >= len(rows) / 2
