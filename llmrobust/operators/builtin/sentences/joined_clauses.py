"""Two clauses that "and" joins, each with a subject of its own: "while" between them, or a semicolon, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, Clause, clause_at, statement
from llmrobust.operators.builtin.sentences.person_phrases import THIRD

_STATES = frozenset(
    "be cost weigh have contain hold own need want like live earn charge measure take make sell".split()
)
"""Verbs of what is so, not of what happens next."""
_BACK = frozenset(
    "half twice then that this these those so both also it they them its their one other others rest same "
    "remaining former latter vice respectively".split()
)
"""Words of a second clause that lean on the first one, or on the order of both."""


def contrasted(text: Analysis) -> str | None:
    """ "A pen costs $2, while a cup costs $3." of "A pen costs $2 and a cup costs $3."; None for other sentences."""
    found = _joined(text)
    if found is None:
        return None
    first, second, link = found
    one, two = text[first.verb], text[second.verb]
    if one.lemma not in _STATES or one.lemma != two.lemma or first.tense != second.tense:
        return None
    if text[first.subject].tag == "PRP" and text[second.subject].tag == "PRP":
        return None
    told = any(t.dep in ("advcl", "ccomp", "relcl") for t in text.tokens)
    if told or any(t.lower in _BACK for t in text.tokens[link + 1 :]):
        return None
    return _linked(text, link, ", while")


def without_link(text: Analysis) -> str | None:
    """ "Each floor has 8 units; half are empty." of "Each floor has 8 units, and half are empty.", and without but, so
    or because; None for others."""
    found = _joined(text, ("and", "but", "yet"))
    if found is not None and (_may_be_another(text, found) or _weighs_one(text, found) or _concedes(text, found)):
        return None
    links = (found[2] if found is not None else None, _reason(text), _result(text), contrasting(text))
    link = next((one for one in links if one is not None), None)
    return None if link is None else _linked(text, link, ";")


def contrasting(text: Analysis) -> int | None:
    """The "while" that contrasts two things: "Ann has 5, while Bo has 2", not what happens meanwhile."""
    root = text.root
    for token in text.tokens[1:]:
        clause = clause_at(text, token.head) if token.lower == "while" and token.dep == "mark" else None
        if clause is None or root is None or text[token.index - 1].text != "," or text[clause.verb].head != root.index:
            continue
        alike = text[clause.verb].lemma == root.lemma or {text[clause.verb].lemma, root.lemma} <= _STATES
        if alike and text[clause.verb].tag != "VBG" and text[clause.subject].tag != "PRP":
            return token.index
    return None


def _result(text: Analysis) -> int | None:
    """The "so" between two whole clauses of a statement, which says what follows from the first one."""
    first = statement(text)
    for token in text.tokens[3:-3]:
        subject = text[token.index + 1]
        if (
            token.lower != "so"
            or text[token.index - 1].text != ","
            or subject.dep not in ("nsubj", "nsubjpass", "expl")
        ):
            continue
        clause = clause_at(text, subject.head)
        opening = next((t for t in text.tokens[: token.index] if t.dep in SUBJECTS), None)
        if first is None or clause is None or opening is None or opening.left != 0 or clause.tense == "modal":
            continue
        named = [t for t in text.tokens[: token.index] if t.tag.startswith("NN") and t.dep != "compound"]
        if (subject.lower in THIRD and len(named) > 1) or any(t.text == "," for t in text.tokens[: token.index - 1]):
            continue  # who "he" is, the reason tells
        return token.index
    return None


def _may_be_another(text: Analysis, found: tuple[Clause, Clause, int]) -> bool:
    """Whether the second clause's subject may stand for two things of the first: "Ann smiled at Eve and she cried"."""
    _, second, link = found
    if text[link - 1].tag in ("WRB", "WP"):
        return True  # "I don't know why, but it failed"
    pronoun = next((t for t in text.within(second.subject) if t.lower in THIRD), None)
    if pronoun is None:
        return False
    named = [t for t in text.tokens[:link] if t.tag.startswith("NN") and t.dep != "compound"]
    if pronoun.lower in ("he", "she", "his", "her"):
        named = [t for t in named if t.tag in ("NN", "NNP")]
    return len(named) > 1


def _weighs_one(text: Analysis, found: tuple[Clause, Clause, int]) -> bool:
    """Whether "but" stands between two judgements of one thing."""
    first, second, link = found
    subject = text[second.subject]
    same = subject.tag == "PRP" or subject.lemma == text[first.subject].lemma
    judges = first.is_copular or second.is_copular or any(t.dep in ("acomp", "oprd") for t in text.tokens)
    return text[link].lower in ("but", "yet") and same and judges


_CONCEDING = frozenset(
    "know sympathize sympathise true sure granted admit understand appreciate agree admittedly".split()
)


def _concedes(text: Analysis, found: tuple[Clause, Clause, int]) -> bool:
    """Whether the first clause grants something that "but" takes back: "I sympathise, but it bores"."""
    link = found[2]
    return text[link].lower in ("but", "yet") and any(t.lemma in _CONCEDING for t in text.tokens[:link])


def _reason(text: Analysis) -> int | None:
    """The "because" or "so" between two whole clauses of a statement, the second one at its end."""
    root, first = text.root, statement(text)
    if root is None or first is None or text.text.endswith(("?", "!")):
        return None
    for token in text.tokens[3:-3]:
        before, clause = text[token.index - 1], clause_at(text, token.head)
        if token.lower != "because" or token.dep != "mark" or clause is None or clause.is_inverted:
            continue
        whole = clause.subject_range[0] == token.index + 1 and text[token.head].right == text.end
        named = [t for t in text.tokens[: token.index] if t.tag.startswith("NN") and t.dep != "compound"]
        third = any(t.lower in THIRD for t in text.tokens[token.index :])
        if third and len(named) > 1:
            continue  # who "he" is, the reason tells
        if not whole or text[token.head].head != root.index or before.pos in ("ADV", "CCONJ", "SCONJ"):
            continue
        if (
            first.subject_range[0] == 0
            and first.negation is None
            and not any(
                t.dep in ("advcl", "ccomp", "xcomp", "relcl") or t.text in (",", ";")
                for t in text.tokens[: token.index - 1]
            )
        ):
            return token.index
    return None


def _linked(text: Analysis, link: int, words: str) -> str:
    """The text with these words in place of "and" and a comma before it."""
    before = text[link - 1 - (text[link - 1].text == ",")]
    return text.text[: before.end] + words + text.text[text[link].end :]


def _joined(text: Analysis, links_too: tuple[str, ...] = ("and",)) -> tuple[Clause, Clause, int] | None:
    """The two clauses of a statement and the "and" between them; None unless there are two, both whole."""
    root, first = text.root, statement(text)
    if root is None or first is None or text.text.endswith(("?", "!")) or first.subject_range[0] != 0:
        return None
    joints, links = text.dependents(root.index, "conj"), text.dependents(root.index, "cc")
    if (
        len(joints) != 1
        or len(links) != 1
        or text[links[0]].lower not in links_too
        or text.dependents(joints[0], "conj")
    ):
        return None
    second, link = clause_at(text, joints[0]), links[0]
    if second is None or second.is_inverted or second.subject_range[0] != link + 1 or text[link + 1].dep == "mark":
        return None
    return None if any(t.dep == "parataxis" for t in text.tokens) else (first, second, link)
