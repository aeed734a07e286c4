"""A run that reports are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmrobust.engine.asker import EngineStats
from llmrobust.errors import Location
from llmrobust.models.protocol import ModelInfo
from llmrobust.operators.operator import Params
from llmrobust.plan import Case, Plan, UseCounts
from llmrobust.request import Failure, Reply, Response, Sampling
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score import score
from llmrobust.score.case_result import CaseResult
from llmrobust.suitefile.suite import AnswerSpec, GateSpec

LABELS = ("billing", "bug", "praise")
SPEC = AnswerSpec(field="answer", choices=LABELS, check="choice")
PLACE = Location(Path("suites/triage.robust.yaml"), 10, 3)
TEXT = "Classify the ticket.\nTicket: I was charged twice this month\nCategory:"
TEMPLATE = SimpleNamespace(origin=SimpleNamespace(line=4), texts=(TEXT,))
GATES = (
    GateSpec("accuracy", PLACE, min=0.5),
    GateSpec("consistency", PLACE, min=0.95, per="family"),
    GateSpec("consistency", PLACE, min=0.5, confidence=0.9),
    GateSpec("spread", PLACE, max=0.1, over="format"),
)
REPLIES: dict[str, dict[int, Reply]] = {
    "typo.keyboard": {0: Response("praise", "stop"), 1: Response("billing or bug", "stop")},
    "typo.swap": {2: Response("I think", "length")},
    "format": {},
}


def judged_tickets(
    make_case: Callable[..., Case], replies: dict[str, dict[int, Reply]]
) -> list[tuple[Case, CaseResult]]:
    """Ten tickets under three operators with their results; `replies` are those that differ from the right answer."""
    originals, judged = {}, []
    for i in range(10):
        case = make_case(f"ex-{i}", expected="billing", text=TEXT)
        reply = Response("billing", "stop")
        verdict = score(case, reply, SPEC, LABELS)
        originals[i] = (case, verdict)
        judged.append((case, CaseResult.of(case, reply, verdict, case, verdict)))
    for operator, different in replies.items():
        for i, (original, clean) in originals.items():
            text = TEXT.replace("charged", "chrged") if operator != "format" else TEXT.replace(": ", ":: ")
            case = make_case(f"ex-{i}", operator, expected="billing", text=text)
            reply = different.get(i, Response("billing", "stop"))
            result = CaseResult.of(case, reply, score(case, reply, SPEC, LABELS), original, clean)
            judged.append((case, result))
    return judged


@pytest.fixture(scope="session")
def judge_all(make_case: Callable[..., Case]) -> Callable[..., list[CaseResult]]:
    """Judges ten tickets under three operators; `replies` are those that differ from the right answer."""

    def judge(replies: dict[str, dict[int, Reply]]) -> list[CaseResult]:
        return [result for _, result in judged_tickets(make_case, replies)]

    return judge


@pytest.fixture(scope="session")
def make_run(make_case: Callable[..., Case]) -> Callable[..., RunResult]:
    """Makes the result of a run; keep: how many of its cases were selected."""

    def make(
        replies: dict[str, dict[int, Reply]] = REPLIES,
        keep: int | None = None,
        busy_s: float = 0.5,
        strict: bool = False,
    ) -> RunResult:
        cases, judged = zip(*judged_tickets(make_case, replies), strict=True)
        uses = tuple(
            SimpleNamespace(
                family=name.split(".")[0],
                operator=SimpleNamespace(name=name, version=2, reads_with=""),
                label=name,
                location=PLACE,
                params=Params(),
                share=None,
            )
            for name in replies
        )
        suite: Any = SimpleNamespace(
            name="triage",
            base="triage",
            prompt="",
            weights="",
            path=Path("/project/suites/triage.robust.yaml"),
            gates=GATES,
            perturb=uses,
            seed=7,
            repeats=1,
            digest="ab" * 32,
            answer=replace(SPEC, choices=()),
            sampling=Sampling(),
            language="en",
            protect=(),
            structured="",
            left_out=(),
            methods=(),
            examples=(),
            mode="chat",
            cases="strict" if strict else "report",
            messages=(
                SimpleNamespace(role="user", path=Path("/project/suites/triage.robust.yaml"), template=TEMPLATE),
            ),
        )
        counts = tuple(
            UseCounts(name, 10, 1 if name == "format" else 0, 2 if name == "typo.swap" else 0) for name in replies
        )
        plan = Plan(suite, cases, counts)
        info = ModelInfo(
            spec="http://me:secret@localhost:8000/v1#tickets",
            name="tickets",
            backend="http",
            fingerprint="fp-1",
            max_model_len=1024,
            max_batch=128,
            max_in_flight=4,
            scoring=("logprobs", "text"),
            details={"vllm": "0.32", "api_key": "sk-secret", "url": "http://me:secret@localhost:8000/v1?token=secret"},
        )
        stats = EngineStats(planned=len(judged), unique=25, from_store=15, sent=10, busy_s=busy_s)
        return RunResult.of([SuiteResult.of(plan, judged[:keep], Path("/project"))], info, stats)

    return make


@pytest.fixture(scope="session")
def failed_reply() -> Failure:
    """A request that got no answer."""
    return Failure("timeout", "after 60 s")
