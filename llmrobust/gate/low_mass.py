"""Gates on log-probabilities of labels that the model would hardly write: their values do not show what it would
answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from llmrobust.gate.decision import Decision, DecisionStatus
from llmrobust.metrics import Table
from llmrobust.score.scoring_choice import MASS, OF_PROMPTS
from llmrobust.suitefile.suite import Suite

CAUSE = "low-label-mass"
METRIC = "label_mass"
BOUND = "label-mass-bound"
MEASURE = "use a server that gives the log-probability of every label (vLLM), or a gate that the bound can meet"
REMEDY = "use scoring: auto or text, or accept_low_mass: true if the labels' order alone is what counts"


@dataclass(frozen=True, slots=True)
class MassSummary:
    """The share of the probability on the labels, over a run's prompts.

    prompts: the number with a known share; massive: the number with a share of at least half; median, low, high: over
    them."""

    prompts: int
    massive: int
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, masses: Iterable[float]) -> MassSummary | None:
        """The summary of the label masses of some prompts; None without any."""
        values = np.fromiter(masses, dtype=np.float64)
        values = values[~np.isnan(values)]
        if not values.size:
            return None
        ends = float(np.median(values)), float(values.min()), float(values.max())
        return cls(int(values.size), int((values >= MASS).sum()), *ends)

    @property
    def is_low(self) -> bool:
        """Whether the labels' scores show little about what the model writes."""
        return self.massive < OF_PROMPTS * self.prompts

    @property
    def sentence(self) -> str:
        """ "the labels have 1.9 % of the probability (median; 0.1 to 10.7 %), and at least half of it in ..."."""
        median, low, high = (f"{100 * one:.1f}" for one in (self.median, self.low, self.high))
        held = f"the labels have {median} % of the probability (median; {low} to {high} %)"
        return f"{held}, and at least half of it in {self.massive:,} of {self.prompts:,} prompts"


def mass_of(table: Table) -> MassSummary | None:
    """The label mass of a table's prompts, unperturbed ones included; None if unknown."""
    answers = table.answers
    if answers is None:
        return None
    parts = [one.ravel() for one in (answers.mass, answers.clean_mass) if one is not None]
    return MassSummary.of(np.concatenate(parts)) if parts else None


def doubted(decisions: Iterable[Decision], suite: Suite, table: Table) -> list[Decision]:
    """The decisions, with no pass if a suite insists on log-probabilities of labels that are hardly ever written.

    A gate on the label mass itself is unchanged.
    """
    found = bounded(decisions, table)
    if suite.answer.scoring != "logprobs" or suite.answer.accept_low_mass:
        return found
    summary = mass_of(table)
    if summary is None or not summary.is_low:
        return found
    return [_doubted(one, summary) if one.passed and one.target.gate.metric != METRIC else one for one in found]


def bounded(decisions: Iterable[Decision], table: Table) -> list[Decision]:
    """The decisions, where a label mass of which only a lower bound is known decides what a bound can.

    It can meet a `min` and miss a `max`; whatever else it seems to show is not decided.
    """
    found = list(decisions)
    if table.answers is None or not table.answers.mass_is_bound:
        return found
    return [_bounded(one) if one.target.gate.metric == METRIC else one for one in found]


def _bounded(decision: Decision) -> Decision:
    gate, shown = decision.target.gate, decision.measurement
    if shown is None or shown.value is None:
        return decision
    least = shown.value if gate.confidence is None else shown.low
    alone = not gate.against and gate.baseline is None
    meets = decision.passed and gate.max is None
    misses = gate.max is not None and least is not None and least > gate.max
    if alone and (meets or misses):
        return decision
    least_known = f"the label mass is at least {shown.value:.3f}"
    reason = f"not evaluated: {least_known}: the server shows the likeliest tokens only, so it may be larger"
    return replace(decision, status=DecisionStatus.NOT_EVALUATED, reason=reason, remedy=MEASURE, cause=BOUND)


def _doubted(decision: Decision, summary: MassSummary) -> Decision:
    reason = f"{summary.sentence}: their log-probabilities do not show what the model writes ({decision.reason})"
    return replace(decision, status=DecisionStatus.NOT_EVALUATED, reason=reason, remedy=REMEDY, cause=CAUSE)
