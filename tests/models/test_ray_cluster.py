"""`ray:` specs as users write them, and lost workers without a cluster: a stand-in for Ray gives each its fate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

import llmrobust
from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.protocol import ModelInfo
from llmrobust.models.ray_cluster import RayModel, RaySpec, Worker
from llmrobust.models.specs import parse_spec
from llmrobust.request import Reply, Request, Response
from tests.models.requests import chat


class RayError(Exception):
    """As Ray raises it for a worker that is gone."""


Answer = Callable[[Sequence[Request]], list[Reply]]


class FakeWorker:
    """An actor: its methods have a `remote` that gives something to await."""

    def __init__(self, fingerprint: str, answer: Answer, version: str = llmrobust.__version__):
        info = ModelInfo("tiny", "tiny", "tiny", fingerprint, 512, 64, 1)

        async def open_() -> Any:
            return version, info, {"weights": fingerprint}

        async def answer_(batch: list[Request]) -> list[Reply]:
            await asyncio.sleep(0)
            return answer(batch)

        self.open = _Method(open_)
        self.answer = _Method(answer_)


class _Method:
    def __init__(self, function: Callable[..., Any]):
        self.remote = function


class FakeRay:
    """Hands out the workers that a test prepared, in order."""

    __version__ = "0"

    class exceptions:
        RayError = RayError

    def __init__(self, *workers: FakeWorker):
        self.left = list(workers)
        self.killed: list[FakeWorker] = []

    def is_initialized(self) -> bool:
        return True

    def remote(self, kind: type[Worker]) -> FakeRay:
        return self

    def options(self, **amounts: Any) -> Any:
        return _Method(lambda spec, parse: self.left.pop(0))

    def kill(self, worker: FakeWorker) -> None:
        self.killed.append(worker)


def echo(batch: Sequence[Request]) -> list[Reply]:
    return [Response(request.messages[0][1], "stop") for request in batch]


def dies(batch: Sequence[Request]) -> list[Reply]:
    raise RayError("The actor died unexpectedly before finishing this task.")


@pytest.fixture
def on_ray(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RayModel]:
    def make(*workers: FakeWorker, options: str = "workers=2") -> RayModel:
        fake = FakeRay(*workers)
        monkeypatch.setattr("llmrobust.models.ray_cluster.find_spec", lambda name: object())
        monkeypatch.setattr("llmrobust.models.ray_cluster.importlib.import_module", lambda name: fake)
        return RayModel(f"ray:tiny?{options}", parse_spec)

    return make


def answers(model: RayModel, *batches: list[Request]) -> list[list[str]]:
    async def run() -> list[list[str]]:
        await model.open()
        found = await asyncio.gather(*(model.answer(batch) for batch in batches))
        await model.close()
        return [[reply.text for reply in replies if isinstance(reply, Response)] for replies in found]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("spec", "inside"),
    [
        ("ray:models/qwen", "vllm-offline:models/qwen"),
        ("ray:org/name?workers=4&gpus=1&max-model-len=2048", "vllm-offline:org/name?max-model-len=2048"),
        ("ray:hf:models/qwen?dtype=float32&workers=2", "hf:models/qwen?dtype=float32"),
        ("ray:tiny?workers=2", "tiny"),
    ],
)
def test_what_ray_does_not_know_is_for_the_workers_model(spec: str, inside: str) -> None:
    assert RaySpec.parse(spec, parse_spec).inside == inside


def test_a_worker_takes_what_its_spec_says() -> None:
    found = RaySpec.parse("ray:models/qwen?workers=8&gpus=0.5&cpus=4&address=10.0.0.1:6379&restarts=0", parse_spec)
    assert (found.workers, found.gpus, found.cpus, found.address, found.restarts) == (8, 0.5, 4, "10.0.0.1:6379", 0)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("ray:", "does not name a model"),
        ("ray:tiny?workers=0", 'workers must be a whole number of at least 1, not "0"'),
        ("ray:tiny?workers=two", 'workers must be a whole number of at least 1, not "two"'),
        ("ray:tiny?workers=1.5", "workers must be a whole number"),
        ("ray:tiny?gpus=nan", "gpus must be a number of at least 0"),
        ("ray:http://host/v1", "not one that another process serves"),
        ("ray:vllm:models/qwen", "not one that another process serves"),
        ("ray:ray:tiny", "not one that another process serves"),
        ("ray:hff:models/qwen", 'unknown model "hff:models/qwen"; did you mean "hf"'),
        ("ray:hf:models/qwen?dtyp=float32", 'hf: has no option "dtyp"; did you mean "dtype"'),
        ("ray:tiny?worker=2", "tiny"),
    ],
)
def test_mistakes_are_told_before_anything_starts(spec: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        parse_spec(spec)


def test_without_ray_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmrobust.models.ray_cluster.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install 'llmrobust\[ray\]'"):
        asyncio.run(parse_spec("ray:tiny").open())


def test_lists_of_a_dead_worker_go_to_the_others_and_it_is_replaced(on_ray: Callable[..., RayModel]) -> None:
    seen: list[str] = []

    def third(batch: Sequence[Request]) -> list[Reply]:
        seen.extend(request.messages[0][1] for request in batch)
        return echo(batch)

    model = on_ray(FakeWorker("a", dies), FakeWorker("a", dies), FakeWorker("a", third))
    assert answers(model, chat("one"), chat("two"), chat("three")) == [["one"], ["two"], ["three"]]
    assert sorted(seen) == ["one", "three", "two"]


def test_the_last_workers_death_is_the_models(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(FakeWorker("a", dies), FakeWorker("a", dies), options="workers=2&restarts=0")
    with pytest.raises(ServerGone, match=r"no worker of ray:tiny.* is left: The actor died"):
        answers(model, chat("one"))


def test_prompts_that_kill_every_worker_end_the_run(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(*(FakeWorker("a", dies) for _ in range(4)), options="workers=1&restarts=3")
    with pytest.raises(ServerGone):
        answers(model, chat("one"))


def test_a_worker_that_comes_back_as_another_model_is_not_asked(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(FakeWorker("a", dies), FakeWorker("b", echo), options="workers=1")
    with pytest.raises(ServerGone, match="came back as another model: their weights is a and b"):
        answers(model, chat("one"))


def test_workers_with_different_models_are_refused(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(FakeWorker("a", echo), FakeWorker("b", echo))
    with pytest.raises(ModelError, match="not the same: their weights is a and b"):
        answers(model, chat("one"))


def test_nodes_with_another_version_are_refused(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(FakeWorker("a", echo, version="0.0.1"), options="workers=1")
    with pytest.raises(ModelError, match=r"a worker has llmrobust 0\.0\.1"):
        answers(model, chat("one"))


def test_limits_grow_with_the_workers(on_ray: Callable[..., RayModel]) -> None:
    model = on_ray(*(FakeWorker("a", echo) for _ in range(3)), options="workers=3")
    info = asyncio.run(model.open())
    assert (info.servers, info.max_in_flight) == (3, 6)
    assert replace(info, details={}).fingerprint == "a", "stored replies are those of one worker's model"
