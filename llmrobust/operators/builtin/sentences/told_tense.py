"""Whether a sentence, or a description that is no sentence, tells of what was or of what is, on the parse."""

from __future__ import annotations

from typing import Literal

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, is_command, main_clause, question

PlainTense = Literal["past", "present"]


def told_tense(text: Analysis, index: int) -> PlainTense | None:
    """Whether the clause around a token tells of what was, or of what is; None where that cannot be told."""
    at = index
    while text[at].head != at:
        at = text[at].head
        clause = clause_at(text, at)
        if clause is not None:
            return "past" if clause.tense == "past" else "present"
    clause = main_clause(text)
    if clause is not None:
        return "past" if clause.tense == "past" else "present"
    asked = question(text)
    if asked is not None:
        return "past" if text[asked.finite].lower in ("did", "was", "were", "had") else "present"
    return "present" if is_fragment(text) or is_command(text) else None


def is_fragment(text: Analysis) -> bool:
    """Whether a text is a noun phrase that describes something, as reviews are written: "a very long movie."."""
    root = text.root
    if root is None or root.tag not in ("NN", "NNS") or text.text.endswith(("?", "!")):
        return False
    opening = text[root.left]
    finite = any(i for i in root.children if clause_at(text, i) is not None and text[i].dep not in ("relcl", "acl"))
    return root.left == 0 and opening.lower in ("a", "an", "another") and not finite
