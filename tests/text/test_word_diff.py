"""What a perturbation changed, word by word."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.text.escaping import visible
from llmrobust.text.word_diff import marked, prompt_diff, short_diff


def diff(before: str, after: str, width: int = 80) -> str:
    return marked(short_diff(prompt_diff([("user", before)], [("user", after)]), width))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("I was charged twice", "I was chrged twice", "I was [-charged-]{+chrged+} twice"),
        ("Is it good?", "Is it good", "Is it good[-?-]"),
        ("good", "so good", "{+so +}good"),
        ("a b", "a  b", "a {+␣+}b"),
        ("Label: x", "Label:\nx", "Label:[-␣-]{+⏎+}x"),
        ("a\x1b[31mb", "a\x1b[32mb", "a\\x1b[[-31mb-]{+32mb+}"),
    ],
)
def test_edit_is_marked_in_its_place(before: str, after: str, shown: str) -> None:
    assert diff(before, after) == shown


def test_long_text_is_elided_around_the_edit() -> None:
    words = " ".join(f"word{i}" for i in range(200))
    shown = diff(words, words.replace("word100 ", "wrod100 "), width=60)
    assert "[-word100-]{+wrod100+}" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 64


def test_all_messages_of_a_prompt_are_compared() -> None:
    before = [("system", "Be kind."), ("user", "Hello")]
    after = [("system", "Be nice."), ("user", "Hello")]
    assert prompt_diff(before, after) == [
        ("same", "Be "),
        ("removed", "kind"),
        ("added", "nice"),
        ("same", ".\nHello"),
    ]


@settings(max_examples=100)
@given(st.text(st.sampled_from("ab \n.,é"), max_size=40), st.text(st.sampled_from("ab \n.,é"), max_size=40))
def test_pieces_hold_both_texts(before: str, after: str) -> None:
    pieces = prompt_diff([("user", before)], [("user", after)])
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after
    assert all(text for _, text in pieces)


@settings(max_examples=100)
@given(st.text(max_size=80), st.text(max_size=80), st.integers(20, 120))
def test_short_form_is_one_printable_line_of_bounded_width(before: str, after: str, width: int) -> None:
    shown = diff(before, after, width)
    assert "\n" not in shown
    assert shown.isprintable()
    assert len(shown) <= 4 * width + 60


def test_very_long_changes_are_compared_as_a_whole_and_quickly() -> None:
    before = " ".join(f"a{i}" for i in range(20_000))
    after = " ".join(f"b{i}" for i in range(20_000))
    start = time.perf_counter()
    assert len(prompt_diff([("user", before)], [("user", after)])) == 2
    assert time.perf_counter() - start < 2


def test_control_characters_are_shown_and_not_sent_to_the_terminal() -> None:
    assert visible("a\x07\x1b[2J\tb\n") == "a\\x07\\x1b[2J\\tb⏎"
