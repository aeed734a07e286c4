"""Self-consistency: the same prompt answered several times at a temperature, and a vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from llmrobust.methods.method import Params, sending_method
from llmrobust.methods.sending import Asking, Probe, Question, Said, Setting, Told
from llmrobust.seeds import Stream


class SamplesParams(Params):
    """Parameters of self-consistency."""

    n: int = Field(default=5, ge=2, le=64, description="Samples of one answer.")
    temperature: float = Field(default=0.7, gt=0, le=2, description="Of the samples; they have seeds of their own.")
    top_p: float = Field(default=1.0, gt=0, le=1, description="Share of the probability that is sampled from.")


@sending_method(
    "self-consistency",
    source="Wang et al. 2023 (arXiv 2203.11171); pass@k: Chen et al. 2021 (arXiv 2107.03374)",
    assumes="right answers agree with each other more than wrong ones do",
    cost="n requests",
    needs=("requests", "temperature"),
    params=SamplesParams,
)
def self_consistency(questions: Sequence[Question], params: SamplesParams, setting: Setting) -> Asking:
    """The most frequent of n sampled answers; ties are broken by the suite's seed."""
    probes = []
    for number, one in enumerate(questions):
        for sample in range(params.n):
            sampling = replace(
                one.request.sampling,
                temperature=params.temperature,
                top_p=params.top_p,
                seed=one.request.sampling.seed + sample,
            )
            probes.append(Probe(replace(one.request, sampling=sampling, scoring="text", repeat=sample), number))
    heard = yield probes
    said = []
    for number, one in enumerate(questions):
        some = heard[number * params.n : (number + 1) * params.n]
        votes = tuple(reply.answer for reply in some)
        failed = next((reply.failed for reply in some if reply.failed), "")
        answer = most_frequent(votes, setting.seed, one.example, one.column)
        said.append(Said(answer, votes=votes, failed=failed))
    return Told(tuple(said))


def most_frequent(votes: Sequence[str | None], seed: int, *about: object) -> str | None:
    """The most frequent vote, None where there is none; unread ones do not count, and ties are drawn by the seed and by
    what the vote is about."""
    counts = Counter(vote for vote in votes if vote is not None)
    if not counts:
        return None
    most = max(counts.values())
    tied = sorted(vote for vote, count in counts.items() if count == most)
    return tied[0] if len(tied) == 1 else Stream(seed, "samples", *about).choice(tied)
