"""One sentence as two, and two as one, on the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, main_clause, question, question_start, statement
from llmrobust.english.noun_phrases import inner, raised
from llmrobust.operators.builtin.sentences.added_sentences import adds_in_kind
from llmrobust.operators.builtin.sentences.asides_apart import aside_apart, where_apart
from llmrobust.operators.builtin.sentences.asked_apart import asked_apart
from llmrobust.operators.builtin.sentences.clauses_apart import (
    although_apart,
    before_apart,
    features_apart,
    second_verb_apart,
)
from llmrobust.operators.builtin.sentences.contrasts_apart import contrast_apart, listed_apart
from llmrobust.operators.builtin.sentences.doings_apart import (
    doing_apart,
    going_about_apart,
    required_apart,
    supposed_by_words,
    which_apart,
)
from llmrobust.operators.builtin.sentences.halves import (
    conceded,
    described_apart,
    somebody_apart,
    supposed,
    told_apart,
    with_purpose_apart,
)
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    is_plain,
    parsed,
    rewritten_by_parse,
    whole_sentences,
)
from llmrobust.operators.builtin.sentences.person_phrases import SPEAKERS, THIRD
from llmrobust.operators.builtin.sentences.spliced_clauses import splice_apart, splice_with_semicolon
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
RUP = "RUPBench (Wang and Zhao 2024, arXiv 2406.11020)"
_LONGEST = 110
"""Characters of the longest sentence that "and" joins to another."""
_LONGEST_APART = 170
"""Characters of the longest sentence that a semicolon joins to another."""
_SUBORDINATE = frozenset("if when because since that although though while unless as once".split())
"""What opens a clause whose main clause comes later."""
_MARK = re.compile(r" ?;|(?<=[^\W\d]) (?:--?|[–—])(?= )|—")
"""A semicolon or a dash between two clauses."""
_LEADS = {"and": "", "but": "But ", "so": "So ", "yet": "Yet "}
_DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1, 80), "needs": ("english",), "version": 7,
}  # fmt: skip


@operator(
    "syntax.split",
    source="text simplification; Noise-LLM: simplification (arXiv 2310.06504)",
    **{**_DECLARED, "version": 10},
)
def split(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Makes two sentences of one: of two clauses, or of a question ("I want to track my card. How do I do that?")."""
    yield from rewritten_by_parse(prompt, params, draw, in_two, "two")
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        for index in whole:
            cut = _cut_at_mark(parts[index], draw)
            if cut is not None:
                text = "".join([*parts[:index], cut, *parts[index + 1 :]])
                yield Variant(prompt.with_texts({place: text}), "mark")
                return


def _cut_at_mark(part: str, draw: Draw) -> str | None:
    """ "The tree is thick. It will not fall." of "The tree is thick; it will not fall."; None for other sentences."""
    body = part.strip()
    halves = [half.strip() for half in _MARK.split(body)]
    if len(halves) != 2 or not halves[1].endswith((".", "?", "!")):
        return None
    first, second = halves
    if not is_plain(first, draw) or not is_plain(second, draw):
        return None
    one, two = parsed(f"{first}."), parsed(second)
    if one is None or two is None or statement(one) is None or (statement(two) is None and question(two) is None):
        return None
    if two[0].lower in _SUBORDINATE or two[0].pos in ("CCONJ", "PUNCT") or one[0].lower in _SUBORDINATE:
        return None
    rest = raised(second) if first[:1].isupper() else second
    return part.replace(body, f"{first}. {rest}")


@operator("syntax.merge", source=f"{FLUKE}: compound sentences; {RUP}", **_DECLARED)
def merge(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Joins two sentences by "and", by what the second begins with ("but"), or by a semicolon."""
    for place, parts, whole in whole_sentences(prompt, params.targets()):
        for index in whole[:-1]:
            apart = "\n" in parts[index]
            links = [] if apart else list(_links(parts[index].strip(), parts[index + 1].strip(), draw))
            if not links:
                continue
            tail = parts[index + 1][len(parts[index + 1].rstrip()) :]
            lead = parts[index][: len(parts[index]) - len(parts[index].lstrip())]
            for name, joint in links:
                text = "".join([*parts[:index], lead + joint + tail, *parts[index + 2 :]])
                yield Variant(prompt.with_texts({place: text}), name)
            return
    yield from rewritten_by_parse(prompt, params, draw, spliced_apart, "semicolon")


def spliced_apart(text: Analysis) -> str | None:
    """ "My card is lost; what can I do?" of two sentences that a comma alone joins; None for others."""
    halves = statement_and_question(text)
    if halves is None:
        return splice_with_semicolon(text)
    return None if halves[1].split()[0].lower() in ("so", "but") else f"{halves[0]}; {halves[1]}"


def _links(first: str, second: str, draw: Draw) -> Iterator[tuple[str, str]]:
    """(name, both sentences as one) for each way to join them."""
    longest = max(len(first), len(second))
    if longest > _LONGEST_APART or not first.endswith(".") or not second.endswith((".", "?", "!")):
        return
    if not is_plain(first, draw) or not is_plain(second, draw):
        return
    one, two = parsed(first), parsed(second)
    if one is None or two is None or statement(one) is None:
        return
    said = inner(two, 0, len(two) - 1)
    if said is None:
        return
    if two[0].pos == "CCONJ" or two[0].lower == "so":
        if _is_linked_clause(two) and longest <= _LONGEST and "," not in first:
            yield "and", f"{first[:-1]}, {said}"
        return
    asks = question_start(two) is not None
    tells = statement(two) is not None or _exclaims(two)
    if not (tells or asks) or two[0].pos in ("INTJ", "PUNCT"):
        return
    leans = two[0].lower in _CONNECTING and two[1].text == ","
    if two[0].lower in ("calculate", "find", "determine") or (not asks and not leans and not _goes_on(one, two)):
        return
    short = longest <= _LONGEST and not asks
    if short and first.count(",") + second.count(",") < 2 and not leans and adds_in_kind(one, two):
        yield "and", f"{first[:-1]}, and {said}"
    yield "semicolon", f"{first[:-1]}; {said}"


_CONNECTING = frozenset(
    "however therefore still instead otherwise thus hence nevertheless nonetheless moreover furthermore consequently "
    "meanwhile besides accordingly likewise".split()
)
"""Adverbs that say how a sentence follows from the one before it."""


def _is_linked_clause(text: Analysis) -> bool:
    """Whether a sentence is a statement that "but", "so", "and" or "yet" begins, its subject next."""
    clause = statement(text)
    return clause is not None and text[0].lower in _LEADS and clause.subject_range[0] == 1 and text.text.endswith(".")


def _exclaims(text: Analysis) -> bool:
    """Whether an exclamation states something: "I've got enough!"."""
    clause = main_clause(text)
    return text.text.endswith("!") and clause is not None and not clause.is_inverted and clause.subject_range[0] == 0


def _goes_on(one: Analysis, two: Analysis) -> bool:
    """Whether a sentence picks up what the one before it names, or is as it about the speaker."""
    named, again = ({t.lemma.lower() for t in text.tokens if t.tag.startswith("NN")} for text in (one, two))
    said, said_again = ({t.lower for t in text.tokens if t.tag in ("PRP", "PRP$")} for text in (one, two))
    pointing = said_again & THIRD or (two[0].tag == "DT" and two[0].dep in ("nsubj", "nsubjpass"))
    speaks = bool(said & SPEAKERS) and bool(said_again & SPEAKERS)
    return bool(named & again) or (bool(named | said) and bool(pointing)) or speaks


def in_two(text: Analysis) -> str | None:
    """The sentence as two; None if it has no two clauses that can each be a sentence. In text that is all
    small letters, the second begins with one too."""
    new = _in_two(text)
    if new is None or not text.text[:1].islower():
        return new
    said = {token.text for token in text.tokens}
    return re.sub(r"(?:\A|(?<=[.?] ))[A-Z]\w*", lambda word: word[0] if word[0] in said else word[0].lower(), new)


def _in_two(text: Analysis) -> str | None:
    root, hangs = text.root, text[text.end].pos in ("ADP", "DET", "CCONJ", "PART", "AUX", "SCONJ")
    if root is None or (hangs and text.text[-1:] not in ".?!"):
        return None
    asked = _statement_and_question(text)
    if asked is not None:
        return asked
    for apart in _APART:
        halves = apart(text)
        if halves is not None:
            return halves
    made = (apart(text) for apart in (_linked_clauses_apart, second_verb_apart, before_apart, features_apart))
    return next((halves for halves in made if halves is not None), None)


def _linked_clauses_apart(text: Analysis) -> str | None:
    """ "It rained. But we left." of "It rained, but we left.": two clauses, each with a subject."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or text[0].lower in _SUBORDINATE:
        return None
    if any(text[i].dep == "advcl" and i < clause.subject for i in root.children):
        return None
    if any(text[i].dep in ("preconj", "parataxis", "ccomp") and i < root.index for i in root.children):
        return None
    joints = text.dependents(root.index, "conj")
    links = text.dependents(root.index, "cc") or _link_before(text, joints)
    if len(joints) != 1 or len(links) != 1 or text[links[0]].lower not in _LEADS:
        return None
    link, joint = links[0], joints[0]
    before = link - 1 if text[link - 1].text != "," else link - 2
    second = clause_at(text, joint)
    if second is None or second.is_inverted or text[joint].left != link + 1 or _points_back(text, link + 1):
        return None
    if not all(text[i].dep in _BEFORE_SUBJECT for i in text[joint].children if i < second.subject):
        return None  # "but after she has slept": no clause of its own
    lead = _LEADS[text[link].lower]
    ending = text.text if text.text[-1:] in ".!" else f"{text.text}."
    rest = ending[text[link + 1].start :]
    return f"{text.said(0, before)}. {lead + rest if lead else raised(rest)}"


_BEFORE_SUBJECT = frozenset("advmod prep advcl npadvmod punct neg intj".split())
"""Relations of what comes before the subject of a clause that can be a sentence."""
_APART = (
    asked_apart, lambda text: _loosely_joined(text), supposed, conceded, told_apart, described_apart,
    with_purpose_apart, contrast_apart, somebody_apart, listed_apart, doing_apart, which_apart, going_about_apart,
    required_apart, supposed_by_words, splice_apart, aside_apart,
    where_apart, although_apart,
)  # fmt: skip
"""The ways to make two sentences of one, in the order in which they are tried."""


def _link_before(text: Analysis, joints: list[int]) -> list[int]:
    """The "and" before a second clause with a subject, where the pipeline hangs it on a noun before."""
    second = clause_at(text, joints[0]) if len(joints) == 1 else None
    if second is None or second.is_inverted or second.subject_range[0] < 2:
        return []
    link = second.subject_range[0] - 1
    return [link] if text[link].dep == "cc" and second.subject_range[0] == text[joints[0]].left else []


def _loosely_joined(text: Analysis) -> str | None:
    """The same where the pipeline hangs the first clause on the second, as it does before ", so"."""
    root = text.root
    first = None if root is None else text.first(root.index, "ccomp")
    if root is None or first is None or first > root.index or statement(text) is None:
        return None
    if text[0].lower in _SUBORDINATE:
        return None
    at = text[first].right + 1
    if text[first].left != 0 or clause_at(text, first) is None or text[at].text != ",":
        return None
    link = text[at + 1]
    subject = text.first(root.index, "nsubj", "nsubjpass", "expl")
    if link.lower not in ("so", "but", "yet") or subject is None or text[subject].left != at + 2:
        return None
    ending = text.text if text.text[-1:] in ".!" else f"{text.text}."
    return f"{text.said(0, at - 1)}. {raised(ending[link.start :])}"


def _statement_and_question(text: Analysis) -> str | None:
    """ "I lost my card. What do I do?" of "I lost my card, what do I do?" """
    halves = statement_and_question(text)
    if halves is None:
        return None
    stated, asked = halves
    return f"{stated}. {raised(asked)}"


def statement_and_question(text: Analysis) -> tuple[str, str] | None:
    """What a sentence states before it asks, without a mark, and what it asks ("so what do I do?"); None for others."""
    start = question_start(text)
    asked = question(text)
    if start is None or start < 3 or asked is None or not text.text.endswith("?"):
        return None
    at = start - 1
    lead = ""
    if text[at].dep == "cc" and text[at].lower in ("so", "but"):
        lead, at = f"{text[at].text} ", at - 1
    if text[at].text != ",":
        return None
    stated = any(
        clause_at(text, t.index) is not None and t.dep in ("ccomp", "parataxis", "ROOT", "conj")
        for t in text.tokens[:at]
    )
    subordinate = any(t.dep == "mark" or t.tag == "WRB" for t in text.tokens[:2]) or text[0].lower in (
        "if",
        "when",
        "as",
    )
    commas = [t.index for t in text.tokens[:at] if t.text == ","]
    spliced = len(commas) == 1 and text[commas[0] + 1].lower in ("i", "it", "my", "they", "he", "she", "we")
    if not stated or subordinate or (commas and not spliced):
        return None
    return text.said(0, at - 1), lead + text.text[text[start].start :]


def _points_back(text: Analysis, index: int) -> bool:
    return text[index].lower in ("half", "twice", "that", "which", "so", "each")
