"""Whether sentences may come in any order: facts may, steps, events in time and what refers to another may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    is_base,
    past_of,
    third_person_of,
)

_LEANS = re.compile(
    r"(?:he|she|it|they|him|her|his|its|their|them|this|that|these|those|such|then|there|here|so|but|and|or|however|"
    r"therefore|thus|also|moreover|besides|instead|otherwise|because|since|yet|still|both|consequently|nevertheless|"
    r"step|as a result|for example|for instance|in addition|on the other hand|in contrast|in fact|in turn)\b|\d+[.)]",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before it."""
_TIME = re.compile(
    r"\b(?:after|afterwards?|before|beforehand|then|later|earlier|finally|eventually|until|till|meanwhile|next|"
    r"previous(?:ly)?|subsequent(?:ly)?|again|another|remaining|the rest|left over|also|too|the same|former|latter|"
    r"the others?|others|once|soon|suddenly|immediately|first(?:ly)?,|second(?:ly)?,|third(?:ly)?,|lastly|now|already|"
    r"the following|as above|above|below|when|while|as soon as)\b",
    re.IGNORECASE,
)
"""What places a sentence before or after another, or speaks of one."""
_ASKS = re.compile(
    r"\bhow (?:many|much|far|long|old|often)\b|, (?:calculate|find|determine|compute|what|which|who)\b", re.I
)
_FIELD = re.compile(r"(?:\A|\s)[A-Z][\w ]{0,24}:(?:\s|\Z)")
"""A descriptor: the text is a record, and no running text."""
_RULE = re.compile(r"\A(If\b.*?),?\s+then\b")
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|them|this|these|those|(?:of|in|on|by|with|for|from|to|at|like|than|that is) that)\b|"
    r"\bher\b(?!\s+[a-z])",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\b", re.IGNORECASE)
_ANYONE = re.compile(
    r"\b(?:someone|somebody|something|anyone|anybody|anything|everyone|everybody|everything|no one|nobody|whoever|"
    r"people|a person|a thing|(?:all|every|each|any|most) \w+)\b",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"\b(?:an?|some|one|two|three|several|many)\s+(?:[a-z-]+\s+)?([a-z]{3,})\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\bthe\s+(?:[a-z-]+\s+){0,2}?([a-z]{3,})\b", re.IGNORECASE)
_STATES = frozenset(
    "be have live own contain belong cost weigh know like love hate believe need want mean include consist exist "
    "remain seem look work play border lie stand".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FUNCTION = AUXILIARIES | DETERMINERS | PREPOSITIONS | frozenset("and or but not".split())


def in_any_order(sentences: Sequence[str]) -> bool:
    """Whether the sentences say the same in every order: facts and rules that neither point at nor follow each other.

    Judged by forms, and by the safe side: instructions, questions, pronouns without someone to stand for, words of
    time, a thing introduced in one sentence and named in another ("a dog", "the dog"), and events of one course ("Mary
    went to the kitchen. Mary went to the garden.") all tie sentences to their order.
    """
    stripped = [sentence.strip().lstrip("\"'“(") for sentence in sentences]
    if any(_is_tied(sentence) for sentence in stripped):
        return False
    introduced = [{found[1].lower() for found in _INTRODUCED.finditer(one)} for one in stripped]
    named = [{found[1].lower() for found in _DEFINITE.finditer(one)} for one in stripped]
    pairs = list(combinations(range(len(stripped)), 2))
    if any(introduced[i] & named[j] or introduced[j] & named[i] for i, j in pairs):
        return False
    if any(_tells_an_event(sentence) for sentence in stripped):
        said = [_things(sentence) for sentence in stripped]
        return not any(said[i] & said[j] for i, j in pairs)
    return True


def _is_tied(sentence: str) -> bool:
    if not sentence[:1].isupper() and not sentence[:1].isdigit():  # the middle of something
        return True
    if sentence.endswith(("...", "…")) or _ASKS.search(sentence) or _FIELD.search(sentence):
        return True
    if sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return True
    timed = _TIME.search(_RULE.sub(r"\1", sentence))
    if "?" in sentence or sentence.endswith(":") or _LEANS.match(sentence) or timed or _commands(sentence):
        return True
    for found in _POINTS_BACK.finditer(sentence):
        if not _ANYONE.search(sentence, 0, found.start()):
            return True
    possessive = _POSSESSIVE.search(sentence)
    return possessive is not None and len(_WORD.findall(sentence[: possessive.start()])) < 2


def _commands(sentence: str) -> bool:
    """Whether the sentence tells somebody to do something: "Mix the flour", and not "Water freezes"."""
    words = [word.lower() for word in _WORD.findall(sentence)[:2]]
    if words[:1] in (["please"], ["do"], ["don't"], ["let"]):
        return True
    again = re.match(r"pre|re", words[0]) if words else None
    if not words or not (is_base(words[0]) or (again and is_base(words[0][again.end() :]))):
        return re.match(r"[A-Z][a-z]+ (?:the|your|a|an|all) ", sentence) is not None and words[0] not in _FUNCTION
    following = words[1] if len(words) > 1 else ""
    return not (following in AUXILIARIES or third_person_of(following) or past_of(following))


def _tells_an_event(sentence: str) -> bool:
    words = [word.lower() for word in _WORD.findall(sentence)]
    for before, word in zip(["", *words], words, strict=False):
        base = past_of(word) or (word[:-2] if word.endswith("ed") and len(word) > 4 else None)
        if base is not None and base not in _STATES and before not in AUXILIARIES and not is_base(word):
            return True
    return False


def _things(sentence: str) -> set[str]:
    """The words that name something: neither closed classes nor verbs."""
    words = {word.lower() for word in _WORD.findall(sentence)} - _FUNCTION
    return {word for word in words if not (past_of(word) or third_person_of(word))}
