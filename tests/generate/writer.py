"""A generator whose replies tests write down: good ones, and each of the ways in which models go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from llmrobust.errors import ServerGone
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Reply, Request, Response

_TEXT = re.compile(r"\[text ([0-9a-f]{8})\]\n(.*?)\n\[end of text \1\]", re.S)
_TYPE = re.compile(r'"type": "([^"]+)"')


def asked_of(request: Request) -> tuple[str, str]:
    """(kind, text) of a request of the generator."""
    prompt = request.messages[-1][1]
    found = _TEXT.search(prompt)
    kind = _TYPE.findall(prompt)[-1]
    return kind, found[2] if found else ""


def as_json(kind: str, text: str, **more: str) -> str:
    return json.dumps({"type": kind, "text": text, "rationale": "as asked", **more})


class WriterModel:
    """Writes what `write` says: a dictionary of fields, or the raw reply. Every answer costs prompt_tokens + 5 tokens, if
    any are counted."""

    spec = "writer"

    def __init__(
        self,
        write: Callable[[str, str, Request], str],
        *,
        dies_after: int | None = None,
        max_batch: int = 4,
        prompt_tokens: int = 10,
    ):
        self._write = write
        self._dies_after = dies_after
        self._prompt_tokens = prompt_tokens
        self._info = ModelInfo("writer", "writer-1", "test", "w1", 4096, max_batch, 1)
        self.sent: list[Request] = []

    async def open(self) -> ModelInfo:
        return self._info

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        replies: list[Reply] = []
        for request in batch:
            if self._dies_after is not None and len(self.sent) >= self._dies_after:
                raise ServerGone("the generator went away")
            self.sent.append(request)
            kind, text = asked_of(request)
            replies.append(
                Response(
                    self._write(kind, text, request),
                    "stop",
                    prompt_tokens=max(0, self._prompt_tokens),
                    completion_tokens=5 * (self._prompt_tokens > 0),
                )
            )
        return replies

    async def close(self) -> None:
        return None
