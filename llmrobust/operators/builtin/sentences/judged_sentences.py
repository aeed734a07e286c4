"""Which sentences judge, and which pieces of reviews are no sentences: "a tender, witty film about friendship."."""

from __future__ import annotations

from typing import Literal

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS
from llmrobust.operators.lexicons import word_set

JUDGING = word_set(__package__, "judging_words")
_WORKS = frozenset(
    "film movie comedy drama thriller documentary picture flick sequel remake romance story tale script dialogue plot "
    "cast performance novel book album song show series game work piece adaptation portrait look ride".split()
)
"""What reviews are about."""
_CLAUSAL = ("nsubj", "nsubjpass", "expl", "csubj", "aux", "auxpass")
Fragment = Literal["thing", "kind", "quality", "doing"]


def judges(text: Analysis) -> bool:
    """Whether a word of it judges."""
    return any(t.lower in JUDGING or t.lemma.lower() in JUDGING for t in text.tokens)


def is_about_a_work(text: Analysis) -> bool:
    """Whether it speaks of a film, a book or the like."""
    return any(t.lemma.lower() in _WORKS for t in text.tokens)


def fragment_of(text: Analysis) -> Fragment | None:
    """What a piece of a review names: a thing ("a long, dull film."), a kind of thing ("great little cafe."), a quality
    ("too slow by half.") or a doing ("manages to bore."); None for whole sentences, and for pieces that judge nothing.
    """
    root, first = text.root, text[0]
    if root is None or text.text.endswith("?") or text.first(root.index, *_CLAUSAL) is not None:
        return None
    if not judges(text) or _goes_on(text, root.index):
        return None
    if root.pos in ("NOUN", "PROPN") and first.head == root.index and not text.dependents(root.index, "appos"):
        if first.lower in ("a", "an"):
            return "thing"
        return "kind" if first.tag == "JJ" and first.dep == "amod" and text.text[:1].islower() else None
    if root.tag == "JJ" and root.left == 0:
        return "quality" if first.tag in ("JJ", "RB") else None
    begins = root.index == 0 or (root.index == 1 and first.pos == "ADV")
    return "doing" if root.tag == "VBZ" and begins and text.text[:1].islower() else None


def _goes_on(text: Analysis, root: int) -> bool:
    """Whether a clause of its own follows: "too slow and too little happens"."""
    heads = (text[t.head] for t in text.tokens if t.dep in SUBJECTS)
    return any(t.dep in ("conj", "parataxis", "ccomp", "ROOT", "advcl") and t.head == root for t in heads)
