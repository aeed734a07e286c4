"""Punctuation operators."""

from __future__ import annotations

from tests.operators.prompts import REVIEW, SENTIMENTS, rendered, review, texts, values


def test_final_punctuation_is_taken_off_and_inner_punctuation_stays() -> None:
    assert values("punctuation.strip_final", "Good, but long!?") == {"bare": "Good, but long"}
    assert values("punctuation.strip_final", 'He said "no." ') == {"bare": 'He said "no" '}
    assert values("punctuation.strip_final", "no end") == {}


def test_an_instruction_loses_only_the_mark_at_its_end() -> None:
    template = "{% instruction %}Say positive, or say negative.{% endinstruction %}\n{{ text }}"
    prompt = rendered(template, {"text": "Fine."}, SENTIMENTS)
    assert texts("punctuation.strip_final", prompt, target="instruction") == {
        "bare": "Say positive, or say negative\nFine."
    }
    assert texts("punctuation.add", prompt, target="instruction") == {
        "final": "Say positive, or say negative...\nFine."
    }


def test_a_protected_end_gets_no_mark() -> None:
    prompt = rendered(
        "{% instruction %}Say positive or negative{% endinstruction %}\n{{ text }}", {"text": "x"}, SENTIMENTS
    )
    assert texts("punctuation.add", prompt, target="instruction") == {}


def test_final_marks_are_added() -> None:
    assert values("punctuation.add", "Good") == {"final": "Good."}
    assert values("punctuation.add", "Good. ") == {"final": "Good... "}
    assert values("punctuation.add", "Good?") == {"final": "Good??"}
    assert values("punctuation.add", "(good)") == {}


def test_marks_are_doubled_or_removed_outside_of_numbers_and_addresses() -> None:
    text = "Yes, 3.50 at a.com/x,y: fine; see https://a.org/b. Well... ok"
    assert (
        values("punctuation.double", text)["all"] == "Yes,, 3.50 at a.com/x,y:: fine;; see https://a.org/b. Well... ok"
    )
    assert values("punctuation.remove", text)["all"] == "Yes 3.50 at a.com/x,y fine see https://a.org/b. Well... ok"


def test_quotes_become_curly_and_straight_again() -> None:
    curly = values("punctuation.swap_quotes", "She said \"it isn't 'new'\".")["other"]
    assert curly == "She said “it isn’t ‘new’”."
    assert values("punctuation.swap_quotes", curly)["other"] == "She said \"it isn't 'new'\"."
    assert values("punctuation.swap_quotes", "no quotes `a'b`, 4 '' marks") == {}


def test_a_comma_follows_a_word() -> None:
    found = values("punctuation.commas", "one two three four", samples=5)
    assert list(found) == ["0", "1", "2"], "there are no more places"
    assert all(text.replace(",", "") == "one two three four" and text.count(",") == 1 for text in found.values())
    assert values("punctuation.commas", "one")["0"] == "one", "unchanged, which the planner counts"


def test_several_targets_are_edited_together() -> None:
    prompt = rendered(REVIEW, {"text": "Fine."}, SENTIMENTS)
    found = texts("punctuation.strip_final", prompt, target=["input", "instruction"])
    assert found["bare"] == "Decide whether the review is positive or negative\nReview: Fine\nSentiment:"


def test_protected_values_are_left_alone() -> None:
    assert texts("punctuation.strip_final", review("Fine.", protect=["text"]), SENTIMENTS) == {}
