"""Each detector finds what its operator makes, and leaves clean texts alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.fit import FEATURES, counted
from llmrobust.fit.application import applied, made_by
from llmrobust.fit.features import BY_NAME
from llmrobust.fit.typing_errors import typing_errors
from llmrobust.loading import load_installed
from tests.fit.conftest import CLEAN

FOUND = [
    ("typo.drop", "Where is my pament?"),
    ("typo.insert", "Where is my accoiunt?"),
    ("typo.duplicate", "Where is my accountt?"),
    ("typo.keyboard", "Where is my accpunt?"),
    ("typo.swap", "Where is my acocunt?"),
    ("misspelling", "I did not recieve it."),
    ("homophone", "I mist it."),
    ("chat", "Pls send it."),
    ("no_final_mark", "Where is it"),
    ("doubled_marks", "Where is it??"),
    ("lower", "where is it?"),
    ("upper", "WHERE IS IT?"),
    ("small_start", "where is it, Anna?"),
    ("shouted_words", "Where is the CARD?"),
    ("filler", "Where, um, is it?"),
    ("opener", "By the way. Where is it?"),
    ("greeting", "Good morning, where is it?"),
    ("thanks", "Where is it? Thanks in advance!"),
    ("address", "Where is it? See https://bank.example/a."),
    ("particle", "Where is it lah?"),
    ("progressive_states", "I am having two cards."),
    ("aint", "It ain't here."),
    ("british", "Which colour is it?"),
    ("wide_gaps", "Where is  it?"),
]
NOT_FOUND = [
    ("typo.keyboard", "Anna Schmidt of Piccadilly pays by SEPA at the ATM."),
    ("doubled_marks", "Where is it... somewhere?"),
    ("shouted_words", "WHERE IS IT?"),
    ("upper", "ATM?"),
    ("small_start", "where is it?"),
    ("thanks", "Thanks to you it came back to my account yesterday evening."),
    ("wide_gaps", "Where is it? "),
    ("greeting", "History of payments?"),
]


def test_every_feature_has_an_example_here():
    assert [name for name, _ in FOUND] == [feature.name for feature in FEATURES]


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_a_feature_is_found_once(name, text):
    assert BY_NAME[name].hits(text) == 1


@pytest.mark.parametrize(("name", "text"), NOT_FOUND)
def test_what_only_looks_like_it_is_not_found(name, text):
    assert BY_NAME[name].hits(text) == 0


def test_clean_texts_have_nothing():
    assert not counted(CLEAN).hits.any()


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES if feature.group != "dialect"])
def test_most_of_what_an_operator_changes_is_found(name):
    load_installed()
    feature = BY_NAME[name]
    operator, params = made_by(feature, feature.rates[-1] if feature.rates else None)
    new = [applied(text, operator, params, 3, str(number)) for number, text in enumerate(CLEAN)]
    changed = [one for one, old in zip(new, CLEAN, strict=True) if one != old]
    found = sum(feature.hits(text) > 0 for text in changed)
    least = {"homophone": 0.0, "small_start": 0.3}.get(name, 0.6)
    assert changed
    assert found >= least * len(changed)


def test_a_name_is_no_typing_error_and_a_sentence_begins_with_a_capital():
    assert not typing_errors("I asked Accpunt about it.")
    assert typing_errors("Accpunt is closed. Accpunt?") == {"typo.keyboard": 2}
    assert typing_errors("MY ACCPUNT IS CLOSED") == {"typo.keyboard": 1}


@given(st.text(max_size=40))
@settings(max_examples=30, deadline=None)
def test_any_text_can_be_counted(text):
    hits = counted([text]).hits
    assert hits.shape == (1, len(FEATURES))
    assert (hits >= 0).all()
