"""The tiny model's tokenizer: byte-level byte-pair encoding, read from `tokenizer.json`.

It has what `LocalTokens` needs of a tokenizer of transformers, and gives the same tokens; a test compares the two.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

from llmrobust.models.local.chat_template import ChatTemplate

WORDS = regex.compile(
    r"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+"
    r"|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+"
)
"""What is encoded by itself: GPT-2's pattern (Radford et al. 2019), as in ByteLevel of the `tokenizers` package."""

WORDS_KEPT = 65_536
"""Words whose tokens are remembered."""


class TinyTokenizer:
    """Texts to tokens and back, and the chat template."""

    def __init__(self, folder: Path):
        content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        self.chat_template = (folder / "chat_template.jinja").read_text(encoding="utf-8")
        self._template = ChatTemplate(self.chat_template)
        self._vocabulary: dict[str, int] = content["model"]["vocab"]
        self._ranks = {tuple(pair): rank for rank, pair in enumerate(content["model"]["merges"])}
        self._special = {token["content"]: int(token["id"]) for token in content["added_tokens"]}
        self._specials = regex.compile("(" + "|".join(map(regex.escape, self._special)) + ")")
        self._letters = _letters_of_bytes()
        bytes_of_letters = {letter: byte for byte, letter in self._letters.items()}
        self._bytes = {
            number: bytes(bytes_of_letters[letter] for letter in token)
            for token, number in self._vocabulary.items()
            if token not in self._special
        }
        self._names = {number: token for token, number in self._special.items()}
        self._word = functools.lru_cache(WORDS_KEPT)(self._encoded_word)

    def __call__(self, text: str) -> dict[str, list[int]]:
        """The tokens of a text that is sent as it is."""
        return {"input_ids": self.encode(text)}

    @property
    def all_special_ids(self) -> list[int]:
        """The tokens that mark turns and ends."""
        return list(self._special.values())

    def get_vocab(self) -> dict[str, int]:
        """Every token with its number."""
        return {**self._vocabulary, **self._special}

    def encode(self, text: str, add_special_tokens: bool = True) -> list[int]:
        """The tokens of a text. This tokenizer adds none at the ends, so `add_special_tokens` changes nothing."""
        found: list[int] = []
        for piece in self._specials.split(text):
            if piece in self._special:
                found.append(self._special[piece])
            else:
                for match in WORDS.finditer(piece):
                    found += self._word(match.group())
        return found

    def decode(self, tokens: Iterable[int], skip_special_tokens: bool = False) -> str:
        """The text of tokens; bytes that are no UTF-8 become U+FFFD."""
        pieces: list[bytes] = []
        for token in tokens:
            name = self._names.get(token)
            if name is None:
                pieces.append(self._bytes[token])
            elif not skip_special_tokens:
                pieces.append(name.encode())
        return b"".join(pieces).decode("utf-8", errors="replace")

    def apply_chat_template(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        add_generation_prompt: bool,
        continue_final_message: bool,
        **variables: Any,
    ) -> list[int]:
        """The tokens of a chat. continue_final_message: leave out what the template writes after the last message."""
        variables = {**variables, "add_generation_prompt": add_generation_prompt}
        return self.encode(self._template.render(messages, continues=continue_final_message, **variables))

    def _encoded_word(self, word: str) -> tuple[int, ...]:
        symbols = [self._letters[byte] for byte in word.encode()]
        while len(symbols) > 1:
            ranked = [(self._ranks.get(pair), at) for at, pair in enumerate(itertools.pairwise(symbols))]
            known = [(rank, at) for rank, at in ranked if rank is not None]
            if not known:
                break
            _, at = min(known)
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        return tuple(self._vocabulary[symbol] for symbol in symbols)


def _letters_of_bytes() -> dict[int, str]:
    """The printable letter that stands for each byte in the vocabulary of byte-level encodings."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
