"""Names by type and region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from llmrobust.operators.lexicons import LazyMapping, read_lexicon

Role = Literal["f", "m", "u", "surname"]
"""A woman's, a man's or anybody's given name, or a family name."""
Community = Mapping[Role, tuple[str, ...]]
_ROLES: Mapping[str, Role] = {"female": "f", "male": "m", "surnames": "surname"}


def _communities() -> dict[str, tuple[Community, ...]]:
    found: dict[str, dict[str, dict[Role, tuple[str, ...]]]] = {}
    for kind, community, region, *names in read_lexicon(__package__, "communities"):
        found.setdefault(region, {}).setdefault(community, {})[_ROLES[kind]] = tuple(names)
    return {region: tuple({**one, "u": one["m"]} for one in several.values()) for region, several in found.items()}


def _of_kind(name: str, kind: str) -> LazyMapping[tuple[str, ...]]:
    return LazyMapping(lambda: {row[1]: row[2:] for row in read_lexicon(__package__, name) if row[0] == kind})


FEMALE: Mapping[str, tuple[str, ...]] = _of_kind("names", "female")
MALE: Mapping[str, tuple[str, ...]] = _of_kind("names", "male")
UNISEX: Mapping[str, tuple[str, ...]] = _of_kind("names", "unisex")
SURNAMES: Mapping[str, tuple[str, ...]] = _of_kind("names", "surnames")
COMMUNITIES: Mapping[str, tuple[Community, ...]] = LazyMapping(lambda: _communities())
"""By region, names that go together: given names and family names of one community."""
CITIES: Mapping[str, tuple[str, ...]] = _of_kind("names", "cities")
COUNTRIES: Mapping[str, tuple[str, ...]] = _of_kind("names", "countries")
SHORT_COUNTRIES: Mapping[str, tuple[str, ...]] = _of_kind("names", "short")
"""Short names of countries, which are recognised but never drawn."""
CITIES_IN: Mapping[str, tuple[str, ...]] = _of_kind("names", "in")
"""Cities by country."""
WITHIN: Mapping[str, tuple[str, ...]] = _of_kind("names", "within")
"""States and provinces, which are never drawn: a city that is followed by its own stays."""
STATES: Mapping[str, tuple[str, ...]] = _of_kind("names", "states")
"""By country, states and provinces that may become others, where no city of theirs stands before them."""
CONTINENTS: Mapping[str, tuple[str, ...]] = _of_kind("names", "continents")
ORGANISATIONS: Mapping[str, tuple[str, ...]] = _of_kind("organisations", "made-up")
"""Made up, by kind: they are nobody's."""
FOUNDERS: Mapping[str, tuple[str, ...]] = _of_kind("organisations", "founders")
"""Made-up names that organisations are called after."""
KNOWN_ORGANISATIONS: Mapping[str, tuple[str, ...]] = _of_kind("organisations", "known")
AMBIGUOUS = frozenset(
    "Grace Rose Mark Bill Max Iris Will Jack Li Ming Lan Mei Rosa Carol Frank Ruth Amy Ade Das Park Baker Cooper Clark "
    "Walker Wright Taylor Smith Miller Apple Amazon Lima Nancy Chad Jordan".split()
)
"""Names that are also other words; read as names only beside a capitalised word or a form of be."""
PEOPLE_TOO = frozenset(
    "Sydney Paris Chad Jordan Santiago Lima Austin Dallas Houston Florence Sofia Perth Nice Victoria Vienna "
    "Cleveland Bern Phoenix Savannah Charleston Charlotte Nancy Valencia Cordoba Rosario Orlando Turkey Milan "
    "Lille Bergen Reading".split()
)
"""Places that are first names too; read as places only after "in", "from", "near" or "at"."""
Region = Literal["western", "south_asian", "east_asian", "african", "arabic", "latin"]
REGIONS = ("western", "south_asian", "east_asian", "african", "arabic", "latin")
