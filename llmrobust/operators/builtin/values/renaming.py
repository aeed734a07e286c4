"""Replaces names throughout a prompt, and draws the new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from llmrobust.operators.builtin.values.grounding import is_input
from llmrobust.operators.builtin.values.names import COMMUNITIES, FEMALE, MALE, SURNAMES, UNISEX, Community, Region
from llmrobust.operators.builtin.values.people import Name
from llmrobust.prompt.spans import Place, Prompt
from llmrobust.seeds import Stream

_OPENS = re.compile(r"(?:\A|[.!?][\"”’)]*\s+|\n\s*|\b(?:Answer|Output|A): )[\"“]?\Z")
"""Where a sentence or an answer begins."""


def renamed_people(
    found: Sequence[str], people: Mapping[str, Name], region: Region | None, stream: Stream
) -> dict[str, str]:
    """Other names of the same gender and kind, each one that no other person has; region: where they are usual.

    Where family names are given too, all names of a region are of one community: no "Kenji Nguyen".
    """
    new: dict[str, str] = {}
    homes: dict[str, Community] = {}
    for name in found:
        one = people.get(name)
        where = "" if one is None else region or one.region
        if one is not None and one.role == "surname" and where in COMMUNITIES and where not in homes:
            homes[where] = stream.choice(COMMUNITIES[where])
    tables = {"f": FEMALE, "m": MALE, "surname": SURNAMES, "u": UNISEX}
    for name in found:
        one = people.get(name)
        if one is None:
            continue
        table = tables[one.role]
        pool = table.get(region or one.region) or table["western"]
        if one.role == "u" and region is not None and region not in UNISEX:
            pool = MALE[region]
        home = homes.get(region or one.region)
        if home is not None:
            theirs = [name for name in home[one.role] if name not in {*found, *people, *new.values()}]
            pool = tuple(theirs) or pool
        initials = {taken[:1] for taken in new.values()}
        taken = {*found, *people, *new.values()}
        apart = [name for name in pool if name[:1] not in initials]
        new[name] = fresh(apart if any(other not in taken for other in apart) else pool, taken, stream, name)
    return new


def fresh(pool: Sequence[str], taken: set[str], stream: Stream, old: str) -> str:
    """A name that nobody has yet; the old one where the pool is used up."""
    free = [name for name in pool if name not in taken]
    return stream.choice(free) if free else old


def pattern_of(names: Mapping[str, str]) -> re.Pattern[str]:
    """The names as whole words, the longest first; "the" in one may begin a sentence, and "50" is no part of "1.50"."""
    parts = [_part(name) for name in names]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)")


def _part(name: str) -> str:
    if name[:1].isdigit():
        return rf"(?<!\d[.,]){re.escape(name)}(?![.,]\d)"
    return f"[Tt]{re.escape(name)[1:]}" if name.startswith("the ") else re.escape(name)


def the_small(name: str) -> str:
    """The name as lists have it, where its "the" began a sentence."""
    return f"t{name[1:]}" if name.startswith("The ") else name


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with names replaced by others."""

    def other(found: re.Match[str]) -> str:
        new = names.get(found[0]) or names[the_small(found[0])]
        opens = found[0].startswith("The ") or _OPENS.search(text[: found.start()]) is not None
        return f"T{new[1:]}" if opens and new.startswith("the ") and found[0][:1].isupper() else new

    return pattern_of(names).sub(other, text)


def renamed_texts(prompt: Prompt, names: Mapping[str, str], *, inputs_only: bool = False) -> dict[Place, str]:
    """The new texts of the spans that name one of the names. inputs_only: those of values and contexts alone."""
    new = {}
    for place, span in prompt.places(lambda span: not span.protected and span.kind not in ("label", "enumerator")):
        if span.name.startswith("loop.") or (inputs_only and not is_input(span)):
            continue
        text = renamed(span.text, names)
        if text != span.text:
            new[place] = text
    return new
