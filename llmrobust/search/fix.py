"""Searches for a way of answering that turns a red gate green, and verifies it on what did not choose it.

Half of the examples (of the clusters) and half of the edits of the input choose. The gates are decided on the other
examples, before and after, with all edits; what the edits that did not choose show is said besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from llmrobust.engine import Asker
from llmrobust.errors import ModelError
from llmrobust.gate import Decision
from llmrobust.methods import UNREAD, Answered, use_of
from llmrobust.methods.plain import PLAIN as PLAIN_METHOD
from llmrobust.methods.recipe import Layout, Recipe, contents_of, labels_shares
from llmrobust.plan import Case, Plan
from llmrobust.request import Reply, Request, Response
from llmrobust.results.method_arrays import asked_of, chosen_half, cluster_numbers_of
from llmrobust.results.method_figures import Difference, Figures, difference_of, figures_of
from llmrobust.results.suite_result import SuiteResult
from llmrobust.runner import SuiteRun, model_of
from llmrobust.score import score
from llmrobust.score.suite_asker import SuiteAsker
from llmrobust.score.verdict import Outcome
from llmrobust.search.fix_candidates import (
    NotFixable,
    combined_candidates,
    plain_recipe,
    single_candidates,
)
from llmrobust.search.halving import halving
from llmrobust.seeds import Stream

FORMATS = 8
"""Formats that are tried besides those of the suite."""
SEARCHED = 0.6
"""Share of the search's budget for single templates; the rest is for combinations of the best."""


def _halves(cases: Sequence[Case], seed: int) -> tuple[list[str], list[str]]:
    """The columns that choose and those that verify; every use of an operator with several has some in both."""
    uses: dict[str, dict[str, None]] = {}
    for case in cases:
        if not case.is_original:
            uses.setdefault(case.use, {})[case.column] = None
    stream = Stream(seed, "fix", "columns")
    drawn = [column for use in uses.values() for column in stream.sample(list(use), len(use))]
    return drawn[::2], drawn[1::2]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a recipe does to the examples and edits that did not choose it."""

    figures: Figures
    decisions: tuple[Decision, ...]
    without_cases: int = 0
    """Decisions that select nothing of what verifies."""

    @property
    def is_green(self) -> bool:
        """Whether every gate passes, or is tolerated."""
        return bool(self.decisions) and all(one.tolerated for one in self.decisions)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a search found. recipe: the best on the choosing half; None where the gates were green before. tried: (what,
    share of right answers, answers) of every candidate, those that were asked most first. difference: in accuracy,
    paired by example; unseen: the same over the edits that did not choose, None where all did. prompts: different ones
    that were asked."""

    before: Measured
    after: Measured | None
    recipe: Recipe | None
    difference: Difference | None
    unseen: Difference | None
    tried: tuple[tuple[str, float, int], ...]
    prompts: int
    choosing: int
    verifying: int
    columns: tuple[tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether a red gate is green on examples that did not choose the recipe, and edits that did not choose it are
        not answered worse."""
        if self.after is None or self.before.is_green or not self.after.is_green:
            return False
        return self.unseen is None or self.unseen.high >= 0


@dataclass(slots=True)
class Fixing:
    """A search in progress. asked: the requests so far."""

    plan: Plan
    asker: SuiteAsker
    plain: Recipe
    choosing: list[Case]
    verifying: list[Case]
    columns: tuple[tuple[str, ...], tuple[str, ...]]
    notes: list[str] = field(default_factory=list)
    asked: set[Request] = field(default_factory=set)
    tried: dict[str, tuple[float, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, asker: Asker) -> Fixing:
        """Halves of a plan's examples and of its edits of inputs. Raises NotFixable."""
        suite = plan.suite
        if suite.answer.judge is not None:
            raise NotFixable("a suite with check: judge cannot be fixed: the judge would have to read every answer")
        if suite.answer.field is None:
            raise NotFixable("a fix is chosen by right answers: name the field of the gold answers under answer.field")
        if not suite.gates:
            raise NotFixable(
                f"{suite.path.name} has no gates, so nothing says when it is fixed: add some, such as\n"
                "gate:\n  accuracy: {min: 0.9}"
            )
        plain = plain_recipe(plan)
        mine: list[Case] = []
        other: list[Case] = []
        for case in plan.cases:
            of_input = case.is_original or plain.replaces.values_in(case.request.messages) is not None
            (mine if of_input and case.repeat == 0 else other).append(case)
        columns = list(dict.fromkeys(case.column for case in mine if not case.is_original))
        if not columns:
            raise NotFixable(
                "every edit of the suite changes the prompt's own text, which a fix replaces: add edits of the input "
                "(- typo.keyboard: {target: input}, for example)"
            )
        halves = _halves(mine, suite.seed)
        names = [example.id for example in suite.examples]
        clusters = {one.id: one.cluster for one in suite.examples if one.cluster is not None}
        chosen = chosen_half(cluster_numbers_of(names, clusters), suite.seed)
        choose = {name for name, is_chosen in zip(names, chosen, strict=True) if is_chosen}
        if not choose or len(choose) == len(names):
            raise NotFixable("two examples (or clusters) at least are needed: one half chooses, the other verifies")
        notes = []
        left = len({case.column for case in other if case.repeat == 0 and not case.is_original})
        if left:
            notes.append(f"{left:,} variants edit the prompt's own text, which a fix replaces: they verify nothing")
        if len(columns) == 1:
            notes.append("there is one edit of the input, so that no other edit verifies")
        return cls(
            plan,
            asker if isinstance(asker, SuiteAsker) else SuiteAsker(asker, plan),
            plain,
            [c for c in mine if c.example.id in choose and (c.is_original or c.column in halves[0])],
            [c for c in mine if c.example.id not in choose],
            (tuple(halves[0]), tuple(halves[1])),
            notes,
        )

    def run(self, budget: int, formats: int = FORMATS) -> Fixed:
        """Search within a budget of requests, and verify. Raises NotFixable for a budget that is too small, and
        ModelError."""
        reserved = 4 * len({case.request for case in self.verifying})
        singles = single_candidates(self.plan, self.plain, formats)
        least = reserved + 2 * len(singles) + 20
        if budget < least:
            raise NotFixable(
                f"a budget of {budget:,} requests is too small: verifying takes up to {reserved:,}, and "
                f"{len(singles):,} templates are tried; at least {least:,} are needed"
            )
        before = self.measured(self.plain)
        if before[0].is_green:
            return self._fixed(before[0])
        search = budget - reserved
        ranked = self.best(singles, int(search * SEARCHED))
        combined = combined_candidates(self.plain, ranked, self.has_shares)
        if self.has_shares:
            combined += [self.calibrated(ranked[0])]
        spent = len(self.asked) - len({case.request for case in self.verifying})
        found = self.best(combined, max(search - spent, sum(one.cost for one in combined)))[0]
        if found is self.plain:
            return self._fixed(before[0])
        after = self.measured(found)
        unseen = self.difference(before[1], after[1], self.columns[1]) if self.columns[1] else None
        return self._fixed(before[0], after[0], found, self.difference(before[1], after[1]), unseen)

    def best(self, candidates: Sequence[Recipe], budget: int) -> list[Recipe]:
        """The candidates from the best to the worst on the choosing half."""
        questions = Stream(self.plan.suite.seed, "fix", "questions").sample(self.choosing, len(self.choosing))
        costs = [one.cost for one in candidates]
        search = halving(costs, len(questions), max(budget, sum(costs)))
        asked = next(search)
        while True:
            cases = [(candidates[arm], [questions[n] for n in some]) for arm, some in asked]
            try:
                asked = search.send(self.right(cases))
            except StopIteration as done:
                for arm, one in zip(done.value.arms, candidates, strict=True):
                    self.tried[one.about] = (arm.accuracy, arm.asked)
                return [candidates[index] for index in done.value.order]

    def right(self, asked: Sequence[tuple[Recipe, Sequence[Case]]]) -> list[list[bool]]:
        """Whether each recipe answers each of its cases right; all are sent together. Raises ModelError."""
        answer = self.plan.suite.answer
        replies = self.replies([(one, [case.request for case in cases]) for one, cases in asked])
        found = []
        for (_, cases), some in zip(asked, replies, strict=True):
            verdicts = [score(case, reply, answer, answer.choices) for case, reply in zip(cases, some, strict=True)]
            lost = next((one for one in verdicts if one.outcome is Outcome.NO_ANSWER), None)
            if lost is not None:
                raise ModelError(f"a prompt got no answer, so nothing can be compared: {lost.reason}")
            found.append([one.correct is True for one in verdicts])
        return found

    def replies(self, asked: Sequence[tuple[Recipe, Sequence[Request]]]) -> list[list[Reply]]:
        """Each recipe's replies to its requests. Raises ModelError."""
        courses = [recipe.answering(requests) for recipe, requests in asked]
        wanted = [next(course) for course in courses]
        sent = list(dict.fromkeys(request for some in wanted for request in some))
        self.asked.update(sent)
        self.asker.submit(sent)
        known = dict(zip(sent, self.asker.replies(sent), strict=True))
        found = []
        for course, some in zip(courses, wanted, strict=True):
            try:
                course.send([known[request] for request in some])
            except StopIteration as done:
                found.append(done.value)
        return found

    @property
    def has_shares(self) -> bool:
        """Whether the model gives the labels' probabilities, by the first reply."""
        request = self.choosing[0].request
        self.asked.add(request)
        self.asker.submit([request])
        (reply,) = self.asker.replies([request])
        return isinstance(reply, Response) and labels_shares(reply) is not None

    def calibrated(self, one: Recipe) -> Recipe:
        """The recipe with contextual calibration: what its template makes of inputs without content is taken off."""
        layouts = [self._with_prior(layout) for layout in one.templates]
        return replace(one, templates=tuple(layouts), about=f"{one.about}; contextual calibration")

    def _with_prior(self, layout: Layout) -> Layout:
        base = self.choosing[0].request
        requests = [replace(base, messages=messages) for messages in contents_of(layout)]
        self.asked.update(requests)
        self.asker.submit(requests)
        shares = [labels_shares(one) for one in self.asker.replies(requests) if isinstance(one, Response)]
        known = [one for one in shares if one is not None]
        if not known:
            return layout
        means = np.maximum(np.mean(known, axis=0), 1e-12)
        return replace(layout, prior=tuple(float(value) for value in np.log(means)))

    def measured(self, recipe: Recipe) -> tuple[Measured, SuiteResult]:
        """What a recipe does to the verifying half, with the gates' decisions there."""
        requests = list(dict.fromkeys(case.request for case in self.verifying))
        (replies,) = self.replies([(recipe, requests)])
        held = {case.example.id for case in self.verifying}
        suite = replace(
            self.plan.suite,
            examples=tuple(one for one in self.plan.suite.examples if one.id in held),
            noise_floor=None,
            methods=(),
        )
        plan = replace(self.plan, suite=suite, cases=tuple(self.verifying), probes=(), content_free=())
        known: Mapping[Request, Reply] = dict(zip(requests, replies, strict=True))
        result = SuiteRun.of(plan, known, model=model_of(self.asker), scoring=self.asker.choice).result()
        asked = asked_of(result)
        columns = np.arange(1, len(asked.columns), dtype=np.intp)
        everything = np.ones(len(asked.examples), dtype=bool)
        figures = figures_of(use_of(PLAIN_METHOD).answers(asked), columns, everything)
        decided = tuple(one for one in result.decisions if one.cause != "no-cases")
        return Measured(figures, decided, len(result.decisions) - len(decided)), result

    def difference(
        self, before: SuiteResult, after: SuiteResult, names: Sequence[str] | None = None
    ) -> Difference | None:
        """In accuracy over the edited prompts, each example by its mean, paired. names: only these columns."""
        first, second = asked_of(before), asked_of(after)
        first = replace(first, choosing=np.zeros(len(first.examples), dtype=bool))
        codes = {label: code for code, label in enumerate(first.labels)}
        others = np.array([codes.get(label, UNREAD) for label in second.labels] or [UNREAD], dtype=np.int32)
        given = np.where(second.given >= 0, others[np.maximum(second.given, 0)], second.given)
        wanted = [n for n, name in enumerate(first.columns) if n and (names is None or name in names)]
        if not wanted:
            return None
        columns = np.array(wanted, dtype=np.intp)
        plain = Answered.same_prompts(first, first.given)
        return difference_of(Answered.same_prompts(first, given), columns, plain, columns, first, "accuracy")

    def _fixed(
        self,
        before: Measured,
        after: Measured | None = None,
        recipe: Recipe | None = None,
        difference: Difference | None = None,
        unseen: Difference | None = None,
    ) -> Fixed:
        ranked = sorted(self.tried.items(), key=lambda one: (-one[1][1], -one[1][0]))
        return Fixed(
            before=before,
            after=after,
            recipe=recipe,
            difference=difference,
            unseen=unseen,
            tried=tuple((about, share, count) for about, (share, count) in ranked),
            prompts=len(self.asked),
            choosing=len({case.example.id for case in self.choosing}),
            verifying=len({case.example.id for case in self.verifying}),
            columns=self.columns,
            notes=tuple(self.notes),
        )
