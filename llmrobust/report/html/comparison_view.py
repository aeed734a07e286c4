"""What the page shows of a comparison with another run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from llmrobust.gate import Decision
from llmrobust.report.comparison_text import (
    counts_in_words,
    difference_in_words,
    effect_name,
    headline,
    model_of,
    remarks,
)
from llmrobust.report.html.view import TONES
from llmrobust.results.comparison import Comparison, Effect, GateChange, Outcome, SuiteComparison
from llmrobust.results.pairing import Change
from llmrobust.results.run_verdict import RunVerdict, run_verdict

OUTCOMES = {Outcome.NOT_WORSE: "good", Outcome.WORSE: "bad", Outcome.UNDECIDED: "open"}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What became of the cases of an operator (or of all of them). query: of the explorer, without the change."""

    name: str
    query: dict[str, str]
    cases: int
    changed: int
    broke: int
    healed: int


@dataclass(frozen=True, slots=True)
class GateRow:
    """A gate in both runs, and how both are coloured."""

    gate: GateChange
    tones: tuple[str, str]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect: what it applies to, and the difference as text. is_family: below the suite's."""

    effect: Effect
    name: str
    difference: str
    is_family: bool


@dataclass(frozen=True, slots=True)
class SuiteView:
    """A suite in both runs."""

    name: str
    counts: str
    remarks: tuple[str, ...]
    rows: tuple[ChangeRow, ...]
    gates: tuple[GateRow, ...]
    effects: tuple[EffectRow, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """The comparison. before: the verdict on the other run. reasons: why the new run is worse, or why that is open."""

    headline: str
    tone: str
    reasons: tuple[str, ...]
    before: RunVerdict
    model_before: str
    suites: tuple[SuiteView, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    @classmethod
    def of(cls, comparison: Comparison) -> ComparisonView:
        """The view of a comparison."""
        return cls(
            headline=headline(comparison),
            tone=OUTCOMES[comparison.outcome],
            reasons=(*comparison.worse, *comparison.undecided),
            before=run_verdict(comparison.old),
            model_before=model_of(comparison.old),
            suites=tuple(_suite(suite, comparison.model) for suite in comparison.suites),
            only_old=comparison.only_old,
            only_new=comparison.only_new,
        )


def _suite(suite: SuiteComparison, model: str) -> SuiteView:
    return SuiteView(
        suite.name,
        counts_in_words(suite),
        tuple(remarks(suite, model)),
        tuple(_rows(suite)),
        tuple(GateRow(gate, (_tone(gate.old), _tone(gate.new))) for gate in suite.gates),
        tuple(
            EffectRow(one, effect_name(one).strip(), difference_in_words(one), one.scope != "suite")
            for one in suite.effects
        ),
    )


def _rows(suite: SuiteComparison) -> list[ChangeRow]:
    counts: dict[str, Counter[str]] = {"": Counter()}
    for pair in suite.pairs:
        for name in ("", pair.new.operator):
            count = counts.setdefault(name, Counter())
            count["cases"] += 1
            count["answers"] += pair.old.answer != pair.new.answer
            count[pair.change] += 1
    return [
        ChangeRow(
            name or "all cases",
            {"suite": suite.new.name} | ({"operator": f"operator:{name}"} if name else {}),
            *(count[what] for what in ("cases", "answers", Change.BROKE, Change.HEALED)),
        )
        for name, count in counts.items()
    ]


def _tone(decision: Decision | None) -> str:
    return "none" if decision is None else TONES[decision.status]
