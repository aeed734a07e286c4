"""What operators for running text leave alone in a prompt, and why: what `llmrobust show --protected` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from llmrobust.operators.editing.protected_text import label_places, number_places
from llmrobust.operators.editing.scope import STRUCTURE, is_target
from llmrobust.prompt.spans import Place, Prompt, Span
from llmrobust.text.fixed_pieces import fixed_pieces


@dataclass(frozen=True, slots=True)
class Protected:
    """A piece that no operator for running text edits: its message, its characters (start, end), and why."""

    message: int
    start: int
    end: int
    text: str
    why: str


def protected_places(prompt: Prompt, labels: Sequence[str] = ()) -> list[Protected]:
    """The pieces of a prompt that stay, in reading order, none within another.

    labels: the suite's answers. What is structure (descriptors, separators, numbers of options) is left out: it stays
    in running text whatever it says.
    """
    pieces: list[Protected] = []
    for m, message in enumerate(prompt.messages):
        at = 0
        for span in message.spans:
            found = sorted(_in_span(prompt, span, tuple(labels)), key=lambda one: (one[0], -one[1]))
            end = 0
            for start, stop, why in found:
                if stop > end:
                    start = max(start, end)
                    pieces.append(Protected(m, at + start, at + stop, span.text[start:stop], why))
                    end = stop
            at += len(span.text)
    return [_joined(list(run)) for run in _runs(pieces)]


def no_input(prompt: Prompt) -> dict[str, int]:
    """How many values do not count as input, by what they are: texts of options, values in demonstrations."""
    kinds: dict[str, set[Place]] = {}
    for place, span in prompt.places(lambda span: span.kind == "variable" and not span.protected):
        if span.text.strip() and not is_target(span, ("input",)):
            kind = "demonstrations" if span.region.startswith("example") else "options"
            kinds.setdefault(kind, set()).add(place)
    return {kind: len(places) for kind, places in sorted(kinds.items())}


def _in_span(prompt: Prompt, span: Span, labels: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    if span.kind in STRUCTURE:
        return
    if span.protected:
        why = "answer label" if span.text in labels else "number" if span.text.isdecimal() else "protected"
        kind = next((kind for _, end, kind in fixed_pieces(span.text) if end == len(span.text)), why)
        yield 0, len(span.text), (span.name if span.kind != "variable" else "") or kind
        return
    yield from fixed_pieces(span.text)
    yield from ((start, end, "answer label") for start, end in label_places(span.text, labels))
    if span.kind == "variable":
        yield from ((start, end, "gold answer") for start, end in label_places(span.text, prompt.gold))
    yield from ((start, end, "number") for start, end in number_places(span.text))


def _runs(pieces: Sequence[Protected]) -> Iterator[Iterator[Protected]]:
    """Neighbours without a gap that have one reason: a quoted literal whose label is a span of its own."""
    number = 0
    keys = []
    for index, piece in enumerate(pieces):
        before = pieces[index - 1] if index else None
        touching = before is not None and (before.message, before.end) == (piece.message, piece.start)
        number += not (touching and before is not None and "quoted" in (before.why, piece.why))
        keys.append(number)
    for _, run in groupby(zip(keys, pieces, strict=True), key=lambda one: one[0]):
        yield (piece for _, piece in run)


def _joined(run: Sequence[Protected]) -> Protected:
    first, last = run[0], run[-1]
    why = next((one.why for one in run if one.why != "quoted"), first.why)
    return Protected(first.message, first.start, last.end, "".join(one.text for one in run), why)
