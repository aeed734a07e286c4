"""Edits at random spots of running text, at a rate or a severity: what character and word operators have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from llmrobust.operators.editing.protected_text import free_stretches, label_places
from llmrobust.operators.editing.text_edits import ATTEMPTS, TextParams, editable
from llmrobust.operators.operator import Draw, Edits, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Severity = Annotated[int, Field(ge=1, le=5)]
Find = Callable[[str], Iterable[tuple[int, int]]]
"""From a text to the (start, end) of everything in it that could be edited."""
Replace = Callable[[str, int, int, Stream], str | None]
"""From a text, a spot's start and end, and a stream to its replacement, or None."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class RateParams(TextParams):
    """Parameters of operators that edit a share of what they could edit."""

    ladder: ClassVar[tuple[float, float, float, float, float]] = (0.02, 0.05, 0.1, 0.2, 0.35)
    """The rates of severities 1 to 5."""

    rate: float = Field(
        default=0.05, gt=0, le=1, description="Edits as a share of what the operator could edit; at least one edit."
    )
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5 instead of a rate; a list makes the variants of each, for a curve."
    )

    @model_validator(mode="after")
    def _rate_or_severity(self) -> RateParams:
        if self.severity is not None and "rate" in self.model_fields_set:
            raise ValueError("give a rate or a severity, not both")
        return self

    def rungs(self) -> list[Rung]:
        """The rates: the given rate, or that of each severity."""
        if self.severity is None:
            return [Rung("", self.rate, None)]
        chosen = [self.severity] if isinstance(self.severity, int) else list(dict.fromkeys(self.severity))
        return [Rung(f"s{severity}-", self.ladder[severity - 1], severity) for severity in chosen]


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a severity ladder: what the names of its variants begin with, its rate, its severity."""

    prefix: str
    rate: float
    severity: int | None


def at_spots(
    prompt: Prompt,
    params: RateParams,
    draw: Draw,
    find: Find,
    replace: Replace,
    unit: Literal["character", "word", "sentence"],
    *,
    apart: int = 0,
) -> Iterator[Variant]:
    """`samples` variants of each rung, with its rate of the spots that `find` finds replaced, at least one.

    apart: the least number of characters between two edits. Spots are drawn in the same order for every severity, so
    that
    a higher one includes the edits of a lower one. No variants without spots. A sample that changes nothing, or equals
    an earlier one, is drawn again a few times.
    """
    places = editable(prompt, params.targets())
    texts = [prompt.span(place).text for place in places]
    spots = [(t, start, end) for t, text in enumerate(texts) for start, end in find(text)]
    if prompt.gold and spots:
        kept = [list(label_places(text, prompt.gold)) for text in texts]
        spots = [(t, a, b) for t, a, b in spots if not any(a < end and b > start for start, end in kept[t])]
        spots = [(t, a, b) for t, a, b in spots if a < b or not any(start < a < end for start, end in kept[t])]
    if not spots:
        return
    for rung in params.rungs():
        allowed = max(1, round(rung.rate * len(spots)))
        seen = [texts]
        for index in range(params.samples):
            new, made = texts, 0
            for attempt in range(ATTEMPTS):
                chosen = _chosen(texts, spots, allowed, replace, draw.stream(index, attempt), apart)
                new, made = _with(texts, chosen), len(chosen)
                if new not in seen:
                    break
            seen.append(new)
            changed = {place: text for place, text, old in zip(places, new, texts, strict=True) if text != old}
            edits = Edits(made, allowed, unit)
            yield Variant(prompt.with_texts(changed), f"{rung.prefix}{index}", severity=rung.severity, edits=edits)


def word_spots(text: str, keep: Sequence[str] = (), *, least: int = 1) -> list[tuple[int, int]]:
    """The words of a text of at least `least` characters, outside labels (`keep`), addresses, code and numbers."""
    words: list[tuple[int, int]] = []
    for start, end in free_stretches(text, keep):
        words += [found.span() for found in _WORD.finditer(text, start, end)]
    return [(start, end) for start, end in words if end - start >= least] if least > 1 else words


def cased_like(word: str, like: str) -> str:
    """The word in the case of another: all capitals, a capital first, or as it is."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _chosen(
    texts: Sequence[str],
    spots: Sequence[tuple[int, int, int]],
    count: int,
    replace: Replace,
    stream: Stream,
    apart: int,
) -> list[tuple[int, int, int, str]]:
    """Up to `count` spots in random order with their replacements, none nearer than `apart` to another."""
    taken: set[tuple[int, int]] = set()
    chosen: list[tuple[int, int, int, str]] = []
    order = list(range(len(spots)))
    for last in range(len(order) - 1, -1, -1):
        if len(chosen) == count:
            break
        other = stream.below(last + 1)
        order[last], order[other] = order[other], order[last]
        t, start, end = spots[order[last]]
        if any((t, i) in taken for i in range(start - apart, end + apart)):
            continue
        new = replace(texts[t], start, end, stream)
        if new is not None and new != texts[t][start:end]:
            chosen.append((t, start, end, new))
            taken.update((t, i) for i in range(start, end))
    return chosen


def _with(texts: Sequence[str], edits: Iterable[tuple[int, int, int, str]]) -> list[str]:
    new = list(texts)
    for t, start, end, piece in sorted(edits, reverse=True):
        new[t] = new[t][:start] + piece + new[t][end:]
    return new
