"""What a subject is called when it is said again, and the verb that "and" gives it besides its own, on the parse."""

from __future__ import annotations

from dataclasses import dataclass

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at, statement
from llmrobust.english.inflection import inflected, is_common_word, is_verb
from llmrobust.english.noun_phrases import inner, is_plural
from llmrobust.operators.builtin.sentences.described_things import may_be_person
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.values.people import pronoun_of

_GENDERED = {
    **dict.fromkeys("man boy king father brother son uncle husband grandfather nephew gentleman".split(), "he"),
    **dict.fromkeys("woman girl queen mother sister daughter aunt wife grandmother niece lady".split(), "she"),
}
_THINGS = ("GPE", "LOC", "FAC", "ORG", "WORK_OF_ART", "PRODUCT", "EVENT")
_DEFINITE = frozenset("the this that my your his her its our their".split())
_UNCERTAIN = frozenset("no each every few any either neither none nobody nothing who which what there one some".split())
"""Subjects that no pronoun stands for in a sentence of its own."""
_OF = {"it": frozenset("it its itself".split()), "they": frozenset("they them their".split())}
_OWN = {"he": frozenset(("his", "himself")), "she": frozenset(("her", "herself"))}
_OTHER_SEX = {"he": frozenset("she her hers herself".split()), "she": frozenset("he him his himself".split())}
_THINKING = frozenset("think believe know say hope feel wish suspect assume expect fear insist".split())
_STAYING = frozenset(
    "move die live work return remain continue begin serve go come become stay retire arrive lose win leave".split()
)
"""Verbs that are no passive without their form of be: "was born in Leeds and died in York"."""


@dataclass(frozen=True, slots=True)
class SecondVerb:
    """A verb that "and" or "but" gives to the subject of a statement. clause: the statement; link: its conjunction;
    before: the last token of what comes first; start: the first token after the conjunction; verb: the second verb."""

    clause: Clause
    link: int
    before: int
    start: int
    verb: int


def second_verb(text: Analysis) -> SecondVerb | None:
    """The second of two finite verbs with one subject; None unless a statement has just two."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or text[clause.subject].dep == "expl" or not _opens(text, clause):
        return None
    joints, links = text.dependents(root.index, "conj"), text.dependents(root.index, "cc")
    if len(joints) != 1 or len(links) != 1 or text[links[0]].lower not in ("and", "but"):
        return None
    link, joint = links[0], joints[0]
    before = link - 1 - (text[link - 1].text == ",")
    near = root.index + 1 + (text[joint].tag == root.tag)
    fine = link >= near and text[joint].left == link + 1 and not text.dependents(joint, "conj", "preconj")
    if not fine or text.first(joint, "nsubj", "nsubjpass", "expl", "csubj", "mark") is not None:
        return None
    told = text.dependents(root.index, "ccomp", "dobj", "xcomp")
    if root.lemma in _THINKING and not told and text.dependents(joint, "ccomp"):
        return None  # "He had thought and hoped that she would come"
    if not _is_finite(text, clause, joint) or _may_belong_lower(text, root.index, link):
        return None
    helpers = text.dependents(joint, "aux", "auxpass", "neg", "advmod")
    between = [t.index for t in text.tokens[link + 1 : joint]]
    if any(i not in helpers for i in between) or (clause.negation is not None and text[link].lower == "and"):
        return None
    return SecondVerb(clause, link, before, link + 1, joint)


def _opens(text: Analysis, clause: Clause) -> bool:
    """Whether a statement begins with its subject, or with a word like "Meanwhile"."""
    first, last = clause.subject_range
    led = first == 2 and text[0].dep == "advmod" and text[1].text == ","
    return (first == 0 or led) and text[last + 1].text != ","


def _is_finite(text: Analysis, clause: Clause, joint: int) -> bool:
    """Whether the second verb has a tense of its own, and fits the subject."""
    token, helpers = text[joint], text.dependents(joint, "aux", "auxpass")
    finite = text[helpers[0]] if helpers else token
    if finite.tag not in ("VBD", "VBZ", "VBP", "MD") or token.pos not in ("VERB", "AUX"):
        return False
    if not helpers and token.pos == "VERB" and not is_verb(token.lower):
        return False
    if finite.tag in ("VBZ", "VBP"):
        many = is_plural(text, clause.subject)
        speaks = text[clause.subject].lower in ("i", "you")
        if many is None or (many or speaks) == (finite.tag == "VBZ"):
            return False
    if finite.tag == "VBD" and not helpers and text[clause.finite].tag in ("VBZ", "VBP") and not clause.auxiliaries:
        return False  # "uses sugar in a blend of romance and lovingly dished out humor": no verb at all
    shared = clause.auxiliaries and not helpers and finite.tag == "VBD"
    if not shared or inflected(token.lemma, "VBN") != token.lower:
        return True
    return token.lemma in _STAYING or text.first(joint, "dobj", "ccomp") is not None


def _may_belong_lower(text: Analysis, root: int, link: int) -> bool:
    """Whether the second verb may be that of a clause within the first one, or the last member of a list."""
    clausal = any(clause_at(text, t.index) is not None for t in text.tokens[root + 1 : link])
    listed = any(
        t.dep == "conj" and not any(i < link for i in text.dependents(t.head, "cc")) for t in text.tokens[root:link]
    )
    listed = listed or any(len(text.dependents(root, dep)) > 1 for dep in ("acomp", "dobj", "attr"))
    return listed or (clausal and text[link - 1].text != ",")


def pronoun_again(text: Analysis, found: SecondVerb) -> str | None:
    """The pronoun of the subject, in small letters, for the second verb; None where it could be somebody else."""
    subject = found.clause.subject
    token = text[subject]
    if token.tag == "PRP":
        return inner(text, subject, subject) if token.left == token.right else None
    described = any(t.dep == "relcl" for t in text.within(subject))
    who = None if described else (pronoun_for(text, subject) or _by_what_is_theirs(text, found))
    rest = text.tokens[found.start :]
    between = text.tokens[token.right + 1 : found.before + 1]
    if who is None or any(t.lower in _OF.get(who, ()) for t in rest):
        return None
    if who in ("he", "she"):
        if any(t.lower in _OTHER_SEX[who] for t in text.tokens):
            return None
        rivals = any(t.tag in ("NNP", "PRP") or is_person(text, t.index) for t in between)
        others = any(t.tag in ("PRP", "PRP$") and t.lower not in _OWN[who] for t in rest)
        return None if rivals or others else who
    thing = text.first(found.clause.verb, "dobj")
    acts = text[found.clause.verb].lemma not in ("have", "be", "include", "contain", "offer", "feature")
    rival = acts and thing is not None and is_plural(text, thing) == (who == "they")
    return None if rival or any(t.tag == "PRP" for t in between) else who


def _by_what_is_theirs(text: Analysis, found: SecondVerb) -> str | None:
    """ "he" for "My neighbour" in "My neighbour sold his car and left": what is his tells."""
    token = text[found.clause.subject]
    if token.tag not in ("NN", "NNP") or not (
        may_be_person(token) or is_person(text, token.index) or token.tag == "NNP"
    ):
        return None
    if any(t.tag == "NNP" or is_person(text, t.index) for t in text.within(token.index) if t.index != token.index):
        return None
    said = {t.lower for t in text.tokens[token.right + 1 :] if t.tag in ("PRP", "PRP$")}
    return next((who for who, own in _OWN.items() if said and said <= own), None)


def pronoun_for(text: Analysis, subject: int) -> str | None:
    """The pronoun, in small letters, that stands for a noun phrase; None where it is unknown."""
    token = text[subject]
    if text[token.left].lower in _UNCERTAIN or token.dep == "expl":
        return None
    if token.tag == "NNP" and not (token.entity in _THINGS and is_common_word(token.lower)):
        return "they" if text.dependents(subject, "conj") else pronoun_of(text[token.left].text)
    plural = is_plural(text, subject)
    if plural is None or token.tag not in ("NN", "NNS", "NNP"):
        return None
    if plural:
        return "they"
    if token.lemma in _GENDERED:
        return _GENDERED[token.lemma]
    unsure = token.entity == "PERSON" or may_be_person(token) or pronoun_of(token.text) is not None
    return None if unsure else "it"


def name_again(text: Analysis, found: SecondVerb) -> str | None:
    """The subject's name, or its noun with "the", said once more; None where that would be long, or no name."""
    subject = found.clause.subject
    token = text[subject]
    if token.right - token.left > 2 or any(t.dep in ("cc", "conj", "prep") for t in text.within(subject)):
        return None
    if token.tag == "NNP":
        return text.said(token.left, token.right)
    if _is_one_person(text, subject) and not _has_rival(text, found):
        return None  # "The king died. The king was buried": nobody says who he is twice
    return inner(text, token.left, token.right) if text[token.left].lower in _DEFINITE and token.tag == "NN" else None


def _is_one_person(text: Analysis, subject: int) -> bool:
    return text[subject].tag == "NN" and (is_person(text, subject) or may_be_person(text[subject]))


def _has_rival(text: Analysis, found: SecondVerb) -> bool:
    """Whether somebody else is named, whom a pronoun might mean."""
    others = (
        t for t in text.tokens if not text[found.clause.subject].left <= t.index <= text[found.clause.subject].right
    )
    return any(t.entity == "PERSON" or is_person(text, t.index) for t in others if t.tag.startswith("NN"))
