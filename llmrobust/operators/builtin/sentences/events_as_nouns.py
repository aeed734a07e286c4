"""A noun for a clause that says when: "after his arrival" for "after he arrived", on the parse."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, clause_at
from llmrobust.english.noun_phrases import is_plural
from llmrobust.operators.builtin.sentences.described_things import may_be_person
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.lexicons import LazyMapping, read_lexicon

_NOUNS: Mapping[str, str] = LazyMapping(
    lambda: {f"{kind} {verb}": noun for verb, kind, noun in read_lexicon(__package__, "events")}
)
_OWNERS = {"i": "my", "you": "your", "he": "his", "she": "her", "it": "its", "we": "our", "they": "their"}
_ENDS = {"end": "end", "begin": "beginning", "start": "start"}
"""What comes of a thing that lasts, and is said with "of": "after the war ended"."""
_LASTING = frozenset(
    "war season match game film movie show meeting concert year term course battle contract century strike festival "
    "ceremony conference race class lesson lecture session event competition tournament play trial holiday".split()
)
_OF_THINGS = frozenset(
    "arrival collapse disappearance release publication completion closure destruction discovery introduction launch "
    "establishment abolition adoption approval defeat removal acquisition sale formation invention delivery renovation "
    "restoration cancellation installation construction demolition".split()
)
_FOLLOWS = frozenset("in on at from by with to for of".split())
_DAYS = ("DATE", "TIME")


def event_as_noun(text: Analysis, index: int) -> str | None:
    """The sentence with a noun for the clause of a verb that says when something happened; None for other verbs."""
    token = text[index]
    mark = text[token.left]
    if token.dep != "advcl" or mark.lower not in ("after", "before", "until", "since") or mark.dep != "mark":
        return None
    clause = clause_at(text, index)
    if clause is None or clause.subject_range[0] != mark.index + 1 or clause.is_inverted or clause.negation is not None:
        return None
    if mark.lower == "since" and not _says_when(text, token.head):
        return None
    noun, rest = _noun(clause), _after(clause)
    whose = None if noun is None else _whose(text, clause.subject, noun, lasting=token.lemma in _ENDS)
    if whose is None or rest is None:
        return None
    return edited_at(text, (mark.index + 1, index, whose))


def _says_when(text: Analysis, verb: int) -> bool:
    """Whether "since" says from when on, not why: after a perfect."""
    return any(text[i].lemma == "have" for i in text.dependents(verb, "aux"))


def _noun(clause: Clause) -> str | None:
    """The noun of what a clause says to happen, or to be done."""
    text, verb = clause.text, clause.text[clause.verb]
    helped = [text[i].lower for i in clause.auxiliaries]
    if clause.is_passive:
        perfect = helped in (["was"], ["were"], ["is"], ["had", "been"], ["has", "been"])
        return _NOUNS.get(f"done {verb.lemma}") if perfect and verb.tag == "VBN" else None
    if helped not in ([], ["had"], ["has"]) or verb.pos != "VERB":
        return None
    if verb.lemma in _ENDS:
        return _ENDS[verb.lemma] if text[clause.subject].lemma in _LASTING else None
    return _NOUNS.get(f"happens {verb.lemma}")


def _after(clause: Clause) -> list[int] | None:
    """What follows the verb, where it can follow the noun too: where, by whom and on which day."""
    text = clause.text
    follows = [i for i in text[clause.verb].children if i > clause.verb and text[i].dep != "punct"]
    between = [i for i in range(text[clause.subject].right + 1, clause.verb) if i not in clause.auxiliaries]
    fine = all(
        (text[i].dep in ("prep", "agent") and text[i].lower in _FOLLOWS) or text[i].entity in _DAYS for i in follows
    )
    bare = not any(text[i].dep in ("dobj", "dative", "oprd", "attr", "acomp", "conj", "prt") for i in follows)
    return follows if fine and bare and not between else None


def _whose(text: Analysis, subject: int, noun: str, *, lasting: bool) -> str | None:
    """ "his arrival", "the film's release", "the end of the war"; None where nobody would put it so."""
    token = text[subject]
    if token.tag == "PRP" and token.left == token.right:
        owner = _OWNERS.get(token.lower)
        many = token.lower in ("we", "they") and noun in ("death", "birth", "murder", "execution", "arrest")
        return None if owner is None or many or lasting else f"{owner} {noun}"
    words = token.right - token.left
    if words > 3 or any(t.dep in ("prep", "relcl", "acl", "cc", "conj", "appos") for t in text.within(subject)):
        return None
    said, plural = text.said(token.left, token.right), is_plural(text, subject)
    if lasting:
        return f"the {noun} of {said}" if text[token.left].lower in ("the", "this", "that", "his", "her") else None
    if plural is not False or token.tag not in ("NN", "NNP") or text[token.left].lower in ("a", "an", "no", "every"):
        return None
    if token.tag == "NN" and not may_be_person(token):
        return f"the {noun} of {said}" if noun in _OF_THINGS else None
    return f"{said}'s {noun}" if not said.endswith("s") else None
