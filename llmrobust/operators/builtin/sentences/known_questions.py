"""What "do you know" or "can you tell me" asks, asked first: "Where is my card, do you know?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, question
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.parsed import joined

_DO = {"VBD": "did", "VBZ": "does", "VBP": "do"}


def known_first(text: Analysis) -> str | None:
    """ "Is there a number, do you know?" of "Do you know if there is a number?"; None for other sentences."""
    asked, root = question(text), text.root
    if asked is None or root is None or asked.start != 0 or asked.asking is not None or asked.verb != root.index:
        return None
    if asked.subject != (1, 1) or text[1].lower != "you" or root.lemma not in ("know", "tell"):
        return None
    told = text.first(root.index, "ccomp", "advcl")
    if told is None or text[told].right != text.end or any(t.text in (",", "?") for t in text.tokens[: text.end]):
        return None
    start, clause = text[told].left, clause_at(text, told)
    between = text.tokens[root.index + 1 : start]
    if clause is None or clause.is_inverted or any(t.lower not in ("me", "us", "please") for t in between):
        return None
    said, lead = direct(clause, start), inner(text, 0, start - 1)
    return None if said is None or lead is None else like(f"{said}, {lead}?", text)


def direct(clause: Clause, start: int) -> str | None:
    """A question of its own of a clause that asks: "when will it come" of "when it will come"; None where its order is
    uncertain. start: the first token of the clause."""
    text, end, opening = clause.text, clause.text.end, clause.text[start]
    yes_no = opening.lower in ("if", "whether")
    first, last = clause.subject_range
    if not (yes_no or opening.tag in ("WRB", "WP", "WDT")) or any(
        text[i].dep == "conj" for i in text[clause.verb].children
    ):
        return None
    asking = "" if yes_no else text.said(start, first - 1)
    if yes_no and first != start + 1:
        return None
    if not yes_no and first <= start:
        return text.said(start, end)  # the question word is the subject
    finite, verb = text[clause.finite], text[clause.verb]
    if text[last + 1].index != finite.index or finite.lower.startswith(("'", "’")):
        return None
    if clause.auxiliaries or verb.lemma == "be":
        negated = finite.index + 1 < len(text) and text[finite.index + 1].lower in ("n't", "n’t")
        helper = text.said(finite.index, finite.index + negated)
        return joined(asking, helper, text.said(first, last), text.said(finite.index + 1 + negated, end))
    do = _DO.get(verb.tag)
    return (
        None if do is None else joined(asking, do, text.said(first, last), verb.lemma, text.said(verb.index + 1, end))
    )
