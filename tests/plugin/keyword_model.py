"""A backend for tests of the plugin: answers by key words, so that edits of those words flip it.

Installed into a test's project as a distribution with an entry point, the way a third party would do it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.context_length import too_long
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, Reply, Request, Response

GOOD = ("good", "lovely", "superb")


class KeywordModel:
    """`keyword:`; positive when a good word is in the prompt. `keyword:OPTION` misbehaves as the option says.

    Every prompt that is sent is noted in a file, so that tests can count across processes.
    """

    def __init__(self, spec: str):
        self.spec = spec
        self._option = spec.partition(":")[2]

    async def open(self) -> ModelInfo:
        if self._option == "absent" or "KEYWORD_ABSENT" in os.environ:
            raise ModelError("there is no model at keyword:absent")
        return ModelInfo(
            spec=self.spec,
            name="keyword",
            backend="test",
            fingerprint=os.environ.get("KEYWORD_FINGERPRINT", "keyword-1"),
            max_model_len=1024,
            max_batch=16,
            max_in_flight=2,
            scoring=("text",),
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        with Path(os.environ["KEYWORD_LOG"]).open("a", encoding="utf-8") as log:
            log.writelines(f"{request.content_hash()}\n" for request in batch)
        return [self._one(request) for request in batch]

    def _one(self, request: Request) -> Reply:
        text = request.messages[-1][1]
        if self._option == "gone" and "movie 3" in text:
            raise ServerGone("the server at keyword:gone went away")
        if self._option == "fails" and "movie 3" in text:
            return Failure("timeout", "no answer in 5 s")
        if self._option == "short" and "movie 3" in text:
            return too_long(2000, request.sampling.max_tokens, 1024)
        if self._option == "mumbles" and "movie 3" in text:
            return Response("well, it depends", "stop")
        if self._option == "cuts" and "movie 3" in text:
            return Response("I would say that this", "length")
        return Response("positive" if any(word in text for word in GOOD) else "negative", "stop")

    async def close(self) -> None:
        return None
