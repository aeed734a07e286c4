"""What an instruction can ask of an input: two or more kinds for each layout, and the right answer to each."""

from dataclasses import dataclass

from tools.tiny_model.items import TASKS, Item
from tools.tiny_model.layouts import Layout

UNCLEAR = "unclear"
"""The answer to an instruction that asks for nothing the input could be asked."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one layout, the main one first, which has the task's name: what each asks for."""

    asks: dict[str, str]

    @property
    def others(self) -> tuple[str, ...]:
        """The kinds beside the main one."""
        return tuple(self.asks)[1:]


KINDS: dict[str, Kinds] = {
    "sentiment": Kinds({"sentiment": "`positive` or `negative`", "subject": "the thing reviewed"}),
    "triage": Kinds({"triage": "`billing`, `bug` or `praise`", "mood": "is the customer `happy` or `unhappy`"}),
    "extraction": Kinds({"extraction": "the answer to the question", "person": "the person in the question"}),
    "boolean": Kinds({"boolean": "`true` or `false`", "contradiction": "is there a contradiction, `yes` or `no`"}),
    "choice": Kinds(
        {"choice": "the mark of the right option", "in full": "its text", "last": "the mark of the last option"}
    ),
}
"""By task, in the order of ``TASKS``. Where a review speaks of two things, the one that it names first is reviewed."""

assert tuple(KINDS) == TASKS


def kinds_of(task: str) -> tuple[str, ...]:
    """The kinds of a task's layout, the main one first."""
    return tuple(KINDS[task].asks)


def answer_to(kind: str, item: Item, layout: Layout) -> str:
    """The right answer to an instruction of the kind for the item, written down in the layout."""
    if kind == "choice":
        return layout.marks[item.options.index(item.answer)]
    if kind == "last":
        return layout.marks[len(item.options) - 1]
    if kind == "subject":
        return item.subject
    if kind == "mood":
        return "happy" if item.answer == "praise" else "unhappy"
    if kind == "person":
        return item.asked.person if item.asked else ""
    if kind == "contradiction":
        return "no" if item.answer == "true" else "yes"
    return UNCLEAR if kind == UNCLEAR else item.answer
