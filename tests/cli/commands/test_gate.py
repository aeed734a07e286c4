"""`llmrobust gate` and `llmrobust plan`, and runs read back from their JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.errors import ReportError
from llmrobust.gate.forecast import forecast
from llmrobust.loading import load_plan
from llmrobust.plan import PROBE, Plan
from llmrobust.request import Reply, Response
from llmrobust.results.compatibility import stored_reference
from llmrobust.results.json_reader import read_run, stored_table
from llmrobust.results.json_writer import write_json
from llmrobust.runner import SuiteRun, noise_floor, run_result
from llmrobust.suitefile import Suite

SUITE = """\
suite: small
prompt:
  user: |
    {{% instruction %}}Is it positive or negative?{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples:
{examples}
answer: {{field: answer, choices: [positive, negative]}}
perturb:
  - casing: {{}}
  - punctuation.strip_final
{more}
gate:
{gates}
"""
GATES = "  - accuracy: {min: 0.9}\n  - consistency: {min: 0.5, per: topic}\n"


def suite_file(folder: Path, gates: str = GATES, more: str = "", count: int = 12) -> Path:
    rows = "\n".join(
        f'  - {{text: "This Film number {i} was a fine one.", answer: {"positive" if i % 3 else "negative"}, topic: t{i % 2}}}'
        for i in range(count)
    )
    path = folder / "small.robust.yaml"
    path.write_text(SUITE.format(examples=rows, gates=gates, more=more), encoding="utf-8")
    return path


def replies(plan: Plan, wrong: int = 3, noisy: int = 0) -> dict[object, Reply]:
    """Every example is answered right, but for the perturbed prompts of the first `wrong` examples; the first `noisy`
    repeated prompts are answered otherwise."""
    labels = plan.suite.answer.choices
    found: dict[object, Reply] = {}
    flips = {probe.request for probe in plan.probes[:noisy]}
    for place, case in enumerate([*plan.cases, *plan.probes]):
        right = labels.index(case.expected or case.example.expected or "")
        number = [one.id for one in plan.suite.examples].index(case.example.id)
        said = 1 - right if (not case.is_original and number < wrong) or case.request in flips else right
        scores = (-0.1, -2.5) if said == 0 else (-2.5, -0.1)
        found[case.request] = Response(labels[said], "stop", "logprobs", scores)
        assert place >= 0
    return found


def stored(folder: Path, path: Path, wrong: int = 3, name: str = "run.json", noisy: int = 0) -> Path:
    plan = load_plan(path, folder)
    run = SuiteRun.of(plan, replies(plan, wrong, noisy))  # type: ignore[arg-type]
    file = folder / name
    write_json(run_result([run], None, EngineStats(), folder), file)
    return file


def refused(file: Path, suite: Suite) -> str:
    """Why a stored run is no reference."""
    problem = stored_reference(file, suite).problem
    return "" if problem is None else problem.reason


def test_gates_are_decided_again_on_a_stored_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = stored(tmp_path, suite_file(tmp_path))
    path = tmp_path / "small.robust.yaml"
    assert main(["gate", str(run), str(path)]) == 1
    said = capsys.readouterr().out
    assert "FAIL           accuracy         0.750 [" in said
    assert "PASS           consistency[t0]" in said
    assert "worst examples:" in said
    suite_file(tmp_path, GATES.replace("0.9", "0.7"))
    assert main(["gate", str(run), str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in found] == ["pass", "pass", "pass"]


def test_a_stored_run_gives_the_table_that_it_was_made_from(tmp_path: Path) -> None:
    path = suite_file(tmp_path, more="  - sanity.empty\n  - word.number")
    plan = load_plan(path, tmp_path)
    run = SuiteRun.of(plan, replies(plan))  # type: ignore[arg-type]
    file = stored(tmp_path, path)
    again = stored_table(read_run(file).suites[0], plan.suite)
    assert again.columns == run.table.columns
    assert again.examples == run.table.examples
    assert again.severities == run.table.severities
    assert again.fields == run.table.fields
    for name in ("correct", "agrees", "clean_correct", "moved"):
        np.testing.assert_array_equal(getattr(again, name), getattr(run.table, name), name)
    assert again.answers is not None
    assert run.table.answers is not None
    assert again.answers.labels == run.table.answers.labels
    np.testing.assert_array_equal(again.answers.given, run.table.answers.given)
    np.testing.assert_array_equal(again.answers.clean, run.table.answers.clean)
    assert again.answers.probabilities is not None
    assert run.table.answers.probabilities is not None
    np.testing.assert_allclose(again.answers.probabilities, run.table.answers.probabilities, atol=1e-6)


def test_a_run_is_compared_with_a_stored_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(tmp_path, suite_file(tmp_path), wrong=1, name="base.json")
    gates = "  - accuracy: {min: -0.1, against: base.json}\n  - target_drop: {max: 0.2, against: base.json}\n"
    path = suite_file(tmp_path, gates)
    worse = stored(tmp_path, path, wrong=3)
    assert main(["gate", str(worse), str(path)]) == 1
    said = capsys.readouterr().out
    assert "accuracy     -0.167" in said
    assert "PASS           target_drop  0.167" in said
    (tmp_path / "base.json").unlink()
    assert main(["gate", str(worse), str(path)]) == 1
    assert "NOT EVALUATED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not valid JSON"),
        ("[]", "is not a stored run"),
        ('{"format": "llmrobust-run", "version": 99}', "has version 99 of the format"),
        ('{"format": "llmrobust-run", "version": 1, "manifest": {}, "suites": [{}]}', "is damaged"),
    ],
)
def test_a_file_that_is_no_stored_run_says_so(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=message):
        read_run(file)
    assert main(["gate", str(file), str(suite_file(tmp_path))]) == 2
    assert message in refused(file, load_plan(suite_file(tmp_path), tmp_path).suite)


def test_stale_and_partial_runs_are_no_reference(tmp_path: Path) -> None:
    path = suite_file(tmp_path)
    suite = load_plan(path, tmp_path).suite
    file = stored(tmp_path, path)
    value = json.loads(file.read_text())
    value["suites"][0]["planned"] += 1
    file.write_text(json.dumps(value))
    assert (
        refused(file, suite)
        == f"only {value['suites'][0]['planned'] - 1} of its {value['suites'][0]['planned']} cases were asked"
    )
    value["suites"][0]["planned"] -= 1
    value["suites"][0]["uses"][0]["version"] += 1
    file.write_text(json.dumps(value))
    assert "had version 2 then and has version 1 now" in refused(file, suite)
    value["suites"][0]["name"] = "other"
    file.write_text(json.dumps(value))
    assert refused(file, suite) == 'holds no suite "small", but "other"'
    assert refused(tmp_path / "none.json", suite) == "it does not exist"


def test_the_noise_floor_is_measured_and_taken_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gates = "  - consistency: {min: 0.8}\n"
    path = suite_file(tmp_path, gates, more="noise_floor: {examples: 5, times: 4}")
    plan = load_plan(path, tmp_path)
    assert len(plan.probes) == 20
    assert {probe.request.repeat for probe in plan.probes} == {PROBE + i for i in range(4)}
    asked = plan.requests()
    assert len(asked) == len(plan.cases) + 20
    assert len({probe.request for probe in plan.probes}) == 20
    assert asked != [*(case.request for case in plan.cases), *(probe.request for probe in plan.probes)]
    quiet = noise_floor(plan, replies(plan))  # type: ignore[arg-type]
    assert quiet is not None
    assert quiet.rate == 0.0
    assert quiet.interval()[1] > 0.2, "five examples cannot prove that there is none"
    file = stored(tmp_path, path, noisy=2)
    assert main(["gate", str(file), str(path)]) == 0
    assert "0.812" in capsys.readouterr().out, "0.75 kept, and 0.1 of identical prompts flip too: 1 - 0.15 / 0.8"
    assert main(["gate", str(stored(tmp_path, path)), str(path)]) == 1
    missing = {key: value for key, value in replies(plan).items() if key != plan.probes[0].request}
    assert noise_floor(plan, missing) is None  # type: ignore[arg-type]


def test_a_plan_says_what_is_asked_and_warns_of_hopeless_gates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gates = "  - accuracy: {min: 0.99, confidence: 0.95}\n  - flip_rate: {max: 0.3, confidence: 0.95}\n"
    path = suite_file(tmp_path, gates)
    assert main(["plan", str(path)]) == 1
    said = capsys.readouterr().out
    assert "small: 12 examples" in said
    assert "it can never pass: 12 flawless examples prove at most 0.758 (381 would suffice)" in said
    assert said.count("WARNING") == 1
    assert main(["plan", str(path), "--json", "--likeness", "0"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["gates"][0]["effective"] == found["gates"][0]["n_cases"]
    assert main(["plan", str(path), "--likeness", "2"]) == 2
    enough = suite_file(tmp_path, gates, count=400)
    assert main(["plan", str(enough)]) == 0
    alike = forecast(load_plan(enough, tmp_path), 1.0)
    assert alike.gates[0].effective == pytest.approx(400)
    assert alike.gates[0].smallest is not None
    assert 0.01 < alike.gates[0].smallest < 0.03


def test_metrics_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics"]) == 0
    assert "fleiss_kappa  (-1 to 1, higher is better)" in capsys.readouterr().out
    assert main(["metrics", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) > 50
