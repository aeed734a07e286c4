"""A word as a whole in any script, and the quick way to find that it is not there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.text.whole_words import holds_word, whole_word


@pytest.mark.parametrize(
    ("text", "word", "held"),
    [
        ("The Answer is A.", "answer", True),
        ("Answers are given.", "answer", False),
        ("我的退款在哪里", "退款", True),
        ("C++ is old", "c++", True),
        ("Abc", "", True),
        ("größer", "GRÖSSER", False),
    ],
)
def test_whole_words(text, word, held):
    assert holds_word(text, word) is held


@given(st.text("abAB 退款.-é", max_size=12), st.text("abAB 退款.-é", min_size=1, max_size=4))
def test_the_quick_way_finds_what_the_pattern_finds(text, word):
    assert holds_word(text, word) is (re.search(whole_word(word), text, re.IGNORECASE) is not None)
