"""What a participle says of a thing, as a relative clause and back: "a book that was written by her", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.clauses import finite_form
from llmrobust.english.noun_phrases import is_plural
from llmrobust.operators.builtin.sentences.described_things import standing_tense
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import who_or_that
from llmrobust.operators.builtin.sentences.told_tense import PlainTense, is_fragment, told_tense

_LASTING = frozenset(
    "fill make cover decorate pack load own need require involve surround connect offer list sell "
    "associate relate attach link enrich bound star design intend dedicate suit mire root set inspire "
    "use".split()
)
"""Verbs whose participle says how a thing is, not what was done to it."""
_MADE = frozenset(
    "write make direct create produce build paint compose design found publish film shoot draw invent release "
    "develop discover record establish construct commission illustrate perform edit adapt".split()
)
"""Verbs of what was done once to a thing that a fragment names: "a film that was directed by"."""
_NO_CLAUSE = frozenset("combine couple compare give include follow concern call name leave pair contrast".split())
"""Verbs whose participle is a preposition, belongs to more than the noun, or takes a name."""
_STATES = frozenset(
    "weigh contain cost hold measure include have need belong live relate represent depict describe concern serve "
    "feature cover connect lead consist suggest indicate require surround overlook resemble involve affect face "
    "explain own deal show allow link ban forbid confirm".split()
)
_GOING_ON = frozenset(
    "wear carry drive ride run walk sit stand play hold work wait travel fly surf ski swim cook eat use look sell "
    "live talk dance sing sleep lie hang cross remain".split()
)
"""Verbs whose form in -ing after a noun says what it is doing."""
EVENTS = frozenset("problem help trouble issue work deal meeting time day trip ride game day contact".split())
_NO_PLACE = frozenset("spend have see hear find keep get leave want be need watch catch feel notice".split())
"""Verbs after which "a man standing there" may be what is seen, found or left, not who."""


def with_participle_as_clause(text: Analysis, index: int) -> str | None:
    """ "a truck that is filled with boxes" of "a truck filled with boxes", "boxes that weigh" of "boxes weighing"."""
    token, start = text[index], _start(text, index)
    if token.dep != "acl" or token.head != start - 1 or token.tag not in ("VBN", "VBG") or token.right == index:
        return None
    noun = text[token.head]
    if not _is_described(text, noun, token):
        return None
    fragment = is_fragment(text)
    if (noun.dep == "ROOT" and not fragment) or noun.dep == "npadvmod" or token.lemma in _NO_CLAUSE:
        return None
    plural, tense = is_plural(text, noun.index), told_tense(text, noun.index)
    if plural is None or tense is None or (noun.tag == "NN" and text.dependents(noun.index, "nummod")):
        return None
    if _is_seen(text, token) or (noun.left == 0 and token.lower.endswith("ed") and not fragment):
        return None  # "A chicken pecked at a bug": it may be the verb
    if any(t.dep in ("cc", "conj") and t.head == index for t in text.tokens) or _may_be_of_another(text, noun):
        return None
    who = who_or_that(text, noun.index)
    if token.tag == "VBN":
        if text.dependents(index, "dobj") or (fragment and token.lemma not in _LASTING | _MADE):
            return None
        if fragment and noun.dep != "ROOT":
            return None  # "a wallow in the depths made by fools": which of the two was made
        told = _told(text, token, tense)
        if told is None:
            return None
        return edited_at(text, (start, start - 1, f"{who} {finite_form('be', told, plural=plural)} "))
    return _doing(text, token, who, plural=plural, past=tense == "past") if start == index else None


def _told(text: Analysis, token: Token, tense: PlainTense) -> PlainTense | None:
    """The tense of what was done to a thing, or of how it is; None for what may be so still, in a story of the past."""
    noun = text[token.head]
    if token.lemma in _STANDING:
        return standing_tense(text, noun, tense)
    made = token.lemma == "make" and text.dependents(token.index, "agent")
    return tense if token.lemma in _LASTING and not made else "past"


_STANDING = frozenset("base locate situate headquarter know".split())
"""Verbs whose participle says how things stand, whenever the rest happened: "a firm based in Leeds"."""


def _may_be_of_another(text: Analysis, noun: Token) -> bool:
    """Whether what is said may be of another noun: "a cluster of houses built around a well"."""
    of = text[noun.head]
    whole = text[of.head]
    return noun.dep == "pobj" and of.lower == "of" and whole.pos in ("NOUN", "PROPN") and whole.tag != "CD"


def _is_described(text: Analysis, noun: Token, token: Token) -> bool:
    """Whether a participle may describe a noun: one that something points to or counts, several things, or anything."""
    if noun.lower in _ANYBODY or noun.lower in _ANYTHING or noun.tag == "NNS":
        return True
    if noun.tag == "NNP":
        return text[noun.left].lower in ("a", "an") and not noun.entity
    return noun.tag == "NN" and (noun.left < noun.index or (token.tag == "VBG" and token.lemma in _STATES))


_ANYBODY = frozenset("those anyone everyone someone anybody everybody somebody".split())
_ANYTHING = frozenset("anything everything something nothing".split())


def _start(text: Analysis, index: int) -> int:
    """The participle, or the adverb before it: "badly damaged by the storm"."""
    before = text[index - 1]
    own = before.head == index and before.dep == "advmod" and before.lower.endswith("ly")
    return index - 1 if text[index].left == index - 1 and own else index


def _is_seen(text: Analysis, token: Token) -> bool:
    """Whether the participle may say what is seen, spent or found; "It is a film directed by her" is none of them."""
    noun = text[token.head]
    verb = text[noun.head]
    named = verb.lemma == "be" and noun.dep == "attr" and bool(text.dependents(token.index, "agent"))
    return verb.lemma in _NO_PLACE and noun.head != noun.index and not named and noun.dep not in ("nsubj", "nsubjpass")


def _doing(text: Analysis, token: Token, who: str, *, plural: bool, past: bool) -> str | None:
    """ "boxes that weigh 5 pounds", "a girl who was wearing a hat": what a noun's form in -ing says of it."""
    noun = text[token.head]
    thing = noun.dep in ("nsubj", "nsubjpass") and who == "that" and noun.lower not in EVENTS
    if token.lemma in _STATES or (thing and token.lemma not in _GOING_ON and text.dependents(token.index, "dobj")):
        form = inflected(token.lemma, "VBD") if past else finite_form(token.lemma, "present", plural=plural)
        return edited_at(text, (token.index, token.index, f"{who} {form}"))
    if token.lemma not in _GOING_ON or noun.lower in EVENTS:
        return None
    be = finite_form("be", "past" if past else "present", plural=plural)
    return edited_at(text, (token.index, token.index, f"{who} {be} {token.text}"))


def with_clause_as_participle(text: Analysis, index: int) -> str | None:
    """ "the man standing at the door" of "the man who is standing at the door", "Leeds, a city" of "Leeds, which is a
    city"."""
    token = text[index]
    opening, noun = text[token.left], text[token.head]
    if token.dep != "relcl" or opening.lower not in ("that", "which", "who") or opening.index <= noun.index:
        return None
    be = text[opening.index + 1]
    first = be.index + 1
    plain = be.lower in ("is", "are", "was", "were") and opening.dep in ("nsubj", "nsubjpass") and first < len(text)
    if not plain or text.dependents(index, "neg", "conj", "cc") or noun.tag not in ("NN", "NNS", "NNP"):
        return None
    apart = text[opening.index - 1].text == ","
    if opening.index != noun.index + 1 + apart or noun.pos == "PRON":
        return None
    if be.index in text.dependents(index, "aux", "auxpass") and first == index and token.right > index:
        told = token.tag == "VBN" or (token.tag == "VBG" and be.tag in ("VBZ", "VBP") and not apart)
        return edited_at(text, (opening.index, be.index, "")) if told else None
    named = apart and be.index == index and text[first].lower in ("a", "an", "the") and be.tag in ("VBZ", "VBP")
    thing = text.first(index, "attr")
    if not named or thing is None or text[thing].left != first or text[thing].right != token.right:
        return None
    return edited_at(text, (opening.index, be.index, ""))
