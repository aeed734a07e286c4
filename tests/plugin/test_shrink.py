"""`--robust-shrink` and `llmrobust keep`: from a flip to a regression case, through pytest."""

from __future__ import annotations

import json

import pytest

from llmrobust.cli import main
from llmrobust.results.json_reader import read_run
from tests.plugin.conftest import SUITE

GATED = SUITE.replace("typo.drop: {target: input, rate: 0.3, samples: 3}", "casing.upper: {target: input}")
STRICT = GATED.replace("gate:\n  accuracy: {min: 0.5}\n  consistency: {min: 0.2, per: family}\n", "")


@pytest.fixture
def upper(project):
    """The keyword model does not know GOOD for good: upper case flips the two kind reviews."""
    project.write("suites/reviews.robust.yaml", GATED)
    return project


def test_the_summary_shows_the_smallest_edit_that_flips(upper):
    result = upper.run("suites", "--robust-shrink", "--robust-json", "run.json")
    shown = "\n".join(result.outlines)
    assert "smallest: " in shown
    assert '1 edit flips it to "negative"' in shown
    case = next(one for one in read_run(upper.path / "run.json").suites[0].cases if one.smallest is not None)
    assert case.smallest.minimal
    assert case.smallest.of > 1
    before = case.clean_prompt[-1][1]
    after = case.smallest.prompt(case.clean_prompt)[-1][1]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1  # one letter of the key word


def test_nothing_more_is_sent_without_it(upper):
    upper.run("suites", "--robust-fresh")
    plain = len(upper.sent())
    upper.log.unlink()
    upper.run("suites", "--robust-fresh", "--robust-shrink", "1", "--robust-json", "run.json")
    assert plain < len(upper.sent()) <= plain + 100
    run = read_run(upper.path / "run.json")
    assert sum(one.smallest is not None for one in run.suites[0].cases) == 1


def test_probes_are_in_the_store(upper):
    upper.run("suites", "--robust-shrink")
    sent = len(upper.sent())
    upper.run("suites", "--robust-shrink")
    assert len(upper.sent()) == sent


def test_workers_find_the_same(upper):
    upper.run("suites", "--robust-shrink", "--robust-json", "one.json")
    upper.run("suites", "--robust-shrink", "--robust-json", "two.json", "-n", "2")
    first, second = (read_run(upper.path / name).suites[0].cases for name in ("one.json", "two.json"))
    assert [one.smallest for one in first] == [one.smallest for one in second]
    assert any(one.smallest for one in first)


def test_a_strict_case_fails_with_its_smallest_edit(upper):
    upper.write("suites/reviews.robust.yaml", STRICT)
    result = upper.run("suites", "--robust-shrink")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*casing::*the answer changed*", "*smallest:*{+*"])


def test_kept_cases_are_run_by_the_suite(upper, capsys):
    upper.run("suites", "--robust-shrink", "--robust-json", "run.json")
    capsys.readouterr()
    assert main(["keep", "run.json"]) == 0
    said = capsys.readouterr().out
    assert "2 cases, 2 new" in said
    assert "- kept: {file: kept/reviews.yaml}" in said
    assert main(["keep", "run.json"]) == 0
    assert "2 cases, 0 new" in capsys.readouterr().out
    kept_only = STRICT.replace("casing.upper: {target: input}", "kept: {file: kept/reviews.yaml}")
    upper.write("suites/reviews.robust.yaml", kept_only.replace("  - punctuation.strip_final: {target: input}\n", ""))
    result = upper.run("suites", "--robust-json", "again.json")
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 2
    cases = [one for one in read_run(upper.path / "again.json").suites[0].cases if one.operator == "kept"]
    first = {one.example: one.smallest for one in read_run(upper.path / "run.json").suites[0].cases if one.smallest}
    assert {one.example: one.prompt for one in cases} == {
        one.example: first[one.example].prompt(one.clean_prompt) for one in cases
    }


def test_a_kept_case_that_no_longer_fits_is_said(upper, capsys):
    upper.run("suites", "--robust-shrink", "--robust-json", "run.json")
    main(["keep", "run.json"])
    changed = STRICT.replace("casing.upper: {target: input}", "kept: {file: kept/reviews.yaml}").replace(
        "movie 1 is good.", "movie 1 is so very good indeed."
    )
    upper.write("suites/reviews.robust.yaml", changed)
    result = upper.run("suites")
    assert result.ret != 0
    assert "of example a no longer fits its prompt" in "\n".join(result.outlines)


def test_a_run_without_flips_has_nothing_to_keep(upper, capsys):
    upper.write("suites/reviews.robust.yaml", GATED.replace("  - casing.upper: {target: input}\n", ""))
    result = upper.run("suites", "--robust-shrink", "--robust-json", "run.json")
    result.stdout.fnmatch_lines(["--robust-shrink: no answer flipped, so there is nothing to shrink"])
    capsys.readouterr()
    assert main(["keep", "run.json"]) == 1
    assert "no flip with a smallest edit; pytest --robust-shrink finds them" in capsys.readouterr().out


def test_whole_edits_can_be_kept(upper, capsys):
    upper.run("suites", "--robust-json", "run.json")
    capsys.readouterr()
    assert main(["keep", "run.json", "--all", "--output", "flips.yaml"]) == 0
    assert "MOVIE" in (upper.path / "flips.yaml").read_text()
    (upper.path / "flips.yaml").write_text("a: b\n")
    assert main(["keep", "run.json", "--all", "--output", "flips.yaml"]) == 2
    assert "cannot be replaced: not written by `llmrobust keep`" in capsys.readouterr().err


def test_methods_of_the_command_line_are_compared(upper):
    upper.write("suites/reviews.robust.yaml", GATED.replace("casing.upper: {target: input}", "format: {sample: 5}"))
    result = upper.run("suites", "--robust-methods", "template-vote", "--robust-json", "run.json")
    result.stdout.fnmatch_lines(["methods  reviews (keyword:, over * formats and wordings)", "template-vote *"])
    assert json.loads((upper.path / "run.json").read_text())["suites"][0]["methods"] == [
        {"label": "template-vote", "method": "template-vote", "params": {}}
    ]
    wrong = upper.run("suites", "--robust-methods", "template-vot")
    assert wrong.ret == 4
    assert 'unknown method "template-vot"; did you mean "template-vote"?' in "\n".join(wrong.errlines + wrong.outlines)


def test_kept_cases_of_examples_that_are_gone_are_said(upper):
    """A regression case that is no longer run must not look like one that passes."""
    upper.run("suites", "--robust-shrink", "--robust-json", "run.json")
    main(["keep", "run.json"])
    changed = STRICT.replace("casing.upper: {target: input}", "kept: {file: kept/reviews.yaml}")
    upper.write("suites/reviews.robust.yaml", changed.replace("id: a,", "id: other,"))
    shown = "\n".join(upper.run("suites", "--robust-json", "again.json").outlines)
    assert "kept: 1 variant dropped: the suite has no example a" in shown
    uses = {use.operator: use.counts for use in read_run(upper.path / "again.json").suites[0].uses}
    assert uses["kept"].dropped == {"the suite has no example a": 1}
