"""Nearest words in an embedding that the user gives: a text file of word vectors (GloVe or word2vec format)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from llmrobust.errors import OperatorError


class Embedding:
    """Words with their vectors, scaled to length 1: `vectors` has shape (words, dimensions)."""

    def __init__(self, words: list[str], vectors: NDArray[np.float32]):
        self._words = words
        self._index = {word: i for i, word in enumerate(words)}
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self._vectors = vectors / np.where(lengths == 0, 1, lengths)

    @classmethod
    def read(cls, path: Path) -> Embedding:
        """From a file with one word and its numbers per line; a first line with two numbers is a header.

        Raises OperatorError for a file that cannot be read as that.
        """
        words, rows = [], []
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    word, *values = line.rstrip().split(" ")
                    if number == 1 and len(values) == 1:
                        continue
                    rows.append(np.asarray(values, dtype=np.float32))
                    words.append(word)
                    if len(rows[-1]) != len(rows[0]) or not len(rows[0]):
                        raise OperatorError(
                            f"{path}:{number}: {len(rows[-1])} numbers where {len(rows[0])} are expected"
                        )
        except OSError as error:
            raise OperatorError(f"the embedding {path} cannot be read: {error.strerror}") from None
        except ValueError:
            raise OperatorError(f"{path}:{len(rows) + 1}: not a word with its vector") from None
        if not rows:
            raise OperatorError(f"the embedding {path} has no words")
        return cls(words, np.stack(rows))

    def near(self, word: str, count: int, cosine: float) -> list[str]:
        """The nearest words, from the nearest on: at most `count`, of at least this cosine, without the word itself."""
        at = self._index.get(word)
        if at is None:
            return []
        cosines = self._vectors @ self._vectors[at]
        order = np.argsort(-cosines, kind="stable")[: count + 1]
        return [self._words[i] for i in order if i != at and cosines[i] >= cosine][:count]
