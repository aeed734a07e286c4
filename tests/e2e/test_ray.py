"""`--llm ray:...` on a real Ray cluster of two nodes on this machine: nothing is lost or asked twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.ray_cluster import RayModel
from llmrobust.models.specs import parse_spec
from llmrobust.request import Request, Response, Sampling
from tests.models.requests import chat

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
pytest.importorskip("ray", reason="Ray is not installed: pip install 'llmrobust[ray]'")
QUESTIONS = [f"Is {n} more than {n + 1}?" for n in range(40)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of two nodes of one CPU each."""
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_raylet_start_wait_time_s="180", RAY_AUTH_MODE="disabled")
    from ray.cluster_utils import Cluster

    library: Any = Cluster
    made = library(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    made.add_node(num_cpus=1)
    made.wait_for_nodes(timeout=180)
    yield str(made.address)
    made.shutdown()


def on_ray(cluster: str, options: str = "workers=2") -> RayModel:
    model = parse_spec(f"ray:tiny?address={cluster}&{options}")
    assert isinstance(model, RayModel)
    return model


def asked(*texts: str) -> list[Request]:
    return chat(*texts, sampling=Sampling(max_tokens=8))


def texts(replies: list[Any]) -> list[str]:
    assert all(isinstance(reply, Response) for reply in replies)
    return [reply.text for reply in replies]


def test_two_nodes_answer_as_one_process_does(cluster: str) -> None:
    async def run() -> tuple[list[Any], list[Any], tuple[str, str], int]:
        alone, model = parse_spec("tiny"), on_ray(cluster)
        one, info = await alone.open(), await model.open()
        expected = await alone.answer(asked(*QUESTIONS))
        lists = [asked(*QUESTIONS[start : start + 8]) for start in range(0, 40, 8)]
        found = [reply for some in await asyncio.gather(*map(model.answer, lists)) for reply in some]
        nodes = {(await worker.where.remote())[0] for worker in model.workers}
        await model.close()
        await alone.close()
        return expected, found, (one.fingerprint, info.fingerprint), len(nodes)

    expected, found, fingerprints, nodes = asyncio.run(run())
    assert texts(found) == texts(expected)
    assert fingerprints[0] == fingerprints[1], "one reply store for both"
    assert nodes == 2


def test_a_killed_worker_costs_no_answer(cluster: str) -> None:
    async def run() -> tuple[list[Any], int]:
        model = on_ray(cluster)
        await model.open()
        victim = model.workers[0]
        lists = [asked(*QUESTIONS[start : start + 5]) for start in range(0, 40, 5)]
        running = [asyncio.create_task(model.answer(some)) for some in lists]
        await asyncio.sleep(0.05)
        os.kill((await victim.where.remote())[1], signal.SIGKILL)
        found = [reply for some in await asyncio.gather(*running) for reply in some]
        for _ in range(1200):
            if len(model.workers) == 2:
                break
            await asyncio.sleep(0.1)
        left = len(model.workers)
        assert victim not in model.workers
        await model.close()
        return found, left

    found, left = asyncio.run(run())
    assert len(texts(found)) == 40
    assert left == 2, "the dead worker was started again"


def test_with_all_workers_killed_and_no_restarts_the_model_is_gone(cluster: str) -> None:
    async def run() -> None:
        model = on_ray(cluster, "workers=1&restarts=0")
        await model.open()
        os.kill((await model.workers[0].where.remote())[1], signal.SIGKILL)
        try:
            await model.answer(asked("Is it?"))
        finally:
            await model.close()

    with pytest.raises(ServerGone, match="no worker of ray:tiny"):
        asyncio.run(run())


def test_more_than_the_cluster_has_is_said(cluster: str) -> None:
    async def run() -> None:
        await on_ray(cluster, "workers=1&gpus=8&start-timeout=3").open()

    with pytest.raises(ModelError, match=r"needs 1 CPUs and 8 GPUs; the cluster has .* of 2 CPUs and 0 GPUs"):
        asyncio.run(run())


def test_no_cluster_at_the_address_is_said() -> None:
    with pytest.raises(ModelError, match=r"cannot join the Ray cluster at 127\.0\.0\.1:1"):
        asyncio.run(parse_spec("ray:tiny?address=127.0.0.1:1").open())


SUITE = """\
suite: killed
prompt: {user: "{{ text }}"}
examples: {file: killed.jsonl}
answer: {field: answer, check: contains}
sampling: {max_tokens: 8}
perturb: [typo.keyboard: {samples: 3, target: input}]
gate: [accuracy: {min: 0.0}]
"""


def test_a_killed_run_goes_on_where_it_stopped(cluster: str, tmp_path: Path) -> None:
    """Every answer that the first run stored is used; what is sent in both together is what was asked and in flight."""
    (tmp_path / "killed.robust.yaml").write_text(SUITE)
    words = "The quick brown fox jumps over the lazy dog"
    rows = (json.dumps({"text": f"{words} number {n}", "answer": "fox"}) for n in range(400))
    (tmp_path / "killed.jsonl").write_text("\n".join(rows))
    store = tmp_path / "store.sqlite"
    command = [sys.executable, "-m", "pytest", "killed.robust.yaml", "-q", "-p", "no:cacheprovider"]
    command += ["--llm", f"ray:tiny?address={cluster}&workers=2", "--robust-store", str(store)]
    command += ["--robust-json", str(tmp_path / "run.json")]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 180
    while stored(store) == 0 and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    first.kill()
    first.wait()
    kept = stored(store)
    assert kept > 0, "the run was killed before anything was stored"
    subprocess.run(command, cwd=tmp_path, stdout=subprocess.DEVNULL, check=False, timeout=300)
    counts = json.loads((tmp_path / "run.json").read_text())["requests"]
    assert counts["from_store"] == kept
    assert counts["sent"] == counts["unique"] - kept


def stored(store: Path) -> int:
    """Replies in the store so far."""
    if not store.exists():
        return 0
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as base, suppress(sqlite3.Error):
        return int(base.execute("select count(*) from responses").fetchone()[0])
    return 0
