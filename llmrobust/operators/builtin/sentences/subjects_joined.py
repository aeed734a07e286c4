"""Two clauses on one subject that "and" or "but" joins, with the subject said twice or once, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, statement
from llmrobust.operators.builtin.sentences.described_things import may_be_person
from llmrobust.operators.builtin.sentences.said_again import pronoun_again, second_verb
from llmrobust.operators.builtin.values.people import pronoun_of

_NOT_AGAIN = frozenset("it there this that".split())
"""Subjects that may stand for nothing, or for another thing each time."""


def with_subject_again(text: Analysis) -> str | None:
    """ "He buys a house, and then he rents it out." of "He buys a house and then rents it out."."""
    found = second_verb(text)
    who = None if found is None else pronoun_again(text, found)
    if found is None or who is None or any(t.dep in ("relcl", "ccomp") for t in text.tokens[: found.link]):
        return None
    then = " then" if text[found.start].lower == "then" else ""
    rest = text.text[text[found.start + bool(then)].start :]
    return f"{text.said(0, found.before)}, {text[found.link].text}{then} {who} {rest}"


def with_subject_once(text: Analysis) -> str | None:
    """ "She called the bank and asked for help." of "She called the bank, and she asked for help."."""
    root, first = text.root, statement(text)
    if root is None or first is None or first.subject_range[0] != 0 or text.text.endswith(("?", "!")):
        return None
    joints, links = text.dependents(root.index, "conj"), text.dependents(root.index, "cc")
    if len(joints) != 1 or len(links) != 1 or text[links[0]].lower not in ("and", "but"):
        return None
    link, second = links[0], clause_at(text, joints[0])
    if second is None or second.is_inverted or second.subject_range != (link + 1, link + 1) or link < root.index + 2:
        return None
    if text.dependents(joints[0], "conj") or text[second.finite].lemma == text[first.finite].lemma:
        return None
    if not _is_same(text, first.subject, second.subject, link):
        return None
    if text[link + 2].text.startswith(("'", "’")) or any(_is_clausal(text, i) for i in range(root.index + 1, link)):
        return None
    before = link - 1 - (text[link - 1].text == ",")
    return f"{text.said(0, before)} {text[link].text} {text.text[text[link + 2].start :]}"


def _is_same(text: Analysis, one: int, other: int, link: int) -> bool:
    """Whether the second subject can only be the first one again."""
    first, second = text[one], text[other]
    if second.tag != "PRP" or second.lower in _NOT_AGAIN or first.left != first.right:
        return False
    if first.lower == second.lower and second.lower in ("i", "we", "you"):
        return True
    between = text.tokens[one + 1 : link]
    rivals = any(t.tag in ("NNP", "PRP") or may_be_person(t) for t in between)
    rivals = rivals or (second.lower == "they" and any(t.tag == "NNS" for t in between))
    named = first.tag == "NNP" and pronoun_of(first.text) == second.lower
    return not rivals and (first.lower == second.lower or named)


def _is_clausal(text: Analysis, index: int) -> bool:
    """Whether a verb without its subject might go on with the clause of a token."""
    return clause_at(text, index) is not None or text[index].dep in ("xcomp", "relcl", "acl", "advcl", "pcomp")
