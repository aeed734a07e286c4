"""Plain statements that stand alone, of news, stories, encyclopaedias, mail and reviews, by what may go before them."""

from __future__ import annotations

from typing import Literal

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, statement
from llmrobust.english.inflection import is_common_word
from llmrobust.english.noun_phrases import inner
from llmrobust.operators.builtin.sentences.judged_sentences import fragment_of, is_about_a_work, judges
from llmrobust.operators.builtin.sentences.markers import EXCLAIMING, STARTS, marker_of
from llmrobust.operators.builtin.sentences.person_phrases import SPEAKERS, acts
from llmrobust.operators.builtin.sentences.told_stories import opens_with_an_apposition
from llmrobust.operators.builtin.values.people import GIVEN

PlainKind = Literal["piece", "judged", "setting", "rule", "compared", "told", "fact", "account", "chat"]
"""A piece of a review, a judgement, a fact with its time or place first, what a thing may do, what is so more than
elsewhere, what happened or people do, any other fact of the present, what the speaker tells of, and any other
statement in small letters."""
_LINKING = frozenset("particular addition contrast turn short general sum result example instance all".split())
"""What makes a marker of a preposition: "in particular,"."""
_SAID_ALREADY = frozenset("fact indeed actually honestly frankly turn note however therefore thus".split())
_POINTING = frozenset(
    "these those such here there then also even only not no nor so what both likewise similarly later afterwards "
    "meanwhile eventually finally instead thereafter subsequently".split()
)
"""What looks back to a sentence before, or has its own stress, at the beginning."""
_WISHES = frozenset("want need like wish require desire".split())
_WHEN = frozenset("when if unless once".split())
_WEIGHED = frozenset("wondering appreciate never sorry grateful".split())
"""What is polite or strong enough for a speaker without an opener."""
_PEOPLE = frozenset("he she him her his hers".split())
_MAY = frozenset("may can will cannot ca wo".split())


def plain_kind(text: Analysis, *, alone: bool) -> PlainKind | None:
    """What kind of plain statement a sentence is; None where it is none, or is opened already.

    alone: whether it is the whole text; beside other sentences only what judges counts.
    """
    if len(text) < 4 or not _is_free(text) or inner(text, 0, len(text) - 1) is None or _may_be_a_name(text):
        return None
    if fragment_of(text) is not None:
        return "piece"
    clause = statement(text)
    ends = text.text.endswith(".") or text[len(text) - 1].pos != "PUNCT"
    if clause is None or not ends or _asks_for_it(text):
        return None
    small = text.text[:1].islower()
    if opens_with_an_apposition(text) or _opens_with_a_quality(text, clause):
        return None
    about = is_about_a_work(text)
    if judges(text) and (small or (about and clause.tense == "present")):
        return "judged"
    if not alone or (_names_what_it_is(text, clause) and not _compares(text, clause)):
        return None
    if any(t.lower in SPEAKERS for t in text.tokens):
        polite = (
            clause.tense == "modal"
            or text[clause.verb].lemma in _WISHES
            or any(t.lower in _WEIGHED for t in text.tokens)
        )
        return None if polite else "account"
    return "chat" if small else _kind_of_fact(text, clause)


def _is_free(text: Analysis) -> bool:
    """Whether nothing opens it yet, nor says what a marker would."""
    first = text[0]
    if first.pos in ("INTJ", "CCONJ", "PUNCT", "PART") or first.lower in (*STARTS, *_POINTING, *EXCLAIMING, "please"):
        return False
    if first.lower == "if" or text[1].text == "," or (first.pos == "ADP" and text[1].lower in _LINKING):
        return False
    return marker_of(text.text) is None and not any(t.lemma.lower() in _SAID_ALREADY for t in text.tokens)


def _kind_of_fact(text: Analysis, clause: Clause) -> PlainKind:
    person = acts(text, clause.subject)
    if _compares(text, clause):
        return "compared"
    if clause.subject_range[0] > 0 and text[0].pos in ("ADP", "SCONJ", "ADV"):
        return "setting" if clause.tense == "present" and not person and text[0].pos == "ADP" else "told"
    allows = clause.tense == "modal" and text[clause.finite].lower in _MAY
    if allows or (clause.tense == "present" and any(t.lower in _WHEN for t in text.tokens)):
        return "fact" if person or text[clause.subject].pos == "PRON" else "rule"
    subject = text[clause.subject]
    named = subject.left == subject.right and subject.tag in ("NN", "NNP")
    told = person or named or subject.pos == "PRON" or any(t.lower in _PEOPLE for t in text.tokens)
    return "fact" if clause.tense == "present" and not told else "told"


def begins_elsewhere(text: Analysis) -> bool:
    """Whether a time, a place, an adverb or another clause goes before what it is about, so that an opener would be
    stacked on it."""
    clause = statement(text)
    return clause is not None and clause.subject_range[0] > 0


def _compares(text: Analysis, clause: Clause) -> bool:
    """Whether it says that something is the most of its kind, or more than another thing."""
    if text[clause.verb].lemma != "be" or begins_elsewhere(text):
        return False
    most = any(t.tag in ("JJS", "RBS") for t in text.tokens)
    more = any(t.tag in ("JJR", "RBR") for t in text.tokens) and any(t.lower == "than" for t in text.tokens)
    return (most or more) and not any(t.lower in ("least", "first", "last") for t in text.tokens)


def _opens_with_a_quality(text: Analysis, clause: Clause) -> bool:
    """ "Hidden by a hill, it is seldom visited.": a quality of the subject goes before it."""
    first = text[0]
    quality = first.pos in ("ADJ", "VERB") or (first.pos == "ADV" and text[first.head].tag in ("JJ", "VBN", "VBG"))
    return quality and clause.subject_range[0] > 1


def _may_be_a_name(text: Analysis) -> bool:
    """Whether the first word is a name or a noun: "Gene is sewing", "Glutamine synthetase"."""
    first = text[0]
    alone = first.tag == "NN" and first.dep == "nsubj" and first.left == first.right
    named = first.dep in ("compound", "amod") and text[1].tag in ("NN", "NNS") and not first.text.isupper()
    kept = (inner(text, 0, 0) or "")[:1].isupper()
    return (named and kept) or (alone and first.text in GIVEN and is_common_word(first.lower))


def _asks_for_it(text: Analysis) -> bool:
    """Whether a statement asks or advises its reader, who learns no fact."""
    return any(t.lower in ("please", "should", "shall", "must", "thank", "thanks") for t in text.tokens)


def _names_what_it_is(text: Analysis, clause: Clause) -> bool:
    """Whether it introduces somebody or something: "Elin Hilderbrand is an American writer."."""
    verb = text[clause.verb]
    thing = text.first(verb.index, "attr")
    return verb.lemma == "be" and thing is not None and text[text[thing].left].lower in ("a", "an", "one", "the")
