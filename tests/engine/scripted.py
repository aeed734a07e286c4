"""A model whose behaviour tests write down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Reply, Request, Response


class ScriptedModel:
    """Answers with the prompt's text, or with what `answer_one` says; records the lists that it was given."""

    spec = "scripted"

    def __init__(
        self,
        answer_one: Callable[[Request], Reply] | None = None,
        *,
        max_batch: int = 4,
        max_in_flight: int = 2,
        fingerprint: str = "f1",
        open_error: Exception | None = None,
    ):
        self._answer_one = answer_one or (lambda request: Response(request.messages[-1][1], "stop"))
        self._info = ModelInfo("scripted", "scripted", "test", fingerprint, 1024, max_batch, max_in_flight)
        self._open_error = open_error
        self.hold = False
        self.lists: list[list[Request]] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.closed = 0

    async def open(self) -> ModelInfo:
        if self._open_error:
            raise self._open_error
        return self._info

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        self.lists.append(list(batch))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            while self.hold:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0)
            return [self._answer_one(request) for request in batch]
        finally:
            self.in_flight -= 1

    async def close(self) -> None:
        self.closed += 1


def ask(text: str, **changes: object) -> Request:
    """A request with that user message."""
    return Request(messages=(("user", text),), **changes)  # type: ignore[arg-type]
