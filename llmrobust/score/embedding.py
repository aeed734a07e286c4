"""Texts compared by vectors: of the embedder that a suite names, or of the project's own function."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from llmrobust.engine import Store
from llmrobust.engine.reply_store import StoreError
from llmrobust.errors import GateError
from llmrobust.models.embedders import TextEmbedder, open_embedder

Vectors = NDArray[np.float64]
Embedder = Callable[[Sequence[str]], Vectors]
"""From texts to vectors (texts, dimensions), whose cosine measures how alike two meanings are."""
NO_EMBEDDER = (
    "there is no embedder; add `embedder: minilm` (or a server, `embedder: http://HOST:PORT/v1`) under answer, or "
    "decorate a function from texts to vectors with @llmrobust.embedder in conftest.py"
)
_EMBEDDERS: list[Embedder] = []


class NoVectors(Exception):
    """There is no embedder, or it failed, as the message explains."""


@dataclass(slots=True)
class _Source:
    """Where vectors come from. known: unit vectors; each text is embedded once in a process. broken: why it fails.
    asked: texts whose vectors were wanted; made: those that the store lacked. told: tokens that were told before."""

    spec: str
    known: dict[str, Vectors] = field(default_factory=dict)
    opened: TextEmbedder | None = None
    broken: str = ""
    asked: int = 0
    made: int = 0
    told: int = 0


_SOURCES: dict[str, _Source] = {}
_STORE: ContextVar[Path | None] = ContextVar("llmrobust_vectors", default=None)
_MODELS: ContextVar[tuple[str, ...]] = ContextVar("llmrobust_models", default=())


def embedder(function: Embedder) -> Embedder:
    """Register the function that `semantic_similarity`, `meaning_entropy` and `check: similarity` compare texts by.

    A decorator for a project's `conftest.py`; there is one embedder at a time. A suite's `embedder:` takes precedence.
    Raises GateError when there is one.
    """
    if _EMBEDDERS and _EMBEDDERS[0] is not function:
        raise GateError("an embedder is registered already")
    _EMBEDDERS[:] = [function]
    _SOURCES.pop("", None)
    return function


def forget_embedder() -> None:
    """No embedder, as before the first was registered; what suites named is closed."""
    _EMBEDDERS.clear()
    for source in _SOURCES.values():
        if source.opened is not None:
            source.opened.close()
    _SOURCES.clear()


def has_embedder(spec: str = "") -> bool:
    """Whether there is something to make vectors with. spec: what the suite names, if it does."""
    return bool(spec or _EMBEDDERS)


def embedder_problem(spec: str = "") -> str:
    """Why no text can be embedded; empty if nothing is known to be wrong. spec: what the suite names, if it does."""
    if not has_embedder(spec):
        return NO_EMBEDDER
    return _SOURCES[spec].broken if spec in _SOURCES else ""


def take_embedder_counts() -> list[tuple[str, int, int, int]]:
    """Of each embedder that a suite named, since this was asked last: its spec, texts wanted, those that were sent, and
    their tokens as far as they are counted."""
    found = []
    for source in _SOURCES.values():
        tokens = 0 if source.opened is None else source.opened.tokens()
        if source.spec and source.asked:
            found.append((source.spec, source.asked, source.made, tokens - source.told))
        source.asked, source.made, source.told = 0, 0, tokens
    return found


@contextlib.contextmanager
def vectors_kept_in(path: Path | None, models: Sequence[str] = ()) -> Iterator[None]:
    """Keep the vectors of named embedders in a store; None keeps them in this process only.

    models: the specs of the tested model, whose key also serves for an embedder on its host.
    """
    tokens = _STORE.set(path), _MODELS.set(tuple(models))
    try:
        yield
    finally:
        _STORE.reset(tokens[0])
        _MODELS.reset(tokens[1])


def keep_vectors_in(path: Path | None, models: Sequence[str] = ()) -> None:
    """Keep the vectors of named embedders in a store from now on. models: as there."""
    _STORE.set(path)
    _MODELS.set(tuple(models))


def embed(texts: Iterable[str], spec: str = "") -> None:
    """Have the vectors of texts made in one call, those that are not known yet. Raises NoVectors.

    spec: the embedder that the suite names; else the project's.
    """
    source = _SOURCES.setdefault(spec, _Source(spec))
    wanted = [text for text in dict.fromkeys(texts) if text not in source.known]
    if not wanted:
        return
    if source.broken:
        raise NoVectors(source.broken)
    if spec:
        _from_store(source, wanted)
        return
    if not _EMBEDDERS:
        raise NoVectors(NO_EMBEDDER)
    source.known.update(_made(_EMBEDDERS[0], wanted))


def cosine(first: str, second: str, spec: str = "") -> float:
    """The cosine of two texts' vectors; 1 for equal texts. Raises NoVectors."""
    if first == second:
        return 1.0
    return float(unit_vector(first, spec, second) @ _SOURCES[spec].known[second])


def unit_vector(text: str, spec: str = "", *others: str) -> Vectors:
    """The vector of a text, of length 1 or 0. others: texts that are embedded in the same call. Raises NoVectors."""
    embed((text, *others), spec)
    return _SOURCES[spec].known[text]


def _from_store(source: _Source, wanted: Sequence[str]) -> None:
    """Take vectors from the store, and have those made that it lacks."""
    path = _STORE.get()
    try:
        if source.opened is None:
            source.opened = open_embedder(source.spec, _MODELS.get())
        keys = {text: _key(source.opened.identity, text) for text in wanted}
        with contextlib.closing(Store(path)) as store:
            kept = store.find_vectors(list(keys.values()))
            source.known.update((text, np.array(kept[key])) for text, key in keys.items() if key in kept)
            missing = [text for text in wanted if keys[text] not in kept]
            source.asked += len(wanted)
            source.made += len(missing)
            if missing:
                made = _made(source.opened.encode, missing)
                source.known.update(made)
                store.keep_vectors((keys[text], vector.tolist()) for text, vector in made.items())
    except NoVectors as problem:
        source.broken = str(problem)
        raise
    except Exception as error:  # a server that is gone, a model that cannot be loaded, a store that is full
        source.broken = f"the embedder {source.spec}: {error}" if isinstance(error, StoreError) else str(error)
        raise NoVectors(source.broken) from error


def _made(encode: Callable[[Sequence[str]], object], wanted: Sequence[str]) -> dict[str, Vectors]:
    """Unit vectors of texts. Raises NoVectors."""
    try:
        vectors = np.asarray(encode(wanted), dtype=np.float64)
    except Exception as error:  # whatever a project's function, or a library, raises
        raise NoVectors(f"the embedder raised {type(error).__name__}: {error}") from error
    if vectors.ndim != 2 or len(vectors) != len(wanted) or not np.isfinite(vectors).all():
        raise NoVectors(f"the embedder gave {vectors.shape} numbers for {len(wanted)} texts, not one vector per text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return dict(zip(wanted, unit, strict=True))


def _key(identity: str, text: str) -> bytes:
    return hashlib.sha256(f"{identity}\n{text}".encode("utf-8", "surrogatepass")).digest()
