"""Results that leave their prompts to the plan are the same results."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from pathlib import Path

import pytest

from llmrobust.compact_cases import CompactPlan
from llmrobust.loading import load_plans
from llmrobust.request import Response
from llmrobust.score.case_result import CaseResult
from llmrobust.score.judging import Judge
from llmrobust.score.planned_result import PlannedResult

SUITE = """\
suite: films
prompt:
  system: "Answer briefly: ä, 🙂."
  user: |
    {% instruction %}Is it good?{% endinstruction %}
    Review: {{ text }}
examples:
  - {text: "A lovely film.", answer: "yes"}
  - {text: "A dull film.", answer: "no"}
answer: {field: answer, choices: ["yes", "no"]}
perturb: [punctuation.strip_final, casing.upper]
"""


@pytest.fixture
def pairs(tmp_path: Path) -> list[tuple[CaseResult, CaseResult]]:
    """Each case's result, and the one that leaves its prompt to the plan."""
    path = tmp_path / "films.robust.yaml"
    path.write_text(SUITE)
    (plan,) = load_plans(path, tmp_path, compact=True)
    assert isinstance(plan, CompactPlan)
    judge, reply = Judge(plan), Response("yes", "stop")
    twice = [[judge.fresh(case, reply, reply) for case in plan.cases] for _ in range(2)]
    planned = [PlannedResult.instead_of(one, plan.cases, number) for number, one in enumerate(twice[1])]
    return list(zip(twice[0], planned, strict=True))


def test_every_field_is_the_same_and_they_are_equal_both_ways(pairs: list[tuple[CaseResult, CaseResult]]) -> None:
    assert len({planned.prompt for _, planned in pairs}) == len(pairs) == 6
    for whole, planned in pairs:
        for one in fields(CaseResult):
            assert getattr(planned, one.name) == getattr(whole, one.name)
        assert planned == whole
        assert whole == planned
        assert hash(planned) == hash(whole)
        assert planned != replace(whole, reason="another")
        assert whole != replace(planned, prompt=())


def test_what_is_replaced_and_what_travels_holds_its_prompt(pairs: list[tuple[CaseResult, CaseResult]]) -> None:
    for whole, planned in pairs:
        marked = replace(planned, changed=True)
        assert (marked.prompt, marked.request, marked.changed) == (whole.prompt, whole.request, True)
        assert replace(planned, request="r", prompt=(("user", "p"),)).prompt == (("user", "p"),)
        assert pickle.loads(pickle.dumps(planned)) == whole
        assert copy.deepcopy(planned) == whole
