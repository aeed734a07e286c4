"""The surface forms of labels, as texts and as tokens."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.models.label_forms import form_texts, form_tokens, further_forms, spellings
from llmrobust.models.label_tree import LabelTree, label_mass
from llmrobust.request import Request


def forms_of(*labels, end="<answer>", mode="chat", ignore_case=True):
    return further_forms(end, labels, mode, ignore_case)


def test_label_is_also_said_in_other_casings_and_after_white_space_quotes_and_asterisks():
    (forms,) = forms_of("billing")
    assert {"Billing", "BILLING", " billing", "\nBilling", '"Billing', "**billing"} <= set(forms)
    assert "billing" not in forms


def test_casing_is_kept_where_it_tells_answers_apart_and_for_single_letters():
    assert spellings("billing", ignore_case=False) == ("billing",)
    assert spellings("A") == ("A",)
    assert all("Billing" not in form for form in forms_of("billing", ignore_case=False)[0])


def test_form_that_two_labels_share_is_a_form_of_neither():
    first, second = forms_of("US", "us")
    assert "Us" not in (*first, *second)
    assert '"US' not in (*first, *second)


def test_completion_starts_with_a_space_and_may_start_without():
    (forms,) = forms_of("bug", end="Category:", mode="completion")
    assert " bug" not in forms
    assert {"bug", " Bug", "\nbug"} <= set(forms)


def test_tokens_of_forms_are_those_after_a_line_break():
    request = Request((("user", "?"),), labels=("ab", "cd"))
    tokens = {text: [ord(c) for c in text] for text in form_texts(request, "<answer>")}
    usual = ((97, 98), (99, 100))
    first, _ = form_tokens(request, "<answer>", usual, tokens)
    assert (65, 98) in first
    assert (10, 97, 98) in first
    assert (97, 98) not in first


def test_form_that_merges_with_what_stands_before_it_is_left_out():
    request = Request((("user", "?"),), labels=("ab",))
    tokens = {text: [7] if text.endswith(" ab") else [ord(c) for c in text] for text in form_texts(request, ">")}
    (forms,) = form_tokens(request, ">", ((97, 98),), tokens)
    assert (32, 97, 98) not in forms
    assert () not in forms


def test_only_likely_forms_and_those_of_one_token_are_scored():
    tree = LabelTree(((1,), (2,)), (((3,), (4, 1), (5, 1)), ()))
    first = {1: -1.0, 2: -1.0, 3: -30.0, 4: math.log(0.02), 5: math.log(0.001)}
    assert tree.likely(first).others == (((3,), (4, 1)), ())


def test_probability_of_a_label_is_that_of_its_forms_together():
    tree = LabelTree(((1,), (2,)), (((3,), (4, 1)), ()))
    passes = {
        (): {1: math.log(0.1), 2: math.log(0.3), 3: math.log(0.2), 4: math.log(0.4)},
        (4,): {1: math.log(0.5)},
    }
    found = tree.logprobs(passes)
    assert [math.exp(x) for x in found] == pytest.approx([0.1 + 0.2 + 0.4 * 0.5, 0.3])
    assert label_mass(found) == pytest.approx(0.8)


paths = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple)


@given(st.lists(paths, min_size=3, max_size=8, unique=True), st.randoms())
@settings(max_examples=60)
def test_mass_of_labels_with_forms_is_a_probability(forms, random):
    """Whatever the model and the forms, no text is counted twice."""
    tree = LabelTree(tuple(forms[:2]), (tuple(forms[2::2]), tuple(forms[3::2])))
    passes = {}
    for node in tree.nodes:
        weights = [random.random() + 0.01 for _ in range(5)]
        passes[node] = {token: math.log(weights[token] / sum(weights)) for token in range(4)}
    assert 0 < sum(math.exp(x) for x in tree.logprobs(passes)) <= 1 + 1e-9
