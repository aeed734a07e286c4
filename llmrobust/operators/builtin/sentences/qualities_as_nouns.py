"""A noun for an adjective: "What is the age of the house?" of "How old is the house?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, question, statement
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import is_person

_QUALITIES = {
    "old": "age", "tall": "height", "high": "height", "long": "length", "wide": "width", "deep": "depth",
    "heavy": "weight", "fast": "speed", "big": "size", "large": "size", "expensive": "price",
}  # fmt: skip
"""What "how old" asks for."""
_WAITS = frozenset("wait delay process transfer".split())
"""What lasts, and has no length."""
_SHAPES = frozenset("tall high long wide deep".split())
"""Adjectives that follow a measure: "5 feet tall"."""


def asked_speed(text: Analysis) -> str | None:
    """ "At what speed does he run?" of "How fast does he run?"."""
    asked = question(text)
    if asked is None or asked.asking is None or asked.subject is None or text[asked.verb].lemma not in _MOVING:
        return None
    first, last = asked.asking
    if [t.lower for t in text.tokens[first : last + 1]] != ["how", "fast"] or _asks_a_time(text, asked.verb):
        return None
    new = "at what speed"
    return edited_at(text, (first, last, like(new, text) if first == 0 else new))


_MOVING = frozenset("run drive walk travel swim fly ride move go bike sail throw".split())


def _asks_a_time(text: Analysis, verb: int) -> bool:
    """Whether "how fast" asks in how much time: how fast a way or a race is run, or how fast in seconds."""
    timed = any(t.lemma.lower() in _UNITS_OF_TIME and text[t.index - 1].lower not in _RATED for t in text.tokens)
    return timed or text.first(verb, "dobj", "npadvmod") is not None


_UNITS_OF_TIME = frozenset("millisecond second minute hour day week time".split())
_RATED = frozenset("per a an each every /".split())
"""What stands before the unit of time of a speed: "miles per hour"."""


def measured_quality(text: Analysis, index: int) -> str | None:
    """ "has a height of 5 feet" of "is 5 feet tall"."""
    token = text[index]
    quality = _QUALITIES[token.lower] if token.lower in _SHAPES else ""
    unit, be = text[index - 1] if index > 2 else None, text[token.head]
    if not quality or token.dep != "acomp" or unit is None or be.lower not in ("is", "are", "was", "were"):
        return None
    if (
        unit.head != index
        or unit.tag not in ("NN", "NNS")
        or token.left != be.index + 1
        or text[token.left].tag != "CD"
    ):
        return None
    after = text[index + 1] if index + 1 < len(text) else None
    more = any(t.lower in _SHAPES and t.index != index for t in text.tokens)
    if more or text.dependents(index, "conj", "cc"):
        return None  # "25 metres long, 10 metres wide": all in one way, or none
    clause = clause_at(text, be.index)
    if (
        clause is None
        or clause.is_inverted
        or clause.negation is not None
        or (after and after.pos not in ("PUNCT", "CCONJ"))
    ):
        return None
    if after is not None and after.pos == "CCONJ" and text[index + 2].pos in ("NUM", "ADJ"):
        return None
    have = {"is": "has", "are": "have", "was": "had", "were": "had"}[be.lower]
    return edited_at(text, (be.index, index, f"{have} a {quality} of {text.said(token.left, index - 1)}"))


def compared_quality(text: Analysis, index: int) -> str | None:
    """ "twice the age of Brooke" of "twice as old as Brooke"."""
    token = text[index]
    if token.lower != "as" or index < 2 or index + 3 >= len(text) or text[index + 2].lower != "as":
        return None
    if not any(t.lemma == "be" for t in text.tokens[:index]):
        return None  # "it rang twice as long as before"
    quality, before, who = _QUALITIES.get(text[index + 1].lower), text[index - 1], text[index + 3]
    if quality is None or not (before.lower in ("twice", "half", "thrice") or before.lower == "times"):
        return None
    thing = next((t for t in text.tokens[index + 3 :] if t.left == who.index and t.tag in ("NNP", "NN", "NNS")), None)
    if thing is None or thing.dep in ("nsubj", "nsubjpass") or text[text.end].index != thing.right:
        return None
    if any(text[i].lower in ("is", "was", "are", "were") for i in range(index + 3, thing.right + 1)):
        return None
    return edited_at(text, (index, index + 2, f"the {quality} of"))


def compared_number(text: Analysis, index: int) -> str | None:
    """ "twice the number of sheep that Ann has" of "twice as many sheep as Ann"."""
    token = text[index]
    if token.lower != "as" or index < 2 or index + 4 >= len(text) or text[index + 1].lower != "many":
        return None
    before = text[index - 1]
    link = next((t.index for t in text.tokens[index + 3 : index + 5] if t.lower == "as"), None)
    if link is None or before.lower not in ("twice", "times", "half", "thrice"):
        return None
    noun, who = text[link - 1], text[link + 1] if link + 1 < len(text) else None
    verb = statement(text)
    if who is None or verb is None or text[verb.verb].lemma != "have" or verb.auxiliaries or noun.tag != "NNS":
        return None
    named = who.tag == "NNP" and who.left == who.right and who.index == text.end
    if not named or verb.verb > index or text[index - 1].index < verb.verb:
        return None
    have = "had" if verb.tense == "past" else "has"
    things = text.said(index + 2, link - 1)
    return edited_at(text, (index, who.index, f"the number of {things} that {who.text} {have}"))


def asked_quality(text: Analysis) -> str | None:
    """ "What is the age of the house?" of "How old is the house?", "What is the cost of" of "How much does ..."."""
    asked = question(text)
    if asked is None or asked.asking is None or asked.subject is None or not text.text.endswith("?"):
        return None
    words = [t.lower for t in text.tokens[asked.asking[0] : asked.asking[1] + 1]]
    subject = text.said(*asked.subject)
    before, mark = text.text[: text[asked.start].start], text.text[text[len(text) - 2].end :]
    if asked.subject[1] - asked.subject[0] > 7 or text[asked.subject[0]].tag in ("PRP", "EX", "TO"):
        return None
    if len(words) != 2 or words[0] != "how":
        return None
    finite = text[asked.finite]
    if words[1] in _QUALITIES and finite.lower in ("is", "was", "are", "were") and asked.subject[1] == len(text) - 2:
        be = "was" if finite.lower in ("was", "were") else "is"
        quality = _QUALITIES[words[1]]
        if words[1] == "old" and is_person(text, asked.subject[1]) and text[asked.subject[0]].tag == "NNP":
            return (
                like(f"{before}what {be} {subject}'s age{mark}", text) if asked.subject[0] == asked.subject[1] else None
            )
        if words[1] == "long" and any(t.lemma in _WAITS for t in text.tokens[asked.subject[0] : asked.subject[1] + 1]):
            return None
        return like(f"{before}what {be} the {quality} of {subject}{mark}", text)
    plain = asked.verb == len(text) - 2 and finite.index + 1 == asked.subject[0] and asked.subject[1] + 1 == asked.verb
    if words[1] == "long" and text[asked.verb].lemma == "take" and plain and finite.lower in ("does", "do", "did"):
        return like(f"{before}what {'was' if finite.lower == 'did' else 'is'} the duration of {subject}{mark}", text)
    if words[1] == "much" and text[asked.verb].lemma == "cost" and plain and finite.lower in ("will", "would"):
        return like(f"{before}what {finite.lower} the cost of {subject} be{mark}", text)
    if words[1] == "much" and text[asked.verb].lemma == "cost" and asked.verb == len(text) - 2:
        now = {"does": "is", "do": "is", "did": "was"}.get(finite.lower)
        return None if now is None else like(f"{before}what {now} the cost of {subject}{mark}", text)
    return None
