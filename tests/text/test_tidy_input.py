"""Inputs as people mean them: what is taken away, and what never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.text.tidy_input import tidied


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("go\u200bod fi\u00adlm\ufeff", "good film"),  # zero width space, soft hyphen, byte order mark
        ("a ﬁne ﬆory", "a fine story"),  # ligatures
        ("Ｗｉｄｅ 𝐛𝐨𝐥𝐝 𝓈𝒸𝓇𝒾𝓅𝓉", "Wide bold script"),
        ("one\u00a0\u2003two \t three", "one two three"),
        ("one  \n\n\n\n two\r\nthree\u2028four", "one\n\ntwo\nthree\nfour"),
        ("cafe\u0301", "café"),
        ("WHAT A GREAT FILM. I LOVED IT, AND I'M SURE!", "What a great film. I loved it, and I'm sure!"),
    ],
)
def test_what_means_nothing_is_taken_away(text: str, found: str):
    assert tidied(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "10² is 100 and 1½ is 1.5",  # NFKC would make 102 and 11⁄2 of them
        "step ① and 3 ㎏",
        "NASA",
        "BBC NEWS",
        "The BBC said NO to IT",
        "👨\u200d👩\u200d👧 and 👍🏽",
        "नमस्\u200dते",
        "می\u200cخواهم",
        "don’t – “quote” … naïve Ωmega",
    ],
)
def test_what_means_something_stays(text: str):
    assert tidied(text) == text.replace("…", "...")


def test_direction_marks_stay_in_right_to_left_text_only():
    assert tidied("good\u200e film") == "good film"
    assert tidied("שלום\u200f!") == "שלום\u200f!"


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str):
    assert tidied(tidied(text)) == tidied(text)
