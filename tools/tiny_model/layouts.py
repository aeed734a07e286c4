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
class Wording:
    """The fixed words of a task: its instructions (trained and held out) and the descriptors of its fields.

    fields: descriptor choices for the first field; second: for the second field, if any; answer: for the output field.
    """

    trained: tuple[str, ...]
    held_out: tuple[str, ...]
    fields: tuple[str, ...]
    second: tuple[str, ...]
    answer: tuple[str, ...]


WORDINGS: dict[str, Wording] = {
    "sentiment": Wording(
        (
            "Decide whether the review is positive or negative.",
            "Is the following review positive or negative?",
            "Classify the sentiment of the review as positive or negative.",
            "Read the review and answer positive or negative.",
        ),
        (
            "Tell me if the writer of this review sounds happy (positive) or unhappy (negative).",
            "Label the opinion expressed below with one of two words: negative, positive.",
            "Would you call this feedback negative or positive in tone?",
        ),
        ("Review", "Text"),
        (),
        ("Sentiment", "Answer"),
    ),
    "triage": Wording(
        (
            "Classify the ticket as billing, bug or praise.",
            "Is the ticket about billing, a bug or praise?",
            "Choose the category of the ticket: billing, bug or praise.",
            "Read the ticket and answer billing, bug or praise.",
        ),
        (
            "Sort this customer message into one of praise, bug, billing.",
            "Which team should handle the message below: bug, praise or billing?",
            "Assign exactly one label (bug, billing, praise) to what the customer wrote.",
        ),
        ("Ticket", "Message"),
        (),
        ("Category", "Answer"),
    ),
    "extraction": Wording(
        (
            "Answer the question from the context.",
            "Use the context to answer the question.",
            "Read the context and answer the question.",
            "Answer the question in one word.",
        ),
        (
            "Given the passage, reply to what is asked with a single word.",
            "Find the piece of information that is requested in the text below.",
            "Look up what the asker wants to know.",
        ),
        ("Context", "Text"),
        ("Question",),
        ("Answer",),
    ),
    "boolean": Wording(
        (
            "Is the statement true or false according to the context?",
            "Decide whether the statement is true or false.",
            "Read the context and answer true or false.",
            "Does the context say so? Answer true or false.",
        ),
        (
            "Judge if the claim follows from the passage: false or true.",
            "Check the sentence at the end against the facts and reply false or true.",
            "State whether what is claimed is correct (true) or incorrect (false).",
        ),
        ("Context", "Text"),
        ("Statement",),
        ("Answer",),
    ),
    "choice": Wording(
        (
            "Choose the right option.",
            "Choose the right option for the question.",
            "Read the context and choose the right option.",
            "Answer with the letter of the right option.",
        ),
        (
            "Pick whichever alternative fits best.",
            "Select the correct response from the list and give its mark.",
            "Only one of the candidates below is correct; name it.",
        ),
        ("Context", "Text"),
        ("Question",),
        ("Answer",),
    ),
}
LOOKUP = ("Give the mark of the option.", "Find the option in the list.")
"""Instructions of a kind of choice for training only: the question is the text of an option."""
TEXT_CHOICE = ("Write the right option in full.", "Copy the right option.")
"""Instructions of a kind of choice for training only: its answer is the option's text, which teaches matching."""

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
