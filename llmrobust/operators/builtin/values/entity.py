"""Names, places, organisations, numbers: replaced consistently, and the gold answer follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.errors import OperatorError
from llmrobust.operators.builtin.values.computed import (
    Computation,
    Miscalculated,
    computation_in,
    computation_of,
    number_in,
    variable_quantities,
    varied,
)
from llmrobust.operators.builtin.values.dates import dates_of, moved_dates
from llmrobust.operators.builtin.values.grounding import Grounds, is_input
from llmrobust.operators.builtin.values.names import (
    CONTINENTS,
    KNOWN_ORGANISATIONS,
    ORGANISATIONS,
    Region,
)
from llmrobust.operators.builtin.values.organisation_heads import named_anew
from llmrobust.operators.builtin.values.organisations import all_organisations_of
from llmrobust.operators.builtin.values.people import all_by_given_names, besides, people_of
from llmrobust.operators.builtin.values.places import in_region, moved, places_of
from llmrobust.operators.builtin.values.public_history import fixes_place
from llmrobust.operators.builtin.values.quantities import is_told, numbers_of
from llmrobust.operators.builtin.values.renaming import (
    fresh,
    renamed_people,
    renamed_texts,
)
from llmrobust.operators.builtin.values.swapping import Swap, swapped, variants_of
from llmrobust.operators.editing.text_edits import ATTEMPTS
from llmrobust.operators.lexicons import listed_in
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

NAMES = "What's in a Name? (Balasubramanian et al. 2020, arXiv 2007.06897); CheckList (Ribeiro et al. 2020)"
FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): geographical bias"


class SampleParams(Params):
    """Parameters of `entity.date`."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


class EntityParams(SampleParams):
    """Parameters of operators that replace entities."""

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
    formula: str = Field(
        default="formula", description="The examples' field with a formula that gives the answer, such as 48 + 48/2."
    )
    solution: str = Field(
        default="solution", description="The examples' field with a solution whose steps are marked: <<48/2=24>>."
    )
    names: bool = Field(default=False, description="Where the answer is computed anew, people get other names too.")

    def complaint(self, fields: Mapping[str, Any], expected: str | None) -> str | None:
        """A formula that cannot be read, or that does not give the gold answer."""
        formula = fields.get(self.formula)
        if not isinstance(formula, str) or not formula.strip() or expected is None or number_in(expected) is None:
            return None
        try:
            computation_of(formula, expected)
        except Miscalculated as error:
            return str(error)
        return None


_DECLARED: dict[str, Any] = {
    "level": "semantics",
    "relation": Relation.FOLLOWS,
    "touches": ("prompt",),
    "owns": ("piece",),
    "at_most": AtMost(2, 400),
}
_KINDS = listed_in(KNOWN_ORGANISATIONS)
_TEAMS = re.compile(r"\b[A-Z][a-z]+ (?:lost to|beat|defeated|won against|drew with|scored against) (?:the )?[A-Z]")
"""What is said of teams that are called by their cities."""
_REFERENT = re.compile(
    r"\bpronouns?\b|\b(?:who|whom|what) (?:do|does|did) \W?\w+\W? (?:refer|stand)\b|\bcoreferen\w+|\breferents?\b",
    re.IGNORECASE,
)
_SAMPLE = Sample(
    {"context": "Anna lives in Paris. She works for Google and has 3 cats.", "question": "Where does Anna live?"},
    "{% context %}{{ context }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:\n",
    (),
    expected="Paris",
)

_DATED = Sample(
    {"context": "The shop opens on Tuesday and closes on Thursday.", "question": "When does the shop open?"},
    _SAMPLE.template,
    (),
    expected="Tuesday",
)


@operator("entity.person", version=5, params=PersonParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def person(prompt: Prompt, params: PersonParams, draw: Draw) -> Iterator[Variant]:
    """Gives people other names of the same gender, each the same one everywhere; the gold answer follows."""

    grounds = Grounds(prompt, draw)
    people = {name: one for name, one in people_of(grounds.inputs).items() if grounds.tells_of(name)}

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        return renamed_people(found, people, params.region, stream)

    yield from swapped(prompt, params.samples, params.fields, draw, list(people), swap)


@operator("entity.place", version=7, params=PlaceParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def place(prompt: Prompt, params: PlaceParams, draw: Draw) -> Iterator[Variant]:
    """Replaces cities, countries and continents, a city with its own country; the gold answer follows.

    Not where history or geography fixes one of them: "the Olympics in Melbourne", "a province of Fiji".
    """

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        return moved(found, params.region, stream)

    grounds = Grounds(prompt, draw)
    places = places_of(prompt)
    fixed = any(fixes_place(name, grounds.inputs) for name in places)
    known = [name for name in places if not fixed and grounds.answers_about(name)]
    yield from swapped(prompt, params.samples, params.fields, draw, known, swap)


@operator("entity.organisation", version=5, params=EntityParams, source=NAMES, sample=_SAMPLE, **_DECLARED)
def organisation(prompt: Prompt, params: EntityParams, draw: Draw) -> Iterator[Variant]:
    """Replaces organisations by made-up ones of the same kind; the gold answer follows."""

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        new: Swap = {}
        for name in found:
            kind = _KINDS.get(name)
            every = [one for names in ORGANISATIONS.values() for one in names]
            pool = ORGANISATIONS[kind] if kind else list(named_anew(name)) or every
            new[name] = fresh(pool, {*found, *new.values()}, stream, name)
        return new

    grounds = Grounds(prompt, draw)
    whole = "\n".join(grounds.inputs)
    known = [
        name
        for name in all_organisations_of(grounds.inputs)
        if grounds.answers_about(name) and not (name in _KINDS and _is_a_product(name, whole))
    ]
    yield from swapped(prompt, params.samples, params.fields, draw, known, swap)


def _is_a_product(name: str, text: str) -> bool:
    """Whether a company's name stands for what it makes or runs: "a Tesla", "Facebook friends", "on Twitter"."""
    said = re.escape(name)
    stands = (
        rf"\b(?:an?|on|his|her|their|my|your) {said}(?![\w'’])|"
        rf"(?<!\w){said} (?:friends?|followers?|posts?|pages?)\b"
    )
    return re.search(stands, text, re.IGNORECASE) is not None


@operator("entity.region", version=8, params=RegionParams, source=FLUKE, sample=_SAMPLE, **_DECLARED)
def region(prompt: Prompt, params: RegionParams, draw: Draw) -> Iterator[Variant]:
    """Moves people and places to another region of the world, one variant a region; the gold answer follows.

    What is of that region already stays. Where somebody is named who cannot be moved, nobody is. Prompts that ask whom
    a pronoun stands for, or name people by surnames alone or by unusual names, are left alone.
    """
    grounds = Grounds(prompt, draw)
    people = people_of(grounds.inputs)
    if not all_by_given_names(grounds.inputs, people) or _asks_for_a_referent(prompt):
        return
    others = besides(grounds.inputs, people) if people else {}
    if others is None or not all(map(grounds.tells_of, {**people, **others})):
        return
    people |= others
    places = [name for name in places_of(prompt) if name not in CONTINENTS["world"] and grounds.answers_about(name)]
    whole = "\n".join(grounds.inputs)
    places = [] if _TEAMS.search(whole) or any(_owns(name, whole) for name in places) else places
    known = [*people, *(name for name in places if name not in people)]
    for target in dict.fromkeys(params.to):

        def swap(found: Sequence[str], stream: Stream, to: Region = target) -> Swap:
            new = renamed_people([name for name in found if name in people], people, to, stream)
            return {**new, **moved([name for name in found if name not in people], to, stream)}

        there = {name for name, one in people.items() if one.region == target} | {*in_region(places, target)}
        for variant in swapped(prompt, 1, (), draw, [name for name in known if name not in there], swap):
            yield replace(variant, name=target.replace("_", "-"))


def _owns(place: str, text: str) -> bool:
    """Whether a place is told of as a person would be, beside others unknown: "Paris has 3 sheep"."""
    return (
        re.search(
            rf"(?<!\w){re.escape(place)} (?:has|have|had) (?:\d+|\w+ times|twice|half|\w+ (?:more|fewer))\b", text
        )
        is not None
    )


def _asks_for_a_referent(prompt: Prompt) -> bool:
    """Whether a prompt asks whom a pronoun stands for, which what is known of a name may tell."""
    return any(_REFERENT.search(span.text) for _, span in prompt.places())


@operator(
    "entity.date",
    version=2,
    params=SampleParams,
    source="CheckList (Ribeiro et al. 2020); kind made for llmrobust",
    sample=_DATED,
    **_DECLARED,
)
def date(prompt: Prompt, params: SampleParams, draw: Draw) -> Iterator[Variant]:
    """Moves days of the week, months and years, all of a kind by as much; the gold answer follows.

    Working days stay working days and months as long as they are. Not where a text speaks of weekends, seasons,
    holidays or the like, nor years beside a public event or office.
    """
    grounds = Grounds(prompt, draw)
    dates = dates_of(grounds.inputs)
    names = dates.names()
    others = [draw.expected or "", *(span.text for _, span in prompt.places(lambda span: not is_input(span)))]
    if not all(map(grounds.answers_about, names)) or not all(map(dates.tell_all_of, others)):
        return

    def swap(found: Sequence[str], stream: Stream) -> Swap:
        return moved_dates(dates, stream) if len(found) == len(names) else {}

    yield from variants_of(prompt, params.samples, draw, names, swap)


@operator(
    "entity.number",
    version=5,
    params=NumberParams,
    sample=_SAMPLE,
    source="CheckList's change_number; NL-Augmenter's replace_numerical_values",
    **_DECLARED,
)
def number(prompt: Prompt, params: NumberParams, draw: Draw) -> Iterator[Variant]:
    """Replaces numbers by near ones; the gold answer follows where it is one of them or can be computed anew.

    It is computed anew where the example says how, by a `formula` or a solution with calculator marks (<<48/2=24>>).
    Otherwise nothing is promised. Not for multiple choice, where the options hold the old numbers.
    """
    computation = _computation(params, draw, "\n".join(Grounds(prompt, draw).inputs))
    if computation is not None:
        yield from _computed(prompt, params, draw, computation)
        return
    if any(span.kind in ("choices", "enumerator") for _, span in prompt.places()):
        return
    found = numbers_of(prompt)
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

    told = is_told(draw.expected, prompt, chosen)
    for variant in variants_of(prompt, params.samples, draw, chosen, swap):
        yield variant if told else replace(variant, expected=None, relation=Relation.NO_PROMISE)


def _computation(params: NumberParams, draw: Draw, text: str) -> Computation | None:
    """How the example says that its answer is computed, if it does. Raises OperatorError for a wrong formula."""
    if draw.expected is None or number_in(draw.expected) is None:
        return None
    formula = draw.fields.get(params.formula)
    if isinstance(formula, str) and formula.strip():
        try:
            return computation_of(formula, draw.expected)
        except Miscalculated as error:
            raise OperatorError(f"example {draw.example_id}: {error}") from None
    solution = draw.fields.get(params.solution)
    return computation_in(solution, text, draw.expected) if isinstance(solution, str) else None


def _computed(prompt: Prompt, params: NumberParams, draw: Draw, computation: Computation) -> Iterator[Variant]:
    """Variants with other numbers and the answer that they give, all different."""
    grounds = Grounds(prompt, draw)
    text = "\n".join(grounds.inputs)
    quantities = variable_quantities(text, computation)
    people = (
        {name: one for name, one in people_of(grounds.inputs).items() if grounds.tells_of(name)} if params.names else {}
    )
    seen: list[Mapping[str, str]] = []
    for sample in range(params.samples if quantities else 0):
        for attempt in range(ATTEMPTS):
            stream = draw.stream(sample, attempt)
            made = varied(text, computation, quantities, params.by, draw.expected or "", stream)
            if made is not None and made[0] not in seen:
                break
        if made is None or made[0] in seen:
            return
        seen.append(made[0])
        new = {**made[0], **renamed_people(list(people), people, None, stream)}
        texts = renamed_texts(prompt, new, inputs_only=True)
        if texts:
            yield Variant(
                prompt.with_texts(texts), str(sample), expected=made[1], relation=Relation.FOLLOWS, detail=new
            )
