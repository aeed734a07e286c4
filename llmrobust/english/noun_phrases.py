"""Noun phrases of an analysed text: their number, their case, and their capital inside a sentence."""

from __future__ import annotations

from llmrobust.english.analysis import Analysis
from llmrobust.english.inflection import is_common_word

AS_OBJECT = {"i": "me", "he": "him", "she": "her", "we": "us", "they": "them", "who": "whom"}
AS_SUBJECT = {"me": "I", "him": "he", "her": "she", "us": "we", "them": "they", "whom": "who"}
_PLURAL_WORDS = frozenset("they we you them us these those many several few both people police children".split())
_PARTS = frozenset(
    "half some most all lot lots number couple percent % majority rest remainder third quarter fifth any none two- "
    "thirds plenty bunch dozen handful part more".split()
)
"""Words whose number is that of what follows "of"."""
_NAMED = frozenset("PERSON GPE ORG NORP LOC FAC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW".split())
_WITH_ARTICLE = frozenset("Times Guardian Economist Independent Telegraph Observer Onion Atlantic Hague".split())
"""What newspapers and a town are called after an article that is a part of the name."""
_SMALL = frozenset("DET PRON ADP AUX SCONJ CCONJ PART INTJ".split())


def is_plural(text: Analysis, head: int) -> bool | None:
    """Whether a noun phrase takes a plural verb; None where that cannot be told."""
    token = text[head]
    at: int | None = head
    while at is not None:
        if any(text[i].lower == "and" for i in text.dependents(at, "cc")):
            return True
        at = text.first(at, "conj")
    if token.lower in _PARTS:
        of = next((i for i in text.dependents(head, "prep") if text[i].lower == "of"), None)
        thing = text.first(of, "pobj") if of is not None else None
        if thing is not None:
            return is_plural(text, thing)
        return True if token.lower in ("lots", "most", "all") else None
    if token.lower in _PLURAL_WORDS or token.tag in ("NNS", "NNPS"):
        return True
    if token.pos == "NUM" or token.tag == "CD":
        if token.entity in ("MONEY", "PERCENT"):
            return False
        return token.lower not in ("1", "one")
    if token.tag == "JJ" or (token.tag == "RB" and token.lower != "much"):
        return True if token.lower in ("many", "several", "few") else None
    counted = text.first(head, "nummod")
    single = any(text[i].lower in ("a", "an", "each", "every", "this", "that") for i in text.dependents(head, "det"))
    return (
        counted is not None
        and not single
        and counted == head - 1
        and text[counted].lower not in ("1", "one", "half")
        and token.entity != "MONEY"
    )


def inner(text: Analysis, first: int, last: int) -> str | None:
    """The words from one token to another as they are written inside a sentence: without a capital that is there only
    because a sentence begins with it. None where it cannot be told whether that is a name."""
    said = text.said(first, last)
    if first != _opening(text):
        return said
    word = inner_word(text, first)
    return None if word is None else word + said[len(word) :]


def inner_word(text: Analysis, index: int) -> str | None:
    """A token that begins a sentence as it is written inside one; None where that is uncertain."""
    token = text[index]
    word, small = token.text, token.lower
    if not word[:1].isupper() or word == "I" or word.startswith(("I'", "I’")):
        return word
    if len(word) > 1 and (word.isupper() or any(letter.isupper() for letter in word[1:])):
        return word
    if token.tag in ("NNP", "NNPS"):
        if not is_common_word(small) or token.entity in _NAMED or token.entity in ("DATE", "TIME"):
            return word
        if token.tag == "NNP" and token.dep == "nsubj" and token.left == token.right and not small.endswith("s"):
            return word  # "Billy sells DVDs": a noun that nothing counts or points to
        return None
    if token.pos in _SMALL or token.tag in ("CD", "PRP", "PRP$", "DT", "PDT", "WP", "WRB", "WDT", "EX"):
        return small
    if is_common_word(small):
        if index + 1 < len(text) and text[index + 1].text[:1].isupper() and text[index + 1].text != "I":
            return None
        return None if token.entity in _NAMED and token.entity != "PRODUCT" else small
    return word


def has_own_article(text: Analysis, first: int) -> bool:
    """Whether a name begins at a token whose article keeps its capital: "The Times"."""
    if text[first].text != "The" or first + 1 >= len(text):
        return False
    name = text[first + 1]
    return name.text in _WITH_ARTICLE and name.dep not in ("compound", "amod", "nmod")


def as_object(text: Analysis, head: int) -> str | None:
    """A subject's phrase as an object inside of a sentence ("him" for "He"); None where that is unsure."""
    return _with_case(text, head, AS_OBJECT)


def as_subject(text: Analysis, head: int) -> str | None:
    """An object's phrase as a subject inside of a sentence ("he" for "him"); None where that is unsure."""
    return _with_case(text, head, AS_SUBJECT)


def raised(words: str) -> str:
    """The words with a capital."""
    return words[:1].upper() + words[1:]


def like(words: str, text: Analysis) -> str:
    """The sentence with a capital if the text has one, without where the text is written all small."""
    return raised(words) if text.text[:1].isupper() or not text.text[:1].isalpha() else words


def _with_case(text: Analysis, head: int, cases: dict[str, str]) -> str | None:
    token = text[head]
    if token.tag in ("PRP", "WP") and token.left == token.right:
        return cases.get(token.lower, inner_word(text, head) if head == _opening(text) else token.text)
    first, last = token.left, token.right
    said = inner(text, first, last)
    if said is None:
        return None
    for index in range(last, first - 1, -1):
        own = index == head or (text[index].dep == "conj" and text[index].head == head)
        if text[index].tag != "PRP" or text[index].lower not in cases or not own:
            continue
        at = text[index].start - text[first].start
        said = said[:at] + cases[text[index].lower] + said[at + len(text[index].text) :]
    return said


def _opening(text: Analysis) -> int:
    """The first token that is a word."""
    return next((token.index for token in text.tokens if token.text[:1].isalnum()), 0)
