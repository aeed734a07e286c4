"""A guard on what belongs to what: labels, numbers and names that changed places with each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from llmrobust.generate.guards.candidate import Candidate, failed, not_run, passed
from llmrobust.operators.frozen_variants import GuardScore
from llmrobust.text.whole_words import whole_word

_CLAUSE = re.compile(r"[,;:.!?]\s|\n|\b(?:and|but|while|whereas|or)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(
    "the a an is are was were be been it this that these those of in on at to for if when as with by from its one has "
    "have had do does did he she they his her their i you we who which what than so not s t".split()
)
MOST = 12
"""Pieces that are looked at; a list of more says nothing of each."""


class Places:
    """No two labels, numbers or names of the original stand each where the other one stood."""

    name = "places"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; run on texts whose meaning must stay, with two pieces or more."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        if not one.stays:
            return not_run("the kind may change the meaning, or adds text")
        kept = one.subject.kept(one.kind.free)
        words = [word for what in ("label", "number", "name") for word in kept.get(what, ())]
        pieces = list(dict.fromkeys(word.lower() for word in words))
        if not 2 <= len(pieces) <= MOST:
            return not_run("fewer than two labels, numbers or names" if len(pieces) < 2 else "a list")
        before, after = _neighbours(one.subject.text, pieces), _neighbours(one.text, pieces)
        for first, second in combinations(pieces, 2):
            if not {first, second} <= before.keys() & after.keys():
                continue
            a, b = before[first] - before[second], before[second] - before[first]
            c, d = after[first] - after[second], after[second] - after[first]
            if a & d and b & c and not a & c and not b & d:
                return failed(f'"{first}" and "{second}" changed places')
        return passed()


def _neighbours(text: str, pieces: Sequence[str]) -> dict[str, set[str]]:
    """The words of the clauses that hold each piece; only of clauses with one of them."""
    found: dict[str, set[str]] = {}
    for clause in _CLAUSE.split(text):
        inside = [piece for piece in pieces if re.search(whole_word(piece), clause, re.IGNORECASE)]
        if len(inside) != 1:
            continue
        rest = re.sub(whole_word(inside[0]), " ", clause, flags=re.IGNORECASE)
        words = {_stem(word) for word in _WORD.findall(rest.lower())} - _SMALL
        found.setdefault(inside[0], set()).update(words)
    return found


def _stem(word: str) -> str:
    """A word without the ending of a plural or a third person."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
