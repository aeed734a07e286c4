"""How an item is written down: instructions, separators, joins, casing and enumerators, trained and held out."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.tiny_model.draw import Draw

Casing = Callable[[str], str]
CASINGS: dict[str, Casing] = {"as-is": str, "lower": str.lower, "upper": str.upper}


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write a prompt: ``Descriptor<separator>text`` fields put together with ``join``.

    enumerator: a pattern such as ``{}.`` around the mark; marks: the marks of the options, the possible answers.
    """

    separator: str = ": "
    join: str = "\n"
    casing: str = "as-is"
    enumerator: str = "{}."
    marks: tuple[str, ...] = ("A", "B", "C", "D")


UPPER = ("A", "B", "C", "D")
LOWER = ("a", "b", "c", "d")
DIGITS = ("1", "2", "3", "4")
ROMAN = ("i", "ii", "iii", "iv")

TRAINED_SEPARATORS = ((": ", 0.72), (":\n", 0.09), (" - ", 0.10), (" : ", 0.09))
TRAINED_JOINS = (("\n", 0.82), ("\n\n", 0.10), (" ", 0.08))
TRAINED_CASINGS = (("as-is", 0.80), ("lower", 0.10), ("upper", 0.10))
TRAINED_ENUMERATORS = (("{}.", 0.76), ("{})", 0.12), ("({})", 0.12))
TRAINED_MARKS = ((UPPER, 0.84), (LOWER, 0.08), (DIGITS, 0.08))

HELD_OUT_SEPARATORS = ("::: ", " = ", "\t", " | ", " >> ")
HELD_OUT_JOINS = (" ; ", " || ", " -- ", " <sep> ", ", ")
HELD_OUT_ENUMERATORS = ("[{}]", "<{}>", "{} )", "{} /")


def trained_layout(draw: Draw) -> Layout:
    """A layout from the training distribution; most often the plain one."""
    return Layout(
        separator=draw.weighted(TRAINED_SEPARATORS),
        join=draw.weighted(TRAINED_JOINS),
        casing=draw.weighted(TRAINED_CASINGS),
        enumerator=draw.weighted(TRAINED_ENUMERATORS),
        marks=draw.weighted(TRAINED_MARKS),
    )


@dataclass(frozen=True, slots=True)
class Fields:
    """The descriptors that a layout's fields may have: first and second (if it has one) input, and the answer's."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    answer: tuple[str, ...]


FIELDS: dict[str, Fields] = {
    "sentiment": Fields(("Review", "Text"), (), ("Sentiment", "Answer")),
    "triage": Fields(("Ticket", "Message"), (), ("Category", "Answer")),
    "extraction": Fields(("Context", "Text"), ("Question",), ("Answer",)),
    "boolean": Fields(("Context", "Text"), ("Statement",), ("Answer",)),
    "choice": Fields(("Context", "Text"), ("Question",), ("Answer",)),
}
"""By task. They are the same whatever an instruction asks for, so that the instruction alone decides."""

LOOKUP = ("Give the mark of the option.", "Find the option in the list.")
"""Instructions of a kind of choice for training only: the question is the text of an option."""

SYSTEMS = (
    "You are a helpful assistant.",
    "You are a support assistant.",
    "Answer with one word.",
    "Answer briefly.",
    "You are a careful reader.",
)
SYSTEMS_HELD_OUT = (
    "You never make up information.",
    "Act as an experienced editor who values precision.",
    "Today is a sunny day and you are in a good mood.",
)
