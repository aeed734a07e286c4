"""Cases in columns are the cases of the plan, one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from llmrobust.compact_cases import CompactPlan
from llmrobust.loading import load_plans
from llmrobust.plan import Plan
from llmrobust.shard import Shard
from tests.same_cases import contents

SUITE = """\
suite: tickets
prompt:
  system: "Answer briefly."
  user: |
    {% instruction %}Classify the ticket.{% endinstruction %}
    {{ options | choices }}
    Ticket: {{ text }}
    Category:
examples:
  - {id: a, text: "I was charged twice for one month.", answer: A, options: [billing, bug, praise]}
  - {id: b, text: "The page crashes. It shows nothing at all.", answer: B, options: [billing, bug, praise]}
  - {id: c, text: "Thank you, this is lovely work.", answer: C, options: [billing, bug, praise]}
answer: {field: answer, choices: [A, B, C], scoring: text}
repeats: 2
noise_floor: {examples: 2, times: 2}
perturb:
  - typo.keyboard: {rate: 0.1, samples: 2, target: input}
  - format: {sample: 3}
  - order.options: {samples: 2}
  - punctuation.strip_final: {target: input}
  - punctuation.strip_final: {target: input, id: again}
"""


@pytest.fixture
def plans(tmp_path: Path) -> tuple[Plan, CompactPlan]:
    path = tmp_path / "tickets.robust.yaml"
    path.write_text(SUITE)
    (plan,), (compact,) = (load_plans(path, tmp_path, compact=one) for one in (False, True))
    assert isinstance(compact, CompactPlan)
    return plan, compact


def test_every_case_is_that_of_the_plan(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    assert len(compact.cases) == len(plan.cases) > 20
    for one, other in zip(compact.cases, plan.cases, strict=True):
        assert contents(one) == contents(other)
        assert one.example is compact.suite.examples[[e.id for e in compact.suite.examples].index(other.example.id)]


def test_prompts_are_made_again_with_their_spans(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    assert [one.prompt.messages for one in compact.cases] == [one.prompt.messages for one in plan.cases]


def test_what_a_plan_says_is_the_same(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    assert compact.columns() == plan.columns()
    assert compact.counts == plan.counts
    assert [one.key for one in compact.originals().values()] == [one.key for one in plan.originals().values()]
    assert [one.request for one in compact.probes] == [one.request for one in plan.probes]
    assert compact.requests() == plan.requests()


def test_equal_requests_have_one_number(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    requests = [case.request for case in plan.cases]
    assert compact.cases.firsts().tolist() == [requests.index(one) for one in requests]
    assert len(set(requests)) < len(requests)


def test_uses_and_slices_select_cases(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    numbers = compact.cases.of_uses({"format"})
    assert [case.key for case in compact.cases.at(numbers)] == [one.key for one in plan.cases if one.use == "format"]
    assert [case.key for case in compact.cases[2:5]] == [one.key for one in plan.cases[2:5]]
    assert compact.cases[-1].key == plan.cases[-1].key
    assert compact.cases.at(np.array([3, 1]))[1:][0].key == plan.cases[1].key
    with pytest.raises(IndexError):
        compact.cases[len(plan.cases)]


def test_shards_are_those_of_the_plan(plans: tuple[Plan, CompactPlan]) -> None:
    plan, compact = plans
    for number in (1, 2):
        shard = Shard(number, 2)
        ours, theirs = shard.part(compact), shard.part(plan)
        assert isinstance(ours, CompactPlan)
        assert [one.key for one in ours.cases] == [one.key for one in theirs.cases]
        assert [one.request for one in ours.probes] == [one.request for one in theirs.probes]
