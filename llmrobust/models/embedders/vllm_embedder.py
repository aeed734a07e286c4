"""Vectors of a vLLM server that is started for this process and stopped at its end."""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from llmrobust.errors import ModelError
from llmrobust.models.embedders.embedding_server import open_server
from llmrobust.models.embedders.text_embedder import TextEmbedder
from llmrobust.models.local.vllm_environment import runs_on_cpu, server_environment
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.server.process import ServerProcess, free_port
from llmrobust.models.server.vllm_server import OURS, STARTUP_TIMEOUT_S, server_arguments

TO_CONTEXT = {"truncate_prompt_tokens": -1}
"""Texts longer than the model's context are cut, as transformers cuts them, and not refused."""


def open_vllm(spec: str) -> TextEmbedder:
    """A vLLM server for embeddings, once it answers. Raises ModelError with the end of its log."""
    parsed = LocalSpec.parse(spec)
    parsed.refuse_adapter()
    for name in OURS:
        if name in parsed.options:
            raise ModelError(f'"{spec}": the option {name} is set by llmrobust; leave it out')
    options = MappingProxyType({"runner": "pooling", **parsed.options})
    arguments = server_arguments(replace(parsed, options=options), cpu=runs_on_cpu())
    port, key = free_port(), secrets.token_urlsafe(24)
    command = [sys.executable, "-P", "-m", "vllm.entrypoints.openai.api_server", "--model", parsed.path]
    command += ["--host", "127.0.0.1", "--port", str(port), "--served-model-name", "embedder", *arguments]
    process = ServerProcess(command, {**server_environment(os.environ), "VLLM_API_KEY": key})

    def stop() -> None:
        process.stop(False)

    try:
        _in_thread(process.healthy(f"http://127.0.0.1:{port}/health", STARTUP_TIMEOUT_S))
        served = open_server(f"http://127.0.0.1:{port}/v1#embedder", key, TO_CONTEXT)
    except BaseException:
        stop()
        raise
    atexit.register(stop)
    folder = Path(parsed.path)
    weights = folder_fingerprint(folder) if folder.is_dir() else [parsed.path, served.identity]
    identity = hashlib.sha256(json.dumps([weights, arguments]).encode()).hexdigest()
    return TextEmbedder(served.encode, identity, stop)


def _in_thread(work: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine where there may be an event loop already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
