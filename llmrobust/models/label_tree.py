"""Which tokens a label consists of in the context of a prompt, and a label's log-probability from those of its tokens.

Pure, and shared by every backend, so that all of them score the same event: *the answer begins with the label, in
one of its forms (`label_forms`), and with no longer label of the set*. The prompt's tokens are never changed: a label
continues the prompt as it is sent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from llmrobust.request import Mode

Tokens = tuple[int, ...]

ANCHOR = "a\n"
"""Replaces a prompt that would merge with the label: text after a line break is tokenised separately."""

LIKELY = 0.01
"""A further form of a label counts after a prompt whose answer begins with its first token at least so often: the
others together are not worth a forward pass each."""

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
        following(tokens.get(prompt_end, ()), tokens[prompt_end + piece])
        or following(tokens[ANCHOR], tokens[ANCHOR + piece])
        or tuple(tokens[ANCHOR + piece])
        for piece in (continuation(prompt_end, label, mode) for label in labels)
    )


def following(start: Sequence[int], whole: Sequence[int]) -> Tokens:
    """What follows `start` in `whole`; nothing when `whole` does not begin with it."""
    return tuple(whole[len(start) :]) if list(whole[: len(start)]) == list(start) else ()


@dataclass(frozen=True, slots=True)
class LabelTree:
    """The labels' tokens as a tree: one forward pass an inner node gives every label's log-probability.

    labels: the tokens of each label as the prompt asks for it. others: of each label, those of its further forms;
    empty where there are none.
    """

    labels: tuple[Tokens, ...]
    others: tuple[tuple[Tokens, ...], ...] = ()

    @property
    def distinct(self) -> bool:
        """False if two labels have the same tokens, or one has none: then no score can distinguish them."""
        return len(set(self.labels)) == len(self.labels) and all(self.labels)

    @property
    def forms(self) -> tuple[tuple[Tokens, ...], ...]:
        """Every form of each label, the usual one first."""
        others = self.others or ((),) * len(self.labels)
        return tuple((label, *more) for label, more in zip(self.labels, others, strict=True))

    @property
    def nodes(self) -> tuple[Tokens, ...]:
        """Every proper prefix of a form, the empty one first: what is appended to the prompt for a pass."""
        prefixes = {form[:length] for form in self._all for length in range(len(form))}
        return tuple(sorted(prefixes, key=lambda prefix: (len(prefix), prefix)))

    def children(self, node: Tokens) -> tuple[int, ...]:
        """The tokens that follow a node in some form, in ascending order."""
        size = len(node)
        return tuple(sorted({form[size] for form in self._all if len(form) > size and form[:size] == node}))

    @property
    def tokens(self) -> tuple[int, ...]:
        """Every token whose log-probability is needed at some node, in ascending order."""
        return tuple(sorted({token for form in self._all for token in form}))

    def likely(self, first: Mapping[int, float]) -> LabelTree:
        """The tree without the further forms that a model will hardly write.

        first: the log-probability of every form's first token after the prompt. A form of one token stays: it is known.
        """
        least = math.log(LIKELY)
        kept = tuple(tuple(form for form in more if len(form) == 1 or first[form[0]] >= least) for more in self.others)
        return replace(self, others=kept)

    def within(self, room: int) -> LabelTree:
        """The tree without the further forms of more than so many tokens."""
        return replace(self, others=tuple(tuple(form for form in more if len(form) <= room) for more in self.others))

    def logprobs(self, passes: Mapping[Tokens, Mapping[int, float]]) -> tuple[float, ...]:
        """Natural log-probability of each label: of all of its forms together.

        passes: node -> token -> log-probability of that token after prompt and node, for all children of all nodes.
        A label that begins a longer one ("1" and "10") is counted without the longer one's share.
        """
        inner = set(self.nodes)
        return tuple(_log_of_sum([self._logprob(form, passes, inner) for form in forms]) for forms in self.forms)

    @property
    def _all(self) -> tuple[Tokens, ...]:
        return tuple(form for forms in self.forms for form in forms)

    def _logprob(self, form: Tokens, passes: Mapping[Tokens, Mapping[int, float]], inner: set[Tokens]) -> float:
        said = sum(passes[form[:i]][token] for i, token in enumerate(form))
        return said + (_log_of_rest(passes[form][token] for token in self.children(form)) if form in inner else 0.0)


def label_mass(logprobs: Iterable[float]) -> float:
    """The probability of all labels together, from the log-probability of each: between 0 and 1."""
    return min(1.0, math.fsum(math.exp(one) for one in logprobs))


def _log_of_sum(logprobs: Sequence[float]) -> float:
    """Logarithm of the sum of probabilities that are given as logarithms."""
    top = max(logprobs)
    return top if top == -math.inf or len(logprobs) == 1 else top + math.log(sum(math.exp(x - top) for x in logprobs))


def _log_of_rest(logprobs: Iterable[float]) -> float:
    """Logarithm of what remains of 1 after the given probabilities; rounding never takes it below 1e-12."""
    return math.log(max(1e-12, 1.0 - sum(math.exp(logprob) for logprob in logprobs)))
