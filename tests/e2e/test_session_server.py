"""`--llm vllm:PATH`: the server comes with the run and goes with it, however the run ends."""

from __future__ import annotations

import json

import pytest

from llmrobust.models.local.tiny import WEIGHTS
from tests.e2e.conftest import FAST_EVERYWHERE
from tests.e2e.processes import gone

pytestmark = pytest.mark.e2e

SPEC = f"vllm:{WEIGHTS}?max-model-len=512&dtype={FAST_EVERYWHERE}"
CASES = 4 + 4 + 4 * 8


@pytest.fixture(autouse=True)
def _alone(room_for_vllm):
    """No other server runs."""


def serving(children):
    """True once a vLLM server is among the processes."""
    return any("vllm.entrypoints" in command and "watchdog" not in command for command in children.values())


def test_server_is_gone_after_the_run(start_pytest, tmp_path):
    run = start_pytest("--llm", SPEC, "--robust-json", "run.json")
    run.wait_until(lambda: serving(run.children()))
    started = set(run.children())
    assert run.finish() == 0
    assert gone(started, within_s=1)
    report = json.loads((tmp_path / "run.json").read_text())
    assert report["manifest"]["model"]["backend"] == "vllm"
    assert report["suites"][0]["answered"] == CASES
    assert f"starting a vLLM server for {SPEC}" in run.printed
    assert "WARNING" not in run.printed
    assert "Traceback" not in run.printed
    assert list((tmp_path / "logs").glob("llmrobust-*")) == []


def test_ctrl_c_while_the_server_starts_leaves_nothing(start_pytest, tmp_path):
    run = start_pytest("--llm", SPEC)
    log = tmp_path / "logs"
    run.wait_until(lambda: any(path.stat().st_size for path in log.glob("llmrobust-server-*.log")))
    started = set(run.children())
    assert run.interrupt() < 15
    assert run.finish() == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt !!!" in run.printed
    assert "Traceback" not in run.printed
    assert gone(started, within_s=5)
    assert list(log.glob("llmrobust-*")) == []


SLOW = """\
import time

def pytest_runtest_teardown(item):
    time.sleep(0.2)
"""


def test_ctrl_c_while_the_server_answers_leaves_nothing(start_pytest, tmp_path):
    (tmp_path / "conftest.py").write_text(SLOW)
    run = start_pytest("--llm", SPEC)
    run.wait_until(lambda: "reviews.robust.yaml ." in run.printed)
    started = set(run.children())
    assert run.interrupt() < 15
    assert run.finish() == pytest.ExitCode.INTERRUPTED
    assert f"model {SPEC}" in run.printed
    assert "Traceback" not in run.printed
    assert gone(started, within_s=1)
    assert list((tmp_path / "logs").glob("llmrobust-*")) == []


def test_server_does_not_outlive_a_killed_pytest(start_pytest):
    run = start_pytest("--llm", SPEC)
    run.wait_until(lambda: serving(run.children()))
    started = set(run.children())
    run.kill()
    assert gone(started, within_s=30)


def test_path_that_is_no_model_shows_the_end_of_the_log_once(start_pytest, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "config.json").write_text("{}")
    run = start_pytest("--llm", f"vllm:{tmp_path / 'empty'}")
    assert run.finish() == pytest.ExitCode.TESTS_FAILED
    errors, _, _ = run.printed.partition("short test summary info")  # where CI is set, pytest repeats messages in full
    assert errors.count("the server ended while starting; the end of its log") == 1, run.printed
    assert "model_type" in run.printed
    assert " passed" not in run.printed
    assert f"{CASES} skipped, 1 error in" in run.printed
