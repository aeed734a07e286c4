"""Answers of several parts: rankings, sets of labels, slots, groups of a pattern, and code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.score import Verdict, score
from llmrobust.score.code import read_code
from llmrobust.score.label_sets import read_labels
from llmrobust.score.rankings import gold_grades, read_ranking
from llmrobust.score.slot_pairs import read_slots, tagged_slots
from llmrobust.suitefile.suite import AnswerSpec, FieldSpec

MakeCase = Callable[..., Case]
RANKING = AnswerSpec(check="ranking")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('["d3", "d1", "d2"]', ["d3", "d1", "d2"]),
        ("[3, 1, 2]", ["3", "1", "2"]),
        ('{"ranking": [3, 1, 2]}', ["3", "1", "2"]),
        ('```json\n["d3", "d1"]\n```', ["d3", "d1"]),
        ("[3] > [1] > [2]", ["3", "1", "2"]),
        ("D3 > D1 > D2.", ["d3", "d1", "d2"]),
        ("3, 1, 2", ["3", "1", "2"]),
        ("Ranking: 3, 1, 2", ["3", "1", "2"]),
        ("d3, d1, and d2", ["d3", "d1", "d2"]),
        ("1. d3\n2. d1\n3. d2", ["d3", "d1", "d2"]),
        ("Here is the ranking:\n\n1. d3\n2. d1", ["d3", "d1"]),
        ("1. **d3** - the best\n2. d1: less so\n3. d2 (poor)", ["d3", "d1", "d2"]),
        ("- d3\n- d1", ["d3", "d1"]),
        ("d3\nd1\nd2", ["d3", "d1", "d2"]),
        ("d3, d1, d3", None),
        ("I cannot rank these, since there is nothing to go by", None),
        ("d3", None),
        ("", None),
        ('{"a": [1], "b": [2]}', None),
        ("[[1], [2]]", None),
        ("1. d3\nand then d1", None),
    ],
)
def test_a_ranking_is_read_however_it_is_written(text: str, items: list[str] | None) -> None:
    found = read_ranking(text, RANKING, None)
    assert (None if found.answer is None else json.loads(found.answer)) == items
    assert found.answer is not None or found.reason


def judged(make_case: MakeCase, text: str, gold: str, **spec: Any) -> Verdict:
    return score(make_case(expected=gold), Response(text, "stop"), AnswerSpec(**spec), ())


def test_a_ranking_is_right_in_gold_s_order_and_ties_may_stand_either_way(make_case: MakeCase) -> None:
    assert judged(make_case, "d2 > d1 > d3", '["d2", "d1", "d3"]', check="ranking").correct
    assert judged(make_case, "d1 > d2 > d3", '["d2", "d1", "d3"]', check="ranking").correct is False
    graded = '{"d1": 2, "d2": 2, "d3": 0}'
    first, other = (judged(make_case, text, graded, check="ranking") for text in ("d1 > d2 > d3", "d2 > d1 > d3"))
    assert first.correct
    assert other.correct
    assert first.answer == other.answer
    assert judged(make_case, "d3 > d1 > d2", graded, check="ranking").correct is False
    assert judged(make_case, "d1 > d2", graded, check="ranking").correct is False


def test_gold_grades_are_given_or_follow_from_places() -> None:
    assert gold_grades('{"A": 3, "b": 0.5}') == {"a": 3.0, "b": 0.5}
    assert gold_grades("[5, 7]") == {"5": 2.0, "7": 1.0}
    assert gold_grades("x > y > z") == {"x": 3.0, "y": 2.0, "z": 1.0}
    assert gold_grades('["x", "x"]') is None
    assert gold_grades('{"a": "good"}') is None


CLOSED = AnswerSpec(check="multilabel", classes=("Sports", "Politics", "None of these"))


@pytest.mark.parametrize(
    ("text", "spec", "labels"),
    [
        ("politics, sports", CLOSED, ["politics", "sports"]),
        ("Sports and Politics", CLOSED, ["politics", "sports"]),
        ("Labels: Sports, Politics", CLOSED, ["politics", "sports"]),
        ("Sports", CLOSED, ["sports"]),
        ("Label: sports.", CLOSED, ["sports"]),
        ("- Sports\n- Politics\n- Sports", CLOSED, ["politics", "sports"]),
        ('["Sports"]', CLOSED, ["sports"]),
        ("[]", CLOSED, []),
        ("None", CLOSED, []),
        ("None of these", CLOSED, ["none of these"]),
        ("Sports, Music", CLOSED, None),
        ("not Sports, Politics", CLOSED, None),
        ("It is about sports", CLOSED, None),
        ("b, a", AnswerSpec(check="multilabel"), ["a", "b"]),
        ("a", AnswerSpec(check="multilabel"), ["a"]),
        ("I cannot say", AnswerSpec(check="multilabel"), None),
    ],
)
def test_a_set_of_labels_is_read_in_any_order(text: str, spec: AnswerSpec, labels: list[str] | None) -> None:
    found = read_labels(text, spec, None)
    assert (None if found.answer is None else json.loads(found.answer)) == labels


def test_tags_mark_slots_as_the_conll_script_reads_them() -> None:
    tokens = "book the el shaddai hotel in rome for two".split()
    wanted = [("name", "el shaddai hotel"), ("city", "rome"), ("people", "two")]
    assert tagged_slots(tokens, "O O B-name I-name I-name O B-city O B-people".split()) == wanted
    assert tagged_slots(tokens, "O O I-name I-name I-name O I-city O I-people".split()) == wanted
    assert tagged_slots(tokens, "O O B-name I-name E-name O S-city O S-people".split()) == wanted
    assert tagged_slots(tokens, "O O B-name I-name L-name O U-city O U-people".split()) == wanted
    assert tagged_slots(["a", "b"], ["B-x", "B-x"]) == [("x", "a"), ("x", "b")]
    assert tagged_slots(["a", "b"], ["B-x", "I-y"]) == [("x", "a"), ("y", "b")]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "El Shaddai", "people": 2, "city": null}',
        '{"people": ["2"], "name": "el shaddai"}',
        '{"tokens": ["book", "El", "Shaddai", "for", "2"], "tags": ["O", "B-name", "I-name", "O", "B-people"]}',
        '[["book", "O"], ["El", "B-name"], ["Shaddai", "I-name"], ["2", "B-people"]]',
        "book\tO\nel\tB-name\nshaddai\tI-name\n2\tB-people",
        "book/O el/B-name shaddai/I-name 2/B-people",
    ],
)
def test_slots_are_the_same_in_every_form(text: str) -> None:
    found = read_slots(text, AnswerSpec(check="slots"), None)
    assert found.answer == '[["name", "el shaddai"], ["people", "2"]]'


@pytest.mark.parametrize(
    "text", ["name is El Shaddai", "[1, 2]", '{"tokens": ["a"], "tags": []}', '{"a": {"b": 1}}', ""]
)
def test_what_holds_no_slots_is_not_read(text: str) -> None:
    assert read_slots(text, AnswerSpec(check="slots"), None).answer is None


def test_no_published_row_of_slots_is_misread(shared_data: Any) -> None:
    rows = [json.loads(line) for line in (shared_data / "noise-llm" / "samples.jsonl").read_text("utf-8").splitlines()]
    spec = AnswerSpec(check="slots")
    for row in rows:
        pairs = [list(pair) for pair in tagged_slots(row["tokens"], row["tags"])]
        assert sum(tag.startswith("B-") for tag in row["tags"]) <= len(pairs)
        lines = "\n".join(f"{token}\t{tag}" for token, tag in zip(row["tokens"], row["tags"], strict=True))
        tagged = read_slots(json.dumps({"tokens": row["tokens"], "tags": row["tags"]}), spec, None).answer
        assert tagged == read_slots(lines, spec, None).answer
        assert len(json.loads(tagged or "[]")) == len(pairs)


def test_named_groups_of_a_pattern_are_fields(make_case: MakeCase) -> None:
    fields = (FieldSpec("name"), FieldSpec("age", "number", 1.0))
    spec = {"check": "regex", "pattern": r"(?P<name>\w+) is (?P<age>[\w-]+)", "fields": fields}
    verdict = judged(make_case, "I think that Ada is thirty-six.", '{"name": "Ada", "age": 35}', **spec)
    assert verdict.correct
    assert verdict.answer == '{"age": 35, "name": "ada"}'
    assert judged(make_case, "Ada is 39", '{"name": "Ada", "age": 35}', **spec).correct is False
    assert judged(make_case, "nobody", '{"name": "Ada", "age": 35}', **spec).answer is None


@pytest.mark.parametrize(
    ("text", "gold", "right"),
    [
        ("def f(x):\n    # add\n    return x+1", "def f(x): return (x + 1)", True),
        ("```python\ndef f(x):\n    return x + 1\n```", "def f(x): return x + 1", True),
        ("Here it is:\n```\nx = 'a'\n```\nIt sets x.", 'x = "a"', True),
        ("```python\nx = 1\n```\n```text\n1\n```", "x = 1", True),
        ("x = 1", "x = 2", False),
        ("def f(y): return y + 1", "def f(x): return x + 1", False),
        ("```python\nx = 1\n```\n```python\nx = 2\n```", "x = 1", None),
        ("```python\nx = 1", "x = 1", None),
        ("I would write x = 1", "x = 1", None),
        ("Sorry", "x = 1", None),
        ("", "x = 1", None),
        ("```python\n```", "x = 1", None),
        ("(" * 5000, "x = 1", None),
        ("x = '\0'", "x = 1", None),
    ],
)
def test_code_is_compared_by_its_tree(make_case: MakeCase, text: str, gold: str, right: bool | None) -> None:
    assert judged(make_case, text, gold, check="code").correct is right


def test_code_is_never_run(make_case: MakeCase, tmp_path: Any) -> None:
    file = tmp_path / "made"
    assert judged(make_case, f"open({str(file)!r}, 'w').close()", "x = 1", check="code").correct is False
    assert not file.exists()


PIECES = st.sampled_from(
    '[ ] { } " , : > a b 1 2 O B-x I-x / \n 1. - * ``` def f(x): return = ( ) none and \t'.split(" ")
)
READERS = [read_ranking, read_labels, read_slots, read_code]


@example("none , none", read_labels)
@settings(max_examples=300)
@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=30), st.sampled_from(READERS))
def test_no_reply_raises_and_what_is_read_is_its_own_gold(text: str, read: Any) -> None:
    found = read(text, AnswerSpec(), None)
    if found.answer is not None:
        assert read(found.answer if read is not read_code else f"```\n{found.answer}\n```", AnswerSpec(), None) == found


IDS = st.lists(st.text("abcdefgh123", min_size=1, max_size=4), min_size=2, max_size=6, unique=True)
FORMS = [
    json.dumps,
    lambda ids: json.dumps({"ranking": ids}),
    " > ".join,
    ", ".join,
    lambda ids: "\n".join(f"{n}. {one}" for n, one in enumerate(ids, 1)),
    lambda ids: "Here is my ranking:\n" + "\n".join(f"- {one}" for one in ids),
]


@given(IDS, st.sampled_from(FORMS))
def test_a_ranking_is_read_equal_in_every_common_form(ids: list[str], form: Any) -> None:
    assert json.loads(read_ranking(form(ids), RANKING, None).answer or "null") == ids
