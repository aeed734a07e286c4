"""Edits at random spots of running text, at a rate or a severity: what character and word operators have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

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
"""From a text, a spot's start and end, and a stream to its replacement; None where there is none."""
Together = Callable[[str], str | None]
"""From the text at a spot to the name of what must be edited together with it; None for what is edited alone."""
Spot = tuple[int, int, int]
"""Index of a text, and a start and an end in it."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def not_beside_severity(name: str) -> Any:
    """A validator for parameters with a `severity`: they take that or the parameter of this name, not both."""

    def check(self: Any) -> Any:
        if self.severity is not None and name in self.model_fields_set:
            raise ValueError(f"give a {name} or a severity, not both")
        return self

    return model_validator(mode="after")(check)


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

    _one_of_them = not_beside_severity("rate")

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
    together: Together | None = None,
) -> Iterator[Variant]:
    """`samples` variants of each rung, with its rate of the spots that `find` finds replaced, at least one.

    apart: the least number of characters between two edits. together: spots of one name are replaced all or not at all,
    as one edit. Spots are drawn in the same order for every severity, so that a higher one holds the edits of a lower
    one. Nothing where there is no spot. A sample that changes nothing, or equals one before it, is drawn again a few
    times; no more samples follow one that cannot be had.
    """
    places = editable(prompt, params.targets())
    texts = [prompt.span(place).text for place in places]
    spots = [(t, start, end) for t, text in enumerate(texts) for start, end in find(text)]
    if prompt.gold and spots:
        kept = [list(label_places(text, prompt.gold)) for text in texts]
        spots = [(t, a, b) for t, a, b in spots if not any(a < end and b > start for start, end in kept[t])]
        spots = [(t, a, b) for t, a, b in spots if a < b or not any(start < a < end for start, end in kept[t])]
    groups = _grouped(texts, spots, together)
    if not groups:
        return
    for rung in params.rungs():
        allowed = max(1, round(rung.rate * len(groups)))
        seen = [texts]
        for index in range(params.samples):
            new, made = texts, 0
            for attempt in range(ATTEMPTS):
                chosen, made = _chosen(texts, groups, allowed, replace, draw.stream(index, attempt), apart)
                new = _with(texts, chosen)
                if new not in seen:
                    break
            if index and new in seen:
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
    if not like[:1].isupper():
        return word
    return word[:2].upper() + word[2:] if word[:1] in "'’" else word[:1].upper() + word[1:]


def _grouped(texts: Sequence[str], spots: Sequence[Spot], together: Together | None) -> list[list[Spot]]:
    """The spots in groups that are edited together, in reading order of their first ones."""
    groups: dict[object, list[Spot]] = {}
    for spot in dict.fromkeys(spots):
        t, start, end = spot
        name = together(texts[t][start:end]) if together is not None else None
        groups.setdefault(spot if name is None else name, []).append(spot)
    return list(groups.values())


def _chosen(
    texts: Sequence[str],
    groups: Sequence[Sequence[Spot]],
    count: int,
    replace: Replace,
    stream: Stream,
    apart: int,
) -> tuple[list[tuple[int, int, int, str]], int]:
    """The edits of up to `count` groups in random order, none nearer than `apart` to another, and of how many."""
    taken: set[tuple[int, int]] = set()
    chosen: list[tuple[int, int, int, str]] = []
    made = 0
    order = list(range(len(groups)))
    for last in range(len(order) - 1, -1, -1):
        if made == count:
            break
        other = stream.below(last + 1)
        order[last], order[other] = order[other], order[last]
        group = groups[order[last]]
        if any((t, i) in taken for t, start, end in group for i in range(start - apart, end + apart)):
            continue
        edits = [(t, start, end, replace(texts[t], start, end, stream)) for t, start, end in group]
        whole = [(t, start, end, new) for t, start, end, new in edits if new is not None]
        if len(whole) == len(group) and any(new != texts[t][start:end] for t, start, end, new in whole):
            chosen += whole
            taken.update((t, i) for t, start, end in group for i in range(start, end))
            made += 1
    return chosen, made


def _with(texts: Sequence[str], edits: Iterable[tuple[int, int, int, str]]) -> list[str]:
    new = list(texts)
    for t, start, end, piece in sorted(edits, reverse=True):
        new[t] = new[t][:start] + piece + new[t][end:]
    return new
