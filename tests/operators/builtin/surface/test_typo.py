"""Typo operators."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY
from llmrobust.operators.builtin.surface.typo import NEIGHBOURS
from tests.operators.prompts import SENTIMENTS, rendered, review, texts, values

TEXT = "The quick brown fox jumps over the lazy sleeping dog near the river bank."
LETTERS = sum(character.isalpha() for character in TEXT)
NAMES = ("typo.keyboard", "typo.swap", "typo.drop", "typo.duplicate", "typo.insert")


def distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


@pytest.mark.parametrize("name", NAMES)
def test_the_rate_is_the_share_of_letters_that_are_edited(name: str) -> None:
    for rate, least, most in ((0.02, 1, 2), (0.1, 3, 6), (0.2, 5, 11)):
        found = values(name, TEXT, rate=rate, samples=10)
        for text in found.values():
            edits = distance(TEXT, text) / (2 if name == "typo.swap" else 1)
            assert least <= edits <= most, (rate, text)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_at_least_one_typo_where_a_word_can_have_one(name: str) -> None:
    assert values(name, "good", rate=0.001)["0"] != "good"
    assert values(name, "a b 12 it", rate=1) == {}, "no word of three letters"


@pytest.mark.parametrize("name", NAMES)
def test_first_and_last_letters_stay_where_asked(name: str) -> None:
    for text in values(name, TEXT, rate=0.3, samples=8, keep_last=True).values():
        for old, new in zip(TEXT.rstrip(".").split(), text.rstrip(".").split(), strict=True):
            assert (new[0], new[-1]) == (old[0], old[-1])


@pytest.mark.parametrize("name", NAMES)
def test_labels_numbers_addresses_and_code_stay(name: str) -> None:
    kept = "positive 12345 https://example.org/path `function_name` {placeholder} mail@example.org"
    assert values(name, f"{kept} NEGATIVE", rate=1) == {}, "nothing here may be edited"
    assert kept in values(name, f"{kept} wonderful", rate=1)["0"]


def test_keyboard_typos_are_neighbours_and_keep_the_case() -> None:
    assert set(NEIGHBOURS["s"]) == set("awedxz")
    assert set(NEIGHBOURS["p"]) == set("ol")
    for text in values("typo.keyboard", "WONDERFUL evening", rate=1, samples=10).values():
        for old, new in zip("WONDERFUL evening", text, strict=True):
            assert new == old or (new.lower() in NEIGHBOURS[old.lower()] and new.isupper() == old.isupper())


def test_swaps_move_letters_inside_words() -> None:
    for text in values("typo.swap", TEXT, rate=0.3, samples=5).values():
        assert [sorted(word) for word in text.split()] == [sorted(word) for word in TEXT.split()]


def test_samples_differ_and_more_samples_change_none_of_the_first() -> None:
    few = values("typo.keyboard", TEXT, samples=3)
    many = values("typo.keyboard", TEXT, samples=8)
    assert {name: many[name] for name in few} == few
    assert len(set(many.values())) == 8


def test_a_named_variable_is_the_only_one_that_changes() -> None:
    prompt = rendered("Title: {{ title }}\nBody: {{ body }}", {"title": "Long headline", "body": "Some content"})
    text = texts("typo.drop", prompt, target="body")["0"]
    assert text.startswith("Title: Long headline\nBody: ")
    assert not text.endswith("Some content")


def test_structure_has_no_typos() -> None:
    text = texts("typo.drop", review("word"), SENTIMENTS, target="prompt", rate=1)["0"]
    assert "\nReview: " in text
    assert text.endswith("\nSentiment:")


@pytest.mark.parametrize(
    "text",
    [
        "Der Käse schmeckte außergewöhnlich köstlich.",
        "Фильм был очень скучным.",
        "Η ταινία ήταν υπέροχη.",
        "הסרט היה משעמם מאוד",
    ],
)
def test_letters_of_any_alphabet_are_dropped_doubled_and_swapped(text: str) -> None:
    for name in ("typo.drop", "typo.duplicate", "typo.swap"):
        operator = REGISTRY.get(name)
        assert operator is not None
        assert operator.speaks("el")
        found = values(name, text, rate=0.3)
        assert found["0"] != text


def test_characters_that_are_words_stay() -> None:
    assert values("typo.drop", "这部电影很无聊") == {}
