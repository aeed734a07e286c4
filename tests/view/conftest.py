"""A folder of stored runs, and a server that shows them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.request import Response
from llmrobust.results.run_result import RunResult
from llmrobust.view.library import Library
from llmrobust.view.pages import Pages
from llmrobust.view.server import ViewServer
from tests.report.html.conftest import browser

__all__ = ["browser"]
DAY_S = 86_400
NOON = 1_780_000_000


def of_model(run: RunResult, name: str) -> RunResult:
    """The run as if another model had answered it."""
    assert run.manifest.model is not None
    model = replace(run.manifest.model, name=name, fingerprint=name, spec=f"http://localhost:8001/v1#{name}")
    return replace(run, manifest=replace(run.manifest, model=model))


@pytest.fixture
def folder(tmp_path: Path, make_run: Callable[..., RunResult]) -> Path:
    """Three runs of two models, days apart, and files that are none."""
    flips = {1: {1: Response("praise", "stop")}, 2: {}, 3: {n: Response("bug", "stop") for n in range(8)}}
    runs = tmp_path / "runs"
    (runs / "nightly").mkdir(parents=True)
    for day, replies in flips.items():
        run = make_run({"typo.keyboard": replies, "typo.swap": {}, "format": {}})
        path = runs / "nightly" / f"day-{day}.json"
        (of_model(run, "qwen") if day == 2 else run).save(path)
        os.utime(path, (NOON + day * DAY_S,) * 2)
    (runs / "package.json").write_text('{"name": "no run"}')
    (runs / "broken.json").write_text('{"format": "llmrobust-run", "version": 1}')
    os.utime(runs / "broken.json", (NOON,) * 2)
    (tmp_path / "secret.json").write_text('{"format": "llmrobust-run", "secret": "do not show this"}')
    return runs


@pytest.fixture
def serve() -> Iterator[Callable[[Path], ViewServer]]:
    """Starts servers, all of which are stopped."""
    started: list[ViewServer] = []

    def start(*paths: Path) -> ViewServer:
        server = ViewServer(Pages(Library(paths), "runs"))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()
