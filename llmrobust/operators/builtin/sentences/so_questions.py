"""A fact and the question that it leads to as one sentence: "I lost my card, so what should I do?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question, statement
from llmrobust.english.noun_phrases import inner
from llmrobust.operators.builtin.sentences.joining import statement_and_question

_LONGEST_FACT, _LONGEST_QUESTION = 110, 140
"""Characters of what is joined: beyond, nobody asks in the same breath."""
_REASONS = frozenset("so because since as therefore thus hence".split())
"""Words of a sentence that says already what follows from what."""
_UNASKED = frozenset("why and but so or also then now anyway".split())
"""What a question begins with that follows from no fact, or leans on it in another way."""


def so_asked(one: Analysis, two: Analysis) -> str | None:
    """ "I lost my card, so what should I do?" of "I lost my card. What should I do?"; None for other sentences."""
    asked = question(two)
    if statement(one) is None or not one.text.endswith(".") or asked is None or not two.text.endswith("?"):
        return None
    if len(one.text) > _LONGEST_FACT or len(two.text) > _LONGEST_QUESTION or not _leads(one, two):
        return None
    if asked.start and two[0].lower != "if":
        return None
    said = inner(two, 0, len(two) - 1)
    return None if said is None else f"{one.text[:-1]}, so {said}"


def so_asked_within(text: Analysis) -> str | None:
    """ "My card has not come, so where is it?" of "My card has not come, where is it?"; None for other sentences."""
    halves = statement_and_question(text)
    if halves is None or any(t.lower in _REASONS for t in text.tokens):
        return None
    stated, asked = halves
    return None if asked.split()[0].lower() in _UNASKED else f"{stated}, so {asked}"


def _leads(one: Analysis, two: Analysis) -> bool:
    """Whether a question may be asked because of a fact: the fact says of nothing that it follows from another one."""
    said = {t.lower for t in one.tokens}
    negated = len(two) > 2 and two[1].dep == "neg"
    return not (
        said & _REASONS or two[0].lower in _UNASKED or negated or [t.lower for t in two.tokens[:2]] == _HOW_COME
    )


_HOW_COME = ["how", "come"]
