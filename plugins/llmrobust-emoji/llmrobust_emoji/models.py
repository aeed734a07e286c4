"""A model backend for llmrobust: a smile for good news, computed without any network or weights."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust.models import ModelInfo
from llmrobust.request import Reply, Request, Response

GOOD = ("fine", "good", "lovely", "wonderful")


class EmojiModel:
    """`emoji:SMILE`: answers SMILE where a good word is in the last message, else a frown."""

    def __init__(self, spec: str):
        self.spec = spec
        self._smile = spec.partition(":")[2] or "🙂"

    async def open(self) -> ModelInfo:
        """What is known of the model; the fingerprint changes with everything that changes its answers."""
        return ModelInfo(
            spec=self.spec,
            name=f"emoji {self._smile}",
            backend="emoji",
            fingerprint=f"emoji-1-{self._smile}",
            max_model_len=4096,
            max_batch=64,
            max_in_flight=1,
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request, in order."""
        return [Response(f"{self._face(request)}!", "stop") for request in batch]

    def _face(self, request: Request) -> str:
        _, text = request.messages[-1]
        return self._smile if any(word in text for word in GOOD) else "🙁"

    async def close(self) -> None:
        """Nothing to give back."""
