"""pytest sessions that are started together on one store, and one of them killed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.sessions import (
    IN_FLIGHT,
    PROMPTS,
    CountingServer,
    answered,
    requests_of,
    start_session,
    write_suite,
)
from tests.models.http.fault_server import serve

NAMES = ("first", "second", "third")
DEADLINE_S = 300.0
"""A session takes a few seconds on an idle machine."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CountingServer]:
    write_suite(tmp_path)
    with serve(CountingServer()) as counting:
        yield counting


@pytest.fixture
def sessions(tmp_path: Path, server: CountingServer) -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [start_session(tmp_path, server.url, name) for name in NAMES]
    yield started
    for session in started:
        session.kill()
        session.wait()


def exit_codes(sessions: list[subprocess.Popen[bytes]]) -> list[int]:
    end = time.monotonic() + DEADLINE_S
    return [session.wait(end - time.monotonic()) for session in sessions]


def test_three_sessions_at_once_ask_each_prompt_once(tmp_path, server, sessions):
    assert exit_codes(sessions) == [0, 0, 0]
    runs = [requests_of(tmp_path, name) for name in NAMES]
    assert [answered(run) for run in runs] == [PROMPTS] * 3
    assert sum(run["sent"] for run in runs) == PROMPTS
    assert (len(server.served), server.again) == (PROMPTS, 0)


def test_a_killed_session_costs_the_others_what_it_had_in_flight(tmp_path, server, sessions):
    end = time.monotonic() + DEADLINE_S
    while sum(server.served.values()) < PROMPTS // 4:
        assert time.monotonic() < end, "nothing is asked"
        time.sleep(0.005)
    sessions[0].kill()
    assert exit_codes(sessions[1:]) == [0, 0]
    assert [answered(requests_of(tmp_path, name)) for name in NAMES[1:]] == [PROMPTS] * 2
    assert len(server.served) == PROMPTS
    assert server.again <= IN_FLIGHT
