"""Where a phrase with a derived word may stand for it: "with care", "make an attempt to", "have an interest in"."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.fitting import word_after, word_before
from llmrobust.operators.builtin.words.parts_of_speech import DETERMINERS, PREPOSITIONS, is_base

_LIGHT = {
    "make": "make|makes|made|making",
    "give": "give|gives|gave|given|giving",
    "pay": "pay|pays|paid|paying",
    "bear": "bear|bears|bore|borne|bearing",
    "place": "place|places|placed|placing",
    "come": "come|comes|came|coming",
    "hold": "hold|holds|held|holding",
    "find": "find|finds|found|finding",
    "have": "have|has|had|having",
}
"""Verbs that carry a noun, each with its forms."""
_LIGHT_FORM = re.compile(rf"(?:{'|'.join(_LIGHT.values())})\b")
_MANNER = re.compile(
    r"[^.!?,;:]*?\b(?!(?:only|daily|weekly|monthly|yearly|hourly|early|family|reply|supply|fly|italy|july|assembly|ally|"
    r"belly|jelly|bully|rally)\b)(?:[a-z]{2,}ly|well|hard|a lot|in detail|at length)\b",
    re.IGNORECASE,
)
"""How something is done, which is not said of a noun: "discuss it carefully"."""
_OF_ITS_TIME = frozenset(
    "finally recently eventually usually immediately initially originally only subsequently early previously "
    "currently".split()
)
"""Adverbs before a verb that say when, not how."""
_RATE = re.compile(
    r"\b(?:(?:a|an|per|every|each|once|this|last|next)\s+(?:day|week|month|year|hour)s?|daily|weekly|monthly|yearly|annual\w*|"
    r"hourly)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    "with that make made have give gave pays into parts part able over find found hold held come came every each past "
    "hard easy full without beyond impossible possible having making giving holding coming makes gives holds comes "
    "finds placing place places paying time lost stolen card complete conclusion basis lots".split()
)
"""Words of entries that others may use beside them."""
_FIELDS = (
    "art|music|history|science|politics|literature|philosophy|astronomy|architecture|photography|sports?|football|"
    "nature|poetry|painting|dance|fashion|religion|cooking|gardening|travel|mathematics|physics|chemistry|biology|"
    "economics|technology|psychology|medicine|law|languages|theat(?:er|re)|opera|jazz|animals|birds|trains"
)
_FIELD = re.compile(rf"\s+(?:[a-z]+\s+)?(?:{_FIELDS})\b(?=\s*[.,;!?]|\s*\Z|\s+(?:and|but|because|since|from)\b)")
_DREADED = re.compile(
    r"\s+(?:(?:the\s+(?:dark|water|unknown|future|sea|sun)|heights|flying|death|failure|change|dying|water|fire|"
    r"[a-z]{2,}[^sui\W]s|[a-z]+ing\s+[a-z]+|[a-z]+ing))\b(?=\s*[.,;!?]|\s*\Z|\s+(?:and|but|because|since)\b)"
)
"""What is feared in general: heights, dogs, being alone; not the dog that is there."""
_DUTIES = re.compile(
    r"\s+(?:managing|overseeing|running|maintaining|ensuring|supervising|handling|coordinating|organi[sz]ing|keeping|"
    r"cleaning|feeding|teaching|training|planning|reviewing|checking|leading|collecting|preparing|monitoring)\b"
)
_EPISODE = re.compile(
    r"\b(?:now|once|then|when|after|until|today|tomorrow|tonight|finally|if|longer|only)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\s*(?:[.,;!?]|\Z)|\s+(?:and|but|because)\b")
_PERSON = re.compile(
    r"\b(?:he|she|they|i|we|you|who|everyone|nobody|[a-z]+(?:er|or|ist|man|woman|men|women|ers|ors|ists)|people|staff|"
    r"nurses?|friends?|clerk|boss|guide)\s+(?:\w+\s+)?\w+\s+\Z",
    re.IGNORECASE,
)
"""Whom no "of use" and "of value" is said of."""
_RULES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"h\w+ an interest in"), re.compile(rf"\s+(?!\w*thing\b)[a-z]+ing\b|{_FIELD.pattern}")),
    (re.compile(r"h\w+ a fear of"), _DREADED),
    (re.compile(r"h\w+ responsibility for"), _DUTIES),
    (re.compile(r"(?:of|full of|without|beyond|impossible to|hard to|easy to) .*|a success"), _ENDS),
)
"""By what a phrase looks like, what must follow it."""


def is_derivable(old: str, new: str, text: str, start: int, end: int) -> bool:
    """Whether a phrase reads well in place of a word: nothing it leaves behind, and nothing beside it says the same."""
    fits = all(rule.match(text, end) is not None for which, rule in _RULES if which.fullmatch(new) is not None)
    if not fits or not reads_on(new, text, start, end) or _is_said_elsewhere(old, new, text, start, end):
        return False
    if new.startswith("of ") and _PERSON.search(text[:start]) is not None:
        return False
    if new.endswith("the ability to") and _EPISODE.search(_sentence(text, start, end)) is not None:
        return False
    return _LIGHT_FORM.match(new) is None or _carries(new, text, start, end)


def reads_on(new: str, text: str, start: int, end: int) -> bool:
    """Whether the text goes on after a phrase: not "make an update to it to Ann", nor "is having plans to"."""
    last = new.rpartition(" ")[2]
    if last == "for" or (last == "to" and word_after(text, end).lower() in DETERMINERS | {"it", "them"}):
        return re.match(rf"[^.!?,;]*\b{last}\b", text[end:]) is None
    return True


def _carries(new: str, text: str, start: int, end: int) -> bool:
    """Whether a verb with a noun reads well: no adverb of manner, no "is making an attempt", no "make" twice."""
    verb, before = new.partition(" ")[0], word_before(text, start)
    if verb.endswith("ing") and verb != "bearing" and before not in PREPOSITIONS:
        return False
    forms = next(forms for forms in _LIGHT.values() if verb in forms.split("|"))
    around = _sentence(text, start, end)
    if verb not in ("have", "has", "had") and re.search(rf"\b(?:{forms})\b", around, re.IGNORECASE):
        return False
    if before.endswith("ly") and before not in _OF_ITS_TIME:
        return False
    does_more = new.endswith((" to", " that")) and (new.endswith("that") or is_base(word_after(text, end).lower()))
    return does_more or _MANNER.match(text, end) is None


def _is_said_elsewhere(old: str, new: str, text: str, start: int, end: int) -> bool:
    """Whether a text says the same in another place, where a phrase for one alone would break what is parallel."""
    others = text[:start] + "|" + text[end:]
    if _RATE.search(old) is not None or _RATE.search(new) is not None:
        return _RATE.search(others) is not None
    words = {word for word in re.findall(r"[a-z]{4,}", f"{old} {new}") if word not in _EMPTY}
    stems = "|".join(sorted(word[: max(4, len(word) - 3)] for word in words))
    return bool(stems) and re.search(rf"\b(?:{stems})", others, re.IGNORECASE) is not None


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence about a place, without what stands there."""
    before, after = re.split(r"[.!?]\s", text[:start]), re.split(r"[.!?](?:\s|\Z)", text[end:])
    return f"{before[-1]}|{after[0]}"
