"""Simple clauses: subject, verb, object, recognised by closed classes and a verb list; everything else is None.

No parser: a clause is read only if it begins with a plain noun phrase and a finite verb of the lexicon follows at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    PRONOUNS,
    gerund_of,
    is_base,
    past_of,
    third_person_of,
)

Tense = Literal["past", "third", "base"]
_SUBJECT_WORDS = frozenset("i you he she it we they everyone everybody someone somebody nobody".split())
_ASKING = frozenset("what how why where when who which whose whom".split())
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d+")
_ADVERBS = (
    "not never also just only yesterday today tomorrow again once twice here there now then too well home outside"
)
_NOT_NOUNS = frozenset((*AUXILIARIES, *CONJUNCTIONS, *DETERMINERS, *PREPOSITIONS, *_ADVERBS.split()))


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a subject, a finite verb, and what follows it. verb: as written; base: its base form.

    object: the noun phrase right after the verb, empty if none; rest: what follows that.
    """

    subject: str
    verb: str
    base: str
    tense: Tense
    object: str
    rest: str

    @property
    def is_plural(self) -> bool:
        """Whether the subject takes a plural verb."""
        return is_plural(self.subject)


def read_clause(text: str) -> Clause | None:
    """The clause that a text without its final mark is; None for anything but a simple one."""
    subject = noun_phrase(text)
    if not subject:
        return None
    left = text[len(subject) :]
    found = re.match(r" ([a-z]+)(?= |\Z)", left)
    if found is None:
        return None
    verb, rest = found[1], left[found.end() :].strip()
    read = _finite(verb, subject)
    if read is None:
        return None
    base, tense = read
    thing = noun_phrase(rest)
    return Clause(subject, verb, base, tense, thing, rest[len(thing) :].strip())


def is_statement(sentence: str) -> bool:
    """Whether a sentence states something: not a title, a question or a command. It must contain a finite verb."""
    words = [word[0].lower() for word in _WORD.finditer(sentence)]
    if len(words) < 3 or words[0] in _ASKING or (is_base(words[0]) and words[1] not in AUXILIARIES):
        return False
    for before, word in pairwise(words):
        if word in AUXILIARIES or word.endswith(("n't", "n’t")):
            return True
        verbal = past_of(word) or third_person_of(word)
        if verbal and before not in DETERMINERS and before not in PREPOSITIONS and not before.endswith(("'s", "’s")):
            return True
    return bool(re.search(r"['’](?:re|m|ve|ll)\b", sentence))


def noun_phrase(text: str) -> str:
    """The plain noun phrase that a text begins with: a pronoun, a name, or a determiner with one to three words.

    Empty where there is none. A phrase ends before a verb, a preposition, a conjunction or a mark.
    """
    words = list(_WORD.finditer(text))
    if not words or words[0].start() != 0:
        return ""
    first = words[0][0]
    lower = first.lower()
    if lower.endswith(("'s", "’s", "s'", "s’")):
        return ""
    if lower in _SUBJECT_WORDS or lower in OBJECT_PRONOUNS:
        return first
    if first[0].isupper() and lower not in DETERMINERS and lower not in _NOT_NOUNS:
        end = words[0].end()
        for word in words[1:3]:
            if text[end : word.start()] == " " and word[0][0].isupper() and word[0][1:].isalpha():
                end = word.end()
            else:
                break
        return text[:end]
    if lower not in DETERMINERS or lower in (
        "this",
        "that",
        "both",
        "all",
        "what",
        "which",
        "most",
        "either",
        "neither",
    ):
        return ""
    end = words[0].end()
    count = 0
    for at, word in enumerate(words[1:6], 1):
        said = word[0].lower()
        if text[end : word.start()] != " " or said in _NOT_NOUNS or said.endswith(("'s", "’s", "'", "’")):
            break
        follows = words[at + 1][0].lower() if at + 1 < len(words) else ""
        verbal = past_of(said) or third_person_of(said)
        if count and verbal and not _is_noun_before(said, follows):
            break
        if count and said.endswith("ly"):
            break
        end = word.end()
        count += 1
    return text[:end] if count else ""


def is_plural(subject: str) -> bool:
    """Whether a noun phrase takes a plural verb."""
    words = subject.lower().split()
    if subject.lower() in ("i", "you", "we", "they", "us", "them"):
        return True
    if words[0] in (
        "these",
        "those",
        "many",
        "several",
        "few",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
    ):
        return True
    last = words[-1]
    if words[0] in ("a", "an", "this", "that", "every", "each", "another", "one"):
        return False
    irregular = ("people", "children", "men", "women", "mice", "feet", "teeth")
    return last in irregular or (
        last.endswith("s") and not last.endswith(("ss", "us", "is", "news")) and len(words) > 1
    )


def as_object(subject: str) -> str:
    """A subject in the place of an object: him for he."""
    return PRONOUNS.get(subject.lower(), subject)


def as_subject(thing: str) -> str:
    """An object in the place of a subject: he for him."""
    return OBJECT_PRONOUNS.get(thing.lower(), thing)


def _finite(verb: str, subject: str) -> tuple[str, Tense] | None:
    many = is_plural(subject)
    if not many and (base := third_person_of(verb)):
        return base, "third"
    past = past_of(verb)
    if past is not None and not (many and is_base(verb)):
        return past, "past"
    if many and is_base(verb) and gerund_of(verb) is None:
        return verb, "base"
    return None


def _is_noun_before(word: str, follows: str) -> bool:
    """Whether a word that could be a verb is the noun of its phrase: a finite verb or auxiliary follows at once."""
    return bool(follows) and (follows in AUXILIARIES or bool(past_of(follows)) or bool(third_person_of(follows)))
