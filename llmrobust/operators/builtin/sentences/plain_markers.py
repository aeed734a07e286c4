"""Markers that may open a plain statement that stands alone: of news, a story, an encyclopaedia, a review."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, statement
from llmrobust.english.inflection import is_common_word
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.judged_sentences import fragment_of, is_about_a_work, judges
from llmrobust.operators.builtin.sentences.markers import EXCLAIMING, STARTS, marker_of
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.builtin.sentences.sentence_kinds import STATES
from llmrobust.operators.builtin.sentences.told_stories import opens_with_an_apposition
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.operator import Draw

_SUMMING = ("all in all,", "in short,", "simply put,")
_JUDGING = ("honestly,", "frankly,", "all in all,")
_STATING = ("in fact,",)
_BEFORE_A_SETTING = ("as a matter of fact,",)
_OF_STATES = ("in fact,", "as it happens,")
_RULING = ("note that",)
_LINKING = frozenset("particular addition contrast turn short general sum result example instance all".split())
"""What makes a marker of a preposition: "in particular,"."""
_TURNED_OUT = {"past": "as it turned out,", "present": "as it turns out,"}
_SAID_ALREADY = frozenset("fact indeed actually honestly frankly turn note however therefore thus".split())
_POINTING = frozenset(
    "these those such here there then also even only not no nor so what both likewise similarly later afterwards "
    "meanwhile eventually finally instead thereafter subsequently".split()
)
"""What looks back to a sentence before, or has its own stress, at the beginning."""


def opened_plainly(text: Analysis, draw: Draw, *, alone: bool) -> str | None:
    """A sentence or a piece of a review with a marker before it; None where none reads naturally.

    alone: whether it is the whole text; beside other sentences only what judges takes a marker.
    """
    if len(text) < 4 or not _is_free(text):
        return None
    choices = _choices(text, alone=alone)
    said = inner(text, 0, len(text) - 1)
    if not choices or said is None or _may_be_a_name(text):
        return None
    marker = draw.stream("opened").choice(choices)
    return like(f"{marker} {said}", text)


def _is_free(text: Analysis) -> bool:
    """Whether nothing opens it yet, nor says what a marker would."""
    first = text[0]
    if first.pos in ("INTJ", "CCONJ", "PUNCT", "PART") or first.lower in (*STARTS, *_POINTING, *EXCLAIMING, "please"):
        return False
    if text[1].text == "," or (first.pos == "ADP" and text[1].lower in _LINKING):
        return False
    return marker_of(text.text) is None and not any(t.lemma.lower() in _SAID_ALREADY for t in text.tokens)


def _choices(text: Analysis, *, alone: bool) -> tuple[str, ...]:
    if fragment_of(text) is not None:
        return _SUMMING
    clause = statement(text)
    ends = text.text.endswith(".") or text[len(text) - 1].pos != "PUNCT"
    if clause is None or not ends or _asks_for_it(text):
        return ()
    small = text.text[:1].islower()
    if opens_with_an_apposition(text) or _opens_with_a_quality(text, clause):
        return ()
    about = is_about_a_work(text)
    if clause.tense == "present" and ((judges(text) and (small or about)) or (small and about)):
        return _JUDGING
    if not alone or _names_what_it_is(text, clause):
        return ()
    return _STATING if small else _of_a_fact(text, clause)


def _of_a_fact(text: Analysis, clause: Clause) -> tuple[str, ...]:
    """The markers of a statement: "as it turned out" of what people did, "note that" of what a thing may do."""
    counted = any(t.entity in ("DATE", "TIME", "CARDINAL", "QUANTITY", "MONEY", "PERCENT") for t in text.tokens)
    state = text[clause.verb].lemma in STATES | {"be"}
    person = acts(text, clause.subject)
    if clause.subject_range[0] > 0 and text[0].pos in ("ADP", "SCONJ", "ADV"):
        return _BEFORE_A_SETTING
    allows = clause.tense == "modal" and text[clause.finite].lower in _MAY
    if allows or (clause.tense == "present" and any(t.lower in _WHEN for t in text.tokens)):
        return _STATING if person or text[clause.subject].pos == "PRON" else _RULING
    if clause.tense != "modal" and is_person(text, clause.subject) and not counted and not state:
        return (*_STATING, _TURNED_OUT[clause.tense])
    return _OF_STATES if state and clause.tense == "present" else _STATING


_WHEN = frozenset("when if unless once".split())
_MAY = frozenset("may can will cannot ca wo".split())


def _opens_with_a_quality(text: Analysis, clause: Clause) -> bool:
    """ "Hidden by a hill, it is seldom visited.": a quality of the subject goes before it."""
    first = text[0]
    quality = first.pos in ("ADJ", "VERB") or (first.pos == "ADV" and text[first.head].tag in ("JJ", "VBN", "VBG"))
    return quality and clause.subject_range[0] > 1


def _may_be_a_name(text: Analysis) -> bool:
    """Whether the first word is a name or a noun: "Gene is sewing"."""
    first = text[0]
    alone = first.tag == "NN" and first.dep == "nsubj" and first.left == first.right
    return alone and first.text in GIVEN and is_common_word(first.lower)


def _asks_for_it(text: Analysis) -> bool:
    """Whether a statement asks or advises its reader, who learns no fact."""
    return any(t.lower in ("please", "should", "shall", "must", "thank", "thanks") for t in text.tokens)


def _names_what_it_is(text: Analysis, clause: Clause) -> bool:
    """Whether it introduces somebody or something: "Elin Hilderbrand is an American writer."."""
    verb = text[clause.verb]
    thing = text.first(verb.index, "attr")
    return verb.lemma == "be" and thing is not None and text[text[thing].left].lower in ("a", "an", "one", "the")
