"""A tag's block ({% instruction %} ... {% endinstruction %}) as one text that can be written anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice

from llmrobust.prompt.spans import Message, Place, Prompt, Span
from llmrobust.text.whole_words import whole_word


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

    def missing(self, text: str) -> str:
        """The first piece that a reviewed text must hold and does not, or not as often as the block does."""
        named = tuple(span.text for span in self.spans if _is_named(span))
        gone = (piece for piece in named if not _whole(piece).search(text))
        often = (piece for piece in named if len(_whole(piece).findall(text)) < named.count(piece))
        return next(chain(gone, often, named), "")

    @property
    def protected(self) -> tuple[str, ...]:
        """The texts of spans that a new text must contain: protected ones, and values of variables."""
        return tuple(span.text for span in self.spans if _is_fixed(span))

    def replaced(self, text: str, *, moved: bool = False, reviewed: bool = False) -> Prompt | None:
        """The prompt with the block written anew; None if the new text does not hold every fixed piece once.

        Fixed pieces stay spans of their own with their kind. moved: they may stand in another order. reviewed: a person
        has read the text, so only labels, placeholders, numbers and values must be there, and not what the instruction
        quotes or lists.
        """
        fixed = [span for span in self.spans if (_is_named(span) if reviewed else _is_fixed(span))]
        earlier = self._earlier(fixed)
        if earlier is None:
            return None
        taken = _in_order(text, fixed, earlier)
        if taken is None and moved:
            taken = _anywhere(text, fixed)
        if taken is None:
            return None
        plain = next((span for span in self.spans if not _is_fixed(span)), self.spans[0])
        plain = Span("", plain.kind, region=plain.region)
        spans, end = [], 0
        for start, span in sorted(taken, key=lambda piece: piece[0]):
            spans += [plain.saying(text[end:start]), span]
            end = start + len(span.text)
        spans.append(plain.saying(text[end:]))
        return with_block(self.prompt, self.places, [span for span in spans if span.text])

    def _earlier(self, fixed: Sequence[Span]) -> list[int] | None:
        """How often the words of each fixed piece occur before it, since the piece before: plain text that looks alike.

        None where a piece is glued to a word, so that it could not be found again.
        """
        text = self.text
        counts, at, end = [], 0, 0
        for span in self.spans:
            if any(span is one for one in fixed):
                pattern = _whole(span.text)
                if pattern.match(text, at) is None:
                    return None
                counts.append(len(list(pattern.finditer(text, end, at))))
                end = at + len(span.text)
            at += len(span.text)
        return counts


def blocks_of(prompt: Prompt, kind: str) -> list[Block]:
    """The blocks of a kind that have text that is not fixed, in reading order.

    For a kind without a tag ("text"), neighbouring spans of it are a block.
    """
    blocks = []
    for m, message in enumerate(prompt.messages):
        for _, run in groupby(enumerate(message.spans), key=lambda piece: piece[1].region or piece[1].kind):
            pieces = list(run)
            first = pieces[0][1]
            if (first.region.split(":")[0] or first.kind) == kind:
                blocks.append(tuple((m, s) for s, _ in pieces))
    whole = (Block(prompt, places) for places in blocks)
    return [block for block in whole if any(not _is_fixed(span) and span.text.strip() for span in block.spans)]


def with_block(prompt: Prompt, places: Sequence[Place], spans: Sequence[Span]) -> Prompt:
    """The prompt with neighbouring spans replaced by others. The caller keeps what is protected."""
    message, first = places[0]
    last = places[-1][1]
    messages = list(prompt.messages)
    old = messages[message].spans
    messages[message] = Message(messages[message].role, (*old[:first], *spans, *old[last + 1 :]))
    return Prompt(tuple(messages), prompt.mode, prompt.gold)


def _is_fixed(span: Span) -> bool:
    return span.protected or span.kind in ("variable", "enumerator")


def _is_named(span: Span) -> bool:
    """Whether a span is fixed by more than the form in which the template's own text says it."""
    return _is_fixed(span) and not (span.protected and span.name and span.kind not in ("variable", "enumerator"))


def _in_order(text: str, fixed: Sequence[Span], earlier: Sequence[int]) -> list[tuple[int, Span]] | None:
    """Where each fixed piece is in the text, one after the other; None if one is missing.

    earlier: how many of what looks like the piece are passed over before it, as far as there are so many.
    """
    taken = []
    end = 0
    for span, passed in zip(fixed, earlier, strict=True):
        places = list(islice(_whole(span.text).finditer(text, end), passed + 1))
        if not places:
            return None
        found = places[-1]
        taken.append((found.start(), span))
        end = found.end()
    return taken


def _anywhere(text: str, fixed: Sequence[Span]) -> list[tuple[int, Span]] | None:
    """Where each fixed piece is in the text, in any order; None if one is missing."""
    taken: list[tuple[int, Span]] = []
    for span in sorted(fixed, key=lambda span: -len(span.text)):
        free = (
            found.start()
            for found in _whole(span.text).finditer(text)
            if all(found.end() <= at or found.start() >= at + len(other.text) for at, other in taken)
        )
        place = next(free, None)
        if place is None:
            return None
        taken.append((place, span))
    return taken


def _whole(piece: str) -> re.Pattern[str]:
    """The piece as whole words."""
    left, right = piece[:1].isalnum(), piece[-1:].isalnum()
    if left and right:
        return re.compile(whole_word(piece))
    return re.compile((r"(?<!\w)" if left else "") + re.escape(piece) + (r"(?!\w)" if right else ""))
