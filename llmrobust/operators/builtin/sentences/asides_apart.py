"""What a sentence says beside the way of somebody or something, as a sentence: "Leeds is a city. It grew.", on the
parse."""

from __future__ import annotations

from llmrobust.english import Analysis, Token
from llmrobust.english.clauses import clause_at, statement
from llmrobust.english.noun_phrases import inner, raised
from llmrobust.operators.builtin.sentences.described_things import may_be_person, what_it_is
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.sentences.said_again import pronoun_for

_PLACES = frozenset(
    "school university college city town village hospital park hotel resort house museum island country station "
    "restaurant office factory farm church theater theatre stadium".split()
)


def aside_apart(text: Analysis) -> str | None:
    """ "Leeds is a city in Yorkshire. It grew fast." of "Leeds, a city in Yorkshire, grew fast."; None for others."""
    if statement(text) is None or not text.text.endswith("."):
        return None
    for token in text.tokens:
        told = _told(text, token)
        if told is None or text[token.left - 1].text != ",":
            continue
        noun, new = text[token.head], None
        if token.right == text.end:
            new = _at_the_end(text, noun, token, told)
        elif text[token.right + 1].text == ",":
            new = _within(text, noun, token, told)
        if new is not None:
            return new
    return None


def _told(text: Analysis, token: Token) -> str | None:
    """What an aside says of its noun, with its verb: "is a city in Yorkshire", "was built in 1920"."""
    if token.dep == "appos":
        found = what_it_is(text, token.index)
        return None if found is None else f"{found[1]} {text.said(token.left, token.right)}"
    opening, clause = text[token.left], clause_at(text, token.index)
    if token.dep != "relcl" or clause is None or clause.subject != opening.index:
        return None
    if opening.lower not in ("who", "which") or opening.index - 2 != text[token.head].index:
        return None
    return text.said(opening.index + 1, token.right)


def _at_the_end(text: Analysis, noun: Token, token: Token, told: str) -> str | None:
    """The aside after the sentence: "She married Tom. Tom worked at a bank."; what things do "which" tells already."""
    opening = text[noun.left]
    if token.dep == "relcl" and text[token.left].lower == "which" and noun.tag != "NNP":
        return None
    alone = _only_one(text, noun, token.left)
    if alone is not None:
        who = raised(alone)
    elif noun.tag == opening.tag == "NNP" and not text.dependents(noun.index, "conj", "cc", "det", "poss"):
        who = text.said(noun.left, noun.index)
    elif opening.tag == "PRP$" and noun.tag == "NN" and is_person(text, noun.index):
        who = raised(text.said(noun.left, noun.index))
    else:
        return None
    first = text.said(0, token.left - 2)
    return None if who.split()[0].lower() in ("i", "who") else f"{first}. {who} {told}{text.text[text[text.end].end :]}"


def _only_one(text: Analysis, noun: Token, end: int) -> str | None:
    """ "he" or "she" for a person where nobody else before the aside can be meant by it; None else."""
    who = pronoun_for(text, noun.index)
    if who not in ("he", "she"):
        return None
    others = [t for t in text.tokens[:end] if t.dep not in ("compound", "poss") and t.index != noun.index]
    return None if any(_may_be_called(text, other, who) for other in others) else who


def _may_be_called(text: Analysis, other: Token, who: str) -> bool:
    """Whether "he" or "she" may mean what a token names."""
    if other.tag == "PRP":
        return other.lower in {"he": ("he", "him"), "she": ("she", "her")}[who]
    named = other.tag == "NNP" or is_person(text, other.index)
    return named and pronoun_for(text, other.index) in (None, who)


def _within(text: Analysis, noun: Token, token: Token, told: str) -> str | None:
    """The aside before the rest of the sentence, of its subject."""
    clause = statement(text)
    if (
        clause is None
        or clause.subject != noun.index
        or noun.left != 0
        or noun.right not in (token.right, token.right + 1)
    ):
        return None
    others = any((t.tag != "PRP" and may_be_person(t)) or t.entity == "PERSON" for t in text.within(token.index))
    which = text[token.left].lower == "which" or (token.dep == "appos" and _tells_which(text, token.index))
    who = pronoun_for(text, noun.index) if not text.dependents(noun.index, "conj", "cc") else None
    if which and noun.tag in ("NN", "NNP"):
        who = "it"
    if who is None or (who in ("he", "she") and others):
        return None
    rest = text.text[text[token.right + 2].start :]
    if any(t.lower in ("it", "its", "they", "them", "their") for t in text.tokens[token.right + 2 :]) and who == "it":
        return None
    return f"{text.said(0, noun.index)} {told}. {raised(who)} {rest}"


def _tells_which(text: Analysis, index: int) -> bool:
    """Whether a noun beside another one says what a thing is."""
    found = what_it_is(text, index)
    return found is not None and found[0] == "which"


def where_apart(text: Analysis) -> str | None:
    """ "He was born in Leeds. There, he went to school." of "He was born in Leeds, where he went to school."."""
    if statement(text) is None or not text.text.endswith("."):
        return None
    for token in text.tokens:
        where, noun = text[token.left], text[token.head]
        if token.dep != "relcl" or where.lower != "where" or where.head != token.index or token.right != text.end:
            continue
        clause = clause_at(text, token.index)
        place = noun.entity in ("GPE", "LOC", "FAC") or noun.lemma.lower() in _PLACES
        if clause is None or clause.subject_range[0] != where.index + 1 or text[where.index - 1].text != ",":
            continue
        if not place or clause.is_inverted or text.dependents(token.index, "conj") or clause.is_copular:
            continue
        rest = inner(text, where.index + 1, len(text) - 1)
        return None if rest is None else f"{text.said(0, where.index - 2)}. There, {rest}"
    return None
