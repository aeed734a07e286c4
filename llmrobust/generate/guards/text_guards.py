"""Guards that need nothing but the texts: contract, leaked instructions, language, length, duplicates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from llmrobust.generate.guards.candidate import Candidate, Guard, failed, not_run, passed
from llmrobust.generate.guards.contrasts import NUMBER_WORDS
from llmrobust.generate.guards.lists import shortened
from llmrobust.generate.guards.logic import Logic
from llmrobust.generate.guards.places import Places
from llmrobust.generate.guards.question_kind import QuestionKind
from llmrobust.generate.guards.roles import Roles
from llmrobust.operators.editing.protected_text import number_places
from llmrobust.operators.frozen_variants import INSTRUCTION, GuardScore
from llmrobust.text.language import language_of
from llmrobust.text.short_language import short_language
from llmrobust.text.whole_words import holds_word, whole_word

NEAR = 0.93
"""Share of equal character triples from which two texts of one kind are near-duplicates."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PREAMBLE = re.compile(
    r"\A\W*(?:sure|certainly|of course|here(?:['’]s| is| are)\b[^.\n]{0,60}"
    r"(?:version|variant|paraphrase|rewrit|text|rephras)|"
    r"(?:the )?(?:rewritten|paraphrased|revised|rephrased|modified|original) (?:text|version|sentence|question)\b|"
    r"as an ai\b|i (?:have )?(?:rewrote|rewritten|paraphrased|changed)\b|i['’]?m sorry)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\b(?:the|my) (?:final |right |correct )?answer(?: is\b|:) *\S{1,20}", re.IGNORECASE)
_MARKS = re.compile(r"\[(?:end of )?text [0-9a-f]{8}\]|\"rationale\"|<\|[a-z_]+\|>|\[/?INST\]")


class Contract:
    """Labels, numbers, names, placeholders, code and addresses of the original are in the variant; no number is new."""

    name = "contract"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: the share of the pieces that are there."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        kept = one.subject.kept(one.kind.free)
        pieces = [(what, word) for what, words in kept.items() for word in words]
        lost = [(what, word) for what, word in pieces if not _holds(one, what, word)]
        share = 1 - len(lost) / len(pieces) if pieces else 1.0
        if lost:
            what, word = lost[0]
            return failed(f'the {what} "{word}" is gone', share)
        new = "" if "numbers" in one.kind.free else _new_number(one)
        if new:
            return failed(f'the number "{new}" is new', share)
        gone = shortened(one.subject.text, one.text) if one.stays else ""
        return failed(f'a list is shorter: "{gone}" is gone', share) if gone else passed(share)


class Leak:
    """The text is nothing but the variant: no preamble, no marks, nothing of what the generator was told."""

    name = "leak"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        own = one.addition or one.text
        opening = _PREAMBLE.match(own)
        if opening and not _PREAMBLE.match(one.subject.text):
            return failed(f'it begins as a reply does: "{opening[0].strip()[:40]}"')
        mark = _MARKS.search(own)
        if mark and mark[0] not in one.subject.text:
            return failed(f'it holds "{mark[0]}"')
        told = one.asked.replace(one.subject.text, " ") or one.kind.task
        given = _answer_given(one, own)
        if given:
            return failed(f'it holds the answer "{given}"')
        answered = _ANSWERED.search(own)
        if answered and not _ANSWERED.search(one.subject.text):
            return failed(f'it answers: "{answered[0]}"')
        common = (_grams(own, 6) & _grams(told, 6)) - _grams(one.subject.text, 6)
        if common:
            return failed(f'it repeats what the generator was told: "{" ".join(min(common))}"')
        return passed()


def _answer_given(one: Candidate, own: str) -> str:
    """An answer that the text holds and the original does not; empty if none. Of what is added, a wrong one too."""
    if one.subject.target == INSTRUCTION or one.kind.new_gold:
        return ""
    right = [one.subject.answer] if one.subject.answer else []
    answers = list(one.subject.labels) if one.kind.adds and one.subject.labels else right
    for answer in answers:
        if answer.lower() in _NO_ANSWERS or len(answer) < 2:
            continue
        if holds_word(own, answer) and not holds_word(one.subject.text, answer):
            return answer
    return ""


_NO_ANSWERS = frozenset("yes no true false none other unknown neutral maybe".split())
"""Answers that are words of any text."""


class Language:
    """The variant is in the language of the original."""

    name = "language"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """No figure; not run on texts that are too short to tell by."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        before = language_of([one.subject.text]) or one.subject.language
        own = one.addition or one.text
        after = language_of([own]) or short_language(own)
        if not after:
            return not_run("the text is too short to tell its language by")
        return passed(why=after) if after == before else failed(f'it is in "{after}", and the original in "{before}"')


class Length:
    """The number of words is within what the kind expects."""

    name = "length"

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: words of the variant (of what was added, where something was) a word of the original."""
        return [self._score(one) for one in candidates]

    def _score(self, one: Candidate) -> GuardScore:
        low, high = one.kind.length
        old, new = _words(one.subject.text), _words(one.addition if one.kind.adds else one.text)
        ratio = new / max(old, 1)
        slack = 4
        """Words: a question of three may become one of seven."""
        if low * old - slack <= new <= high * old + slack:
            return passed(ratio)
        return failed(f"{ratio:.1f} times the words of the original; {low:g} to {high:g} are expected", ratio)


class Duplicates:
    """The variant is neither the original nor like another variant of it."""

    name = "duplicate"

    def __init__(self, known: Sequence[tuple[str, str | None, str]] = ()):
        """known: (target, example, text) of the variants that there are already."""
        self._known = list(known)

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """score: the largest share of equal character triples with the original or an earlier variant."""
        seen: dict[tuple[str, str | None], list[str]] = {}
        for target, example, text in self._known:
            seen.setdefault((target, example), []).append(text)
        found = []
        for one in candidates:
            earlier = seen.setdefault((one.subject.target, one.subject.example), [])
            found.append(self._score(one, earlier))
            earlier.append(one.text)
        return found

    def _score(self, one: Candidate, earlier: Sequence[str]) -> GuardScore:
        if _spaced(one.text) == _spaced(one.subject.text):
            return failed("it is the original", 1.0)
        plain: Callable[[str], str] = _spaced if one.kind.small else _plain
        if plain(one.text) == plain(one.subject.text):
            return failed("it is the original but for case and punctuation", 1.0)
        if any(plain(one.text) == plain(text) for text in earlier):
            return failed("it is a variant that there is already", 1.0)
        alike = [(_alike(one.text, text), text) for text in (one.subject.text, *earlier)]
        most, which = max(alike)
        if most >= NEAR and not (one.kind.small or one.kind.adds):
            what = "the original" if which is one.subject.text else "another variant"
            return failed(f"nearly {what}", most)
        return passed(most)


def text_guards(known: Sequence[tuple[str, str | None, str]] = ()) -> list[Guard]:
    """All of them. known: as `Duplicates`."""
    return [Contract(), Logic(), QuestionKind(), Places(), Roles(), Leak(), Language(), Length(), Duplicates(known)]


def _holds(one: Candidate, what: str, word: str) -> bool:
    text = one.text
    if what in ("placeholder", "piece"):
        return word in text if what == "piece" else re.sub(r"\s", "", word) in re.sub(r"\s", "", text)
    if re.search(whole_word(word), text, re.IGNORECASE):
        return True
    return what == "number" and one.subject.target != INSTRUCTION and word in _numbers(text)


def _numbers(text: str) -> Counter[str]:
    """The numbers of a text, small ones also as words."""
    digits = Counter(text[start:end] for start, end in number_places(text))
    return digits + Counter(NUMBER_WORDS[word] for word in text.lower().split() if word in NUMBER_WORDS)


def _new_number(one: Candidate) -> str:
    """A number in digits that the original does not have."""
    old = _numbers(one.subject.text)
    words = one.subject.text.lower()
    text = one.addition if one.kind.adds else one.text
    if one.subject.target == INSTRUCTION:
        text = re.sub(r"\{\{.*?\}\}", " ", text)
    if one.kind.adds:
        return ""
    new = (text[start:end] for start, end in number_places(text))
    return next((number for number in new if number not in old and number not in words), "")


def _words(text: str) -> int:
    return len(text.split())


def _spaced(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _grams(text: str, size: int) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


@lru_cache(maxsize=4096)
def _triples(text: str) -> frozenset[str]:
    padded = f"  {_plain(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _alike(first: str, second: str) -> float:
    """Jaccard's coefficient of the texts' character triples, from 0 to 1."""
    one, other = _triples(first), _triples(second)
    return len(one & other) / max(1, len(one | other))
