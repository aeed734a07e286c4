"""A sentence's marker or connective by another one, of the same kind or of the opposite one."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.sentences.alike_markers import after_that, however_apart, other_phrase, said_alike
from llmrobust.operators.builtin.sentences.joined_clauses import contrasted
from llmrobust.operators.builtin.sentences.links import along_with, as_well_as
from llmrobust.operators.builtin.sentences.markers import (
    ASSERTING,
    CONNECTIVES,
    MARKERS,
    NOT_PUT,
    OPPOSITE_MARKERS,
    OPPOSITE_PHRASES,
    PHRASES,
    Connective,
    marker_of,
)
from llmrobust.operators.builtin.sentences.opposed_links import not_added, opposites_at
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import SPEAKERS, acts
from llmrobust.operators.builtin.sentences.sentence_kinds import STATES
from llmrobust.operators.builtin.words.clause_places import HALF_CAUSES
from llmrobust.operators.operator import Draw

_TAKING = frozenset(
    "have need want be try take begin start continue cost get require agree decide choose spend use allow pay "
    "give set".split()
)
"""Verbs after which "to" with a verb says what, not what for."""
_NO_PURPOSE_AFTER = frozenset("how what where order as than enough or forward".split())


def other_marker(text: Analysis, draw: Draw, *, opposite: bool = False) -> str | None:
    """The sentence with its first marker by another: of the same kind, or of the opposite one."""
    found = marker_of(text.text)
    if found is not None and not opposite and found[1] == "addition" and found[2].endswith("?"):
        return None  # "Also, how much is it?": no other one is said in chat
    if found is not None and (not opposite or found[1] in OPPOSITE_MARKERS):
        marker, kind, rest = found
        wanted = OPPOSITE_MARKERS[kind] if opposite else kind
        others = [one for one in MARKERS[wanted] if one[:-1] != marker]
        if not opposite:
            others = [one for one in others if one not in NOT_PUT | (ASSERTING if rest.endswith("?") else set())]
        return f"{draw.stream('other').choice(others)} {rest}"
    new = other_phrase(text, draw, OPPOSITE_PHRASES if opposite else PHRASES)
    if new is None and not opposite:
        new = _however(text, draw)
    return new or _other_connective(text, draw, opposite=opposite) or _other_link(text, draw, opposite=opposite)


def _other_connective(text: Analysis, draw: Draw, *, opposite: bool) -> str | None:
    """The sentence with its first connective by another one; None where it has none."""
    for token in text.tokens:
        one = _connective(text, token.index)
        if token.lower == "if" and not opposite and any(t.lower in SPEAKERS for t in text.tokens):
            continue
        if token.lower == "if" and token.index and not opposite:
            supposing = _supposing(text, token.index, draw) if one is not None else None
            if supposing is not None:
                return supposing
            continue
        if token.lower == "after" and not opposite and not _is_what_comes_first(text, token.index):
            continue
        choices = () if one is None else opposites_at(text, token.index, one) if opposite else one.same
        if not opposite and choices and _is_plain_link(text, token.index):
            if token.lower == "but" and (new := however_apart(text, token.index)) is not None:
                return new
            continue
        if choices:
            new = draw.stream("other").choice(choices)
            return edited_at(text, (token.index, token.index, raised(new) if token.text[:1].isupper() else new))
    return None


def _is_what_comes_first(text: Analysis, index: int) -> bool:
    """Whether "after" begins a clause of its own, no time measured from it: "two days after he left",
    and no single event: "he fell after she hit him"."""
    before = text[index - 1] if index else None
    measured = before is not None and (before.pos in ("ADV", "NUM", "ADP") or before.entity in ("DATE", "TIME"))
    clause = clause_at(text, text[index].head) if text[index].dep == "mark" else None
    happened = clause is not None and clause.tense == "past" and index > 0
    return clause is not None and not measured and not happened and clause.subject_range[0] == index + 1


def _other_link(text: Analysis, draw: Draw, *, opposite: bool) -> str | None:
    """The sentence with what it is for, or what "and" joins, said otherwise."""
    asks = opposite and text.text.endswith("?")
    purpose = None if asks else other_purpose(text, opposite=opposite)
    if opposite:
        return purpose or not_added(text) or after_that(text, "before that")
    if purpose is not None:
        return purpose
    ways = (contrasted, along_with, as_well_as)
    return said_alike(text, draw) or next((new for way in ways if (new := way(text)) is not None), None)


def _is_plain_link(text: Analysis, index: int) -> bool:
    """A "but" of talk, or one before what denies nothing, for which "yet" is too stiff, or the "because" of what made a
    thing happen."""
    token = text[index]
    if token.lower == "but":
        ends = next((t.index for t in text.tokens[index + 1 :] if t.dep == "cc" or t.text == ","), len(text))
        after = text.tokens[index:ends]
        weighs = any(t.lower in _DENIED for t in after)
        return not weighs or any(t.lower in SPEAKERS for t in text.tokens)
    clause = clause_at(text, token.head) if token.lower == "because" else None
    if clause is None or clause.tense != "past":
        return False
    verb = text[clause.verb]
    return verb.tag == "VBG" or verb.lemma not in STATES | {"rain", "snow"}


_TASKS = frozenset("calculate find determine compute estimate".split())
"""What a problem asks for with a command."""
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
    new = draw.stream("other").choice(("assuming that", "supposing that"))
    end = before.start if before.text == "," else before.end
    return f"{text.text[:end].rstrip()}, {new} {text.text[text[index + 1].start :]}"


def other_purpose(text: Analysis, *, opposite: bool = False) -> str | None:
    """ "in order to buy tea" of "to buy tea", or "without buying tea"; None where nothing says what for."""
    for token in text.tokens:
        to = text[token.left]
        if token.dep != "advcl" or to.tag != "TO" or to.head != token.index or to.index == 0 or token.tag != "VB":
            continue
        before, above = text[to.index - 1], text[token.head]
        if above.lemma in _TAKING or before.lower in _NO_PURPOSE_AFTER:
            continue
        if above.lemma in ("go", "come") and (before.index == above.index or before.lower == "about"):
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
        return edited_at(text, (to.index, to.index, "in order to"))
    return None


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
        asks = asks or any(t.lower in _TASKS and t.dep == "ROOT" for t in text.tokens)
        return one if asks else None
    return one
