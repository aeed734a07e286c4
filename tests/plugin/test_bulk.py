"""`--robust-bulk`: few items instead of one a case, with the same run, gates and exit codes."""

from __future__ import annotations

import json

import pytest

from llmrobust import bulk_run
from tests.plugin.conftest import SUITE
from tests.plugin.test_junit import check, junit, values

STRICT = SUITE.replace("gate:\n  accuracy: {min: 0.5}\n  consistency: {min: 0.2, per: family}\n", "cases: strict\n")
FLOOR = SUITE.replace("perturb:", "noise_floor: {examples: 3, times: 2}\nrepeats: 2\nperturb:", 1)
TWICE = SUITE.replace("  - typo.drop", "  - punctuation.strip_final: {target: input, id: again}\n  - typo.drop")
UNDECIDED = SUITE.replace("min: 0.2", "min: 0.99")
SCORED = SUITE.replace("choices: [positive, negative]}", "choices: [positive, negative], scoring: text}")
SKIPPED = SUITE.replace("perturb:", "too_long: skip\nperturb:", 1)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_run, "PART", 3)
    monkeypatch.setattr(bulk_run, "AHEAD", 1)


def run_file(path) -> dict:
    run = json.loads(path.read_text())
    run.pop("timing")
    return run


@pytest.mark.parametrize(
    ("suite", "options"),
    [
        (SUITE, ()),
        (STRICT, ()),
        (FLOOR, ()),
        (TWICE, ()),
        (UNDECIDED, ()),
        (SCORED, ("--llm=keyword:mumbles",)),
        (SUITE, ("--llm=keyword:cuts",)),
        (SUITE, ("--llm=keyword:fails",)),
        (STRICT, ("--llm=keyword:fails",)),
        (SKIPPED, ("--llm=keyword:short",)),
        (SUITE, ("--llm=keyword:short",)),
        (SUITE, ("--llm=keyword:absent",)),
        (SUITE, ("-k", "original")),
        (SUITE, ("-k", "gate")),
        (SUITE, ("-m", "robust(family='typo')")),
        (SUITE, ("--robust-sequential",)),
        (FLOOR, ("--robust-shard=1/2",)),
        (SUITE, ("--robust-shrink=2",)),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_run_file_and_exit_code_are_those_of_a_run_case_by_case(project, suite, options):
    project.write("suites/reviews.robust.yaml", suite)
    singly = project.run("suites", "--robust-json=singly.json", "--robust-fresh", *options)
    bulk = project.run("suites", "--robust-json=bulk.json", "--robust-fresh", *options, "--robust-bulk")
    assert bulk.ret == singly.ret
    if (project.path / "singly.json").exists():
        assert run_file(project.path / "bulk.json") == run_file(project.path / "singly.json")


def test_items_are_operators_or_families(project):
    out = project.run("suites", "--collect-only", "-q", "--robust-bulk").stdout.str()
    assert [line for line in out.splitlines() if "::" in line] == [
        "suites/reviews.robust.yaml::original::plain",
        "suites/reviews.robust.yaml::punctuation::strip_final",
        "suites/reviews.robust.yaml::typo::drop",
        "suites/reviews.robust.yaml::gate::accuracy",
        "suites/reviews.robust.yaml::gate::consistency[punctuation]",
        "suites/reviews.robust.yaml::gate::consistency[typo]",
    ]
    out = project.run("suites", "--collect-only", "-q", "--robust-bulk=family").stdout.str()
    assert "suites/reviews.robust.yaml::typo\n" in out
    assert project.sent() == []


def test_selection_by_node_id_asks_for_that_operator_and_the_originals(project):
    result = project.run("suites/reviews.robust.yaml::punctuation", "--robust-bulk")
    result.assert_outcomes(passed=1)
    assert len(project.sent()) == 8


def test_failures_are_listed_with_the_worst_examples(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    result = project.run("suites", "--robust-bulk")
    out = result.stdout.str()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "of 12 cases failed:" in out
    assert "  worst examples:" in out
    assert ", such as drop-" in out
    result.stdout.fnmatch_lines(["FAILED suites/reviews.robust.yaml::typo::drop - * of 12 cases failed: *"])


def test_missing_answers_are_an_error_that_names_the_reason(project):
    result = project.run("suites", "--llm=keyword:fails", "--robust-bulk")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["no answer in 1 of 4 cases", "  1, such as plain[[]c[]]: timeout: no answer in 5 s"])


def test_failed_items_run_again_with_lf(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    project.run_with_cache("suites", "--robust-bulk")
    result = project.run_with_cache("suites", "--robust-bulk", "--lf")
    result.assert_outcomes(failed=1)


def test_junit_counts_cases_by_status(project):
    project.write("suites/reviews.robust.yaml", STRICT)
    cases = check(junit(project, "--robust-bulk"))
    drop = next(values(case) for case in cases if case.get("name") == "drop")
    counts = {name: int(drop[f"llmrobust.{name}"]) for name in ("passed", "flipped") if f"llmrobust.{name}" in drop}
    assert drop["llmrobust.cases"] == "12"
    assert sum(counts.values()) == 12
    assert drop["llmrobust.operator"] == "typo.drop"


def test_workers_share_the_engine_and_hand_over_the_whole_run(project):
    project.write("suites/reviews.robust.yaml", FLOOR)
    singly = project.run("suites", "--robust-json=singly.json", "--robust-fresh")
    sent = len(project.sent())
    bulk = project.run("suites", "--robust-json=bulk.json", "--robust-fresh", "--robust-bulk", "-n", "2")
    assert bulk.ret == singly.ret
    assert len(project.sent()) == 2 * sent
    before, after = (run_file(project.path / name) for name in ("singly.json", "bulk.json"))
    before.pop("requests"), after.pop("requests")
    assert after == before


def test_unchanged_rerun_sends_nothing(project):
    project.run("suites", "--robust-bulk")
    sent = len(project.sent())
    result = project.run("suites", "--robust-bulk")
    assert result.ret == pytest.ExitCode.OK
    assert len(project.sent()) == sent


def test_two_suites_with_the_same_prompts_keep_their_replies(project):
    project.write("suites/second.robust.yaml", SUITE.replace("suite: reviews", "suite: second"))
    result = project.run("suites", "--robust-fresh", "--robust-bulk")
    assert result.ret == pytest.ExitCode.OK
    assert len(project.sent()) == len(set(project.sent()))


def test_value_that_is_no_grouping_says_where_paths_go(project):
    result = project.run("--robust-bulk", "suites")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "must be operator or family, not 'suites'; paths go before --robust-bulk" in result.stderr.str()
