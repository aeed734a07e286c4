"""pytest on a machine without a suite's data."""

from __future__ import annotations

import pytest

SUITE = """\
suite: away
prompt: {user: "Is it positive or negative? {{ text }}"}
examples: {file: "${LLMROBUST_DATA}/rows.jsonl" SAID}
answer: {field: answer, choices: [positive, negative]}
perturb: [casing.lower]
"""


@pytest.fixture(autouse=True)
def _without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMROBUST_DATA", raising=False)


def test_suite_is_skipped_with_the_reason(pytester: pytest.Pytester) -> None:
    (pytester.path / "away.robust.yaml").write_text(SUITE.replace(" SAID", ", absent: skip"), encoding="utf-8")
    result = pytester.runpytest("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*away.robust.yaml: its data is missing: *LLMROBUST_DATA*is not set*"])


def test_without_absent_skip_it_is_an_error(pytester: pytest.Pytester) -> None:
    (pytester.path / "away.robust.yaml").write_text(SUITE.replace(" SAID", ""), encoding="utf-8")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*set the environment variable LLMROBUST_DATA*"])
