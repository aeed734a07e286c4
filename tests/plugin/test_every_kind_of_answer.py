"""A suite of every kind of answer: the editor's schema, `check`, `plan`, and all reports know it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from llmrobust.cli import main
from llmrobust.models.specs import MODELS
from llmrobust.report.sarif import SCHEMA
from llmrobust.score.checks import CHECKS
from llmrobust.score.embedding import forget_embedder
from llmrobust.suitefile.editor_schema import suite_json_schema
from tests.conftest import REPOSITORY
from tests.plugin.conftest import Project
from tests.schemas import check

KINDS: dict[str, tuple[str, str, str, str]] = {
    # name: (answer section, gold, an answer that keeps it, another answer)
    "choice": ("{field: gold, choices: [red, blue]}", "red", "The answer is red.", "blue"),
    "number": ("{field: gold, check: number}", "18", "18 dollars", "19"),
    "exact": ("{field: gold, check: exact}", "Paris", "**Paris**", "Rome"),
    "contains": ("{field: gold, check: contains}", "Paris", "It is Paris.", "It is Rome."),
    "regex": (
        "{field: gold, check: regex, pattern: '(?P<name>\\w+) is (?P<age>\\d+)', fields: {name: exact, age: number}}",
        '{"name": "Ada", "age": 36}',
        "Ada is 36",
        "Ada is 37",
    ),
    "json": (
        "{field: gold, check: json, fields: {name: exact, age: {check: number, tolerance: 0.5}}}",
        '{"name": "Ada", "age": 36}',
        '```json\n{"name": "ada", "age": 36.2}\n```',
        '{"name": "Ada", "age": 40}',
    ),
    "ranking": ("{field: gold, check: ranking, top: 2}", '["d1", "d2", "d3"]', "d1 > d2 > d3", "d3 > d2 > d1"),
    "multilabel": ("{field: gold, check: multilabel, classes: [news, music]}", '["news"]', "news", "music"),
    "slots": ("{field: gold, check: slots}", '{"city": "Rome"}', "to O\nRome B-city", "to O\nOslo B-city"),
    "code": ("{field: gold, check: code}", "x = 1", "```python\nx=1\n```", "```python\nx=2\n```"),
    "tool_call": (
        "{field: gold, check: tool_call, fields: {name: exact, arguments.city: exact}}",
        '{"name": "weather", "arguments": {"city": "Rome"}}',
        '<tool_call>{"name": "weather", "arguments": {"city": "rome"}}</tool_call>',
        '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>',
    ),
    "similarity": ("{field: gold, check: similarity, min: 0.9}", "the red house", "the red house", "no idea at all"),
    "chrf": ("{field: gold, check: chrf, min: 0.5}", "the red house", "the red house.", "no idea at all"),
    "judge": (
        "{field: gold, check: judge, judge: {llm: 'judge:honest', labels: labels.jsonl, criteria: Words count.}}",
        "the red house",
        "The house, the red!",
        "no idea at all",
    ),
    "vowels": ("{field: gold, check: vowels}", "Paris", "a, i", "e"),
}
GATES = {
    "regex": "accuracy: {min: 0.9, of: age}",
    "json": "consistency: {min: 0.9, of: age}",
    "tool_call": "consistency: {min: 0.9, of: arguments.city}",
    "ranking": "rank_agreement: {min: 0.9}",
    "multilabel": "label_overlap: {min: 0.9}",
    "slots": "slot_f1: {min: 0.9}",
    "similarity": "semantic_similarity: {min: 0.9}",
}
SUITE = """\
suite: kind-{name}
prompt: "Question {name} about {{{{ text }}}}?"
examples:
  - {{id: a, text: the first, gold: {gold}}}
  - {{id: b, text: the second, gold: {gold}}}
answer: {section}
perturb: [whitespace.tabs]
gate:
  - {gate}
"""
CONFTEST = '''
import json
from pathlib import Path
import llmrobust as lr
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Response
from tests.score.judge_model import JudgeModel

SAID = json.loads((Path(__file__).parent / "said.json").read_text())

class Says:
    """Keeps its answer, but to prompts with a tab."""

    def __init__(self, spec):
        self.spec = spec

    async def open(self):
        return ModelInfo(self.spec, "says", "test", "says-1", 1024, 16, 2, scoring=("text",))

    async def answer(self, batch):
        found = []
        for request in batch:
            text = request.messages[-1][1]
            kept, moved = SAID[text.split()[1]]
            found.append(Response(moved if "\\t" in text else kept, "stop"))
        return found

    async def close(self):
        return None

@lr.model("says")
def says(spec):
    return Says(spec)

@lr.model("judge")
def judge(spec):
    return JudgeModel(spec.partition(":")[2], max_batch=64)

@lr.check("vowels")
def vowels(text):
    """The vowels of a text."""
    return "".join(letter for letter in text.lower() if letter in "aeiou") or None

@lr.embedder
def vectors(texts):
    return [[float(word in text.lower()) for word in ("red", "house", "idea", "all")] for text in texts]
'''


@pytest.fixture
def kinds(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    for registry in (MODELS, CHECKS):
        monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    (project.path / "suites/reviews.robust.yaml").unlink()
    for name, (section, gold, _, _) in KINDS.items():
        gate = GATES.get(name, "consistency: {min: 0.9}")
        text = SUITE.format(name=name, section=section, gold=json.dumps(gold), gate=gate)
        project.write(f"suites/{name}.robust.yaml", text)
    rows = [{"first": f"{n} a", "second": f"a {n}" if n % 2 else "b", "label": bool(n % 2)} for n in range(30)]
    project.write("suites/labels.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    project.write("said.json", json.dumps({name: [kept, moved] for name, (_, _, kept, moved) in KINDS.items()}))
    project.write("conftest.py", CONFTEST)
    yield project
    forget_embedder()


def test_the_editor_s_schema_accepts_every_kind(kinds: Project) -> None:
    schema = suite_json_schema(checks=[*CHECKS.names(), "vowels"])
    for name in KINDS:
        check(yaml.safe_load((kinds.path / f"suites/{name}.robust.yaml").read_text()), schema)


def test_all_reports_show_every_kind(kinds: Project) -> None:
    files = {kind: kinds.path / f"out/run.{kind}" for kind in ("json", "html", "md", "sarif")}
    options = [f"--robust-{'markdown' if kind == 'md' else kind}={path}" for kind, path in files.items()]
    result = kinds.run("suites", "--llm", "says:", *options)
    assert result.ret == 1
    terminal = result.stdout.str()
    run: dict[str, Any] = json.loads(files["json"].read_text("utf-8"))
    check(run, json.loads((REPOSITORY / "docs/report-json.schema.json").read_text("utf-8")))
    log = json.loads(files["sarif"].read_text("utf-8"))
    assert log["$schema"] == SCHEMA
    pages = {kind: files[kind].read_text("utf-8") for kind in ("html", "md")}
    assert sorted(suite["name"] for suite in run["suites"]) == sorted(f"kind-{name}" for name in KINDS)
    for suite in run["suites"]:
        name = suite["name"].removeprefix("kind-")
        found = {case["use"]: case["status"] for case in suite["cases"]}
        assert found == {"original": "passed", "whitespace.tabs": "flipped"}, (name, suite["cases"])
        (decision,) = suite["decisions"]
        assert decision["status"] == "fail", (name, decision)
        metric = GATES.get(name, "consistency: ").partition(":")[0]
        assert suite["name"] in terminal
        assert f"FAIL           {metric}" in terminal
        for page in pages.values():
            assert suite["name"] in page
            assert metric in page
        place = f"suites/{name}.robust.yaml"
        located = [one for one in log["runs"][0]["results"] if place in json.dumps(one["locations"])]
        assert [one["ruleId"] for one in located] == [f"gate/{metric}"], name
    judge = next(suite for suite in run["suites"] if suite["name"] == "kind-judge")
    assert judge["judge"]["trusted"]
    assert "30 of 30 labels" in terminal
    for page in pages.values():
        assert "30 of 30 labels" in page


def test_check_knows_every_kind(kinds: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kinds.path)
    assert main(["check", *(str(Path("suites") / f"{name}.robust.yaml") for name in KINDS)]) == 0


def test_plan_counts_the_judge_s_prompts(
    kinds: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(kinds.path)
    assert main(["plan", "suites/judge.robust.yaml"]) == 0
    assert "judge" in capsys.readouterr().out
