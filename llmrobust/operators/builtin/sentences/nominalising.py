"""Nominalisation: a noun for a verb or an adjective ("made a payment of" for "paid"), on the parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import agreement, clause_at, finite_form, question, statement
from llmrobust.english.noun_phrases import is_plural, like, raised
from llmrobust.operators.builtin.sentences.asked_nouns import asked_with_noun
from llmrobust.operators.builtin.sentences.named_measures import named_measure
from llmrobust.operators.builtin.sentences.parsed import (
    ParsedParams,
    edited_at,
    first_rewritten,
    parsed,
    rewritten_by_parse,
)
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.builtin.sentences.question_shapes import possibility, procedure, reason
from llmrobust.operators.builtin.sentences.reasons import reason_within
from llmrobust.operators.lexicons import LazyMapping, read_lexicon
from llmrobust.operators.operator import AtMost, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_Frame = tuple[str, str, str]
"""(verb of the noun, noun with its article, what follows it)."""


def _frames() -> dict[str, dict[str, _Frame]]:
    found: dict[str, dict[str, _Frame]] = {}
    for verb, follows, light, noun, link in read_lexicon(__package__, "nominalisations"):
        found.setdefault(verb, {})[follows] = (light, noun, "" if link == "-" else link)
    return found


_FRAMES: Mapping[str, dict[str, _Frame]] = LazyMapping(_frames)
_QUALITIES = {
    "old": "age", "tall": "height", "high": "height", "long": "length", "wide": "width", "deep": "depth",
    "heavy": "weight", "fast": "speed", "big": "size", "large": "size", "expensive": "price",
}  # fmt: skip
"""What "how old" asks for."""
_WAITS = frozenset("wait delay process transfer".split())
"""What lasts, and has no length."""
_VAGUE = frozenset("some any little few more most several half third".split())
"""Amounts that no noun for an action goes with: "made a donation of some bread"."""
_ABSTRACT = frozenset(
    "mind way time name job decision choice rest turn difference sense good goods something anything nothing "
    "everything".split()
)
"""Objects of idioms."""


@operator(
    "syntax.nominalisation",
    version=10,
    level="sentence",
    params=ParsedParams,
    at_most=AtMost(1, 60),
    needs=("english",),
    source="Biber et al. 1999, Longman Grammar, 4.2: nominalisation as a mark of formal prose; kind made for llmrobust",
)
def nominalisation(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Says with a noun what a verb or an adjective says: "made a payment of", "What is the age of"."""
    yield from rewritten_by_parse(prompt, params, draw, nominalised, "noun")


_AGAIN = frozenset("times repeatedly again keep keeps kept".split())


def nominalised(text: Analysis) -> str | None:
    """The sentence with its first verb or adjective as a noun that can be; None if it has none."""
    asked = (
        _quality(text)
        or asked_with_noun(text)
        or _speed(text)
        or procedure(text)
        or _procedure_then(text)
        or reason(text)
        or possibility(text)
        or reason_within(text)
    )
    if asked is not None:
        return asked
    return first_rewritten(text, (named_measure, _got, _met_with, _measured, _as_old, _as_many, _with_noun))


def _procedure_then(text: Analysis) -> str | None:
    """ "If I am abroad, what is the procedure for changing my PIN?" of "If I am abroad, how do I change my PIN?"."""
    asked = question(text)
    if asked is None or not asked.start:
        return None
    alone = parsed(raised(text.text[text[asked.start].start :]))
    new = procedure(alone) if alone is not None else None
    return None if new is None else f"{text.text[: text[asked.start].start]}{new[0].lower()}{new[1:]}"


def _with_noun(text: Analysis, verb: int) -> str | None:
    token = text[verb]
    frames = _FRAMES.get(token.lemma) if token.tag.startswith("VB") and token.pos == "VERB" else None
    if frames is None or verb + 1 >= len(text) or token.dep in ("amod", "compound", "aux", "acl"):
        return None
    if any(text[i].dep in ("auxpass", "prt", "neg", "dative") for i in text[verb].children):
        return None
    if token.tag == "VBN" and not any(text[i].lemma == "have" for i in text.dependents(verb, "aux")):
        return None
    joint = any(text[i].dep == "conj" and text[i].pos == "VERB" and text[i].tag == token.tag for i in token.children)
    if joint and text.first(verb, "dobj", "xcomp") is None:
        return None
    who = text.first(verb, "nsubj")
    helped = {text[i].lemma for i in text.dependents(verb, "aux")}
    for follows, (light, noun, link) in frames.items():
        if light == "have" and token.tag == "VBG" and "be" in helped:
            continue
        if noun == "an attempt" and (token.tag == "VBG" or text[verb + 2].lemma == "make"):
            continue
        if (token.tag == "VBG" and noun.endswith("ing") and "be" in helped) or (noun == "a capacity" and helped):
            continue
        if _is_stiff(text, verb, who, light, noun):
            continue
        if light == "be" and (who is None or not acts(text, who) or "do" in helped):
            continue
        end = _before_link(text, verb, follows)
        if end is None:
            continue
        said = f"{_light_verb(text, light, token.tag, who)} {noun}"
        said = raised(said) if token.text[:1].isupper() else said
        if follows == "person":
            thing = text[verb + 1]
            return edited_at(text, (verb, thing.index, f"{_inflected(light, token.tag)} {thing.text} {noun}"))
        if follows == "to" and link == "of":
            doing = text[end + 1]
            return edited_at(text, (verb, doing.index, f"{said} of {inflected(doing.lemma, 'VBG')}"))
        return edited_at(text, (verb, end, f"{said} {link}".strip()))
    return None


def _is_stiff(text: Analysis, verb: int, who: int | None, light: str, noun: str) -> bool:
    """Whether nobody would say the noun of this: of a command, of a person, of what is done again and again."""
    if noun == "an attempt":
        return any(t.lower in _AGAIN for t in text.tokens)
    if noun == "the decision":
        return verb + 2 < len(text) and text[verb + 2].lemma == "see"
    things = text.dependents(verb, "dobj")
    if noun == "in need":
        return any(text[i].lemma == "help" for i in things)
    if noun in _CHANGES:
        return not any(text[i].lemma in _CHANGED for i in things) or text.text.endswith("?")
    if noun == "a payment" and (text[verb].dep == "relcl" or any(t.lower == "much" for t in text.tokens[:verb])):
        return True  # "How much does he pay for it?", "the sum that he paid for it"
    if noun == "a walk" and text[verb].tag != "VBD":
        return True  # "He walks 20 miles a day" is a habit
    if noun == "an agreement":
        return who is None or not is_plural(text, who)
    return light == "carry out" and any(t.lower == "of" and t.head in things for t in text.tokens)


_CHANGES = frozenset(("a change", "an update", "an edit", "a modification", "a correction", "an adjustment"))
_CHANGED = frozenset(
    "detail information info account profile plan order booking reservation design rule policy schedule section "
    "recipe budget".split()
)
"""What one makes changes to."""


def _before_link(text: Analysis, verb: int, follows: str) -> int | None:
    """The last token that the noun replaces: the verb, or its preposition or "to"; None where the frame does not
    fit what follows the verb."""
    after = text[verb + 1]
    if follows == "to":
        below = text.first(verb, "xcomp")
        return verb + 1 if below is not None and after.tag == "TO" and after.head == below else None
    if follows in ("object", "counted", "money", "measure", "person"):
        thing = text.first(verb, "dobj", "npadvmod") if follows in ("money", "measure") else text.first(verb, "dobj")
        who = text.first(verb, "nsubj")
        later = any(t.tag == "TO" for t in text.tokens[verb:])
        if who is not None and text[who].lower == "it" and later:
            return None
        if thing is None or text[thing].left != verb + 1 or text.dependents(verb, "xcomp", "ccomp", "oprd", "acomp"):
            return None
        token = text[thing]
        if follows == "person":
            return verb if token.lower in ("me", "us", "him", "her", "them", "you") else None
        if follows == "money":
            priced = any(t.text == "$" for t in text.within(thing)) or token.lemma in (
                "dollar",
                "cent",
                "euro",
                "pound",
            )
            if any(t.lower in ("each", "apiece") for t in text.tokens[verb:]):
                return None
            return verb if priced and after.text in ("$", *_digits(after.text)) else None
        if follows == "measure":
            return verb if after.tag == "CD" and token.tag in ("NN", "NNS") else None
        if follows == "counted":
            compared = any(t.lower in ("times", "than", "more", "fewer", "less") for t in text.tokens[verb:])
            return verb if after.tag == "CD" and token.tag == "NNS" and not compared else None
        fine = token.tag in ("NN", "NNS", "NNP") and not is_person(text, thing) and token.lemma not in _ABSTRACT
        opening = text[token.left]
        vague = opening.lower in _VAGUE or (opening.lower == "a" and text[opening.index + 1].lower in _VAGUE)
        several = token.lemma in ("number", "total", "amount") and text[verb].lemma not in ("calculate", "compute")
        if several or (token.lemma == "cash" and text[verb].lemma == "withdraw"):
            return None
        compared = any(t.lower in ("many", "times") for t in text.within(thing))
        twice = text[verb].lemma == "need" and sum(t.lemma == "need" for t in text.tokens) > 1
        if compared or twice or vague or (opening.tag == "CD" and text[verb].lemma in ("need", "use")):
            return None
        counted = opening.tag in ("CD", "DT", "PRP$", "NNS", "JJ", "NN", "NNP") and opening.lower not in ("all", "no")
        return verb if fine and counted and token.entity not in ("DATE", "TIME", "MONEY", "PERCENT") else None
    if after.lower == follows and after.head == verb and after.dep == "prep" and text.first(after.index, "pobj"):
        return verb + 1
    return None


def _digits(word: str) -> tuple[str, ...]:
    return (word,) if word[:1].isdigit() else ()


def _inflected(light: str, tag: str) -> str:
    verb, _, rest = light.partition(" ")
    return f"{inflected(verb, tag)} {rest}".strip()


def _light_verb(text: Analysis, light: str, tag: str, who: int | None) -> str:
    """The verb of the noun in the form of the verb that it replaces; "be" agrees with its subject."""
    agree = agreement(text, who) if who is not None and light == "be" and tag in ("VBD", "VBP", "VBZ") else None
    if agree is None:
        return _inflected(light, tag)
    return finite_form("be", "past" if tag == "VBD" else "present", plural=agree[0], first_person=agree[1])


def _got(text: Analysis, index: int) -> str | None:
    """ "get a refund" of "get refunded", and "gets a payment of $20" of "gets paid $20"."""
    token = text[index]
    if token.tag != "VBN" or index == 0 or text[index - 1].lemma != "get":
        return None
    follows = text[index + 1] if index + 1 < len(text) else None
    if token.lower == "paid" and follows is not None and follows.text == "$":
        return edited_at(text, (index, index, "a payment of"))
    ends = follows is None or follows.pos == "PUNCT"
    return edited_at(text, (index, index, "a refund")) if token.lower == "refunded" and ends else None


_ASKED_FOR = frozenset("request application offer claim proposal plan idea suggestion appeal".split())
"""What somebody refuses."""
_REFUSED = {"decline": "a refusal", "refuse": "a refusal", "reject": "a rejection"}


def _met_with(text: Analysis, index: int) -> str | None:
    """ "My request met with a refusal." of "My request was declined."."""
    token = text[index]
    noun = _REFUSED.get(token.lemma) if token.tag == "VBN" and index else None
    be = text[index - 1]
    if noun is None or be.lower not in ("was", "were") or be.dep != "auxpass" or be.head != index:
        return None
    clause = clause_at(text, index)
    if clause is None or clause.is_inverted or text.dependents(index, "agent", "neg", "conj", "advmod"):
        return None
    if text[clause.subject].lemma not in _ASKED_FOR or any(t.lower in ("times", "twice") for t in text.tokens):
        return None
    return edited_at(text, (be.index, index, f"met with {noun}"))


_SHAPES = frozenset("old tall high long wide deep".split())
"""Adjectives that follow a measure: "5 feet tall"."""


def _speed(text: Analysis) -> str | None:
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


def _measured(text: Analysis, index: int) -> str | None:
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
    clause = clause_at(text, be.index)
    if clause is not None and token.lower == "old" and acts(text, clause.subject):
        return None  # "has an age of 5 years": nobody says so of people
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
    article = "an" if quality == "age" else "a"
    return edited_at(text, (be.index, index, f"{have} {article} {quality} of {text.said(token.left, index - 1)}"))


def _as_old(text: Analysis, index: int) -> str | None:
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


def _as_many(text: Analysis, index: int) -> str | None:
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


def _quality(text: Analysis) -> str | None:
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
        if words[1] == "long" and text[asked.subject[0] + 1].lemma in _WAITS:
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
