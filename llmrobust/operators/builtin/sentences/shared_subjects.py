"""Two sentences about one subject as one: "Ann bakes bread and sells it." of "Ann bakes bread. She sells it."."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, statement
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.values.people import GIVEN

_HE_OR_SHE = frozenset(("he", "she"))
_NEGATIVE = frozenset("not n't n’t never no : ;".split())


def under_one_subject(one: Analysis, two: Analysis) -> str | None:
    """Both sentences with the subject said once; None unless it is surely the same one, and nothing else is changed."""
    first, second = statement(one), statement(two)
    if first is None or second is None or not one.text.endswith(".") or not two.text.endswith("."):
        return None
    if first.subject_range[0] != 0 or second.subject_range[0] != 0 or not _is_the_same(one, first.subject, two):
        return None
    if not _ends_plainly(one, first.verb) or any(t.lower in _NEGATIVE for t in one.tokens):
        return None
    if any(t.text in (":", ";") for t in two.tokens):
        return None
    if (first.tense == "past") != (second.tense == "past") or (first.tense == "modal" and second.tense != "modal"):
        return None
    verb = two[second.verb]
    if verb.pos not in ("VERB", "AUX") or two.dependents(verb.index, "parataxis", "ccomp"):
        return None
    if verb.lemma == one[first.verb].lemma or two[second.subject_range[1] + 1].lower == "first":
        return None
    if two.dependents(verb.index, "cc"):
        return None  # "and buys a house and then puts in $50,000"
    if any(two.first(i, *SUBJECTS) is not None for i in two.dependents(verb.index, "conj")):
        return None
    rest = two.text[two[second.subject_range[1]].end :].lstrip()
    if rest[:1] in "'’" or (two[second.subject].lower == "it" and two[second.finite].lemma == "be"):
        return None
    return f"{one.text[:-1]} and {rest}"


def _ends_plainly(text: Analysis, verb: int) -> bool:
    """Whether "and" with a verb after the sentence can only go on with its main verb."""
    if text[verb].pos not in ("VERB", "AUX"):
        return False
    if any(text[i].dep in ("conj", "advcl", "parataxis", "ccomp") for i in text[verb].children):
        return False
    return not any(t.dep in ("relcl", "acl", "cc") or t.text == "," for t in text.tokens[verb:])


def _is_the_same(one: Analysis, subject: int, two: Analysis) -> bool:
    """Whether the second sentence begins with the first one's subject, as a pronoun or said again."""
    token, other = one[subject], two[0]
    if two[1].pos == "NOUN" or other.dep not in ("nsubj", "nsubjpass"):
        return False
    alone = token.left == token.right
    if alone and other.text == token.text and token.tag in ("PRP", "NNP"):
        return True
    if token.tag == "NNP" and other.tag == "NNP":
        return False
    rivals = [
        t
        for t in one.tokens[token.right + 1 :]
        if t.tag in ("NNP", "PRP") or (t.tag != "PRP$" and is_person(one, t.index))
    ]
    people = [t for t in rivals if t.entity not in ("DATE", "TIME", "GPE", "ORG", "MONEY")]
    if other.lower in _HE_OR_SHE:
        known = GIVEN.get(token.text)
        if known is not None and known[0] == ("f" if other.lower == "he" else "m"):
            return False
        called = token.tag == "NNP" and token.entity in ("PERSON", "ORG", "")
        named = called or (token.tag == "NN" and is_person(one, subject))
        return named and not people and not any(t.dep in ("cc", "conj", "poss") for t in one.within(subject))
    if other.lower == "they" and token.tag == "NNS" and not people:
        return not any(t.tag in ("NNS", "NNPS") or t.dep in ("cc", "conj") for t in one.tokens[token.right + 1 :])
    return False
