"""Emoji in the input: an operator for llmrobust."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from llmrobust.operators import Draw, Sample, TextParams, Variant, edited, operator
from llmrobust.prompt import Prompt
from llmrobust.seeds import Stream

EMOJI = ("🙂", "🎉", "🚀", "🌧️", "📎", "☕", "🐢", "🎈")


class EmojiParams(TextParams):
    """Parameters of `emoji.append`."""

    count: int = Field(default=1, ge=1, le=5, description="Emoji after each text.")


@operator(
    "emoji.append",
    level="character",
    params=EmojiParams,
    languages=("*",),
    source="made for this example",
    sample=Sample({"text": "What a wonderful film."}),
)
def append(prompt: Prompt, params: EmojiParams, draw: Draw) -> Iterator[Variant]:
    """Writes emoji after the text."""

    def with_emoji(texts: list[str], stream: Stream) -> list[str]:
        added = "".join(stream.choice(EMOJI) for _ in range(params.count))
        return [f"{text.rstrip()} {added}{text[len(text.rstrip()) :]}" if text.strip() else text for text in texts]

    yield from edited(prompt, params, draw, with_emoji)
