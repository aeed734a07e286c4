"""Rows of published modifications and columns."""

from __future__ import annotations

from pathlib import Path

from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.report.html.page import html_report
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import row_name, table_rows
from llmrobust.request import Response
from llmrobust.runner import SuiteRun, run_result

REPOSITORY = Path(__file__).parents[2]
SUITE = """\
suite: pairs
prompt: {user: "Is it positive or negative?\\nReview: {{ text }}\\nSentiment:"}
examples:
  - {text: "It is good.", answer: positive, typos: "It is godo.", leet: "1t is good."}
  - {text: "It is bad.", answer: negative, typos: "It is bda.", leet: "1t is bad."}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - published.columns: {of: text, columns: {typos: typos, leet: leet}}
  - typo.keyboard: {samples: 2}
"""


def run(folder: Path):
    path = folder / "pairs.robust.yaml"
    path.write_text(SUITE, encoding="utf-8")
    plan = load_plan(path, folder)
    replies = {
        case.request: Response("positive" if case.variant == "typos" else str(case.example.expected), "stop")
        for case in plan.cases
    }
    return SuiteRun.of(plan, replies)


def test_every_column_has_a_row_and_random_samples_have_none(tmp_path: Path) -> None:
    suite = run(tmp_path).result()
    rows = [(row_name(scope, group), indent, cases) for scope, group, indent, cases in table_rows(suite)]
    assert rows == [
        ("all perturbed", 0, 8),
        ("published.columns", 1, 4),
        ("typos", 2, 2),
        ("leet", 2, 2),
        ("typo.keyboard", 1, 4),
    ]
    assert suite.measurement("accuracy", "variant", "published.columns/typos").value == 0.5
    assert suite.measurement("accuracy", "variant", "published.columns/leet").value == 1.0


def test_markdown_and_html_have_the_rows(tmp_path: Path) -> None:
    whole = run_result([run(tmp_path)], None, EngineStats())
    assert "`leet` | 2 | 1.000" in run_markdown(whole)
    assert (
        '<th scope="row" class="in2"><a href="#suite=pairs&amp;operator=operator%3Apublished.columns">leet</a>'
        in html_report(whole)
    )


def test_fluke_has_a_row_for_each_of_its_modifications() -> None:
    plan = load_plan(REPOSITORY / "suites" / "published" / "fluke.robust.yaml", REPOSITORY)
    replies = {case.request: Response("positive", "stop") for case in plan.cases}
    names = [row_name(*one[:2]) for one in table_rows(SuiteRun.of(plan, replies).result())]
    assert set(names) >= {str(example.fields["modification"]) for example in plan.suite.examples}
