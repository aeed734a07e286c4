"""The cases of a large suite in columns: a few hundred bytes a case, most of them its text.

A suite of a million cases does not fit into memory as a million objects with their prompts. What cases of one variant
have in common is kept once; each case has its text, its example and the digest of its request. Cases are made of that
when they are asked for, and their prompts as typed spans by applying the operator again.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray

from llmrobust.cases import ORIGINAL, Case
from llmrobust.operators.operator import Variant
from llmrobust.plan import Plan, draw_of, leading_originals, plan_suite, pool_of
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import Example, Suite

_asked = attrgetter(*(one.name for one in fields(Request) if one.init and one.name != "messages"))
"""Everything of a request but its messages, as the arguments after them."""
_DIGEST = 32
"""Bytes of a request's digest."""


class CompactCases(Sequence[Case]):
    """Cases in columns. Cases of one kind differ in nothing but example, text and gold answer."""

    def __init__(self, suite: Suite, shared: _Shared | None = None):
        self._shared = shared or _Shared(suite)
        self._examples = array("I")
        self._kinds = array("I")
        self._messages: list[tuple[tuple[str, str], ...]] = []
        self._expected: list[str | None] = []
        self._digests = bytearray()

    def extend(self, cases: Iterable[Case]) -> None:
        """Add cases of the suite at the end."""
        if isinstance(cases, CompactCases):
            self._examples.extend(cases._examples)
            self._kinds.extend(cases._kinds)
            self._messages += cases._messages
            self._expected += cases._expected
            self._digests += cases._digests
            return
        shared = self._shared
        for case in cases:
            self._examples.append(shared.number_of(case.example))
            self._kinds.append(shared.kind_of(case))
            self._messages.append(case.request.messages)
            self._expected.append(case.expected)
            self._digests += bytes.fromhex(case.request.content_hash())

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> Case: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Case]: ...
    def __getitem__(self, index: int | slice) -> Case | Sequence[Case]:
        if isinstance(index, slice):
            return [self._case(number) for number in range(len(self))[index]]
        return self._case(range(len(self))[index])

    def __iter__(self) -> Iterator[Case]:
        return map(self._case, range(len(self)))

    def kinds(self) -> Iterator[Case]:
        """For each case one of its kind, which are all made already."""
        return map(self._shared.kinds.__getitem__, self._kinds)

    def of_examples(self, ids: Collection[str]) -> CompactCases:
        """Those of some examples."""
        mine = {number for number, example in enumerate(self._shared.suite.examples) if example.id in ids}
        found = CompactCases(self._shared.suite, self._shared)
        for number, example in enumerate(self._examples):
            if example in mine:
                found._examples.append(example)
                found._kinds.append(self._kinds[number])
                found._messages.append(self._messages[number])
                found._expected.append(self._expected[number])
                found._digests += self._digests[number * _DIGEST : (number + 1) * _DIGEST]
        return found

    def example_numbers(self) -> NDArray[np.uint32]:
        """The place of each case's example in the suite."""
        return np.frombuffer(self._examples, dtype=np.uint32)

    def of_uses(self, uses: Collection[str]) -> NDArray[np.intp]:
        """The numbers of the cases of some uses of operators."""
        mine = [number for number, kind in enumerate(self._shared.kinds) if kind.use in uses]
        return np.flatnonzero(np.isin(np.frombuffer(self._kinds, dtype=np.uint32), mine))

    def at(self, numbers: NDArray[np.intp]) -> Sequence[Case]:
        """The cases with these numbers, made when they are asked for."""
        return _CasesAt(self, numbers)

    def firsts(self) -> NDArray[np.intp]:
        """For each case the number of the first case with the same request; its own, where no earlier one has it."""
        digests = np.frombuffer(self._digests, dtype=f"S{_DIGEST}")
        _, first, which = np.unique(digests, return_index=True, return_inverse=True)
        found: NDArray[np.intp] = first[which]
        return found

    def _case(self, number: int) -> Case:
        kind = self._shared.kinds[self._kinds[number]]
        request = Request(self._messages[number], *_asked(kind.request))
        digest = self._digests[number * _DIGEST : (number + 1) * _DIGEST]
        object.__setattr__(request, "_hash", digest.hex())
        return Case(
            kind.suite,
            self._shared.suite.examples[self._examples[number]],
            kind.family,
            kind.operator,
            kind.use,
            kind.variant,
            kind.repeat,
            self._shared,
            request,
            self._expected[number],
            kind.relation,
            kind.label_map,
            kind.answer_map,
            kind.severity,
        )


class _CasesAt(Sequence[Case]):
    """Some of the cases in columns."""

    def __init__(self, cases: CompactCases, numbers: NDArray[np.intp]):
        self._cases, self._numbers = cases, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Case: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Case]: ...
    def __getitem__(self, index: int | slice) -> Case | Sequence[Case]:
        if isinstance(index, slice):
            return _CasesAt(self._cases, self._numbers[index])
        return self._cases[int(self._numbers[index])]


class _Shared:
    """What all cases of a suite have in common; makes their prompts again."""

    def __init__(self, suite: Suite):
        self.suite = suite
        self.kinds: list[Case] = []
        self._numbers = {id(example): number for number, example in enumerate(suite.examples)}
        self._known: dict[tuple[object, ...], int] = {}
        self._uses = {use.label: use for use in suite.perturb}
        self._last: tuple[tuple[object, ...], int] = ((), -1)
        self._pool = pool_of(suite)

    def number_of(self, example: Example) -> int:
        """The place of an example of the suite."""
        return self._numbers[id(example)]

    def kind_of(self, case: Case) -> int:
        """The number of the case's kind."""
        maps = (tuple(case.label_map.items()), tuple(case.answer_map.items()))
        key = (case.use, case.variant, case.repeat, case.relation, case.severity, _asked(case.request), maps)
        if key == self._last[0]:
            return self._last[1]
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.kinds)
            self.kinds.append(replace(case, made=self))
        self._last = key, number
        return number

    def prompt_of(self, case: Case) -> Prompt:
        """The case's prompt, by applying its operator to its example again."""
        prompt = render_prompt(self.suite, case.example)
        if case.use == ORIGINAL:
            return prompt
        use = self._uses[case.use]
        made = use.operator.attempts(prompt, use.params, draw_of(self.suite, use, case.example, self._pool))
        wanted = (one for one in made if isinstance(one, Variant) and one.name == case.variant)
        return next(one.prompt for one in wanted if one.prompt.as_messages() == case.request.messages)


@dataclass(frozen=True, slots=True)
class CompactPlan(Plan):
    """A plan with its cases in columns."""

    cases: CompactCases

    def kinds(self) -> Iterable[Case]:
        """As `Plan.kinds`."""
        return self.cases.kinds()

    def originals(self) -> dict[tuple[str, int], Case]:
        """As `Plan.originals`."""
        return {(case.example.id, case.repeat): case for case in leading_originals(self.cases)}

    def cases_of(self, ids: Collection[str]) -> CompactCases:
        """As `Plan.cases_of`."""
        return self.cases.of_examples(ids)


def compact_plan(suite: Suite) -> CompactPlan:
    """As `plan_suite`, with the cases in columns. Raises OperatorError."""
    shared = _Shared(suite)
    plan = plan_suite(suite, lambda: CompactCases(suite, shared))
    return CompactPlan(**{one.name: getattr(plan, one.name) for one in fields(plan)})
