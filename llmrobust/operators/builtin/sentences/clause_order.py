"""The order of clauses, adverbials and what "and" joins, on the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis, analyse
from llmrobust.english.clauses import SUBJECTS, clause_at, statement
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.joining import statement_and_question
from llmrobust.operators.builtin.sentences.links import linked_otherwise
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    edited_at,
    joined,
    rewritten_by_parse,
    two_rewritten,
)
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.shared_subjects import under_one_subject
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_SUBORDINATORS = frozenset(
    "because although though while when whenever if unless since after before until once whereas as".split()
)
_UNLIKE = frozenset(
    "half that much more less fewer other others another rest remaining same twice third it them him her his its "
    "their then also each both as such ones one former latter so double triple remainder quarter".split()
)
"""Words that point back at the first of a pair, or count it."""
_NOT_THINGS = ("DATE", "TIME", "MONEY", "QUANTITY", "PERCENT", "CARDINAL", "ORDINAL")
_PRICED = re.compile(r"\bfor (?:\$|\d+ dollars)")
_STATES = frozenset("be have cost weigh contain hold own like love live know need want sell charge earn".split())
_FIXED = frozenset(
    ("terms", "pros", "black", "back", "round", "again", "more", "up", "bread", "profit", "ladies", "mr")
)
_WHETHER = frozenset(
    "check know see tell ask wonder confirm explain understand say find sure let verify clarify".split()
)
"""What "if" may depend on as a question does."""
_INTENDING = frozenset("threaten promise plan decide agree hope offer refuse ask intend expect".split())
"""Verbs after which a clause may belong to what is intended, not to the intending."""
_HE_OR_SHE = frozenset("he she him her his hers".split())
_THIRD = frozenset("he she they it him her them his its their".split())
_TELLING = frozenset("think believe guess suppose say speculate claim hope assume estimate".split())
_DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1, 60), "needs": ("english",), "version": 3,
}  # fmt: skip


@operator("syntax.clause_order", source=f"{FLUKE}: clause order (prompted, not released)", **_DECLARED)
def clause_order(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a clause first, or last: "Because it rained, we left.", "My card is lost, I think."."""
    yield from rewritten_by_parse(prompt, params, draw, reordered, "other")
    yield from rewritten_by_parse(prompt, params, draw, told_last, "told-last")
    yield from rewritten_by_parse(prompt, params, draw, asked_first, "asked-first")


@operator("syntax.coordinate", source=f"{FLUKE}: coordinating conjunction", **{**_DECLARED, "version": 5})
def coordinate(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Swaps what "and" joins, links it otherwise ("as well as"), or joins what two sentences say of one subject."""
    yield from rewritten_by_parse(prompt, params, draw, pair_swapped, "swapped")
    yield from rewritten_by_parse(prompt, params, draw, linked_otherwise, "linked")
    yield from two_rewritten(prompt, params, draw, under_one_subject, "shared-subject")


def reordered(text: Analysis) -> str | None:
    """The sentence with its subordinate clause on its other side; None if it has none that can go there."""
    root = text.root
    if root is None or any(text[i].dep == "parataxis" for i in root.children):
        return None
    if root.pos not in ("VERB", "AUX") and text.first(root.index, *SUBJECTS) is None:
        return None
    end = text.end
    for token in text.tokens:
        if token.dep != "advcl" or token.head not in (root.index, *text.dependents(root.index, "xcomp")):
            continue
        opening = _subordinator(text, token.index)
        if opening is None or clause_at(text, token.index) is None:
            continue
        if token.left == 0 and token.right + 1 < end and text[token.right + 1].text == ",":
            return _subordinate_last(text, token.index, end)
        if token.right == end and token.left > 1 and opening not in ("as", "since", "until"):
            return _subordinate_first(text, token.left, end)
    return None


def _subordinate_last(text: Analysis, verb: int, end: int) -> str | None:
    root, first, last = text.root, text[verb].left, text[verb].right
    main = text.tokens[last + 2 : end + 1]
    if root is None or main[0].lower in ("then", "so", "but", "and") or main[0].tag == "UH":
        return None
    if any(text[i].dep == "conj" for i in root.children) or any(
        t.tag in ("WRB", "WP") or t.lower == "if" for t in main[1:]
    ):
        return None
    named = any(
        t.tag in ("NN", "NNS", "NNP", "NNPS") and t.dep in ("nsubj", "nsubjpass") for t in text.tokens[first : last + 1]
    )
    if named and any(t.lower in (*_HE_OR_SHE, "they", "it", "them") for t in main):
        return _name_first(text, verb, end)
    if any(t.lower in ("this", "that", "these", "those") and t.tag == "DT" for t in main):
        return None
    sub = inner(text, first, last)
    if sub is None or text.dependents(root.index, "ccomp"):
        return None
    said = f"{text.said(last + 2, end)} {sub}{text.text[text[end].end :]}"
    return raised(said) if text.text[0].isupper() else said


def _name_first(text: Analysis, verb: int, end: int) -> str | None:
    """ "How many does Ann have if she buys two?" of "If Ann buys two, how many does she have?": the name goes with the
    clause that comes first. None unless one name and one pronoun are all there is to tell apart."""
    first, last = text[verb].left, text[verb].right
    sub, main = text.tokens[first : last + 1], text.tokens[last + 2 : end + 1]
    subject = text.first(verb, "nsubj", "nsubjpass")
    said = [t for t in main if t.tag in ("PRP", "PRP$") and t.lower not in ("i", "you", "we", "my", "your", "our")]
    if subject is None or not said or any(t.lower not in _HE_OR_SHE for t in said):
        return None
    if any(t.tag in ("NNP", "NNPS") and t.index != subject for t in (*sub, *main)) or text[subject].tag != "NNP":
        return None
    if text[subject].left != text[subject].right or text[subject].entity not in ("PERSON", ""):
        return None
    she = said[0].lower in ("she", "her", "hers")
    others = [t for t in sub if t.tag in ("PRP", "PRP$")]
    if any((t.lower in ("she", "her", "hers")) != she for t in said) or any(t.lower in ("they", "it") for t in others):
        return None
    if any(t.tag in ("NN", "NNS") and is_person(text, t.index) for t in (*sub, *main)):
        return None
    name, pronoun = text[subject].text, "she" if she else "he"
    new = f"{name}'s" if said[0].tag == "PRP$" else name
    before = text.said(last + 2, said[0].index - 1) if said[0].index > last + 2 else ""
    opening = inner(text, first, subject - 1)
    if opening is None:
        return None
    moved = joined(before, new, text.said(said[0].index + 1, end), opening, pronoun, text.said(subject + 1, last))
    return like(moved + text.text[text[end].end :], text)


def told_last(text: Analysis) -> str | None:
    """ "My card is lost, I think." of "I think my card is lost.", "How it works, I don't know."; None for others."""
    root, clause = text.root, statement(text)
    if root is None or clause is None or clause.subject_range[0] != 0 or root.index != clause.verb:
        return None
    told = text.first(root.index, "ccomp")
    if told is None or told < root.index or any(text[i].dep in ("conj", "dobj", "dative") for i in root.children):
        return None
    end = text.end
    start = text[told].left
    if (
        [t.text for t in text.tokens].count(",") > 1
        or text[told].right != end
        or start != root.index + 1
        or any(t.text in (",", "'s") for t in text.tokens[:start])
    ):
        return None
    opening = text[start]
    asks = opening.tag in ("WRB", "WP") or opening.lower == "whether"
    if not asks and (root.lemma not in _TELLING or clause.negation is not None or clause.auxiliaries):
        return None
    if asks and (root.lemma not in ("know", "understand", "remember", "see") or clause.negation is None):
        return None
    if opening.lower == "that" and opening.dep == "mark":
        start += 1
    inside = clause_at(text, told)
    if inside is None or inside.is_inverted or inner(text, 0, root.index) is None:
        return None
    if not asks and any(t.tag in ("PRP", "PRP$") and t.lower in _THIRD for t in text.tokens[start : end + 1]) and (
        text[clause.subject].lower not in ("i", "we")
    ):  # fmt: skip
        return None
    return like(f"{text.said(start, end)}, {inner(text, 0, root.index)}{text.text[text[end].end :]}", text)


def asked_first(text: Analysis) -> str | None:
    """ "Can you help? My payment failed." of "My payment failed, can you help?"; None for other sentences."""
    halves = statement_and_question(text)
    if halves is None:
        return None
    stated, asked = halves
    named = any(
        t.tag in ("PRP", "DT") and t.lower in ("it", "this", "that", "them", "they") for t in analyse(asked).tokens
    )
    return None if named else f"{raised(asked)} {raised(stated)}."


def _subordinate_first(text: Analysis, first: int, end: int) -> str | None:
    root, before = text.root, first - 1
    if root is None or any(text[i].dep in ("conj", "ccomp") and i < first for i in root.children):
        return None
    if root.lemma in _INTENDING and text.first(root.index, "xcomp") is not None:
        return None
    if text[before].text == ",":
        before -= 1
    if text[before].lower in (
        "what",
        "even",
        "only",
        "just",
        "not",
        "especially",
        "and",
        "or",
        "but",
        "for",
        "like",
        "than",
    ):
        return None
    if text[first].lower in ("while", "whereas") and any(t.lower in _UNLIKE for t in text.tokens[first:]):
        return None
    if text[first].lower == "if" and any(t.lemma in _WHETHER for t in text.tokens[:first]):
        return None
    if text[0].pos in ("INTJ", "CCONJ") or (text[0].lower in ("how", "what") and text[1].lower in ("come", "if")):
        return None
    if any(t.text == "," and text[t.head].pos not in ("NOUN", "PROPN") for t in text.tokens[: first - 1]):
        return None
    if any(t.lower in ("this", "that") and t.dep in ("nsubj", "attr", "dobj") for t in text.tokens[: before + 1]):
        return None
    main = inner(text, 0, before)
    if main is None or _refers_anew(text, first, end, before):
        return None
    return like(f"{text.said(first, end)}, {main}{text.text[text[end].end :]}", text)


def _refers_anew(text: Analysis, first: int, end: int, before: int) -> bool:
    """Whether a pronoun of the subordinate clause could be read as somebody else when that clause stands first."""
    said = {t.lower for t in text.tokens[first : end + 1] if t.tag in ("PRP", "PRP$")}
    said &= {"he", "she", "it", "they", "him", "her", "them", "his", "its", "their"}
    heads = [text[last] for _, last in text.noun_phrases if last <= before]
    things = [t for t in heads if t.tag.startswith("NN") and t.entity not in _NOT_THINGS]
    return bool(said) and len(things) > 1


def _subordinator(text: Analysis, verb: int) -> str | None:
    """The word that a subordinate clause begins with; None if it is none that the clause may move with."""
    first = text[text[verb].left]
    if first.lower in ("even", "as", "ever"):
        second = text[first.index + 1].lower
        if (first.lower, second) in (("even", "if"), ("even", "though"), ("ever", "since")):
            return second
        return "soon" if first.lower == "as" and second in ("soon", "long") else None
    return first.lower if first.lower in _SUBORDINATORS and first.head in (verb, *text[verb].children) else None


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
    if len(kinds) != 1 or not kinds <= {"NOUN", "ADJ", "ADV"} or any(text[i].tag == "VBG" for i in chain):
        return False
    return len({text[i].text for i in chain}) == len(chain) or all(text.dependents(i, "nummod", "amod") for i in chain)


def _are_bound(text: Analysis, one: tuple[int, int], two: tuple[int, int], first: int, second: int) -> bool:
    """Whether the two cannot change places: one points back at the other, or what follows may belong to both."""
    tokens = [*text.tokens[one[0] : one[1] + 1], *text.tokens[two[0] : two[1] + 1]]
    if {t.lower for t in text.tokens[one[0] : two[1] + 1]} & _UNLIKE or {t.lower for t in tokens} & _FIXED:
        return True
    if any(t.pos in ("PUNCT", "VERB", "AUX", "PRON", "SCONJ") or t.dep in ("case", "preconj", "relcl") for t in tokens):
        return True
    named, named_too = text[first].entity, text[second].entity
    if named != named_too and {named, named_too} & set(_NOT_THINGS):
        return True  # "in the 1950s and demonstrations against the war": a year and a thing are no pair
    if named in ("ORG", "WORK_OF_ART", "PRODUCT", "EVENT", "LAW") and named == text[second].entity:
        return True
    right = [text[i] for i in text[first].children if one[1] >= i > first]
    right_too = [text[i] for i in text[second].children if i > second]
    counted = bool(text.dependents(second, "nummod", "det"))
    if any(t.dep != "prep" or t.lower not in ("of", "for") for t in (*right, *right_too)):
        return True
    return (bool(right_too) and not right) or (bool(right) and not counted)


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
    if {t.lower for t in text.tokens[start : end + 1]} & (_UNLIKE - {"each"}) or any(
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
