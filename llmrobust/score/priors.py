"""What a format makes of inputs without content: the answers to the prompts that methods of calibration need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from llmrobust.plan import Plan
from llmrobust.request import Reply, Request
from llmrobust.score.reply_verdict import score


@dataclass(frozen=True, slots=True)
class Prior:
    """The labels' probabilities for inputs without content. column: of the tables, empty for the unperturbed prompt.
    prompts: how many were averaged. probabilities: of the labels, in the suite's order (six digits)."""

    content: str
    column: str
    prompts: int
    probabilities: tuple[float, ...]


def priors(plan: Plan, replies: Mapping[Request, Reply]) -> tuple[Prior, ...]:
    """One for each content and column whose prompts were answered with probabilities: their mean.

    Source: Zhao et al. 2021 (arXiv 2102.09690) average over several content-free inputs likewise.
    """
    found: dict[tuple[str, str], list[tuple[float, ...]]] = {}
    answer = plan.suite.answer
    for one in plan.content_free:
        reply = replies.get(one.case.request)
        if reply is not None:
            shares = score(one.case, reply, answer, answer.choices).label_probabilities
            if shares is not None:
                found.setdefault((one.content, one.column), []).append(shares)
    return tuple(
        Prior(content, column, len(some), tuple(round(float(share), 6) for share in np.mean(some, axis=0)))
        for (content, column), some in found.items()
    )
