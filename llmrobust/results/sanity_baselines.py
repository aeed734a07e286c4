"""Sanity baselines: how often a model gives the gold answer without the input that decides it.

Cases of the family `sanity` have no gold answer of their own; here their answers are compared with that of the
unperturbed prompt. A score that comes near the real one says that the real one is not earned by reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from llmrobust.operators.operator import Relation
from llmrobust.results.suite_result import SanityBaseline, SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.checks import CHECKS
from llmrobust.score.reply_verdict import canonical_answer
from llmrobust.score.verdict import Status
from llmrobust.stats import wilson_interval
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.thoughts import final_text

FAMILY = "sanity"
FEW = 8
"""Fewer examples are shown, and not warned of."""
CONFIDENCE = 0.95


def sanity_baselines(suite: SuiteResult) -> tuple[SanityBaseline, ...]:
    """The baselines of a suite, one a use of a sanity operator, in the suite's order.

    Empty without gold answers, and where a second model judges: it was not asked whether these answers are gold ones.
    """
    if suite.sanity is not None:
        return suite.sanity
    spec = suite.answer
    clean = [case for case in suite.cases if case.is_original and case.expected is not None]
    if spec is None or spec.judge is not None or not clean:
        return ()
    gold = {case.example: case.expected for case in clean if case.expected is not None}
    right = {case.example: bool(case.correct) for case in clean if case.status is not Status.NO_ANSWER}
    clusters, found = dict(suite.clusters), []
    for use in dict.fromkeys(case.use for case in suite.cases if case.family == FAMILY):
        totals: dict[str, list[bool]] = {}
        for case in suite.cases:
            if case.use == use and case.example in right and case.status is not Status.NO_ANSWER:
                totals.setdefault(case.example, []).append(_gives(case, gold[case.example], spec))
        if totals:
            units = len({clusters.get(name, name) for name in totals})
            gone = any(case.use == use and case.relation == Relation.MUST_CHANGE for case in suite.cases)
            chance = _chance([gold[name] for name in totals], suite.choices)
            found.append(_baseline(use, totals, right, units, chance, gone))
    return tuple(found)


def baseline_lines(suite: SuiteResult) -> list[str]:
    """One sentence a baseline: its score beside the real one."""
    return [_line(one) for one in sanity_baselines(suite)]


def _line(one: SanityBaseline) -> str:
    what = "without the decisive input" if one.is_gone else "with its words in random order"
    interval = f"[{_short(one.low)},{_short(one.high)}]"
    beside = f"unperturbed {one.real:.3f} (chance {one.chance:.3f}, {one.n_examples:,} examples)"
    return f"{what} ({one.use}): accuracy {one.value:.3f} {interval}, {beside}"


def baseline_warnings(suite: SuiteResult) -> Iterator[str]:
    """One warning for all baselines that come near the real score."""
    near = [one for one in sanity_baselines(suite) if one.is_gone and one.is_near and one.n_examples >= FEW]
    if near:
        worst = max(near, key=lambda one: one.value - one.real)
        others = f" (so does {', '.join(one.use for one in near if one is not worst)})" if len(near) > 1 else ""
        told = f"without the decisive input ({worst.use}) the score is {worst.value:.3f}, with it {worst.real:.3f}"
        why = "the answers can be guessed without reading it"
        yield f"{told}: it comes near{others}, so {why}; use other examples or a better model before trusting the score"


def _gives(case: CaseResult, gold: str, spec: AnswerSpec) -> bool:
    """Whether the answer to a prompt without its decisive input is the gold answer of the prompt that had it."""
    if case.answer is None:
        return False
    if spec.choices:
        return case.answer == gold
    said = final_text(case.text, spec.after)
    read = CHECKS.get(spec.check).read(said or "", spec, gold)
    return read.answer is not None and read.answer == canonical_answer(gold, spec)


def _baseline(
    use: str, totals: dict[str, list[bool]], right: dict[str, bool], units: int, chance: float, gone: bool
) -> SanityBaseline:
    value = sum(sum(one) / len(one) for one in totals.values()) / len(totals)
    interval = wilson_interval(value, units, CONFIDENCE)
    real = sum(right[name] for name in totals) / len(totals)
    return SanityBaseline(
        use=use,
        value=value,
        low=interval.low,
        high=interval.high,
        real=real,
        chance=chance,
        n_examples=len(totals),
        is_gone=gone,
    )


def _chance(gold: list[str], choices: tuple[str, ...]) -> float:
    most = Counter(gold).most_common(1)[0][1] / len(gold)
    return max(most, 1 / len(choices)) if choices else (most if most > 1 / len(gold) else 0.0)


def _short(share: float) -> str:
    return f"{share:.2f}".replace("0.", ".", 1)
