"""What a user sees when something is wrong: never a traceback of ours, never a false pass."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import SUITE


def assert_no_traceback(result):
    text = result.stdout.str() + result.stderr.str()
    assert "Traceback" not in text
    assert "llmrobust/plugin" not in text
    assert "INTERNALERROR" not in text
    assert "another exception occurred" not in text


def test_a_broken_suite_is_a_collection_error_with_its_place(project):
    project.write("suites/broken.robust.yaml", SUITE.replace("typo.drop", "typo.drp"))
    result = project.run("suites")
    assert result.ret == 2
    result.stdout.fnmatch_lines(
        ["*suites/broken.robust.yaml:15:*unknown operator*typo.drp*", '*did you mean "typo.drop"*']
    )
    assert_no_traceback(result)


def test_the_other_suites_still_run(project):
    project.write("suites/broken.robust.yaml", "suite: [")
    result = project.run("suites", "--continue-on-collection-errors")
    assert result.ret == 1
    assert result.parseoutcomes()["errors"] == 1
    assert result.parseoutcomes()["passed"] > 0
    assert_no_traceback(result)


def test_every_mistake_of_a_suite_is_reported_at_once(project):
    text = SUITE.replace("typo.drop", "typo.drp").replace("accuracy:", "acuracy:").replace("{{ text }}", "{{ txt }}")
    project.write("suites/reviews.robust.yaml", text)
    result = project.run("suites")
    result.stdout.fnmatch_lines_random(["*typo.drp*", "*acuracy*", "*txt*"])
    assert_no_traceback(result)


def test_a_broken_suite_of_a_test_function_is_a_collection_error_with_its_place(project):
    project.write("suites/reviews.robust.yaml", SUITE.replace("typo.drop", "typo.drp"))
    project.write(
        "test_reviews.py",
        "import llmrobust\n@llmrobust.suite('suites/reviews.robust.yaml')\ndef test_case(case): pass\n",
    )
    result = project.run("test_reviews.py")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*suites/reviews.robust.yaml:15:*unknown operator*typo.drp*"])
    assert_no_traceback(result)


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_an_unknown_model_is_one_error_and_nothing_passes(project, workers):
    result = project.run("suites", "--llm", "keyword:absent", *workers)
    outcomes = result.parseoutcomes()
    assert result.ret == 1
    assert outcomes["errors"] == 1
    assert "passed" not in outcomes
    result.stdout.fnmatch_lines(["*there is no model at keyword:absent*"])
    assert_no_traceback(result)


def test_a_spec_of_no_known_form_is_one_error_with_the_forms(project):
    result = project.run("suites", "--llm", "hff:model")
    assert result.ret == 1
    assert "passed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(['*did you mean "hf"*'])
    assert_no_traceback(result)


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_server_that_goes_away_is_one_error_and_a_second_run_resumes(project, workers):
    result = project.run("suites", "--llm", "keyword:gone", *workers)
    assert result.ret == 1
    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(["*went away*"])
    assert_no_traceback(result)


def test_a_request_without_an_answer_is_an_error_of_its_case_and_its_gates(project):
    result = project.run("suites", "--llm", "keyword:fails")
    assert result.ret == 1
    outcomes = result.parseoutcomes()
    assert outcomes["errors"] == 5  # the unperturbed prompt, the one that kept its words, and those compared with it
    assert outcomes["failed"] == 3  # the gates
    result.stdout.fnmatch_lines(["*no answer in 5 s*"])
    result.stdout.no_fnmatch_line("*gate::accuracy PASSED*")
    assert_no_traceback(result)


@pytest.mark.parametrize(("option", "word"), [("mumbles", "unparsed"), ("cuts", "truncated")])
def test_unreadable_answers_are_outcomes_of_their_own_and_count_against_the_gates(project, option, word):
    project.write("suites/reviews.robust.yaml", SUITE.replace("min: 0.5", "min: 0.8"))
    result = project.run("suites", "--llm", f"keyword:{option}")
    assert result.parseoutcomes()[word] >= 2
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED *gate::accuracy*"])
    assert_no_traceback(result)


def test_options_come_before_the_environment_before_the_ini_file(project, monkeypatch):
    monkeypatch.setenv("LLMROBUST_LLM", "keyword:absent")
    assert project.run("suites", "--llm", "keyword:").ret == 0
    assert project.run("suites").ret == 1
    monkeypatch.delenv("LLMROBUST_LLM")
    assert project.run("suites").ret == 0


def test_an_impossible_limit_is_a_usage_error(project):
    result = project.run("suites", "--robust-max-prompts", "0")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--robust-max-prompts*must be an integer of at least 1*"])


def test_an_unwritable_report_is_said_and_fails_the_run(project):
    result = project.run("suites", "--robust-json", "pytest.ini/out.json")
    result.stdout.fnmatch_lines(["*cannot write pytest.ini/out.json*"])
    assert result.ret != 0
    assert_no_traceback(result)


def test_a_store_that_is_no_database_is_one_error(project):
    project.write("junk.sqlite", "junk" * 1000)
    result = project.run("suites", "--robust-store", "junk.sqlite")
    assert result.ret == 1
    assert "passed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(["*cannot use the reply store*"])
    assert_no_traceback(result)
