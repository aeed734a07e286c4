"""Why something is so, by the noun "reason": "I don't know the reason for my payment not working.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Clause, clause_at
from llmrobust.english.noun_phrases import as_object
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined

_KNOWING = frozenset("know understand explain tell".split())


def reason_within(text: Analysis) -> str | None:
    """ "I don't know the reason for my payment not working." of "I don't know why my payment didn't work."."""
    for token in text.tokens[1:-2]:
        before = text[token.index - 1 - (text[token.index - 1].lower in ("me", "us"))]
        if token.lower != "why" or before.lemma not in _KNOWING or token.left != token.index:
            continue
        clause, end = clause_at(text, token.head), text.end
        if clause is None or clause.is_inverted or clause.subject_range[0] != token.index + 1:
            return None
        if text[clause.verb].right != end or any(t.text == "," or t.dep == "advcl" for t in text.tokens[token.index :]):
            return None
        who, does = as_object(text, clause.subject), _doing(clause, end)
        if who is None or does is None or text[clause.subject].lower in ("it", "this", "that", "there"):
            return None
        return edited_at(text, (token.index, end, f"the reason for {who} {does}"))
    return None


def _doing(clause: Clause, end: int) -> str | None:
    """What a clause says of its subject, with its verb in -ing; None for modal verbs and contractions."""
    text, finite, verb = clause.text, clause.text[clause.finite], clause.text[clause.verb]
    if clause.tense == "modal" or finite.lower.startswith(("'", "’")) or text.dependents(verb.index, "conj"):
        return None
    negated = "not" if clause.negation is not None and text[clause.negation].lower != "never" else ""
    start = clause.finite + 1
    while start <= end and text[start].dep == "neg":
        start += 1
    if finite.lemma == "do" and clause.auxiliaries:
        return (
            joined(negated, inflected(verb.lemma, "VBG"), text.said(verb.index + 1, end))
            if start == verb.index
            else None
        )
    if clause.auxiliaries and verb.tag == "VBG" and finite.lemma == "be":
        return joined(negated, text.said(start, end))
    return joined(negated, inflected(finite.lemma, "VBG"), text.said(start, end))
