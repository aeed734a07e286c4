"""`llmrobust diff` of stored runs and models: what is paired, what breaks and heals, and when the new run is worse."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.report.comparison_json import comparison_json
from llmrobust.report.comparison_markdown import comparison_markdown
from llmrobust.report.comparison_text import comparison_lines
from llmrobust.request import Failure, Reply, Response
from llmrobust.results.comparison import Comparison, Effect, Outcome, compare, judged
from llmrobust.results.json_writer import write_json
from llmrobust.results.pairing import Change
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.run_result import RunResult
from llmrobust.runner import SuiteRun, run_result
from tests.cli.commands.test_gate import suite_file
from tests.report.test_markdown_blocks import rendered, texts
from tests.results.test_baseline_contents import model
from tests.schemas import check

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "diff-json.schema.json").read_text())
GATES = "  - accuracy: {min: 0.8}\n"
Wrong = Callable[[Case], bool]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def number(case: Case) -> int:
    return int(case.example.id.removeprefix("ex-"))


def answered(case: Case, wrong: Wrong) -> Reply:
    labels = ("positive", "negative")
    right = labels.index(case.expected or case.example.expected or "positive")
    return Response(labels[1 - right if wrong(case) else right], "stop")


def run(path: Path, wrong: Wrong = lambda case: False, *, keep: Any = None, failed: Wrong | None = None) -> RunResult:
    plan = load_plan(path, path.parent)
    given: dict[Any, Reply] = {case.request: answered(case, wrong) for case in plan.cases}
    given |= {case.request: Failure("timeout", "5 s") for case in plan.cases if failed and failed(case)}
    cases = None if keep is None else [case for case in plan.cases if keep(case)]
    made = SuiteRun.of(plan, given, cases, ModelFacts.of(model()))
    return run_result([made], model(), EngineStats(), path.parent)


def perturbed(upto: int, use: str = "") -> Wrong:
    """Wrong are the perturbed cases of the first examples, or those under one use."""
    return lambda case: not case.is_original and number(case) <= upto and use in case.use


def compared(old: RunResult, new: RunResult) -> Comparison:
    return compare(old, new, ("old.json", "new.json"))


def test_cases_that_broke_and_healed_are_told_apart(folder: Path) -> None:
    path = suite_file(folder, GATES)
    (suite,) = compared(run(path, perturbed(2, "casing")), run(path, perturbed(3, "punctuation"))).suites
    per = len(suite.pairs) // 12 - 2  # variants of casing
    counts = suite.counts()
    assert (counts[Change.BROKE], counts[Change.HEALED], counts[Change.CHANGED]) == (3, 2 * per, 0)
    assert counts.total() == len(suite.pairs) == len(suite.new.cases)
    assert {pair.new.use for pair in suite.changed(Change.BROKE)} == {"punctuation.strip_final"}
    assert {pair.new.example for pair in suite.changed(Change.HEALED)} == {"ex-001", "ex-002"}


def test_without_gold_answers_flips_break_and_heal(folder: Path) -> None:
    path = suite_file(folder, "  - consistency: {min: 0.1}\n")
    path.write_text(path.read_text().replace("{field: answer, choices", "{choices"))
    comparison = compared(run(path), run(path, perturbed(9)))
    (suite,) = comparison.suites
    assert suite.counts()[Change.BROKE] == sum(pair.new.agrees is False for pair in suite.pairs) > 0
    assert {one.metric for one in suite.effects} == {"consistency"}
    assert comparison.outcome is Outcome.WORSE
    effect = judged(suite)
    assert effect is not None
    assert effect.low is not None
    assert effect.high is not None
    ends = f"{effect.low:+.3f} to {effect.high:+.3f}"
    assert suite.worse == (f"consistency fell by 0.750 (95% confidence, interval {ends}, p 0.004)",)
    other = compared(run(path, lambda case: number(case) == 1), run(path))
    assert other.suites[0].counts()[Change.CHANGED] == len(other.suites[0].pairs) // 12, (
        "another answer, kept as before"
    )


def test_the_effect_is_the_difference_over_the_same_cases(folder: Path) -> None:
    path = suite_file(folder, "  - accuracy: {min: 0.1}\n", count=40)
    comparison = compared(run(path), run(path, perturbed(20)))
    effect = judged(comparison.suites[0])
    assert effect is not None
    assert (effect.metric, effect.old, effect.new, effect.difference) == ("accuracy", 1.0, 0.5, -0.5)
    assert effect.high is not None
    assert effect.low is not None
    assert -0.7 < effect.low < -0.5 < effect.high < -0.3
    assert effect.p is not None
    assert effect.p < 0.001
    clean = comparison.suites[0].effects[0]
    assert (clean.metric, clean.n_cases, clean.difference, clean.p) == ("clean_accuracy", 40, 0.0, 1.0)
    assert comparison.outcome is Outcome.WORSE
    back = compared(run(path, perturbed(20)), run(path))
    assert back.outcome is Outcome.NOT_WORSE


def test_a_gate_that_passed_and_no_longer_does_makes_it_worse(folder: Path) -> None:
    path = suite_file(folder, GATES)
    comparison = compared(run(path, perturbed(2)), run(path, perturbed(3)))
    assert comparison.outcome is Outcome.WORSE
    assert comparison.worse == ("small: the gate accuracy changed from pass to fail",)
    assert compared(run(path, perturbed(3)), run(path, perturbed(2))).outcome is Outcome.NOT_WORSE
    assert compared(run(path, perturbed(3)), run(path, perturbed(4))).outcome is Outcome.NOT_WORSE, "it failed before"


def test_only_the_same_cases_are_compared(folder: Path) -> None:
    path = suite_file(folder, GATES)
    old = run(path)
    text = path.read_text()
    path.write_text(text.replace("number 3 was a fine", "number 3 was a great"))
    left = compared(old, run(path)).suites[0].left
    per = len(old.suites[0].cases) // 12
    assert (left.other_examples, left.only_old, left.only_new) == (per, 0, 0)
    path.write_text(text.replace("punctuation.strip_final", "punctuation.strip_final: {target: instruction}"))
    left = compared(old, run(path)).suites[0].left
    assert left.other_variants == 12
    path.write_text(text.replace("  - punctuation.strip_final\n", ""))
    left = compared(old, run(path)).suites[0].left
    assert (left.only_old, left.only_new) == (12, 0)
    path.write_text(text.replace("suite: small", "suite: small\nseed: 3"))
    suite = compared(old, run(path)).suites[0]
    assert 0 < suite.left.other_variants < len(old.suites[0].cases), "casing.random is drawn; the rest is the same"
    assert "seed was 0 and is 3" in suite.differs
    assert compared(old, suite_of_other_name(folder)).outcome is Outcome.UNDECIDED


def suite_of_other_name(folder: Path) -> RunResult:
    path = folder / "other.robust.yaml"
    path.write_text(suite_file(folder, GATES).read_text().replace("suite: small", "suite: other"))
    return run(path)


def test_formats_of_another_template_are_compared_by_example(folder: Path) -> None:
    """Their names follow the template's fields: no variant has a pair, and none may vanish from the comparison."""
    path = suite_file(folder, "  - accuracy: {min: 0.1}\n", more="  - format: {sample: 4}")
    old = run(path)
    path.write_text(path.read_text().replace("Review: ", "Review = ").replace("Sentiment:", "Mood ="))
    new = run(path, perturbed(12, "format"))
    (suite,) = compared(old, new).suites
    assert len(suite.groups) == 12
    assert suite.left.only_old == suite.left.only_new == 0
    assert {group.change for group in suite.groups} == {Change.BROKE}
    effect = next(one for one in suite.effects if (one.group, one.metric) == ("format", "accuracy"))
    assert (effect.old, effect.new) == (1.0, 0.0)
    assert suite.worse
    text = "\n".join("".join(piece for piece, _ in line) for line in comparison_lines(compared(old, new)))
    assert "format[ex-001]  right in 4 of 4 -> 0 of 4 variants" in text
    assert "12 examples under other variants: 12 broke, 0 healed" in text


def test_a_baseline_gate_sees_formats_of_another_template(folder: Path) -> None:
    gates = "  - accuracy: {min: -0.1, against: baseline}\n"
    path = suite_file(folder, "  - accuracy: {min: 0.1}\n", more="  - format: {sample: 4}")
    write_json(run(path), folder / "run.json")
    assert main(["baseline", "save", "run.json"]) == 0
    path = suite_file(folder, gates, more="  - format: {sample: 4}")
    path.write_text(path.read_text().replace("Review: ", "Review = ").replace("Sentiment:", "Mood ="))
    assert run(path).suites[0].decisions[0].passed
    (decision,) = run(path, perturbed(12, "format")).suites[0].decisions
    assert decision.status == "fail"
    path.write_text(path.read_text().replace("Review = ", "").replace("Mood =", "Mood?"))
    (decision,) = run(path).suites[0].decisions
    assert "48 of the baseline's cases have no counterpart" in decision.reason


# Fail closed


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: run(path, keep=lambda case: number(case) < 4), "the new run is incomplete: only"),
        (lambda path: run(path, failed=lambda case: case.is_original and number(case) == 3), "got no answer"),
        (lambda path: run(path, keep=lambda case: False), "the runs have no cases in common"),
    ],
)
def test_a_run_that_is_not_whole_is_never_not_worse(folder: Path, make: Any, said: str) -> None:
    path = suite_file(folder, GATES)
    comparison = compared(run(path), make(path))
    assert comparison.outcome is Outcome.UNDECIDED
    assert any(said in why for why in comparison.undecided)


def test_a_suite_that_is_gone_is_no_pass_and_a_new_one_is(folder: Path) -> None:
    path = suite_file(folder, GATES)
    small, other = run(path), suite_of_other_name(folder)
    both = RunResult(small.manifest, (*small.suites, *other.suites), small.requests, small.timing)
    gone = compared(both, small)
    assert gone.outcome is Outcome.UNDECIDED
    assert gone.undecided == ("other: only in the old run",)
    assert compared(small, both).only_new == ("other",)
    assert compared(small, both).outcome is Outcome.NOT_WORSE
    assert compare(both, small, ("a", "b"), ["small"]).outcome is Outcome.NOT_WORSE


# The command


def write(folder: Path, **runs: RunResult) -> None:
    for name, result in runs.items():
        write_json(result, folder / f"{name}.json")


def test_the_exit_code_says_whether_new_is_worse(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite_file(folder, GATES)
    write(
        folder, old=run(path, perturbed(2)), new=run(path, perturbed(3)), part=run(path, keep=lambda c: c.is_original)
    )
    assert main(["diff", "old.json", "new.json"]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[:2] == ["OLD  old.json  (model first)", "NEW  new.json  (model first)"]
    assert "prompt and model unchanged" in said
    assert "broke:" in said
    assert "    accuracy: pass -> fail (0.833 -> 0.750, at least 0.8)" in said
    assert said.endswith("the new run is worse\n  small: the gate accuracy changed from pass to fail\n")
    assert "\x1b" not in said
    assert main(["diff", "new.json", "old.json"]) == 0
    assert main(["diff", "old.json", "part.json"]) == 2
    assert "the new run is incomplete" in capsys.readouterr().out
    assert main(["diff", "run:old.json", "old.json", "--suite", str(path)]) == 2


def test_json_follows_its_schema_and_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    path = suite_file(folder, GATES, more="  - format: {sample: 2}")
    old = run(path, perturbed(2))
    path.write_text(path.read_text().replace("Review: ", "Review = ").replace("Sentiment:", "Mood ="))
    write(folder, old=old, new=run(path, perturbed(4)))
    assert main(["diff", "old.json", "new.json", "--format", "json", "--output", "out.json"]) == 1
    value = json.loads((folder / "out.json").read_text())
    check(value, SCHEMA)
    assert value["suites"][0]["changes"][0]["old_prompt"] != value["suites"][0]["changes"][0]["new_prompt"]
    assert value["suites"][0]["groups"]
    page = (DOCS / "diff-json.md").read_text()
    of_runs = ("DecisionForm", "MeasurementForm", "WorstForm")  # described in report-json.md
    own = {**SCHEMA, "$defs": {name: one for name, one in SCHEMA["$defs"].items() if name not in of_runs}}
    assert not {name for name in names_of(own) if f"`{name}`" not in page}


def names_of(schema: Any) -> set[str]:
    if isinstance(schema, Mapping):
        own = set(schema["properties"]) if isinstance(schema.get("properties"), Mapping) else set()
        return own.union(*(names_of(value) for value in schema.values()))
    return set().union(*map(names_of, schema)) if isinstance(schema, list) else set()


def test_hostile_text_does_nothing(folder: Path) -> None:
    path = suite_file(folder, GATES)
    bad = "<script>alert(1)</script> | `x` @someone\n::error::pwned ##[error]pwned"
    path.write_text(path.read_text().replace("This Film number 0", json.dumps(bad)[1:-1] + " Film"))
    old = run(path)
    new = run(path, perturbed(6))
    comparison = compare(old, new, (bad, "new.json"))
    text = comparison_markdown(comparison)
    assert text.startswith("<!-- llmrobust diff -->\n")
    assert not any("@someone" in one or "script" in one for one in texts(text, "text"))
    assert all(re.fullmatch(r"<!--.*-->|</?(details|summary|code)>.*", one) for one in texts(text, "html_inline"))
    assert "<script" not in rendered(text)
    assert not any(line.startswith("::") for line in text.splitlines())
    lines = ["".join(piece for piece, _ in line) for line in comparison_lines(comparison)]
    assert not any(line.startswith("::") or "##[" in line or "\n" in line for line in lines)
    check(json.loads(json.dumps(comparison_json(comparison))), SCHEMA)


def test_markdown_keeps_its_limit(folder: Path) -> None:
    path = suite_file(folder, GATES, count=60)
    comparison = compared(run(path), run(path, perturbed(60)))
    text = comparison_markdown(comparison, limit=3000, cases=1000)
    assert len(text.encode()) <= 3000
    assert "the new run is worse" in text
    assert "Left out:" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone.json", "old.json"], "gone.json: no such file"),
        (["old.json", "nosuchthing"], '"nosuchthing" cannot be compared'),
        (["old.json", "tiny"], "name them with --suite FILE"),
        (["old.json", "old.json"], "both sides are old.json"),
        (["old.json", "bad.json"], "is not valid JSON"),
        (["old.json", "new.json", "--llm", "tiny"], "neither side is one"),
        (["old.json", "new.json", "--cases", "-1"], "--cases must be at least 0"),
        (["old.json", "new.json", "--key", "a--b"], "--key a--b"),
        (["tiny", "keyword", "--suite", "x.robust.yaml"], "no such file"),
    ],
)
def test_wrong_use_says_what_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    result = run(suite_file(folder, GATES))
    write(folder, old=result, new=result)
    (folder / "bad.json").write_text("{")
    assert main(["diff", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_what_names_two_things_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(suite_file(folder, GATES))
    write(folder, old=result)
    shutil.copy("old.json", "tiny")
    assert main(["diff", "old.json", "tiny"]) == 2
    assert '"tiny" is a file and a model; write run:tiny or model:tiny' in capsys.readouterr().err
    assert main(["diff", "old.json", "run:tiny"]) == 0


@pytest.mark.parametrize(
    ("difference", "low", "high", "p", "sign"),
    [
        (-0.1, -0.2, -0.05, None, -1),
        (0.1, 0.05, 0.2, None, 1),
        (-0.1, -0.2, 0.05, 0.001, -1),
        (-0.1, -0.2, 0.05, 0.2, 0),
        (0.1, -0.05, 0.2, 0.01, 1),
        (0.0, 0.0, 0.0, 0.01, 0),
        (-0.1, None, None, None, 0),
    ],
)
def test_an_effect_is_a_loss_where_the_interval_or_the_test_says_so(
    difference: float, low: float | None, high: float | None, p: float | None, sign: int
) -> None:
    assert (
        Effect(
            metric="accuracy",
            scope="suite",
            group="",
            old=0.5,
            new=0.5 + difference,
            difference=difference,
            low=low,
            high=high,
            confidence=0.95,
            n_examples=40,
            n_cases=360,
            p=p,
        ).sign
        == sign
    )


def test_a_gate_that_is_gone_or_few_common_cases_leave_it_open(folder: Path) -> None:
    path = suite_file(folder, "  - accuracy: {min: 0.1}\n  - consistency: {min: 0.1}\n")
    old = run(path)
    suite = old.suites[0]
    without = replace(suite, decisions=tuple(one for one in suite.decisions if one.id != "consistency"))
    found = compared(old, replace(old, suites=(without,)))
    assert found.outcome is Outcome.UNDECIDED
    assert found.suites[0].undecided == ("the gate consistency passed, and the new run has no such gate",)
    few = replace(suite, cases=suite.cases[:14], planned=14)
    found = compared(old, replace(old, suites=(few,)))
    assert found.outcome is Outcome.UNDECIDED
    assert f"only 14 of the old run's {len(suite.cases)} cases can be compared" in found.suites[0].undecided
    assert compared(old, old).outcome is Outcome.NOT_WORSE
