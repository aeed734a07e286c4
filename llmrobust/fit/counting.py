"""From texts to counts: how often each feature occurs in each text, and how long the texts are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmrobust.fit.features import FEATURES, Feature

Hits = NDArray[np.int64]
PERCENTILES = (0, 5, 25, 50, 75, 95, 100)
"""Of the lengths of texts, in words."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What is kept of texts: numbers only.

    names: of the features that could be looked for. hits: (texts, features), how often each occurs. words: (texts,)
    lengths. clusters: for each text whose it is; empty where every text is its own.
    """

    names: tuple[str, ...]
    hits: Hits
    words: Hits
    clusters: tuple[str, ...] = ()

    @property
    def fired(self) -> NDArray[np.bool_]:
        """(texts, features), whether a text has the feature."""
        return np.asarray(self.hits > 0)

    def of(self, name: str) -> Hits:
        """(texts,) how often a feature occurs."""
        return np.asarray(self.hits[:, self.names.index(name)])


def counted(texts: Sequence[str], clusters: Sequence[str] = (), features: Sequence[Feature] = FEATURES) -> Counted:
    """The counts of texts; features whose detectors lack something are left out."""
    usable = [feature for feature in features if not feature.lacks()]
    hits = np.array([[feature.hits(text) for feature in usable] for text in texts], dtype=np.int64)
    words = np.array([len(text.split()) for text in texts], dtype=np.int64)
    return Counted(
        tuple(feature.name for feature in usable), hits.reshape(len(texts), len(usable)), words, tuple(clusters)
    )
