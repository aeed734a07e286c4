"""Labels as tokens in context, and their log-probabilities from those of their tokens."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.models.label_tree import ANCHOR, LabelTree, continuation, label_tokens, texts_to_encode


def characters(texts):
    return {text: [ord(character) for character in text] for text in texts}


@pytest.mark.parametrize(
    ("end", "label", "mode", "expected"),
    [
        ("Category:", "bug", "completion", " bug"),
        ("Category: ", "bug", "completion", "bug"),
        ("Category:\n", "bug", "completion", "bug"),
        ("Category:", " bug", "completion", " bug"),
        ("<assistant>", "bug", "chat", "bug"),
    ],
)
def test_label_continues_the_prompt_with_one_space_in_completion_mode_only(end, label, mode, expected):
    assert continuation(end, label, mode) == expected


def test_label_tokens_are_what_follows_the_prompt():
    tokens = characters(texts_to_encode("Q:", ["A", "BC"], "completion"))
    assert label_tokens("Q:", ["A", "BC"], "completion", tokens) == ((32, 65), (32, 66, 67))


def test_label_that_would_merge_with_the_prompt_keeps_its_own_tokens():
    """ "Q: " + "A" is one token more than "Q:", but not one more than "Q: " as it was sent."""
    tokens = {"Q: ": [1, 2], "Q: A": [1, 3], ANCHOR: [7, 8], ANCHOR + "A": [7, 8, 9]}
    assert label_tokens("Q: ", ["A"], "completion", tokens) == ((9,),)


def test_one_token_labels_need_one_pass():
    tree = LabelTree(((5,), (6,), (7,)))
    assert tree.nodes == ((),)
    assert tree.tokens == (5, 6, 7)


def test_labels_of_equal_tokens_are_not_distinct():
    assert not LabelTree(((5,), (5,))).distinct
    assert not LabelTree(((), (5,))).distinct
    assert LabelTree(((5,), (5, 6))).distinct


def test_label_that_begins_a_longer_one_is_counted_without_it():
    """P("1") = 0.5 and P("0" after "1") = 0.8: "1" alone has 0.1, "10" has 0.4."""
    tree = LabelTree(((1,), (1, 0), (2,)))
    passes = {(): {1: math.log(0.5), 2: math.log(0.5)}, (1,): {0: math.log(0.8)}}
    assert [math.exp(x) for x in tree.logprobs(passes)] == pytest.approx([0.1, 0.4, 0.5])


@given(st.sets(st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple), min_size=2, max_size=6), st.randoms())
@settings(max_examples=60)
def test_label_probabilities_are_those_of_disjoint_events(labels, random):
    """Whatever the model, labels exclude each other: their probabilities add up to one at most."""
    tree = LabelTree(tuple(sorted(labels)))
    passes = {}
    for node in tree.nodes:
        weights = [random.random() + 0.01 for _ in range(5)]
        passes[node] = {token: math.log(weights[token] / sum(weights)) for token in range(4)}
    total = sum(math.exp(x) for x in tree.logprobs(passes))
    assert 0 < total <= 1 + 1e-9


@given(st.sets(st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple), min_size=1, max_size=6))
@settings(max_examples=60)
def test_every_token_of_every_label_is_asked_for_at_a_node(labels):
    tree = LabelTree(tuple(sorted(labels)))
    for label in labels:
        for size, token in enumerate(label):
            assert label[:size] in tree.nodes
            assert token in tree.children(label[:size])
            assert token in tree.tokens
