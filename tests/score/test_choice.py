"""Which label a free text gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.score.choice import label_index, read_choice
from llmrobust.score.normalise import Reading

TICKETS = ("billing", "bug", "praise")
LETTERS = ("A", "B", "C")


def read(text: str, labels: tuple[str, ...], **options: bool) -> str | None:
    found = read_choice(text, labels, **options)
    return None if isinstance(found, Reading) else labels[found]


@pytest.mark.parametrize(
    "text",
    [
        "bug",
        "BUG.",
        " bug\n",
        "**bug**",
        '"bug"',
        "`bug`",
        "- bug",
        "bug\n\nTicket: it is great\nCategory: praise",
        "bug, not billing",
        "bug. Nothing here is about billing.",
        "Category: bug",
        "The category is **bug**.",
        'The correct category for this ticket is "bug".',
        "I would classify this as bug.",
        "It is not billing, so the answer is bug",
        "<think>billing? or praise?</think>\nbug",
        "bug because the app crashes",
    ],
)
def test_label_is_read_however_it_is_dressed(text: str) -> None:
    assert read(text, TICKETS) == "bug"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "bug?",
        "bug or billing",
        "bug/billing",
        "bug and billing",
        "bug\nbilling",
        "Either bug or billing.",
        "not bug",
        "The answer is not bug",
        "I don't think the answer is bug",
        "It might be bug",
        "I am not sure whether this is bug",
        "bugs",
        "debug",
        "bug-free",
        "The bug was fixed and now I am happy with it",
        "The answer is bug. No wait, the answer is billing.",
        "The answer is bug or billing",
        "bug or something like it",
        "something else",
    ],
)
def test_ambiguous_hedged_or_foreign_text_is_no_answer(text: str) -> None:
    assert read(text, TICKETS) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("B", "B"),
        ("b", "B"),
        ("(B)", "B"),
        ("B)", "B"),
        ("B. A man walks", "B"),
        ("B: because a dog", "B"),
        ("B because it is", "B"),
        ("Option B", "B"),
        ("Option B is the correct answer.", "B"),
        ("I choose (B)", "B"),
        ("Answer: [B]", "B"),
        ("The answer is B, and that is final", "B"),
        ("The answer is B. A is wrong.", "B"),
        ("A man walks", None),
        ("A is wrong", None),
        ("I like A man", None),
        ("He takes vitamin C", None),
        ("A, B", None),
        ("A and B", None),
        ("The answer is A or B", None),
        ("D", None),
    ],
)
def test_letter_counts_only_where_it_stands_as_a_label(text: str, label: str | None) -> None:
    assert read(text, LETTERS) == label


def test_longest_label_wins_and_a_denied_label_is_not_its_opposite() -> None:
    labels = ("entailment", "not_entailment", "toxic", "non-toxic")
    assert read("not_entailment", labels) == "not_entailment"
    assert read("non-toxic.", labels) == "non-toxic"
    assert read("not entailment", labels) is None


def test_no_is_read_as_an_answer_but_not_as_a_determiner() -> None:
    assert read("No, it is not.", ("yes", "no")) == "no"
    assert read("No one knows", ("yes", "no")) is None
    assert read("Yes and no", ("yes", "no")) is None


def test_labels_that_differ_only_in_case_are_told_apart_by_case() -> None:
    assert read("a", ("A", "a")) == "a"
    assert read_choice("a", ("a", "a")) == Reading(None, "two labels are displayed identically")


def test_case_counts_when_the_suite_says_so() -> None:
    assert read("b", LETTERS, ignore_case=False) is None


@pytest.mark.parametrize(
    ("text", "labels", "label"),
    [
        ("B", LETTERS, "B"),
        ("B. Because the", LETTERS, "B"),
        ("bug", TICKETS, "bug"),
        ("bug\nTicket: the ap", TICKETS, "bug"),
        ("positiv", ("positive", "negative"), None),
        ("positive", ("positive", "positively"), None),
        ("not", ("not", "not sure"), None),
        ("The answer is bug", TICKETS, None),
        ("bug or bil", TICKETS, None),
    ],
)
def test_text_that_was_cut_off_counts_only_with_a_complete_label(
    text: str, labels: tuple[str, ...], label: str | None
) -> None:
    assert read(text, labels, cut_off=True) == label


def test_reason_names_the_labels_that_compete() -> None:
    found = read_choice("bug or billing", TICKETS)
    assert found == Reading(None, "the answer names several labels: billing, bug")


@settings(max_examples=150)
@given(st.text(), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5), st.booleans(), st.booleans())
def test_reading_never_raises(text: str, labels: list[str], ignore_case: bool, cut_off: bool) -> None:
    found = read_choice(text, labels, ignore_case=ignore_case, cut_off=cut_off)
    assert isinstance(found, Reading) or 0 <= found < len(labels)


WORDS = st.text(st.sampled_from("abcdefgh"), min_size=2, max_size=6)


@settings(max_examples=80)
@given(st.lists(WORDS, min_size=2, max_size=4, unique=True), st.data())
def test_each_label_alone_is_read_as_itself(labels: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(labels) - 1))
    assert read_choice(f" {labels[chosen].upper()}.\n", labels) == chosen
    assert label_index(labels[chosen], labels) == chosen


OUTCOMES = {"I'm not sure.": "uncertain"}
STRICTER = {
    "I'm not sure.": "the option's text, without its letter",
    "Julius Erving was born in Baltimore.": "the option's text, without its letter",
}
LOOSER = {"b": "case is ignored unless a suite says otherwise"}


def test_agrees_with_the_published_parser_of_multiple_choice_replies(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "irrqa" / "parsed_replies.jsonl").read_text().splitlines()]
    assert len(rows) > 20
    for row in rows:
        found = read_choice(row["reply"], LETTERS)
        ours = "unknown"
        if not isinstance(found, Reading):
            option = row["options"][found]
            ours = OUTCOMES.get(option, "consist" if option == row["memory"] else "changed")
        if row["reply"] in STRICTER:
            assert ours == "unknown", row["reply"]
        elif row["reply"] in LOOSER:
            assert (ours, row["plain"]) == ("consist", "unknown")
        else:
            assert ours == row["plain"], row["reply"]
