"""A guard on who did what to whom, by spaCy's parse of both texts. English, with `llmrobust[english]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from llmrobust.english import INSTALL, Analysis, Token, analyse, analyse_all, missing
from llmrobust.generate.guards.candidate import Candidate, failed, not_run, passed
from llmrobust.operators.frozen_variants import GuardScore
from llmrobust.operators.lexicons import read_lexicon

_PERSONS = {
    word: words.split()[0]
    for words in ("i me my mine", "we us our ours", "he him his", "she her hers", "they them their theirs", "you your")
    for word in words.split()
}
_THIRD = frozenset({"he", "she", "they"})
_NAMES = ("NOUN", "PROPN", "PRON", "ADJ", "NUM")
_TOWARDS = ("to", "from", "on", "for", "with", "against")
LONGEST = 4_000
"""Characters of a text that is parsed."""


@dataclass(frozen=True, slots=True)
class Side:
    """Who does something, or to whom it is done: the nouns and pronouns, and the words that describe them."""

    heads: frozenset[str]
    described: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """All of them."""
        return self.heads | self.described


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb with who does it, and to whom or what it is done. Passives are turned round."""

    verb: str
    doer: Side
    done_to: Side


class Roles:
    """Nobody who does something in the original has it done to them in the variant, or the other way round."""

    name = "roles"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; run on English texts whose meaning must stay, where both have a verb with subject and object."""
        lacking = missing()
        if lacking:
            return [not_run(f"it needs {lacking}: {INSTALL}")] * len(candidates)
        wanted = [one for one in candidates if self._fits(one)]
        analyse_all(text for one in wanted for text in (one.subject.text, one.text))
        return [self._score(one) for one in candidates]

    @staticmethod
    def _fits(one: Candidate) -> bool:
        return one.stays and one.subject.language == "en" and max(len(one.text), len(one.subject.text)) <= LONGEST

    def _score(self, one: Candidate) -> GuardScore:
        if not self._fits(one):
            return not_run("the kind may change the meaning, or the text is long or not English")
        old, new = list(deeds(analyse(one.subject.text))), list(deeds(analyse(one.text)))
        pairs = [(a, b) for a in old for b in new if _same_verb(a.verb, b.verb)]
        if not pairs:
            return not_run("the texts share no verb with a subject and an object")
        for a, b in pairs:
            if any(_kept(a, c) for c in new if _same_verb(a.verb, c.verb)):
                continue
            moved = _moved(a, b)
            if moved:
                return failed(f'"{moved}" changed its role at "{a.verb}"')
        return passed()


def deeds(text: Analysis) -> Iterator[Deed]:
    """Every verb of a text with a doer and somebody or something that it is done to."""
    for token in text.tokens:
        if token.pos != "VERB":
            continue
        at = token.index
        subjects = text.dependents(at, "nsubj", "nsubjpass")
        while not subjects and text[at].dep in ("conj", "xcomp") and text[at].head != at:
            at = text[at].head
            subjects = text.dependents(at, "nsubj", "nsubjpass")
        passive = any(text[one].dep == "nsubjpass" for one in subjects)
        doer, done_to = ([], subjects) if passive else (subjects, list[int]())
        for child in text.dependents(token.index, "dobj", "dative", "prep", "agent"):
            inner = text.dependents(child, "pobj")
            if text[child].dep == "agent" or (passive and text[child].lower == "by"):
                doer += inner
            elif not inner and text[child].dep in ("dobj", "dative"):
                done_to.append(child)
            elif text[child].lower in _TOWARDS:
                done_to += inner
        if doer and done_to:
            yield Deed(token.lemma.lower(), _side(text, doer), _side(text, done_to))


def _side(text: Analysis, heads: Sequence[int]) -> Side:
    """What noun phrases are of; persons by their pronoun."""
    joined = [one for head in heads for one in (head, *text.dependents(head, "conj"))]
    described = {one for head in joined for one in _inside(text, head)} - {*joined}
    return Side(frozenset(filter(None, (_word(text[i]) for i in joined))), frozenset(_words(text, described)))


def _inside(text: Analysis, head: int) -> Iterator[int]:
    """The tokens of a noun phrase below its head, without clauses."""
    for child in text[head].children:
        if text[child].dep not in ("relcl", "acl", "advcl", "conj", "appos"):
            yield child
            yield from _inside(text, child)


def _words(text: Analysis, tokens: Iterable[int]) -> Iterator[str]:
    yield from filter(None, (_word(text[token]) for token in tokens))


def _word(token: Token) -> str:
    if token.lower in _PERSONS:
        return _PERSONS[token.lower]
    return token.lemma.lower() if token.pos in _NAMES and token.tag not in ("WDT", "WP", "EX") else ""


def _same_verb(one: str, other: str) -> bool:
    return one == other or {(one, other), (other, one)} & _synonyms() != set()


@cache
def _synonyms() -> frozenset[tuple[str, str]]:
    """Pairs of verbs that replace each other."""
    rows = read_lexicon("llmrobust.operators.builtin.words", "synonyms")
    return frozenset((word, other) for word, other, kind, *_ in rows if kind == "verb")


def _kept(old: Deed, new: Deed) -> bool:
    return not _moved(old, new) and bool(old.doer.words & new.doer.words or old.done_to.words & new.done_to.words)


def _moved(old: Deed, new: Deed) -> str:
    """Who does it in one text and has it done to them in the other; empty if nobody. Words that only describe count
    where they are swapped, and a pronoun cannot mean the other one."""
    doer, done_to = old.doer.words - old.done_to.words, old.done_to.words - old.doer.words
    other_doer, other_done_to = new.doer.words - new.done_to.words, new.done_to.words - new.doer.words
    heads = (doer & old.doer.heads & other_done_to & new.done_to.heads) | (
        done_to & old.done_to.heads & other_doer & new.doer.heads
    )
    if heads:
        return min(heads)
    one, two = doer & other_done_to, done_to & other_doer
    pronouns = (one | two) & _THIRD
    if one and two and (not pronouns or one | two <= {*_PERSONS.values()}):
        return min(one)
    return ""
