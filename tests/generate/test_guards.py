"""Guards: what each catches of 100 pairs that do not mean the same, and what those that ask a model say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.guards import Pair, candidate, changed_pairs, same_pairs, scored, table
from llmrobust.engine import Engine, Store
from llmrobust.generate.guards import Candidate
from llmrobust.generate.guards.logic import Logic
from llmrobust.generate.guards.model_guards import Embedding, Perplexity, SecondModel
from llmrobust.generate.guards.text_guards import Contract, Duplicates, text_guards
from llmrobust.generate.kinds import BY_NAME
from llmrobust.generate.subjects import Subject
from tests.score.judge_model import JudgeModel


def pair(first: str, second: str, labels: tuple[str, ...] = (), kind: str = "paraphrase", **more: object) -> Candidate:
    subject = Subject("instruction" if labels else "text", None if labels else "a", first, labels)
    return Candidate(subject, BY_NAME[kind], "", f"{kind}-1", second, **more)  # type: ignore[arg-type]


def verdict(guard: object, one: Candidate) -> str:
    (score,) = guard.scores([one])  # type: ignore[attr-defined]
    return f"{score.verdict}: {score.why}" if score.why else score.verdict


def caught() -> tuple[Counter[str], Counter[str]]:
    """Of the pairs of each kind of change, how many the guards of the texts catch, and how many there are."""
    pairs = changed_pairs()
    scores = scored(pairs, text_guards())
    hits = [any(column[at].verdict == "failed" for column in scores.values()) for at in range(len(pairs))]
    return (
        Counter(one.what for one, hit in zip(pairs, hits, strict=True) if hit),
        Counter(one.what for one in pairs),
    )


def test_the_texts_alone_show_lost_numbers_names_labels_negations_and_languages():
    hits, pairs = caught()
    assert pairs.total() == 100
    assert (hits["name"], hits["label"], hits["language"]) == (10, 8, 4)
    assert hits["number"] >= 8
    assert hits["negation"] >= 11
    assert hits["scope"] >= 7
    assert hits["condition"] >= 6
    assert hits.total() >= 60


def test_the_texts_alone_do_not_show_roles_questions_and_tasks():
    """What docs/generate.md says of them: only a second model or a person sees these."""
    hits, _ = caught()
    assert hits["question"] + hits["task"] <= 3


def test_most_published_pairs_of_the_same_meaning_pass(shared_data: Path):
    pairs = same_pairs(shared_data)
    assert len(pairs) == 100
    rows = table(pairs, scored(pairs, text_guards()))
    total = next(row for row in rows if row[0] == "all that need only the texts")
    assert int(total[3]) <= 15


def test_precision_and_recall_are_those_of_the_counts():
    pairs = [
        Pair("number", (), "I have 3 apples.", "I own 4 apples.", False),
        Pair("role", (), "The dog bit the man.", "The man bit the dog.", False),
        Pair("x", (), "I have 3 apples.", "My apples are 3.", True),
        Pair("x", (), "Write it in English.", "Write it down.", True),
    ]
    rows = {row[0]: row[1:] for row in table(pairs, scored(pairs, [Contract()]))}
    assert rows["contract"] == ["4", "1", "1", "0.50", "0.50"]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("It works.", "It does not work.", "failed: a negation is new, or gone"),
        ("It is not bad.", "It is good.", "passed"),
        ("Take it before lunch.", "Take it after lunch.", 'failed: "before" became "after"'),
        ("All of them came.", "Some of them came.", 'failed: "all" became "some"'),
        ("Every guest came.", "All guests came.", "passed"),
        ("It never fails.", "It always works.", "passed"),
    ],
)
def test_small_words_that_turn_a_meaning(first, second, said):
    assert verdict(Logic(), pair(first, second)).startswith(said)


def test_kinds_that_change_the_meaning_are_not_held_to_it():
    negated = pair("It works.", "It does not work.", kind="negation", expected="no")
    assert verdict(Logic(), negated).startswith("not run")


@pytest.mark.parametrize(
    ("first", "second", "labels", "said"),
    [
        ("Give me 3 apples.", "Give me three apples.", (), "passed"),
        ("Give me three apples.", "Give me 3 apples.", (), "passed"),
        ("Give me 3 apples.", "Give me 30 apples.", (), 'failed: the number "3" is gone'),
        ("See `a.b()` in `x`.", "See it in `x`.", (), 'failed: the piece "`a.b()`" is gone'),
        ("Is it yes or no?", "Is it YES or NO?", ("yes", "no"), "passed"),
        ("Is it yes or no?", "Is it yes or not?", ("yes", "no"), 'failed: the label "no" is gone'),
        ("Ask Ms Keller.", "ask ms keller", (), "passed"),
        ("Ask in {{ place }}.", "Enquire in {{place}}.", ("a",), "passed"),
    ],
)
def test_the_contract(first, second, labels, said):
    assert verdict(Contract(), pair(first, second, labels)) == said


def test_variants_of_one_original_are_compared_with_each_other_and_with_what_the_file_has():
    one, two = pair("Where is my card?", "Where did my card go?"), pair("Where is my card?", "Where did my card go")
    assert [score.verdict for score in Duplicates().scores([one, two])] == ["passed", "failed"]
    known = [("text", "a", "Where did my card go?")]
    assert Duplicates(known).scores([one])[0].why == "it is a variant that there is already"
    assert [score.verdict for score in Duplicates().scores([one, two])] == ["passed", "failed"], "nothing is remembered"


def judge(habit: str) -> SecondModel:
    return SecondModel(("judge",), lambda _: Engine(JudgeModel(habit), lambda: Store(None)))


@pytest.mark.parametrize(
    ("habit", "second", "said"),
    [
        ("honest", "my card is where", "passed"),
        ("honest", "where is my account", "failed: the second model says that another answer is required"),
        ("first", "my card is where", "not run: the judge contradicted itself"),
        ("refuses", "my card is where", "not run: the judge refused"),
        ("gone", "my card is where", "not run: the judge did not answer"),
    ],
)
def test_a_second_model_is_asked_whether_the_same_answer_is_required(habit, second, said):
    guard = judge(habit)
    assert verdict(guard, pair("where is my card", second)).startswith(said)
    guard.close()


def test_where_another_answer_is_meant_the_same_one_is_a_failure():
    guard = judge("honest")
    same = pair("where is my card", "my card is where", kind="negation", expected="no")
    assert "the same answer is required, and another one was meant" in verdict(guard, same)
    guard.close()


def test_a_guard_that_could_not_run_is_never_a_pass():
    one = pair("where is my card", "where did my card go")
    assert verdict(Embedding(""), one) == "not run: no --embedder"
    assert verdict(SecondModel((), lambda _: Engine(JudgeModel(), lambda: Store(None))), one) == "not run: no --judge"
    assert verdict(Perplexity(None), one) == "not run: no --perplexity"


def test_perplexity_is_compared_with_that_of_the_original():
    bits = {"a b": 5.0, "a c": 6.0, "x y": 12.0}
    guard = Perplexity(lambda texts: [bits[text] for text in texts])
    assert verdict(guard, pair("a b", "a c")) == "passed"
    assert verdict(guard, pair("a b", "x y")) == "failed: 7.0 bits a word more than the original"
    assert verdict(guard, pair("a b", "x y", kind="typo")).startswith("passed")


def test_every_pair_is_looked_at_alone():
    pairs = changed_pairs()[:3]
    assert [candidate(one, number).subject.example for number, one in enumerate(pairs)] == [
        "pair-0",
        "pair-1",
        "pair-2",
    ]
