"""`scoring: auto`: a sample asked both ways decides, and everything else is asked as it says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llmrobust.loading import load_plan
from llmrobust.models.protocol import ModelInfo
from llmrobust.plan import Plan
from llmrobust.request import Failure, Reply, Request, Response, ScoredBy
from llmrobust.runner import run_plans
from llmrobust.score.scoring_choice import ORIGINALS, PERTURBED, scoring_choice, scoring_sample
from llmrobust.score.suite_asker import SuiteAsker

SUITE = """\
suite: auto
prompt: {user: "Is it positive or negative?\\nReview: {{ text }}\\nSentiment:"}
examples:
EXAMPLES
answer: {field: answer, choices: [positive, negative]MORE}
perturb:
  - punctuation.strip_final: {target: input}
  - context.irrelevant: {count: 1}
gate:
  - accuracy: {min: 0.5}
"""


def plan_of(folder: Path, count: int = 40, more: str = "") -> Plan:
    rows = "\n".join(f'  - {{id: e{i}, text: "Film {i} was fine.", answer: positive}}' for i in range(count))
    path = folder / "auto.robust.yaml"
    path.write_text(SUITE.replace("EXAMPLES", rows).replace("MORE", more), encoding="utf-8")
    return load_plan(path, folder)


class TwoWays:
    """An engine whose model scores "positive", and writes what it is told; keeps what it was asked."""

    def __init__(
        self, written: Callable[[Request], str] = lambda request: "positive", mass: float = 0.9, way: str = "logprobs"
    ):
        self._written, self._mass, self._way = written, mass, way
        self.asked: list[Request] = []
        self.fails = False

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        self.asked += requests

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        assert set(requests) <= set(self.asked)
        return [self._reply(request) for request in requests]

    def _reply(self, request: Request) -> Reply:
        if request.scoring == "text" or self._way == "text":
            return Failure("timeout", "no answer in 5 s") if self.fails else Response(self._written(request), "stop")
        if self._way == "constrained":
            return Response("positive", "stop", "constrained")
        scores = (math.log(0.9 * self._mass), math.log(0.1 * self._mass))
        return Response("positive", "stop", "logprobs", scores, label_mass=self._mass)

    def opened(self) -> ModelInfo:
        ways: dict[str, tuple[ScoredBy, ...]] = {"text": ("text",), "constrained": ("constrained", "text")}
        scoring = ways.get(self._way, ("logprobs", "text"))
        return ModelInfo("two:", "two", "test", "f", 1024, 16, 1, scoring)

    def info(self) -> None:
        return None


def asked_whole(plan: Plan, engine: TwoWays) -> tuple[SuiteAsker, list[Reply]]:
    asker = SuiteAsker(engine, plan)  # type: ignore[arg-type]
    asker.submit(plan.requests())
    return asker, asker.replies(plan.requests())


def test_sample_holds_unperturbed_prompts_and_all_operators_alike(tmp_path: Path) -> None:
    sample = scoring_sample(plan_of(tmp_path))
    assert sum(case.is_original for case in sample) == ORIGINALS
    uses = [case.use for case in sample if not case.is_original]
    assert len(uses) == PERTURBED
    assert uses.count("context.irrelevant") == uses.count("punctuation.strip_final") == PERTURBED // 2
    assert sample == scoring_sample(plan_of(tmp_path))


def test_log_probabilities_are_taken_where_the_model_writes_what_it_scores(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    engine = TwoWays()
    asker, replies = asked_whole(plan, engine)
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.agreeing, asker.choice.massive) == ("logprobs", 40, 40)
    assert {reply.scored_by for reply in replies} == {"logprobs"}  # type: ignore[union-attr]
    assert len(engine.asked) == len(set(engine.asked)) == len(plan.cases) + 40


def test_text_is_taken_where_the_model_writes_something_else(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    engine = TwoWays(lambda request: "negative" if "1" in request.messages[0][1] else "positive")
    asker, replies = asked_whole(plan, engine)
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.candidate) == ("text", "logprobs")
    assert {reply.scored_by for reply in replies} == {"text"}  # type: ignore[union-attr]
    assert "chose generated text, not label log-probabilities" in asker.choice.reason
    assert f"{asker.choice.agreeing} of 40 sampled answers" in asker.choice.reason


def test_text_is_taken_where_labels_hold_little_of_the_probability(tmp_path: Path) -> None:
    asker, replies = asked_whole(plan_of(tmp_path), TwoWays(mass=0.3))
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.agreeing, asker.choice.massive, asker.choice.mass) == ("text", 40, 0, 0.3)
    assert {reply.scored_by for reply in replies} == {"text"}  # type: ignore[union-attr]


def test_one_of_twenty_may_differ_and_no_more(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    sample = scoring_sample(plan)
    engine = TwoWays()
    scored = [engine._reply(case.request) for case in sample]
    for wrong, way in ((2, "logprobs"), (3, "text")):
        written = [Response("negative" if i < wrong else "positive", "stop") for i in range(len(sample))]
        assert scoring_choice(plan, sample, scored, written).way == way


def test_unreadable_text_does_not_agree(tmp_path: Path) -> None:
    asker, _ = asked_whole(plan_of(tmp_path), TwoWays(lambda request: "Sure! Let me think about it."))
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.agreeing) == ("text", 0)


def test_constrained_answers_are_checked_too(tmp_path: Path) -> None:
    asker, _ = asked_whole(plan_of(tmp_path), TwoWays(way="constrained"))
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.candidate, asker.choice.massive) == ("constrained", "constrained", None)
    asker, _ = asked_whole(plan_of(tmp_path), TwoWays(lambda request: "negative", way="constrained"))
    assert asker.choice is not None
    assert asker.choice.way == "text"


def test_nothing_is_asked_twice_where_the_model_can_only_write(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    engine = TwoWays(way="text")
    asker, _ = asked_whole(plan, engine)
    assert asker.choice is not None
    assert asker.choice.candidate == "text"
    assert len(engine.asked) == len(plan.cases)


def test_failed_prompts_of_the_sample_do_not_count(tmp_path: Path) -> None:
    engine = TwoWays()
    engine.fails = True
    asker, _ = asked_whole(plan_of(tmp_path), engine)
    assert asker.choice is not None
    assert (asker.choice.way, asker.choice.prompts) == ("logprobs", 0)
    assert "no prompt of the sample was answered both ways" in asker.choice.reason


@pytest.mark.parametrize("way", ["logprobs", "text"])
def test_suite_that_says_how_is_asked_so_without_a_sample(tmp_path: Path, way: str) -> None:
    plan = plan_of(tmp_path, more=f", scoring: {way}")
    engine = TwoWays()
    asker, _ = asked_whole(plan, engine)
    assert asker.choice is None
    assert {request.scoring for request in engine.asked} == {way}
    assert len(engine.asked) == len(plan.cases)


def test_nothing_is_ready_before_it_is_decided(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    asker = SuiteAsker(TwoWays(), plan)  # type: ignore[arg-type]
    asker.submit(plan.requests())
    assert set(asker.ready(plan.requests())) == {None}


def test_run_of_several_suites_says_how_each_was_scored(tmp_path: Path) -> None:
    plans = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        plans.append(plan_of(tmp_path / name, more=", scoring: text" if name == "two" else ""))

    class Counting(TwoWays):
        def stats(self):  # type: ignore[no-untyped-def]
            from llmrobust.engine import EngineStats

            return EngineStats()

    first, second = run_plans(plans, Counting(mass=0.2), tmp_path).suites  # type: ignore[arg-type]
    assert first.scoring is not None
    assert first.scoring.way == "text"
    assert second.scoring is None
