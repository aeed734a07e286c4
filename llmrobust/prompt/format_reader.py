"""Reads a prompt's structure: which of its spans are pieces of the format grammar, and the format that they are in.

Fields of one prompt share separator, casing and space; so do all its lists of options, and the items of a word
("Sentence 1", "Sentence 2"). Demonstrations have the same structure and follow the same format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from llmrobust.prompt.enumeration import LONGEST, NUMBERINGS, WRAPPERS
from llmrobust.prompt.format_grammar import CASINGS, Components, Enumeration, Field, Format, Part, Slot, is_valid
from llmrobust.prompt.spans import Place, Prompt, Span

CASING: Slot = ("fields", "casing")
SEPARATOR: Slot = ("fields", "separator")
SPACE: Slot = ("fields", "space")
LIST_SPACE: Slot = ("list", "space")
_NUMBERED = re.compile(r"(?P<word>[^\W\d_]+)(?P<between>[ \t_]*)(?P<number>\d{1,2}|[A-Z])")
_VALUE_TEXT = ("text", "context", "choices", "example")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span that changes with the format: its place, the slots that it depends on, and how it is written."""

    place: Place
    slots: tuple[Slot, ...]
    write: Callable[[Format], str]


@dataclass(frozen=True, slots=True)
class Structure:
    """A prompt's structure.

    parts: the grammar's view of each stretch of components. original: the format that the prompt is in.
    numbers: the label of every option, in order ("A", "B"), empty without options. answer_label: the descriptor of the
    field at the prompt's end, empty without one.
    """

    parts: tuple[Part, ...]
    original: Mapping[Slot, str]
    pieces: tuple[Piece, ...]
    numbers: tuple[str, ...] = ()
    answer_label: str = ""

    def allows(self, values: Format) -> bool:
        """Whether the grammar allows this format here."""
        return all(is_valid(part, values) for part in self.parts)

    def texts(self, values: Format) -> dict[Place, str]:
        """The new texts of the spans that this format writes differently."""
        changed = {slot for slot, value in values.items() if self.original[slot] != value}
        return {piece.place: piece.write(values) for piece in self.pieces if changed.intersection(piece.slots)}


@dataclass(slots=True)
class _Unit:
    """A field's descriptor or an option's number with its separator; `joiner`: the space before the next unit."""

    place: Place
    span: Span
    separator: Span
    is_heading: bool
    is_last: bool
    joiner: Place | None = None


@dataclass(slots=True)
class _Reader:
    """Collects pieces and original values while a prompt is read."""

    prompt: Prompt
    original: dict[Slot, str] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    numbers: tuple[str, ...] = ()
    words: list[str] = field(default_factory=list)

    def add(self, place: Place, write: Callable[[Format], str], slots: Mapping[Slot, str]) -> None:
        """A piece, with the original value of each slot that it depends on."""
        for slot, value in slots.items():
            self.original.setdefault(slot, value)
        self.pieces.append(Piece(place, tuple(slots), write))

    def stretch(self, units: list[_Unit]) -> None:
        """One stretch of units that are joined by spaces, read to a part; left out where its numbers are unknown."""
        children: list[Part] = []
        before = len(self.pieces)
        at = 0
        while at < len(units):
            unit = units[at]
            count = self._run_of_numbered(units, at)
            if unit.span.kind == "enumerator" or count > 1:
                count = count if unit.span.kind == "label" else _run(units, at)
                options = self._enumeration(units[at : at + count])
                if options is None:
                    del self.pieces[before:]
                    return
                children.append(options)
            else:
                count = 1
                children.append(self._field(unit))
            if at + count < len(units):
                self._plain(units[at + count - 1].joiner, SPACE)
            at += count
        grouped = list(_with_lists(children))
        self.parts.append(grouped[0] if len(grouped) == 1 else Components(tuple(grouped), SPACE))

    def _field(self, unit: _Unit) -> Field:
        label, text = unit.span.text, unit.separator.text
        self.add(unit.place, lambda v: CASINGS[v[CASING]](label), {CASING: "as_is"})
        place = (unit.place[0], unit.place[1] + 1)
        if unit.is_heading:
            self._heading(place, text)
        elif unit.is_last:
            self.add(place, lambda v: v[SEPARATOR].rstrip(), {SEPARATOR: text})
        else:
            self._plain(place, SEPARATOR)
        return Field(label, SEPARATOR, CASING, has_text=not unit.is_heading)

    def _heading(self, place: Place, text: str) -> None:
        """ "Options:\\n" is the fields' separator, and a space before the list that is its own."""
        usual = self.original.get(SEPARATOR, "")
        stem = usual if usual and text.startswith(usual) else text.rstrip()
        tail = text[len(stem) :]

        def write(values: Format) -> str:
            separator = stem if values[SEPARATOR] == self.original[SEPARATOR] else values[SEPARATOR]
            gap = values[LIST_SPACE]
            return (separator.rstrip() if "\n" in gap else separator) + gap

        self.add(place, write, {SEPARATOR: stem or text, LIST_SPACE: tail})

    def _enumeration(self, units: list[_Unit]) -> Enumeration | None:
        """An enumeration's part; None if its numbers or wrappers are of no kind that we know."""
        first = units[0].span
        worded = first.kind == "label"
        found = [_NUMBERED.fullmatch(unit.span.text) for unit in units] if worded else []
        texts = [one["number"] for one in found if one] if worded else [unit.span.text for unit in units]
        known = _numbering(texts) if worded else _numbering(texts, (*WRAPPERS, "x"), starts=(0,))
        if known is None:
            return None
        numbering, wrapper, start = known
        owner = "options"
        word, between = "", ""
        if worded and found[0]:
            word, between = found[0]["word"], found[0]["between"]
            if word not in self.words:
                self.words.append(word)
            owner = f"items{self.words.index(word) + 1}"
        else:
            self.numbers = max(self.numbers, tuple(unit.span.name for unit in units), key=len)
        one = Enumeration(
            tuple(range(start, start + len(units))),
            word,
            owner,
            shared_separator=SEPARATOR if worded else None,
            shared_casing=CASING if worded else None,
        )
        for index, unit in zip(one.items, units, strict=True):
            own = {one.slot("wrapper"): wrapper, one.slot("numbering"): numbering}
            if worded:
                own |= {CASING: "as_is", one.slot("option_separator"): between}
            self.add(unit.place, _item_writer(one, index), own)
            self._plain((unit.place[0], unit.place[1] + 1), one.slot("separator"))
        for unit in units[:-1]:
            self._plain(unit.joiner, one.slot("space"))
        self.original.setdefault(one.slot("space"), "\n")
        return one

    def _plain(self, place: Place | None, slot: Slot) -> None:
        """A span that is the slot's value as it is: a separator or a space (which may be missing: None)."""
        if place is not None:
            self.add(place, lambda v: v[slot], {slot: self.prompt.span(place).text})

    def _run_of_numbered(self, units: list[_Unit], at: int) -> int:
        """How many fields from here on are items of one word, numbered one after the other."""
        found = [_NUMBERED.fullmatch(unit.span.text) if unit.span.kind == "label" else None for unit in units[at:]]
        count = 0
        for unit, one in zip(units[at:], found, strict=True):
            if one is None or found[0] is None or one["word"] != found[0]["word"] or unit.is_heading or unit.is_last:
                break
            count += 1
        texts = [one["number"] for one in found[:count] if one]
        return count if count > 1 and _numbering(texts) is not None else 1


def structure_of(prompt: Prompt) -> Structure | None:
    """The structure of a prompt; None if it has neither fields nor options."""
    reader = _Reader(prompt)
    stretches = list(_stretches(prompt))
    for stretch in stretches:
        reader.stretch(stretch)
    if not reader.parts:
        return None
    reader.original.setdefault(SPACE, "\n")
    last = stretches[-1][-1]
    answer = last.span.text if last.is_last and last.span.kind == "label" else ""
    return Structure(tuple(reader.parts), reader.original, tuple(reader.pieces), reader.numbers, answer)


def _stretches(prompt: Prompt) -> Iterator[list[_Unit]]:
    """Units that are joined by spaces, across the prompt in reading order."""
    for m, message in enumerate(prompt.messages):
        units = list(_units(m, message.spans, m == len(prompt.messages) - 1))
        for one, following in pairwise(units):
            one.joiner = _joiner(message.spans, one, following)
        has_narrow = any(u.joiner and "\n\n" not in prompt.span(u.joiner).text for u in units)
        stretch: list[_Unit] = []
        for unit in units:
            stretch.append(unit)
            wide = unit.joiner is not None and "\n\n" in prompt.span(unit.joiner).text
            if (unit.joiner is None and not unit.is_heading) or (wide and has_narrow):
                unit.joiner = None
                yield stretch
                stretch = []
        if stretch:
            yield stretch


def _units(message: int, spans: tuple[Span, ...], is_final: bool) -> Iterator[_Unit]:
    kinds = [span.kind for span in spans]
    for s, (span, following) in enumerate(pairwise(spans)):
        if span.kind in ("label", "enumerator") and following.kind == "separator":
            heading = span.kind == "label" and kinds[s + 2 : s + 4] == ["enumerator", "separator"]
            yield _Unit((message, s), span, following, heading, is_final and s + 2 == len(spans))


def _joiner(spans: tuple[Span, ...], one: _Unit, following: _Unit) -> Place | None:
    """The span of white space (or another space) that joins two units; None if something else is between them."""
    between = spans[one.place[1] + 2 : following.place[1]]
    if not between or one.span.region != following.span.region:
        return None
    *value, last = between
    is_space = last.kind == "space" or (last.kind in _VALUE_TEXT and not last.text.strip() and not last.protected)
    if not is_space or not last.text or last.region != one.span.region:
        return None
    if any(span.kind == "instruction" or (span.kind in _VALUE_TEXT and "\n" in span.text) for span in value):
        return None
    return (one.place[0], following.place[1] - 1)


def _run(units: list[_Unit], at: int) -> int:
    """How many options follow each other from here on."""
    count = 0
    while at + count < len(units) and units[at + count].span.kind == "enumerator":
        count += 1
    return count


def _with_lists(children: list[Part]) -> Iterator[Part]:
    """The children, with each heading and its options as a separate list."""
    at = 0
    while at < len(children):
        child = children[at]
        if isinstance(child, Field) and not child.has_text and at + 1 < len(children):
            yield Components((child, children[at + 1]), LIST_SPACE)
            at += 2
        else:
            yield child
            at += 1


def _numbering(
    texts: list[str], wrappers: tuple[str, ...] = ("x",), starts: tuple[int, ...] = (0, 1, 2)
) -> tuple[str, str, int] | None:
    """Numbering, wrapper and first index of these numbers; None if they are not consecutive in one numbering."""
    for numbering, number in NUMBERINGS.items():
        for wrapper in wrappers:
            for start in starts:
                indices = range(start, start + len(texts))
                if indices.stop > LONGEST[numbering]:
                    continue
                if [wrapper.replace("x", number(i)) for i in indices] == texts:
                    return numbering, wrapper, start
    return None


def _item_writer(one: Enumeration, index: int) -> Callable[[Format], str]:
    def write(values: Format) -> str:
        number = NUMBERINGS[values[one.slot("numbering")]](index)
        item = values[one.slot("wrapper")].replace("x", number)
        if not one.descriptor:
            return item
        return CASINGS[values[CASING]](one.descriptor) + values[one.slot("option_separator")] + item

    return write
