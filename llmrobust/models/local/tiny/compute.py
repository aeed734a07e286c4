"""The bundled model, computed with numpy alone: label scores and generation."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from llmrobust.models.local.computing import Computing, alike
from llmrobust.models.local.label_scores import LocalTokens
from llmrobust.models.local.tiny.network import Flags, Floats, Ints, Network
from llmrobust.models.local.tiny.sampling import next_tokens
from llmrobust.models.local.tiny.tokenizer import TinyTokenizer
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.request import Sampling

TOKENS_A_PASS = 2048
"""Padded tokens of one forward pass: what fits a processor's cache is faster."""
MOST_THREADS = 8
"""More of them wait for memory rather than for each other's processors."""


class TinyModel(Computing):
    """The network and its tokenizer."""

    def __init__(self, folder: Path):
        self._network = Network(folder)
        self._threads = ThreadpoolController()
        self._pool = ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1), thread_name_prefix="llmrobust-numpy")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._pad = int(config["pad_token_id"])
        details = {"numpy": np.__version__, "dtype": "float32", "device": "cpu", "chat": "yes"}
        digest = hashlib.sha256("\x1f".join([folder_fingerprint(folder), *map(str, details.items())]).encode())
        tokens = LocalTokens(TinyTokenizer(folder), self._network.context)
        super().__init__(tokens, digest.hexdigest(), details, [int(config["eos_token_id"])])

    def next_logprobs(
        self, rows: Sequence[list[int]], wanted: Sequence[Sequence[int]], shared: Sequence[int]
    ) -> list[dict[int, float]]:
        """The log-probabilities of the wanted tokens after every row of tokens."""
        prompts: dict[tuple[int, ...], list[int]] = {}
        for j, (row, size) in enumerate(zip(rows, shared, strict=True)):
            prompts.setdefault(tuple(row[: size or len(row)]), []).append(j)
        found: list[dict[int, float]] = [{} for _ in rows]
        known = list(prompts)

        def computed(part: list[int]) -> None:
            for j, row in self._after([list(known[i]) for i in part], [prompts[known[i]] for i in part], rows):
                found[j] = {token: float(row[token]) for token in wanted[j]}

        self._in_threads(computed, alike(known, 0, len(known), TOKENS_A_PASS))
        return found

    def _after(
        self, prompts: list[list[int]], members: list[list[int]], rows: Sequence[list[int]]
    ) -> list[tuple[int, Floats]]:
        """(number of the row, log-probabilities after it), for prompts of which each begins some rows."""
        ids, valid = self._padded(prompts)
        memory = self._network.memory(*ids.shape)
        first = self._network.logprobs(ids, valid, memory)
        ends = [(i, j, rows[j][len(prompt) :]) for i, prompt in enumerate(prompts) for j in members[i]]
        found = [(j, first[i]) for i, j, end in ends if not end]
        longer = [one for one in ends if one[2]]
        if not longer:
            return found
        width = max(len(end) for _, _, end in longer)
        more = np.array([end + [self._pad] * (width - len(end)) for _, _, end in longer])
        kept = np.array([[True] * len(end) + [False] * (width - len(end)) for _, _, end in longer])
        memory = memory.taken([i for i, _, _ in longer], memory.size + width)
        after = self._network.logprobs(more, kept, memory, np.array([len(end) - 1 for _, _, end in longer]))
        return [*found, *((j, row) for (_, j, _), row in zip(longer, after, strict=True))]

    def generated(self, rows: Sequence[list[int]], sampling: Sampling) -> list[list[int]]:
        """The tokens that follow each row."""
        answers: list[list[int]] = [[] for _ in rows]

        def computed(part: list[int]) -> None:
            self._continue([rows[i] for i in part], [answers[i] for i in part], sampling)

        self._in_threads(computed, alike(rows, sampling.max_tokens, len(rows), TOKENS_A_PASS))
        return answers

    def _in_threads(self, compute: Callable[[list[int]], None], parts: Sequence[list[int]]) -> None:
        """Compute parts of a batch side by side.

        The matrix library's own threads are switched off meanwhile: for matrices as small as these, they spend their
        time waiting for each other, and far more of it on a busy machine.
        """
        with self._threads.limit(limits=1, user_api="blas"):
            list(self._pool.map(compute, parts))

    def _continue(self, prompts: Sequence[list[int]], answers: Sequence[list[int]], sampling: Sampling) -> None:
        """Write the answers to some prompts; one that has ended leaves the batch."""
        random = np.random.default_rng(sampling.seed % 2**63)
        ids, valid = self._padded(prompts)
        room = ids.shape[1] + sampling.max_tokens
        memory = self._network.memory(len(prompts), room)
        open_ = list(range(len(prompts)))
        for _ in range(sampling.max_tokens):
            logprobs = self._network.logprobs(ids, valid, memory)
            before = ({*prompts[i], *answers[i]} for i in open_)
            tokens = next_tokens(logprobs, before, sampling, random)
            for i, token in zip(open_, tokens, strict=True):
                answers[i].append(int(token))
            stay = [k for k, i in enumerate(open_) if not self._ended(answers[i], sampling)]
            if not stay:
                return
            if len(stay) < len(open_):
                open_, tokens = [open_[k] for k in stay], tokens[stay]
                memory = memory.taken(stay, room)
            ids, valid = tokens[:, None], np.ones((len(open_), 1), np.bool_)

    def _ended(self, answer: list[int], sampling: Sampling) -> bool:
        if answer[-1] in self.ends:
            return True
        if not sampling.stop:
            return False
        text = self.tokens.tokenizer.decode(answer)
        return any(stop in text for stop in sampling.stop)

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Ints, Flags]:
        """Rows of one width, padded on the left, and which of their tokens are real."""
        width = max(map(len, rows))
        ids = np.array([[self._pad] * (width - len(row)) + list(row) for row in rows])
        return ids, np.arange(width) >= np.array([width - len(row) for row in rows])[:, None]
