"""Prompts in which some tokens are replaced by random ones: what sensitivity-aware decoding measures sensitivity by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.request import TokenNoise
from llmrobust.seeds import Stream

UNKNOWN_VOCABULARY = (
    "random tokens need the model's vocabulary: its tokenizer.json must lie on this machine (hf:, vllm:, vllm-offline: "
    "or a server of a local folder)"
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer's tokens. special: ids that are never replaced. words: all other ids, ascending."""

    special: frozenset[int]
    words: tuple[int, ...]

    @classmethod
    def made(cls, ids: Iterable[int], special: Iterable[int]) -> Vocabulary:
        """From all ids and the special ones among them."""
        fixed = frozenset(special)
        return cls(fixed, tuple(sorted(set(ids) - fixed)))

    @classmethod
    def of_tokenizer(cls, tokenizer: Any) -> Vocabulary:
        """The vocabulary of a tokenizer of transformers."""
        added = getattr(tokenizer, "added_tokens_decoder", {}).items()
        special = {*tokenizer.all_special_ids, *(number for number, token in added if token.special)}
        return cls.made(tokenizer.get_vocab().values(), special)

    @classmethod
    def of_folder(cls, folder: Path) -> Vocabulary | None:
        """The vocabulary in a folder's `tokenizer.json`; None where there is none that can be read."""
        try:
            content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
            known = content["model"]["vocab"]
            ids = range(len(known)) if isinstance(known, list) else map(int, known.values())
            added = {int(one["id"]): bool(one["special"]) for one in content.get("added_tokens", ())}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return cls.made([*ids, *added], (number for number, special in added.items() if special))


def noised(tokens: Sequence[int], noise: TokenNoise | None, vocabulary: Vocabulary) -> list[int]:
    """The tokens with a share of those that are not special replaced by words of the vocabulary, drawn with repetition.

    As many are replaced as the share gives, rounded down; none without noise. Source: Seleznyov et al. 2025
    (arXiv 2508.11383), their code, which counts the share over all rows of a batch together.
    """
    found = list(tokens)
    if noise is None or not vocabulary.words:
        return found
    free = [place for place, token in enumerate(found) if token not in vocabulary.special]
    stream = Stream(noise.seed, "token-noise")
    for place in stream.sample(free, int(len(free) * noise.share)):
        found[place] = stream.choice(vocabulary.words)
    return found
