"""Checks of projects: `@llmrobust.check`."""

from __future__ import annotations

import pytest

from llmrobust.errors import CheckError
from llmrobust.registry import Registry
from llmrobust.score.checks import Check, check
from llmrobust.suitefile.suite import AnswerSpec

SPEC = AnswerSpec()


@pytest.fixture
def checks() -> Registry[Check]:
    return Registry("check", "test.checks", CheckError)


def test_answers_and_gold_answers_are_read_by_the_same_function(checks: Registry[Check]) -> None:
    @check("initial", registry=checks)
    def initial(text: str) -> str | None:
        """The first letter.

        More is not shown.
        """
        return text.strip()[:1].upper() or None

    made = checks.get("initial")
    assert made.summary == "The first letter."
    assert made.read(" paris", SPEC, "Prague").answer == made.gold("prague", SPEC) == "P"
    assert made.read(" ", SPEC, "Prague").answer is None
    assert made.read(" ", SPEC, "Prague").reason == "check initial finds no answer"


def test_an_answer_that_is_near_enough_is_the_gold_answer(checks: Registry[Check]) -> None:
    check("length", same=lambda answer, gold: abs(len(answer) - len(gold)) < 2, registry=checks)(lambda text: text)
    made = checks.get("length")
    assert made.read("abc", SPEC, "wxyz").answer == "wxyz"
    assert made.read("a", SPEC, "wxyz").answer == "a"
    assert made.read("a", SPEC, None).answer == "a"


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda text: 1 / 0, "check mine raised ZeroDivisionError: division by zero"),
        (lambda text: 7, "check mine returned int, not a text or None"),
        (lambda text: None, "check mine finds no answer"),
    ],
)
def test_what_a_check_does_wrong_is_no_answer(checks: Registry[Check], function, reason: str) -> None:
    check("mine", registry=checks)(function)
    read = checks.get("mine").read("x", SPEC, "x")
    assert (read.answer, read.reason) == (None, reason)
    assert checks.get("mine").gold("x", SPEC) is None


def test_a_comparison_that_raises_is_no_answer(checks: Registry[Check]) -> None:
    def broken(answer: str, gold: str) -> bool:
        raise KeyError(gold)

    check("mine", same=broken, registry=checks)(lambda text: text)
    assert checks.get("mine").read("x", SPEC, "y").reason == "check mine raised KeyError: 'y'"


def test_a_name_that_is_taken_is_refused(checks: Registry[Check]) -> None:
    check("mine", registry=checks)(lambda text: text)
    with pytest.raises(CheckError, match="a check named 'mine' exists already"):
        check("mine", registry=checks)(lambda text: text)
