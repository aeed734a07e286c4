"""What "and" joins: in another order, linked otherwise, or of two sentences, on the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import inner, raised
from llmrobust.operators.builtin.sentences.links import linked_otherwise
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    edited_at,
    rewritten_by_parse,
    two_rewritten,
)
from llmrobust.operators.builtin.sentences.shared_subjects import under_one_subject
from llmrobust.operators.builtin.sentences.so_questions import so_asked, so_asked_within
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

UNLIKE = frozenset(
    "half that much more less fewer other others another rest remaining same twice third it them him her his its "
    "their then also each both as such ones one former latter so double triple remainder quarter".split()
)
"""Words that point back at the first of a pair, or count it."""
NOT_THINGS = ("DATE", "TIME", "MONEY", "QUANTITY", "PERCENT", "CARDINAL", "ORDINAL")
ORDERED = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december second third fourth fifth sixth spring summer autumn winter morning afternoon "
    "evening night past present future beginning middle end breakfast lunch dinner".split()
)
"""Members of sets that have an order of their own."""
_PRICED = re.compile(r"\bfor (?:\$|\d+ dollars)")
_STATES = frozenset("be have cost weigh contain hold own like love live know need want sell charge earn".split())
_FIXED = frozenset(
    ("terms", "pros", "black", "back", "round", "again", "more", "up", "bread", "profit", "ladies", "mr", "trick")
)


@operator(
    "syntax.coordinate",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1, 60),
    source="FLUKE (Otmakhova et al. 2025, arXiv 2504.17311): coordinating conjunction",
    needs=("english",),
    version=9,
)
def coordinate(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Swaps what "and" joins, says "as well as" for it, or joins sentences on one subject, or a fact and a question."""
    yield from rewritten_by_parse(prompt, params, draw, pair_swapped, "swapped")
    yield from rewritten_by_parse(prompt, params, draw, linked_otherwise, "linked")
    yield from two_rewritten(prompt, params, draw, under_one_subject, "shared-subject")
    yield from two_rewritten(prompt, params, draw, so_asked, "so")
    yield from rewritten_by_parse(prompt, params, draw, so_asked_within, "so-within")


def pair_swapped(text: Analysis) -> str | None:
    """The sentence with the first pair swapped that may be; None if there is none."""
    words = {token.lower for token in text.tokens}
    if len(_PRICED.findall(text.text)) > 1:
        return None  # "pens for $2, cups for $3": which price is whose is often read wrong
    if words & {"respectively", "former", "latter", "between", "then", "first", "order"}:
        return None
    for token in text.tokens:
        if token.dep == "conj":
            new = _swapped_pair(text, token.index) or _swapped_clauses(text, token.index)
            if new is not None:
                return new
    return None


def _swapped_pair(text: Analysis, second: int) -> str | None:
    """The text with the first and the last of what "and" joins swapped, two or more."""
    chain = [second]
    while text[chain[0]].dep == "conj":
        chain.insert(0, text[chain[0]].head)
    if text.dependents(second, "conj", "cc") or not _are_alike(text, chain):
        return None
    first = chain[0]
    if any(text[i].dep == "pobj" for i in chain) and _within_phrase(text, first):
        return None
    if text[first].dep in ("nsubj", "nsubjpass") and _is_singular(text, text[first].head):
        return None  # "the weight of the driver and the truck is": what "and" joins was read wrong
    link = second - 1
    while link > first and text[link].dep != "cc":
        link -= 1
    inner_end = text[chain[1]].left - 1 if len(chain) > 2 else link
    if text[link].lower not in ("and", "or") or (text[link].lower == "or" and text[first].dep.startswith("nsubj")):
        return None
    while text[inner_end].text == "," or text[inner_end].dep == "cc":
        inner_end -= 1
    one, two = (text[first].left, inner_end), (text[second].left, text[second].right)
    follows = text[two[1] + 1].lower if two[1] + 1 < len(text) else ""
    if two[0] != link + 1 or one[1] < first or follows == "of" or _are_bound(text, one, two, first, second):
        return None
    left, left_too = ([text[i].dep for i in text[i2].children if i < i2] for i2 in (first, second))
    if left and not left_too:
        if (
            set(left) - {"det", "poss"}
            or text[text[first].left].lower in ("a", "an")
            or text[first].tag != text[second].tag
            or one[1] != first
            or len(chain) > 2
        ):
            return None
        one = (first, first)
    elif (
        (
            ("nummod" in left) != ("nummod" in left_too)
            and any(text[i].lower not in ("a", "an") for i2 in (first, second) for i in text.dependents(i2, "det"))
        )
        or bool(left) != bool(left_too)
        or (text[first].pos == "ADJ" and (left or left_too))
        or ({"amod", "compound"} & set(left) and not {"det", "poss", "nummod"} & set(left_too))
    ):
        return None
    said = inner(text, *one)
    if said is None:
        return None
    other = text.said(*two)
    other = raised(other) if one[0] == 0 and text.text[0].isupper() else other
    article = text[one[0] - 1] if one[0] else text[0]
    if article.index < one[0] and article.lower in ("a", "an"):
        fitting = "an" if other[:1].lower() in "aeiou" else "a"
        if ("an" if said[:1].lower() in "aeiou" else "a") != article.lower:
            return None  # "an honest and kind man", "a useful and cheap tool": letters do not tell
        fitting = fitting.capitalize() if article.text[0].isupper() else fitting
        return edited_at(text, (article.index, article.index, fitting), (*one, other), (*two, said))
    return edited_at(text, (*one, other), (*two, said))


def _within_phrase(text: Analysis, head: int) -> bool:
    """Whether what is joined belongs to "of" in a subject or a name, where "and" may join something larger."""
    of = text[text[head].head]
    return of.lower == "of" and (text[of.head].dep in ("nsubj", "nsubjpass") or text[of.head].tag.startswith("NNP"))


def _is_singular(text: Analysis, verb: int) -> bool:
    helper = text.first(verb, "aux", "auxpass")
    finite = text[verb if helper is None else helper]
    return finite.tag == "VBZ" or finite.lower == "was"


def _are_alike(text: Analysis, chain: list[int]) -> bool:
    kinds = {{"PROPN": "NOUN"}.get(text[i].pos, text[i].pos) for i in chain}
    tags = {text[i].tag for i in chain}
    if len(tags) > 1 and tags & {"JJR", "JJS", "RBR", "RBS"}:
        return False  # "as good or better than"
    if len(kinds) != 1 or not kinds <= {"NOUN", "ADJ", "ADV"} or any(text[i].tag == "VBG" for i in chain):
        return False
    return len({text[i].text for i in chain}) == len(chain) or all(text.dependents(i, "nummod", "amod") for i in chain)


def _are_bound(text: Analysis, one: tuple[int, int], two: tuple[int, int], first: int, second: int) -> bool:
    """Whether the two cannot change places: one points back at the other, or what follows may belong to both."""
    tokens = [*text.tokens[one[0] : one[1] + 1], *text.tokens[two[0] : two[1] + 1]]
    if {t.lower for t in text.tokens[one[0] : two[1] + 1]} & UNLIKE or {t.lower for t in tokens} & _FIXED:
        return True
    if any(t.pos in ("PUNCT", "VERB", "AUX", "PRON", "SCONJ") or t.dep in ("case", "preconj", "relcl") for t in tokens):
        return True
    named, named_too = text[first].entity, text[second].entity
    if named == named_too and named in ("DATE", "TIME", "ORDINAL", "CARDINAL"):
        return True  # "Monday and Tuesday"
    if all(t.lower in ORDERED or t.lower.rstrip("s") in ORDERED for t in (text[first], text[second])):
        return True
    if _rises(text, one, two):
        return True
    if named != named_too and {named, named_too} & set(NOT_THINGS):
        return True  # "in the 1950s and demonstrations against the war": a year and a thing are no pair
    if named in ("ORG", "WORK_OF_ART", "PRODUCT", "EVENT", "LAW") and named == text[second].entity:
        return True
    right = [text[i] for i in text[first].children if one[1] >= i > first]
    right_too = [text[i] for i in text[second].children if i > second]
    counted = bool(text.dependents(second, "nummod", "det"))
    if any(t.dep != "prep" or t.lower not in ("of", "for") for t in (*right, *right_too)):
        return True
    return (bool(right_too) and not right) or (bool(right) and not counted)


def _rises(text: Analysis, one: tuple[int, int], two: tuple[int, int]) -> bool:
    """ "page 3 and page 4", "grades 1 and 2": numbers after the noun that go up."""
    last = text[one[1]].text, text[two[1]].text
    return all(word.isdigit() for word in last) and int(last[0]) < int(last[1])


def _swapped_clauses(text: Analysis, second: int) -> str | None:
    """ "B costs $2 and A costs $1." of "A costs $1 and B costs $2." """
    root = text.root
    if root is None or text[second].head != root.index or statement(text) is None:
        return None
    one, two = clause_at(text, root.index), clause_at(text, second)
    links = text.dependents(root.index, "cc")
    if (
        one is None
        or two is None
        or len(links) != 1
        or text[links[0]].lower != "and"
        or text.dependents(second, "conj")
    ):
        return None
    if any(text[v].lemma not in _STATES for v in (root.index, second)) or len(text.dependents(root.index, "conj")) != 1:
        return None
    start, end = text[second].left, text[second].right
    if start != links[0] + 1 or two.subject_range[0] != start or one.subject_range[0] != 0:
        return None
    if {t.lower for t in text.tokens[start : end + 1]} & (UNLIKE - {"each"}) or any(
        t.tag == "PRP" for t in text.tokens[start : end + 1]
    ):
        return None
    before = links[0] - 1 - (text[links[0] - 1].text == ",")
    first = inner(text, 0, before)
    while text[end].pos == "PUNCT":
        end -= 1
    if first is None:
        return None
    return edited_at(text, (0, before, raised(text.said(start, end))), (start, end, first))
