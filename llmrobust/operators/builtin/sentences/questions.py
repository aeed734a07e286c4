"""Direct questions as requests and as parts of other sentences, on the parse; commands as questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmrobust.english import Analysis
from llmrobust.english.clauses import agreement, finite_form, full_form, is_command, question
from llmrobust.english.inflection import is_base_verb
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.asked_things import asked_within
from llmrobust.operators.builtin.sentences.parsed import ParsedParams, joined, rewritten_by_parse
from llmrobust.operators.builtin.sentences.person_phrases import SPEAKERS
from llmrobust.operators.builtin.sentences.plain_requests import requested_plainly
from llmrobust.operators.builtin.sentences.wishes import wish_as_question
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_ASKED_OF_READERS = frozenset("answer explain describe tell solve classify translate summarize summarise".split())
"""What is asked of whoever reads a prompt."""


@dataclass(frozen=True, slots=True)
class Indirect:
    """A question as a part of another sentence. before: the text before it, with its space ("Hi, "), else empty.
    clause: "where the station is", "whether I can pay". yes_no: whether it asks for yes or no. words: (question
    phrase, clause without it). wh: the first word of the question phrase, empty for yes or no."""

    before: str
    clause: str
    yes_no: bool
    words: tuple[str, str]
    wh: str
    end: str = ""
    """The mark that ends a statement made of it: a point for a question mark."""
    for_me: str = ""
    """What "you" are asked to do, where the question is a request: "explain it" in "Can you explain it?"."""


@operator(
    "syntax.statement",
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1.2, 80),
    source="question to statement; Ni et al. 2023 (arXiv 2308.14306)",
    needs=("english",),
    version=6,
)
def statement(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Asks a question as a request: "Tell me where the station is.", and a command or a wish as a question."""
    yield from rewritten_by_parse(prompt, params, draw, requested, "tell-me")


def requested(text: Analysis) -> str | None:
    """A question as a request, a command as a question; None for anything else."""
    asked = indirect(text)
    if asked is not None:
        end = asked.end
        if asked.for_me:
            return like(f"{asked.before}please {asked.for_me}{end}", text)
        within = asked_within(text, asked.clause)
        return None if within is None else like(f"{within[0]}tell me {within[1]}{end}", text)
    wished = requested_plainly(text) or wish_as_question(text)
    if wished is not None or not is_command(text) or text.root is None:
        return wished
    root, first = text.root, text[0]
    opening = "" if first.lower == "please" or root.index == 0 else None
    if (
        opening is None
        or root.lemma in ("let", "be", "thank", "do", "welcome", "note", "say")
        or not text.text.endswith(".")
        or not _is_to_the_reader(text)
    ):
        return None
    if any(
        text[i].dep in ("conj", "ccomp", "parataxis", "neg") and text[i].tag not in ("VB", "NN", "NNS")
        for i in root.children
    ):
        return None
    said = inner(text, 0, len(text) - 2)
    return None if said is None else like(f"could you {said}?", text)


def _is_to_the_reader(text: Analysis) -> bool:
    """Whether a command asks its reader for something, and is no step of a guide: "Pick your audience."."""
    words = {token.lower for token in text.tokens}
    return text[0].lower in ("please", *_ASKED_OF_READERS) or (bool(words & SPEAKERS) and "your" not in words)


def indirect(text: Analysis) -> Indirect | None:
    """The question of a sentence as a part of another one; None where it asks none, or its order cannot be told."""
    asked = question(text)
    if asked is None:
        return None
    end = len(text) - 1
    while end > asked.finite and text[end].pos == "PUNCT":
        end -= 1
    later = text.tokens[asked.finite + 1 : end + 1]
    if any(t.tag in ("WP", "WRB") and text[t.head].dep == "conj" for t in later) or any(t.text == "?" for t in later):
        return None
    if any(t.dep == "conj" and _own_inversion(text, t.index) for t in later):
        return None
    if asked.subject is not None and asked.subject[0] > end:
        return None
    whole = asked.subject is not None and asked.subject[1] >= end and text[asked.start].lower == "why"
    if whole and any(t.tag == "VBN" and t.dep == "acl" for t in later):
        return None  # "Why are fees charged?", read as a question for what fees are
    before = text.text[: text[asked.start].start]
    if before:
        lowered = inner(text, 0, 0)
        if lowered is None:
            return None
    mark = text.text[text[end].end :].strip().replace("?", ".")
    asking = "" if asked.asking is None else _asking_words(text, asked.asking)
    if asking is None:
        return None
    wh = text[asked.start].lower if asked.asking else ""
    lead = asking if asked.asking else "whether"
    if asked.subject is None:
        told = text.said(asked.finite, end)
        if asked.finite < end and text[asked.finite + 1].lower == "there" and text[asked.finite].lemma == "be":
            told = joined("there", text[asked.finite].text, text.said(asked.finite + 2, end))
        return Indirect(before, joined(lead, told), False, (lead, told), wh, mark)
    first, last = asked.subject
    last = min(end, _whole_subject(text, min(last, end), asked.verb, asked.finite, end))
    subject = text.said(first, last)
    helper, negation = full_form(text, asked.finite), ""
    if text[asked.finite + 1].dep == "neg" and asked.finite + 1 < first:
        negated = text[asked.finite + 1]
        negation = negated.text
        helper = (
            f"{text[asked.finite].text.lower()}{negated.text}"
            if negated.lower in ("n't", "n’t")
            else f"{helper} {negated.text}"
        )
    if text[asked.finite].lower == "ai":
        return None
    rest: str | None = joined(helper, text.said(last + 1, end))
    if text[asked.finite].lemma == "do" and asked.verb != asked.finite and not negation:
        rest = _with_finite_verb(text, asked.verb, first, last, end, asked.finite)
        if rest is None:
            return None
    clause = joined(subject, rest)
    polite = (
        asked.asking is None
        and subject.lower() == "you"
        and helper in ("can", "could", "will", "would")
        and not negation
    )
    polite = polite and (helper != "will" or text[last + 1].lower == "please")  # "Will you charge me?" asks
    for_me = text.said(last + 1, end) if polite and text[asked.verb].tag in ("VB", "VBP") else ""
    return Indirect(
        before, joined(lead, clause), asked.asking is None, (lead, clause), wh, mark, for_me.removeprefix("please ")
    )


def _with_finite_verb(text: Analysis, verb: int, first: int, last: int, end: int, helper: int) -> str | None:
    """What follows the subject, with the verb in the tense of the "do" that is left out."""
    if text[verb].tag == "VBN" and last + 2 == verb and text[last + 1].lower == "get":
        verb = last + 1  # "does it get sent"
    between = text.tokens[last + 1 : verb]
    if verb <= last or not (text[verb].tag in ("VB", "VBP", "VBN", "VBD") or is_base_verb(text[verb].lower)):
        return None
    if any(t.dep == "neg" for t in between):
        return joined(text[helper].text.lower(), text.said(last + 1, end))
    if any(t.pos not in ("ADV", "PRON", "DET") for t in between):
        return None
    head = next((i for i in range(first, last + 1) if not first <= text[i].head <= last), first)
    do = text[helper].lower
    tense = "past" if do == "did" else "present"
    agree = agreement(text, head)
    plural = do != "does" if agree is None or tense == "present" else agree[0]
    form = finite_form(text[verb].lemma, tense, plural=plural)  # type: ignore[arg-type]
    if any(
        t.dep == "conj" and t.pos == "VERB" and t.tag in ("VB", "VBP") and tense == "past" for t in text.tokens[verb:]
    ):
        return None
    return joined(text.said(last + 1, verb - 1), form, text.said(verb + 1, end))


def _whole_subject(text: Analysis, last: int, verb: int, finite: int, end: int) -> int:
    """The last token of a subject after a form of be: what the pipeline hung on the verb although more follows."""
    if verb != finite or text[finite].lemma != "be":
        return last
    postposed = [
        t for t in text.tokens[finite + 1 : last + 1] if t.dep == "amod" and t.index > t.head and t.tag in ("JJ", "JJR")
    ]
    if postposed and last >= end:
        return postposed[0].left - 1
    after = [i for i in text[verb].children if i > last and text[i].dep != "punct"]
    if len(after) >= 2 and text[after[0]].dep == "prep" and text[after[1]].dep in ("acomp", "attr", "oprd"):
        return text[after[0]].right
    return last


def _asking_words(text: Analysis, span: tuple[int, int]) -> str | None:
    said = inner(text, *span)
    return said if said is not None else None


def _own_inversion(text: Analysis, verb: int) -> bool:
    """Whether a joined verb is a question of its own, in the order of one."""
    subject = text.first(verb, "nsubj", "nsubjpass", "expl")
    helper = text.first(verb, "aux", "auxpass")
    return subject is not None and ((helper is not None and helper < subject) or verb < subject)
