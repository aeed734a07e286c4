"""When, where, or why something was done, stressed: "It was during the war that they met.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.adverbials_first import EVENTS
from llmrobust.operators.builtin.sentences.limits import is_limited, may_be_told
from llmrobust.operators.builtin.sentences.names_swapped import clauses_turned, leans_on

_CAUSES = ("because of", "due to", "thanks to", "as a result of", "owing to")
_AROUND = frozenset("during after before following".split())
_PLACES = frozenset(
    "store shop market school park farm zoo garden beach library restaurant cafe bakery factory office town city "
    "village museum theater theatre hospital station airport hotel gym university college church court stadium "
    "palace castle studio conference wedding festival meeting party olympics games tournament exhibition".split()
)
_AT_PLACE = frozenset(
    "bear die meet marry build film shoot record win lose sign hold find discover study learn buy sell make "
    "publish write premiere play perform train work grow begin start open lose steal see watch paint crown bury "
    "educate show".split()
)
"""Verbs of what one does somewhere, which the place is no part of."""
_NOT_STRESSED = frozenset("have look ask name go come chase run call be seem appear contain include consist".split())
_JOINED = frozenset("conj cc parataxis ccomp".split())


def setting_cleft(text: Analysis) -> str | None:
    """ "It was during the war that they met." of "They met during the war."; None for other sentences."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or clause.tense != "past" or clause.negation is not None:
        return None
    if text[clause.subject].dep == "expl" or text[clause.verb].lemma in _NOT_STRESSED or _has_perfect(clause):
        return None
    if is_limited(text):
        return None
    if any(text[i].dep in _JOINED for i in text[clause.verb].children) or any(t.text == "," for t in text.tokens):
        return None
    if any(
        t.lower in ("never", "hardly", "also", "still", "only", "each", "every", "when")
        for t in text.tokens[: clause.verb]
    ):
        return None
    for token in text.tokens[clause.verb + 1 : text.end]:
        start = token.left
        if token.right != text.end or start <= clause.verb or text.end - start > 9 or token.dep not in _ADVERBIAL:
            continue
        if _is_stressed(text, token.index, clause):
            return _cleft(text, start)
    return None


_ADVERBIAL = ("prep", "advmod", "pcomp", "advcl", "agent")


def _has_perfect(clause: Clause) -> bool:
    return any(clause.text[i].lemma == "have" for i in clause.auxiliaries)


def _is_stressed(text: Analysis, index: int, clause: Clause) -> bool:
    token = text[index]
    if text.text[text[token.left].start :].lower().startswith(tuple(f"{cause} " for cause in _CAUSES)):
        return token.head == clause.verb or token.head == clause.object
    if token.dep == "advcl":
        own = token.head == clause.verb and text[token.left].lower in ("when", "after", "because")
        own = own and not may_be_told(text, clause.verb, text[token.left].lower)
        return own and not any(t.text == "," for t in text.within(index))
    thing = text.first(index, "pobj")
    if thing is None or token.left != index or token.head not in (clause.verb, clause.object):
        return False
    if text.phrase(index).lower().startswith(("at the age of ", "at the end of ", "at the beginning of ")):
        return True
    noun, opening = text[thing], text[text[thing].left]
    event = noun.lemma.lower() in EVENTS or noun.entity == "EVENT"
    pointed = opening.lower not in ("any", "no", "each", "every", "some", "a", "an")
    if token.lower in _AROUND:
        return event and pointed and bool(text.dependents(thing, "det", "poss"))
    if token.lower not in ("in", "at") or text[clause.verb].lemma not in _AT_PLACE or token.head != clause.verb:
        return False
    bare = not text.dependents(thing, "det", "poss") and noun.tag in ("NN", "NNS")
    place = noun.lemma.lower() in _PLACES or noun.entity in ("GPE", "LOC", "FAC", "EVENT")
    place = place or (noun.tag == "NNP" and noun.entity == "" and token.lower == "in")
    return place and not bare and opening.lower not in ("any", "no", "each", "every", "some")


def _cleft(text: Analysis, start: int) -> str | None:
    """The cleft of what a token begins, with its name in it where a pronoun would come first."""
    stressed, main = (start, text.end), (0, start - 1)
    if leans_on(text, stressed, main):
        turned = clauses_turned(text, stressed, main, comma=False, link="that")
        return None if turned is None else like(f"it was {turned[:1].lower()}{turned[1:]}", text)
    subject = inner(text, *main)
    rest = text.text[text[text.end].end :]
    return None if subject is None else like(f"it was {text.said(*stressed)} that {subject}{rest}", text)
