"""Texts in comparable form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.score.normalise import contains_words, normalised
from llmrobust.text.thoughts import without_thoughts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Paris.\n", "paris"),
        ("“Paris”", "paris"),
        ("**Paris**!", "paris"),
        ("(Paris)", "paris"),
        ("New\n  York", "new york"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("-5", "-5"),
        (".5", ".5"),
        ("C++", "c++"),
        ("...", "..."),
        ("Straße", "strasse"),
    ],
)
def test_dress_is_taken_off_and_content_stays(text: str, expected: str) -> None:
    assert normalised(text) == expected


def test_case_stays_where_it_counts() -> None:
    assert normalised("Paris.", ignore_case=False) == "Paris"


@settings(max_examples=200)
@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("i know it", "no", False),
        ("no, it is", "no", True),
        ("the year 1984 was", "1984", True),
        ("the year 19845 was", "1984", False),
        ("答案是北京市", "北京", True),
        ("anything", "", False),
        ("knot not", "not", True),
    ],
)
def test_containing_means_whole_words_where_a_script_has_them(text: str, words: str, expected: bool) -> None:
    assert contains_words(text, words) is expected


def test_reasoning_before_the_answer_is_not_the_answer() -> None:
    assert without_thoughts("<think>Rome?</think>Paris") == "Paris"
    assert without_thoughts("Paris") == "Paris"
