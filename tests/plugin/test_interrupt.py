"""Ctrl-C while a server is slow: the run ends at once, tells what was answered, and the next one resumes."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.models.http.fault_server import Fault, serve
from tests.plugin.conftest import ONLY_THESE
from tests.plugin.films import GATES, PROMPTS, asks, server_with

pytestmark = pytest.mark.timeout(180)

FEW_S = 5.0
"""In which an interrupted run has ended, on a machine on which it starts within half of that."""
LIST = 16
SETTLED_S = 1.0
"""After which pytest has shown the last outcome and waits for the server: an interrupt of pytest's own code is its own."""


class AfterTheFirstCase:
    """A fault's condition: true for calls with prompts of the suite after the one with its first prompt."""

    def __init__(self):
        self._answered = False
        self.reached = False

    def __call__(self, body):
        if not asks(body):
            return False
        self.reached = self._answered
        self._answered = self._answered or "movie number 0 is fine." in json.dumps(body)
        return self.reached


@pytest.fixture
def patient(films, monkeypatch):
    """The project, with pytest in a process of its own that waits for slow servers."""
    monkeypatch.delenv("LLMROBUST_TIMEOUT_S")
    running = []

    def start(url, *arguments):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "suites", "--llm", url]
        command += ["--robust-json", "run.json", *arguments]
        environment = {**os.environ, **ONLY_THESE, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, cwd=films.path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running.append(process)
        return process

    films.start = start
    yield films
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def interrupt(process, ready):
    """What the process prints until it has ended, after Ctrl-C once `ready` is true.

    A busy machine takes as much longer for the end as for the start, and the server hangs for longer than either.
    """
    printed, starting = "", time.monotonic()
    while not ready(printed):
        if select.select([process.stdout], [], [], 0.05)[0]:
            piece = os.read(process.stdout.fileno(), 4096).decode()
            assert piece, printed
            printed += piece
    time.sleep(SETTLED_S)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    printed += process.communicate(timeout=60)[0]
    assert time.monotonic() - started < max(FEW_S, 2 * (started - starting))
    assert process.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert "KeyboardInterrupt !!!" in printed
    assert "Traceback" not in printed
    assert "INTERNALERROR" not in printed
    return printed


def test_ctrl_c_tells_what_was_answered_and_the_next_run_resumes(patient):
    later = AfterTheFirstCase()
    with serve(server_with(Fault(kind="hang", when=later))) as server:
        process = patient.start(server.url, "--robust-max-prompts", str(LIST))
        printed = interrupt(process, lambda printed: later.reached and "reviews.robust.yaml ." in printed)
        report = json.loads((patient.path / "run.json").read_text())
        kept = report["requests"]["sent"]
        assert 0 < kept < PROMPTS
        assert f"{kept} sent" in printed
        assert "= robustness =" in printed
        assert " passed in " in printed.splitlines()[-1], printed

        server.faults = []
        resumed = patient.run("suites", "--llm", server.url, "--robust-json", "run.json")
        assert resumed.parseoutcomes() == {"passed": PROMPTS + GATES}
        requests = json.loads((patient.path / "run.json").read_text())["requests"]
        assert (requests["from_store"], requests["sent"]) == (kept, PROMPTS - kept)


def test_ctrl_c_while_the_server_is_not_even_known_yet(patient):
    with serve(server_with(Fault(kind="hang", path="/v1/models"))) as server:
        process = patient.start(server.url)
        printed = interrupt(process, lambda printed: server.calls and "reviews.robust.yaml" in printed)
    assert "no tests ran in" in printed.splitlines()[-1]
