"""Prompts x models x methods over runs of models whose behaviour is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import llmrobust
from llmrobust.models.protocol import ModelInfo
from llmrobust.report.html.leaderboard_view import side_by_side_page
from llmrobust.report.leaderboard_text import leaderboard_lines, leaderboard_markdown, leaderboards_json
from llmrobust.report.matrix_json import matrix_json
from llmrobust.report.matrix_text import BEST, matrix_lines, matrix_markdown
from llmrobust.request import Reply, Request, Response
from llmrobust.results.leaderboard import leaderboards
from llmrobust.results.matrix import matrices
from llmrobust.results.run_result import RunResult

N = 40


class Clock:
    """A model that answers the number in its prompt modulo two, and fails on capitals for all numbers below `weak`, on
    anything below `wrong`."""

    def __init__(self, spec: str):
        self.spec = spec
        options = dict(part.split("=") for part in spec.partition(":")[2].split("&") if part)
        self._weak, self._wrong = int(options.get("weak", 0)), int(options.get("wrong", 0))

    async def open(self) -> ModelInfo:
        return ModelInfo(self.spec, "clock", "test", self.spec, 1024, 64, 2)

    async def answer(self, batch: list[Request]) -> list[Reply]:
        return [self._one(request.messages[-1][1]) for request in batch]

    def _one(self, text: str) -> Reply:
        number = int("".join(filter(str.isdecimal, text)))
        odd = number % 2
        if number < self._wrong or (number < self._weak and "NUMBER" in text):
            odd = 1 - odd
        return Response("odd" if odd else "even", "stop", prompt_tokens=len(text), completion_tokens=1)

    async def close(self) -> None:
        return None


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    from llmrobust.models.specs import MODELS, Backend

    monkeypatch.setitem(MODELS._entries, "clock", Backend("clock", "clock:", "test", Clock, named="maybe"))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., RunResult]:
    def run(*models: str, prompts: str = 'prompt: "{{ text }} Odd or even?"', methods: str = "") -> RunResult:
        rows = "".join(
            f"  - {{id: e{n}, text: number {n}., word: fine, answer: {'odd' if n % 2 else 'even'}}}\n" for n in range(N)
        )
        path = tmp_path / "clock.robust.yaml"
        path.write_text(
            f"suite: clock\n{prompts}\nexamples:\n{rows}answer: {{field: answer, choices: [odd, even]}}\n"
            f"perturb:\n  - casing.upper\n  - punctuation.strip_final\n{methods}"
        )
        return llmrobust.run(path, models or ("clock:",))

    return run


TWO = 'prompts:\n  - {id: short, user: "{{ text }}"}\n  - {id: long, user: "Is it odd or even, please? {{ text }}"}'


def test_columns_without_answers_are_named(run):
    whole = run("good=clock:", "weak=clock:weak=20", "gone=clock:weak=1")
    suites = tuple(replace(one, cases=()) if one.column.model == "gone" else one for one in whole.suites)
    (found,) = matrices([replace(whole, suites=suites)])
    assert [found.label(row) for row in found.shown] == ["good", "weak"]
    assert "not compared: gone: no case was answered" in "\n".join(matrix_markdown(found))
    (board,) = leaderboards([replace(whole, suites=suites)])
    assert [board.label(one) for one in board.entries] == ["good", "weak"]
    assert "not ranked: clock[gone]: no case was answered" in "\n".join(leaderboard_markdown(board))


def test_rows_are_measured_as_the_model_was_made(run):
    (found,) = matrices([run("good=clock:", "weak=clock:weak=20")])
    good, weak = found.shown
    assert found.label(good) == "good"
    assert good.figures.accuracy == 1.0
    assert weak.figures.accuracy == pytest.approx(0.75)
    assert dict(weak.figures.drops) == pytest.approx({"casing": 0.5, "punctuation": 0.0})
    assert {part.use: part.accuracy for part in weak.parts} == pytest.approx(
        {"casing.upper": 0.5, "punctuation.strip_final": 1}
    )
    assert found.examples == N
    assert good.difference is None
    assert weak.difference.value == pytest.approx(-0.25)
    assert weak.difference.told
    assert found.best("accuracy") == 1.0


def test_equal_rows_are_not_told_apart(run):
    (found,) = matrices([run("a=clock:weak=2", "b=clock:weak=3")])
    assert found.shown[1].difference.value == pytest.approx(-1 / 80)
    assert not found.shown[1].difference.told
    assert any("no difference can be told: b" in said for said in map(_text, matrix_lines(found)))


def test_holm_is_over_all_rows(run):
    (found,) = matrices([run("a=clock:", "b=clock:weak=3", "c=clock:weak=20", "d=clock:weak=5")])
    differences = [row.difference for row in found.shown[1:]]
    p = np.array([one.p for one in differences])
    order = np.argsort(p, kind="stable")
    expected = np.minimum(1, np.maximum.accumulate(p[order] * np.array([3, 2, 1])))
    assert [differences[n].holm for n in order] == pytest.approx(list(expected))


def test_prompts_models_and_methods_are_rows_that_share_half_of_the_examples(run):
    made = run("good=clock:", "weak=clock:weak=20", prompts=TWO, methods="methods: [abstain]\n")
    (found,) = matrices([made])
    assert [row.names for row in found.rows[:2]] == [("short", "good", "plain"), ("short", "good", "abstain")]
    assert len(found.rows) == 8
    assert found.half
    assert found.examples == N // 2
    assert found.rows[1].unusable
    assert found.best("tokens") == min(row.tokens for row in found.shown)
    assert found.shown[0].tokens < found.shown[2].tokens


def test_every_example_is_measured_where_no_method_learns_from_gold_answers(run):
    (found,) = matrices([run("good=clock:", "weak=clock:weak=20", methods="methods: [normalise]\n")])
    assert not found.half
    assert found.examples == N
    assert "as many others" not in "\n".join(map(_text, matrix_lines(found)))


def test_a_row_that_always_gives_one_answer_is_never_the_most_consistent(run):
    whole = run("good=clock:weak=1", "stuck=clock:")
    stuck = whole.suites[1]
    answer = {"answer": "odd", "clean_answer": "odd", "agrees": True}
    alike = tuple(replace(case, correct=case.expected == "odd", **answer) for case in stuck.cases)
    (found,) = matrices([replace(whole, suites=(whole.suites[0], replace(stuck, cases=alike)))])
    good, one = found.shown
    assert one.figures.consistency == 1 > good.figures.consistency
    assert [row.one_answer for row in (good, one)] == [False, True]
    assert not found.is_best(one, "consistency")
    said = " ".join(" ".join(map(_text, matrix_lines(found))).split())
    assert "the same answer to nearly every example, and so consistent whatever they read: stuck" in said


def test_names_that_do_not_fit_share_the_part_above_them(run):
    long = TWO.replace("id: short", "id: the-short-one-of-both").replace("id: long", "id: the-other-one-of-both")
    models = ("a-good-model-of-ours=clock:", "a-weak-model-of-ours=clock:weak=20")
    methods = "methods:\n  - normalise\n  - ignore-irrelevant\n"
    (found,) = matrices([run(*models, prompts=long, methods=methods)])
    names = [_text(line) for line in matrix_lines(found)][2 : 2 + len(found.shown)]
    assert names[0].startswith("the-short-one-of-both / a-")
    assert names[1].startswith("  normalise ")
    assert names[2].startswith("  ignore-irrelevant ")
    assert max(map(len, names)) <= 118


def test_runs_of_one_suite_are_rows_as_well(run):
    (found,) = matrices([run("clock:"), run("clock:weak=20")])
    assert [row.model for row in found.shown] == ["clock:", "clock:weak=20"]
    assert found.shown[1].difference.value == pytest.approx(-0.25)
    assert matrices([run("clock:")]) == []


def test_the_table_fits_a_screen_and_marks_the_best(run):
    prompts = "prompts:\n" + "".join(f'  - {{id: v{n}, user: "{"please " * n}{{{{ text }}}}"}}\n' for n in range(4))
    (found,) = matrices([run("clock:", "weak=clock:weak=20", "bad=clock:wrong=10", prompts=prompts)])
    lines = list(map(_text, matrix_lines(found)))
    assert len(found.shown) == 12
    assert max(map(len, lines[1:])) <= 118
    (weak,) = [line for line in lines if line.startswith("v0 / weak")]
    assert "casing -.500" in weak
    assert f"1.000{BEST}" in lines[2]
    assert "**1.000**" in "\n".join(matrix_markdown(found))


def test_json_and_page_hold_the_rows(run):
    found = matrices([run("good=clock:", "weak=clock:weak=20")])
    form = json.loads(json.dumps(matrix_json(found)))
    rows = form["matrices"][0]["rows"]
    assert rows[1]["difference"]["told"] is True
    assert rows[1]["figures"]["drops"]["casing"] == pytest.approx(0.5)
    page = side_by_side_page("Side by side", matrices=found)
    assert 'title="p = ' in page
    assert 'class="shade8" title="weak, casing.upper: accuracy 0.500, consistency 0.500">-0.50<' in page
    assert 'class="shade0"' in page


def test_a_leaderboard_ranks_and_says_what_cannot_be_told(run):
    models = ("a=clock:", "b=clock:weak=2", "c=clock:weak=20", "d=clock:weak=22")
    (found,) = leaderboards([run(*models)])
    assert [found.label(one) for one in found.entries] == ["a", "b", "c", "d"]
    assert [(one.best, one.worst) for one in found.entries] == [(1, 2), (1, 2), (3, 4), (3, 4)]
    assert [found.label(one) for one in found.like_the_first()] == ["b"]
    text = "\n".join(map(_text, leaderboard_lines(found)))
    assert "cannot be told apart from a: b" in text
    assert "effective robustness takes 5 entries or more, and there are 4" in text
    assert found.line is None
    with pytest.raises(llmrobust.LlmRobustError, match="takes 5 entries or more"):
        leaderboards([run(*models)], "effective")


def test_figures_of_a_leaderboard_are_those_of_the_run(run):
    made = run("a=clock:weak=7", "b=clock:wrong=5")
    (found,) = leaderboards([made])
    for entry in found.entries:
        suite = made.by_model(entry.model).suites[0]
        for kind, metric in (
            ("accuracy", "accuracy"),
            ("unperturbed", "clean_accuracy"),
            ("consistency", "consistency"),
        ):
            m, mine = suite.measurement(metric), entry.figures[kind]
            assert (mine.value, mine.low, mine.high) == pytest.approx((m.value, m.low, m.high))


def test_effective_robustness_finds_the_entry_off_the_line(run):
    """Five models lose nothing to edits, so that the line is the diagonal; the sixth loses what it must not."""
    models = [f"m{n}=clock:wrong={wrong}" for n, wrong in enumerate((2, 5, 8, 11, 14))]
    (found,) = leaderboards([run(*models, "off=clock:wrong=6&weak=40")], "effective")
    assert found.line is not None
    off = found.entries[-1]
    assert off.model == "off"
    # Half of its cases are in capitals, and of those 34 of 40 answers turn wrong.
    expected = (40 - 6 + 0.5) / 41 - ((80 - 12 - 34) / 2 + 0.5) / 41
    assert off.figures["effective"].value == pytest.approx(-expected, abs=1e-6)
    assert off.figures["effective"].high < 0
    assert "below the line: off" in "\n".join(leaderboard_markdown(found))
    form = json.loads(json.dumps(leaderboards_json([found])))
    assert form["leaderboards"][0]["line"]["n"] == 6
    assert '<polyline class="fit"' in side_by_side_page("Leaderboard", boards=[found])


def test_different_examples_under_one_id_are_refused(run, tmp_path):
    first = run("clock:")
    text = (tmp_path / "clock.robust.yaml").read_text().replace("word: fine", "word: other")
    (tmp_path / "clock.robust.yaml").write_text(text)
    second = llmrobust.run(tmp_path / "clock.robust.yaml", "clock:weak=20")
    with pytest.raises(llmrobust.LlmRobustError, match="different examples under the id e0"):
        leaderboards([first, second])


def _text(line):
    return "".join(text for text, _ in line)
