"""Lexicons of words that may replace others, each with its kind of word, which decides where it may.

A lexicon's columns are: word or phrase, replacement, kind. Nouns and verbs are in their base form; the other forms
are made here. The kinds are the keys of `kinds.FITS`. A word of several rows takes the first one that fits a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache

from llmrobust.operators.builtin.words.by_lexicon import by_lexicon
from llmrobust.operators.builtin.words.fitting import is_named
from llmrobust.operators.builtin.words.kinds import FITS
from llmrobust.operators.builtin.words.morphology import gerund, participle, past, plural, third_person
from llmrobust.operators.builtin.words.usage_places import USAGE_NOUNS
from llmrobust.operators.builtin.words.verb_places import VERBS, tail_of
from llmrobust.operators.editing.random_edits import RateParams
from llmrobust.operators.lexicons import read_lexicon
from llmrobust.operators.operator import Draw, Variant
from llmrobust.prompt.spans import Prompt

_QUOTED = re.compile(r"""(?<![\w'"])(?:'[^'\n]{2,}'|"[^"\n]{2,}"|“[^”\n]{2,}”|‘[^’\n]{2,}’)(?![\w'"])""")
_KNOWN = re.compile(r".*\bneeds? to", re.IGNORECASE)
_NOT_DONE = re.compile(r"\s+(?:know|see|hear)\b")
"""What one needs to know or see, which nothing else is said of: "I have to know"."""
_PRONOUN = re.compile(r"\s+(?:it|them|him|me|us|you|her(?=\s*[.,;!?]|\s*\Z|\s+(?:and|but|because|when|for|in|on)\b))\b")
_PARTICLE = re.compile(r"\w (?:down|out|off|up|back|away|together|on|in)\Z")
"""What a pronoun does not follow: "turned down it"."""
_NOUNS = frozenset(("noun", "own", "dwelling", "reported", "unowning", "little", *USAGE_NOUNS))
"""Kinds of nouns that are counted, but for "one-pay", which has no plural."""
Entry = tuple[str, str, str]
"""A replacement, its kind, and the base of what it replaces."""


class Substitutes:
    """A lexicon that knows where each of its words may be replaced; read at first use.

    whole_verbs: its verbs have one sense each, so a text's mentions of one are replaced all or, if one must stay, none.
    """

    def __init__(self, package: str, name: str, *, whole_verbs: bool = False):
        self._package, self._name, self._whole_verbs = package, name, whole_verbs

    @cached_property
    def _entries(self) -> dict[str, list[Entry]]:
        """From each form in small letters to what may replace it: the rows of one word, in their order."""
        made: dict[str, list[Entry]] = {}
        for old, new, kind in read_lexicon(self._package, self._name):
            for form, instead, its_kind in _forms(old, new, kind):
                rows = made.setdefault(form.lower(), [])
                if not rows or (rows[0][2] == old.lower() and (instead, its_kind, old.lower()) not in rows):
                    rows.append((instead, its_kind, old.lower()))
        return made

    @cached_property
    def words(self) -> Mapping[str, str]:
        """From a word in small letters, in any form, to its (first) replacement in the same form."""
        return {form: rows[0][0] for form, rows in self._entries.items()}

    @cached_property
    def _verbs(self) -> Mapping[str, re.Pattern[str]]:
        """From a verb that goes together to what finds its mentions, in any form; empty unless verbs do."""
        if not self._whole_verbs:
            return {}
        verbs = {old.lower() for old, _, kind in read_lexicon(self._package, self._name) if kind in VERBS}
        forms: dict[str, list[str]] = {verb: [] for verb in verbs}
        for form, rows in self._entries.items():
            if rows[0][2] in verbs:
                forms[rows[0][2]].append(re.escape(form))
        return {
            verb: re.compile(rf"(?<![\w'’-])(?:{'|'.join(made)})(?![\w'’-])", re.ASCII | re.IGNORECASE)
            for verb, made in forms.items()
        }

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the word at this place is used as a kind of word that the lexicon means."""
        if not self._fits_alone(text, start, end):
            return False
        together = self._verbs.get(self._rows(text, start, end)[0][2])
        return together is None or all(self._fits_alone(text, *found.span()) for found in together.finditer(text))

    def _fits_alone(self, text: str, start: int, end: int) -> bool:
        if is_named(text, start) or any(first < end and last > start for first, last in quoted(text)):
            return False
        if _KNOWN.fullmatch(text, start, end) and _NOT_DONE.match(text, end):
            return False
        return self._fitting(text, start, end) is not None

    def chosen(self, text: str, start: int, end: int) -> str:
        """What replaces the word at a place where it fits."""
        entry = self._fitting(text, start, end)
        return text[start:end] if entry is None else entry[0]

    def thing(self, key: str) -> str | None:
        """The base of a noun, whose mentions stay together; None for other words."""
        _, kind, base = self._entries[key][0]
        return base if kind in _NOUNS or kind in ("mass", "means-of-pay", "owned") else None

    def _rows(self, text: str, start: int, end: int) -> list[Entry]:
        return self._entries[text[start:end].lower().replace("’", "'")]

    def _fitting(self, text: str, start: int, end: int) -> Entry | None:
        rows = self._rows(text, start, end)
        pronoun = _PRONOUN.match(text, end) is not None
        fitting = (entry for entry in rows if FITS[entry[1]](text, start, end))
        return next((one for one in fitting if not pronoun or _PARTICLE.search(one[0]) is None), None)


@lru_cache(maxsize=64)
def quoted(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text quotes: those words are not its own to choose."""
    return tuple(found.span() for found in _QUOTED.finditer(text))


def substituted(
    prompt: Prompt, params: RateParams, draw: Draw, lexicon: Substitutes, *, quoted_stay: bool = False
) -> Iterator[Variant]:
    """Variants with a share of the lexicon's words replaced where they may be, each noun throughout the prompt.

    quoted_stay: words that the prompt quotes anywhere, as it does to define them, stay everywhere.
    """
    spoken_of = _words_quoted(prompt) if quoted_stay else frozenset()

    def fits(text: str, start: int, end: int) -> bool:
        return text[start:end].lower() not in spoken_of and lexicon.fits(text, start, end)

    yield from by_lexicon(
        prompt,
        params,
        draw,
        lexicon.words,
        fits,
        chosen=lexicon.chosen,
        fit_article=True,
        thing=lexicon.thing,
        owners=True,
    )


def _words_quoted(prompt: Prompt) -> frozenset[str]:
    """What a prompt quotes, in small letters, without its quotation marks: phrases and each of their words."""
    said = {span.text[a + 1 : b - 1].lower() for _, span in prompt.places() for a, b in quoted(span.text)}
    return frozenset(said | {word for phrase in said for word in re.findall(r"[\w'’-]+", phrase)})


def _forms(old: str, new: str, kind: str) -> Iterator[tuple[str, str, str]]:
    yield old, new, kind
    if kind in _NOUNS and kind != "one-pay":
        yield _last(plural, old), _last(plural, new), kind
    if kind in VERBS:
        tail = tail_of(kind)
        yield _first(third_person, old), _first(third_person, new), f"third{tail}"
        same = _first(past, new) == _first(participle, new)
        if same or _first(past, old) != _first(participle, old):
            yield _first(past, old), _first(past, new), f"past{tail}"
            yield _first(participle, old), _first(participle, new), f"past{tail}"
        else:
            yield _first(past, old), _first(past, new), f"simple-past{tail}"
        yield _first(gerund, old), _first(gerund, new), f"gerund{tail}"


def _first(make: Callable[[str], str], phrase: str) -> str:
    head, space, rest = phrase.partition(" ")
    return make(head) + space + rest


def _last(make: Callable[[str], str], phrase: str) -> str:
    headed = re.fullmatch(r"(member|request)( (?:of|for) .+)", phrase)
    if headed is not None:
        return make(headed[1]) + headed[2]
    rest, space, head = phrase.rpartition(" ")
    return rest + space + make(head)
