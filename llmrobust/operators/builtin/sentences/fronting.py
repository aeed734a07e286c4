"""What is moved to the front of a sentence: a time, a place, a purpose, or what the sentence is about, on the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.english import Analysis
from llmrobust.english.clauses import negation_at, question, statement
from llmrobust.english.noun_phrases import inner, is_plural, like
from llmrobust.operators.builtin.sentences.adverbials_first import adverbial_first
from llmrobust.operators.builtin.sentences.clause_order import conditional_question, reordered
from llmrobust.operators.builtin.sentences.fronted_phrases import more_first, object_topic, somebody_asked_of
from llmrobust.operators.builtin.sentences.limits import is_limited
from llmrobust.operators.builtin.sentences.parsed import (
    Around,
    ParsedParams,
    joined,
    moved_first,
    rewritten_by_parse,
    rewritten_in_text,
    two_rewritten,
)
from llmrobust.operators.builtin.sentences.parts_first import part_first
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.builtin.sentences.question_shapes import (
    aim_first,
    for_what_first,
    for_whom_first,
    in_all_first,
    rate_first,
)
from llmrobust.operators.builtin.sentences.times_first import time_first
from llmrobust.operators.builtin.values.people import pronoun_of
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_TIME_PREPOSITIONS = frozenset("in on at during before after over within by since until throughout every".split())
_PLACE_PREPOSITIONS = frozenset("in at on near outside inside".split())
_TIMES = frozenset("altogether overall yesterday today tomorrow tonight recently".split())
_TIME_NOUNS = frozenset(
    "day week month year morning evening afternoon night weekend summer winter spring autumn semester season".split()
)
_PLACES = frozenset(
    "store shop market supermarket school park farm zoo garden beach library restaurant cafe bakery factory office "
    "house home city town country village street kitchen yard field forest lake pool museum theater theatre "
    "hospital station airport hotel gym classroom cafeteria mall warehouse party picnic bank atm us uk eu".split()
)
_STAYING = frozenset(
    "be live stay go arrive put place work look sit stand lie remain come get leave set keep depend base spend add "
    "stop start begin end hang land move take bring send walk drive run travel return store park fit have include "
    "contain find see bear die visit meet join relocate transfer".split()
)
"""Verbs that a place belongs to, or that mean something else without it."""
_BOUND_STATES = frozenset("due valid available open".split())
"""Adjectives that a time belongs to."""
_CLAUSES = frozenset("after before when because until while".split())
_NEVER_FOR = frozenset(
    "look ask wait pay search apply charge need use make exchange work care account go call top".split()
)
_MEASURES = frozenset("rate speed cost price pace level value rates fraction discount loss profit".split())
"""What "at" says how much, or how, of."""
_AT_ENDS = ("at the end of", "at the beginning of", "at the start of", "by the end of")
_OWN = frozenset("my your our this these those the his her their".split())
"""What a topic begins with: it is known already."""
_WISHED = frozenset("need know want like wish".split())
_ASKED_OF_TOPICS = frozenset("why how when where has have had did does do will can could is are was were".split())
_FOR_A_TIME = (["what", "time"], ["which", "day"], ["what", "day"], ["how", "often"])
_VAGUE = frozenset("rest way kind sort type half time lot most same one other others remainder".split())
"""Nouns that are no topic."""
_DECLARED: dict[str, Any] = {
    "level": "sentence", "params": ParsedParams, "at_most": AtMost(1, 60), "needs": ("english",), "version": 11,
}  # fmt: skip


@operator("syntax.fronting", source=f"{FLUKE}: position; kind made for llmrobust", **_DECLARED)
def fronting(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Puts a time, a place, a purpose or the topic first: "Last week, we left.", "As for my card, it was lost."."""
    for rule in (brought_forward, adverbial_first):
        made = list(rewritten_by_parse(prompt, params, draw, rule, "time"))
        yield from made
        if made:
            break
    yield from rewritten_in_text(prompt, params, draw, about_its_topic, "topic")
    yield from two_rewritten(prompt, params, draw, somebody_else_first, "somebody")


def brought_forward(text: Analysis) -> str | None:
    """The sentence with an adverbial, its aim, or for whom something is asked, at its front; None if it has none."""
    if is_limited(text):
        return None
    ways = (
        fronted,
        time_first,
        part_first,
        aim_first,
        for_whom_first,
        in_all_first,
        rate_first,
        for_what_first,
        more_first,
        clause_to_front,
    )
    return next((new for way in ways if (new := way(text)) is not None), None)


def clause_to_front(text: Analysis) -> str | None:
    """ "If she buys two, how many has she?" of "How many has she if she buys two?"; None where no clause comes last."""
    asked, clause = question(text), statement(text)
    begins = (asked is not None and asked.start == 0) or (clause is not None and clause.subject_range[0] == 0)
    begins = begins or text[0].lower in ("how", "what")
    return (conditional_question(text) or reordered(text)) if begins else None


def somebody_else_first(one: Analysis, two: Analysis) -> str | None:
    """ "Ann has 2 more than Bob. As for Bob, he has 5." of "Ann has 2 more than Bob. Bob has 5."; None where the second
    sentence tells of nobody who was named before beside another one."""
    first, second = statement(one), statement(two)
    if first is None or second is None or second.subject_range != (0, 0) or first.subject_range != (0, 0):
        return None
    name, other = two[0], one[0]
    pronoun = pronoun_of(name.text)
    named = any(t.text == name.text for t in one.tokens)
    if pronoun is None or name.tag != "NNP" or other.tag != "NNP" or other.text == name.text or not named:
        return None
    if any(t.lower in ("he", "she", "him", "her", "his", "also") for t in two.tokens) or not two.text.endswith("."):
        return None
    return f"{one.text} As for {name.text}, {pronoun} {two.text[two[1].start :]}"


def fronted(text: Analysis) -> str | None:
    """The sentence with an adverbial of time or place, or a purpose, at its front; None if it has none."""
    verb = _verb_from_the_start(text)
    if verb is None:
        return None
    if any(text[i].dep in ("parataxis", "ccomp") for i in text[verb].children):
        return None
    if any(t.lower in ("else", "anywhere", "everything", "anything", "-", "–", "—") for t in text.tokens):
        return None
    below = text.dependents(verb, "xcomp")
    for index in sorted((i for v in (verb, *below) for i in text[v].children), reverse=True):
        if index > verb and _is_adverbial(text, index, verb):
            token = text[index]
            left, right = token.left, token.right
            if _is_stiff(text, index, verb):
                continue
            follows = text[right + 1] if right + 1 < len(text) else None
            apart = verb + (text[verb].lemma == "be" or token.dep == "advcl")
            if left <= apart or text[left - 1].pos in ("PUNCT", "CCONJ", "ADP", "SCONJ"):
                continue
            if left == verb + 1 and text.first(verb, "auxpass") is not None:
                continue  # "On Friday, the race was held."
            if follows is not None and follows.lower == "because":
                continue
            if follows is not None and not (
                follows.index > text.end or follows.pos == "ADP" or follows.dep in ("cc", "mark", "npadvmod")
            ):
                continue
            if any(text[i].dep == "conj" for i in text[verb].children) or right - left > 8:
                continue
            if any(t.lower in ("each", "or") for t in text.within(index)) or (follows and follows.text == ","):
                continue
            if any((t.dep == "cc" and t.head > verb) or t.dep in ("advcl", "ccomp") for t in text.tokens[verb:left]):
                continue
            if any(t.lower in _CLAUSES for t in text.tokens[verb:left]):
                continue
            if any(text[i].lower in _BOUND_STATES for i in text.dependents(verb, "acomp")):
                continue
            return moved_first(text, left, right)
    return None


def _is_stiff(text: Analysis, index: int, verb: int) -> bool:
    """Whether a phrase would open its sentence stiffly: a time before a request, or before the question for a time;
    how often something leaves; from somebody that nobody knows."""
    token, asked = text[index], question(text)
    timed = any(t.entity in ("DATE", "TIME") for t in text.within(index))
    if asked is not None and timed:
        words = [t.lower for t in text.tokens[:3]]
        for_time = words[0] == "when" or words[:2] in _FOR_A_TIME
        return for_time or (asked.asking is None and words[0] in ("can", "could", "would", "will"))
    if token.dep == "npadvmod" and text[token.left].lower in ("each", "every"):
        return token.left == verb + 1 and text[0].tag != "PRP"
    thing = text.first(index, "pobj") if token.lower == "from" else None
    return thing is not None and text[text[thing].left].lower in ("a", "an", "some")


def _is_adverbial(text: Analysis, index: int, verb: int) -> bool:
    token = text[index]
    if any(t.pos == "PUNCT" or t.tag in ("WP", "WRB", "WDT") for t in text.within(index)):
        return False
    if any(t.dep == "cc" for t in text.within(index)) and {t.entity for t in text.within(index)} - {"", "DATE"}:
        return False
    if token.dep == "npadvmod":
        timed = token.entity in ("DATE", "TIME") or token.lower in _TIME_NOUNS
        return timed and text[token.left].lower in ("last", "next", "this", "every", "each", "yesterday", "today")
    if token.dep == "advmod":
        return token.lower in _TIMES and token.left == token.right
    said = text.phrase(index).lower()
    if token.dep == "prep" and (said in ("in total", "in all") or said.startswith(_AT_ENDS)):
        return True
    if token.dep == "advcl":
        if negation_at(text, verb) is not None:
            return False
        to, who = text[token.left], text.first(verb, "nsubj")
        if who is not None and text[who].lemma == "bank":
            return False
        if who is not None and not (acts(text, who) or text[who].tag == "PRP") and not text.text.endswith("?"):
            return False  # "A fog bank rolls in to cover a city": it has no purpose
        return (
            to.tag == "TO"
            and to.head == index
            and token.lemma not in ("be", "become")
            and text[token.head].lemma
            not in ("have", "need", "want", "be", "try", "take", "begin", "start", "continue", "finish", "end", "grow")
            and not (text[token.head].lemma == "go" and text[token.head].tag == "VBG")
        )
    pobj = text.first(index, "pobj") if token.dep == "prep" else None
    if pobj is None or token.left != index:
        return False
    thing = text[pobj]
    if any(t.entity in ("DATE", "TIME") for t in text.within(pobj)) and thing.entity in ("DATE", "TIME"):
        return token.lower in _TIME_PREPOSITIONS and not (
            token.lower in ("over", "at", "by") and text[verb].lemma == "be"
        )
    if _is_setting(text, index, verb):
        return True
    asked = question(text)
    if (asked is not None and asked.asking is None) or any(
        text[i].lower in ("a", "an") for i in text.dependents(pobj, "det")
    ):
        return False  # "At the ATM, can I change it?", "In a shop, it was declined."
    place = thing.entity in ("GPE", "LOC", "FAC") or thing.lemma.lower() in _PLACES
    bare = thing.pos == "NOUN" and not text.dependents(pobj, "det", "poss")
    if index == verb + 1 or token.head != verb:
        return False  # "At the office, she is helping.", "At the party, she asked him to sing."
    return place and not bare and token.lower in _PLACE_PREPOSITIONS and text[verb].lemma not in _STAYING


def _is_setting(text: Analysis, index: int, verb: int) -> bool:
    """Whether a phrase after the object says for how much, on what, for whom, how, or from where."""
    token, thing = text[index], text.first(verb, "dobj")
    pobj = text.first(index, "pobj")
    if token.lower == "on" and text[verb].lemma == "spend" and thing is not None and pobj is not None:
        ends = token.right + 1 >= len(text) or text[token.right + 1].pos == "PUNCT"
        return text[pobj].tag != "PRP" and ends and not text.text.endswith("?")
    if thing is None or thing > index or text[verb].lemma in _STAYING or text[verb].lemma in _NEVER_FOR:
        return False
    if token.lower == "for":
        priced = any(t.entity == "MONEY" for t in text.within(index))
        return not priced and any(t.tag == "PRP$" for t in text.within(index))
    if token.lower == "from":
        return text[verb].lemma in ("buy", "get", "receive", "order", "collect", "borrow", "earn")
    if pobj is not None and text[pobj].lemma in _MEASURES:
        return False
    return token.lower in ("during", "after", "before", "without", "on") and any(
        t.tag in ("DT", "PRP$") for t in text.within(index)
    )


def _verb_from_the_start(text: Analysis) -> int | None:
    """The verb of the statement or question that the sentence begins with; None if it begins with something else."""
    clause, asked = statement(text), question(text)
    if clause is not None and clause.subject_range[0] == 0:
        return clause.verb
    return asked.verb if asked is not None and asked.start == 0 else None


def about_its_topic(text: Analysis, *, around: Around) -> str | None:
    """ "As for my card, it was declined.": a known thing at the front of what is told of it, and its pronoun in its
    place; None if there is none. A text opens only with a thing of the speaker's."""
    clause = statement(text)
    if clause is None:
        return _asked_of_its_topic(text) or object_topic(text) or somebody_asked_of(text, around.before)
    verb = clause.verb
    counts = any(t.tag == "CD" for t in text.tokens[verb:]) and not around.opens
    if clause.subject_range[0] != 0 or (clause.is_copular and not counts):
        return None
    if text[verb].lemma in _WISHED or any(t.lower == "need" for t in text.tokens):
        return None
    if around.opens and (text[0].lower not in ("my", "our") or text.end < 5):
        return None
    if any(t.lower in ("it", "them", "they", "who") for t in text.tokens):
        return None
    if any(text[i].dep in ("parataxis", "conj", "ccomp") for i in text[verb].children):
        return None
    if any(t.lower in ("he", "she", "him", "her") for t in text.tokens):
        return None
    return _with_topic(text, clause.subject) if _is_topic(text, clause.subject, around.before) else None


def _asked_of_its_topic(text: Analysis) -> str | None:
    """ "As for my card, why was it declined?" """
    asked = question(text)
    if asked is None or asked.start != 0 or asked.subject is None or text[0].lower not in _ASKED_OF_TOPICS:
        return None
    first, last = asked.subject
    if (
        text[first].lower not in ("my", "our")
        or asked.verb == asked.finite
        or asked.finite != (asked.asking is not None)
    ):
        return None
    if any(t.lower in ("it", "them", "they", "he", "she", "who") for t in text.tokens):
        return None
    head = next((i for i in range(first, last + 1) if text[i].dep in ("nsubj", "nsubjpass")), None)
    return None if head is None or not _is_topic(text, head, "") else _with_topic(text, head)


def _is_topic(text: Analysis, head: int, before: str) -> bool:
    """Whether a subject is a known thing to come to: one's own, described, or named before, but not last told of."""
    token = text[head]
    first, words = text[token.left], list(text.within(head))
    owner = next((text[i] for i in token.children if text[i].dep == "poss" and text[i].left == token.left), None)
    if first.lower not in _OWN and (owner is None or owner.tag != "NNP"):
        return False
    if (first.dep not in ("det", "poss") and owner is None) or not token.tag.startswith("NN"):
        return False
    if token.tag.startswith("NNP") and first.tag != "PRP$":
        return False
    if first.lower == "the" and any(
        t.text[:1].isupper() and t.index > first.index for t in text.tokens[: first.index + 2]
    ):
        return False  # "The Rake's Progress" may be a title
    if token.lower in _VAGUE or token.entity in ("DATE", "TIME", "MONEY", "PERCENT") or is_person(text, head):
        return False
    if first.lower == "the" and token.right == head and len(words) < 3 and not _comes_back(token.lower, before):
        return False
    if token.lower in ("number", "total", "amount") and len(words) < 5:
        return False
    ends = all(t.pos == "PUNCT" for t in text.tokens[token.right + 1 :])
    hard = ("PUNCT",) if ends else ("PUNCT", "VERB", "AUX", "SCONJ")
    if any(t.lower == "like" for t in words):
        return False
    if any(t.pos in hard or (not ends and t.tag in ("WP", "WDT", "WRB")) for t in words):
        return False
    if any(t.dep in ("cc", "conj") and t.head in (head, text[head].head) for t in words):
        return False
    others = (*text.tokens[: token.left], *text.tokens[token.right + 1 :])
    return len(words) <= (14 if ends else 9) and not any(t.lemma == token.lemma for t in others)


def _comes_back(noun: str, before: str) -> bool:
    """Whether a noun was named in the text before, but is neither what the last sentence begins with nor what the only
    one tells of."""
    told = before.lower().replace("?", ".").rstrip(" .").split(".")
    opening, closing = told[-1].split()[:3], told[-1].split()[-3:]
    if noun in opening or (len(told) == 1 and noun in closing):
        return False
    return noun in re.findall(r"[a-z]+", before.lower())


def _with_topic(text: Analysis, head: int) -> str | None:
    first, last = text[head].left, text[head].right
    plural = is_plural(text, head) and text[head].lower not in ("number", "total", "amount")
    topic, start = inner(text, first, last), inner(text, 0, first - 1) if first else ""
    if plural is None or topic is None or start is None:
        return None
    follows = text[last + 1] if last + 1 < len(text) else None
    before_verb = text[head].head > head and follows is not None and follows.pos in ("VERB", "AUX", "ADV")
    participle = any(t.tag in ("VBG", "VBN", "WDT", "WP") for t in text.tokens[last + 2 : last + 3])
    helped = before_verb and follows is not None and follows.dep in ("aux", "auxpass")
    if not before_verb or (participle and not helped):
        return None
    if start.endswith(("'s", "’s")):
        start = f"{start[:-2]} is"
    pronoun = "they" if plural else "it"
    return like(joined(f"as for {topic},", start, pronoun) + text.text[text[last].end :], text)
