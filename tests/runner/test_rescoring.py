"""`llmrobust rescore`: stored replies judged by a suite that changed, in no other way than a run judges them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmrobust.cli import main
from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.request import Failure, Reply, Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import write_json
from llmrobust.results.run_data import ModelFacts
from llmrobust.runner import SuiteRun, rescored, run_result
from tests.cli.commands.test_gate import replies, suite_file
from tests.results.test_baseline_contents import model

FREE = """\
suite: sums
prompt: "{% instruction %}Add the numbers.{% endinstruction %} {{ text }}"
examples:
  - {id: a, text: "2 and 3", answer: "5"}
  - {id: b, text: "2 and 2", answer: "4"}
  - {id: c, text: "4 and 4", answer: "8"}
answer: {field: answer, check: exact}
perturb:
  - casing.upper
gate:
  accuracy: {min: 0.5}
"""
SAID = {"a": "The sum is 5.", "b": "4", "c": "It is 8.2, roughly."}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def store(path: Path, answers: Callable[[Any], Reply] | None = None, wrong: int = 3, keep: Any = None) -> Path:
    """A run of a suite, by the answers of `replies` but for those that are given."""
    plan = load_plan(path, path.parent)
    given: dict[Any, Reply] = (
        {case.request: answers(case) for case in plan.cases} if answers else dict(replies(plan, wrong))
    )
    cases = None if keep is None else [case for case in plan.cases if keep(case)]
    run = SuiteRun.of(plan, given, cases, ModelFacts.of(model()))
    file = path.parent / "run.json"
    stats = EngineStats(planned=7, unique=6, from_store=3, sent=3, busy_s=1.5)
    write_json(run_result([run], model(), stats, path.parent), file)
    return file


def free(folder: Path, *changes: tuple[str, str]) -> Path:
    text = FREE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / "sums.robust.yaml"
    path.write_text(text)
    return path


def by_text(case: Any) -> Reply:
    return Response(SAID[case.example.id], "stop")


def odd(case: Any) -> Reply:
    """Every kind of reply that there is."""
    place = int(case.example.id.removeprefix("ex-"))
    if place == 1 and not case.is_original:
        return Failure("timeout", "no answer: in 5 s")
    if place == 2:
        return Failure("server-error", "")
    if place == 3:
        return Response("positive", "stop", "logprobs", (-0.25, -math.inf))
    if place == 4:
        return Response("Well, hm", "length")
    if place == 5:
        return Response("neither", "stop", "constrained")
    return Response("positive", "stop", "logprobs", (-0.1 * place, -1 / 3))


@pytest.mark.parametrize("answers", [None, odd], ids=["answered", "odd replies"])
def test_an_unchanged_suite_gives_the_identical_run(folder: Path, answers: Callable[[Any], Reply] | None) -> None:
    path = suite_file(folder, more="  - sanity.empty")
    file = store(path, answers)
    code = main(["rescore", str(file), str(path), "--output", "new.json"])
    assert code == 1, "its gates fail"
    assert (folder / "new.json").read_bytes() == file.read_bytes()


def test_the_noise_floor_stays_where_answers_are_read_as_before(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = suite_file(folder, "  - consistency: {min: 0.5}\n", more="noise_floor: {examples: 5, times: 4}")
    plan = load_plan(path, folder)
    run = SuiteRun.of(plan, replies(plan, 3, noisy=2), model=ModelFacts.of(model()))  # type: ignore[arg-type]
    write_json(run_result([run], model(), EngineStats(), folder), folder / "run.json")
    assert main(["rescore", "run.json", str(path), "--output", "new.json"]) == 0
    assert (folder / "new.json").read_bytes() == (folder / "run.json").read_bytes()
    path.write_text(path.read_text().replace("negative]}", "negative], ignore_case: false}"))
    capsys.readouterr()
    main(["rescore", "run.json", str(path), "--output", "new.json"])
    assert "no noise floor is known" in capsys.readouterr().out
    assert read_run(folder / "new.json").suites[0].noise is None


def test_other_suites_of_a_run_stay_as_they_are(folder: Path) -> None:
    free(folder)
    first, second = (load_plan(path, folder) for path in (suite_file(folder), folder / "sums.robust.yaml"))
    runs = [
        SuiteRun.of(first, replies(first), model=ModelFacts.of(model())),  # type: ignore[arg-type]
        SuiteRun.of(second, {case.request: by_text(case) for case in second.cases}, model=ModelFacts.of(model())),
    ]
    write_json(run_result(runs, model(), EngineStats(), folder), folder / "run.json")
    path = free(folder, ("check: exact", "check: number"))
    assert main(["rescore", "run.json", str(path), "--output", "new.json"]) == 0
    old, new = read_run(folder / "run.json"), read_run(folder / "new.json")
    assert new.suites[0] == old.suites[0]
    assert new.suites[1] != old.suites[1]


def test_another_check_is_applied_to_old_replies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = store(free(folder), by_text)
    assert main(["rescore", str(file), "sums.robust.yaml"]) == 1
    assert "0 verdicts of 6 cases changed" in capsys.readouterr().out
    path = free(folder, ("check: exact", "check: number"))
    assert main(["rescore", str(file), str(path), "--output", "new.json"]) == 0
    said = capsys.readouterr().out
    assert "4 verdicts of 6 cases changed" in said
    assert "original::" not in said
    assert "casing.upper" in said
    assert "PASS           accuracy  0.667 [" in said
    path = free(folder, ("check: exact", "check: number, tolerance: 0.5"))
    assert main(["rescore", "new.json", str(path), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["measurement"]["value"] == 1.0
    path = free(folder, ("check: exact", "check: regex, pattern: 'is (\\d+)'"))
    assert main(["rescore", str(file), str(path)]) == 0


def test_gold_answers_and_gates_are_those_of_the_suite_now(folder: Path) -> None:
    file = store(free(folder), by_text)
    path = free(folder, ('answer: "5"', 'answer: "The sum is 5."'), ("min: 0.5", "min: 0.6"))
    assert main(["rescore", str(file), str(path), "--output", "new.json"]) == 0
    (decision,) = read_run(folder / "new.json").suites[0].decisions
    assert decision.target.gate.min == 0.6
    assert main(["gate", "new.json", str(path)]) == 0, "the new run is whole, of this suite"


def test_choices_may_change_where_the_reply_was_text(folder: Path) -> None:
    file = store(free(folder), by_text)
    path = free(folder, ("check: exact", 'choices: ["4", "5", "8"]'))
    assert main(["rescore", str(file), str(path), "--output", "new.json"]) == 1
    assert read_run(folder / "new.json").suites[0].choices == ("4", "5", "8")


Change = Callable[[Path, Path], Any]
REFUSED: list[tuple[str, Change, str]] = [
    (
        "choices of label probabilities",
        lambda suite, run: edit(suite, "negative]", "negative, mixed]"),
        "96 of its 96 cases were scored by label log-probabilities of the choices [positive, negative]; other choices",
    ),
    (
        "scoring",
        lambda suite, run: edit(suite, "negative]", "negative], scoring: text"),
        "the suite wants answers scored by text, and 96 of 96 cases were not",
    ),
    (
        "prompt",
        lambda suite, run: edit(suite, "Is it", "Is this"),
        "the prompt has changed: 96 of its 96 prompts differ (plain[ex-001], plain[ex-002], plain[ex-003] and 93 more)",
    ),
    (
        "sampling",
        lambda suite, run: edit(suite, "suite: small", "suite: small\nsampling: {seed: 3}"),
        "seed was 0 then",
    ),
    ("mode", lambda suite, run: edit(suite, "  user: |", "  completion: |"), "were sent differently"),
    (
        "gone examples",
        lambda suite, run: suite_file(suite.parent, count=11),
        "8 of its 96 cases are no longer in the suite (plain[ex-012]",
    ),
    ("new operator", lambda suite, run: suite_file(suite.parent, more="  - sanity.empty"), "cases were not asked"),
    ("baseline", lambda suite, run: stored(run, replies_kept=False), "it keeps no replies (baselines do not)"),
    ("waves", lambda suite, run: stored(run, waves=2), "was asked in waves"),
    ("other suite", lambda suite, run: edit(suite, "suite: small", "suite: big"), 'holds no suite "big", but "small"'),
    ("damaged", lambda suite, run: run.write_text("{"), "is not valid JSON"),
    (
        "without originals",
        lambda suite, run: store(suite, keep=lambda case: not case.is_original),
        "unperturbed prompt",
    ),
]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def stored(run: Path, **changes: Any) -> None:
    value = json.loads(run.read_text())
    value["suites"][0].update(changes)
    run.write_text(json.dumps(value))


@pytest.mark.parametrize(("change", "said"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_replies_to_something_else_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], change: Change, said: str
) -> None:
    path = suite_file(folder)
    file = store(path)
    change(path, file)
    assert main(["rescore", str(file), str(path), "--output", "new.json"]) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "new.json").exists()


def test_gates_of_a_part_of_the_cases_are_not_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite_file(folder)
    file = store(path, keep=lambda case: case.example.id in ("ex-001", "ex-002"))
    assert main(["rescore", str(file), str(path), "--output", "new.json"]) == 2
    assert "gates were not decided: only 16 of 96 cases were run" in capsys.readouterr().err
    assert (folder / "new.json").read_bytes() == file.read_bytes()


def test_swapped_arguments_and_missing_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = suite_file(folder)
    file = store(path)
    assert main(["rescore", str(path), str(file)]) == 2
    assert "the order is: rescore RUN SUITE" in capsys.readouterr().err
    assert main(["rescore", str(file), "gone.robust.yaml"]) == 2
    assert main(["rescore", str(file), str(path), "--output", "/proc/no/such.json"]) == 2


@pytest.mark.parametrize(
    "more",
    ["repeats: 2\nsampling: {temperature: 0.5}\n", "sampling: {max_tokens: {field: tokens}}\n"],
    ids=["repeats", "limits of examples"],
)
def test_prompts_that_are_sampled_each_in_their_way_are_judged_again(folder: Path, more: str) -> None:
    rows = [('answer: "5"}', 'answer: "5", tokens: 8}'), ('answer: "4"}', 'answer: "4", tokens: 9}')]
    path = free(folder, *rows, ('answer: "8"}', 'answer: "8", tokens: 7}'), ("gate:\n", f"{more}gate:\n"))
    file = store(path, by_text)
    plan = load_plan(path, folder)
    again, _ = rescored(read_run(file), plan, file, folder)
    write_json(again, folder / "again.json")
    assert (folder / "again.json").read_text() == file.read_text()
