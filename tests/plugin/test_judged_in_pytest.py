"""Suites with a judge under pytest: one engine for all workers, everything stored, a lost judge reported once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llmrobust.models.specs import MODELS
from tests.plugin.conftest import Project

CONFTEST = """
import os
import llmrobust as lr
from tests.score.judge_model import JudgeModel

class Noted(JudgeModel):
    async def answer(self, batch):
        with open(os.environ["JUDGE_LOG"], "a") as log:
            log.write("x" * len(batch))
        return await super().answer(batch)

@lr.model("judge")
def judge(spec):
    return Noted(spec.partition(":")[2], max_batch=64)
"""
SUITE = """
suite: moods
prompt: "Mood? {{ text }}"
examples:
  - {id: a, text: "movie 1 is good.", answer: "Positive!"}
  - {id: b, text: "movie 2 is awful.", answer: "negative, indeed"}
answer: {field: answer, check: judge, judge: {llm: "judge:honest", labels: labels.jsonl}}
perturb: [whitespace.trailing, whitespace.tabs]
gate: {accuracy: {min: 0.4}, consistency: {min: 0.9}}
"""


@pytest.fixture
def judged(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(MODELS, "_entries", dict(MODELS._entries))
    monkeypatch.setenv("JUDGE_LOG", str(project.path / "judge.txt"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]), prepend=os.pathsep)  # for xdist's workers
    (project.path / "judge.txt").write_text("")
    rows = [{"first": f"{n} a", "second": f"a {n}" if n % 2 else "b", "label": bool(n % 2)} for n in range(30)]
    project.write("suites/labels.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("suites/reviews.robust.yaml", SUITE)
    project.write("conftest.py", CONFTEST)
    return project


def sent(project: Project) -> int:
    return len((project.path / "judge.txt").read_text())


def test_a_judged_suite_under_pytest(judged: Project) -> None:
    result = judged.run("suites", "--robust-json", "run.json")
    result.stdout.fnmatch_lines(
        [
            "judge judge:honest (judge, test): 64 prompts: 64 sent, 0 from the store",
            "*the judge agrees with 30 of 30 labels*",
        ]
    )
    assert result.ret == 0
    assert sent(judged) == 64, "30 labelled pairs and two answers, each in two orders"
    del MODELS._entries["judge"]  # the next run's conftest.py brings it
    judged.run("suites").stdout.fnmatch_lines(
        ["judge judge:honest (judge, test): 64 prompts: 0 sent, 64 from the store"]
    )
    assert sent(judged) == 64


def test_workers_share_the_judge(judged: Project) -> None:
    result = judged.run("suites", "-n", "2")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["judge judge:honest (judge, test): 64 prompts: 64 sent, 0 from the store"])
    assert sent(judged) == 64


def test_a_judge_that_is_gone_is_one_error_and_no_pass(judged: Project) -> None:
    judged.write("suites/reviews.robust.yaml", SUITE.replace("judge:honest", "judge:gone"))
    result = judged.run("suites")
    assert result.ret == 1
    text = result.stdout.str()
    assert "the judge of moods: " in text
    assert "PASS " not in text
    outcomes = result.parseoutcomes()
    assert outcomes.get("errors") == 1
    assert outcomes.get("passed", 0) == 0


def test_an_embedder_that_is_gone_is_one_error(project: Project) -> None:
    project.write(
        "suites/reviews.robust.yaml",
        """
suite: moods
prompt: "Mood? {{ text }}"
examples:
  - {id: a, text: "movie 1 is good.", answer: "Positive!"}
  - {id: b, text: "movie 2 is awful.", answer: "negative, indeed"}
answer: {field: answer, check: similarity, embedder: "http://127.0.0.1:9/v1#none"}
perturb: [whitespace.trailing, whitespace.tabs]
gate: {accuracy_drop: {max: 0.4}}
""",
    )
    result = project.run("suites")
    assert result.ret == 1
    result.assert_outcomes(errors=1, failed=1, skipped=7)
    result.stdout.fnmatch_lines(
        ["*the answers of moods cannot be compared: the embedder at http://127.0.0.1:9/v1*", "*NOT EVALUATED*"]
    )
