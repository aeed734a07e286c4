"""Labels that are the numbers of options: how they change with the numbering, and where a prompt mentions them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from llmrobust.operators.operator import Draw
from llmrobust.prompt.enumeration import LONGEST, NUMBERINGS
from llmrobust.prompt.format_grammar import Format, Slot
from llmrobust.prompt.format_reader import Structure
from llmrobust.prompt.spans import Message, Place, Prompt, Span

NUMBERING: Slot = ("options", "numbering")
_WORDLIKE = ("A", "a", "I", "i")
"""Labels that are English words too: a mention only where no other word follows."""
_STRUCTURE = ("label", "separator", "space", "enumerator")


_BY_LETTER = re.compile(
    r"(?:both |either |neither |only |options? |answers? |choices? |statements? )?"
    r"\(?\b(?P<one>[A-Z]|[a-z](?=[).])|[1-9])\b\)?\s*(?:,|and|or|nor|&|\+)\s*"
    r"\(?\b(?P<two>[A-Z]|[a-z](?=[).])|[1-9])\b\)?(?: only| are (?:correct|true|both correct))?\W*|"
    r"(?:both|either|neither|only)\s+\(?[A-Z1-9]\b.*",
    re.IGNORECASE,
)
"""An option that names others by their letters, or numbers: "Both C and D"."""
_BY_NAME = re.compile(r"\b(?:options?|answers?|choices?|statements?|alternatives?)\s+\(?(?:[A-J]|[1-9])\b\)?(?!\w)")
"""A mention of an option by its number, in a question: "Why is option B wrong?"."""


def renumbered(
    prompt: Prompt, structure: Structure, values: Format, labels: Sequence[str]
) -> tuple[dict[str, str], dict[Place, str]] | None:
    """The map from labels to the numbers that these values show, and the new texts of their mentions.

    Empty where the numbering stays, the map also where the answers are no numbers. None if a label has no number in
    the new numbering.
    """
    if values.get(NUMBERING) == structure.original.get(NUMBERING) or not structure.numbers:
        return {}, {}
    numbering = values[NUMBERING]
    known = _canonical(structure.numbers)
    indices = {label: known.index(label) for label in (*labels, *structure.numbers) if label in known}
    if any(index >= LONGEST[numbering] for index in indices.values()):
        return None
    new = {label: NUMBERINGS[numbering](index) for label, index in indices.items()}
    is_answer = any(label in structure.numbers for label in labels)
    mentions = dict(_mentions(prompt, structure, new, is_answer))
    return ({label: new[label] for label in labels if label in new} if is_answer else {}), mentions


def numbers_in_text(prompt: Prompt, structure: Structure, slot: Slot) -> bool:
    """Whether the prompt's own text mentions an item of a worded enumeration by its number ("sentence 1")."""
    own = " ".join(span.text for _, span in prompt.places(lambda span: span.kind not in ("variable", *_STRUCTURE)))
    for piece in structure.pieces:
        if slot in piece.slots:
            item = re.fullmatch(r"([^\W\d_]+)[\W_]*(\w+)[\W_]*", prompt.span(piece.place).text)
            if item is None or re.search(rf"\b{item[1]}s?\W*{item[2]}\b", own, re.IGNORECASE):
                return True
    return False


def names_others(text: str, labels: Sequence[str]) -> bool:
    """Whether an option names others by their numbers: "Both C and D", "A or B" where A and B are labels."""
    found = _BY_LETTER.fullmatch(text)
    if found is None:
        return False
    if re.match(r"(?:both|either|neither|only)\b", text, re.IGNORECASE):
        return True
    known = {label.casefold() for label in labels}
    return any(name.casefold() in known for name in (found["one"], found["two"]) if name)


def numberings_asked_for(prompt: Prompt, structure: Structure, draw: Draw) -> tuple[str, ...] | None:
    """The numberings in which the prompt still asks for what it shows; None where any would do.

    "Reply with the letter" needs letters, "the number of the option" numbers. Where the answers are the options' own
    numbers and the suite does not say so (`choices`), nothing would follow a new numbering, and the old one stays.
    """
    own = "".join(span.text for _, span in prompt.places(lambda span: span.kind not in ("variable", *_STRUCTURE)))
    now = structure.original.get(NUMBERING, "")
    named = {span.text for _, span in prompt.places(lambda span: span.protected and span.kind != "variable")}
    unknown = {draw.expected or "", *named} & set(structure.numbers) - set(draw.labels)
    if unknown or _named_by_a_value(prompt, structure):
        return (now,)
    if re.search(r"\bletters?\b", own, re.IGNORECASE):
        return ("A", "a") if now in ("A", "a") else (now,)
    if re.search(
        r"\b(?:numbers?|digits?)\b.{0,20}\b(?:options?|answers?|choices?)\b|"
        r"\b(?:options?|answers?|choices?)\b.{0,12}\b(?:numbers?|digits?)\b|"
        r"\b(?:with|give|write|return|output) (?:only )?"
        r"(?:the|its|a) (?:numbers?|digits?)\b",
        own,
        re.IGNORECASE,
    ):
        return ("1",) if now == "1" else (now,)
    return None


def _named_by_a_value(prompt: Prompt, structure: Structure) -> bool:
    """Whether an option, or another value, names an option by its number."""
    if not structure.numbers:
        return False
    values = [span.text.strip() for _, span in prompt.places(lambda span: span.kind not in _STRUCTURE)]
    named = (_BY_NAME.search(text) for text in values)
    return any(names_others(text, structure.numbers) for text in values) or any(
        found is not None and found[0] != text for found, text in zip(named, values, strict=True)
    )


def replaced_texts(prompt: Prompt, texts: Mapping[Place, str]) -> Prompt:
    """The prompt with new texts, of protected spans as well: a label that changes changes wherever it is named."""
    spans = [list(message.spans) for message in prompt.messages]
    for (m, s), text in texts.items():
        spans[m][s] = spans[m][s].saying(text)
    messages = zip(prompt.messages, spans, strict=True)
    return Prompt(tuple(Message(message.role, tuple(new)) for message, new in messages), prompt.mode, prompt.gold)


def _canonical(numbers: tuple[str, ...]) -> list[str]:
    """All labels of the numbering that these are the first of; the numbers themselves if it is unknown."""
    for name, number in NUMBERINGS.items():
        if len(numbers) <= LONGEST[name] and tuple(number(i) for i in range(len(numbers))) == numbers:
            return [number(i) for i in range(min(LONGEST[name], 100))]
    return list(numbers)


def _shown(structure: Structure) -> dict[str, str]:
    """From each option's label to its current number in the prompt."""
    number = NUMBERINGS[structure.original[NUMBERING]]
    return {label: number(i) for i, label in enumerate(structure.numbers)}


def _mentions(
    prompt: Prompt, structure: Structure, new: Mapping[str, str], is_answer: bool
) -> Iterator[tuple[Place, str]]:
    """Places that name a label outside of the options themselves, with the label's new name."""
    options = {piece.place for piece in structure.pieces}
    answers = _answer_places(prompt, structure) if is_answer else set()
    shown = _shown(structure)
    for place, span in prompt.places():
        if place in options:
            continue
        if span.kind == "enumerator" and span.text in (span.name, shown.get(span.name)) and span.name in new:
            yield place, new[span.name]
        elif span.text in new and is_answer and (place in answers or _is_mention(prompt, place, span)):
            yield place, new[span.text]


def _is_mention(prompt: Prompt, place: Place, span: Span) -> bool:
    """Whether a protected word of the template's own text is a label, and not an article or pronoun."""
    if not span.protected or span.kind in ("variable", *_STRUCTURE):
        return False
    following = "".join(one.text for one in prompt.messages[place[0]].spans[place[1] + 1 :])
    return span.text not in _WORDLIKE or re.match(r"\s+(?!(?:or|and|to)\b)\w", following) is None


def _answer_places(prompt: Prompt, structure: Structure) -> set[Place]:
    """The values of demonstrations' answer fields: of fields named like the one at the prompt's end."""
    places = set()
    wanted = structure.answer_label.lower()
    for m, message in enumerate(prompt.messages):
        spans = message.spans
        for s in range(2, len(spans)):
            label, separator = spans[s - 2], spans[s - 1]
            is_field = (label.kind, separator.kind) == ("label", "separator") and label.text.lower() == wanted
            if wanted and is_field and spans[s].kind == "variable":
                places.add((m, s))
    return places
