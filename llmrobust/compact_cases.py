"""The cases of a large suite in columns: a few hundred bytes a case, most of them its text.

A suite of a million cases does not fit into memory as a million objects with their prompts. What cases of one variant
have in common is kept once; each case has its text, its example and the digest of its request. Cases are made of that
when they are asked for, and their prompts as typed spans by applying the operator again.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from llmrobust.cases import ORIGINAL, Case, cases_of, expected_of, relation_of
from llmrobust.expansion import Expansion, Messages, PlanPart, draw_of, pool_of
from llmrobust.forked import forked, processes_to_use
from llmrobust.operators.operator import Variant
from llmrobust.plan import Plan, leading_originals, plan_suite
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request, canonical, content_digest
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import Example, OperatorUse, Suite

BLOCKS_TO_SHARE = 4
"""The least number of blocks of examples that are shared among processes: below, starting them takes longer."""
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
        self._texts: list[bytes] = []
        self._expected: list[str | None] = []
        self._digests = bytearray()

    def add(self, example: Example, use: OperatorUse | None, variant: Variant, messages: Messages) -> None:
        """Add the cases of one variant, as `CaseList.add`."""
        shared = self._shared
        number = shared.number_of(example)
        text, said = _packed(messages), canonical(messages)
        expected = expected_of(example, variant, relation_of(use, variant))
        for kind, how in shared.kinds_of(example, use, variant, messages):
            self._examples.append(number)
            self._kinds.append(kind)
            self._texts.append(text)
            self._expected.append(expected)
            self._digests += content_digest(said, how)

    def extend(self, cases: CompactCases) -> None:
        """Add cases of the same suite at the end."""
        self._examples.extend(cases._examples)
        self._kinds.extend(cases._kinds)
        self._texts += cases._texts
        self._expected += cases._expected
        self._digests += cases._digests

    def __getstate__(self) -> dict[str, object]:
        """As it goes to another process: without what every process has."""
        return {**self.__dict__, "_shared": None}

    def adopt(self, shared: _Shared, numbers: Mapping[int, int]) -> None:
        """Become cases of this process. numbers: of kinds here, by their numbers in the other one."""
        self._shared = shared
        self._kinds = array("I", map(numbers.__getitem__, self._kinds))
        known: dict[str | None, str | None] = {}
        self._expected = [known.setdefault(one, one) for one in self._expected]

    def kind_numbers(self) -> set[int]:
        """The numbers of the kinds of its cases."""
        return set(self._kinds)

    def __len__(self) -> int:
        return len(self._texts)

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
                found._texts.append(self._texts[number])
                found._expected.append(self._expected[number])
                found._digests += self.digest(number)
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

    def messages(self, number: int) -> Messages:
        """What the case with this number sends."""
        return _unpacked(self._texts[number], self._shared.kinds[self._kinds[number]].request.messages)

    def digest(self, number: int) -> bytearray:
        """The digest of the request of the case with this number."""
        return self._digests[number * _DIGEST : (number + 1) * _DIGEST]

    def _case(self, number: int) -> Case:
        kind = self._shared.kinds[self._kinds[number]]
        request = Request(self.messages(number), *_asked(kind.request))
        object.__setattr__(request, "_hash", self.digest(number).hex())
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
        self._known: dict[tuple[object, ...], list[tuple[int, str]]] = {}
        self._kind_numbers: dict[tuple[object, ...], int] = {}
        self._uses = {use.label: use for use in suite.perturb}
        self._pool = pool_of(suite)

    def number_of(self, example: Example) -> int:
        """The place of an example of the suite."""
        return self._numbers[id(example)]

    def kinds_of(
        self, example: Example, use: OperatorUse | None, variant: Variant, messages: Messages
    ) -> list[tuple[int, str]]:
        """For each case of a variant the number of its kind, and what `Request.how` says of it."""
        field = self.suite.max_tokens_field
        key = (
            use and use.label,
            variant.name,
            relation_of(use, variant),
            variant.severity,
            tuple(variant.label_map.items()),
            tuple(variant.answer_map.items()),
            tuple([role for role, _ in messages]),
            None if field is None else example.fields[field],
        )
        found = self._known.get(key)
        if found is None:
            cases = cases_of(self.suite, example, use, variant, messages)
            found = self._known[key] = [(self.number_of_kind(case), case.request.how()) for case in cases]
        return found

    def number_of_kind(self, case: Case) -> int:
        """The number of a case's kind; the case becomes one if there is none yet."""
        maps = (tuple(case.label_map.items()), tuple(case.answer_map.items()))
        roles = tuple(role for role, _ in case.request.messages)
        key = (case.use, case.variant, case.repeat, case.relation, case.severity, _asked(case.request), maps, roles)
        number = self._kind_numbers.get(key)
        if number is None:
            number = self._kind_numbers[key] = len(self.kinds)
            self.kinds.append(replace(case, made=self))
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
    """As `plan_suite`, with the cases in columns; a large suite is planned in several processes. Raises
    OperatorError."""
    shared = _Shared(suite)
    plan = plan_suite(suite, lambda: CompactCases(suite, shared), lambda expansion: _parts(expansion, shared))
    return CompactPlan(**{one.name: getattr(plan, one.name) for one in fields(plan)})


def _parts(expansion: Expansion, shared: _Shared) -> Iterator[PlanPart]:
    """The parts of an expansion, from several processes where that is worthwhile and possible.

    Suites whose operators read sentences are planned here: analyses are kept for the session, and so is the pipeline
    that makes them.
    """
    done, suite = 0, expansion.suite
    reads = any("english" in use.operator.needs for use in suite.perturb)
    if len(expansion) >= BLOCKS_TO_SHARE and not expansion.keeps_prompts and not reads:
        processes = processes_to_use()
        if processes > 1:
            for packed in forked(lambda number: _Packed.of(expansion.part(number), shared), len(expansion), processes):
                yield packed.unpacked(shared)
                done += 1
    yield from expansion.parts(done)


@dataclass(slots=True)
class _Packed:
    """A part on its way from another process, where kinds have other numbers."""

    part: PlanPart
    kinds: dict[int, Case]
    """Those of the part, by their numbers there."""

    @classmethod
    def of(cls, part: PlanPart, shared: _Shared) -> _Packed:
        there = sorted(set().union(*(one.kind_numbers() for one in _lists(part))))
        return cls(part, {number: _portable(shared.kinds[number]) for number in there})

    def unpacked(self, shared: _Shared) -> PlanPart:
        """The part, as if it had been made here."""
        first = shared.suite.examples[0]
        numbers = {there: shared.number_of_kind(replace(case, example=first)) for there, case in self.kinds.items()}
        for one in _lists(self.part):
            one.adopt(shared, numbers)
        return self.part


def _lists(part: PlanPart) -> list[CompactCases]:
    lists = [part.originals, *(one for use in part.uses for one in use.by_variant.values())]
    return cast("list[CompactCases]", lists)


def _portable(kind: Case) -> Case:
    """A kind as it can be pickled: without what every process has, and with plain mappings."""
    nothing = cast("Any", None)
    label_map, answer_map = dict(kind.label_map), dict(kind.answer_map)
    return replace(kind, made=nothing, example=nothing, label_map=label_map, answer_map=answer_map)


def _packed(messages: Messages) -> bytes:
    """The texts of messages: behind one another, after the lengths of all but the last."""
    texts = [text.encode("utf-8", "surrogatepass") for _, text in messages]
    return b"".join([*(len(one).to_bytes(4, "little") for one in texts[:-1]), *texts])


def _unpacked(packed: bytes, like: Messages) -> Messages:
    """The messages whose texts `_packed` gave. like: messages with the same roles."""
    if len(like) == 1:
        return ((like[0][0], packed.decode("utf-8", "surrogatepass")),)
    found, last = [], len(like) - 1
    at = last * 4
    for number, (role, _) in enumerate(like):
        size = int.from_bytes(packed[number * 4 : number * 4 + 4], "little") if number < last else len(packed) - at
        found.append((role, packed[at : at + size].decode("utf-8", "surrogatepass")))
        at += size
    return tuple(found)
