"""No shipped suite passes on a model that answers constantly, at random, or by echo.

Each is a server of its own, asked over HTTP for one suite; for all others its answers are judged without the way there.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import llmrobust as lr
from llmrobust.errors import DataAbsent
from llmrobust.loading import load_plan
from llmrobust.plan import Plan
from llmrobust.request import Request, Response
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.runner import SuiteRun

REPOSITORY = Path(__file__).parents[1]
SUITES = sorted((REPOSITORY / "suites").rglob("*.robust.yaml"))
Answers = Callable[[str], str]


def constant(answer: str) -> Answers:
    """Says the same to everything."""
    return lambda prompt: answer


def by_chance(answers: tuple[str, ...]) -> Answers:
    """Says something that only equal prompts have in common."""
    return lambda prompt: answers[int(hashlib.sha256(prompt.encode()).hexdigest(), 16) % len(answers)]


def echo(prompt: str) -> str:
    """Says what it was told."""
    return prompt


def degenerate(plan: Plan) -> dict[str, Answers]:
    """The degenerate models for a suite: one that says each of its answers, one by chance, an echo."""
    choices = plan.suite.answer.choices
    gold = sorted({example.expected for example in plan.suite.examples if example.expected is not None})
    known = choices or tuple(gold) or ("yes", "no")
    return {**{f"always {one}": constant(one) for one in known[:6]}, "by chance": by_chance(known), "echo": echo}


def said(answers: Answers, request: Request) -> Response:
    return Response(answers(request.messages[-1][1]), "stop")


def passes(suite_run: SuiteRun) -> bool:
    """Whether a suite lets the model pass."""
    if suite_run.plan.suite.cases == "strict" and not all(one.acceptable for one in suite_run.judged):
        return False
    decisions = list(suite_run.decisions.values())
    return all(one.tolerated for one in decisions) and bool(decisions or suite_run.plan.suite.cases == "strict")


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """A server of chat completions that answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({"data": [{"id": "degenerate"}]} if self.path == "/v1/models" else None)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat = self.path == "/v1/chat/completions"
            text = answers(body["messages"][-1]["content"]) if chat else ""
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            usage = {"prompt_tokens": 1, "completion_tokens": 1}
            self._send({"choices": [choice], "usage": usage} if chat else None)

        def _send(self, value: object) -> None:
            content = json.dumps(value or {"error": {"message": "not found"}}).encode()
            self.send_response(200 if value else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("path", SUITES, ids=[str(path.relative_to(REPOSITORY / "suites")) for path in SUITES])
def test_no_shipped_suite_passes_on_a_degenerate_model(path: Path, published_rows: Path) -> None:
    try:
        plan = load_plan(path, REPOSITORY)
    except DataAbsent as absent:
        pytest.skip(str(absent))
    for name, answers in degenerate(plan).items():
        replies = {request: said(answers, request) for request in plan.requests()}
        assert not passes(SuiteRun.of(plan, replies)), f"passes on a model that says {name}"


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (constant("positive"), '"positive" is the answer to 24 of 24 unperturbed prompts'),
        (by_chance(("positive", "negative")), "cannot be distinguished from chance"),
        (echo, "all answers could not be parsed"),
    ],
    ids=["constant", "random", "echo"],
)
def test_degenerate_server_fails_and_the_report_says_what_it_is(answers: Answers, told: str, tmp_path: Path) -> None:
    with serving(answers) as url:
        result = lr.run(REPOSITORY / "suites" / "quickstart.robust.yaml", llm=url)
    assert not result.passed
    assert any(told in warning for warning in suite_warnings(result.suites[0]))
