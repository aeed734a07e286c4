"""Prompts under way while a server fails: what became of each, and how often it was asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from llmrobust.engine import Engine, Limits, Store
from llmrobust.errors import ModelError
from llmrobust.models.http.client import HttpSettings
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.http.replicas import Replicas
from llmrobust.request import Failure, Response
from tests.models.http.fault_server import Body, Fault, FaultServer, serve
from tests.models.requests import brief, completion

PROMPTS = 120
ASKED = [f"good {n}" if n % 2 else f"{n}" for n in range(PROMPTS)]
LIST = 10
IN_FLIGHT = 40
DEADLINE_S = 30.0
WELL_AT_FIRST = 2
"""Lists that a server answers before it fails."""
SETTINGS = HttpSettings(
    timeout_s=2.0,
    connect_tries=2,
    connect_pause_s=0.01,
    overload_tries=3,
    overload_pause_s=0.01,
    retry_after_limit_s=0.05,
)
ONCE, ALWAYS = 1, 10**9
STATUSES = (400, 401, 404, 408, 429, 500, 503, 529)
KINDS = ("hang", "reset", "truncate", "cut", "few", "redirect")
FAULTS: Mapping[str, tuple[int, dict[str, Any]]] = {
    **{f"HTTP {status}, {said}": (times, {"status": status}) for status in STATUSES for said, times in
       (("once", ONCE), ("from then on", ALWAYS))},
    **{f"{kind}, {said}": (times, {"kind": kind}) for kind in KINDS for said, times in
       (("once", ONCE), ("from then on", ALWAYS))},
    "429 with Retry-After, three times": (3, {"status": 429, "headers": {"Retry-After": "0.02"}}),
    "the server dies": (ONCE, {"kind": "die"}),
}  # fmt: skip
"""How often each happens, and what."""


@dataclass
class Outcome:
    """What became of the prompts.

    right, wrong: replies as the server's model gives them, and others. failed: failures by kind. unanswered: prompts that
    have neither, as the server was given up. again: prompts asked anew after a server had answered them. hung: whether
    the deadline passed. seconds: until everything was decided.
    """

    right: int = 0
    wrong: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    gone: str = ""
    again: int = 0
    hung: bool = False
    seconds: float = 0.0

    @property
    def lost(self) -> int:
        """Prompts of which the run knows nothing, not even that they have no answer."""
        known = self.right + self.wrong + sum(self.failed.values())
        return PROMPTS - known - (self.unanswered if self.gone else 0)


def under_load(name: str, servers: int) -> Outcome:
    """The prompts, asked of one server or of replicas of which the first one fails."""
    times, what = FAULTS[name]
    served: Counter[str] = Counter()
    lock = threading.Lock()
    with ExitStack() as stack:
        started = []
        for number in range(servers):
            fails = times if number == 0 else 0
            fault = Fault(**what, path="/v1/completions", times=fails, when=_after(served, lock, fails > 0))
            watcher = Fault(path="/v1/completions", when=_after(served, lock, False))
            started.append(stack.enter_context(serve(FaultServer(faults=[fault] if fails else [watcher]))))
        models = [OpenAiModel(one.url, SETTINGS) for one in started]
        model = models[0] if servers == 1 else Replicas(models)
        engine = Engine(model, lambda: Store(None), Limits(max_prompts=IN_FLIGHT, max_list=LIST))
        try:
            return _outcome(engine, served)
        finally:
            engine.close()


def _after(served: Counter[str], lock: threading.Lock, fails: bool) -> Callable[[Body], bool]:
    """When a server fails: from its third list on. Counts what it answers until then, and afterwards."""
    calls = 0

    def when(body: Body) -> bool:
        nonlocal calls
        if not set(_prompts(body)) & set(ASKED):
            return False  # a question about what the server can do
        calls += 1
        if fails and calls > WELL_AT_FIRST:
            return True
        with lock:
            served.update(_prompts(body))
        return False

    return when


def _prompts(body: Body) -> list[str]:
    asked = body["prompt"]
    listed = asked if isinstance(asked, list) and not (asked and isinstance(asked[0], int)) else [asked]
    return [one if isinstance(one, str) else "".join(map(chr, one)) for one in listed]


def _outcome(engine: Engine, served: Counter[str]) -> Outcome:
    found = Outcome()
    requests = completion(*ASKED, sampling=brief())
    started = time.monotonic()
    engine.submit(requests)

    def wait() -> None:
        try:
            engine.replies(requests)
        except ModelError as error:
            found.gone = type(error).__name__

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(DEADLINE_S)
    found.hung = waiting.is_alive()
    found.seconds = time.monotonic() - started
    for request, reply in zip(requests, engine.ready(requests), strict=True):
        if isinstance(reply, Response):
            said = "+" if "good" in request.messages[0][1] else "-"
            found.right += reply.text == said
            found.wrong += reply.text != said
        elif isinstance(reply, Failure):
            found.failed[reply.kind] += 1
        else:
            found.unanswered += 1
    found.again = sum(served[request.messages[0][1]] > 1 for request in requests)
    return found
