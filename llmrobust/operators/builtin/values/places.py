"""Places in a prompt: recognising them, and drawing others, a city with its own country."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from llmrobust.operators.builtin.values.grounding import is_input
from llmrobust.operators.builtin.values.names import (
    AMBIGUOUS,
    CITIES,
    CITIES_IN,
    CONTINENTS,
    COUNTRIES,
    FOUNDERS,
    PEOPLE_TOO,
    SHORT_COUNTRIES,
    STATES,
    WITHIN,
    Region,
)
from llmrobust.operators.builtin.values.people import people_of
from llmrobust.operators.builtin.values.renaming import fresh, pattern_of, the_small
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.lexicons import LazyMapping, listed_in
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

_CITIES, _DRAWN_COUNTRIES, _SHORT, _CONTINENTS, _OF_COUNTRY, _WITHIN, _STATES = map(
    listed_in, (CITIES, COUNTRIES, SHORT_COUNTRIES, CONTINENTS, CITIES_IN, WITHIN, STATES)
)
_COUNTRIES = LazyMapping(lambda: {**_DRAWN_COUNTRIES, **_SHORT})
_LONG = {
    "the US": "the United States", "the USA": "the United States", "the UK": "the United Kingdom",
    "the UAE": "the United Arab Emirates",
    "America": "the United States", "Britain": "the United Kingdom", "Great Britain": "the United Kingdom",
    "Holland": "the Netherlands",
}  # fmt: skip
_SHAPED = "Seas?|Oceans?|Gulfs?|Rivers?|Mountains?|coasts?|borders?|islands?|lakes?"
"""What lies in one country and not in another."""
_NAMED_BY = re.compile(r"\b(?:[A-Z]\w+ (?:of|for)|upstate|an?|[A-Z]\w+ County,) \Z")
"""What a place hangs together with: "Bank of Scotland", "upstate New York", "a Paris hotel"."""
_SOME = 3
"""So many other cities of a country make it needless to leave it."""
_SETTLED = re.compile(r"\b(?:city|town|village|suburb|hamlet) of ([A-Z][a-z]{2,})(?! [A-Z]|[\w-])")
"""A settlement of no list: "the town of Soda"."""
_PARTS = {"England": "the United Kingdom", "Scotland": "the United Kingdom", "Wales": "the United Kingdom"}


def places_of(prompt: Prompt) -> list[str]:
    """The known cities, countries, states and continents in the inputs, in reading order.

    One that is another word too only where it is surely a place.

    A place stays that is a part of a name ("Church of England") or that another one belongs to which is not known
    ("Dorset, England"; "Portland, Oregon"); so do continents beside a city or country of theirs, and
    states beside a city.
    """
    texts = [span.text for _, span in prompt.places(is_input)]
    pattern = _pattern()
    found: dict[str, None] = {}
    bound: set[str] = set()
    for text in texts:
        for start, end in free_stretches(text):
            for match in pattern.finditer(text, start, end):
                name, before, after = the_small(match[0]), text[: match.start()], text[match.end() :]
                if _is_bound(name, before, after):
                    bound.add(name)
                elif not re.match(r" (?:[A-Z]|\d)|['’]?(?:-|\.\w)", after) and not re.search(r"[A-Z]\w* \Z", before):
                    found[name] = None
    whole = "\n".join(texts)
    people = people_of(texts)
    kept = [
        name
        for name in found
        if name not in bound
        and name not in people
        and not any(_lies_in(name, land) for land in bound)
        and ((name not in PEOPLE_TOO and name not in AMBIGUOUS and name not in _STATES) or _always_a_place(name, whole))
    ]
    smaller = [name for name in kept if name not in _CONTINENTS]
    if any(name in _CITIES for name in smaller):
        smaller = [name for name in smaller if name not in _STATES]
    return (smaller or kept) + [name for name in _SETTLED.findall(whole) if name not in found and name not in people]


def moved(found: Sequence[str], to: Region | None, stream: Stream) -> dict[str, str]:
    """Another place of the same kind for each, in a region or where the old ones are: cities of a country that is named
    too become cities of the country that it becomes, and "the Netherlands" another country with an article."""
    new: dict[str, str] = {}
    countries = [name for name in found if name in _COUNTRIES]
    cities = [name for name in found if name in _CITIES and name not in _COUNTRIES]
    own = {city: next((land for land in countries if _lies_in(city, land)), None) for city in cities}
    for land in countries:
        many = sum(home == land for home in own.values())
        pool = [one for one in COUNTRIES[to or _COUNTRIES[land]] if len(CITIES_IN.get(one, ())) >= many]
        taken = {*found, *new.values(), *map(_long, countries)}
        alike = [one for one in pool if one.startswith("the ") == land.startswith("the ") and one not in taken]
        new[land] = fresh(alike or pool, taken, stream, land)
    lands = [new.get(land, land) for land in countries]
    for city in cities:
        home = own[city]
        if home is not None:
            pool = list(CITIES_IN.get(_long(new[home]), ()))
        else:
            near = [] if to else [one for one in CITIES_IN.get(_OF_COUNTRY.get(city, ""), ()) if one not in found]
            pool = near if len(near) >= _SOME else list(CITIES[to or _CITIES[city]])
            pool = [one for one in pool if not any(_lies_in(one, land) for land in lands)]
        new[city] = fresh(pool, {*found, *new.values()}, stream, city)
    for name in found:
        if not any(name in table for table in (_CITIES, _COUNTRIES, _STATES, _CONTINENTS)) and to is None:
            new[name] = fresh(FOUNDERS["any"], {*found, *new.values()}, stream, name)
        if name in _STATES and to is None:
            new[name] = fresh(STATES[_STATES[name]], {*found, *new.values()}, stream, name)
        if name in _CONTINENTS:
            new[name] = fresh(CONTINENTS["world"], {*found, *new.values()}, stream, name)
    return new


def in_region(found: Sequence[str], region: Region) -> list[str]:
    """Those of some places that lie in a region."""
    return [name for name in found if region in (_CITIES.get(name), _COUNTRIES.get(name))]


def _long(country: str) -> str:
    return _LONG.get(country, country)


def _lies_in(city: str, country: str) -> bool:
    home = _OF_COUNTRY.get(city)
    return home is not None and _long(country) in (home, _PARTS.get(home))


def _is_bound(name: str, before: str, after: str) -> bool:
    """Whether a mention hangs together with words that would stay: "Bank of Scotland", "Dorset, England", "Syria n"."""
    named = _NAMED_BY.search(before) is not None
    named = named or re.match(rf" n\b|n\b|['’]s (?:[A-Z]\w+ )*(?:{_SHAPED})\b", after) is not None
    held = re.search(r"\b([A-Z][\w'’.-]+(?: and [A-Z]\w+)?), \Z", before)
    owner = re.match(r"(?:,| in) ((?:[A-Z]\w+ ?){1,3})", after)
    of_its_city = name in _STATES and (held is not None or re.search(r"\b[A-Z]\w+ in \Z", before) is not None)
    of_unknown = name in _COUNTRIES and held is not None and not (held[1] in _CITIES or held[1] in _COUNTRIES)
    within = owner is not None and any(owner[1].startswith(state) for state in _WITHIN)
    return (
        named
        or within
        or of_its_city
        or (of_unknown and re.match(r"\s*(?:[.,;:!?)]|$|\n|and the |from )", after) is not None)
    )


@cache
def _pattern() -> re.Pattern[str]:
    return pattern_of({**_CITIES, **_COUNTRIES, **_STATES, **_CONTINENTS})


def _always_a_place(name: str, text: str) -> bool:
    before = "in|from|near|at|to" + ("|for|of|across|through|throughout|outside" if name in _STATES else "")
    inside = re.findall(rf"\b(?:{before}) {name}(?!\w)", text)
    return len(inside) == len(re.findall(rf"(?<!\w){name}(?!\w)", text))
