"""The layouts of the tasks in the published format vectors, as the grammar's parts with their original values.

Every task's attributes are listed in the order in which the vectors give values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmrobust.prompt.format_grammar import Attribute, Bare, Components, Enumeration, Field, Part, Slot

SHARED: dict[Slot, str] = {("fields", "casing"): "as_is", ("fields", "separator"): ": "}
CASING: Slot = ("fields", "casing")
SEPARATOR: Slot = ("fields", "separator")
ATTRIBUTES: dict[str, Attribute] = {
    "space": "space",
    "separator": "separator",
    "text_descriptor_fn": "casing",
    "item_wrapper": "wrapper",
    "number_format": "numbering",
    "separator_text_and_option": "option_separator",
}


@dataclass(frozen=True)
class Layout:
    """A task's parts, its original values, and its enumerations by the authors' name."""

    root: Components
    original: Mapping[Slot, str]
    enumerations: Mapping[str, Enumeration]


def layout_of(task: Mapping[str, Any]) -> Layout:
    """The layout of a task of task_formats.json."""
    name, text = task["task"], task["template"]
    if name in ("task319", "task320"):
        parts: tuple[Part, ...] = (Field("Target"), Bare(), Field("Answer"))
        return Layout(Components(parts), {**SHARED, ("fields", "space"): " \n"}, {})
    if not any(attribute["kind"] == "enumeration" for attribute in task["attributes"]):
        names = re.findall(r"([A-Z][A-Za-z ]*): \{\}", text)
        space = text.split("{}")[1][: -len(f"{names[1]}: ")]
        return Layout(Components(tuple(map(Field, names))), {**SHARED, ("fields", "space"): space}, {})
    return _ENUMERATED[name]


def slots_in_order(task: Mapping[str, Any], layout: Layout) -> list[Slot]:
    """The slot of every attribute of a task."""
    owners = {one.descriptor: one.owner for one in _enumerations(layout.root)}
    slots: list[Slot] = []
    for attribute in task["attributes"]:
        kind = ATTRIBUTES[attribute["attribute"]]
        if attribute["kind"] == "shared":
            slots.append(("fields", kind))
        elif attribute["kind"] == "spacing":
            slots.append(("fields" if attribute["element"] == 0 else "list", kind))
        else:
            slots.append((owners[attribute["descriptor"]], kind))
    return slots


def _enumerations(part: Part) -> list[Enumeration]:
    if isinstance(part, Components):
        return [one for child in part.parts for one in _enumerations(child)]
    return [part] if isinstance(part, Enumeration) else []


def _items(
    owner: str, space: str, separator: str, wrapper: str = "x", numbering: str = "1", between: str = " "
) -> dict[Slot, str]:
    return {
        (owner, "space"): space,
        (owner, "separator"): separator,
        (owner, "wrapper"): wrapper,
        (owner, "numbering"): numbering,
        (owner, "option_separator"): between,
        (owner, "casing"): "as_is",
    }


def _layout(parts: tuple[Part, ...], space: str, *items: dict[Slot, str], inner: str = "", **names: str) -> Layout:
    root = Components(parts)
    original = {**SHARED, ("fields", "space"): space, ("list", "space"): inner}
    for one in items:
        original.update(one)
    found = {one.owner: one for one in _enumerations(root)}
    return Layout(root, original, {name: found[owner] for name, owner in names.items()})


def _options(count: int) -> Enumeration:
    return Enumeration(tuple(range(count)))


def _list(*parts: Part, blank_only: bool = False) -> Components:
    return Components(parts, ("list", "space"), blank_only)


def _worded(word: str, items: tuple[int, ...], separator: Slot | None = None, casing: Slot | None = CASING) -> Part:
    return Enumeration(items, word, word, separator, casing)


_ANSWER = Field("Answer")
_MIDDLE = _layout(
    (Field("Beginning"), _worded("Middle", (0, 1)), Field("Ending"), _ANSWER),
    " ", _items("Middle", " ", ": "), enum1="Middle",
)  # fmt: skip
_PAIR = _layout(
    (_worded("Sentence", (0, 1)), _ANSWER), " \n ", _items("Sentence", " ", ": "), enum1="Sentence"
)  # fmt: skip
_STORY = _layout(
    (
        Field("Title"),
        _worded("Sentence", (0, 1, 2, 3), SEPARATOR, None),
        _list(Field("Choices", has_text=False), _options(2), blank_only=True),
        _ANSWER,
    ),
    " ", _items("Sentence", " ", ": "), _items("options", " ", ". ", "x", "a"), enum0="Sentence", enum1="options",
)  # fmt: skip
_TITLES = _layout(
    (
        _worded("Sentence", (0, 1, 2, 3, 4), SEPARATOR),
        _list(Field("Choices", has_text=False), _options(2), blank_only=True),
        _ANSWER,
    ),
    " ", _items("Sentence", " ", ": "), _items("options", " ", " ", "x.", "a"), enum0="Sentence", enum1="options",
)  # fmt: skip
_TEN = _layout(
    (_worded("Sentence", tuple(range(10))), _list(_options(2)), _ANSWER),
    " \n ", _items("Sentence", " ", ": ", between=""), _items("options", " ", " ", "(x)", "A"), enum1="options",
)  # fmt: skip
_READING = _layout(
    (
        Field("Context"),
        Field("Question"),
        _list(Field("Options", has_text=False), _options(3), blank_only=True),
        _ANSWER,
    ),
    " \n ", _items("options", " ", " ", "(x)", "A"), enum1="options",
)  # fmt: skip
_FACTS = _layout(
    (_worded("Fact", (0, 1)), _list(Field("Question"), _options(8)), _ANSWER),
    ", ", _items("Fact", ", ", ": ", between=""), _items("options", " ", " ", "(x)", "A"), inner=" ", enum1="options",
)  # fmt: skip


def _problem(space: str, between: str, wrapper: str) -> Layout:
    heading = _list(Field("Options", has_text=False), _options(5), blank_only=True)
    values = _items("options", between, " ", wrapper, "a")
    return _layout((Field("Problem"), heading, _ANSWER), space, values, enum1="options")


_ENUMERATED: dict[str, Layout] = {
    "task065": _layout(
        (_worded("Sentence", (0, 2, 3, 4)), _worded("Option", (0, 1)), _ANSWER),
        " \n ", _items("Sentence", " \n ", ": "), _items("Option", " \n ", ": "), enum1="Option",
    ),
    "task069": _MIDDLE,
    "task070": _MIDDLE,
    "task190": _PAIR,
    "task1347": _PAIR,
    "task213": _STORY,
    "task214": _STORY,
    "task220": _TITLES,
    "task296": _TEN,
    "task297": _TEN,
    "task385": _READING,
    "task580": _READING,
    "task1297": _FACTS,
    "task1612": _layout(
        (_worded("sentence", (0, 1)), _ANSWER), " \n ", _items("sentence", " ", ": ", "x", "A", "_")
    ),
    "task1678": _problem("\n", ", ", "x."),
    **{f"task{number}": _problem(" \n", " , ", "x )") for number in (1419, 1420, 1421, 1423)},
}  # fmt: skip
