"""Scores without the decisive input beside the real one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.report.html.page import html_report
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import suite_lines
from llmrobust.request import Response
from llmrobust.results.baseline_contents import baseline_of
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import run_text, to_json, write_json
from llmrobust.results.sanity_baselines import sanity_baselines
from llmrobust.results.suite_result import SuiteResult
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.runner import SuiteRun, run_result
from llmrobust.suitefile.suite import JudgeSpec

SUITE = """\
suite: sane
prompt: {user: "Answer the question.\\n{% context %}{{ note }}{% endcontext %}\\nQuestion: {{ text }}\\nAnswer:"}
examples:
EXAMPLES
answer: ANSWER
perturb:
  - sanity.no_context
  - sanity.shuffled
"""
CHOICES = "{field: answer, choices: [red, green, blue, grey]}"


def result(folder: Path, reply, answer: str = CHOICES) -> SuiteResult:
    colours = ("red", "green", "blue", "grey")
    rows = "\n".join(
        f'  - {{id: e{i}, note: "It is {colours[i % 4]}.", text: "Which colour has thing {i}?", answer: {colours[i % 4]}}}'
        for i in range(20)
    )
    path = folder / "sane.robust.yaml"
    path.write_text(SUITE.replace("EXAMPLES", rows).replace("ANSWER", answer), encoding="utf-8")
    plan = load_plan(path, folder)
    gold = {case.example.id: str(case.example.expected) for case in plan.cases}
    return SuiteRun.of(plan, {case.request: reply(case, gold[case.example.id]) for case in plan.cases}).result()


def reads(case: Case, gold: str) -> Response:
    """Knows the answer only where there is a context."""
    return Response("red" if case.operator == "sanity.no_context" else gold, "stop")


def knows(case: Case, gold: str) -> Response:
    """Knows the answer whatever it is told, as a model that has seen the data does."""
    return Response(gold, "stop")


def test_score_without_the_input_stands_beside_the_real_one(tmp_path: Path) -> None:
    away, shuffled = sanity_baselines(result(tmp_path, reads))
    assert (away.use, away.value, away.real, away.chance) == ("sanity.no_context", 0.25, 1.0, 0.25)
    assert away.low < 0.25 < away.high
    assert not away.is_near
    assert (shuffled.value, shuffled.is_near, shuffled.is_gone) == (1.0, True, False)


def test_words_in_random_order_are_shown_and_not_warned_of(tmp_path: Path) -> None:
    assert suite_warnings(result(tmp_path, reads)) == []


def test_model_that_does_not_need_the_input_is_warned_of(tmp_path: Path) -> None:
    (said,) = suite_warnings(result(tmp_path, knows))
    assert said.startswith("without the decisive input (sanity.no_context) the score is 1.000, with it 1.000")
    assert "the answers can be guessed without reading it" in said


@pytest.mark.parametrize(("known", "near"), [(8, False), (12, True)])
def test_half_of_the_lead_over_chance_is_near(tmp_path: Path, known: int, near: bool) -> None:
    """All right with the context; without it .55 or .70, on either side of the middle between .25 and 1."""

    def reply(case: Case, gold: str) -> Response:
        guessing = case.operator == "sanity.no_context" and int(case.example.id[1:]) >= known
        return Response("red" if guessing else gold, "stop")

    assert sanity_baselines(result(tmp_path, reply))[0].is_near is near


def test_score_at_chance_is_near_whatever_is_left(tmp_path: Path) -> None:
    assert all(one.is_near for one in sanity_baselines(result(tmp_path, lambda case, gold: Response("blue", "stop"))))


def test_free_answers_are_read_as_the_suite_reads_them(tmp_path: Path) -> None:
    told = result(tmp_path, lambda case, gold: Response(f"It is {gold}.", "stop"), "{field: answer, check: contains}")
    assert [one.value for one in sanity_baselines(told)] == [1.0, 1.0]


def test_baselines_are_in_the_terminal_and_in_reports(tmp_path: Path) -> None:
    suite = result(tmp_path, reads)
    shown = " ".join("".join(text for text, _ in line).strip() for line in suite_lines(suite))
    said = "without the decisive input (sanity.no_context): accuracy 0.250 [.11,.47], unperturbed 1.000"
    assert said in shown
    whole = replace(run_result([], None, EngineStats()), suites=(suite,))
    assert said in run_markdown(whole)
    assert said in html_report(whole)


def test_baselines_are_in_the_json_and_are_read_back(tmp_path: Path) -> None:
    """Also from a baseline, whose cases have lost the replies from which free answers are read."""
    free = "{field: answer, check: contains}"
    suite = result(tmp_path, lambda case, gold: Response(f"It is {gold}.", "stop"), free)
    run = replace(run_result([], None, EngineStats()), suites=(suite,))
    (form,) = json.loads(run_text(to_json(run)))["suites"]
    away, shuffled = form["sanity_baselines"]
    assert (away["use"], away["value"], away["real"], away["is_near"]) == ("sanity.no_context", 1.0, 1.0, True)
    assert (shuffled["is_gone"], away["n_examples"]) == (False, 20)
    for kept in (run, baseline_of(run, suite)):
        write_json(kept, tmp_path / "run.json")
        (again,) = read_run(tmp_path / "run.json").suites
        assert sanity_baselines(again) == sanity_baselines(suite)


def test_runs_without_stored_baselines_get_them_from_their_cases(tmp_path: Path) -> None:
    suite = result(tmp_path, reads)
    form = json.loads(run_text(to_json(replace(run_result([], None, EngineStats()), suites=(suite,)))))
    del form["suites"][0]["sanity_baselines"]
    (tmp_path / "old.json").write_text(json.dumps(form), encoding="utf-8")
    assert sanity_baselines(read_run(tmp_path / "old.json").suites[0]) == sanity_baselines(suite)


def test_suites_without_sanity_operators_have_no_such_field(tmp_path: Path) -> None:
    suite = result(tmp_path, reads)
    none = replace(suite, cases=tuple(case for case in suite.cases if case.family != "sanity"))
    (form,) = to_json(replace(run_result([], None, EngineStats()), suites=(none,)))["suites"]
    assert "sanity_baselines" not in form


def test_free_answers_are_read_after_the_marker(tmp_path: Path) -> None:
    answer = '{field: answer, check: exact, after: "So:"}'
    told = result(tmp_path, lambda case, gold: Response(f"Let me think. So: {gold}", "stop"), answer)
    assert [one.value for one in sanity_baselines(told)] == [1.0, 1.0]


def test_judged_answers_have_no_baselines(tmp_path: Path) -> None:
    """No judge was asked about them, which is not a score of 0."""
    told = result(tmp_path, lambda case, gold: Response(gold, "stop"), "{field: answer, check: contains}")
    assert told.answer is not None
    judged = replace(told, answer=replace(told.answer, check="judge", judge=JudgeSpec(("http://judge/v1",))))
    assert sanity_baselines(judged) == ()
