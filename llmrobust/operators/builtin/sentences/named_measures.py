"""A noun for what a verb measures: "The cost of a cup is $5." of "A cup costs $5.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, inflected
from llmrobust.english.clauses import Clause, clause_at, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import is_person

_NOUNS = {"cost": "cost", "weigh": "weight"}
_HOURS = {"sleep": ("get", "sleep"), "work": ("put in", "work")}
_OWNED = {"i": "my", "you": "your", "he": "his", "she": "her", "we": "our", "they": "their"}


def named_measure(text: Analysis, index: int) -> str | None:
    """The sentence with the noun for its verb; None where that is no English."""
    return _measured(text, index) or _hours(text, index)


def _measured(text: Analysis, verb: int) -> str | None:
    """ "The cost of a cup is $5." of "A cup costs $5.", "Ann's weight is 50 pounds."."""
    noun, clause = _NOUNS.get(text[verb].lemma, ""), clause_at(text, verb)
    if not noun or clause is None or clause.is_inverted or text[verb].pos != "VERB" or not _is_measure(text, verb):
        return None
    first, last = clause.subject_range
    helpers = text.tokens[last + 1 : verb]
    if clause.negation is not None or len(helpers) > 1 or any(t.lower not in ("will", "would") for t in helpers):
        return None
    if sum(t.lemma == text[verb].lemma for t in text.tokens) > 1 or any(t.tag == "TO" for t in text.tokens[verb:]):
        return None
    be = f"{helpers[0].lower} be" if helpers else "was" if clause.tense == "past" else "is"
    whose = _whose(clause, noun)
    if whose is None:
        return None
    said = f"{whose} {be}"
    return edited_at(text, (first, verb, like(said, text) if first == 0 else said))


def _is_measure(text: Analysis, verb: int) -> bool:
    """Whether a sum or a weight follows at once, which is not of each of several."""
    thing = text.first(verb, "dobj", "npadvmod")
    if thing is None or text[thing].left != verb + 1 or text.dependents(verb, "dative", "conj"):
        return False
    counted = text[verb + 1].text == "$" or text[verb + 1].tag == "CD"
    return counted and not any(t.lower in ("each", "apiece", "more", "less", "times", "%") for t in text.tokens[verb:])


def _whose(clause: Clause, noun: str) -> str | None:
    """ "the cost of a cup", "Ann's weight", "her weight"; None for subjects that nobody would put so."""
    text, token = clause.text, clause.text[clause.subject]
    first, last = clause.subject_range
    if (
        token.dep != "nsubj"
        or any(t.dep in ("cc", "conj", "relcl") for t in text.within(token.index))
        or last - first > 6
    ):
        return None
    named = token.tag == "NNP" and noun == "weight"
    if token.tag == "PRP" or named or is_person(text, token.index):
        owner = _OWNED.get(token.lower) if token.tag == "PRP" else f"{inner(text, first, last)}'s"
        return f"{owner} {noun}" if noun == "weight" and owner is not None and token.tag != "NNS" else None
    said = inner(text, first, last)
    return None if said is None or token.tag not in ("NN", "NNS", "NNP") else f"the {noun} of {said}"


def _hours(text: Analysis, verb: int) -> str | None:
    """ "got 9 hours of sleep" of "slept 9 hours"."""
    found, clause = _HOURS.get(text[verb].lemma), statement(text)
    thing = text.first(verb, "dobj", "npadvmod")
    if found is None or thing is None or clause is None or text[verb].tag not in ("VBD", "VBZ", "VBP", "VB"):
        return None
    if text[thing].lemma != "hour" or text[thing].left != verb + 1 or text[verb + 1].tag != "CD":
        return None
    if any(t.lower in ("more", "less", "than", "times") for t in text.tokens[verb:]) or text[thing].right != thing:
        return None
    light, noun = found
    word, _, rest = light.partition(" ")
    does = f"{inflected(word, text[verb].tag)} {rest}".strip()
    return edited_at(text, (verb, thing, f"{does} {text.said(verb + 1, thing)} of {noun}"))
