"""A noun for a verb, with the verb that goes with it: "made a payment of $5" for "paid $5", on the parse."""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import agreement, finite_form
from llmrobust.english.noun_phrases import is_plural, raised
from llmrobust.operators.builtin.sentences.described_things import may_be_person
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.lexicons import LazyMapping, read_lexicon

_Frame = tuple[str, str, str]
"""(verb of the noun, noun with its article, what follows it)."""


def _frames() -> dict[str, dict[str, _Frame]]:
    found: dict[str, dict[str, _Frame]] = {}
    for verb, follows, light, noun, link in read_lexicon(__package__, "nominalisations"):
        found.setdefault(verb, {})[follows] = (light, noun, "" if link == "-" else link)
    return found


_FRAMES: Mapping[str, dict[str, _Frame]] = LazyMapping(_frames)
_VAGUE = frozenset("some any little few more most several half third".split())
"""Amounts that no noun for an action goes with: "made a donation of some bread"."""
_ABSTRACT = frozenset(
    "mind way time name job decision choice rest turn difference sense good goods something anything nothing "
    "everything".split()
)
"""Objects of idioms."""


_AGAIN = frozenset("times repeatedly again keep keeps kept".split())


def verb_as_noun(text: Analysis, verb: int) -> str | None:
    token = text[verb]
    frames = _FRAMES.get(token.lemma) if token.tag.startswith("VB") and token.pos == "VERB" else None
    if frames is None or verb + 1 >= len(text) or token.dep in ("amod", "compound", "aux", "acl"):
        return None
    if any(text[i].dep in ("auxpass", "prt", "neg", "dative") for i in text[verb].children):
        return None
    if _goes_on_or_repeats(text, verb):
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
        if follows == "person" and sum(t.lemma == token.lemma for t in text.tokens) > 1:
            return None
        if follows == "person":
            thing = text[text.dependents(verb, "dobj")[0]]
            given = f"{_inflected(light, token.tag)} {text.phrase(thing.index)} {noun}"
            return edited_at(text, (verb, thing.right, given))
        if follows == "to" and link == "of":
            doing = text[end + 1]
            return edited_at(text, (verb, doing.index, f"{said} of {inflected(doing.lemma, 'VBG')}"))
        return edited_at(text, (verb, end, f"{said} {link}".strip()))
    return None


def _goes_on_or_repeats(text: Analysis, verb: int) -> bool:
    """Whether what the verb takes is joined to something more, or is done more than once: no noun takes that along."""
    below = text.dependents(verb, "xcomp", "ccomp")
    joined = any(text.dependents(i, "conj", "cc") for i in below)
    told = any(text[i].dep == "conj" and text.dependents(i, "mark") for i in text[verb].children)
    often = any(t.lower in _OFTEN or (t.lower == "times" and t.dep == "npadvmod") for t in text.tokens)
    return joined or told or often


_OFTEN = frozenset("twice thrice often always usually sometimes rarely frequently regularly daily weekly".split())


def _is_habit(text: Analysis, verb: int, who: int | None, noun: str) -> bool:
    """Whether several people, or one again and again, do what the noun says to be done once."""
    if noun not in _ONCE:
        return False
    several = who is not None and text[who].tag in ("NNS", "NNPS")
    return several or text[verb].tag in ("VBZ", "VBP")


_ONCE = frozenset(
    ("a complaint", "a call", "a request", "an application", "an apology", "a visit", "a warning", "a booking",
     "a reservation", "a donation", "an argument", "a fight", "a chat", "a hug", "a kiss", "a threat", "a vow",
     "an objection", "a promise", "an appearance")
)  # fmt: skip
"""Nouns of what is done once."""
_NEEDED = frozenset("repair advice assistance support rest treatment care attention volunteer donation ball".split())
"""What somebody is said to be in need of."""
_SITES = frozenset("branch website page site store shop office link bank atm".split())
"""Places that one goes to, and pays no visits."""
_HELD = frozenset(
    "litre liter gallon millilitre milliliter pint quart cup bushel ton tonne person people passenger seat guest "
    "student spectator viewer gigabyte megabyte".split()
)
"""What a capacity is counted in."""


def _is_stiff(text: Analysis, verb: int, who: int | None, light: str, noun: str) -> bool:
    """Whether nobody would say the noun of this: of a command, of a person, of what is done again and again."""
    if _is_habit(text, verb, who, noun):
        return True
    if noun == "an attempt":
        return any(t.lower in _AGAIN for t in text.tokens)
    if noun == "the decision":
        return verb + 2 < len(text) and text[verb + 2].lemma == "see"
    if noun in _DONE_BY_SOMEBODY and who is not None and not may_act(text, who):
        return True
    things = text.dependents(verb, "dobj")
    if noun == "in need":
        return not any(text[i].lemma in _NEEDED for i in things)
    if noun == "a capacity":
        return not any(text[i].lemma in _HELD and not text.dependents(i, "conj", "cc") for i in things)
    if noun == "a visit" and any(text[i].lemma.lower() in _SITES for i in things):
        return True
    if noun in _CHANGES:
        return not any(text[i].lemma in _CHANGED for i in things) or text.text.endswith("?")
    if noun == "a payment" and (text[verb].dep == "relcl" or any(t.lower == "much" for t in text.tokens[:verb])):
        return True  # "How much does he pay for it?", "the sum that he paid for it"
    if noun == "a walk" and text[verb].tag != "VBD":
        return True  # "He walks 20 miles a day" is a habit
    if noun == "an agreement":
        return who is None or not is_plural(text, who)
    return light == "carry out" and any(t.lower == "of" and t.head in things for t in text.tokens)


_DONE_BY_SOMEBODY = frozenset(
    ("an appearance", "a contribution", "an objection", "preparations", "a recovery", "an attack", "an offer", "hopes",
     "a threat", "a vow", "the resolution", "an apology", "an argument", "a fight", "a chat", "a conversation",
     "an attempt", "the aim", "a visit")
)  # fmt: skip
"""Nouns of what only somebody does."""
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
    if follows in _WITH_OBJECT:
        thing = text.first(verb, "dobj", "npadvmod") if follows in ("money", "measure") else text.first(verb, "dobj")
        who = text.first(verb, "nsubj")
        later = any(t.tag == "TO" for t in text.tokens[verb:])
        if who is not None and text[who].lower == "it" and later:
            return None
        if thing is None or text[thing].left != verb + 1 or text.dependents(verb, "xcomp", "ccomp", "oprd", "acomp"):
            return None
        token = text[thing]
        if follows in ("person", "somebody"):
            fits = token.lower in ("me", "us", "him", "her", "them", "you") or _is_somebody(text, verb, thing)
            return verb if fits else None
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


_WITH_OBJECT = ("object", "counted", "money", "measure", "person", "somebody")


def _is_somebody(text: Analysis, verb: int, thing: int) -> bool:
    """Whether an object is a person named or pointed to in a few words, and nothing says in what way it was done."""
    token = text[thing]
    how = any(text[i].lower.endswith("ly") and i > verb for i in text.dependents(verb, "advmod"))
    beside = any(text[i].dep in ("cc", "conj", "relcl", "acl", "prep", "appos") for i in token.children)
    named = token.entity == "PERSON" and token.tag == "NNP"
    return (named or (token.tag == "NN" and may_be_person(token))) and not (how or beside)


def may_act(text: Analysis, index: int) -> bool:
    """Whether somebody does things on purpose: a person, a group, a name, or a noun like "student"."""
    return acts(text, index) or may_be_person(text[index]) or text[index].lemma in _BODIES


_BODIES = frozenset("committee government council court party board union ministry agency army parliament".split())


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
