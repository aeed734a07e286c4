"""The opinions of a judge on a suite's answers: those that are known, and the questions that are still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from llmrobust.score.judge_questions import Opinion, Outcome, Question, gives_instructions
from llmrobust.stats import cohens_kappa, counted, kappa_interval
from llmrobust.suitefile.suite import JudgeSpec

Ask = Callable[[Sequence[Question]], Mapping[Question, Opinion]]
"""Asks a judge; a question that could not be asked is FAILED."""
FEW_LABELS = 20
"""Fewer labels show nothing about a judge."""
_NOT_ASKED = Opinion(Outcome.NOT_ASKED, reason="the judge was not asked about this answer")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A judge beside people: of the labelled texts, how many it decided and how many as they did.

    decided: those on which it has an opinion; an undecided one agrees with nobody. contradicted: those on which it
    contradicted itself. kappa: Cohen's, with its 95 % interval, None where it is undefined.
    """

    labels: int
    decided: int
    agreeing: int
    contradicted: int
    kappa: float | None
    low: float | None = None
    high: float | None = None

    def problem(self, spec: JudgeSpec) -> str:
        """Why gates do not trust the judge; empty if they do."""
        if not self.labels:
            return "nothing shows that the judge can be trusted: there are no labels by people"
        if self.labels < FEW_LABELS:
            return f"{self.labels} labels are too few to trust the judge: it needs at least {FEW_LABELS}"
        if self.kappa is None:
            return "its agreement with the labels is undefined: they and the judge give all texts the same verdict"
        if self.kappa < spec.kappa_min:
            return f"{self.sentence}: less than kappa_min {spec.kappa_min:g}"
        return ""

    @property
    def sentence(self) -> str:
        """ "the judge agrees with 88 of 100 labels (kappa 0.76, 95% interval 0.62 to 0.87)"."""
        shown = "kappa undefined"
        if self.kappa is not None:
            shown = f"kappa {self.kappa:.2f}"
            if self.low is not None and self.high is not None:
                shown += f", 95% interval {self.low:.2f} to {self.high:.2f}"
        return f"the judge agrees with {self.agreeing:,} of {self.labels:,} labels ({shown})"


class Opinions:
    """What a judge says to questions. Pure without `ask`: an open question is noted, and its opinion is NOT_ASKED.

    `settle` has the open questions answered, in one list; the caller then reads its answers again, until none is open.
    """

    def __init__(self, spec: JudgeSpec, known: Mapping[str, Opinion] | None = None, ask: Ask | None = None):
        """known: opinions by the key of their question. ask: the judge, where there is one."""
        self.spec = spec
        self._known = dict(known or {})
        self._ask = ask
        self._open: dict[str, Question] = {}
        self._used: dict[str, None] = {}
        if ask is not None:
            self._open = {question.key(spec): question for question in self._labelled()}
            self._open = {key: question for key, question in self._open.items() if key not in self._known}

    def of(self, question: Question, judged: str | None = None, beside: str = "") -> Opinion:
        """The opinion on a question. judged: the text that must not instruct the judge (else the first); beside: a text
        that may say what it says."""
        if gives_instructions(question.first if judged is None else judged, beside):
            key = question.key(self.spec)
            self._used[key] = None
            reason = "the answer gives instructions to whoever judges it, so it was not judged"
            self._known[key] = Opinion(Outcome.INJECTION, reason=reason)
            return self._known[key]
        key = question.key(self.spec)
        self._used[key] = None
        if key not in self._known:
            self._open[key] = question
        return self._known.get(key, _NOT_ASKED)

    def of_answers(self, one: str, other: str) -> Opinion:
        """The opinion on whether two answers say the same; neither may instruct the judge, unless both do."""
        judged, beside = (other, one) if gives_instructions(other, one) else (one, other)
        return self.of(Question.same(one, other), judged, beside)

    def settle(self) -> bool:
        """Have open questions answered; False if none was open, or nobody can be asked."""
        if not self._open or self._ask is None:
            return False
        open_, self._open = self._open, {}
        answered = self._ask(list(open_.values()))
        self._known.update((key, answered[question]) for key, question in open_.items())
        return True

    def recorded(self) -> tuple[tuple[str, Opinion], ...]:
        """Every opinion that was used, by the key of its question, sorted; those on labelled texts included."""
        used = {*self._used, *(question.key(self.spec) for question in self._labelled())}
        return tuple((key, self._known[key]) for key in sorted(used & self._known.keys()))

    def counts(self) -> dict[str, int]:
        """How many opinions of each outcome were used for answers, without those on labels alone."""
        found = Counter(self._known[key].outcome if key in self._known else Outcome.NOT_ASKED for key in self._used)
        return {outcome.value: found[outcome] for outcome in Outcome if found[outcome]}

    def agreement(self) -> Agreement:
        """The judge beside the people who labelled texts for it."""
        pairs, contradicted = [], 0
        for label, question in zip(self.spec.labelled, self._labelled(), strict=True):
            opinion = self._known.get(question.key(self.spec), _NOT_ASKED)
            contradicted += opinion.outcome is Outcome.CONTRADICTED
            pairs.append((int(label.holds), 2 if opinion.holds is None else int(opinion.holds)))
        table = counted(pairs, 3)
        kappa, interval = cohens_kappa(table) if pairs else float("nan"), kappa_interval(table)
        return Agreement(
            labels=len(pairs),
            decided=sum(said != 2 for _, said in pairs),
            agreeing=sum(said == wanted for wanted, said in pairs),
            contradicted=contradicted,
            kappa=None if kappa != kappa else round(kappa, 6),
            low=None if interval is None else round(interval.low, 6),
            high=None if interval is None else round(interval.high, 6),
        )

    def _labelled(self) -> list[Question]:
        if self.spec.question == "criteria":
            return [Question(one.first, one.second, one.prompt) for one in self.spec.labelled]
        return [Question.same(one.first, one.second) for one in self.spec.labelled]
