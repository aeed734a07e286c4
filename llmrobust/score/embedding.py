"""The project's embedder, and texts compared by the vectors that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import GateError

Embedder = Callable[[Sequence[str]], NDArray[np.float64]]
"""From texts to vectors (texts, dimensions), whose cosine measures how alike two meanings are."""
NO_EMBEDDER = "no embedder is registered; add @llmrobust.embedder on a function from texts to vectors to conftest.py"
_EMBEDDERS: list[Embedder] = []
_KNOWN: dict[str, NDArray[np.float64]] = {}
"""Unit vectors of the registered embedder; each text is embedded once in a process."""


class NoVectors(Exception):
    """There is no embedder, or it failed, as the message explains."""


def embedder(function: Embedder) -> Embedder:
    """Register the function that `semantic_similarity`, `meaning_entropy` and `check: similarity` compare texts by.

    A decorator for a project's `conftest.py`; there is one embedder at a time. Raises GateError when there is one.
    """
    if _EMBEDDERS and _EMBEDDERS[0] is not function:
        raise GateError("an embedder is registered already")
    _EMBEDDERS[:] = [function]
    _KNOWN.clear()
    return function


def forget_embedder() -> None:
    """No embedder, as before the first was registered."""
    _EMBEDDERS.clear()
    _KNOWN.clear()


def registered_embedder() -> Embedder | None:
    """The registered embedder, or None."""
    return _EMBEDDERS[0] if _EMBEDDERS else None


def embed(texts: Iterable[str]) -> None:
    """Have the vectors of texts made in one call, those that are not known yet. Raises NoVectors."""
    wanted = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
    if not wanted:
        return
    if not _EMBEDDERS:
        raise NoVectors(NO_EMBEDDER)
    try:
        vectors = np.asarray(_EMBEDDERS[0](wanted), dtype=np.float64)
    except Exception as error:  # whatever a project's function raises
        raise NoVectors(f"the embedder raised {type(error).__name__}: {error}") from error
    if vectors.ndim != 2 or len(vectors) != len(wanted) or not np.isfinite(vectors).all():
        raise NoVectors(f"the embedder gave {vectors.shape} numbers for {len(wanted)} texts, not one vector a text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    _KNOWN.update(zip(wanted, unit, strict=True))


def cosine(first: str, second: str) -> float:
    """The cosine of two texts' vectors; 1 for equal texts. Raises NoVectors."""
    if first == second:
        return 1.0
    embed((first, second))
    return float(_KNOWN[first] @ _KNOWN[second])
