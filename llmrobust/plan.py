"""From a suite to its cases: which prompts are sent, under which names, with which requests.

Pure: the same suite gives byte-identical cases in every process and on every machine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self, cast

from llmrobust.cases import ORIGINAL, Case, CaseKey, case_name, cases_of, name_of
from llmrobust.expansion import CaseList, CaseObjects, Expansion, PlanPart, UseCounts
from llmrobust.prompt.content_free import Content, without_content, words_of
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.seeds import Stream
from llmrobust.suitefile.suite import Suite

__all__ = [
    "ORIGINAL",
    "PROBE",
    "Case",
    "CaseKey",
    "ContentFree",
    "Plan",
    "UseCounts",
    "case_name",
    "cases_of",
    "name_of",
    "plan_suite",
]
PROBE = 1_000_000
"""The number of the first repeat of a prompt that is sent again for the noise floor."""


@dataclass(frozen=True, slots=True)
class ContentFree:
    """A prompt of a column without content, sent for methods that need it; it is no case. column: as in tables, empty
    for the unperturbed prompt."""

    content: Content
    column: str
    case: Case


@dataclass(frozen=True, slots=True)
class Plan:
    """All cases of a suite in display order, with the counts of every operator use."""

    suite: Suite
    cases: Sequence[Case]
    counts: tuple[UseCounts, ...]
    probes: tuple[Case, ...] = ()
    """Unperturbed prompts that are sent again to measure the noise floor; they are not cases."""
    content_free: tuple[ContentFree, ...] = ()
    foreign: str = ""
    """The code of the examples' language, where it is another one than the suite's by default; empty if it is not."""
    left_out: tuple[str, ...] = ()
    """Uses of operators for another language, which are not applied to such examples."""

    @property
    def said_foreign(self) -> str:
        """That examples are in another language, and what is left out; empty if they are not, or nothing is."""
        if not self.left_out:
            return ""
        shown = ", ".join(self.left_out[:3]) + (
            f" and {len(self.left_out) - 3:,} more" if len(self.left_out) > 3 else ""
        )
        return (
            f'the examples are in another language (detected: "{self.foreign}"), so operators written for '
            f'"{self.suite.language}" are left out: {shown}'
        )

    @property
    def foreign_hint(self) -> str:
        """What to do about examples in another language."""
        return f"set `language: {self.foreign}`, or `language: {self.suite.language}` if that is what they are in"

    def idle_uses(self) -> list[tuple[str, str]]:
        """(use, why) of every operator use that perturbs no example."""
        return [(one.use, one.why_idle(len(self.suite.examples))) for one in self.counts if not one.cases]

    @property
    def perturbs_nothing(self) -> bool:
        """Whether the suite names operators, and none of them perturbs any example."""
        return bool(self.counts) and not any(one.cases for one in self.counts)

    def requests(self) -> list[Request]:
        """All requests of the suite in sending order: the probes are at random positions, so that identical prompts
        meet the server cold and warm and in different batches."""
        asked = [case.request for case in self.cases]
        stream = Stream(self.suite.seed, "probes", "places")
        for probe in self.probes:
            asked.insert(stream.below(len(asked) + 1), probe.request)
        return [*asked, *(one.case.request for one in self.content_free)]

    def kinds(self) -> Iterable[Case]:
        """For every case, in order, one of the same use, variant and repeat: itself, or one that is there already."""
        return self.cases

    def columns(self) -> dict[str, tuple[str, str]]:
        """(family, operator) of every variant, in table order."""
        return {case.column: (case.family, case.operator) for case in self.kinds() if not case.is_original}

    def originals(self) -> dict[tuple[str, int], Case]:
        """The unperturbed case of every (example id, repeat)."""
        return {(case.example.id, case.repeat): case for case in self.cases if case.is_original}

    def cases_of(self, ids: Collection[str]) -> Sequence[Case]:
        """The cases of some examples."""
        return tuple(case for case in self.cases if case.example.id in ids)

    def of_examples(self, ids: Collection[str]) -> Self:
        """The plan with only the cases, probes and prompts without content of some examples."""
        return replace(
            self,
            cases=self.cases_of(ids),
            probes=tuple(case for case in self.probes if case.example.id in ids),
            content_free=tuple(one for one in self.content_free if one.case.example.id in ids),
        )


def plan_suite(
    suite: Suite,
    new_list: Callable[[], CaseList] | None = None,
    parts_of: Callable[[Expansion], Iterator[PlanPart]] = Expansion.parts,
) -> Plan:
    """Expand a suite: first the unperturbed prompts, then each operator use over all examples.

    Variants whose text equals the original's are counted as unchanged, those that repeat another variant of their use
    (of the same severity: a short text has equal variants at two of them) as duplicates, those that break their
    operator's contract as dropped, and none of them gives a case. new_list: makes what cases are gathered in, a list
    by default. parts_of: gives the parts of an expansion, in order.
    Raises OperatorError.
    """
    new_list = new_list or (lambda: CaseObjects(suite))
    contents = dict.fromkeys(content for use in suite.methods for content in use.method.contents)
    expansion = Expansion(suite, new_list, keeps_prompts=bool(contents))
    counts = expansion.counts_before()
    cases, kept = new_list(), list[Prompt]()
    by_variant: list[dict[str, CaseList]] = [{} for _ in counts]
    for part in parts_of(expansion):
        cases.extend(part.originals)
        kept += part.prompts
        for number, one in enumerate(part.uses):
            counts[number] = counts[number].plus(one.counts)
            for name, group in one.by_variant.items():
                if name in by_variant[number]:
                    by_variant[number][name].extend(group)
                else:
                    by_variant[number][name] = group
    for groups in by_variant:
        for name in list(groups):
            cases.extend(groups.pop(name))
    found = cast("Sequence[Case]", tuple(cases) if isinstance(cases, list) else cases)
    return Plan(
        suite=suite,
        cases=found,
        counts=tuple(counts),
        probes=tuple(_probes(suite, found)),
        content_free=tuple(_content_free(suite, found, kept, list(contents))),
        foreign=expansion.foreign,
        left_out=expansion.left_out,
    )


def leading_originals(cases: Iterable[Case]) -> Iterator[Case]:
    """The unperturbed cases of a whole plan, which come first."""
    return itertools.takewhile(lambda case: case.is_original, cases)


def _content_free(
    suite: Suite, cases: Sequence[Case], rendered: Sequence[Prompt], wanted: Sequence[Content]
) -> Iterator[ContentFree]:
    """The prompts without content that the suite's methods need: each column's first prompt around other inputs."""
    if not wanted:
        return
    words = words_of(rendered)
    first: dict[str, Case] = {}
    for case in cases:
        if case.repeat == 0:
            first.setdefault("" if case.is_original else case.column, case)
    for content in wanted:
        for column, case in first.items():
            for prompt in without_content(case.prompt, content, words, suite.seed):
                request = replace(case.request, messages=prompt.as_messages())
                yield ContentFree(content, column, replace(case, made=prompt, request=request, expected=None))


def _probes(suite: Suite, cases: Sequence[Case]) -> Iterator[Case]:
    """A sample of the unperturbed prompts, each as often as configured, with separate request numbers."""
    spec = suite.noise_floor
    if spec is None:
        return
    originals = [case for case in leading_originals(cases) if case.repeat == 0]
    for case in Stream(suite.seed, "probes").sample(originals, spec.examples):
        for time in range(spec.times):
            number = PROBE + time
            yield replace(case, repeat=number, request=replace(case.request, repeat=number))
