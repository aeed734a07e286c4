"""A suite is a citizen of pytest: selection, re-running, stopping, workers, reports."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

from tests.plugin.conftest import SUITE

CASES = 4 + 4 + 12
GATES = 3
STRICT = SUITE.replace("gate:\n  accuracy: {min: 0.5}\n  consistency: {min: 0.2, per: family}\n", "")
A_TEST = """\
import llmrobust

@llmrobust.suite('suites/reviews.robust.yaml')
def test_review(case):
    assert case.answer in ('positive', 'negative')
    if not case.flipped:
        assert case.answer == case.original_answer
    assert case.prompt.messages[0].text.startswith('Decide')
"""


def node_ids(result):
    return [line for line in result.outlines if "::" in line and not line.startswith(("FAILED", "ERROR", "SKIPPED"))]


def test_node_ids_read_like_sentences(project):
    result = project.run("suites", "--collect-only", "-q")
    ids = node_ids(result)
    assert "suites/reviews.robust.yaml::original::plain[a]" in ids
    assert "suites/reviews.robust.yaml::gate::accuracy" in ids
    assert "suites/reviews.robust.yaml::gate::consistency[typo]" in ids
    assert any(i.startswith("suites/reviews.robust.yaml::typo::drop-") and i.endswith("[d]") for i in ids)
    assert len(ids) == CASES + GATES


def test_collecting_touches_no_model(project):
    result = project.run("suites", "--collect-only", "-q", "--llm", "keyword:absent")
    assert result.ret == 0
    assert project.sent() == []


def test_a_gated_suite_passes_although_cases_flip(project):
    result = project.run("suites")
    assert result.ret == 0
    outcomes = result.parseoutcomes()
    assert outcomes["flipped"] > 0
    assert outcomes["flipped"] + outcomes["passed"] == CASES + GATES
    result.stdout.fnmatch_lines(["*robustness*"])


def test_flips_have_a_word_and_a_letter_of_their_own(project):
    result = project.run("suites", "-v")
    result.stdout.fnmatch_lines(["*::typo::drop-*FLIPPED*"])


def test_without_gates_a_flip_fails_and_shows_what_changed(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    result = project.run("suites")
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] > 0
    result.stdout.fnmatch_lines(["*positive*negative*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*llmrobust/plugin/*")


def test_a_failed_gate_says_what_was_measured_and_against_what(project):
    project.write("suites/reviews.robust.yaml", SUITE.replace("min: 0.5", "min: 1.0"))
    result = project.run("suites")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED suites/reviews.robust.yaml::gate::accuracy - *accuracy*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_k_selects_by_family_operator_and_example(project):
    assert project.run("suites", "-k", "typo and not gate").parseoutcomes()["deselected"] == CASES + GATES - 12
    result = project.run("suites", "--collect-only", "-q", "-k", "strip_final")
    assert len(node_ids(result)) == 4


def test_m_selects_by_the_markers_arguments(project):
    result = project.run("suites", "--collect-only", "-q", "-m", "robust(example='a')")
    assert len(node_ids(result)) == 1 + 1 + 3


def test_only_what_is_selected_is_sent_with_the_unperturbed_twin(project):
    project.run("suites", "-k", "strip_final and [a]")
    assert len(project.sent()) == 2


def test_a_gate_of_a_partial_selection_is_not_evaluated(project):
    result = project.run("suites", "-k", "original or gate", "-rs")
    assert result.parseoutcomes()["skipped"] == GATES
    result.stdout.fnmatch_lines([f"*not evaluated: 4 of {CASES} cases selected*"])


def test_lf_runs_the_failed_cases_again(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    failed = project.run_with_cache("suites").parseoutcomes()["failed"]
    again = project.run_with_cache("suites", "--lf")
    assert again.parseoutcomes()["failed"] == failed
    assert "passed" not in again.parseoutcomes()


def test_x_stops_at_the_first_failure(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    result = project.run("suites", "-x")
    assert result.parseoutcomes()["failed"] == 1
    assert result.ret in (1, 2)


def test_a_second_run_sends_nothing_and_says_so(project):
    project.run("suites")
    before = project.sent()
    result = project.run("suites")
    assert result.ret == 0
    assert project.sent() == before
    result.stdout.fnmatch_lines(["*0 sent*from the store*"])


def test_a_fresh_run_asks_everything_again(project):
    project.run("suites")
    before = len(project.sent())
    project.run("suites", "--robust-fresh")
    assert len(project.sent()) == 2 * before


def test_workers_give_the_same_outcomes_and_send_nothing_twice(project):
    project.write("test_reviews.py", A_TEST)
    alone = project.run("suites", "test_reviews.py", "--robust-fresh").parseoutcomes()
    project.log.unlink()
    together = project.run("suites", "test_reviews.py", "-n", "2", "--robust-fresh", "--robust-json", "out.json")
    assert together.ret == 0
    assert {k: v for k, v in together.parseoutcomes().items() if k != "warnings"} == alone
    assert len(project.sent()) == len(set(project.sent())) <= CASES
    together.stdout.fnmatch_lines(["*robustness*"])
    assert_report(project.path / "out.json")


def test_junit_carries_the_status_of_every_case(project):
    project.run("suites", "--junitxml=out.xml")
    suite = ET.parse(project.path / "out.xml").getroot()[0]
    assert suite.get("tests") == str(CASES + GATES)
    statuses = [p.get("value") for p in suite.iter("property") if p.get("name") == "llmrobust.status"]
    assert len(statuses) == CASES
    assert {"passed", "flipped"} <= set(statuses)


def assert_report(path):
    """The report of a run is whole, and every case stands in it once."""
    report = json.loads(path.read_text())
    assert report["format"] == "llmrobust-run"
    (suite,) = report["suites"]
    assert len(suite["cases"]) == CASES


def test_json_is_written_once_with_every_case(project):
    assert project.run("suites", "--robust-json", "out.json").ret == 0
    assert_report(project.path / "out.json")


def test_a_test_function_gets_the_same_cases(project):
    project.write("test_reviews.py", A_TEST)
    result = project.run("test_reviews.py")
    assert result.parseoutcomes() == {"passed": CASES}
    assert len(project.sent()) == len(set(project.sent())) <= CASES


def test_a_test_function_without_the_argument_is_told_so(project):
    project.write(
        "test_reviews.py",
        "import llmrobust\n@llmrobust.suite('suites/reviews.robust.yaml')\ndef test_review():\n    pass\n",
    )
    result = project.run("test_reviews.py")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*takes no argument named 'case'*"])


def test_other_tests_run_beside_suites(project):
    project.write("test_other.py", "def test_one():\n    pass\n")
    assert project.run().parseoutcomes()["passed"] > 1
