"""Which word means the opposite of another: words of their own, and words with a prefix."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis, inflected
from llmrobust.operators.lexicons import LazyMapping, Rows, read_lexicon, word_pairs

PREFIXED: Mapping[str, str] = word_pairs(__package__, "prefixed")
"""From a word to the same with a prefix; verbs by their lemmas."""
_KINDS = {"V": "verb", "N": "noun", "J": "adjective", "R": "adverb"}


def _more() -> Rows:
    return read_lexicon(__package__, "wordnet_opposites")


def _both_ways() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for word, other, kind, direction in (*read_lexicon(__package__, "opposites"), *_more()):
        found.setdefault((word, kind), other)
        if direction == "both":
            found.setdefault((other, kind), word)
    return found


_OPPOSITES: Mapping[tuple[str, str], str] = LazyMapping(_both_ways)  # type: ignore[arg-type, assignment]


def opposite_of(text: Analysis, index: int) -> str | None:
    """A word's opposite in the same form; None if it has none that fits its place."""
    token = text[index]
    if token.lower in ("more", "less", "fewer", "most", "least"):
        return _amount(text, index)
    before = text[index - 1].lower if index else ""
    if before in ("how", "as", "too", "so", "than") or token.dep in ("mark", "cc", "prep"):
        return None
    kind = _KINDS.get(token.tag[:1] if token.tag != "NNP" else "")
    other = _OPPOSITES.get((token.lemma.lower(), kind)) if kind is not None else None
    if (
        kind is None
        or other is None
        or other in {t.lower for t in text.tokens}
        or (token.dep in ("amod", "acl") and kind == "verb")
    ):
        return None
    if other in ("add", "remove") and any(text[i].lower in ("from", "to") for i in text.dependents(index, "prep")):
        return None
    if (token.lower == "different" and not text.dependents(token.head, "det")) or token.lower == "entire":
        return None
    if token.lower == "sale" and before in ("on", "for"):
        return None
    if text.dependents(index, "prt", "xcomp") or token.dep in ("compound", "prt", "aux"):
        return None
    if token.tag in ("JJ", "RB") or kind == "adverb":
        measured = any(text[i].dep in ("npadvmod",) for i in token.children)
        return None if measured else other
    return inflected(other, token.tag)


def _amount(text: Analysis, index: int) -> str | None:
    """Less or fewer for more, the other way round, and most for least."""
    token = text[index]
    following = text[index + 1] if index + 1 < len(text) else None
    if token.lower in ("most", "least"):
        return (
            {"most": "least", "least": "most"}[token.lower] if following is not None and following.tag == "JJ" else None
        )
    if token.lower != "more":
        return "more"
    counted = following is not None and (
        following.tag == "NNS" or (following.dep == "compound" and text[following.head].tag == "NNS")
    )
    return "fewer" if counted else "less"
