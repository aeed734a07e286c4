"""The installed English pipeline of spaCy: found without importing it, loaded when the first text is read."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from typing import Any, Protocol

from llmrobust.english.analysis import Analysis, Token
from llmrobust.registry import entry_points

INSTALL = 'pip install "llmrobust[english]"'
"""What brings everything that analysing needs."""
_SIZES = ("_lg", "_md", "_sm", "_trf")
"""Pipelines by preference: the larger the better, but none that wants a transformer where another is at hand."""
REMEMBERED = 50_000
"""Analyses that are kept; the oldest is forgotten first."""
_BATCH = 128
_known: dict[str, Analysis] = {}


class Shelf(Protocol):
    """Where analyses are kept from one run to the next, by the pipeline's identity and the text."""

    def find(self, pipeline: str, texts: Sequence[str]) -> dict[str, Analysis]:
        """The analyses that are kept of these texts."""

    def keep(self, pipeline: str, analyses: Mapping[str, Analysis]) -> None:
        """Keep these analyses by text."""


_shelf: Shelf | None = None


def keep_analyses(shelf: Shelf | None) -> None:
    """From now on look here for analyses, and keep new ones here; None: only in memory."""
    global _shelf
    _shelf = shelf


@cache
def missing() -> str:
    """Which of the packages that analysing needs are not installed, as text; empty if none."""
    lacking = [
        name for name, module in (("spaCy", "spacy"), ("lemminflect", "lemminflect")) if find_spec(module) is None
    ]
    if _pipeline() is None:
        lacking.append("an English pipeline of spaCy")
    return " and ".join(filter(None, (", ".join(lacking[:-1]), *lacking[-1:])))


@cache
def identity() -> str:
    """Name and version of the pipeline that texts are analysed with ("en_core_web_sm 3.8.0"); empty if none is."""
    point = _pipeline()
    return f"{point.name} {point.dist.version}" if point is not None and point.dist is not None else ""


def analyse(text: str) -> Analysis:
    """The analysis of a text. Raises ImportError without the packages of `llmrobust[english]`."""
    if text not in _known:
        analyse_all((text,))
    return _known[text]


def analyse_all(texts: Iterable[str]) -> None:
    """Analyse many texts, so that `analyse` finds them; those that are known already cost nothing."""
    new = [text for text in dict.fromkeys(texts) if text not in _known]
    if new and _shelf is not None:
        for text, analysis in _shelf.find(identity(), new).items():
            _remember(text, analysis)
        new = [text for text in new if text not in _known]
    if new:
        docs = zip(new, _loaded().pipe(new, batch_size=_BATCH), strict=True)
        made = {text: _remember(text, _read(text, doc)) for text, doc in docs}
        if _shelf is not None:
            _shelf.keep(identity(), made)


@cache
def _pipeline() -> EntryPoint | None:
    points = [point for point in entry_points(group="spacy_models") if point.name.startswith("en_")]
    return min(points, key=_preference, default=None)


def _preference(point: EntryPoint) -> tuple[int, int, str]:
    size = next((rank for rank, size in enumerate(_SIZES) if size in point.name), len(_SIZES))
    return size, len(point.name), point.name


@cache
def _loaded() -> Any:
    point = _pipeline()
    if point is None:
        raise ImportError(f"no English pipeline of spaCy is installed: {INSTALL}")
    return importlib.import_module(point.value).load()


def _remember(text: str, analysis: Analysis) -> Analysis:
    if len(_known) >= REMEMBERED:
        del _known[next(iter(_known))]
    _known[text] = analysis
    return analysis


def _read(text: str, doc: Any) -> Analysis:
    tokens = tuple(
        Token(
            index=token.i,
            text=token.text,
            start=token.idx,
            end=token.idx + len(token.text),
            lemma=token.lemma_,
            tag=token.tag_,
            pos=token.pos_,
            dep=token.dep_,
            head=token.head.i,
            entity=token.ent_type_,
            children=tuple(child.i for child in token.children),
            left=token.left_edge.i,
            right=token.right_edge.i,
        )
        for token in doc
    )
    tokens = tuple(_mended(token, tokens) for token in tokens)
    sentences = tuple((sentence.start, sentence.end - 1) for sentence in doc.sents)
    phrases = tuple((chunk.start, chunk.end - 1) for chunk in doc.noun_chunks)
    return Analysis(text, tokens, sentences, phrases)


def _mended(token: Token, tokens: tuple[Token, ...]) -> Token:
    """The token without a mistake that small pipelines make: "lay" with an object is the present of lay, not of lie."""
    if token.lower == "lay" and token.lemma == "lie" and any(tokens[child].dep == "dobj" for child in token.children):
        return replace(token, lemma="lay", tag="VBP")
    return token
