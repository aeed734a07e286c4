"""Measures of free answers, and the metrics made of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import GateError
from llmrobust.metrics import embedder, measure
from llmrobust.metrics.answer_codes import AnswerGrid, answers_of
from llmrobust.metrics.table import Table
from llmrobust.metrics.texts import edit_distance, edit_similarity, slots, token_f1
from llmrobust.score import embedding
from tests.metrics.tables import table_of

WORDS = st.text(alphabet="abcdé ", max_size=12)


@cache
def slow_distance(first: str, second: str) -> int:
    if not first or not second:
        return len(first) + len(second)
    same = first[-1] == second[-1]
    return min(
        slow_distance(first[:-1], second) + 1,
        slow_distance(first, second[:-1]) + 1,
        slow_distance(first[:-1], second[:-1]) + (not same),
    )


@given(WORDS, WORDS)
def test_the_edit_distance_is_that_of_the_definition(first: str, second: str) -> None:
    assert edit_distance(first, second) == slow_distance(first, second)
    assert edit_similarity(first, second) == edit_similarity(second, first)
    assert 0 <= edit_similarity(first, second) <= 1


def test_token_f1_is_that_of_squad() -> None:
    assert token_f1("The cat, a black one!", "black cat") == pytest.approx(2 * 2 / (3 + 2))
    assert token_f1("Paris", "paris.") == 1.0
    assert token_f1("", "") == 1.0
    assert token_f1("the", "Paris") == 0.0


def test_slots_are_pairs_of_a_json_object() -> None:
    assert slots('{"Name": "El Shaddai", "stars": [4, 5], "at": {"city": "Rome"}, "none": null}') == {
        ("name", "el shaddai"),
        ("stars", "4"),
        ("stars", "5"),
        ("at.city", "rome"),
    }
    assert slots("[1]") is None
    assert slots("no json") is None


def free_table(rows: list[tuple[str, list[str | None], str]]) -> Table:
    """(unperturbed answer, answers, gold answer) of each example, as a table of free answers."""
    n, m = len(rows), len(rows[0][1])
    grid, clean = AnswerGrid((n, m), ()), AnswerGrid((n, 1), ())
    for i, (before, after, gold) in enumerate(rows):
        clean.add(i, 0, before, gold)
        for j, text in enumerate(after):
            grid.add(i, j, text, gold)
    agrees = np.array([[float(text == before) for text in after] for before, after, _ in rows])
    table = table_of(agrees)
    from dataclasses import replace

    return replace(table, answers=answers_of(grid, clean, agrees))


def found(table: Table, name: str) -> float | None:
    return measure(table, name, resamples=200)[0].value


def test_metrics_of_free_answers_by_hand() -> None:
    table = free_table([("black cat", ["black cat", "cat"], "black cat"), ("a dog", ["dogs", None], "dog")])
    assert found(table, "token_f1") == pytest.approx((1 + 2 / 3 + 0 + 0) / 4)
    assert found(table, "edit_similarity") == pytest.approx((1 + 3 / 9 + (1 - 3 / 5) + 0) / 4)
    assert found(table, "exact_match") == pytest.approx(1 / 4)
    assert found(table, "slot_f1") is None
    assert found(table, "semantic_similarity") is None


def test_slot_f1_is_micro_f1() -> None:
    gold = '{"stars": 4, "city": "rome"}'
    table = free_table([(gold, [gold, '{"stars": 4, "city": "oslo"}', "what?"], gold)])
    assert found(table, "slot_f1") == pytest.approx(2 * 3 / (4 + 6))


@pytest.fixture
def by_first_letter() -> Iterator[None]:
    """An embedder for which texts of one first letter mean the same."""
    axes = "abcdefghijklmnopqrstuvwxyz"

    @embedder
    def embed(several):  # type: ignore[no-untyped-def]
        return np.array([[float(text[:1] == axis) for axis in axes] for text in several])

    yield
    embedding.forget_embedder()
    assert embed is not None


@pytest.mark.usefixtures("by_first_letter")
def test_meanings_come_from_the_registered_embedder() -> None:
    table = free_table([("cat", ["cats", "dog"], "cat"), ("dog", ["dogs", "dog"], "dog")])
    assert found(table, "semantic_similarity") == pytest.approx(3 / 4)
    entropy = -(2 / 3 * np.log2(2 / 3) + 1 / 3 * np.log2(1 / 3))
    assert found(table, "meaning_entropy") == pytest.approx(entropy / 2)
    with pytest.raises(GateError, match="registered already"):
        embedder(lambda several: np.zeros((len(several), 1)))


def test_of_repeats_the_commonest_answer_stands() -> None:
    grid = AnswerGrid((1, 1), ("a", "b"))
    for answer, shares in (("b", (0.2, 0.8)), ("a", (0.6, 0.4)), ("b", (0.4, 0.6))):
        grid.add(0, 0, answer, "a", shares)
    assert grid.texts == {(0, 0): "b"}
    shares_found = grid.shares()
    assert shares_found is not None
    assert shares_found[0, 0] == pytest.approx([0.4, 0.6])
