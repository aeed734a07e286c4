"""The greedy attack, against scorers that know which words matter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.operators.editing.random_edits import word_spots
from llmrobust.search import RECIPES, Attack, AttackFound, Score
from llmrobust.search.greedy_attack import STOP_WORDS, levenshtein

TEXT = "Decide whether the long review of the film is positive or negative."
FIXED = ("positive", "negative")


def finished(attack: Attack, scorer: Callable[[str], Score], batches: list[list[str]] | None = None) -> AttackFound:
    """What the attack finds when every wording is scored by a function."""
    search = attack.run()
    wordings = next(search)
    while True:
        if batches is not None:
            batches.append(wordings)
        try:
            wordings = search.send([scorer(text) for text in wordings])
        except StopIteration as done:
            found: AttackFound = done.value
            return found


def needs(*words: str) -> Callable[[str], Score]:
    """A scorer for which each of the words counts equally."""
    return lambda text: Score(sum(word in text for word in words) / len(words))


def test_it_breaks_the_word_that_matters_and_no_other() -> None:
    found = finished(Attack(TEXT, FIXED, RECIPES["deepwordbug"], 200), needs("review"))
    assert [old for old, _ in found.words] == ["review"]
    assert (found.clean.right, found.score.right, found.drop_rate) == (1, 0, 1)
    assert found.text.replace(found.words[0][1], "review") == TEXT


def test_it_keeps_every_edit_that_makes_it_worse() -> None:
    found = finished(Attack(TEXT, FIXED, RECIPES["deepwordbug"], 200), needs("review", "Decide", "film"))
    assert {old for old, _ in found.words} == {"review", "Decide", "film"}
    assert found.score.right == 0


def test_labels_and_stop_words_are_never_attacked() -> None:
    batches: list[list[str]] = []
    finished(Attack(TEXT, FIXED, RECIPES["charattack"], 500), needs("positive", "the"), batches)
    for text in (text for batch in batches for text in batch):
        assert "positive" in text
        assert "negative" in text
        assert "of the" in text


@pytest.mark.parametrize("recipe", ["deepwordbug", "textbugger", "charattack"])
@pytest.mark.parametrize("budget", [1, 2, 7, 30])
def test_the_budget_is_kept(recipe: str, budget: int) -> None:
    batches: list[list[str]] = []
    found = finished(Attack(TEXT, FIXED, RECIPES[recipe], budget), needs("review", "film", "long"), batches)
    assert sum(map(len, batches)) == found.evaluations <= budget
    assert batches[0] == [TEXT], "the original is scored first"


def test_importance_is_asked_in_one_batch() -> None:
    batches: list[list[str]] = []
    finished(Attack(TEXT, FIXED, RECIPES["deepwordbug"], 100), needs("review"), batches)
    words = [TEXT[a:b] for a, b in word_spots(TEXT, FIXED) if TEXT[a:b].lower() not in STOP_WORDS]
    assert [text.count("[UNK]") for text in batches[1]] == [1] * len(words)
    assert len(batches) <= 2 + len(words)


def test_the_probability_decides_where_the_share_is_equal() -> None:
    def scorer(text: str) -> Score:
        return Score(1.0, 0.9 if "review" in text else 0.6)

    found = finished(Attack(TEXT, FIXED, RECIPES["deepwordbug"], 100), scorer)
    assert [old for old, _ in found.words] == ["review"]


def test_deepwordbug_stays_within_thirty_edits() -> None:
    text = " ".join(f"word{chr(97 + i % 26)}{i}" for i in range(40)).translate(
        str.maketrans("0123456789", "qwxzvkjpyh")
    )
    found = finished(
        Attack(text, (), RECIPES["deepwordbug"], 10_000),
        lambda new: Score(1 - levenshtein(text, new, 40) / 1000 - ("[UNK]" in new) / 10),
    )
    assert 25 <= levenshtein(text, found.text) <= 30


def test_word_recipes_take_neighbours_from_the_embedding() -> None:
    near = {"review": ["critique", "notice"], "film": ["movie"]}
    attack = Attack(
        TEXT, FIXED, RECIPES["textfooler"], 100, near=lambda word, count, cosine: near.get(word, [])[:count]
    )
    found = finished(attack, lambda text: Score(0.0 if "notice" in text else 1.0))
    assert found.words == (("review", "notice"),)


def test_drop_rate_of_nothing_right_is_nought() -> None:
    found = finished(Attack(TEXT, FIXED, RECIPES["deepwordbug"], 50), lambda text: Score(0.0))
    assert found.drop_rate == 0
    assert found.words == ()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), seed=st.integers(0, 3), recipe=st.sampled_from(["deepwordbug", "textbugger"]))
def test_any_text_can_be_attacked_and_gives_the_same_result_again(text: str, seed: int, recipe: str) -> None:
    def scorer(new: str) -> Score:
        return Score(1 / (1 + sum(map(ord, new)) % 7))

    first = finished(Attack(text, (), RECIPES[recipe], 40, seed), scorer)
    assert first == finished(Attack(text, (), RECIPES[recipe], 40, seed), scorer)
    assert first.score <= first.clean


@given(a=st.text(max_size=12), b=st.text(max_size=12), c=st.text(max_size=12))
def test_levenshtein_is_a_distance(a: str, b: str, c: str) -> None:
    assert (levenshtein(a, b) == 0) == (a == b)
    assert levenshtein(a, b) == levenshtein(b, a)
    assert levenshtein(a, c) <= levenshtein(a, b) + levenshtein(b, c)
    assert levenshtein("kitten", "sitting") == 3


@given(a=st.text("abc", max_size=15), b=st.text("abc", max_size=15), most=st.integers(0, 12))
def test_a_bounded_distance_is_the_distance_up_to_its_bound(a: str, b: str, most: int) -> None:
    assert levenshtein(a, b, most) == min(levenshtein(a, b), most + 1)
