"""A suite in a session: its plan, what was selected, and the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.bulk_run import BulkRun, is_not_stored
from llmrobust.compact_cases import CompactPlan
from llmrobust.engine import Asker
from llmrobust.errors import ModelError
from llmrobust.plan import Case, CaseKey, Plan
from llmrobust.request import Reply, Request
from llmrobust.results.suite_result import Column
from llmrobust.runner import SuiteRun, goes_in_waves, is_too_long, model_of, run_in_waves
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.checks import CHECKS
from llmrobust.score.embedding import embedder_problem
from llmrobust.score.judging import Judge
from llmrobust.score.model_judge import Judges
from llmrobust.score.similarity import CHECK as SIMILARITY
from llmrobust.score.suite_asker import SuiteAsker
from llmrobust.shard import Shard
from llmrobust.text.phrases import many

if TYPE_CHECKING:
    from llmrobust.changes import SuiteChange


class SessionSuite:
    """The state of one suite, asked of one model; items of the session share it.

    model: the label of one of several models; empty for a single one. cases: the selected ones in item order without
    repetition. in_waves: whether the sequential mode may leave some of them out. as_tests: whether test functions take
    them. gates: whether a gate is selected. change: what changed since
    the revision that the user named, None where none was; since: that revision. smallest: of flipped cases, by
    key, the smallest edit that flips them, where that was looked for. part: the plan of what this session may ask: a
    shard's part of the plan, or all of it.
    """

    def __init__(
        self,
        path: Path,
        plan: Plan,
        model: str,
        asker: Callable[[], Asker],
        settle: Callable[[str], None],
        judges: Judges,
        shard: Shard | None = None,
        *,
        in_bulk: bool = False,
    ):
        """asker: gives the model's engine; raises LlmRobustError if there is none. settle: waits until it is decided
        for all suites of the session how their labels are scored. judges: the session's, for `check: judge`.
        in_bulk: whether an item has all cases of an operator."""
        self.path = path
        self.plan = plan
        self.model = model
        self.shard = shard
        self.part = plan if shard is None else shard.part(plan)
        self._in_part = None if shard is None or in_bulk else frozenset(map(id, self.part.cases))
        self.judge = Judge(plan, judges.opinions(plan.suite.answer))
        self.in_bulk = in_bulk
        self._uses: set[str] = set()
        self._bulk: BulkRun | None = None
        self.cases: Sequence[Case] = []
        self.in_waves = False
        self.as_tests = False
        self.gates = False
        self.is_collected = False
        self.change: SuiteChange | None = None
        self.since = ""
        self.smallest: dict[CaseKey, SmallestEdit] = {}
        self._judges = judges
        self._engine = asker
        self._settle = settle
        self._asker_of_suite: SuiteAsker | None = None
        self._seen: set[int] = set()
        self._run: SuiteRun | None = None
        self._in_run: frozenset[CaseKey] = frozenset()

    @property
    def column(self) -> Column:
        """Which of several prompts and models it is; empty where there is one."""
        suite = self.plan.suite
        return Column(suite.base or suite.name, suite.prompt, self.model)

    @property
    def levels(self) -> list[str]:
        """The names of prompt and model in items' ids, where there are several."""
        return list(self.column.levels)

    @property
    def is_selected(self) -> bool:
        """Whether any case or gate of it is in the session; a shard reports suites of which it has none, too."""
        return bool(self.cases) or self.gates or self.is_collected

    @property
    def is_unchanged(self) -> bool:
        """Whether it is answered from the store alone."""
        return self.change is not None and not self.change.reasons

    @property
    def why_not_asked(self) -> str:
        """Why a case that is unchanged and has no stored response is skipped."""
        return f"unchanged since {self.since}, and not in the reply store"

    @cached_property
    def judges_alone(self) -> bool:
        """Whether answers are judged by this package's own code, and none of the project's or a distribution's."""
        check = CHECKS.get(self.plan.suite.answer.check)
        return not check.code and check.read.__module__.startswith("llmrobust.")

    @property
    def asker(self) -> SuiteAsker:
        """The engine as this suite asks it. Raises LlmRobustError where there is none."""
        return self._of_suite(self._engine())

    @property
    def said_shard(self) -> str:
        """How much of the suite the session's shard has; empty without shards."""
        if self.shard is None:
            return ""
        name, asked, planned = self.plan.suite.name, len(self.part.cases), len(self.plan.cases)
        return f"{name}: shard {self.shard} has {asked:,} of {many(planned, 'case')}"

    def takes(self, case: Case) -> bool:
        """Whether a case that was collected belongs to the session's shard; always without shards."""
        self.is_collected = True
        return self._in_part is None or id(case) in self._in_part

    def add(self, case: Case) -> None:
        """Select a case; suite files and test functions may share it."""
        if id(case) not in self._seen:
            self._seen.add(id(case))
            self.cases = self.cases if isinstance(self.cases, list) else list(self.cases)
            self.cases.append(case)

    def has_uses(self, uses: Sequence[str]) -> bool:
        """Whether the session's shard has any case of some uses of operators; noted as `takes` does."""
        self.is_collected = True
        return any(kind.use in uses for kind in self.part.kinds())

    def add_uses(self, uses: Iterable[str]) -> None:
        """Select all cases of some uses of operators."""
        self._uses.update(uses)
        if isinstance(self.part, CompactPlan):
            self.cases = self.part.cases.at(self.part.cases.of_uses(self._uses))
        else:
            self.cases = [case for case in self.part.cases if case.use in self._uses]

    def complete(self, again: bool) -> None:
        """Select every case if only gates are selected, or gates that failed are run again: gates need all cases."""
        if self.gates and (again or not self.cases):
            if self.in_bulk:
                self.add_uses(kind.use for kind in self.part.kinds())
                return
            for case in self.part.cases:
                self.add(case)

    def go_in_waves(self) -> None:
        """Ask in waves, where the suite can be decided early and is selected as a whole."""
        whole = len(self.cases) == len(self.plan.cases) and not self.as_tests
        self.in_waves = whole and not self.is_unchanged and goes_in_waves(self.plan)

    def ask(self, *, stored_only: bool = False) -> None:
        """Ask for what was selected in the background. Raises LlmRobustError where there is no engine."""
        bulk = self._bulk_run()
        if bulk is None:
            self.asker.submit(self.requests(), stored_only=stored_only)
        else:
            bulk.begin(self.asker, stored_only=stored_only)

    def _bulk_run(self) -> BulkRun | None:
        """The run part by part; None where everything must be asked at once, or item by item."""
        at_once = self.in_waves or self.judge.opinions is not None or self.plan.suite.answer.check == SIMILARITY
        if at_once or not isinstance(self.plan, CompactPlan) or not isinstance(self.part, CompactPlan):
            return None
        if self._bulk is None:
            chosen = self.part.cases.of_uses(self._uses)
            self._bulk = BulkRun(self.plan, self.part, chosen, self.judge)
        return self._bulk

    def requests(self) -> list[Request]:
        """The requests of the selected cases and their originals; for a whole suite also those for the noise floor."""
        if len(self.cases) == len(self.part.cases):
            return list(dict.fromkeys(self.part.requests()))
        return list(dict.fromkeys(r for case in self.cases for r in (self.judge.original(case).request, case.request)))

    def spared(self, case: Case) -> bool:
        """Whether the sequential mode decides its gates without this case; waits for that. Raises ModelError."""
        if not self.in_waves:
            return False
        self.run()
        return case.key not in self._in_run

    def judged(self, case: Case) -> CaseResult | None:
        """Wait for the responses to a case and its original, and judge it; None if unchanged and not in the store.

        Raises ModelError.
        """
        self._settle(self.model)
        if self.judge.opinions is not None or self.plan.suite.answer.check == SIMILARITY:
            self.run()  # all answers are shown to the judge, or embedded, at once
            self._check_readers()
        replies = self.asker.replies((self.judge.original(case).request, case.request))
        if self.is_unchanged and any(map(is_not_stored, replies)):
            return None
        return self.judge.judged(case, replies[1], replies[0])

    def judged_of(self, uses: Sequence[str]) -> list[CaseResult]:
        """Wait for the responses to all cases of some uses of operators, and judge them; without those that are
        unchanged and not in the store, or spared. Raises ModelError."""
        self._settle(self.model)
        bulk = self._bulk_run()
        if bulk is not None:
            asker = self.asker
            return [one for use in uses for one in bulk.results(use, asker, stored_only=self.is_unchanged)]
        run = self.run()
        self._check_readers()
        return [one for one in run.judged if one.use in uses]

    def _check_readers(self) -> None:
        """Raises ModelError where the model that judges, or embeds, answers is gone: one error, not one a case."""
        name, answer = self.column.name, self.plan.suite.answer
        problem = self._judges.problem(answer)
        if problem is not None:
            raise ModelError(f"the judge of {name}: {problem}")
        if answer.check == SIMILARITY and (broken := embedder_problem(answer.embedder)):
            raise ModelError(f"the answers of {name} cannot be compared: {broken}")

    def original_of(self, case: Case) -> CaseResult | None:
        """What `judged` gives for the original of a case."""
        return self.judged(self.judge.original(case))

    def is_too_long(self, case: Case) -> bool:
        """Whether the case's prompt, or the original one, does not fit the model's context."""
        return any(one is not None and is_too_long(one) for one in (self.judged(case), self.original_of(case)))

    def run(self) -> SuiteRun:
        """Wait for every selected case. Raises ModelError."""
        if self._run is None:
            if self.in_waves:
                self._run = run_in_waves(self.plan, self.asker)
                self._in_run = frozenset(one.key for one in self._run.judged)
            else:
                self._settle(self.model)
                bulk = self._bulk_run()
                if bulk is not None:
                    self._run = self._checked(bulk, bulk.run(self.asker, stored_only=self.is_unchanged))
                else:
                    self._run = self._judge_all(self.asker, self.asker.replies(self.requests()))
        return self._run

    def _checked(self, bulk: BulkRun, run: SuiteRun) -> SuiteRun:
        """The run, whose gates are not decided where something unchanged is not in the store."""
        return replace(run, decided={}) if self.is_unchanged and bulk.answered < bulk.wanted else run

    def run_so_far(self, engine: Asker) -> SuiteRun:
        """What was answered of it until now."""
        if self._run is not None:
            return self._run
        asker = self._of_suite(engine)
        bulk = self._bulk_run()
        if bulk is not None:
            return self._checked(bulk, bulk.run_so_far(asker))
        return self._judge_all(asker, asker.ready(self.requests()))

    def is_answered_by(self, run: SuiteRun) -> bool:
        """Whether nothing that was selected is missing, so that methods with prompts of their own can be asked."""
        there = len(run.judged)
        if run.too_long:
            there += sum(case.example.id in run.too_long for case in self.cases)
        return bool(run.judged) and (self.in_waves or there == len(self.cases))

    def _of_suite(self, engine: Asker) -> SuiteAsker:
        if self._asker_of_suite is None:
            self._asker_of_suite = SuiteAsker(engine, self.plan)
        return self._asker_of_suite

    def _judge_all(self, asker: SuiteAsker, replies: Sequence[Reply | None]) -> SuiteRun:
        wanted = self.requests()
        there: Mapping[Request, Reply] = {
            request: reply
            for request, reply in zip(wanted, replies, strict=True)
            if reply is not None and not is_not_stored(reply)
        }
        run = SuiteRun.of(self.plan, there, self.cases, model_of(asker), self.judge, asker.choice, self.part)
        if self.is_unchanged and len(there) < len(wanted):  # with a noise floor, all cases are not everything
            return replace(run, decided={})
        return run
