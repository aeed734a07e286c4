"""Sensitivity-aware decoding: labels whose probability moves when the prompt is noisy lose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from llmrobust.methods.method import LEAST_LOG, Floats, NotUsable, Params, sending_method, shares_of
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told
from llmrobust.request import Request, TokenNoise
from llmrobust.seeds import derived_seed

NO_SCORES = (
    "needs the labels' log-probabilities: answers must be a closed set, scored by `scoring: logprobs` on a model that "
    "gives them"
)


class SensitivityParams(Params):
    """Parameters of sensitivity-aware decoding."""

    k: int = Field(default=5, ge=3, le=64, description="Forward passes: the prompt, and k - 1 noisy copies of it.")
    share: float = Field(default=0.2, gt=0, lt=1, description="Of the prompt's tokens that a copy replaces.")
    alpha: float = Field(default=0.6, gt=0, le=1, description="Weight of the log-probability; 1 - alpha: the variance.")
    noise: Literal["each-label", "shared"] = Field(
        default="each-label",
        description="As published: random tokens of its own for every label of a copy; or the same for all of them.",
    )


@sending_method(
    "sensitivity-aware",
    source="Seleznyov et al. 2025 (arXiv 2508.11383), as in their code",
    assumes="a right label is less sensitive to random tokens in the prompt than a wrong one",
    cost="1 request, and k - 1 for each label; k with noise: shared",
    needs=("requests", "probabilities"),
    params=SensitivityParams,
)
def sensitivity_aware(questions: Sequence[Question], params: SensitivityParams, setting: Setting) -> Asking:
    """The label with the best 0.6 log-probability less 0.4 of its variance over copies with random tokens."""
    labels = len(setting.labels)
    plain = yield [Probe(one.request, n) for n, one in enumerate(questions)]
    if all(one.logprobs is None for one in plain) and not _is_a_dry_run(plain):
        raise NotUsable(next((one.failed for one in plain if one.failed), NO_SCORES))
    rows = labels if params.noise == "each-label" else 1
    places = [(n, copy, row) for n in range(len(questions)) for copy in range(1, params.k) for row in range(rows)]
    heard = yield [Probe(noisy(questions[n].request, params.share, copy, row), n) for n, copy, row in places]
    if heard and all(one.failed for one in heard):
        raise NotUsable(heard[0].failed)
    said = []
    for n, real in enumerate(plain):
        mine = heard[n * (params.k - 1) * rows : (n + 1) * (params.k - 1) * rows]
        failed = next((one.failed for one in (real, *mine) if one.failed), "")
        if failed or real.logprobs is None or any(one.logprobs is None for one in mine):
            said.append(Said(None, failed=failed))
            continue
        copies = np.array([one.logprobs for one in mine]).reshape(params.k - 1, rows, labels)
        own = copies[:, range(labels), range(labels)] if rows == labels else copies[:, 0]
        scores = sensitivity_scores(np.array(real.logprobs), own, params.alpha)
        shares = shares_of(scores)
        said.append(Said(setting.labels[int(scores.argmax())], tuple(float(share) for share in shares)))
    return Told(tuple(said))


def sensitivity_scores(real: Floats, copies: Floats, alpha: float = 0.6) -> Floats:
    """alpha times the log-probabilities, less 1 - alpha times their sample variance over the copies.

    real: (labels,); copies: (copies, labels). Log-probabilities count as at least -30, so that no variance is infinite.
    """
    spread = np.maximum(copies, LEAST_LOG).var(axis=0, ddof=1)
    return np.asarray(alpha * np.maximum(real, LEAST_LOG) - (1 - alpha) * spread)


def noisy(request: Request, share: float, copy: int, row: int) -> Request:
    """The request with random tokens that are fixed by its prompt, seed, copy and row."""
    seed = derived_seed("sensitivity-aware", request.sampling.seed, request.messages, copy, row)
    return replace(request, noise=TokenNoise(share, seed), scoring="logprobs")


def _is_a_dry_run(heard: Sequence[Heard]) -> bool:
    """Whether nothing was heard at all, as when only the cost is asked for."""
    return all(one == Heard() for one in heard)
