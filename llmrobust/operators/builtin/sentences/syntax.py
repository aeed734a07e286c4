"""Syntax: the same said by another construction. Not applicable rather than broken English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmrobust.operators.builtin.sentences.clauses import (
    Clause,
    as_object,
    as_subject,
    is_plural,
    noun_phrase,
    read_clause,
)
from llmrobust.operators.builtin.sentences.rewriting import (
    OPENING,
    SentenceParams,
    lowered,
    may_be_plural,
    raised,
    rewritten_sentence,
    written_as,
)
from llmrobust.operators.builtin.values.names import FEMALE, MALE
from llmrobust.operators.builtin.words.morphology import participle, past, singular, third_person
from llmrobust.operators.builtin.words.parts_of_speech import (
    CONJUNCTIONS,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    is_base,
    participle_of,
    past_of,
)
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import editable, sentences
from llmrobust.operators.lexicons import LazyWords
from llmrobust.operators.operator import AtMost, Draw, Relation, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

RUP = "RUPBench (Wang and Zhao 2024, arXiv 2406.11020), here as English"
FLUKE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311)"
_NO_PASSIVE = frozenset(
    "have cost fit lack resemble become seem appear weigh mean let get want like love hate need know understand own "
    "suit contain belong go come be do think say feel hope wish believe suppose look happen remain arrive live die "
    "sleep laugh smile cry stay stand sit walk run start begin stop try keep go finish enjoy prefer help make escape "
    "throw".split()
)
"""Verbs without a passive, or without a plain object."""
_WANTING = frozenset("want need like love hate prefer enjoy plan intend".split())
"""Verbs whose object may be something done."""
_POSSESSIVES = frozenset("my your his her its our their".split())
_HANGS = re.compile(r"\b(?:(?:before|after|while|by|without|when) [a-z]+ing|(?:and|or) (?:then )?[a-z]+(?:ed|t)?)\b")
"""What depends on the subject's position: in the passive it would depend on another."""
_SUBORDINATORS = (
    "because|although|though|while|when|whenever|if|unless|since|after|before|until|once|even though|as soon as"
)
_MAIN_FIRST = re.compile(rf"(?P<main>[^,]+?),? (?P<word>{_SUBORDINATORS}) (?P<sub>[^,]+)")
_SUB_FIRST = re.compile(rf"(?P<word>{_SUBORDINATORS}) (?P<sub>[^,]+), (?P<main>[^,]+)", re.IGNORECASE)
_COMPOUND = re.compile(r"(?P<first>[^,]+), (?P<word>and|but|so|yet) (?P<second>[^,]+)")
_REFERS = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their)\b", re.IGNORECASE)
_CONJUNCTS = re.compile(
    r"\b(?P<first>[a-z]+) and (?P<second>[a-z]+)(?=[.,!?;]|\Z| (?:is|are|was|were|in|on|at|for|with|by)\b)"
)
_NAMES = re.compile(r"(?<![A-Z][a-z] )\b(?P<first>[A-Z][a-z]+) and (?P<second>[A-Z][a-z]+)(?= [a-z])")
_PASSIVE = re.compile(
    r"(?P<thing>.+?) (?P<be>is|are|was|were) (?P<verb>[a-z]+) by (?P<agent>[^,.?!]+)"
    r"(?P<end>(?:, (?:but|so|and|although|though|because|after|when|while) [^?!]+?)?\.?)"
)
_ADDITION = re.compile(r" (?:in|on|at|during|for|from|to|because|when|while|until|after|before|since|as)\b")
_WH = re.compile(
    r"(?P<wh>where|when|why|how|what|who) (?P<aux>is|are|was|were|will|would|can|could|should) (?P<rest>[^?]+)\?",
    re.IGNORECASE,
)
_DO = re.compile(r"(?P<wh>where|when|why|how|what) (?P<aux>do|does|did) (?P<rest>[^?]+)\?", re.IGNORECASE)
_ADVERBIAL = re.compile(
    r"(?P<main>.+?) (?P<adverbial>(?:in|on|at|during|before|after) "
    r"(?:the|a|an|this|that|last|next|my|his|her|their|our) (?:[a-z]+ ){0,2}"
    r"(?:morning|evening|afternoon|night|day|week|month|year|summer|winter|spring|autumn|weekend|end|beginning|"
    r"past|moment)|yesterday|today|tomorrow|last (?:week|night|year|month)|"
    r"every (?:day|week|year|morning|evening|night)|"
    r"in (?:1[5-9]|20)\d\d|(?:in|on) "
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2})?(?: (?:1[5-9]|20)\d\d)?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: morning| evening| night)?)"
    r"|at (?:night|noon))"
)
_SHORT_PHRASE = re.compile(r"(?:in|on|at|for|with|from|during|around) (?:[\w'’-]+ ){0,3}[\w'’-]+|[a-z]+ly")
_GIVEN_NAMES = LazyWords(
    lambda: frozenset(name for lists in (FEMALE, MALE) for names in lists.values() for name in names)
)
_DECLARED: dict[str, Any] = {"level": "sentence", "params": SentenceParams, "at_most": AtMost(1, 80)}


@operator("syntax.passive", source=f"{FLUKE}: active to passive", **_DECLARED)
def passive(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Puts a clause into the passive: "The soup was brought by the waiter."."""
    yield from rewritten_sentence(prompt, params, draw, _passive, "passive")


@operator("syntax.active", source=f"{FLUKE}: active to passive, the other way round", **_DECLARED)
def active(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Puts a passive with its agent into the active: "The waiter brought the soup."."""
    yield from rewritten_sentence(prompt, params, draw, _active, "active")


@operator("syntax.it_cleft", source=RUP, **_DECLARED)
def it_cleft(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Stresses the subject: "It was the waiter who brought the soup."."""
    yield from rewritten_sentence(prompt, params, draw, _it_cleft, "subject")


@operator("syntax.wh_cleft", source=RUP, **_DECLARED)
def wh_cleft(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Stresses the object: "What the waiter brought was the soup."."""
    yield from rewritten_sentence(prompt, params, draw, _wh_cleft, "object")


@operator("syntax.clause_order", source=f"{FLUKE}: clause order (prompted, not released)", **_DECLARED)
def clause_order(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Puts a subordinate clause first, or last: "Because it rained, we left." for "We left because it rained."."""
    yield from rewritten_sentence(prompt, params, draw, _other_order, "other")


@operator("syntax.split", source="text simplification; Noise-LLM: simplification (arXiv 2310.06504)", **_DECLARED)
def split(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Splits a compound sentence in two."""
    yield from rewritten_sentence(prompt, params, draw, _split, "two")


@operator("syntax.merge", source=f"{FLUKE}: compound sentences; {RUP}", **_DECLARED)
def merge(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Joins two short sentences by "and" or a semicolon."""
    for place in editable(prompt, params.targets()):
        parts = sentences(prompt.span(place).text)
        for index in range(len(parts) - 1):
            first, second = parts[index].strip(), parts[index + 1].strip()
            if not _joinable(first, draw) or not _joinable(second, draw) or may_be_plural(second):
                continue
            tail = parts[index + 1][len(parts[index + 1].rstrip()) :]
            lead = parts[index][: len(parts[index]) - len(parts[index].lstrip())]
            for name, link in (("and", ", and "), ("semicolon", "; ")):
                joined = lead + first[:-1] + link + lowered(second) + tail
                text = "".join([*parts[:index], joined, *parts[index + 2 :]])
                yield Variant(prompt.with_texts({place: text}), name)
            return


@operator("syntax.coordinate", source=f"{FLUKE}: coordinating conjunction", **_DECLARED)
def coordinate(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Swaps what "and" joins, where both are single words of one kind: "quiet and small" for "small and quiet"."""
    yield from rewritten_sentence(prompt, params, draw, _conjuncts_swapped, "swapped")


@operator("syntax.statement", source="question to statement; Ni et al. 2023 (arXiv 2308.14306)", **_DECLARED)
def statement(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Asks a question as a request: "Tell me where the station is." for "Where is the station?"."""
    yield from rewritten_sentence(prompt, params, draw, _requested, "tell-me")


@operator("syntax.fronting", source=f"{FLUKE}: position; kind made for llmrobust", **_DECLARED)
def fronting(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Puts a time at the end of a sentence first: "Last week we went home."."""
    yield from rewritten_sentence(prompt, params, draw, _fronted, "time")


@operator("syntax.role_swap", relation=Relation.NO_PROMISE, source=f"{FLUKE}: grammatical role", **_DECLARED)
def role_swap(prompt: Prompt, params: SentenceParams, draw: Draw) -> Iterator[Variant]:
    """Swaps subject and object: it changes who did what, so nothing is promised."""
    yield from rewritten_sentence(prompt, params, draw, _swapped, "swapped")


def _simple(sentence: str) -> Clause | None:
    """The clause of a statement that is nothing but one; None for longer ones."""
    if not re.fullmatch(r"[^,?!]+\.?", sentence):
        return None
    return read_clause(sentence.rstrip("."))


def _end(sentence: str) -> str:
    return "." if sentence.endswith(".") else ""


def _passive(sentence: str) -> str | None:
    clause = _simple(sentence)
    if clause is None or not clause.object or clause.base in _NO_PASSIVE or _object_goes_on(clause):
        return None
    if may_be_plural(clause.subject) or clause.object.split()[0].lower() in _POSSESSIVES or _HANGS.search(clause.rest):
        return None
    thing = raised(as_subject(clause.object))
    plural = is_plural(as_subject(clause.object))
    first = as_subject(clause.object).lower() == "i"
    be = (
        ("were" if plural and not first else "was")
        if clause.tense == "past"
        else ("am" if first else "are" if plural else "is")
    )
    agent = lowered(as_object(clause.subject))
    rest = f" {clause.rest}" if clause.rest else ""
    return written_as(f"{thing} {be} {participle(clause.base)} by {agent}{rest}{_end(sentence)}", sentence)


def _active(sentence: str) -> str | None:
    found = _PASSIVE.fullmatch(sentence)
    if found is None or noun_phrase(found["thing"]) != found["thing"] or may_be_plural(found["thing"]):
        return None
    base = participle_of(found["verb"])
    agent, rest = _agent(found["agent"])
    if not agent or (base is None and not (found["verb"].endswith("ed") and found["be"] in ("was", "were"))):
        return None
    many = is_plural(agent) or " and " in agent
    if base is None:
        verb = found["verb"]  # a regular verb: its past and its participle are one
    else:
        verb = past(base) if found["be"] in ("was", "were") else base if many else third_person(base)
    thing = lowered(as_object(found["thing"]))
    return written_as(f"{raised(as_subject(agent))} {verb} {thing}{rest}{found['end']}", sentence)


def _agent(text: str) -> tuple[str, str]:
    """Who did it, and what follows that; who is empty where it cannot be told."""
    agent = noun_phrase(text)
    other = re.match(r" and ", text[len(agent) :]) if agent else None
    if other is not None:
        second = noun_phrase(text[len(agent) + other.end() :])
        agent = text[: len(agent) + other.end() + len(second)] if second else ""
    rest = text[len(agent) :]
    plain = not rest or (_ADDITION.match(rest) and not _HANGS.search(rest))
    return (agent, rest) if plain else ("", "")


def _it_cleft(sentence: str) -> str | None:
    clause = _simple(sentence)
    if clause is None or clause.subject.lower() in ("it", "i", "everyone", "everybody", "nobody"):
        return None
    be = "was" if clause.tense == "past" else "is"
    who = "who" if _is_person(clause.subject) else "that"
    after = " ".join(filter(None, (clause.verb, clause.object, clause.rest)))
    return written_as(f"It {be} {lowered(clause.subject)} {who} {after}{_end(sentence)}", sentence)


def _wh_cleft(sentence: str) -> str | None:
    clause = _simple(sentence)
    if clause is not None and not clause.object and clause.base in _WANTING and not may_be_plural(clause.subject):
        doing = re.fullmatch(r"(?:to [a-z]+|[a-z]+ing)\b.*", clause.rest)
        be = "was" if clause.tense == "past" else "is"
        said = f"What {lowered(clause.subject)} {clause.verb} {be} {clause.rest}{_end(sentence)}"
        return written_as(said, sentence) if doing and " and " not in clause.rest else None
    if (
        clause is None
        or not clause.object
        or clause.base in ("be", "have", "go", "become")
        or _object_goes_on(clause)
        or (clause.rest and _SHORT_PHRASE.fullmatch(clause.rest) is None)
    ):
        return None
    named = clause.object[0].isupper() or may_be_plural(clause.subject)
    if named or _is_person(clause.object) or clause.object.lower() in ("it", "you", "them", "him", "her", "us", "me"):
        return None
    plural = is_plural(clause.object)
    be = ("were" if plural else "was") if clause.tense == "past" else ("are" if plural else "is")
    rest = f" {clause.rest}" if clause.rest else ""
    return written_as(
        f"What {lowered(clause.subject)} {clause.verb}{rest} {be} {clause.object}{_end(sentence)}", sentence
    )


def _other_order(sentence: str) -> str | None:
    body, end = (sentence[:-1], ".") if sentence.endswith(".") else (sentence, "")
    if body.endswith(("?", "!")):
        return None
    first = _SUB_FIRST.fullmatch(body)
    if first and _is_clause(first["main"]) and _is_clause(first["sub"]) and not _REFERS.match(first["main"]):
        return written_as(f"{raised(first['main'])} {first['word'].lower()} {first['sub']}{end}", sentence)
    last = _MAIN_FIRST.fullmatch(body)
    if (
        last
        and _is_clause(last["main"])
        and _is_clause(last["sub"])
        and last["word"] not in ("before", "after", "until", "since")
    ):
        return written_as(f"{raised(last['word'])} {last['sub']}, {lowered(last['main'])}{end}", sentence)
    return None


def _split(sentence: str) -> str | None:
    body, end = (sentence[:-1], sentence[-1]) if sentence[-1:] in ".!" else (sentence, ".")
    found = _COMPOUND.fullmatch(body)
    if found is None or not _is_clause(found["first"]) or not _is_clause(found["second"]):
        return None
    lead = {"and": "", "but": "But ", "so": "So ", "yet": "Yet "}[found["word"]]
    second = f"{lead}{found['second']}" if lead else raised(found["second"])
    return f"{found['first']}. {second}{end}"


def _conjuncts_swapped(sentence: str) -> str | None:
    if re.search(r"\b(?:respectively|former|latter|between)\b", sentence):
        return None
    for pattern in (_CONJUNCTS, _NAMES):
        for found in pattern.finditer(sentence):
            first, second = found["first"], found["second"]
            if first != second and _are_a_pair(sentence[: found.start()], first, second):
                return f"{sentence[: found.start()]}{second} and {first}{sentence[found.end() :]}"
    return None


def _are_a_pair(before: str, first: str, second: str) -> bool:
    """Whether what "and" joins is a pair of single words of one kind, which nothing before or in them divides."""
    if first[0].isupper():
        unlike = {first.lower(), second.lower()} & {*OPENING, *OBJECT_PRONOUNS, "then"}
        return not unlike and re.fullmatch(r"|.*\bboth ", before) is not None
    if first.endswith("ly") and second.endswith("ly"):
        return True
    last = re.search(r"(\w+) \Z", before)
    if last is None or first.endswith("ing") != second.endswith("ing"):
        return False
    predicative = last[1].lower() in ("is", "are", "was", "were", "very", "so", "both", "quite")
    verbal = past_of(second) is not None or participle_of(second) is not None
    return (predicative and not verbal) or (last[1].lower() in ("of", "with", "without", "for") and not verbal)


def _requested(sentence: str) -> str | None:
    found = _WH.fullmatch(sentence)
    if found is not None:
        wh, aux, rest = found["wh"].lower(), found["aux"], found["rest"].strip()
        subject = noun_phrase(rest)
        if wh == "who":
            return f"Tell me who {aux} {rest}."
        if not subject:
            return None
        after = rest[len(subject) :].strip()
        if wh == "what" and not after and aux in ("is", "are", "was", "were"):
            return f"Tell me what {subject} {aux}."
        return f"Tell me {wh} {subject} {aux}{f' {after}' if after else ''}."
    found = _DO.fullmatch(sentence)
    if found is None:
        return None
    subject = noun_phrase(found["rest"])
    words = subject.split()
    if len(words) > 1 and is_base(words[-1]) and re.match(r" [a-z]+\b", found["rest"][len(subject) :]) is None:
        subject = " ".join(words[:-1])
    verb = re.match(r" ([a-z]+)(?= |\Z)", found["rest"][len(subject) :]) if subject else None
    if verb is None:
        return None
    if not is_base(verb[1]):
        return None
    form = {"do": verb[1], "does": third_person(verb[1]), "did": past(verb[1])}[found["aux"].lower()]
    after = found["rest"][len(subject) + verb.end() :].strip()
    return f"Tell me {found['wh'].lower()} {subject} {form}{f' {after}' if after else ''}."


def _fronted(sentence: str) -> str | None:
    body, end = (sentence[:-1], sentence[-1]) if sentence[-1:] in ".!" else (sentence, "")
    found = _ADVERBIAL.fullmatch(body)
    if found is None or "," in body or not _is_clause(found["main"]) or may_be_plural(found["main"]):
        return None
    return written_as(f"{raised(found['adverbial'])}, {lowered(found['main'])}{end}", sentence)


def _swapped(sentence: str) -> str | None:
    clause = _simple(sentence)
    if clause is None or not clause.object or _object_goes_on(clause) or clause.tense == "base":
        return None
    subject, thing = as_subject(clause.object), lowered(as_object(clause.subject))
    if clause.tense == "third" and is_plural(subject):
        return None
    rest = f" {clause.rest}" if clause.rest else ""
    return written_as(f"{raised(subject)} {clause.verb} {thing}{rest}{_end(sentence)}", sentence)


def _object_goes_on(clause: Clause) -> bool:
    """Whether what follows the object belongs to it or to the verb: "the man who ...", "him to go", "him over"."""
    if not clause.rest:
        return False
    if re.match(r"(?:of|that|who|which|whose|to|and|or|how|what|why|where|whether|if|[a-z]+ing)\b", clause.rest):
        return True
    first = clause.rest.split()[0].lower().strip(",.")
    if first in ("over", "up", "out", "off", "down", "away", "back", "apart", "together", "on", "in"):
        return noun_phrase(clause.rest[len(first) :].strip()) == ""
    return not (first in PREPOSITIONS or first in CONJUNCTIONS or first.endswith("ly"))


def _is_person(phrase: str) -> bool:
    words = phrase.lower().split()
    people = frozenset(
        "he she we they you him her us them who man woman boy girl child waiter waitress teacher doctor nurse friend "
        "mother father sister brother guest actor director writer customer manager neighbour neighbor player student "
        "people children men women chef driver guide everyone someone lawyer police officer king queen president "
        "captain cook author".split()
    )
    return singular(words[-1]) in people or phrase.split()[0] in _GIVEN_NAMES


def _is_clause(text: str) -> bool:
    """Whether a text begins as a clause does: a noun phrase, and a finite verb or auxiliary right after it."""
    body = text.strip()
    subject = noun_phrase(body) or noun_phrase(raised(body))
    after = body[len(subject) :] if subject else ""
    return bool(subject) and (
        read_clause(body) is not None
        or re.match(r" (?:am|is|are|was|were|will|would|can|could|should|must|did|does|do|had|has|have)\b", after)
        is not None
    )


def _joinable(sentence: str, draw: Draw) -> bool:
    """A short statement that is a clause, ends in a full stop, and holds no label."""
    whole = free_stretches(sentence, draw.labels, numbers=True) == [(0, len(sentence))]
    return (
        whole and sentence.endswith(".") and len(sentence) <= 90 and "," not in sentence and _is_clause(sentence[:-1])
    )
