"""What makes vectors of texts, once it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Encode = Callable[[Sequence[str]], Any]
"""From texts to an array (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class TextEmbedder:
    """An open embedder. identity: what changes whenever its vectors may change; kept vectors belong to it."""

    encode: Encode
    identity: str
    close: Callable[[], None] = field(default=lambda: None)
    tokens: Callable[[], int] = field(default=lambda: 0)
    """Tokens of all texts so far, as a server counts them; 0 where nobody does."""
