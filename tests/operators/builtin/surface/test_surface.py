"""White space, letter case, characters."""

from __future__ import annotations

import pytest

from tests.operators.prompts import SENTIMENTS, review, values, variants

TEXT = "The Waiter brought the soup, and IBM paid 3.50 at https://a.example/x for it. I left."


@pytest.mark.parametrize(
    "name", ["whitespace.spaces", "whitespace.newlines", "whitespace.tabs", "whitespace.no_break", "whitespace.runs"]
)
def test_white_space_between_words_changes_and_nothing_else_does(name: str) -> None:
    for text in values(name, TEXT, samples=4).values():
        assert text != TEXT
        assert text.split() == TEXT.split()


def test_patterns_at_the_ends_leave_the_text_alone() -> None:
    for text in values("whitespace.ends", TEXT, samples=6).values():
        assert text.strip() == TEXT
    assert values("whitespace.trailing", TEXT) == {"space": f"{TEXT} ", "newline": f"{TEXT}\n"}


def test_case_changes_and_labels_addresses_and_numbers_stay() -> None:
    text = "It was Positive at https://A.example/X."
    assert values("casing.lower", text)["all"] == "it was Positive at https://A.example/X."
    assert values("casing.upper", text)["all"] == "IT WAS Positive AT https://A.example/X."
    assert values("casing.title", "we don't know")["all"] == "We Don't Know"


def test_sentences_begin_small_except_for_i_and_capitals() -> None:
    found = values("casing.starts", 'We left. I paid. IBM won. "Yes," he said.')["small"]
    assert found == 'we left. I paid. IBM won. "yes," he said.'


def test_random_case_and_shouting_change_case_only() -> None:
    for name in ("casing.random", "casing.shout"):
        for text in values(name, TEXT, rate=0.3, samples=4).values():
            assert text != TEXT
            assert text.lower() == TEXT.lower()


@pytest.mark.parametrize("name", ["character.ocr", "character.leet", "character.homoglyph", "character.stretch"])
def test_disguised_words_keep_their_number(name: str) -> None:
    for text in values(name, TEXT, rate=0.3, samples=4).values():
        assert text != TEXT
        assert len(text.split()) == len(TEXT.split())
        assert "https://a.example/x" in text
        assert "3.50" in text


def test_invisible_characters_can_be_taken_out_again() -> None:
    for text in values("character.invisible", TEXT, samples=4).values():
        assert text != TEXT
        assert text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u2060"))) == TEXT


def test_words_are_split_and_joined_by_spaces_only() -> None:
    for name in ("character.space", "character.join"):
        for text in values(name, TEXT, rate=0.2, samples=4).values():
            assert text != TEXT
            assert text.replace(" ", "") == TEXT.replace(" ", "")


@pytest.mark.parametrize("recipe", ["deepwordbug", "textbugger"])
def test_the_longest_words_are_edited_first(recipe: str) -> None:
    text = "A magnificent restaurant in the old town."
    for found in values("character.important", text, recipe=recipe, words=2, samples=4).values():
        assert "magnificent" not in found
        assert "restaurant" not in found
        assert found.startswith("A ")
        assert found.endswith("in the old town.")


def test_a_higher_severity_holds_the_edits_of_a_lower_one() -> None:
    found = variants(
        "typo.drop", review("The concert in the old theatre was much too long."), SENTIMENTS, severity=[1, 3, 5]
    )
    lengths = [len(one.prompt.messages[0].text) for one in found.values()]
    assert lengths == sorted(lengths, reverse=True)
    assert [one.severity for one in found.values()] == [1, 3, 5]
    for one in found.values():
        assert one.edits is not None
        assert one.edits.made <= one.edits.allowed


def test_a_rate_and_a_severity_together_are_refused() -> None:
    with pytest.raises(ValueError, match="a rate or a severity, not both"):
        values("typo.drop", TEXT, rate=0.1, severity=2)
    with pytest.raises(ValueError, match="less than or equal to 5"):
        values("typo.drop", TEXT, severity=6)
