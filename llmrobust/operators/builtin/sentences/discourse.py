"""Discourse markers: how sentences hang together. Markers are chosen by the kind of sentence that they are in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.deleted_markers import without_marker
from llmrobust.operators.builtin.sentences.markers import ADDED, EXCLAIMING, OPENING, STARTS, marker_of
from llmrobust.operators.builtin.sentences.other_markers import other_marker
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    ParsedRewrite,
    rewritten_by_parse,
)
from llmrobust.operators.builtin.sentences.plain_markers import opened_plainly
from llmrobust.operators.builtin.sentences.plain_statements import begins_elsewhere
from llmrobust.operators.builtin.sentences.sentence_kinds import STATES, kind_of
from llmrobust.operators.builtin.sentences.told_stories import is_told
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.editing.text_edits import editable
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_GREETING = re.compile(r"\s*(?:sorry|hi|hello|hey|thanks|thank you|good (?:morning|day|evening)|dear)\b", re.IGNORECASE)
_DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1, 60), "needs": ("english",), "version": 7,
}  # fmt: skip
_ORDERED = re.compile(
    rf"\d|\b(?:{'|'.join(VALUES)}|first|second|third|next|last|before|after|order|steps?)\b", re.IGNORECASE
)
"""What shows that the order of events may be asked for."""


@operator("discourse.add", source=f"{FLUKE}: discourse markers, added", **{**_DECLARED, "version": 10})
def add(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Adds a marker that fits: "Frankly, ..." to an opinion, "Note that ..." to a rule, "In fact, ..." to a fact."""
    said = [prompt.span(place).text.lstrip() for place in editable(prompt, params.targets())]
    if any(_GREETING.match(text) for text in said):
        return

    def marked(text: Analysis) -> str | None:
        opened = [one for one in said if one.startswith(text.text)]
        goes_on = any(one.rstrip() != text.text for one in opened)
        return with_marker(text, draw, opens=bool(opened), goes_on=goes_on)

    def marked_plainly(text: Analysis) -> str | None:
        return opened_plainly(text, draw, alone=any(one.rstrip() == text.text for one in said))

    made = next(rewritten_by_parse(prompt, params, draw, marked, "added"), None)
    found = made or next(rewritten_by_parse(prompt, params, draw, marked_plainly, "added"), None)
    if found is not None:
        yield found


@operator(
    "discourse.replace",
    source=f"{FLUKE}: discourse markers, replaced (prompted, not released)",
    **{**_DECLARED, "version": 12},
)
def replace_marker(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a marker by another of the same kind: Nevertheless for However, in order to for to."""
    yield from _changed(prompt, params, draw, lambda text: other_marker(text, draw), "replaced")


@operator("discourse.delete", source=f"{FLUKE}: discourse markers, deleted", **{**_DECLARED, "version": 9})
def delete(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Takes a marker away: However, of course; one of time only without numbers or steps, or if "and" orders."""
    ordered = any(_ORDERED.search(span.text) for _, span in prompt.places())
    said = [prompt.span(place).text.lstrip() for place in editable(prompt, params.targets())]

    def unmarked(text: Analysis) -> str | None:
        return without_marker(text, ordered=ordered, opens=any(one.startswith(text.text) for one in said))

    yield from _changed(prompt, params, draw, unmarked, "deleted")


@operator(
    "discourse.reverse",
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: discourse markers, reversed",
    **{**_DECLARED, "version": 9},
)
def reverse(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a marker by one of the opposite kind: Therefore for However, although for because."""
    yield from _changed(prompt, params, draw, lambda text: other_marker(text, draw, opposite=True), "reversed")


def _changed(prompt: Prompt, params: ParsedParams, draw: Draw, change: ParsedRewrite, name: str) -> Iterator[Variant]:
    yield from rewritten_by_parse(prompt, params, draw, change, name)


def with_marker(text: Analysis, draw: Draw, *, opens: bool = False, goes_on: bool = True) -> str | None:
    """The sentence with a marker before it that fits its kind; None where there is one already, or none fits.

    opens: whether it is the first one of its text; goes_on: whether others follow it, as in a story.
    """
    kind = kind_of(text)
    if kind == "opinion" and not _is_judged(text):
        kind = "premise"
    if kind == "opinion" and any(t.lower in ("would", "'d", "’d") for t in text.tokens[:3]):
        kind = "account"  # "I would like to" is a wish
    first = text[0]
    if (
        kind is None
        or first.pos in ("INTJ", "CCONJ", "PUNCT")
        or first.lower in (*STARTS, "please", "also", *EXCLAIMING)
    ):
        return None
    if (len(text) > 1 and text[1].text == ",") or marker_of(text.text) is not None or len(text) < 4:
        return None
    if kind not in ("question", "command", "premise") and begins_elsewhere(text):
        return None
    if kind == "command" and not _asks_for_an_answer(text):
        return None
    if kind == "account" and (first.lower not in _OWN or any(t.lower in _SORRY for t in text.tokens)):
        return None
    said = inner(text, 0, len(text) - 1)
    if said is None or (first.tag == "NN" and first.dep == "nsubj" and first.left == first.right):
        return None  # a noun alone may be a name: "Gene is sewing a quilt"
    if kind == "premise" and ((opens and not goes_on) or not is_told(text, opens=opens)):
        return None
    if kind == "premise" and opens and any(t.tag == "MD" for t in text.tokens):
        return None  # "So, Ann will go" would follow from something
    choices = tuple(marker for marker in (OPENING if opens else ADDED)[kind] if _fits(marker, kind, text))
    if not choices:
        return None
    marker = draw.stream("add", kind).choice(choices)
    return like(f"{marker[:1].lower()}{marker[1:]} {said}", text)


def _fits(marker: str, kind: str, text: Analysis) -> bool:
    """Whether a marker may be said of a sentence. What somebody does or asks for takes only the plainest ones, and what
    a problem counts is neither chance nor explained."""
    if marker.rstrip(",").lower() in (t.lower for t in text.tokens):
        return False
    if kind not in ("premise", "account"):
        return True
    counted = any(t.tag == "CD" for t in text.tokens)
    if marker.startswith("As it") or (kind == "account" and marker == "You see,"):
        return _is_so(text) and not counted
    return _is_so(text) or marker in ("So,", "Well,")


def _is_so(text: Analysis) -> bool:
    """Whether a sentence tells what is so, not what somebody does, or wishes."""
    root = text.root
    if root is None:
        return False
    told = _WISHES if any(t.lower in ("i", "we") for t in text.tokens) else frozenset()
    in_state = any(text[i].lower in ("is", "are") for i in text.dependents(root.index, "auxpass"))
    return in_state or root.lemma in STATES - told


def _asks_for_an_answer(text: Analysis) -> bool:
    """Whether a command asks the reader for something, as no manual or recipe does."""
    asks = text[0].lemma.lower() in _ASKING
    return asks or any(t.lower in ("i", "me", "my", "we", "us", "our") for t in text.tokens)


_ASKING = frozenset(
    "tell explain calculate find determine compute write list give name help show describe estimate state answer "
    "identify say summarize summarise translate classify decide choose".split()
)
_OWN = frozenset("i we my our i'm i've we've".split())
_SORRY = frozenset("sorry apologise apologize apologies afraid".split())
_WISHES = frozenset("want need like wish require desire".split())


def _is_judged(text: Analysis) -> bool:
    """Whether what is judged is what the sentence is about, and no word within a story: "caused strong winds"."""
    root = text.root
    speaks = any(t.lower in ("i", "we", "my", "our") for t in text.tokens)
    present = root is None or (root.lemma == "be" and root.tag in ("VBZ", "VBP")) or root.pos not in ("VERB", "AUX")
    named = any(t.entity == "PERSON" for t in text.tokens)
    counted = any(t.tag == "CD" for t in text.tokens)
    return speaks or (present and not named and not counted)
