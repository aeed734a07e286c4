"""Punctuation: stripped, added, doubled, removed, other quotes. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.text_edits import TargetParams, TextParams, edited, rewritten
from llmrobust.operators.operator import ANY_LANGUAGE, Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

_FINAL = re.compile(r"[.!?;:,…。！？；：，、]+(?=[\s\"'”’)]*\Z)")
_MARK = re.compile(r"(?<!\.)([.!?,;:])(?=\s|\Z)(?!\.)")
_QUOTES = {'"': ("“", "”"), "'": ("‘", "’")}
_GAP = re.compile(r"(?<![^\W])([a-z]+) (?=([a-z]+)\b)")
_OPENS_A_PHRASE = frozenset(
    "and or but because while when if that which who with without for from in on at by to into about after "
    "before until since than as where how why whether so then".split()
)
_LEANS = frozenset(
    "the a an my your his her its our their this that these those some any no not and or but of to in on at "
    "by for with from is are was were be been has have had do does did will would can could may might must "
    "shall should very so too how many much more less most as if because when while i we you he she it they".split()
)
"""Words that belong to the next one: a comma after them tears a phrase apart."""
SOURCE = "FLUKE (Otmakhova et al. 2025, arXiv 2504.17311); unitxt's superficial variants (Ackerman et al. 2024)"


@operator("punctuation.strip_final", level="character", params=TargetParams, languages=(ANY_LANGUAGE,), source=SOURCE)
def strip_final(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Takes the final punctuation off each edited text."""
    yield from rewritten(prompt, params, lambda text: _changed(text, _FINAL.sub("", text)), "bare", ends=True)


@operator("punctuation.add", level="character", params=TargetParams, languages=(ANY_LANGUAGE,), source=SOURCE)
def add(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Adds a full stop where a text ends without one, makes one an ellipsis, and doubles other final marks."""

    def more(text: str) -> str | None:
        body = text.rstrip()
        last = body[-1:]
        if not last.isalnum() and last not in (".", "!", "?"):
            return None
        added = "." if last.isalnum() else ".." if last == "." else last
        return body + added + text[len(body) :]

    yield from rewritten(prompt, params, more, "final", ends=True)


@operator("punctuation.double", level="character", params=TargetParams, languages=(ANY_LANGUAGE,), source=SOURCE)
def double(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Doubles every punctuation mark that ends a word."""
    yield from rewritten(prompt, params, lambda text: _each_mark(text, 2), "all")


@operator("punctuation.remove", level="character", params=TargetParams, languages=(ANY_LANGUAGE,), source=SOURCE)
def remove(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Takes away every punctuation mark that ends a word."""
    yield from rewritten(prompt, params, lambda text: _each_mark(text, 0), "all")


@operator("punctuation.swap_quotes", level="character", params=TargetParams, languages=(ANY_LANGUAGE,), source=SOURCE)
def swap_quotes(prompt: Prompt, params: TargetParams, draw: Draw) -> Iterator[Variant]:
    """Writes straight quotes and apostrophes as curly ones, and curly ones as straight."""

    def swapped(text: str) -> str | None:
        curly = any(mark in text for marks in _QUOTES.values() for mark in marks)
        new, end = [], 0
        for start, stop in free_stretches(text):
            new += [text[end:start], _straight(text[start:stop]) if curly else _curly(text, start, stop)]
            end = stop
        return _changed(text, "".join([*new, text[end:]]))

    yield from rewritten(prompt, params, swapped, "other")


@operator("punctuation.commas", level="character", params=TextParams, source=SOURCE, version=2)
def commas(prompt: Prompt, params: TextParams, draw: Draw) -> Iterator[Variant]:
    """Puts a comma where none belongs into each edited text, before a conjunction or preposition if there is one."""

    def with_comma(texts: list[str], stream: Stream) -> list[str]:
        return [_comma(text, draw.labels, stream) for text in texts]

    yield from edited(prompt, params, draw, with_comma)


def _comma(text: str, labels: Sequence[str], stream: Stream) -> str:
    """The text with a comma before a word that may open a phrase, or else between two words that are no phrase."""
    gaps = []
    for start, end in free_stretches(text, labels):
        gaps += [(found.end(1), found[1], found[2]) for found in _GAP.finditer(text, start, end)]
    likely = [at for at, before, after in gaps if after in _OPENS_A_PHRASE and before not in _LEANS]
    places = likely or [at for at, before, _ in gaps if before not in _LEANS]
    if not places:
        return text
    at = stream.choice(places)
    return f"{text[:at]},{text[at:]}"


def _straight(text: str) -> str:
    for straight, marks in _QUOTES.items():
        text = text.replace(marks[0], straight).replace(marks[1], straight)
    return text


def _curly(text: str, start: int, stop: int) -> str:
    """A stretch of a text with curly quotes: an opening one before a word, a closing one elsewhere."""

    def curly(found: re.Match[str]) -> str:
        opens = (
            re.search(r"[\w.,!?;:)'\"]\Z", text[: found.start()]) is None
            and text[found.end() : found.end() + 1].strip()
        )
        return _QUOTES[found[0]][0 if opens else 1]

    return re.compile(r"(?<!')'(?!')|\"").sub(curly, text[:stop])[start:]


def _changed(old: str, new: str) -> str | None:
    return new if new != old else None


def _each_mark(text: str, times: int) -> str | None:
    """The text with every mark that ends a word written so many times; None where there is none.

    Marks inside of addresses, code and numbers stay.
    """
    free = free_stretches(text)

    def again(found: re.Match[str]) -> str:
        return found[0] * (times if any(start <= found.start() < end for start, end in free) else 1)

    return _changed(text, _MARK.sub(again, text))
