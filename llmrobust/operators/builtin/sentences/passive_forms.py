"""Forms of words in passives and actives: participles, agents that begin with a name, and the number of a subject."""

from __future__ import annotations

from llmrobust.english import Analysis, Token, form_of
from llmrobust.english.clauses import agreement
from llmrobust.english.noun_phrases import as_object, has_own_article

_ALIKE = frozenset("species series means crossroads headquarters barracks".split())
"""Nouns that look alike in the singular and the plural."""
_ONE = frozenset("a an each every this that".split())


def participle(verb: Token) -> str:
    """The past participle: "shown", which the dictionary has after "showed"."""
    return "shown" if verb.lemma == "show" else form_of(verb, "VBN")


def agent_said(text: Analysis, head: int) -> str | None:
    """A subject's phrase after "by"; None where it is uncertain whether its first word is a name."""
    return text.phrase(head) if _begins_with_name(text, head) else as_object(text, head)


def number_of(text: Analysis, head: int) -> tuple[bool, bool] | None:
    """(plural, first person) of a phrase as a subject; None where its number cannot be told."""
    single = any(text[i].lower in _ONE for i in text.dependents(head, "det"))
    return (False, False) if single and text[head].lower in _ALIKE else agreement(text, head)


def _begins_with_name(text: Analysis, head: int) -> bool:
    """Whether a phrase opens with a title before a name ("King Alfred"), or a thing with a number ("Room 5")."""
    first = text[text[head].left]
    if first.index + 1 >= len(text) or not first.text[:1].isupper():
        return False
    after = text[first.index + 1]
    if has_own_article(text, first.index):
        return True
    titled = first.tag == "NNP" and first.dep == "compound" and after.tag == "NNP"
    return titled or (first.tag in ("NN", "NNP") and after.tag == "CD" and after.index <= text[head].right)
