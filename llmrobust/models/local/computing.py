"""What models that compute in this process have in common, whatever multiplies their matrices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from llmrobust.models.local.label_scores import LocalTokens, shows_marks
from llmrobust.models.written_first import leads_of, with_leads
from llmrobust.request import Failure, Reply, Request, Response, Sampling

TOKENS_A_PASS = 16_384
"""Padded tokens of one forward pass: batches of long prompts are cut smaller."""


class Computing(ABC):
    """Weights and tokenizer in memory.

    tokens: the tokenizer. fingerprint: changes whenever answers may. details: for the manifest of a run. ends: the
    tokens that end an answer.
    """

    def __init__(self, tokens: LocalTokens, fingerprint: str, details: dict[str, str], ends: Sequence[int]):
        self.tokens = tokens
        self.fingerprint = fingerprint
        self.details = details
        self.ends = tuple(ends)

    @abstractmethod
    def next_logprobs(
        self, rows: Sequence[list[int]], wanted: Sequence[Sequence[int]], shared: Sequence[int]
    ) -> list[dict[int, float]]:
        """For every row of tokens, the log-probabilities of the wanted tokens as the next one.

        shared: how many tokens at the start of a row other rows may share; they are computed once.
        """

    @abstractmethod
    def generated(self, rows: Sequence[list[int]], sampling: Sampling) -> list[list[int]]:
        """The tokens that follow each row: at most `max_tokens`, and whatever after an end or a stop text."""

    def score(self, batch: Sequence[Request]) -> list[Reply | None]:
        """A scored response or a failure per request; None if two labels have the same tokens."""
        if not batch[0].writes_first:
            return self.tokens.score(batch, self.next_logprobs)
        written = self.generate(batch)
        leads = leads_of(batch, written)
        asked = [(request, lead) for request, lead in zip(batch, leads, strict=True) if lead is not None]
        scored = self.tokens.score([one for one, _ in asked], self.next_logprobs, [lead for _, lead in asked])
        return [*with_leads(written, leads, scored)]

    def generate(self, batch: Sequence[Request]) -> list[Reply]:
        """A generated response or a failure per request; all have equal sampling parameters.

        Greedy answers are computed in batches. Sampled ones are computed one by one, so that a request's answer
        depends on its seed and not on its neighbours.
        """
        sampling = batch[0].sampling
        replies: list[Reply | None] = []
        rows: list[tuple[int, list[int]]] = []
        for i, request in enumerate(batch):
            prompt = self.tokens.prompt(request, sampling.max_tokens)
            replies.append(prompt if isinstance(prompt, Failure) else None)
            if not isinstance(prompt, Failure):
                rows.append((i, prompt))
        marks = shows_marks(batch)
        alone = sampling.temperature > 0 or sampling.repetition_penalty != 1.0
        tokens = [row for _, row in rows]
        for part in alike(tokens, sampling.max_tokens, 1 if alone else len(rows)):
            answers = self.generated([tokens[j] for j in part], sampling)
            for j, answer in zip(part, answers, strict=True):
                replies[rows[j][0]] = self._response(tokens[j], answer, sampling, marks)
        return [reply for reply in replies if reply is not None]

    def _response(self, prompt: Sequence[int], answer: list[int], sampling: Sampling, marks: bool) -> Response:
        end = next((i for i, token in enumerate(answer) if token in self.ends), None)
        said = answer if end is None else answer[:end]
        text = self.tokens.tokenizer.decode(said, skip_special_tokens=not marks)
        cuts = [text.index(stop) for stop in sampling.stop if stop in text]
        finished = end is not None or bool(cuts)
        return Response(
            text=text[: min(cuts)] if cuts else text,
            finish_reason="stop" if finished else "length",
            prompt_tokens=len(prompt),
            completion_tokens=len(said) + (end is not None),
            reasoning_tokens=self.tokens.thinking(said, text),
        )


def alike(rows: Sequence[Sequence[int]], extra: int, limit: int, most: int = TOKENS_A_PASS) -> list[list[int]]:
    """Indices of rows in batches of like lengths, longest first.

    extra: tokens that will follow each row. limit: rows of a batch. most: padded tokens of a batch.
    """
    parts: list[list[int]] = []
    for i in sorted(range(len(rows)), key=lambda i: (-len(rows[i]), i)):
        width = (len(rows[parts[-1][0]]) if parts else 0) + extra
        if not parts or len(parts[-1]) >= limit or width * (len(parts[-1]) + 1) > most:
            parts.append([])
        parts[-1].append(i)
    return parts
