"""Where a noun may be replaced by a broader or a narrower one, and the text stays English and tells things apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import is_a_noun, is_in_a_compound, word_after, word_before
from llmrobust.operators.builtin.words.morphology import singular
from llmrobust.operators.builtin.words.parts_of_speech import ADJECTIVES, KNOWN_ADJECTIVES
from llmrobust.prompt.spans import Prompt

_WORD = re.compile(r"[\w-]+")
_OTHERWISE_WITH_OF = frozenset(
    "account number order school bank class art box plot title scene glass jar bottle bag pen".split()
)
"""Nouns that mean something else before "of", or only how much there is of it."""
_OWNED = re.compile(
    r"(?:\b(?:my|your|his|her|its|our|their|whose)|\w['’]s|s['’])\s+(?:[\w-]+\s+){0,2}\Z", re.IGNORECASE
)
_OF_NOBODY = frozenset(
    "person people professional professionals worker workers business businesses institution institutions "
    "establishment establishments official officials writer writers building buildings".split()
)
"""What nobody is or has: "her person" for her neighbor, "my business" for my shop."""
_PLAIN = frozenset("new old big small large little nice good bad favorite favourite own first second last next".split())
"""Adjectives that stand before a compound as well: "a new debit card"."""
_LINKS = frozenset("of a an the 's".split())
_Words = Mapping[str, str | Sequence[str]]


def broader(prompt: Prompt, lexicon: _Words) -> Allowed:
    """Where broader words fit in a prompt: no two things get one name, nor one that the prompt uses already."""
    made = _made(prompt, lexicon)
    taken = _said(prompt)
    clashing = {
        key
        for key, words in made.items()
        if words & (taken - {key}) or any(words & others for other, others in made.items() if other != key)
    }

    said = _text(prompt)

    def fits(text: str, start: int, end: int) -> bool:
        old = text[start:end].lower()
        owned = _head(lexicon[old]) in _OF_NOBODY and _OWNED.search(text[:start]) is not None
        free = singular(old) not in clashing and not owned
        return free and _tells_apart(said, old) and _is_meant(text, start, end)

    return fits


def narrower(prompt: Prompt, lexicon: _Words) -> Allowed:
    """Where narrower words fit in a prompt: what they add is not said yet, nor made of two things."""
    taken = _said(prompt)
    clashing: set[str] = set()
    for key, words in _made(prompt, lexicon).items():
        if words & taken:
            clashing.add(key)
        else:
            taken |= words

    def fits(text: str, start: int, end: int) -> bool:
        given = lexicon[text[start:end].lower()]
        last = word_before(text, start)
        described = (last in KNOWN_ADJECTIVES or last in ADJECTIVES) and last not in _PLAIN
        compound = described and any(" " in new for new in given)
        return singular(text[start:end].lower()) not in clashing and not compound and _is_meant(text, start, end)

    return fits


def _head(given: str | Sequence[str]) -> str:
    return given.rpartition(" ")[2] if isinstance(given, str) else ""


def _tells_apart(said: str, old: str) -> bool:
    """Whether a compound's noun stands nowhere else: "the bank account" beside no other account."""
    head = old.rpartition(" ")[2]
    return head == old or said.count(singular(head)) == said.count(old.removesuffix(head) + singular(head))


def _made(prompt: Prompt, lexicon: _Words) -> dict[str, set[str]]:
    """From each noun of a prompt to the words that its replacements would bring in."""
    made: dict[str, set[str]] = {}
    for word in dict.fromkeys(_WORD.findall(_text(prompt))):
        given = lexicon.get(word)
        if given is None:
            continue
        new = " ".join([given] if isinstance(given, str) else given)
        key = singular(word)
        made.setdefault(key, set()).update({singular(one.lower()) for one in _WORD.findall(new)} - _LINKS - {key})
    return made


def _said(prompt: Prompt) -> set[str]:
    return {singular(word) for word in set(_WORD.findall(_text(prompt)))}


def _text(prompt: Prompt) -> str:
    return " ".join(span.text for _, span in prompt.places()).lower()


def _is_meant(text: str, start: int, end: int) -> bool:
    """A noun in the sense that its broader and narrower words have: not "an account of his life"."""
    other = singular(text[start:end].lower()) in _OTHERWISE_WITH_OF and word_after(text, end) == "of"
    return not other and not is_in_a_compound(text, start, end) and is_a_noun(text, start, end)
