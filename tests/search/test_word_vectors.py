"""Word vectors from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.errors import OperatorError
from llmrobust.search.word_vectors import Embedding

VECTORS = "3 2\ngood 1 0\nfine 0.9 0.1\nbad -1 0\n"


def test_nearest_words_come_first_and_the_cosine_is_a_bound(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text(VECTORS)
    embedding = Embedding.read(tmp_path / "v.txt")
    assert embedding.near("good", 5, 0.6) == ["fine"]
    assert embedding.near("good", 5, -1) == ["fine", "bad"]
    assert embedding.near("good", 1, -1) == ["fine"]
    assert embedding.near("unknown", 5, 0) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [("good 1 0\nbad 1\n", "v.txt:2: 1 numbers where 2"), ("good x y\n", "v.txt:1: not a word"), ("", "has no words")],
)
def test_a_file_that_is_no_embedding_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "v.txt").write_text(text)
    with pytest.raises(OperatorError, match=message):
        Embedding.read(tmp_path / "v.txt")
    with pytest.raises(OperatorError, match="cannot be read"):
        Embedding.read(tmp_path / "absent.txt")
