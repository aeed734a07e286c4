"""Other orders: of options, demonstrations, documents, facts, sentences. Labels follow the options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pydantic import Field

from llmrobust.operators.builtin.structure.independence import in_any_order
from llmrobust.operators.builtin.structure.label_mentions import names_others
from llmrobust.operators.editing.passages import with_whole_passages
from llmrobust.operators.editing.text_edits import editable, sentences
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Params, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.seeds import Stream

_OPTION_TEXT = ("variable", "text", "choices", "context", "example")
Unit = tuple[int, int, int]
"""A stretch of spans that moves as one: its message, its first span, and the span after its last."""
ANY = (ANY_LANGUAGE,)
_ABOVE = re.compile(
    r"\b(?:(?:none|all|any|both|neither|each|some|two|three|more than one) of (?:the|these|those)\b|"
    r"(?:none|all|both|neither)\W*\Z|(?:the )?(?:above|below|preceding|previous|foregoing|former|latter)\b)",
    re.IGNORECASE,
)
"""An option that speaks of the other ones and stays at its place."""


class OrderParams(Params):
    """Parameters of operators on order."""

    samples_of_each = False

    samples: int = Field(default=2, ge=1, le=100, description="Orders that are drawn; all there are if they are fewer.")


class DrawnOrderParams(OrderParams):
    """Parameters of `order.sentences` and `order.facts`."""

    target: str = Field(default="context", description="The text: context, input, or a variable's name.")


class InputOrderParams(OrderParams):
    """Parameters of `order.sentences`."""

    target: str = Field(default="input", description="The text: input, context, or a variable's name.")


class CountParams(Params):
    """Parameters of `demonstrations.count`."""

    counts: list[int] = Field(
        default=[0], min_length=1, description="How many demonstrations are kept, from the first."
    )


@operator(
    "order.options",
    level="format",
    version=2,
    params=OrderParams,
    touches=("input", "choices"),
    moves=True,
    languages=ANY,
    source="Pezeshkpour and Hruschka 2023 (arXiv 2308.11483); Zheng et al. 2023 (arXiv 2309.03882); HELM",
)
def options(prompt: Prompt, params: OrderParams, draw: Draw) -> Iterator[Variant]:
    """Puts the texts of the options in another order; the numbers stay, and the gold label follows the text."""
    units, labels = _options(prompt)
    texts = ["".join(span.text for span in prompt.messages[m].spans[a:b]).strip() for m, a, b in units]
    if any(names_others(text, labels) for text in texts):
        return
    movable = [number for number, text in enumerate(texts) if not _ABOVE.search(text)]
    if len(movable) < 2 or movable != list(range(len(movable))):  # "all of the above" between others
        return
    rest = list(range(len(movable), len(units)))
    for name, moving in orders(len(movable), params.samples, draw.shared("options", len(movable))):
        order = [*moving, *rest]
        moved = {labels[old]: labels[new] for new, old in enumerate(order) if labels[old] in draw.labels}
        yield Variant(permuted(prompt, units, order), name, moved, relation=Relation.SAME)


@operator(
    "order.demonstrations",
    version=2,
    level="format",
    params=OrderParams,
    touches=("example", "input", "label", "separator", "space", "enumerator", "choices", "text"),
    moves=True,
    languages=ANY,
    source="Lu et al. 2022 (arXiv 2104.08786): order of demonstrations",
)
def demonstrations(prompt: Prompt, params: OrderParams, draw: Draw) -> Iterator[Variant]:
    """Puts the demonstrations in another order."""
    yield from _blocks_in_order(prompt, params, draw, "example")


@operator(
    "order.documents",
    version=3,
    level="format",
    params=OrderParams,
    touches=("context", "input", "label", "separator", "space", "text"),
    moves=True,
    languages=ANY,
    source="Liu et al. 2023 (Lost in the Middle, arXiv 2307.03172)",
)
def documents(prompt: Prompt, params: OrderParams, draw: Draw) -> Iterator[Variant]:
    """Puts the context's documents in another order, titles with their texts; numbers stay where they are."""
    yield from _blocks_in_order(with_whole_passages(prompt, draw.fields), params, draw, "context")


@operator(
    "order.facts",
    level="sentence",
    version=2,
    params=DrawnOrderParams,
    moves=True,
    source="Chen et al. 2024 (Premise Order Matters, arXiv 2402.08939)",
)
def facts(prompt: Prompt, params: DrawnOrderParams, draw: Draw) -> Iterator[Variant]:
    """Reorders independent facts; not applicable to steps, events in time, and sentences that refer to others."""
    yield from _sentences_in_order(prompt, params, draw, in_any_order)


@operator(
    "order.sentences",
    version=2,
    level="sentence",
    params=InputOrderParams,
    relation=Relation.NO_PROMISE,
    languages=ANY,
    moves=True,
    source="NL-Augmenter's sentence_reordering; nlpaug's RandomSentAug",
)
def sentence_order(prompt: Prompt, params: InputOrderParams, draw: Draw) -> Iterator[Variant]:
    """Puts the sentences of the input in another order, whatever they refer to."""
    yield from _sentences_in_order(prompt, params, draw, lambda parts: True)


@operator(
    "demonstrations.count",
    version=2,
    level="format",
    params=CountParams,
    touches=("any",),
    owns=("protected", "piece", "label"),
    languages=ANY,
    source="Seleznyov et al. 2025 (arXiv 2508.11383): 0 and 2 demonstrations; Noise-LLM (arXiv 2310.06504)",
)
def count(prompt: Prompt, params: CountParams, draw: Draw) -> Iterator[Variant]:
    """Leaves demonstrations out, and the space after them."""
    units = _blocks(prompt, "example")
    for kept in sorted({kept for kept in params.counts if 0 <= kept < len(units)}):
        messages = list(prompt.messages)
        for m, start, end in reversed(units[kept:]):
            spans = messages[m].spans
            stop = end + 1 if end < len(spans) and not spans[end].text.strip() and not spans[end].protected else end
            messages[m] = replace(messages[m], spans=(*spans[:start], *spans[stop:]))
        yield Variant(replace(prompt, messages=tuple(messages)), str(kept))


def _blocks_in_order(prompt: Prompt, params: OrderParams, draw: Draw, kind: str) -> Iterator[Variant]:
    units = _blocks(prompt, kind)
    if len(units) < 2 or len({m for m, _, _ in units}) > 1:
        return
    for name, order in orders(len(units), params.samples, draw.shared(kind, len(units))):
        yield Variant(permuted(prompt, units, order), name)


def _blocks(prompt: Prompt, kind: str) -> list[Unit]:
    """The blocks of a kind in reading order."""
    units = []
    for m, message in enumerate(prompt.messages):
        for region, run in groupby(enumerate(message.spans), key=lambda piece: piece[1].region):
            pieces = list(run)
            if region.split(":")[0] == kind:
                units.append((m, pieces[0][0], pieces[-1][0] + 1))
    return units


def _options(prompt: Prompt) -> tuple[list[Unit], list[str]]:
    """The texts of the last list of options, each with its label."""
    found: list[tuple[Unit, str]] = []
    for m, message in enumerate(prompt.messages):
        run: list[tuple[Unit, str]] = []
        spans = message.spans
        at = 0
        while at < len(spans):
            if spans[at].kind == "enumerator" and at + 1 < len(spans) and spans[at + 1].kind == "separator":
                end = at + 2
                while end < len(spans) and spans[end].kind in _OPTION_TEXT and spans[end].region == spans[at].region:
                    end += 1
                if end > at + 2:
                    if spans[at].name in {label for _, label in run}:
                        run = []
                    run.append(((m, at + 2, end), spans[at].name))
                    at = end
                    continue
            at += 1
        found = run or found
    return [unit for unit, _ in found], [label for _, label in found]


def orders(count: int, samples: int, stream: Stream) -> Iterator[tuple[str, list[int]]]:
    """Distinct orders other than the one that is there, with their names: the reverse first, then rotations, then
    random ones."""
    same = list(range(count))
    seen = [same]
    candidates: list[tuple[str, list[int]]] = [("reversed", same[::-1])]
    candidates += [(f"rotated-{k}", same[k:] + same[:k]) for k in range(1, count)]
    for name, order in candidates:
        if order not in seen and len(seen) <= samples:
            seen.append(order)
            yield name, order
    for number in range(samples * 20):
        if len(seen) > samples:
            return
        order = stream.sample(same, count)
        if order not in seen:
            seen.append(order)
            yield f"drawn-{number}", order


def permuted(prompt: Prompt, units: Sequence[Unit], order: Sequence[int]) -> Prompt:
    """The prompt with unit order[i] at the place of unit i."""
    pieces = [prompt.messages[m].spans[start:end] for m, start, end in units]
    messages = list(prompt.messages)
    for (m, start, end), source in reversed(list(zip(units, order, strict=True))):
        spans = messages[m].spans
        messages[m] = Message(messages[m].role, (*spans[:start], *pieces[source], *spans[end:]))
    return replace(prompt, messages=tuple(messages))


def _sentences_in_order(
    prompt: Prompt,
    params: DrawnOrderParams | InputOrderParams,
    draw: Draw,
    may_move: Callable[[Sequence[str]], bool],
) -> Iterator[Variant]:
    """Variants with the sentences of the longest span of the target in other orders."""
    places = [place for place in editable(prompt, (params.target,)) if len(_cut(prompt.span(place).text)) > 1]
    if not places:
        return
    place = max(places, key=lambda place: (len(prompt.span(place).text), place))
    parts = _cut(prompt.span(place).text)
    whole = all(part[-1:] in ".!?\"”'。！？」』" for part in parts)
    if not whole or not may_move(parts):
        return
    text = prompt.span(place).text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    gaps = [piece[: len(piece) - len(piece.lstrip())] for piece in sentences(text) if piece.strip()][1:]
    for name, order in orders(len(parts), params.samples, draw.shared("sentences", len(parts))):
        moved = [parts[index] for index in order]
        new = lead + "".join(map("".join, zip(moved, [*gaps, ""], strict=True))) + tail
        yield Variant(prompt.with_texts({place: new}), name)


def _cut(text: str) -> list[str]:
    return [part.strip() for part in sentences(text) if part.strip()]
