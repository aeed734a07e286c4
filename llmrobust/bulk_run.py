"""A large suite asked and judged part by part, so that only results are kept: not all requests and replies at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from llmrobust.cases import Case
from llmrobust.compact_cases import CompactPlan
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.runner import SuiteRun, model_of, noise_floor, short_enough
from llmrobust.score.case_result import CaseResult
from llmrobust.score.judging import Judge
from llmrobust.score.planned_result import PlannedResult
from llmrobust.score.priors import priors
from llmrobust.score.suite_asker import SuiteAsker
from llmrobust.seeds import Stream

PART = 4096
"""Cases that are asked, awaited and judged together."""
AHEAD = 4
"""Parts that are asked before they are awaited, so that a server never waits for us."""


@dataclass(slots=True)
class _Part:
    """Some cases of one operator's use. asked: the numbers of the cases whose requests it submits."""

    use: str
    cases: NDArray[np.intp]
    asked: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    others: list[Request] = field(default_factory=list)
    """Requests that are asked along with them and are no cases'."""
    made: dict[int, Case] = field(default_factory=dict)
    """Those of `asked`, from when it submits them until it is judged."""
    is_submitted: bool = False
    judged: list[CaseResult] | None = None


class _Tokens:
    """The mean number of tokens of responses, as `mean_tokens` over the same ones."""

    def __init__(self) -> None:
        self.total = self.responses = 0

    def add(self, reply: Reply) -> None:
        if isinstance(reply, Response):
            self.total += reply.prompt_tokens + reply.completion_tokens
            self.responses += 1

    def mean(self) -> float | None:
        return round(self.total / self.responses, 3) if self.total else None


class BulkRun:
    """The run of a suite, or of some of its cases."""

    def __init__(self, plan: CompactPlan, part: CompactPlan, chosen: NDArray[np.intp], judge: Judge):
        """part: of the plan, a shard's or all of it. chosen: numbers of the selected cases in the part, in its order;
        of all of them also the noise floor and what methods need is asked. judge: the plan's."""
        self._plan, self._part, self._judge = plan, part, judge
        self._firsts = part.cases.firsts()
        self._is_whole = len(chosen) == len(part.cases)
        counts = np.bincount(self._firsts, minlength=len(part.cases))
        self._needed_again = counts > 1
        self._original = self._numbers_of_originals()
        self._kept: dict[int, Reply] = {}
        self._other: dict[Request, Reply] = {}
        self._tokens = _Tokens()
        self._counted = 0
        self._parts = list(self._made_parts(chosen))
        self._owner = np.full(len(part.cases), -1, dtype=np.intp)
        self._assign()

    @property
    def uses(self) -> tuple[str, ...]:
        """The uses of operators that have selected cases, in order."""
        return tuple(dict.fromkeys(part.use for part in self._parts))

    @property
    def wanted(self) -> int:
        """How many different requests there are."""
        return sum(len(part.asked) for part in self._parts) + len({one for part in self._parts for one in part.others})

    def begin(self, asker: SuiteAsker, *, stored_only: bool = False) -> None:
        """Ask for the first parts in the background."""
        self._submit(asker, 0, stored_only)

    def results(self, use: str, asker: SuiteAsker, *, stored_only: bool = False) -> list[CaseResult]:
        """Wait for the selected cases of a use of an operator and judge them; without those that are only looked up
        and not stored. Raises ModelError."""
        found = []
        for number, part in enumerate(self._parts):
            if part.use == use:
                found += self._judged(number, asker, stored_only)
        return found

    def run(self, asker: SuiteAsker, *, stored_only: bool = False) -> SuiteRun:
        """Wait for every selected case. Raises ModelError."""
        parts = [self._judged(number, asker, stored_only) for number in range(len(self._parts))]
        others = [one for part in self._parts for one in part.others]
        replies = asker.replies(others)
        return self._run_of(parts, dict(zip(others, replies, strict=True)), asker)

    def run_so_far(self, asker: SuiteAsker) -> SuiteRun:
        """What was answered until now."""
        parts = [self._ready(part, asker) if part.judged is None else part.judged for part in self._parts]
        others = [one for part in self._parts if part.is_submitted for one in part.others]
        ready = zip(others, asker.ready(others), strict=True)
        return self._run_of(parts, {one: reply for one, reply in ready if reply is not None}, asker)

    @property
    def is_complete(self) -> bool:
        """Whether every selected case has been judged."""
        return all(part.judged is not None for part in self._parts)

    @property
    def answered(self) -> int:
        """How many different requests have a reply that counts, of the parts that were judged."""
        return self._counted

    def _run_of(
        self, parts: Sequence[list[CaseResult]], others: Mapping[Request, Reply], asker: SuiteAsker
    ) -> SuiteRun:
        there = {one: reply for one, reply in others.items() if not is_not_stored(reply)}
        for request, reply in there.items():
            if request not in self._other:
                self._other[request] = reply
                self._tokens.add(reply)
                self._counted += 1
        judged, too_long = short_enough(self._plan.suite, [one for part in parts for one in part])
        originals = self._original_replies()
        replies = {**originals, **there}
        return SuiteRun(
            plan=self._plan,
            judged=tuple(judged),
            beside=() if self._is_whole else tuple(self._judge.beside(judged, originals)),
            noise=noise_floor(self._part, replies) if self._is_whole else None,
            model=model_of(asker),
            too_long=too_long,
            scoring=asker.choice,
            priors=priors(self._part, replies),
            tokens=self._tokens.mean(),
        )

    def _original_replies(self) -> dict[Request, Reply]:
        numbers = dict.fromkeys(self._original.tolist())
        there = ((self._part.cases[number].request, self._kept.get(int(self._firsts[number]))) for number in numbers)
        return {request: reply for request, reply in there if reply is not None}

    def _judged(self, number: int, asker: SuiteAsker, stored_only: bool) -> list[CaseResult]:
        part = self._parts[number]
        if part.judged is None:
            for owner in np.unique(self._owner[self._firsts_of(part)]).tolist():
                if owner < number and self._parts[owner].judged is None:
                    self._judged(owner, asker, stored_only)
            self._submit(asker, number, stored_only)
            replies = asker.replies([case.request for case in part.made.values()])
            part.judged = self._of(part, dict(zip(part.made, replies, strict=True)))
            asker.forget([case.request for first, case in part.made.items() if first not in self._kept])
            part.made = {}
        return part.judged

    def _ready(self, part: _Part, asker: SuiteAsker) -> list[CaseResult]:
        """What can be judged of a part whose replies are not all there."""
        if not part.is_submitted:
            return []
        ready = zip(part.made, asker.ready([case.request for case in part.made.values()]), strict=True)
        return self._of(part, {first: reply for first, reply in ready if reply is not None})

    def _of(self, part: _Part, replies: Mapping[int, Reply]) -> list[CaseResult]:
        """Judge a part by the replies to the requests that it asked and by those kept of earlier parts."""
        replies = {first: reply for first, reply in replies.items() if not is_not_stored(reply)}
        for first, reply in replies.items():
            self._tokens.add(reply)
            self._counted += 1
            if self._needed_again[first]:
                self._kept[first] = reply
        found: list[CaseResult] = []
        cases, kept = self._part.cases, self._kept
        firsts, cleans = self._firsts[part.cases], self._firsts[self._original[part.cases]]
        for number, first, clean in zip(part.cases.tolist(), firsts.tolist(), cleans.tolist(), strict=True):
            said = kept.get(first) or replies.get(first)
            before = kept.get(clean) or replies.get(clean)
            if said is not None and before is not None:
                result = self._judge.fresh(part.made.get(number) or cases[number], said, before)
                found.append(PlannedResult.instead_of(result, cases, number))
        return found

    def _submit(self, asker: SuiteAsker, number: int, stored_only: bool) -> None:
        """Ask for a part and the next ones."""
        for part in self._parts[number : number + AHEAD + 1]:
            if not part.is_submitted:
                part.is_submitted = True
                sampled = asker.sampled
                part.made = {first: self._part.cases[first] for first in part.asked.tolist()}
                requests = [*(case.request for case in part.made.values()), *part.others]
                asker.submit([one for one in requests if one not in sampled], stored_only=stored_only)

    def _firsts_of(self, part: _Part) -> NDArray[np.intp]:
        """The numbers of the requests that a part needs: of its cases and of their originals."""
        found: NDArray[np.intp] = np.unique(self._firsts[np.concatenate([self._original[part.cases], part.cases])])
        return found

    def _made_parts(self, chosen: NDArray[np.intp]) -> Iterator[_Part]:
        """Parts of one use each."""
        kinds = list(self._part.kinds())
        for use, numbers in groupby(chosen.tolist(), key=lambda number: kinds[number].use):
            mine = np.array(list(numbers), dtype=np.intp)
            for start in range(0, len(mine), PART):
                yield _Part(use, mine[start : start + PART])

    def _assign(self) -> None:
        """Which part submits which request: the first that needs it. In a whole suite random parts also ask again for
        the noise floor, and the last one asks for what methods need."""
        for number, part in enumerate(self._parts):
            order = part.cases
            if not self._is_whole:
                order = np.stack([self._original[part.cases], part.cases], axis=1).ravel()
            new, place = np.unique(self._firsts[order], return_index=True)
            place = np.sort(place[self._owner[new] < 0])
            part.asked = self._firsts[order[place]]
            self._owner[part.asked] = number
        if not self._is_whole or not self._parts:
            return
        stream = Stream(self._plan.suite.seed, "probes", "places")
        for probe in self._part.probes:  # at random places, so that identical prompts meet the server cold and warm
            self._parts[stream.below(len(self._parts))].others.append(probe.request)
        self._parts[-1].others += [one.case.request for one in self._part.content_free]

    def _numbers_of_originals(self) -> NDArray[np.intp]:
        """For each case of the part the number of its original."""
        cases = self._part.cases
        repeats = np.array([kind.repeat for kind in self._part.kinds()], dtype=np.intp)
        examples = cases.example_numbers()
        place = {}
        for number, kind in enumerate(self._part.kinds()):
            if not kind.is_original:
                break
            place[int(examples[number]), kind.repeat] = number
        keys = zip(examples.tolist(), repeats.tolist(), strict=True)
        found = np.fromiter((place[key] for key in keys), dtype=np.intp, count=len(cases))
        self._needed_again[self._firsts[np.unique(found)]] = True
        return found


def is_not_stored(reply: Reply | None) -> bool:
    """Whether a request was only looked up, and is not in the store."""
    return isinstance(reply, Failure) and reply.kind == "not-stored"
