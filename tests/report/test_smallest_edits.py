"""The smallest edit that flips is shown wherever a flip is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from llmrobust.report.failure_messages import explain_case, smallest_words
from llmrobust.report.html import html_report
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import summary_lines
from llmrobust.results.json_reader import read_run
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.verdict import Status


def shrunk(make_run) -> tuple[RunResult, CaseResult]:
    """A run whose first flip was shrunk to one letter."""
    run = make_run()
    suite = run.suites[0]
    case = next(one for one in suite.cases if one.status is Status.FLIPPED)
    at = case.clean_prompt[-1][1].index("charged")
    found = SmallestEdit(((len(case.clean_prompt) - 1, at + 1, at + 2, "H"),), 4, True, 9, "praise")
    case = replace(case, smallest=found)
    cases = tuple(case if one.key == case.key else one for one in suite.cases)
    return replace(run, suites=(replace(suite, cases=cases),)), case


def test_in_the_failure(make_run):
    _, case = shrunk(make_run)
    lines = explain_case(case).splitlines()
    assert "cHarged" in next(line for line in lines if line.startswith("  smallest:")).replace("[-charged-]{+", "")
    assert '1 edit flips it to "praise" (the variant changed 4 places; 9 prompts tried)' in lines[-1]


def test_in_the_summary_and_in_markdown_and_on_the_page(make_run):
    run, case = shrunk(make_run)
    words = smallest_words(case.smallest)
    assert words in "\n".join("".join(text for text, _ in line) for line in summary_lines(run))
    assert words in run_markdown(run)
    assert "9 prompts tried" in html_report(run)
    assert "9 prompts tried" not in html_report(make_run())


def test_in_the_stored_run(make_run, tmp_path: Path):
    run, case = shrunk(make_run)
    run.save(tmp_path / "run.json")
    again = next(one for one in read_run(tmp_path / "run.json").suites[0].cases if one.smallest is not None)
    assert again == case.rounded()


def test_the_end_of_the_budget_is_said():
    found = SmallestEdit(((0, 0, 1, "x"), (0, 4, 5, "y")), 7, False, 100, None)
    assert smallest_words(found) == (
        "2 edits flip it to another answer (the variant changed 7 places; 100 prompts tried, then the budget ended)"
    )
