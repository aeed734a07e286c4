"""Whole runs against servers that fail: no run hangs, none passes a case without an answer, and a rerun resumes."""

from __future__ import annotations

import json
import socket

import pytest

from tests.models.http.fault_server import Fault, serve
from tests.plugin.films import GATES, PROMPTS, asks, number, server_with

pytestmark = pytest.mark.timeout(120)

LIST = 16
SOON = {"Retry-After": "0.01"}


def run(films, url, *arguments):
    """A pytest run with small lists, and its report."""
    result = films.run("suites", "--llm", url, "--robust-json", "run.json", *arguments)
    text = result.stdout.str() + result.stderr.str()
    for word in ("Traceback", "INTERNALERROR", "llmrobust/plugin", "never retrieved"):
        assert word not in text
    path = films.path / "run.json"
    report = json.loads(path.read_text()) if path.exists() else None
    path.unlink(missing_ok=True)
    return result, report


def answered(report):
    """Cases of the report that have an answer; none without one may count as passed."""
    (suite,) = report["suites"]
    assert not [case for case in suite["cases"] if case["status"] == "passed" and case["answer"] is None]
    return sum(case["answer"] is not None for case in suite["cases"])


def statuses(report):
    """(passed, without an answer) of the report's cases."""
    (suite,) = report["suites"]
    return tuple(suite["statuses"].get(word, 0) for word in ("passed", "no-answer"))


def outcomes(result):
    """Counts of the run's last line."""
    return {"errors": 0, "passed": 0, "failed": 0, "skipped": 0} | result.parseoutcomes()


def assert_resumes(films, server, url, kept):
    """A run against the mended server sends only what has no answer yet, and passes."""
    server.faults, before = [], len(server.calls)
    result, report = run(films, url)
    assert result.ret == 0
    assert outcomes(result)["passed"] == PROMPTS + GATES
    assert report["requests"]["from_store"] == kept
    sent = [body for path, body, _ in server.calls[before:] if path.startswith("/v1/") and asks(body)]
    assert sum(map(number, sent)) == PROMPTS - kept


SOME = [
    pytest.param(Fault(status=400, message="cannot say that"), "cannot say that (HTTP 400)", id="400"),
    pytest.param(Fault(status=429, headers=SOON), "was overloaded 7 times in a row (HTTP 429)", id="429"),
    pytest.param(Fault(status=500, message="worker fell over"), "worker fell over (HTTP 500", id="500"),
    pytest.param(Fault(status=503, headers=SOON), "was overloaded 7 times in a row (HTTP 503)", id="503"),
    pytest.param(Fault(kind="hang"), "within 1 s", id="hang"),
    pytest.param(Fault(kind="reset"), "broke the connection before it answered, twice", id="reset"),
    pytest.param(Fault(kind="truncate"), "broke the connection within its answer, twice", id="cut body"),
    pytest.param(Fault(kind="cut"), "something that is not JSON", id="cut JSON"),
    pytest.param(Fault(kind="few"), "choices for 16 prompts", id="few choices"),
]


@pytest.mark.parametrize(("fault", "words"), SOME)
def test_prompts_that_get_no_answer_are_errors_and_are_asked_again_by_the_next_run(films, fault, words):
    fault.when = lambda body: asks(body) and "number 7" in json.dumps(body)
    with serve(server_with(fault)) as server:
        result, report = run(films, server.url, "--robust-max-prompts", str(LIST))
        counts = outcomes(result)
        kept = answered(report)
        assert result.ret == 1
        assert 0 < kept < PROMPTS
        assert (counts["passed"], counts["errors"], counts["failed"]) == (*statuses(report), GATES)
        assert sum(statuses(report)) == PROMPTS
        assert report["requests"]["failed"] == PROMPTS - kept
        assert words in result.stdout.str()
        assert_resumes(films, server, server.url, kept)


GONE = [fault for fault in SOME if fault.id in ("429", "500", "hang", "reset", "few choices")]


@pytest.mark.parametrize(("fault", "words"), GONE)
def test_server_that_answers_nothing_is_one_error(films, fault, words):
    fault.when = asks
    with serve(server_with(fault)) as server:
        result, report = run(films, server.url, "--robust-max-prompts", str(LIST))
        counts = outcomes(result)
        assert result.ret == 1
        assert (counts["passed"], counts["errors"], counts["failed"]) == (0, 1, 0)
        assert counts["skipped"] == PROMPTS + GATES - 1
        assert answered(report) == 0
        assert words in result.stdout.str()
        assert_resumes(films, server, server.url, 0)


def test_server_that_refuses_every_prompt_says_so_for_each(films):
    with serve(server_with(Fault(status=400, message="not today", when=asks))) as server:
        result, report = run(films, server.url)
        counts = outcomes(result)
        assert (result.ret, counts["passed"], counts["errors"], counts["failed"]) == (1, 0, PROMPTS, GATES)
        assert answered(report) == 0
        assert_resumes(films, server, server.url, 0)


def test_address_where_nobody_listens_is_one_error(films):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        result, _ = run(films, f"http://127.0.0.1:{port}/v1")
    counts = outcomes(result)
    assert (result.ret, counts["passed"], counts["errors"], counts["skipped"]) == (1, 0, 1, PROMPTS + GATES - 1)
    result.stdout.fnmatch_lines([f"*no server answers at http://127.0.0.1:{port}*"])


def test_server_that_dies_midway_is_one_error_and_the_next_run_sends_the_rest(films):
    died = Fault(kind="die", when=lambda body: asks(body) and "number 7" in json.dumps(body))
    with serve(server_with(died)) as server:
        port = int(server.url.rpartition(":")[2].removesuffix("/v1"))
        result, report = run(films, server.url, "--robust-max-prompts", str(LIST))
    counts = outcomes(result)
    kept = report["requests"]["sent"] - report["requests"]["failed"]
    assert result.ret == 1
    assert 0 < counts["passed"] == answered(report) <= kept < PROMPTS
    assert (counts["errors"], counts["failed"]) == (1, 0)
    result.stdout.fnmatch_lines([f"*no server answers at http://127.0.0.1:{port}*"])
    with serve(server_with(), port) as mended:
        assert_resumes(films, mended, mended.url, kept)


def test_a_server_that_is_listed_in_the_place_of_a_dead_one_answers_its_prompts(films, monkeypatch):
    monkeypatch.setenv("LLMROBUST_TIMEOUT_S", "60")
    file = films.path / "servers.txt"

    def dies(body):
        if asks(body):
            file.write_text(second.url)
        return asks(body)

    with serve(server_with()) as second, serve(server_with(Fault(kind="die", when=dies))) as first:
        file.write_text(first.url)
        result, report = run(films, f"servers:{file}")
    assert result.ret == 0
    assert answered(report) == PROMPTS
    model = report["manifest"]["model"]
    assert (model["spec"], model["details"]["servers"]) == (f"servers:{file}", "2")
    result.stdout.fnmatch_lines(["servers that took part: 2"])
