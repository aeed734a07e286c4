"""Warnings on scores that the model would not write, and on degenerate models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.report.run_terminal import suite_lines
from llmrobust.request import Response
from llmrobust.results.run_verdict import run_verdict
from llmrobust.results.suite_warnings import scoring_note, suite_warnings
from llmrobust.runner import SuiteRun, run_result

SUITE = """\
suite: odd
prompt: {user: "Is it positive or negative?\\nReview: {{ text }}\\nSentiment:"}
examples:
EXAMPLES
answer: {field: answer, choices: [positive, negative], scoring: WAY}
perturb:
  - casing: {}
"""


def run_of(folder: Path, reply, way="text", count=20):
    labels = ("positive", "negative")
    rows = "\n".join(f'  - {{id: e{i}, text: "Film {i} was so.", answer: {labels[i % 2]}}}' for i in range(count))
    path = folder / "odd.robust.yaml"
    path.write_text(SUITE.replace("EXAMPLES", rows).replace("WAY", way), encoding="utf-8")
    plan = load_plan(path, folder)
    return SuiteRun.of(plan, {case.request: reply(case) for case in plan.cases})


def right(case: Case) -> Response:
    return Response(str(case.expected), "stop")


def test_model_that_knows_its_task_is_not_warned_of(tmp_path: Path) -> None:
    assert suite_warnings(run_of(tmp_path, right).result()) == []


def test_one_answer_to_everything_is_told_with_what_to_do(tmp_path: Path) -> None:
    first, second = suite_warnings(run_of(tmp_path, lambda case: Response("positive", "stop")).result())
    assert first.startswith('"positive" is the answer to 20 of 20 unperturbed prompts')
    assert "reword the prompt" in first
    assert second.startswith("an accuracy of 0.500 on unperturbed prompts cannot be distinguished from chance (0.500)")


def test_one_answer_is_fine_where_it_is_the_gold_answer(tmp_path: Path) -> None:
    suite = run_of(tmp_path, lambda case: Response("positive", "stop")).result()
    only = tuple(case for case in suite.cases if case.expected == "positive")
    assert suite_warnings(replace(suite, cases=only)) == []


def test_few_examples_say_nothing_of_a_habit(tmp_path: Path) -> None:
    assert suite_warnings(run_of(tmp_path, lambda case: Response("positive", "stop"), count=4).result()) == []


def test_unread_and_truncated_answers_are_told(tmp_path: Path) -> None:
    (said, *_) = suite_warnings(run_of(tmp_path, lambda case: Response("Let me see.", "stop")).result())
    assert said.startswith('all answers could not be parsed, "Let me see." for example')
    (said, *_) = suite_warnings(run_of(tmp_path, lambda case: Response("Let me", "length")).result())
    assert said == "140 answers ended at the token limit of 16: raise sampling.max_tokens, or ask for shorter answers"


def scored(mass: float):
    return lambda case: Response(
        str(case.expected),
        "stop",
        "logprobs",
        (-1.0, -2.0) if case.expected == "positive" else (-2.0, -1.0),
        label_mass=mass,
    )


def test_low_label_mass_stands_first_in_every_report(tmp_path: Path) -> None:
    run = run_of(tmp_path, scored(0.019), "logprobs")
    (said,) = suite_warnings(run.result())
    assert said.startswith("LOW LABEL MASS: the labels have 1.9 % of the probability")
    assert "no gate on them passes" in said
    lines = ["".join(text for text, _ in line) for line in suite_lines(run.result())]
    assert f"warning: {said}" in " ".join(" ".join(lines).split())
    assert lines[1].split()[-1] == "mass"
    assert any(said in note for note in run_verdict(run_result([run], None, EngineStats())).notes)


def test_high_label_mass_is_a_note(tmp_path: Path) -> None:
    suite = run_of(tmp_path, scored(0.98), "logprobs").result()
    assert suite_warnings(suite) == []
    assert scoring_note(suite).startswith("scoring: logprobs: the labels have 98.0 % of the probability")
