"""Guards: what each catches of 100 pairs that do not mean the same, and what those that ask a model say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.guards import Pair, candidate, changed_pairs, held_out_pairs, same_pairs, scored, table
from llmrobust.engine import Engine, Store
from llmrobust.generate.guards import Candidate
from llmrobust.generate.guards.logic import Logic
from llmrobust.generate.guards.model_guards import Embedding, Perplexity, SecondModel
from llmrobust.generate.guards.places import Places
from llmrobust.generate.guards.question_kind import QuestionKind
from llmrobust.generate.guards.roles import Roles
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


def test_guards_without_a_model_show_most_changes():
    hits, pairs = caught()
    assert pairs.total() == 100
    assert (hits["name"], hits["label"], hits["language"], hits["answered"], hits["sentiment"]) == (10, 8, 4, 4, 4)
    assert hits["number"] >= 9
    assert hits["negation"] >= 11
    assert hits["scope"] >= 9
    assert hits["condition"] >= 8
    assert hits["role"] >= 9
    assert hits.total() >= 85


def test_other_questions_and_tasks_are_seen_only_in_part():
    """What docs/generate.md says of them: the rest of these only a second model or a person sees."""
    hits, _ = caught()
    assert 4 <= hits["question"] <= 7
    assert 4 <= hits["task"] <= 6


def test_pairs_that_no_guard_was_written_after_are_caught_less_often():
    pairs = held_out_pairs()
    assert Counter(one.same for one in pairs) == {True: 30, False: 30}
    rows = {row[0]: row for row in table(pairs, scored(pairs, text_guards()))}
    caught_of, alarms = (int(cell) for cell in rows["these and roles"][2:4])
    assert 21 <= caught_of <= 25
    assert alarms <= 7


def test_most_published_pairs_of_the_same_meaning_pass(shared_data: Path):
    pairs = same_pairs(shared_data)
    assert len(pairs) == 100
    rows = table(pairs, scored(pairs, text_guards()))
    total = next(row for row in rows if row[0] == "all that need only the texts")
    assert int(total[3]) <= 10


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
        ("It is impossible to open.", "It cannot be opened.", "passed"),
        ("It is likely to rain.", "It is unlikely to rain.", 'failed: "likely" became its opposite'),
        ("I love how quiet it is.", "I hate how loud it is.", 'failed: "love" became its opposite "hate"'),
        ("Ann is older than Bob.", "Bob is younger than Ann.", "passed"),
        ("Ann is older than Bob.", "Bob is older than Ann.", "failed: the sides of a comparison are swapped"),
        ("Ann is older than Bob.", "Ann is younger than Bob.", 'failed: "older" became its opposite'),
        ("It takes 3 hours.", "It needs 3 minutes.", 'failed: "hours" became "minutes"'),
        ("It weighs 3 kilograms.", "Its weight is 3 kg.", "passed"),
        ("Come on Monday.", "Please come on Tuesdays.", 'failed: "Monday" became "Tuesdays"'),
        ("You must pay.", "You may pay.", 'failed: "must" became "may"'),
        ("It costs $5.", "The price is €5.", 'failed: "$" became "€"'),
        ("We bought three boxes.", "We bought four boxes.", "failed: the number 3 became 4"),
        ("Use no more than ten words.", "Use ten words at most.", "passed"),
        ("Say whether it is true or not.", "Say if it is true.", "passed"),
    ],
)
def test_small_words_that_turn_a_meaning(first, second, said):
    assert verdict(Logic(), pair(first, second)).startswith(said)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("Why was it declined?", "When was it declined?", 'failed: it asked "why", and now asks "when"'),
        ("Why was it declined?", "For what reason was it declined?", "passed"),
        ("Why was it declined?", "Please explain the decline.", "passed"),
        ("How many people live there?", "What is the number of people who live there?", "passed"),
        ("What does it cost?", "How much do I have to pay for it?", "passed"),
        ("What does it cost?", "What does it include?", 'failed: it asked "what it costs", and does not any more'),
        ("Can I change my PIN?", "How do I change my PIN?", "passed"),
        ("Which planet is the largest?", "Jupiter is the largest.", "failed: it asks nothing any more"),
        ("Which planet is the largest?", "Name the largest planet.", "passed"),
        ("Is it open?", "Yes, it is open.", "failed: it begins with an answer"),
        ("Where is the book that I got when I was five?", "The book that I got at five, where is it?", "passed"),
        ("Could you tell me where my card is?", "Where is my card?", "passed"),
        ("Where is my card?", "hey wheres my card", "passed"),
        ("It is open.", "It opens.", "not run: the original asks no question"),
    ],
)
def test_what_is_asked_stays(first, second, said):
    assert verdict(QuestionKind(), pair(first, second)) == said


@pytest.mark.parametrize(("kind", "text"), [("typo", "Wheer is my card?"), ("punctuation", "Where is my card.")])
def test_mistakes_on_purpose_are_no_other_question(kind, text):
    said = "not run: the kind makes mistakes on purpose"
    assert verdict(QuestionKind(), pair("Where is my card?", text, kind=kind)) == said


@pytest.mark.parametrize(
    ("first", "second", "labels", "said"),
    [
        (
            "Write good for praise and bad for blame.",
            "Write bad for praise and good for blame.",
            ("good", "bad"),
            'failed: "good" and "bad" changed places',
        ),
        ("Write good for praise and bad for blame.", "Bad for blame, good for praise.", ("good", "bad"), "passed"),
        ("Gate 4 opens, gate 7 closes.", "Gate 7 opens, gate 4 closes.", (), 'failed: "4" and "7" changed places'),
        ("Gate 4 opens, gate 7 closes.", "Gate 7 closes, and gate 4 opens.", (), "passed"),
        ("Gate 4 opens.", "It is gate 4 that opens.", (), "not run: fewer than two labels, numbers or names"),
    ],
)
def test_labels_numbers_and_names_keep_their_places(first, second, labels, said):
    assert verdict(Places(), pair(first, second, labels)) == said


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("The dog chased the cat.", "The cat chased the dog.", 'failed: "cat" changed its role at "chase"'),
        ("The dog chased the cat.", "The cat was chased by the dog.", "passed"),
        ("The new model replaced the old one.", "The old model replaced the new one.", "failed: "),
        ("Our team beat theirs.", "Their team beat ours.", "failed: "),
        ("Anna's test confirms her talent.", "Anna's talent is confirmed by her test.", "passed"),
        ("It rains.", "Rain is falling.", "not run: the texts share no verb"),
    ],
)
def test_who_does_what_to_whom_stays(first, second, said):
    assert verdict(Roles(), pair(first, second)).startswith(said)


def test_roles_are_not_run_without_a_parser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("llmrobust.generate.guards.roles.missing", lambda: "spaCy")
    assert verdict(Roles(), pair("The dog chased the cat.", "The cat chased the dog.")).startswith(
        "not run: it needs spaCy"
    )


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
