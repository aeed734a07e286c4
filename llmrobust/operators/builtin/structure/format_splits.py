"""Splits of formats into training and testing ones, and neighbours: how *When Punctuation Matters* shifts formats.

Seleznyov et al. 2025 (arXiv 2508.11383). "Compositional" splits values, not pairs: testing formats use only separators
and spaces that training formats never use, made of characters that they do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from llmrobust.prompt.format_grammar import Attribute, Format, Slot
from llmrobust.seeds import Stream

Split = Literal["random", "compositional", "unseen_space", "short_long"]
Part = Literal["train", "test"]
TEST_SHARE = 0.5
TRAIN_SEPARATORS = ("", " ", ":", "- ", "\t", "\n ")
TEST_SEPARATORS = (" - ", " \n\t", "\n    ", " : ", "\n\t", "::: ", ":: ", ": ", "::")
TRAIN_SPACES = ("", " ", " -- ", " || ", " <sep> ", "\n", ", ", ". ", ";")
TEST_SPACES = (" \n", "  ", "; \n", " \n ", "\n ", " , ", " ,  ")
SHORT_SEPARATORS = ("", ": ", " - ", " ", ":", "- ", "::: ", ":: ", "::")
_VALUES: Mapping[tuple[Split, Part], Mapping[Attribute, tuple[str, ...]]] = MappingProxyType(
    {
        ("compositional", "train"): {"separator": TRAIN_SEPARATORS, "space": TRAIN_SPACES},
        ("compositional", "test"): {"separator": TEST_SEPARATORS, "space": TEST_SPACES},
        ("unseen_space", "test"): {"space": ("\n",)},
        ("short_long", "train"): {"separator": SHORT_SEPARATORS},
    }
)


def in_part(values: Format, split: Split, part: Part, seed: int = 0) -> bool:
    """Whether a format belongs to this part of a split.

    random: by a hash of separator, space and casing, about half each. The others: by which values it uses; a format
    that mixes values of both parts belongs to neither.
    """
    if split == "random":
        kept = sorted(
            f"{slot}={value}" for slot, value in values.items() if slot[1] in ("separator", "space", "casing")
        )
        digest = hashlib.sha256("\x1f".join([str(seed), *kept]).encode()).digest()
        return (digest[0] < 256 * TEST_SHARE) == (part == "test")
    allowed = _VALUES.get((split, part))
    if allowed is None:
        other: Part = "test" if part == "train" else "train"
        banned = _VALUES[split, other]
        return not any(value in banned.get(slot[1], ()) for slot, value in values.items())
    return all(value in allowed[slot[1]] for slot, value in values.items() if slot[1] in allowed)


def neighbours(
    original: Format, choices: Mapping[Slot, Iterable[str]], allows: Callable[[dict[Slot, str]], bool], stream: Stream
) -> Iterator[dict[Slot, str]]:
    """Formats that differ from the original in one attribute, the attribute chosen round robin, values at random."""
    left = {slot: [value for value in values if value != original[slot]] for slot, values in choices.items()}
    for values in left.values():
        stream.shuffle(values)
    while any(left.values()):
        for slot, values in left.items():
            while values:
                made = {**original, slot: values.pop()}
                if allows(made):
                    yield made
                    break


def path(
    original: Format, choices: Mapping[Slot, tuple[str, ...]], allows: Callable[[dict[Slot, str]], bool], stream: Stream
) -> list[dict[Slot, str]]:
    """Up to three formats, each one change further than the one before, in three different attributes."""
    steps: list[dict[Slot, str]] = []
    now = dict(original)
    slots = stream.sample(sorted(choices), len(choices))
    for slot in slots:
        options = [value for value in choices[slot] if value != now[slot]]
        stream.shuffle(options)
        made = next(({**now, slot: value} for value in options if allows({**now, slot: value})), None)
        if made is not None:
            now = made
            steps.append(made)
        if len(steps) == 3:
            break
    return steps
