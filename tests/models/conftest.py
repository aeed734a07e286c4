"""A toy model folder, and servers that fail on command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmrobust.models.http.client import HttpSettings
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.request import Reply, Request
from tests.models.http.fault_server import FaultServer, serve
from tests.models.toy import make_toy

QUICK = HttpSettings(timeout_s=5.0, connect_pause_s=0.01, overload_pause_s=0.01, overload_tries=3)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small model of random weights."""
    return make_toy(tmp_path_factory.mktemp("models") / "toy")


@pytest.fixture
def server() -> Iterator[Callable[..., FaultServer]]:
    """Starts a FaultServer with the given fields."""
    with ExitStack() as stack:
        yield lambda **fields: stack.enter_context(serve(FaultServer(**fields)))


@pytest.fixture
def asked() -> Callable[..., tuple[ModelInfo, list[Reply]]]:
    """Opens a model (or the one behind an address), asks the requests as one batch, and closes it."""

    def ask(model: Model | str, requests: Sequence[Request], **settings: Any) -> tuple[ModelInfo, list[Reply]]:
        one = at(model, **settings) if isinstance(model, str) else model

        async def go() -> tuple[ModelInfo, list[Reply]]:
            try:
                return await one.open(), await one.answer(requests)
            finally:
                await one.close()

        return asyncio.run(go())

    return ask


def at(url: str, **settings: Any) -> OpenAiModel:
    """The model at an address, with a client that does not wait long."""
    return OpenAiModel(url, replace(QUICK, **settings))
