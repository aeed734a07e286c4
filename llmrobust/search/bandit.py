"""Finds the best and the worst of many formats with few prompts: FormatSpread's Thompson sampling.

Source: Sclar et al. 2023 (arXiv 2310.11324), section 4.2, with the priors and phases of their code.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from llmrobust.seeds import Stream

PRIOR_FAILURES = 5.0
"""b of the Beta prior; a follows from the accuracy of the original format, and is at least LEAST_PRIOR_SUCCESSES."""
LEAST_PRIOR_SUCCESSES = 1.1
CERTAIN = 0.99
"""An original accuracy is taken as at most this, as the prior's a = acc / (1 - acc) * b has no value at 1."""


@dataclass(slots=True)
class Arm:
    """A format during the search: its answers so far, and the examples still to send it with."""

    successes: int = 0
    failures: int = 0
    left: list[int] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """Prompts sent in this format."""
        return self.successes + self.failures

    @property
    def accuracy(self) -> float:
        """Share of right answers so far. Raises ZeroDivisionError before the first."""
        return self.successes / self.asked


@dataclass(frozen=True, slots=True)
class BanditFound:
    """best, worst: indices of arms, both sent with every example. prompts: sent in both phases; final: after them."""

    best: int
    worst: int
    arms: tuple[Arm, ...]
    prompts: int
    final: int

    @property
    def spread(self) -> float:
        """Accuracy of the best arm less that of the worst."""
        return self.arms[self.best].accuracy - self.arms[self.worst].accuracy


Ask = Sequence[tuple[int, tuple[int, ...]]]
"""Arms, each with the examples to send it with."""
Asking = Generator[Ask, list[list[bool]], BanditFound]
"""Yields a batch to send, receives whether each answer is right, returns what was found."""


def thompson(
    examples: Sequence[Sequence[int]], original: float, budget: int, *, batch: int = 20, at_once: int = 1, seed: int = 0
) -> Asking:
    """Search for the best arm with half the budget, then the worst with the other half and the counts of the first.

    examples: for each arm the examples that it can be sent with, at least one. original: accuracy of the original
    format, which sets the prior Beta(max(1.1, acc / (1 - acc) * 5), 5). budget: prompts of both phases; the two arms
    found are then sent with the examples that they have not seen. batch: examples per step. at_once: arms drawn per
    step (1 as published; more for fewer, larger batches). Raises ValueError without arms.
    """
    if not examples or any(not some for some in examples):
        raise ValueError("every arm needs an example, and there must be an arm")
    stream = Stream(seed, "thompson")
    arms = tuple(Arm(left=stream.sample(some, len(some))) for some in examples)
    certain = min(original, CERTAIN)
    prior = max(LEAST_PRIOR_SUCCESSES, certain / (1 - certain) * PRIOR_FAILURES)
    prompts = 0
    for phase, sign in enumerate((1, -1)):
        until = budget // 2 if phase == 0 else budget
        while prompts < until and any(arm.left for arm in arms):
            drawn = [
                (sign * stream.beta(prior + arm.successes, PRIOR_FAILURES + arm.failures), -index)
                for index, arm in enumerate(arms)
                if arm.left
            ]
            chosen = [-index for _, index in sorted(drawn, reverse=True)[:at_once]]
            asked = []
            for index in chosen:
                some = tuple(arms[index].left[: min(batch, until - prompts)])
                if some:
                    asked.append((index, some))
                    prompts += len(some)
            yield from _record(arms, asked)
    seen = [index for index, arm in enumerate(arms) if arm.asked]

    def mean(index: int) -> float:
        arm = arms[index]
        return (prior + arm.successes) / (prior + PRIOR_FAILURES + arm.asked)

    best, worst = max(seen, key=mean), min(seen, key=mean)
    rest = [(index, tuple(arms[index].left)) for index in dict.fromkeys((best, worst)) if arms[index].left]
    yield from _record(arms, rest)
    if arms[best].accuracy < arms[worst].accuracy:
        best, worst = worst, best
    return BanditFound(best, worst, arms, prompts, sum(len(some) for _, some in rest))


def _record(arms: Sequence[Arm], asked: Ask) -> Generator[Ask, list[list[bool]], None]:
    """Ask, and count the answers."""
    if not asked:
        return
    answers = yield asked
    for (index, some), right in zip(asked, answers, strict=True):
        arm = arms[index]
        arm.successes += sum(right)
        arm.failures += len(some) - sum(right)
        arm.left = [example for example in arm.left if example not in set(some)]
