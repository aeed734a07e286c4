"""`--llm servers:FILE` with real vLLM servers: what the file says while a run goes on counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.models.local.tiny import WEIGHTS
from tests.e2e.conftest import SUITE, SharedServer
from tests.e2e.processes import PytestRun

pytestmark = pytest.mark.e2e

FILMS = 50
CASES = FILMS * 6
WAITING = """\
import time

def pytest_runtest_teardown(item):
    time.sleep(0.02)
"""


@pytest.fixture
def films(tmp_path: Path, start_pytest: Callable[..., PytestRun]) -> Path:
    """The folder of a run that goes on for a while."""
    rows = "".join(f'  - {{text: "Film number {i} was wonderful.", answer: positive}}\n' for i in range(FILMS))
    before, _, after = SUITE.partition("examples:\n")
    after = after[after.index("answer: {field") :].replace("samples: 8", "samples: 4")
    (tmp_path / "reviews.robust.yaml").write_text(f"{before}examples:\n{rows}{after}")
    (tmp_path / "conftest.py").write_text(WAITING)
    return tmp_path


def test_servers_join_and_leave_while_a_run_goes_on(
    vllm_server: SharedServer, films: Path, start_pytest: Callable[..., PytestRun]
) -> None:
    first = vllm_server(WEIGHTS)
    second = first.replace("127.0.0.1", "localhost")  # one process under two names: small machines have room for one
    listed = films / "servers.txt"
    listed.write_text(f"{first}\n")
    run = start_pytest("--llm", "servers:servers.txt", "--robust-max-prompts", "2", "--robust-json", "run.json")
    run.wait_until(lambda: run.printed.count(".") > 20)
    listed.write_text(f"{first}\n{second}\n")
    so_far = run.printed.count(".")
    run.wait_until(lambda: run.printed.count(".") > so_far + 80)
    listed.write_text(f"{second}\n")
    assert run.finish() == 0, run.printed
    report = json.loads((films / "run.json").read_text())
    assert report["suites"][0]["answered"] == CASES
    assert report["manifest"]["model"]["details"]["servers"] == "2"
    assert report["requests"]["failed"] == 0
