"""Attack recipes: how the important words of an instruction are found, and what is tried in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from llmrobust.operators.builtin.surface.typo import LETTERS, NEIGHBOURS
from llmrobust.operators.editing.random_edits import cased_like
from llmrobust.seeds import Stream

Transformation = Callable[[str, Stream], list[str]]
"""From a word and a stream to its possible replacements."""
Neighbours = Callable[[str, int, float], list[str]]
"""From a word, a number and a least cosine to that many nearest words of an embedding."""
_HOMOGLYPHS = {
    "a": "а", "c": "с", "e": "е", "i": "і", "j": "ј", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "d": "ԁ",
    "h": "һ", "l": "ⅼ", "m": "ｍ", "n": "ո", "q": "ԛ", "r": "ⲅ", "t": "𝚝", "u": "ս", "v": "ѵ", "w": "ԝ", "z": "ᴢ",
    "b": "Ь", "f": "ẝ", "g": "ɡ", "k": "κ",
}  # fmt: skip
"""Letters that look like each letter, as TextBugger's substitution of sub-words by look-alikes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """An attack recipe.

    importance: a word is scored by replacing it with "[UNK]", or by leaving it out. transformations: each gives
    candidates for a word. most_edits: Levenshtein distance from the original that no candidate may exceed, None for
    any. neighbours: (number, least cosine) of embedding neighbours that are tried, None for a recipe without.
    unchecked: constraints of the publication that need another model and are not checked here.
    """

    name: str
    level: Literal["character", "word"]
    importance: Literal["unk", "delete"]
    transformations: tuple[Transformation, ...]
    source: str
    most_edits: int | None = None
    neighbours: tuple[int, float] | None = None
    needs_embedding: bool = False
    unchecked: str = ""

    def candidates(self, word: str, stream: Stream, near: Neighbours | None) -> list[str]:
        """What is tried in the word's place, without repetition and without the word itself."""
        found = [new for change in self.transformations for new in change(word, stream)]
        if self.neighbours is not None and near is not None:
            count, cosine = self.neighbours
            found += [cased_like(new, word) for new in near(word.lower(), count, cosine)]
        return [new for new in dict.fromkeys(found) if new != word]


def _swap(word: str, stream: Stream) -> list[str]:
    """Two neighbouring letters swapped, at a random place."""
    if len(word) < 2:
        return []
    i = stream.below(len(word) - 1)
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :]]


def _inner_swap(word: str, stream: Stream) -> list[str]:
    """Two neighbouring letters swapped, the first and the last of the word kept."""
    if len(word) < 4:
        return []
    i = 1 + stream.below(len(word) - 3)
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :]]


def _substitute(word: str, stream: Stream) -> list[str]:
    i = stream.below(len(word))
    return [word[:i] + cased_like(stream.choice(LETTERS), word[i]) + word[i + 1 :]]


def _delete(word: str, stream: Stream) -> list[str]:
    if len(word) < 2:
        return []
    i = stream.below(len(word))
    return [word[:i] + word[i + 1 :]]


def _inner_delete(word: str, stream: Stream) -> list[str]:
    if len(word) < 3:
        return []
    i = 1 + stream.below(len(word) - 2)
    return [word[:i] + word[i + 1 :]]


def _insert(word: str, stream: Stream) -> list[str]:
    i = stream.below(len(word) + 1)
    return [word[:i] + stream.choice(LETTERS) + word[i:]]


def _space(word: str, stream: Stream) -> list[str]:
    if len(word) < 2:
        return []
    i = 1 + stream.below(len(word) - 1)
    return [f"{word[:i]} {word[i:]}"]


def _keyboard(word: str, stream: Stream) -> list[str]:
    places = [i for i, letter in enumerate(word) if letter.lower() in NEIGHBOURS]
    if not places:
        return []
    i = stream.choice(places)
    return [word[:i] + cased_like(stream.choice(NEIGHBOURS[word[i].lower()]), word[i]) + word[i + 1 :]]


def _homoglyph(word: str, stream: Stream) -> list[str]:
    places = [i for i, letter in enumerate(word) if letter in _HOMOGLYPHS]
    if not places:
        return []
    i = stream.choice(places)
    return [word[:i] + _HOMOGLYPHS[word[i]] + word[i + 1 :]]


_FOUR = (_swap, _substitute, _delete, _insert)
_NO_ENCODER = "similarity of the sentences by an encoder"
_ALL: Sequence[Recipe] = (
    Recipe(
        "deepwordbug", "character", "unk", _FOUR, most_edits=30,
        source="Gao et al. 2018 (DeepWordBug, arXiv 1801.04354), as TextAttack's recipe",
    ),
    Recipe(
        "textbugger", "character", "delete", (_space, _inner_delete, _inner_swap, _homoglyph), neighbours=(5, 0.5),
        unchecked=_NO_ENCODER, source="Li et al. 2019 (TextBugger, arXiv 1812.05271), as TextAttack's recipe",
    ),
    Recipe(
        "charattack", "character", "delete", (*_FOUR, _keyboard), unchecked=_NO_ENCODER,
        source="Agrawal et al. 2025 (arXiv 2504.02733): DeepWordBug's edits and keyboard neighbours",
    ),
    Recipe(
        "textfooler", "word", "delete", (), neighbours=(50, 0.6), needs_embedding=True,
        unchecked=f"part of speech, {_NO_ENCODER}",
        source="Jin et al. 2020 (TextFooler, arXiv 1907.11932), as TextAttack's recipe",
    ),
    Recipe(
        "wordattack", "word", "delete", (), neighbours=(15, 0.6), needs_embedding=True,
        unchecked=f"part of speech, {_NO_ENCODER}",
        source="Agrawal et al. 2025 (arXiv 2504.02733): 15 embedding neighbours of cosine 0.6",
    ),
)  # fmt: skip
RECIPES = MappingProxyType({recipe.name: recipe for recipe in _ALL})
