"""Patterns of users are searched for a limited time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.request import Response
from llmrobust.score.reply_verdict import score
from llmrobust.score.verdict import Outcome
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.patterns import PatternTooSlow, first_match, problem_of

ENDLESS = r"(a|aa)+$"


def test_the_first_group_or_the_whole_match_is_given():
    assert first_match(r"Answer: (\w+)", "Answer: yes. Answer: no") == "yes"
    assert first_match(r"\d+", "a 12 b") == "12"
    assert first_match(r"(x)?b", "b") == ""
    assert first_match("YES", "yes", ignore_case=True) == "yes"
    assert first_match("z", "yes") is None


def test_a_search_without_end_is_cut_off():
    with pytest.raises(PatternTooSlow, match=r"\(a\|aa\)\+\$ takes longer than 0\.01 s"):
        first_match(ENDLESS, "a" * 60 + "!", limit_s=0.01)


def test_an_answer_that_the_pattern_cannot_read_in_time_is_unparsed(make_case):
    spec = AnswerSpec(field="answer", check="regex", pattern=ENDLESS)
    verdict = score(make_case(expected="a"), Response("a" * 60 + "!", "stop"), spec, ())
    assert verdict.outcome is Outcome.UNPARSED
    assert "takes longer than" in verdict.reason


@pytest.mark.parametrize(
    "pattern", [r"Answer:\s*(.*)", r"^(yes|no)\b", r"\{.*\}", r"([A-D])\W*$", r"\\boxed\{([^}]*)\}"]
)
def test_ordinary_patterns_are_no_problem(pattern: str):
    assert problem_of(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "problem"), [("(", "not a valid regular expression"), (ENDLESS, "takes longer than")]
)
def test_problems_of_patterns_are_known_before_a_model_answers(pattern: str, problem: str):
    assert problem in problem_of(pattern, limit_s=0.05)


@given(st.text(max_size=60))
def test_any_text_is_a_usable_pattern_or_a_named_problem(pattern: str):
    assert isinstance(problem_of(pattern, limit_s=0.05), str)
