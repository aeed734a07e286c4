"""FormatSpread's grammar of prompt formats: what may vary, which combinations are valid, and how they are written.

A layout is a tree of parts; each part reads its separator, casing and so on from a *slot* of a format, and parts that
share an owner read the same slot. Values and rules are those of the authors' code, one for one.
Source: Sclar et al. 2023, "Quantifying Language Models' Sensitivity to Spurious Features in Prompt Design"
(arXiv 2310.11324), section 3.1 and appendix A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from llmrobust.prompt.enumeration import LONGEST, NUMBERINGS, WRAPPERS

Attribute = Literal["separator", "space", "casing", "wrapper", "numbering", "option_separator"]
Slot = tuple[str, Attribute]
"""An owner ("fields", "options") and an attribute of it: the unit that a format gives a value to."""
Format = Mapping[Slot, str]
"""A value for every slot of a layout."""

SEPARATORS = (
    "", "::: ", ":: ", ": ", " \n\t", "\n    ", " : ", " - ", " ", "\n ", "\n\t", ":", "::", "- ", "\t",
)  # fmt: skip
SPACES = (
    "", " ", "\n", " \n", " -- ", "  ", "; \n", " || ", " <sep> ", ", ", " \n ", " , ", "\n ", ". ", " ,  ",
)  # fmt: skip
"""The authors list " -- " twice, which makes it twice as likely there; here every value is as likely as another."""
OPTION_SEPARATORS = ("", " ", "  ", "\t")
CASINGS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"as_is": str, "title": str.title, "upper": str.upper, "lower": str.lower}
)
VALUES: Mapping[Attribute, tuple[str, ...]] = MappingProxyType(
    {
        "separator": SEPARATORS,
        "space": SPACES,
        "casing": tuple(CASINGS),
        "wrapper": WRAPPERS,
        "numbering": tuple(NUMBERINGS),
        "option_separator": OPTION_SEPARATORS,
    }
)
"""Every attribute's values."""


@dataclass(frozen=True, slots=True)
class Field:
    """`descriptor + separator + text`; without text for a heading such as "Options:"."""

    descriptor: str
    separator: Slot = ("fields", "separator")
    casing: Slot = ("fields", "casing")
    has_text: bool = True


@dataclass(frozen=True, slots=True)
class Bare:
    """A text without a descriptor."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items `descriptor + option separator + wrapped number + separator + text`, joined by the enumeration's space.

    items: zero-based numbers, usually 0, 1, 2, ...; descriptor: "Option", or empty. Space, wrapper, numbering and
    option separator are the owner's own; separator and casing too, unless slots are given.
    """

    items: tuple[int, ...]
    descriptor: str = ""
    owner: str = "options"
    shared_separator: Slot | None = None
    shared_casing: Slot | None = None

    def slot(self, attribute: Attribute) -> Slot:
        """Where the enumeration reads an attribute."""
        shared = {"separator": self.shared_separator, "casing": self.shared_casing}.get(attribute)
        return shared or (self.owner, attribute)


@dataclass(frozen=True, slots=True)
class Components:
    """Parts joined by a space; blank_only: by whitespace and nothing else."""

    parts: tuple[Part, ...]
    space: Slot = ("fields", "space")
    blank_only: bool = False


Part = Field | Bare | Enumeration | Components


def is_valid(part: Part, values: Format) -> bool:
    """Whether the grammar allows these values together.

    A field needs a separator. An enumeration whose separators break the line needs a line break between its items. If
    components are not on separate lines, no separator before a text breaks the line. Components follow
    each other without any space only if none but the last has text. Numbers must exist in the numbering.
    """
    return _is_valid(part, values, newlines=True)


def template(part: Part, values: Format) -> str:
    """The part as written in these values, with `{}` for every text."""
    match part:
        case Bare():
            return "{}"
        case Field():
            descriptor = CASINGS[values[part.casing]](part.descriptor)
            return f"{descriptor}{values[part.separator]}{'{}' if part.has_text else ''}"
        case Components():
            return values[part.space].join(template(child, values) for child in part.parts)
        case Enumeration():
            lead = ""
            if part.descriptor:
                lead = CASINGS[values[part.slot("casing")]](part.descriptor) + values[part.slot("option_separator")]
            wrapper, separator = values[part.slot("wrapper")], values[part.slot("separator")]
            items = (f"{lead}{wrapper.replace('x', number)}{separator}{{}}" for number in numbers(part, values))
            return values[part.slot("space")].join(items)


def numbers(part: Enumeration, values: Format) -> tuple[str, ...]:
    """The numbers of the items, without their wrapper: "i", "ii", "iii"."""
    return tuple(NUMBERINGS[values[part.slot("numbering")]](item) for item in part.items)


def _slots(part: Part) -> Iterator[Slot]:
    match part:
        case Field():
            yield part.casing
            yield part.separator
        case Components():
            yield part.space
            for child in part.parts:
                yield from _slots(child)
        case Enumeration():
            for attribute in VALUES:
                if part.descriptor or attribute not in ("casing", "option_separator"):
                    yield part.slot(attribute)
        case Bare():
            return


def _is_valid(part: Part, values: Format, newlines: bool) -> bool:
    """newlines: whether every component around the part is on separate lines."""
    match part:
        case Bare():
            return True
        case Field():
            separator = values[part.separator]
            return separator != "" and (newlines or not part.has_text or "\n" not in separator)
        case Enumeration():
            separator = values[part.slot("separator")]
            between = values[part.slot("option_separator")] if part.descriptor else ""
            breaks = "\n" in separator or "\n" in between
            if (breaks and "\n" not in values[part.slot("space")]) or (not newlines and "\n" in separator):
                return False
            return max(part.items, default=0) < LONGEST[values[part.slot("numbering")]]
        case Components():
            space = values[part.space]
            if part.blank_only and not space.isspace():
                return False
            if space == "" and not all(isinstance(one, Field) and not one.has_text for one in part.parts[:-1]):
                return False
            return all(_is_valid(child, values, newlines and "\n" in space) for child in part.parts)
