"""`against: baseline` and `llmrobust baseline`: what is kept, and every way in which a baseline is of no use."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.errors import SuiteError
from llmrobust.gate import Decision, DecisionStatus
from llmrobust.gate.incompatibility import KINDS
from llmrobust.loading import load_plan
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure
from llmrobust.results.baseline_contents import baseline_of
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import run_text, to_json, write_json
from llmrobust.results.run_data import ModelFacts
from llmrobust.runner import SuiteRun, run_result
from llmrobust.suitefile.paths import baseline_file
from tests.cli.commands.test_gate import replies, suite_file
from tests.schemas import check

GATE = "  - accuracy: {min: -0.1, against: baseline}\n"
FREE = "  - accuracy: {min: 0.5}\n"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report-json.schema.json").read_text())


def model(name: str = "first", version: str = "1") -> ModelInfo:
    return ModelInfo(
        spec=name,
        name=name,
        backend="test",
        fingerprint=f"{name}-{version}",
        max_model_len=1024,
        max_batch=16,
        max_in_flight=2,
        scoring=("logprobs",),
        details={"engine": version},
    )


def run_of(path: Path, wrong: int = 3, info: ModelInfo | None = None, stats: EngineStats | None = None) -> SuiteRun:
    plan = load_plan(path, path.parent)
    return SuiteRun.of(plan, replies(plan, wrong), model=ModelFacts.of(info or model()))  # type: ignore[arg-type]


def stored(path: Path, wrong: int = 3, info: ModelInfo | None = None, name: str = "run.json", **stats: Any) -> Path:
    file = path.parent / name
    run = run_of(path, wrong, info)
    write_json(run_result([run], info or model(), EngineStats(**stats), path.parent), file)
    return file


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a suite, and its baseline saved, for tests to copy."""
    made = tmp_path_factory.mktemp("saved")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        (made / "pytest.ini").write_text("[pytest]\n")
        assert main(["baseline", "save", str(stored(suite_file(made, FREE)))]) == 0
    suite_file(made, GATE)
    return made


@pytest.fixture
def folder(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a suite, and its baseline saved."""
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(saved, tmp_path, dirs_exist_ok=True)


def decided(folder: Path, info: ModelInfo | None = None, wrong: int = 3) -> Decision:
    (decision,) = run_of(folder / "small.robust.yaml", wrong, info).decisions.values()
    return decision


def edit_suite(folder: Path, *changes: tuple[str, str]) -> None:
    path = folder / "small.robust.yaml"
    text = path.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text)


def edit_baseline(folder: Path, change: Callable[[Any], Any]) -> None:
    path = folder / "baselines" / "small.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


# What a gate says of it


def test_the_same_prompt_and_model_pass_and_say_so(folder: Path) -> None:
    decision = decided(folder)
    assert decision.status is DecisionStatus.PASS
    assert decision.cause == ""
    assert "accuracy of the suite against the baseline is 0.000" in decision.reason
    assert decision.reason.endswith("prompt and model are the baseline's")
    assert decided(folder, wrong=12).status is DecisionStatus.FAIL


def test_one_of_prompt_and_model_may_differ_and_is_named(folder: Path) -> None:
    assert decided(folder, model(version="2")).reason.endswith(
        "the model differs from the baseline's (engine 1 then, 2 now), the prompt is the same"
    )
    edit_suite(folder, ("Is it positive", "Is this positive"))
    decision = decided(folder)
    assert decision.status is DecisionStatus.PASS
    assert decision.reason.endswith("the prompt differs from the baseline's, the model is the same")


EXAMPLE = '  - {text: "This Film number 0 was a fine one.", answer: negative, topic: t0}\n'
NOT_EVALUATED: list[tuple[str, str, Callable[[Path], Any], str]] = [
    ("missing", "missing", lambda f: (f / "baselines/small.json").unlink(), "does not exist in baselines/"),
    ("empty file", "unreadable", lambda f: (f / "baselines/small.json").write_text(""), "is not valid JSON"),
    ("damaged", "unreadable", lambda f: edit_baseline(f, lambda v: v["suites"][0].pop("cases")), "is damaged"),
    ("no run", "unreadable", lambda f: (f / "baselines/small.json").write_text("{}"), "is not a stored run"),
    ("version", "format", lambda f: edit_baseline(f, lambda v: v.update(version=9)), "has version 9 of the format"),
    (
        "other suite",
        "other-suite",
        lambda f: edit_baseline(f, lambda v: v["suites"][0].update(name="big")),
        'holds no suite "small", but "big"',
    ),
    (
        "partial",
        "partial",
        lambda f: edit_baseline(f, lambda v: v["suites"][0].update(planned=999)),
        "of its 999 cases were asked",
    ),
    ("waves", "partial", lambda f: edit_baseline(f, lambda v: v["suites"][0].update(waves=2)), "asked in waves"),
    (
        "unanswered",
        "unanswered",
        lambda f: edit_baseline(f, lambda v: v["suites"][0]["cases"][3].update(status="no-answer")),
        "1 of its",
    ),
    (
        "other contents",
        "stale",
        lambda f: edit_suite(f, ("number 3 was a fine", "number 3 was a great")),
        "the examples have changed: 1 with other contents (ex-004)",
    ),
    (
        "fewer examples",
        "stale",
        lambda f: edit_suite(
            f,
            (EXAMPLE, EXAMPLE.replace("{text", "{id: ex-001, text", 1)),
            ('  - {text: "This Film number 11 was a fine one.", answer: positive, topic: t1}\n', ""),
        ),
        "1 gone (ex-012)",
    ),
    ("more examples", "stale", lambda f: suite_file(f, GATE, count=14), "2 new (ex-013, ex-014)"),
    (
        "operator version",
        "operator-versions",
        lambda f: edit_baseline(f, lambda v: v["suites"][0]["uses"][-1].update(version=9)),
        "punctuation.strip_final had version 9 then and has version",
    ),
    (
        "operator parameters",
        "operator-parameters",
        lambda f: edit_suite(f, ("punctuation.strip_final", "punctuation.strip_final: {target: input}")),
        "other parameters of punctuation.strip_final",
    ),
    ("seed", "operator-parameters", lambda f: edit_suite(f, ("suite: small", "suite: small\nseed: 4")), "seed was 0"),
    (
        "protect",
        "operator-parameters",
        lambda f: edit_suite(f, ("suite: small", "suite: small\nprotect: [Film]")),
        "protect was [] then and is ['Film'] now",
    ),
    (
        "operators",
        "operators",
        lambda f: edit_suite(f, ("  - punctuation.strip_final", "  - whitespace.trailing")),
        "new: whitespace.trailing; gone: punctuation.strip_final",
    ),
    (
        "choices",
        "answer",
        lambda f: edit_suite(f, ("[positive, negative]", "[negative, positive]")),
        "choices was [positive, negative] then and is [negative, positive] now",
    ),
    (
        "check",
        "answer",
        lambda f: edit_suite(f, ("negative]}", "negative], ignore_case: false}")),
        "ignore_case was True then and is False now",
    ),
    (
        "sampling",
        "sampling",
        lambda f: edit_suite(f, ("suite: small", "suite: small\nsampling: {max_tokens: 3}")),
        "max_tokens was 16 then and is 3 now",
    ),
    (
        "same prompt",
        "prompt",
        lambda f: edit_suite(f, ("Is it", "Is this"), ("against: baseline", "against: baseline, same: prompt")),
        "the gate wants the same prompt, and the prompt differs",
    ),
]


@pytest.mark.parametrize(
    ("cause", "change", "said"), [one[1:] for one in NOT_EVALUATED], ids=[x[0] for x in NOT_EVALUATED]
)
def test_a_baseline_of_no_use_is_no_pass(folder: Path, cause: str, change: Callable[[Path], Any], said: str) -> None:
    change(folder)
    decision = decided(folder)
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert decision.cause == f"baseline-{cause}"
    assert said in decision.reason
    assert "baseline" in decision.remedy
    assert not decision.tolerated


def test_a_changed_model_is_none_where_it_must_be_the_same(folder: Path) -> None:
    edit_suite(folder, ("against: baseline", "against: baseline, same: [model, prompt]"))
    assert decided(folder).status is DecisionStatus.PASS
    decision = decided(folder, model("second"))
    assert decision.cause == "baseline-model"
    assert "the model differs (first then, second now)" in decision.reason


def test_nothing_is_attributed_when_prompt_and_model_changed_at_once(folder: Path) -> None:
    edit_suite(folder, ("Is it positive", "Is this positive"))
    decision = decided(folder, model("second"))
    assert decision.status is DecisionStatus.NOT_EVALUATED
    assert decision.cause == "baseline-prompt-and-model"
    assert "prompt and model (first then, second now) both differ" in decision.reason


def test_a_model_that_is_not_known_is_another_one(folder: Path) -> None:
    edit_suite(folder, ("against: baseline", "against: baseline, same: model"))
    plan = load_plan(folder / "small.robust.yaml", folder)
    (decision,) = SuiteRun.of(plan, replies(plan)).decisions.values()  # type: ignore[arg-type]
    assert decision.cause == "baseline-model"


def test_every_kind_of_problem_is_tested_and_documented() -> None:
    tested = {one[1] for one in NOT_EVALUATED} | {"model", "prompt-and-model"}
    assert tested == set(KINDS)
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
    others = ["unanswered", "unknown-answer", "no-cases", "unread", "undefined"]
    assert not [kind for kind in (*KINDS, *others) if f"`{kind}`" not in text]


def test_other_runs_are_compared_over_what_both_have(folder: Path) -> None:
    """A plain `against:` allows other examples and operators, but not an operator with other parameters."""
    (folder / "base.json").write_bytes((folder / "baselines/small.json").read_bytes())
    plain = GATE.replace("against: baseline", "against: base.json")
    suite_file(folder, plain, count=14)
    assert decided(folder, model("second")).status is DecisionStatus.PASS
    suite_file(folder, plain)
    edit_suite(folder, ("punctuation.strip_final", "punctuation.strip_final: {target: input}"))
    decision = decided(folder)
    assert decision.cause == "reference-operator-parameters"
    edit_suite(folder, (": {target: input}", ""), ("base.json", "base.json, same: model"))
    assert decided(folder, model("second")).cause == "reference-model"


def test_a_baseline_without_label_probabilities_says_so(folder: Path) -> None:
    suite_file(folder, "  - label_divergence: {max: 0.1, against: baseline}\n")
    decision = decided(folder)
    assert decision.cause == "undefined"
    assert "--full" in decision.reason
    assert main(["baseline", "save", str(folder / "run.json"), "--full"]) == 0
    assert decided(folder).status is DecisionStatus.PASS
    file = stored(folder / "small.robust.yaml")
    assert main(["baseline", "save", str(file)]) == 0, "a gate of the run reads them, so they are kept"
    assert decided(folder).status is DecisionStatus.PASS


def test_the_cause_is_read_back_from_a_stored_run(folder: Path) -> None:
    (folder / "baselines/small.json").unlink()
    file = stored(folder / "small.robust.yaml")
    (decision,) = read_run(file).suites[0].decisions
    assert decision.cause == "baseline-missing"
    assert decision.target.gate.baseline == Path("small.json")
    assert json.loads(run_text(to_json(read_run(file)))) == json.loads(file.read_text())
    check(json.loads(file.read_text()), SCHEMA)


# The suite file


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("accuracy: {min: 0.5, same: prompt}", "same: the gate does not compare with another run"),
        ("accuracy: {min: 0, against: baseline, same: data}", "same"),
    ],
)
def test_mistakes_in_gates_against_a_baseline_are_shown(tmp_path: Path, gate: str, said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        load_plan(suite_file(tmp_path, f"  - {gate}\n"), tmp_path)


def test_a_file_called_baseline_is_named_by_its_path(tmp_path: Path) -> None:
    plan = load_plan(
        suite_file(tmp_path, GATE.replace("against: baseline", "against: [./baseline, baseline]")), tmp_path
    )
    (gate,) = plan.suite.gates
    assert gate.against == (tmp_path / "baseline", tmp_path / "baselines" / "small.json")
    assert gate.baseline == gate.against[1]


@pytest.mark.parametrize(
    ("name", "file"), [("a/b", "a%2Fb"), ("..", "%2E."), (".hidden", "%2Ehidden"), ("naïve", "naïve"), ("a:b", "a%3Ab")]
)
def test_the_file_of_a_baseline_stays_in_its_folder(name: str, file: str) -> None:
    assert baseline_file(Path("suites/x.robust.yaml"), name) == Path("suites/baselines") / f"{file}.json"
    assert baseline_file(Path("suites/x.robust.yaml"), name, Path("/store")) == Path("/store") / f"{file}.json"


# What is kept


def test_a_baseline_holds_what_gates_read_and_no_more(folder: Path) -> None:
    kept = read_run(folder / "baselines/small.json")
    whole = read_run(folder / "run.json")
    check(json.loads(run_text(to_json(kept))), SCHEMA)
    (suite,) = kept.suites
    assert not suite.replies_kept
    assert {(case.text, case.logprobs, case.probabilities, case.margin) for case in suite.cases} == {
        ("", None, None, None)
    }
    for now, then in zip(suite.cases, whole.suites[0].cases, strict=True):
        assert (now.name, now.answer, now.status, now.correct, now.agrees, now.prompt, now.clean_prompt) == (
            *(then.name, then.answer, then.status, then.correct, then.agrees, then.prompt, then.clean_prompt),
        )
    assert suite.measurements == whole.suites[0].measurements
    assert "0.1" not in (folder / "baselines/small.json").read_text().split('"timing"')[1]
    assert main(["gate", "baselines/small.json", "small.robust.yaml"]) == 0, "every command reads it"


def test_equal_runs_give_equal_baselines(folder: Path) -> None:
    first = (folder / "baselines/small.json").read_bytes()
    again = stored(suite_file(folder, FREE), from_store=99, sent=3, busy_s=12.5, prompt_tokens=7)
    assert main(["baseline", "save", str(again)]) == 0
    assert (folder / "baselines/small.json").read_bytes() == first
    lines = first.decode().splitlines()
    assert sum('"example":' in line for line in lines) == len(read_run(again).suites[0].cases)
    assert len(first) < again.stat().st_size


def test_a_baseline_of_a_baseline_is_the_same(folder: Path) -> None:
    run = read_run(folder / "baselines/small.json")
    assert run_text(to_json(baseline_of(run, run.suites[0]))) == (folder / "baselines/small.json").read_text()


# Saving


def test_what_would_be_replaced_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "baselines/small.json").read_bytes()
    worse = stored(suite_file(folder, FREE), wrong=5, info=model("second"))
    capsys.readouterr()
    assert main(["baseline", "save", str(worse), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "small: baselines/small.json: replaces the baseline" in said
    assert "first (first then, second now) -> second" in said
    assert "accuracy     0.750 [" in said
    assert "-> 0.583 [" in said
    assert (folder / "baselines/small.json").read_bytes() == before
    assert main(["baseline", "save", str(worse)]) == 0
    assert (folder / "baselines/small.json").read_bytes() != before


def failed_run(folder: Path) -> Path:
    plan = load_plan(folder / "small.robust.yaml", folder)
    answers: dict[Any, Any] = {**replies(plan), plan.cases[-1].request: Failure("timeout", "none in 5 s")}
    file = folder / "run.json"
    write_json(run_result([SuiteRun.of(plan, answers)], model(), EngineStats(), folder), file)
    return file


REFUSED: list[tuple[str, Callable[[Path], Any], str]] = [
    ("partial", lambda f: rewrite(f, lambda run: replace(run, cases=run.cases[:-1])), "run the whole suite"),
    ("waves", lambda f: rewrite(f, lambda run: replace(run, waves=3)), "was asked in waves"),
    ("empty", lambda f: rewrite(f, lambda run: replace(run, cases=())), "it has no cases"),
    ("unanswered", failed_run, "1 of its"),
    (
        "failed gate",
        lambda f: stored(suite_file(f, "  - accuracy: {min: 0.99}\n  - consistency: {min: 0.1}\n")),
        "1 of its 2 gates: fail (accuracy)",
    ),
    (
        "inconclusive gate",
        lambda f: stored(suite_file(f, "  - accuracy: {min: 0.7, confidence: 0.99}\n")),
        "inconclusive (accuracy)",
    ),
    ("worse than before", lambda f: stored(suite_file(f, GATE), wrong=9), "fail (accuracy)"),
    ("no baseline there", lambda f: (f / "baselines/small.json").write_text("{}"), "saving would overwrite it"),
    ("other suite there", lambda f: other_suite(f), "another suite with this name"),
]


def rewrite(folder: Path, change: Callable[[Any], Any]) -> None:
    run = read_run(folder / "run.json")
    write_json(replace(run, suites=tuple(change(suite) for suite in run.suites)), folder / "run.json")


def other_suite(folder: Path) -> None:
    (folder / "other.robust.yaml").write_bytes((folder / "small.robust.yaml").read_bytes())
    edit_baseline(folder, lambda v: v["suites"][0].update(path="other.robust.yaml"))


@pytest.mark.parametrize(("make", "said"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_should_not_be_compared_with_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], Any], said: str
) -> None:
    make(folder)
    before = (folder / "baselines/small.json").read_bytes()
    capsys.readouterr()
    assert main(["baseline", "save", "run.json"]) == 1
    out, error = capsys.readouterr()
    assert said in out
    assert "nothing was saved" in error
    assert (folder / "baselines/small.json").read_bytes() == before
    assert main(["baseline", "save", "run.json", "--force"]) == 0
    assert "ignored:" in capsys.readouterr().out
    assert (folder / "baselines/small.json").read_bytes() != before


def test_the_first_baseline_is_saved_from_a_run_that_missed_it(folder: Path) -> None:
    (folder / "baselines/small.json").unlink()
    assert decided(folder).cause == "baseline-missing"
    assert main(["baseline", "save", str(stored(folder / "small.robust.yaml"))]) == 0
    assert decided(folder).status is DecisionStatus.PASS


def test_a_folder_of_an_artifact_store(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "save", "run.json", "--to", "store"]) == 0
    assert (folder / "store/small.json").read_bytes() == (folder / "baselines/small.json").read_bytes()
    (folder / "baselines/small.json").unlink()
    suite = folder / "small.robust.yaml"
    assert main(["gate", "run.json", str(suite)]) == 1
    assert "NOT EVALUATED" in capsys.readouterr().out
    assert main(["gate", "run.json", str(suite), "--baselines", "store"]) == 0
    (folder / "pytest.ini").write_text("[pytest]\nrobust_baselines = store\n")
    assert main(["gate", "run.json", str(suite)]) == 0
    capsys.readouterr()
    assert main(["baseline", "list"]) == 0
    assert "small  store/small.json" in capsys.readouterr().out.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["save", "gone.json"], "cannot be read"),
        (["save", "run.json", "--suite", "big"], 'has no suite "big"; it has small'),
        (["save", "baselines/small.json"], "is already the suite's baseline"),
        (["show", "big"], 'no baseline named "big"; available: small'),
        (["list", "--in", "gone"], "no such folder"),
    ],
)
def test_wrong_use_says_what_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["baseline", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_run_of_another_project_has_no_place_here(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "small.robust.yaml").unlink()
    assert main(["baseline", "save", "run.json"]) == 2
    assert "name a folder with --to" in capsys.readouterr().err
    assert main(["baseline", "save", "run.json", "--to", "store"]) == 0


# Looking at them


def test_baselines_are_listed_with_whether_they_fit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["baseline", "list"]) == 0
    assert "accuracy 0.750, consistency 0.750, model first\n  matches" in capsys.readouterr().out
    edit_suite(folder, ("Is it", "Is this"))
    assert main(["baseline", "show", "small"]) == 0
    assert "matches; the prompt has changed" in capsys.readouterr().out
    suite_file(folder, GATE, count=13)
    assert main(["baseline", "list", "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["suite"], one["cause"]) == ("small", "stale")
    (folder / "baselines/small.json").write_text("{")
    assert main(["baseline", "list"]) == 1
    assert "is not valid JSON" in capsys.readouterr().out
    (folder / "baselines/small.json").unlink()
    assert main(["baseline", "list"]) == 0
    assert "no baselines here" in capsys.readouterr().err
