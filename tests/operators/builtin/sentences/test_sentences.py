"""Syntax, style, dialect, discourse."""

from __future__ import annotations

import pytest

from llmrobust.operators import Relation
from llmrobust.operators.builtin.sentences.clauses import is_plural, noun_phrase, read_clause
from tests.operators.prompts import SENTIMENTS, review, values, variants


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the old waiter brought", "the old waiter"), ("Anna Smith left", "Anna Smith"), ("he left", "he"),
        ("Anna's dog left", ""), ("because it rained", ""), ("my friends watched", "my friends"), ("", ""),
        ("the concert yesterday", "the concert"), ("the man who left", "the man"),
    ],
)  # fmt: skip
def test_noun_phrases_end_where_the_clause_goes_on(text: str, phrase: str) -> None:
    assert noun_phrase(text) == phrase


def test_a_clause_is_read_with_its_object() -> None:
    clause = read_clause("The waiter brought the soup on Monday")
    assert clause is not None
    assert (clause.subject, clause.base, clause.tense, clause.object, clause.rest) == (
        "The waiter", "bring", "past", "the soup", "on Monday",
    )  # fmt: skip
    assert read_clause("Running is fun") is None
    assert is_plural("the children")
    assert not is_plural("the bus")


CASES = [
    ("syntax.passive", "The waiter brought the soup.", "The soup was brought by the waiter."),
    ("syntax.passive", "She cleaned the rooms.", "The rooms were cleaned by her."),
    ("syntax.passive", "Jordan gave Robin advice.", None),
    ("syntax.passive", "The book cost ten euros.", None),
    ("syntax.active", "The soup was brought by the waiter.", "The waiter brought the soup."),
    ("syntax.it_cleft", "The waiter brought the soup.", "It was the waiter who brought the soup."),
    ("syntax.it_cleft", "It rained.", None),
    ("syntax.wh_cleft", "The waiter brought the soup.", "What the waiter brought was the soup."),
    ("syntax.wh_cleft", "The waiter saw Anna.", None),
    ("syntax.clause_order", "We left because it rained.", "Because it rained, we left."),
    ("syntax.clause_order", "Because it rained, we left.", "We left because it rained."),
    ("syntax.split", "The bowl had a crack, so we left it.", "The bowl had a crack. So we left it."),
    ("syntax.coordinate", "It is small and quiet.", "It is quiet and small."),
    ("syntax.statement", "Where is the station?", "Tell me where the station is."),
    ("syntax.statement", "Why did the waiter leave?", "Tell me why the waiter left."),
    ("syntax.fronting", "We saw the play last week.", "Last week, we saw the play."),
    ("style.shorter", "It was really good.", "It was good."),
    ("style.simplify", "I think that it was very long.", "It was long."),
    ("style.plain", "We did it in order to win.", "We did it to win."),
    ("style.casual", "The children were there.", "The kids were there."),
    ("style.formal", "The kids were there.", "The children were there."),
    ("dialect.vocabulary", "The truck left.", "The lorry left."),
    ("dialect.aave", "She is leaving now.", "She leaving now."),
    ("dialect.learner", "He reads the book.", "He read book."),
    ("discourse.delete", "However, the room was small.", "The room was small."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_sentences_are_rewritten_or_left_alone(name: str, text: str, expected: str | None) -> None:
    params = {"rate": 1.0} if name.startswith(("style.shorter", "dialect.learner", "dialect.aave")) else {}
    assert next(iter(values(name, text, **params).values()), None) == expected


def test_sentences_are_joined_two_ways() -> None:
    assert values("syntax.merge", "It rained. The room was cold.") == {
        "and": "It rained, and the room was cold.",
        "semicolon": "It rained; the room was cold.",
    }


def test_intricate_sentences_are_left_alone() -> None:
    for text in (
        'He said "no" because it rained.',
        "We (all of us) left because it rained.",
        "It was positive because it rained.",
    ):
        assert values("syntax.clause_order", text) == {}, text


def test_verbose_and_longer_add_words_and_keep_the_rest() -> None:
    for name in ("style.verbose", "style.longer", "discourse.add"):
        found = next(iter(values(name, "The room was cold.").values()))
        assert "room was cold" in found
        assert len(found) > len("The room was cold.")
    assert values("style.verbose", "Find the key.") == {}, "a command is no statement"


def test_swapped_roles_promise_nothing() -> None:
    found = variants("syntax.role_swap", review("Anna called Ben."), SENTIMENTS)["swapped"]
    assert "Ben called Anna." in found.prompt.messages[0].text


def test_appraisal_follows_a_map_or_promises_nothing() -> None:
    prompt = review("The room was cold.")
    plain = variants("appraisal.positive", prompt, SENTIMENTS)["positive"]
    assert plain.relation is None
    mapped = variants("appraisal.positive", prompt, SENTIMENTS, map={"negative": "positive"})["positive"]
    assert (mapped.relation, mapped.answer_map) == (Relation.FOLLOWS, {"negative": "positive"})


def test_markers_are_replaced_by_their_kind_or_the_opposite() -> None:
    same = values("discourse.replace", "However, the room was small.")["replaced"]
    assert same.split(",")[0] in ("Nevertheless", "Still", "Even so")
    other = values("discourse.reverse", "However, the room was small.")["reversed"]
    assert other.split(",")[0] in ("Therefore", "As a result", "Consequently", "Thus")
