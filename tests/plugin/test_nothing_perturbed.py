"""Zero perturbed cases are never a pass."""

from __future__ import annotations

import pytest

SUITE = """\
suite: idle
prompt: "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}\\nReview: {{ text }}\\nSentiment:"
examples:
  - {text: a good film, answer: positive}
  - {text: a bad film, answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb: [OPERATORS]
"""
GROUPED = """\
suite: grouped
prompt: "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}\\nReview: {{ text }}\\nSentiment:"
examples:
  - {text: a good film indeed, answer: positive, group: a}
  - {text: a bad film indeed, answer: negative, group: a}
answer: {field: answer, choices: [positive, negative]}
perturb: [typo.swap]
gate: [{weighted_group_consistency: {min: 0.1, field: group}}]
"""


@pytest.mark.parametrize("gates", ["", "gate: {clean_accuracy: {min: 0}}\n"])
def test_a_suite_whose_operators_perturb_nothing_fails_and_says_why(project, gates):
    project.write("idle/idle.robust.yaml", SUITE.replace("OPERATORS", "logic, order.options") + gates)
    result = project.run("idle")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "no case is perturbed, so idle tests nothing:",
            "  logic*: not applicable to 2 of 2 examples",
            "  order.options: *",
        ]
    )


def test_one_operator_that_perturbs_is_enough(project):
    project.write("idle/idle.robust.yaml", SUITE.replace("OPERATORS", "logic, casing.upper"))
    assert "tests nothing" not in project.run("idle").stdout.str()


def test_a_metric_over_groups_of_examples_is_decided(project):
    project.write("idle/grouped.robust.yaml", GROUPED)
    project.run("idle").stdout.fnmatch_lines(["*weighted_group_consistency*1.000*at least 0.1*"])
