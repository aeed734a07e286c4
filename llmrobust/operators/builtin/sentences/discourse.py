"""Discourse markers: how sentences hang together. Markers are chosen by the kind of sentence that they are in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.joined_clauses import contrasted, without_link
from llmrobust.operators.builtin.sentences.links import along_with, and_also, and_then
from llmrobust.operators.builtin.sentences.markers import (
    ADDED,
    CONNECTIVES,
    DELETED_WITHIN,
    MARKERS,
    OPENING,
    OPPOSITE_MARKERS,
    ORDERING,
    STARTS,
    Connective,
)
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    ParsedRewrite,
    edited_at,
    rewritten_by_parse,
)
from llmrobust.operators.builtin.sentences.person_phrases import acts
from llmrobust.operators.builtin.sentences.sentence_kinds import kind_of
from llmrobust.operators.builtin.sentences.told_stories import is_told
from llmrobust.operators.builtin.words.clause_places import HALF_CAUSES
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.editing.text_edits import editable
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_KIND = {marker[:-1]: kind for kind, markers in MARKERS.items() for marker in markers}
_MARKER = re.compile(rf"(?P<marker>{'|'.join(map(re.escape, _KIND))}), (?P<rest>.+)", re.DOTALL)
_GREETING = re.compile(r"\s*(?:sorry|hi|hello|hey|thanks|thank you|good (?:morning|day|evening)|dear)\b", re.IGNORECASE)
_TAKING = frozenset(
    "have need want be try take begin start continue cost get require agree decide choose spend use allow pay "
    "give set".split()
)
"""Verbs after which "to" with a verb says what, not what for."""
_NO_PURPOSE_AFTER = frozenset("how what where order as than enough or forward".split())
_WHOLES = frozenset("include have be consist contain comprise".split())
_DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1, 60), "needs": ("english",), "version": 6,
}  # fmt: skip
_ORDERED = re.compile(
    rf"\d|\b(?:{'|'.join(VALUES)}|first|second|third|next|last|before|after|order|steps?)\b", re.IGNORECASE
)
"""What shows that the order of events may be asked for."""


@operator("discourse.add", source=f"{FLUKE}: discourse markers, added", **{**_DECLARED, "version": 9})
def add(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Adds a marker that fits the sentence: "Frankly, ..." to an opinion, "Note that ..." to a rule."""
    said = [prompt.span(place).text.lstrip() for place in editable(prompt, params.targets())]
    if any(_GREETING.match(text) for text in said):
        return

    def marked(text: Analysis) -> str | None:
        opened = [one for one in said if one.startswith(text.text)]
        goes_on = any(one.rstrip() != text.text for one in opened)
        return with_marker(text, draw, opens=bool(opened), goes_on=goes_on)

    yield from rewritten_by_parse(prompt, params, draw, marked, "added")


@operator(
    "discourse.replace",
    source=f"{FLUKE}: discourse markers, replaced (prompted, not released)",
    **{**_DECLARED, "version": 10},
)
def replace_marker(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Replaces a marker by another of the same kind: Nevertheless for However, in order to for to."""
    yield from _changed(prompt, params, draw, lambda text: other_marker(text, draw), "replaced")


@operator("discourse.delete", source=f"{FLUKE}: discourse markers, deleted", **_DECLARED)
def delete(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Takes a marker away: However, also, so; one of time only where no numbers or steps are told of."""
    ordered = any(_ORDERED.search(span.text) for _, span in prompt.places())
    yield from _changed(prompt, params, draw, lambda text: without_marker(text, ordered=ordered), "deleted")


@operator(
    "discourse.reverse",
    relation=Relation.NO_PROMISE,
    source=f"{FLUKE}: discourse markers, reversed",
    **{**_DECLARED, "version": 7},
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
    if kind is None or first.pos in ("INTJ", "CCONJ", "PUNCT") or first.lower in (*STARTS, "please", "also"):
        return None
    if (len(text) > 1 and text[1].text == ",") or _MARKER.fullmatch(text.text) or len(text) < 4:
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
    return in_state or root.lemma in _STATES - told


_WISHES = frozenset("want need like wish require desire".split())
_STATES = frozenset(
    "be have cost weigh own contain hold know need want like live belong last love hate owe seem measure".split()
)


def _is_judged(text: Analysis) -> bool:
    """Whether what is judged is what the sentence is about, and no word within a story: "caused strong winds"."""
    root = text.root
    speaks = any(t.lower in ("i", "we", "my", "our") for t in text.tokens)
    present = root is None or (root.lemma == "be" and root.tag in ("VBZ", "VBP")) or root.pos not in ("VERB", "AUX")
    named = any(t.entity == "PERSON" for t in text.tokens)
    counted = any(t.tag == "CD" for t in text.tokens)
    return speaks or (present and not named and not counted)


def other_marker(text: Analysis, draw: Draw, *, opposite: bool = False) -> str | None:
    """The sentence with its first marker by another: of the same kind, or of the opposite one."""
    found = _MARKER.fullmatch(text.text)
    if found is not None:
        kind = _KIND[found["marker"]]
        if not opposite or kind in OPPOSITE_MARKERS:
            wanted = OPPOSITE_MARKERS[kind] if opposite else kind
            others = [marker for marker in MARKERS[wanted] if marker[:-1] != found["marker"]]
            if not opposite and "Later," in others:
                others.remove("Later,")  # it leaves a gap in time
            return f"{draw.stream('other').choice(others)} {found['rest']}"
    if not opposite and (new := _however(text, draw)) is not None:
        return new
    for token in text.tokens:
        one = _connective(text, token.index)
        if token.lower == "if" and token.index and not opposite:
            supposing = _supposing(text, token.index, draw) if one is not None else None
            if supposing is not None:
                return supposing
            continue
        choices = () if one is None else one.opposite if opposite else one.same
        if not opposite and choices and _is_plain_link(text, token.index):
            continue
        if choices:
            new = draw.stream("other").choice(choices)
            return edited_at(text, (token.index, token.index, raised(new) if token.text[:1].isupper() else new))
    purpose = _other_purpose(text, draw, opposite=opposite)
    return purpose or (
        _not_added(text) if opposite else contrasted(text) or _also_done(text) or along_with(text) or and_then(text)
    )


def _also_done(text: Analysis) -> str | None:
    """ "and also" of what is done, not of the parts of a whole."""
    return None if text.root is not None and text.root.lemma in _WHOLES else and_also(text)


def _is_plain_link(text: Analysis, index: int) -> bool:
    """A "but" of somebody's talk or between two deeds, for which "yet" is too stiff, or the "because" of what made a
    thing happen."""
    token = text[index]
    if token.lower == "but":
        said = {t.lower for t in text.tokens}
        return bool(said & _OWN) or not (said & _DENIED or any(t.lemma in _STATES for t in text.tokens))
    clause = clause_at(text, token.head) if token.lower == "because" else None
    if clause is None or clause.tense != "past" or text[clause.verb].lemma in _STATES | {"rain", "snow"}:
        return False
    main = text.first(text[clause.verb].head, "nsubj", "nsubjpass")
    return not acts(text, clause.subject) or (main is not None and not acts(text, main))


_OWN = frozenset("i me my we us our".split())
_DENIED = frozenset("not n't n’t no never only still nobody nothing none hardly unable".split())


def _however(text: Analysis, draw: Draw) -> str | None:
    """ "However, it fell." of "But it fell."; None for other sentences."""
    first = text[0]
    following = text[1] if len(text) > 3 else None
    plain = first.lower == "but" and first.dep == "cc" and text.text[:1].isupper() and not text.text.endswith("?")
    if not plain or following is None or following.pos in ("PUNCT", "ADV", "VERB", "CCONJ") or statement(text) is None:
        return None
    ways = ("However,",) if following.pos == "SCONJ" else ("However,", "Nevertheless,")
    return f"{draw.stream('other').choice(ways)} {text.text[following.start :]}"


def _supposing(text: Analysis, index: int, draw: Draw) -> str | None:
    """ "How many are left, assuming that she sells 5?" of "How many are left if she sells 5?"."""
    before, clause = text[index - 1], text[index].head
    if (
        text[0].lower not in ("how", "what")
        or text[clause].right != text.end
        or before.pos in ("ADV", "SCONJ", "CCONJ")
    ):
        return None
    if any(t.lower in ("i", "my", "we", "our") for t in text.tokens):
        return None
    new = draw.stream("other").choice(("assuming that", "supposing that"))
    end = before.start if before.text == "," else before.end
    return f"{text.text[:end].rstrip()}, {new} {text.text[text[index + 1].start :]}"


def _not_added(text: Analysis) -> str | None:
    """The sentence with its first "and" a contrast: "but" between clauses, "but not" between objects."""
    for token in text.tokens[1:-1]:
        first = text[token.head]
        second = next((i for i in first.children if i > token.index and text[i].dep == "conj"), None)
        if token.lower != "and" or token.dep != "cc" or second is None or text[token.index + 1].dep == "cc":
            continue
        if first.pos in ("VERB", "AUX") and text[second].pos in ("VERB", "AUX"):
            return edited_at(text, (token.index, token.index, "but"))
        after = text[text[second].right + 1] if text[second].right + 1 < len(text) else None
        ends = after is None or after.pos not in ("VERB", "AUX")
        if first.dep in ("dobj", "pobj") and text[token.index - 1].text != "," and ends:
            return edited_at(text, (token.index, token.index, "but not"))
    return None


def _other_purpose(text: Analysis, draw: Draw, *, opposite: bool) -> str | None:
    """ "in order to buy tea" of "to buy tea", or "without buying tea"; None where nothing says what for."""
    for token in text.tokens:
        to = text[token.left]
        if token.dep != "advcl" or to.tag != "TO" or to.head != token.index or to.index == 0 or token.tag != "VB":
            continue
        before, above = text[to.index - 1], text[token.head]
        if above.lemma in _TAKING or before.lower in _NO_PURPOSE_AFTER:
            continue
        if above.pos != "VERB" or token.lemma == "be" or text.dependents(token.index, "conj", "neg"):
            continue
        who = text.first(above.index, "nsubj", "nsubjpass")
        if before.lemma in ("way", "method", "time", "chance", "money") or token.lemma == "finish":
            continue
        if who is not None and not (acts(text, who) or text[who].tag in ("PRP", "NNS")):
            continue
        if who is not None and text.dependents(who, "compound") and text[who].tag == "NN":
            continue  # "A fog bank rolls in to cover a city"
        if opposite:
            return edited_at(text, (to.index, token.index, f"without {inflected(token.lemma, 'VBG')}"))
        plain = text.text.endswith("?") or any(t.lower in ("i", "we", "my") for t in text.tokens)
        ways = ("in order to",) if plain else ("in order to", "so as to")
        return edited_at(text, (to.index, to.index, draw.stream("other").choice(ways)))
    return None


def without_marker(text: Analysis, *, ordered: bool = False) -> str | None:
    """The sentence without its first marker; None if it has none that can go.

    ordered: markers of time stay, as the order of events may be asked for.
    """
    kept = ORDERING if ordered else frozenset()
    found = _MARKER.fullmatch(text.text)
    if found is not None and found["marker"].lower() in kept:
        return None
    if found is not None:
        return raised(found["rest"])
    first = text[0]
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
        if not (token.lower in DELETED_WITHIN - kept or then) or token.dep != "advmod" or token.left != token.right:
            continue
        if text[token.head].pos not in ("VERB", "AUX") or any(t.lower == "if" for t in text.tokens):
            continue
        before, following = text[token.index - 1], text[token.index + 1] if token.index + 1 < len(text) else None
        if before.text == "," and following is not None and following.text == ",":
            return edited_at(text, (before.index, following.index, ""))
        if following is not None and following.pos in ("VERB", "AUX", "PRON", "DET", "PROPN") and before.text != ",":
            return edited_at(text, (token.index, token.index, ""))
    return without_link(text)


def _connective(text: Analysis, index: int) -> Connective | None:
    """The connective that a token is: by its word, and by what it connects."""
    token = text[index]
    one = CONNECTIVES.get(token.lower)
    if one is None or token.dep not in one.deps or text[token.head].pos not in ("VERB", "AUX"):
        return None
    before = text[index - 1] if index else None
    tied = ("even", "as", "just", "only", "right", "long", "soon")
    if before is not None and before.lower in (*tied, *(() if token.lower == "then" else ("and",))):
        return None
    if before is not None and token.lower == "because" and before.lower in HALF_CAUSES:
        return None
    if token.dep == "prep" and text.first(index, "pcomp") is None:
        return None
    if one.joins_clauses:
        head = text[token.head]
        later = [i for i in head.children if i > index and text[i].dep == "conj"]
        joined = later or head.index > index
        apart = before is not None and (before.text == "," or (token.lower == "but" and before.pos != "PUNCT"))
        if not apart or not joined or text[index + 1].pos in ("SCONJ", "CCONJ"):
            return None
        if text.text.endswith("?"):
            return None
        clause = later[0] if later else head.index
        if text.first(clause, "nsubj", "nsubjpass", "expl") is None:
            return None
    if one.subordinates and (text[token.head].dep != "advcl" or text[token.head].left != index):
        return None
    if one.before_verb and not (token.head > index and all(t.pos == "ADV" for t in text.tokens[index : token.head])):
        return None
    if one.starts_clause:
        after = text[index + 1] if index + 1 < len(text) else None
        if before is not None and before.lower != "and":
            return None  # ", then she pays": only "then" joins clauses without "and"
        if (
            after is None
            or after.pos not in ("PRON", "DET", "PROPN", "NOUN", "VERB")
            or any(t.lower == "if" for t in text.tokens)
        ):
            return None
    if token.lower == "if":
        if text.first(token.head, "nsubj", "nsubjpass", "expl") is None:
            return None
        asks = text.text.endswith("?") and any(t.lower in ("how", "what") for t in text.tokens)
        return one if asks else None
    return one
