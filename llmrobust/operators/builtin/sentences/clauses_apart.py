"""Clauses that hang on another one, as sentences: "She smiled. However, he left.", "He ate. Then he left.", on the
parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.sentences.said_again import name_again, pronoun_again, pronoun_for, second_verb

_UNTIL = frozenset("just long shortly soon right immediately even only never not ever yet".split())
"""Words by which "before" measures a time, or denies what comes before it."""
_FEATURELESS = frozenset("problem issue matter thing case person one".split())


def second_verb_apart(text: Analysis) -> str | None:
    """ "The film is short. It has no ending." of "The film is short and has no ending."; None for others."""
    found = second_verb(text)
    if found is None or text.text.endswith(("?", "!")):
        return None
    who = pronoun_again(text, found) or name_again(text, found)
    if who is None:
        return None
    ending = text.text if text.text[-1:] == "." else f"{text.text}."
    rest, lead = ending[text[found.start].start :], "But " if text[found.link].lower == "but" else ""
    if text[found.start].lower == "then" and not lead:
        return f"{text.said(0, found.before)}. Then {who} {ending[text[found.start + 1].start :]}"
    return f"{text.said(0, found.before)}. {lead or ''}{who if lead else raised(who)} {rest}"


def although_apart(text: Analysis) -> str | None:
    """ "She smiled. However, he left." of "She smiled, although he left."; None for others."""
    return _after_mark(text, ("although", "though"), "However,", comma=True)


def before_apart(text: Analysis) -> str | None:
    """ "He ate his breakfast. Then he left." of "He ate his breakfast before he left."; None for others."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.negation is not None or clause.auxiliaries or clause.is_copular:
        return None
    return _after_mark(text, ("before",), "Then", comma=False)


def _after_mark(text: Analysis, marks: tuple[str, ...], lead: str, *, comma: bool) -> str | None:
    """The sentence cut before the last clause, with these words in place of its conjunction."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0 or not text.text.endswith("."):
        return None
    for verb in text.dependents(root.index, "advcl"):
        first, last = text[verb].left, text[verb].right
        second = clause_at(text, verb)
        if text[first].lower not in marks or last != text.end or second is None or second.is_inverted:
            continue
        before = text[first - 1]
        if second.subject_range[0] != first + 1 or (before.text == ",") != comma or before.lower in _UNTIL:
            continue
        if not comma and (second.auxiliaries or second.is_copular or second.negation is not None):
            continue
        if not comma and (clause.tense != second.tense or before.pos in ("ADV", "NUM") or before.entity):
            continue
        return f"{text.said(0, first - 1 - comma)}. {lead} {text.said(first + 1, len(text) - 1)}"
    return None


def features_apart(text: Analysis) -> str | None:
    """ "It is a small house. It has large windows." of "It is a small house with large windows."; None for others."""
    clause, end = statement(text), text.end
    if clause is None or not clause.is_copular or clause.subject_range[0] != 0 or clause.negation is not None:
        return None
    noun = text.first(clause.verb, "attr")
    link = None if noun is None else next((i for i in text.dependents(noun, "prep") if text[i].lower == "with"), None)
    thing = None if link is None else text.first(link, "pobj")
    if noun is None or link is None or thing is None or text[link].right != end or not text.text.endswith("."):
        return None
    described = text.dependents(noun, "amod", "compound") and text[text[noun].left].lower in ("a", "an")
    if not described or text[noun].lemma in _FEATURELESS or text[noun].right != end or link != noun + 1:
        return None
    counted = (
        text[thing].tag == "NNS" and text.dependents(thing, "amod", "nummod") and not text.dependents(thing, "det")
    )
    if not (counted or text[text[thing].left].lower in ("a", "an", "no")) or clause.auxiliaries:
        return None
    subject = text[clause.subject]
    who = subject.lower if subject.lower in ("he", "she", "it", "i") else pronoun_for(text, clause.subject)
    who = "it" if subject.lower in ("this", "that") else who
    if who not in ("he", "she", "it") or any(t.dep in ("relcl", "acl") for t in text.tokens[link:]):
        return None
    have = {"past": "had", "present": "has"}.get(clause.tense)
    return None if have is None else f"{text.said(0, noun)}. {raised(who)} {have} {text.said(link + 1, len(text) - 1)}"
