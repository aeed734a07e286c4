"""Forms of English words: plurals, verb forms, and back.

Rules of regular spelling and tables of irregular words. Functions take and return lower case. They return what a form
would be, not whether a word is a verb or a noun: `parts_of_speech` knows that.
"""

from __future__ import annotations

import re

from llmrobust.operators.lexicons import LazyMapping, read_lexicon, word_pairs, word_set

PAST = LazyMapping(lambda: {base: past for base, past, _ in read_lexicon(__package__, "irregular_verbs")})
PARTICIPLE = LazyMapping(
    lambda: {base: participle for base, _, participle in read_lexicon(__package__, "irregular_verbs")}
)
_BASES = LazyMapping(
    lambda: {
        **{form: base for base, *forms in read_lexicon(__package__, "irregular_verbs") for form in forms},
        "is": "be",
        "are": "be",
        "am": "be",
        "were": "be",
        "being": "be",
        "has": "have",
        "does": "do",
        "goes": "go",
        "says": "say",
        "lying": "lie",
        "dying": "die",
        "tying": "tie",
    }
)
PLURALS = word_pairs(__package__, "irregular_plurals")
_SINGULARS = LazyMapping(lambda: {many: one for one, many in PLURALS.items()})
_DOUBLING = word_set(__package__, "doubling_verbs")
"""Verbs whose last consonant doubles before -ed and -ing."""


_PERSON = re.compile(r"(?!hu|ger|ro|otto|talis|cai|sha|nor)(\w{2,})(child|woman|man)")
"""A compound with a person: "schoolchild", not "German"."""


def plural(noun: str) -> str:
    """The plural: "wives", "boxes", "cities"."""
    if noun in PLURALS:
        return PLURALS[noun]
    person = _PERSON.fullmatch(noun)
    return person[1] + PLURALS[person[2]] if person is not None else _with_s(noun)


def singular(noun: str) -> str:
    """The singular of a plural; other words as they are."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if noun in PLURALS or noun.endswith(("ss", "us", "is")) or not noun.endswith("s") or len(noun) < 4:
        return noun
    return _without_s(noun)


def third_person(verb: str) -> str:
    """The form after he, she, it: "watches", "has"."""
    known = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    return known.get(verb) or _with_s(verb)


def past(verb: str) -> str:
    """The simple past: "went", "stopped", "tried"."""
    return PAST.get(verb) or regular_past(verb)


def participle(verb: str) -> str:
    """The past participle: "gone", "stopped"."""
    return PARTICIPLE.get(verb) or regular_past(verb)


def gerund(verb: str) -> str:
    """The form in -ing: "making", "stopping", "lying"."""
    if verb == "be":
        return "being"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return _doubled(verb) + "ing"


def base(verb: str) -> str:
    """The base of a verb form, by the table and by regular spelling: "went" -> "go", "tries" -> "try".

    A regular form is undone without a dictionary, so that "hoping" gives "hope" and "hopping" "hop", but a stem that
    could end in a silent e or not is a guess; `bases` gives all of them.
    """
    return bases(verb)[0]


def bases(verb: str) -> list[str]:
    """The possible bases of a verb form, the likeliest first."""
    if verb in _BASES:
        return [_BASES[verb]]
    for ending in ("ing", "ed"):
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb[: -len(ending)]
            if not re.search("[aeiouy]", stem):
                return [verb]
            if ending == "ed" and stem.endswith("i"):
                return [f"{stem[:-1]}y"]
            if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
                return [stem[:-1], stem]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                return [stem, stem[:-1]]
            silent = re.search(r"(?:[^aeiou][aeiou][^aeiouwxyn]|[csvuz]|[bdfgkpt]l|ng|[^aeiou]an|rg|ur|in|at)\Z", stem)
            return [f"{stem}e", stem] if silent else [stem, f"{stem}e"]
    if verb.endswith("s") and not verb.endswith("ss") and len(verb) > 3:
        return [_without_s(verb)]
    return [verb]


def article(word: str) -> str:
    """ "a" or "an", as the word begins."""
    lower = word.lower()
    if re.match(r"(?:uni(?!n|m)|use|usu|eu|one\b|once|ubiq|ut[ei])", lower):
        return "a"
    if re.match(r"(?:hour|honest|honou?r|heir)", lower):
        return "an"
    return "an" if lower[:1] in "aeiou" else "a"


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y\Z", word):
        return f"{word[:-1]}ies"
    if re.search(r"(?:s|x|z|ch|sh)\Z", word):
        return f"{word}es"
    return f"{word}s"


def _without_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"(?:ss|x|zz|ch|sh)es\Z", word):
        return word[:-2]
    return word[:-1]


def regular_past(verb: str) -> str:
    """The past by the rule, also of an irregular verb: "stopped", "tried", "goed"."""
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y\Z", verb):
        return f"{verb[:-1]}ied"
    return _doubled(verb) + "ed"


def _doubled(verb: str) -> str:
    return verb + verb[-1] if verb in _DOUBLING else verb
