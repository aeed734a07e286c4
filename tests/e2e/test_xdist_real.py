"""The bundled model under xdist: loaded once, the same results, and nothing left behind."""

from __future__ import annotations

import json

import pytest

from tests.e2e.processes import gone

pytestmark = pytest.mark.e2e


LOADED = """\
import json, os, pytest, sys

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "controller")
    loaded = "llmrobust.models.local.tiny.network" in sys.modules
    with open(f"loaded-{worker}.json", "w") as file:
        json.dump(loaded, file)
"""


def cases(path):
    """The cases of a report, and what was asked."""
    report = json.loads(path.read_text())
    return report["suites"], report["metrics"], report["requests"]


def test_workers_share_one_model_and_get_the_results_of_a_run_without_them(start_pytest, tmp_path):
    (tmp_path / "conftest.py").write_text(LOADED)
    alone = start_pytest("--llm", "tiny", "--robust-fresh", "--robust-json", "alone.json")
    assert alone.finish() == 0, alone.printed
    assert json.loads((tmp_path / "loaded-controller.json").read_text()) is True
    shared = start_pytest("--llm", "tiny", "--robust-fresh", "--robust-json", "shared.json", "-n", "2")
    assert shared.finish() == 0, shared.printed
    one, two = cases(tmp_path / "alone.json"), cases(tmp_path / "shared.json")
    assert two[:2] == one[:2]
    assert two[2]["sent"] == one[2]["sent"] > 0
    found = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("loaded-*.json")}
    assert found == {"loaded-controller": True, "loaded-gw0": False, "loaded-gw1": False}


SLOW = """\
import time

def pytest_runtest_teardown(item):
    time.sleep(0.2)
"""


def test_ctrl_c_leaves_no_process_and_no_socket(start_pytest, tmp_path):
    (tmp_path / "conftest.py").write_text(SLOW)
    run = start_pytest("--llm", "tiny", "--robust-fresh", "-v", "-n", "2")
    run.wait_until(lambda: run.printed.count("PASSED") >= 2)
    started = set(run.children())
    assert len(started) >= 2
    assert run.interrupt() < 15
    assert run.finish() == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt !!!" in run.printed
    assert "INTERNALERROR" not in run.printed
    assert gone(started, within_s=5)
    assert list((tmp_path / "logs").glob("llmrobust-*")) == []
