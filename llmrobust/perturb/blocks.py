"""A tag's block ({% instruction %} ... {% endinstruction %}) as one text that can be written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from llmrobust.prompt.spans import Place, Prompt, Span


@dataclass(frozen=True, slots=True)
class Block:
    """The spans of one block, neighbours in one message."""

    prompt: Prompt
    places: tuple[Place, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The block's spans."""
        return tuple(self.prompt.span(place) for place in self.places)

    @property
    def text(self) -> str:
        """The block's text."""
        return "".join(span.text for span in self.spans)

    @property
    def protected(self) -> tuple[str, ...]:
        """The texts of spans that a new text must hold: protected ones, and values of variables."""
        return tuple(span.text for span in self.spans if _is_fixed(span))

    def replaced(self, text: str) -> Prompt | None:
        """The prompt with the block written anew; None if the new text does not hold every fixed piece once.

        Fixed pieces may stand in another order; they stay spans of their own with their kind.
        """
        spans = self._with_fixed_pieces(text)
        return None if spans is None else with_block(self.prompt, self.places, spans)

    def _with_fixed_pieces(self, text: str) -> list[Span] | None:
        fixed = [span for span in self.spans if _is_fixed(span)]
        plain = next((span for span in self.spans if not _is_fixed(span)), self.spans[0])
        plain = replace(plain, name="", protected=False)
        taken: list[tuple[int, int, Span]] = []
        for span in sorted(fixed, key=lambda span: -len(span.text)):
            place = next(_free_places(text, span.text, taken), None)
            if place is None:
                return None
            taken.append((place, place + len(span.text), span))
        spans, end = [], 0
        for start, stop, span in sorted(taken, key=lambda piece: piece[0]):
            spans += [replace(plain, text=text[end:start]), span]
            end = stop
        spans.append(replace(plain, text=text[end:]))
        return [span for span in spans if span.text]


def blocks_of(prompt: Prompt, kind: str) -> list[Block]:
    """The blocks of a kind that have text of their own, in reading order.

    For a kind without a tag ("text"), every span of it is a block.
    """
    blocks: dict[str, list[Place]] = {}
    for place, span in prompt.places():
        if span.region.split(":")[0] == kind and span.text:
            blocks.setdefault(span.region, []).append(place)
        elif span.kind == kind and not span.region and span.text.strip():
            blocks[f"{place}"] = [place]
    whole = (Block(prompt, tuple(places)) for places in blocks.values())
    return [block for block in whole if any(not _is_fixed(span) for span in block.spans)]


def with_block(prompt: Prompt, places: Sequence[Place], spans: Sequence[Span]) -> Prompt:
    """The prompt with neighbouring spans replaced by others. The caller keeps what is protected."""
    message, first = places[0]
    last = places[-1][1]
    messages = list(prompt.messages)
    old = messages[message].spans
    messages[message] = replace(messages[message], spans=(*old[:first], *spans, *old[last + 1 :]))
    return replace(prompt, messages=tuple(messages))


def with_lead(text: str, lead: str) -> str:
    """The lead before the text's first word, which loses its capital."""
    body = text.lstrip()
    return f"{text[: len(text) - len(body)]}{lead}{body[:1].lower()}{body[1:]}"


def _is_fixed(span: Span) -> bool:
    return span.protected or span.kind in ("variable", "enumerator")


def _free_places(text: str, piece: str, taken: Sequence[tuple[int, int, Span]]) -> Iterator[int]:
    """Where the piece stands in the text as whole words, outside of what is taken already."""
    left = r"(?<!\w)" if piece[:1].isalnum() else ""
    right = r"(?!\w)" if piece[-1:].isalnum() else ""
    for found in re.finditer(f"{left}{re.escape(piece)}{right}", text):
        if all(found.end() <= start or found.start() >= stop for start, stop, _ in taken):
            yield found.start()
