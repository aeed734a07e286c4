"""Names, places, organisations, numbers: replaced consistently, and the gold answer follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from llmrobust.operators.builtin.values.names import (
    AMBIGUOUS,
    CITIES,
    COUNTRIES,
    FEMALE,
    KNOWN_ORGANISATIONS,
    MALE,
    ORGANISATIONS,
    PEOPLE_TOO,
    SURNAMES,
)
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.lexicons import LazyMapping
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt, Span
from llmrobust.seeds import Stream

NAMES = "What's in a Name? (Balasubramanian et al. 2020, arXiv 2007.06897); CheckList (Ribeiro et al. 2020)"
FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): geographical bias"
Region = Literal["western", "south_asian", "east_asian", "african", "arabic", "latin"]
Swap = dict[str, str]
"""From a text in the prompt to its replacement everywhere."""


def _flat(lists: Mapping[str, Sequence[str]]) -> LazyMapping[str]:
    return LazyMapping(lambda: {name: region for region, names in lists.items() for name in names})


_FEMALE, _MALE, _SURNAMES, _CITIES, _COUNTRIES = map(_flat, (FEMALE, MALE, SURNAMES, CITIES, COUNTRIES))


class EntityParams(Params):
    """Parameters of operators that replace entities."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")
    fields: list[str] = Field(
        default_factory=list, description="The examples' fields that hold the entities; default: they are recognised."
    )


class PersonParams(EntityParams):
    """Parameters of `entity.person`."""

    region: Region | None = Field(default=None, description="Where the new names are common; default: as the old ones.")


class PlaceParams(EntityParams):
    """Parameters of `entity.place`."""

    region: Region | None = Field(default=None, description="Where the new places are; default: as the old ones.")


class RegionParams(Params):
    """Parameters of `entity.region`."""

    to: list[Region] = Field(
        default=["south_asian", "african"], min_length=1, description="World regions, one variant each."
    )


class NumberParams(EntityParams):
    """Parameters of `entity.number`."""

    by: float = Field(default=0.5, gt=0, le=5, description="Numbers change by up to this share of themselves.")


_DECLARED: dict[str, Any] = {
    "level": "semantics",
    "relation": Relation.FOLLOWS,
    "touches": ("prompt",),
    "owns": ("piece",),
    "at_most": AtMost(2, 400),
}
_KINDS = _flat(KNOWN_ORGANISATIONS)
_BEFORE_NUMBERS = frozenset("the about over only these those all some at in for with and or after by than just".split())
_MONTH = re.compile(r" (?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_SAMPLE = Sample(
    {"context": "Anna lives in Paris. She works for Google and has 3 cats.", "question": "Where does Anna live?"},
    "{% context %}{{ context }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:\n",
    (),
    expected="Paris",
)


@operator("entity.person", params=PersonParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def person(prompt: Prompt, params: PersonParams, draw: Draw) -> Iterator[Variant]:
    """Gives people other names of the same gender, each the same one everywhere; the gold answer follows."""

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        new: Swap = {}
        for name in found:
            lists, regions = (
                (FEMALE, _FEMALE) if name in _FEMALE else (MALE, _MALE) if name in _MALE else (SURNAMES, _SURNAMES)
            )
            pool = lists[params.region or regions.get(name, "western")]
            new[name] = _fresh(pool, {*found, *new.values()}, stream, name)
        return new

    yield from _swapped(prompt, params.samples, params.fields, draw, {**_FEMALE, **_MALE, **_SURNAMES}, swap)


@operator("entity.place", params=PlaceParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def place(prompt: Prompt, params: PlaceParams, draw: Draw) -> Iterator[Variant]:
    """Replaces cities by cities and countries by countries; the gold answer follows."""

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        new: Swap = {}
        for name in found:
            lists, regions = (CITIES, _CITIES) if name not in _COUNTRIES else (COUNTRIES, _COUNTRIES)
            pool = lists[params.region or regions.get(name, "western")]
            new[name] = _fresh(pool, {*found, *new.values()}, stream, name)
        return new

    yield from _swapped(prompt, params.samples, params.fields, draw, {**_CITIES, **_COUNTRIES}, swap)


@operator("entity.organisation", params=EntityParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def organisation(prompt: Prompt, params: EntityParams, draw: Draw) -> Iterator[Variant]:
    """Replaces organisations by made-up ones of the same kind; the gold answer follows."""

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        new: Swap = {}
        for name in found:
            kind = _KINDS.get(name)
            pool = ORGANISATIONS[kind] if kind else [one for names in ORGANISATIONS.values() for one in names]
            new[name] = _fresh(pool, {*found, *new.values()}, stream, name)
        return new

    yield from _swapped(prompt, params.samples, params.fields, draw, _KINDS, swap)


@operator("entity.region", params=RegionParams, source=FLUKE, sample=_SAMPLE, **_DECLARED)
def region(prompt: Prompt, params: RegionParams, draw: Draw) -> Iterator[Variant]:
    """Moves people and places to another region of the world, one variant a region; the gold answer follows."""
    known = {**_FEMALE, **_MALE, **_SURNAMES, **_CITIES, **_COUNTRIES}
    tables = ((FEMALE, _FEMALE), (MALE, _MALE), (SURNAMES, _SURNAMES), (CITIES, _CITIES), (COUNTRIES, _COUNTRIES))
    for target in dict.fromkeys(params.to):

        def swap(found: Sequence[str], stream: Stream, to: str = target) -> Swap:
            new: Swap = {}
            for name in found:
                lists = next(lists for lists, regions in tables if name in regions)
                new[name] = _fresh(lists[to], {*found, *new.values()}, stream, name)
            return new

        for variant in _swapped(prompt, 1, (), draw, known, swap):
            yield replace(variant, name=target.replace("_", "-"))


@operator(
    "entity.number",
    params=NumberParams,
    sample=_SAMPLE,
    source="CheckList's change_number; NL-Augmenter's replace_numerical_values",
    **_DECLARED,
)
def number(prompt: Prompt, params: NumberParams, draw: Draw) -> Iterator[Variant]:
    """Replaces numbers by near ones, each the same everywhere; an answer that is one of them follows."""
    found = _numbers(prompt)
    own = [str(draw.fields[name]) for name in params.fields if str(draw.fields.get(name, "")) in found]
    chosen = own or found

    def swap(names: Sequence[str], stream: Stream) -> Swap:
        new: Swap = {}
        for name in names:
            value = int(name)
            reach = max(1, round(params.by * value))
            near = [n for n in range(max(1, value - reach), value + reach + 1) if str(n) not in {*found, *new.values()}]
            if near:
                new[name] = str(stream.choice(near[:200]))
        return new

    if draw.expected is not None and re.search(r"\d", draw.expected) and draw.expected not in chosen:
        return
    yield from _variants(prompt, params.samples, draw, chosen, swap)


def _swapped(
    prompt: Prompt,
    samples: int,
    fields: Sequence[str],
    draw: Draw,
    known: Mapping[str, str],
    swap: Callable[[Sequence[str], Stream], Swap],
) -> Iterator[Variant]:
    """Variants with the known entities of the prompt's inputs swapped."""
    own = [value for name in fields if isinstance(value := draw.fields.get(name), str) and value.strip()]
    found = own or _recognised(prompt, known)
    yield from _variants(prompt, samples, draw, found, swap)


def _variants(
    prompt: Prompt, samples: int, draw: Draw, found: Sequence[str], swap: Callable[[Sequence[str], Stream], Swap]
) -> Iterator[Variant]:
    protected = " ".join(span.text for _, span in prompt.places(lambda span: span.protected))
    usable = [
        name
        for name in found
        if name not in draw.labels and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", protected)
    ]
    if not usable:
        return
    for sample in range(samples):
        new = {old: fresh for old, fresh in swap(usable, draw.stream(sample)).items() if old != fresh}
        if not new:
            return
        pattern = _pattern(new)
        places = {}
        for at, span in prompt.places(lambda span: not span.protected and span.kind not in ("label", "enumerator")):
            text = pattern.sub(lambda match, names=new: names[match[0]], span.text)  # type: ignore[misc]
            if text != span.text:
                places[at] = text
        if not places:
            return
        expected = None
        if draw.expected is not None and draw.expected not in draw.labels:
            moved = pattern.sub(lambda match, names=new: names[match[0]], draw.expected)  # type: ignore[misc]
            expected = moved if moved != draw.expected else None
        relation = Relation.FOLLOWS if expected is not None else Relation.SAME
        if draw.expected is None and not draw.labels:
            relation = Relation.NO_PROMISE
        yield Variant(prompt.with_texts(places), str(sample), expected=expected, relation=relation, detail=new)


def _pattern(names: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?!\w)")


def _recognised(prompt: Prompt, known: Mapping[str, str]) -> list[str]:
    """The known names in the inputs, in reading order; one that is another word only where it is surely a name."""
    pattern = _pattern(dict.fromkeys(known, ""))
    found: dict[str, None] = {}
    for _, span in prompt.places(_is_input):
        for start, end in free_stretches(span.text):
            for match in pattern.finditer(span.text, start, end):
                goes_on = match[0] in _KINDS and re.match(r" (?:[A-Z]|\d)", span.text[match.end() :])
                if not goes_on and (match[0] not in AMBIGUOUS or _surely_a_name(span.text, match)):
                    found[match[0]] = None
    texts = " ".join(span.text for _, span in prompt.places(_is_input))
    return [name for name in found if name not in PEOPLE_TOO or _always_a_place(name, texts)]


def _always_a_place(name: str, text: str) -> bool:
    inside = re.findall(rf"\b(?:in|from|near|at) {name}(?!\w)", text)
    return len(inside) == len(re.findall(rf"(?<!\w){name}(?!\w)", text))


def _surely_a_name(text: str, match: re.Match[str]) -> bool:
    """After a word that does not end a sentence, and not after an article or adjective."""
    before = re.search(r"([\w'’]+)([,.!?]?) \Z", text[: match.start()])
    return before is not None and not before[2] and before[1].lower() not in ("the", "a", "an", "this", "that", "every")


def _numbers(prompt: Prompt) -> list[str]:
    """Whole numbers of up to three digits in the inputs, in reading order.

    No years, dates, times, shares, prices or parts of names.
    """
    found: dict[str, None] = {}
    for _, span in prompt.places(_is_input):
        for match in re.finditer(r"(?<![\w.,:/$€£-])[1-9]\d{0,2}(?![\w:/%-]|[.,]\d)", span.text):
            before, after = span.text[: match.start()], span.text[match.end() :]
            named = re.search(r"(?:\b[A-Z][a-z]+|\bchannel) \Z|\(\Z", before)
            first = named is not None and named[0].strip().lower() in _BEFORE_NUMBERS
            if (named is None or first) and not _MONTH.match(after):
                found[match[0]] = None
    return list(found)


def _is_input(span: Span) -> bool:
    return not span.protected and (span.kind == "variable" or span.region.split(":")[0] in ("context", "example"))


def _fresh(pool: Sequence[str], taken: set[str], stream: Stream, old: str) -> str:
    """A name that nobody has yet; the old one where the pool is used up."""
    free = [name for name in pool if name not in taken]
    return stream.choice(free) if free else old
