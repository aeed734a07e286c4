"""Which tokens a label consists of in the context of a prompt, and a label's log-probability from those of its tokens.

Pure, and shared by every backend, so that all of them score the same event: *the answer begins with the label, and
with no longer label of the set*. The prompt's tokens are never changed: a label continues the prompt as it is sent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from llmrobust.request import Mode

Tokens = tuple[int, ...]

ANCHOR = "a\n"
"""Replaces a prompt that would merge with the label: text after a line break is tokenised separately."""

CHAT_TAIL_TOKENS = 16
"""The end of a rendered chat, in tokens, that labels are resolved after."""


def continuation(prompt_end: str, label: str, mode: Mode) -> str:
    """The text with which a label continues a prompt.

    A chat answer starts right after the generation prompt. A completion starts with a space, unless the prompt (or
    the label itself) already brings one.
    """
    if mode == "chat" or label[:1].isspace() or not prompt_end or prompt_end[-1].isspace():
        return label
    return " " + label


def texts_to_encode(prompt_end: str, labels: Sequence[str], mode: Mode) -> list[str]:
    """Every text that `label_tokens` needs the tokens of."""
    pieces = [continuation(prompt_end, label, mode) for label in labels]
    return [text for text in (prompt_end, ANCHOR, *(c + p for p in pieces for c in (prompt_end, ANCHOR))) if text]


def label_tokens(
    prompt_end: str, labels: Sequence[str], mode: Mode, tokens: Mapping[str, Sequence[int]]
) -> tuple[Tokens, ...]:
    """The tokens with which each label continues the prompt.

    tokens: text -> its tokens, for every text of `texts_to_encode`. Where prompt and label would merge into tokens
    that the prompt, as it is sent, does not have (a prompt that ends in a space), the label's own tokens are taken.
    """
    return tuple(
        _after(tokens.get(prompt_end, ()), tokens[prompt_end + piece])
        or _after(tokens[ANCHOR], tokens[ANCHOR + piece])
        or tuple(tokens[ANCHOR + piece])
        for piece in (continuation(prompt_end, label, mode) for label in labels)
    )


def _after(start: Sequence[int], whole: Sequence[int]) -> Tokens:
    """What follows `start` in `whole`; nothing when `whole` does not begin with it."""
    return tuple(whole[len(start) :]) if list(whole[: len(start)]) == list(start) else ()


@dataclass(frozen=True, slots=True)
class LabelTree:
    """The labels' tokens as a tree: one forward pass an inner node gives every label's log-probability."""

    labels: tuple[Tokens, ...]

    @property
    def distinct(self) -> bool:
        """False if two labels have the same tokens, or one has none: then no score can distinguish them."""
        return len(set(self.labels)) == len(self.labels) and all(self.labels)

    @property
    def nodes(self) -> tuple[Tokens, ...]:
        """Every proper prefix of a label, the empty one first: what is appended to the prompt for a pass."""
        prefixes = {label[:length] for label in self.labels for length in range(len(label))}
        return tuple(sorted(prefixes, key=lambda prefix: (len(prefix), prefix)))

    def children(self, node: Tokens) -> tuple[int, ...]:
        """The tokens that follow a node in some label, in ascending order."""
        size = len(node)
        return tuple(sorted({label[size] for label in self.labels if len(label) > size and label[:size] == node}))

    @property
    def tokens(self) -> tuple[int, ...]:
        """Every token whose log-probability is needed at some node, in ascending order."""
        return tuple(sorted({token for label in self.labels for token in label}))

    def logprobs(self, passes: Mapping[Tokens, Mapping[int, float]]) -> tuple[float, ...]:
        """Natural log-probability of each label.

        passes: node -> token -> log-probability of that token after prompt and node, for all children of all nodes.
        A label that begins a longer one ("1" and "10") is counted without the longer one's share.
        """
        inner = set(self.nodes)
        return tuple(
            sum(passes[label[:i]][token] for i, token in enumerate(label))
            + (_log_of_rest(passes[label][token] for token in self.children(label)) if label in inner else 0.0)
            for label in self.labels
        )


def _log_of_rest(logprobs: Iterable[float]) -> float:
    """Logarithm of what remains of 1 after the given probabilities; rounding never takes it below 1e-12."""
    return math.log(max(1e-12, 1.0 - sum(math.exp(logprob) for logprob in logprobs)))
