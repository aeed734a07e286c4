"""Suites whose answers are rankings, sets of labels, slots or groups of a pattern, from the file to their gates."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.results.json_reader import read_run, stored_table
from llmrobust.results.json_writer import to_json, write_json
from llmrobust.runner import SuiteRun, run_result

Answer = Callable[[Case], str]
SUITE = """\
suite: parts
prompt: {{user: "Please look at {{{{ text }}}} and answer."}}
examples:
  - {{id: a, text: the first one, gold: {first}}}
  - {{id: b, text: the other one, gold: {other}}}
answer: {answer}
perturb: [whitespace.tabs]
gate:
{gates}
"""


def judged(folder: Path, suite: str, answer: Answer) -> Any:
    """The run of a suite whose cases are answered so; it is stored and read back unchanged."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    path = folder / "parts.robust.yaml"
    path.write_text(suite)
    plan = load_plan(path, folder)
    assert {case.operator for case in plan.cases} == {"original", "whitespace.tabs"}
    replies = {case.request: Response(answer(case), "stop") for case in plan.cases}
    run = run_result([SuiteRun.of(plan, replies)], None, EngineStats(), folder)
    write_json(run, folder / "run.json")
    again = read_run(folder / "run.json")
    assert to_json(again) == to_json(run)
    stored = stored_table(again.suites[0], plan.suite)
    assert stored.answers is not None
    return {one.id: (str(one.status), one.measurement.value) for one in run.suites[0].decisions}, stored.answers.texts


def test_a_suite_of_rankings(tmp_path: Path) -> None:
    suite = SUITE.format(
        first="[d1, d2, d3]",
        other="{d7: 2, d8: 1, d9: 0}",
        answer="{field: gold, check: ranking, top: 2}",
        gates="  - ndcg: {min: 0.9}\n  - rank_shift: {max: 0.1}\n  - top_overlap: {min: 0.9}\n  - accuracy: {min: 0.5}",
    )
    said = {"a": ("d1 > d2 > d3", "1. d1\n2. d3\n3. d2"), "b": ("d7, d8, d9", '["d7", "d8", "d9"]')}
    found, texts = judged(tmp_path, suite, lambda case: said[case.example.id][not case.is_original])
    assert found == {
        "ndcg": ("pass", pytest.approx(((3 + 1 / math.log2(3)) / (3 + 2 / math.log2(3)) + 1) / 2)),
        "rank_shift": ("fail", pytest.approx((2 / 3 + 0) / 2)),
        "top_overlap": ("fail", pytest.approx((0.5 + 1) / 2)),
        "accuracy": ("pass", 0.5),
    }
    assert texts["rank_shift"].tolist() == [[pytest.approx(2 / 3)], [0.0]]


def test_a_suite_of_label_sets(tmp_path: Path) -> None:
    suite = SUITE.format(
        first="[news, sports]",
        other="[]",
        answer="{field: gold, check: multilabel, classes: [news, sports, music]}",
        gates="  - label_jaccard: {min: 0.5}\n  - consistency: {min: 0.9}",
    )
    said = {"a": ("Sports, News", "news"), "b": ("none", "[]")}
    found, _ = judged(tmp_path, suite, lambda case: said[case.example.id][not case.is_original])
    assert found == {"label_jaccard": ("pass", 0.75), "consistency": ("fail", 0.5)}


def test_a_suite_of_slots(tmp_path: Path) -> None:
    suite = SUITE.format(
        first="{city: Rome, day: Friday}",
        other="{tokens: [to, El, Shaddai], tags: [O, B-name, I-name]}",
        answer="{field: gold, check: slots}",
        gates="  - slot_f1: {min: 0.9}",
    )
    said = {"a": "rome/B-city on/O friday/B-day", "b": '{"name": "el shaddai"}'}
    found, _ = judged(tmp_path, suite, lambda case: said[case.example.id])
    assert found == {"slot_f1": ("pass", 1.0)}


def test_a_suite_of_groups(tmp_path: Path) -> None:
    suite = SUITE.format(
        first="{name: Ada, age: 36}",
        other="{name: Bob, age: 41}",
        answer="{field: gold, check: regex, pattern: '(?P<name>\\w+), (?P<age>\\d+)', fields: {name: exact, age: number}}",
        gates="  - accuracy: {min: 0.9, of: name}\n  - accuracy: {min: 0.9, of: age}",
    )
    said = {"a": ("I see Ada, 36.", "Ada, 37"), "b": ("Bob, 41", "bob, 41")}
    found, _ = judged(tmp_path, suite, lambda case: said[case.example.id][not case.is_original])
    assert found == {"accuracy[of name]": ("pass", 1.0), "accuracy[of age]": ("fail", 0.5)}
