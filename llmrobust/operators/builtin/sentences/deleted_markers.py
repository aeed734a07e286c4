"""A sentence without the marker that says how it hangs together with others."""

from __future__ import annotations

from itertools import pairwise

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import like, raised
from llmrobust.operators.builtin.sentences.joined_clauses import without_link
from llmrobust.operators.builtin.sentences.markers import DELETED_PHRASES, DELETED_WITHIN, ORDERING, STARTS, marker_of
from llmrobust.operators.builtin.sentences.parsed import edited_at


def without_marker(text: Analysis, *, ordered: bool = False, opens: bool = False) -> str | None:
    """The sentence without its first marker; None if it has none that can go.

    ordered: markers of time stay, as the order of events may be asked for; but not one that a text opens with, which
    orders nothing that is told, nor "then" where "and" joins what one does in turn ("buys a house and then sells it").
    opens: whether the text opens with this sentence.
    """
    kept = ORDERING if ordered else frozenset()
    found = marker_of(text.text)
    if found is not None:
        return None if found[0].lower() in kept and not opens else raised(found[2])
    apart = _without_phrase(text)
    if apart is not None:
        return apart
    first = text[0]
    if first.lower in _GREETINGS and len(text) > 4 and text[1].text == ",":
        return like(text.text[text[2].start :], text)
    if (
        first.lower in STARTS - kept
        and len(text) > 3
        and first.dep in ("cc", "advmod", "mark")
        and first.left == first.right
    ):
        after = 2 if text[1].text == "," else 1
        if first.lower == "now" and after == 1:
            return None
        if text[after].pos not in ("ADV", "ADJ", "VERB", "SCONJ", "ADP") or text[after].tag in ("WRB", "WP", "WDT"):
            return like(text.text[text[after].start :], text)
    for token in text.tokens[1:]:
        then = token.lower == "then" and text[token.index - 1].lower == "and"
        shared = text[token.head].dep == "conj" and text.first(token.head, "nsubj", "nsubjpass", "expl") is None
        then = then and ("then" not in kept or shared)
        if not (token.lower in DELETED_WITHIN - kept or then) or token.dep != "advmod" or token.left != token.right:
            continue
        if text[token.head].pos not in ("VERB", "AUX") or any(t.lower == "if" for t in text.tokens):
            continue
        before, following = text[token.index - 1], text[token.index + 1] if token.index + 1 < len(text) else None
        if before.text == "," and following is not None and following.text == ",":
            return edited_at(text, (before.index, following.index, ""))
        if following is not None and following.pos in ("VERB", "AUX", "PRON", "DET", "PROPN") and before.text != ",":
            return edited_at(text, (token.index, token.index, ""))
    return _without_then(text) or _without_too(text) or _without_as_well(text) or without_link(text)


_GREETINGS = frozenset("hi hello hey oh ok okay".split())


def _without_phrase(text: Analysis) -> str | None:
    """ "The rule is plain." of "The rule, of course, is plain." and of "Of course, the rule is plain."."""
    commas = [t.index for t in text.tokens if t.text == ","]
    for first, last in [(-1, comma) for comma in commas[:1]] + list(pairwise(commas)):
        if text.said(first + 1, last - 1).lower() not in DELETED_PHRASES or last + 1 >= len(text):
            continue
        if first < 0:
            return like(text.text[text[last + 1].start :], text)
        if text[last + 1].pos in ("VERB", "AUX", "ADP", "DET", "PRON", "PART"):
            return f"{text.text[: text[first].start]}{text.text[text[last].end :]}"
    return None


def _without_as_well(text: Analysis) -> str | None:
    """ "He bought a pen." of "He bought a pen as well."."""
    last = text.end
    if last < 4 or text.said(last - 1, last).lower() != "as well" or text.text.endswith("?"):
        return None
    before = text[last - 2]
    end = text[last - 3].end if before.text == "," else before.end
    return f"{text.text[:end]}{text.text[text[last].end :]}"


def _without_then(text: Analysis) -> str | None:
    """ "If it rains, we stay." of "If it rains, then we stay."."""
    for token in text.tokens[3:-1]:
        before = text[token.index - 1]
        if token.lower == "then" and token.dep == "advmod" and text[0].lower == "if" and before.text == ",":
            return edited_at(text, (token.index, token.index, ""))
    return None


def _without_too(text: Analysis) -> str | None:
    """ "He bought a pen." of "He bought a pen, too."."""
    found = too_at(text)
    return None if found is None else f"{text.text[: text[found - 1].end]}{text.text[text[text.end].end :]}"


def too_at(text: Analysis) -> int | None:
    """The "too", or the comma before it, that adds a sentence to what was said; None where it says how much."""
    token, before = text[text.end], text[text.end - 1]
    if token.lower != "too" or token.index < 3 or text[token.head].pos not in ("VERB", "AUX", "NOUN", "PRON"):
        return None
    return before.index if before.text == "," else token.index
