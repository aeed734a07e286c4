"""From a suite to its cases: which prompts are sent, under which names, with which requests.

Pure: the same suite gives byte-identical cases in every process and on every machine.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self, cast

from llmrobust.cases import ORIGINAL, Case, CaseKey, case_name, cases_of, name_of
from llmrobust.operators.editing.analysed_sentences import analyse_sentences
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.operators.operator import Draw, Dropped, Variant
from llmrobust.prompt.content_free import Content, without_content, words_of
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.seeds import Stream
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import Example, OperatorUse, Suite
from llmrobust.text.language import language_of
from llmrobust.text.phrases import many

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
_NUMBER_AT_END = re.compile(r"\d+\Z")
_LOOKED_AT, _RUNNING = 50, 8
"""Examples by which the language is detected, and the characters that a running text has more than."""
Pool = Sequence[tuple[str, Mapping[str, Any]]]
"""Ids and fields of examples."""
BLOCK = 512
"""Examples that go through all operators together: what is found out about their prompts is forgotten after it."""
PROBE = 1_000_000
"""The number of the first repeat of a prompt that is sent again for the noise floor."""


@dataclass(frozen=True, slots=True)
class UseCounts:
    """The outcomes of one operator use over all examples (counts of examples x variants).

    duplicates: variants with the same text as another variant of the same use for the same example. dropped: variants
    that broke the operator's contract, by the reason ("lost a code block"). samples: how many different variants each
    example should have, where the suite sets it; fewer: how many examples have fewer, of those that have any.
    """

    use: str
    cases: int = 0
    not_applicable: int = 0
    unchanged: int = 0
    duplicates: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    samples: int = 1
    fewer: int = 0

    def why_idle(self, examples: int) -> str:
        """Why it made no case of the examples: "not applicable to 4 of 4 examples"."""
        found = [("not applicable to", self.not_applicable), ("changes nothing in", self.unchanged)]
        said = [f"{what} {min(count, examples):,} of {examples:,} examples" for what, count in found if count]
        return ", ".join([*said, *([self.said_dropped] if self.dropped else [])])

    @property
    def said_dropped(self) -> str:
        """What was dropped and why: "2 variants dropped: lost a code block"; empty where nothing was."""
        reasons = sorted(self.dropped.items(), key=lambda one: (-one[1], one[0]))
        if not reasons:
            return ""
        why = ", ".join(f"{reason} ({count:,})" if len(reasons) > 1 else reason for reason, count in reasons)
        return f"{many(sum(self.dropped.values()), 'variant')} dropped: {why}"

    @property
    def said_fewer(self) -> str:
        """For how many examples there are not as many samples as asked for; empty where there are."""
        if not self.fewer:
            return ""
        return f"{many(self.fewer, 'example')} with fewer than {self.samples:,} different variants"


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


class CaseList(Protocol):
    """What a plan's cases are gathered in: a list, or something smaller."""

    def extend(self, cases: Iterable[Case], /) -> None:
        """Add cases at the end."""
        ...

    def __iter__(self) -> Iterator[Case]: ...


def plan_suite(suite: Suite, new_list: Callable[[], CaseList] = list) -> Plan:
    """Expand a suite: first the unperturbed prompts, then each operator use over all examples.

    Variants whose text equals the original's are counted as unchanged, those that repeat another variant of their use
    (of the same severity: a short text has equal variants at two of them) as duplicates, those that break their
    operator's contract as dropped, and none of them gives a case. new_list: makes what cases are gathered in.
    Raises OperatorError.
    """
    cases, foreign = new_list(), _other_language(suite)
    contents = dict.fromkeys(content for use in suite.methods for content in use.method.contents)
    left, uses, pool = [], [], pool_of(suite)
    for use in suite.perturb:
        if foreign and not use.operator.speaks(foreign) and _edits_examples(use):
            left.append(use.label)
            uses.append(_UsePlan(suite, use, pool, new_list, is_left_out=True))
        else:
            uses.append(_UsePlan(suite, use, pool, new_list))
    kept: list[Prompt] = []
    for start in range(0, len(suite.examples), BLOCK):
        rendered = [(one, render_prompt(suite, one)) for one in suite.examples[start : start + BLOCK]]
        for example, prompt in rendered:
            cases.extend(cases_of(suite, example, None, Variant(prompt, ORIGINAL)))
        for planned in uses:
            planned.expand(rendered)
        for _, prompt in rendered:
            prompt.forget()
        kept += [prompt for _, prompt in rendered] if contents else []
    for planned in uses:
        for group in planned.by_variant.values():
            cases.extend(group)
        planned.by_variant.clear()
    found: Sequence[Case] = tuple(cases) if isinstance(cases, list) else cast("Sequence[Case]", cases)
    return Plan(
        suite=suite,
        cases=found,
        counts=tuple(planned.counts() for planned in uses),
        probes=tuple(_probes(suite, found)),
        content_free=tuple(_content_free(suite, found, kept, list(contents))),
        foreign=foreign,
        left_out=tuple(left),
    )


class _UsePlan:
    """A use of an operator on its way through the examples."""

    def __init__(
        self, suite: Suite, use: OperatorUse, pool: Pool, new_list: Callable[[], CaseList], *, is_left_out: bool = False
    ):
        self.by_variant: dict[str, CaseList] = {}
        self._suite, self._use, self._new_list, self._is_left_out = suite, use, new_list, is_left_out
        self._pool = pool
        self._samples = getattr(use.params, "samples", 1)
        self._made = self._not_applicable = self._unchanged = self._duplicates = self._fewer = 0
        self._dropped = {} if is_left_out else dict(use.params.lost({example.id for example in suite.examples}))

    def expand(self, rendered: Sequence[tuple[Example, Prompt]]) -> None:
        """Make the cases of some examples. Raises OperatorError."""
        use = self._use
        if self._is_left_out:
            self._not_applicable += len(rendered)
            return
        if "english" in use.operator.needs:
            analyse_sentences([prompt for _, prompt in rendered], use.operator.targets(use.params))
        for example, prompt in rendered:
            self._expand_one(example, prompt)

    def _expand_one(self, example: Example, prompt: Prompt) -> None:
        use = self._use
        text = prompt.as_messages()
        seen: set[tuple[int | None, tuple[tuple[str, str], ...]]] = set()
        empty = True
        series: dict[str, int] = {}
        for variant in use.operator.attempts(prompt, use.params, draw_of(self._suite, use, example, self._pool)):
            empty = False
            if isinstance(variant, Dropped):
                self._dropped[variant.reason] = self._dropped.get(variant.reason, 0) + 1
                continue
            said = variant.prompt.as_messages()
            if said == text:
                self._unchanged += 1
                continue
            if (variant.severity, said) in seen:
                self._duplicates += 1
                continue
            seen.add((variant.severity, said))
            self._made += 1
            kind = _NUMBER_AT_END.sub("", variant.name)
            series[kind] = series.get(kind, 0) + 1
            group = self.by_variant.get(variant.name)
            if group is None:
                group = self.by_variant[variant.name] = self._new_list()
            group.extend(cases_of(self._suite, example, use, variant, said))
        self._not_applicable += empty
        found = series.values() if use.params.samples_of_each or empty else [sum(series.values())]
        self._fewer += any(count < self._samples for count in found)

    def counts(self) -> UseCounts:
        """What became of the use."""
        if self._is_left_out:
            return UseCounts(use=self._use.label, not_applicable=self._not_applicable)
        return UseCounts(
            use=self._use.label,
            cases=self._made,
            not_applicable=self._not_applicable,
            unchanged=self._unchanged,
            duplicates=self._duplicates,
            dropped=self._dropped,
            samples=self._samples,
            fewer=self._fewer,
        )


def leading_originals(cases: Iterable[Case]) -> Iterator[Case]:
    """The unperturbed cases of a whole plan, which come first."""
    return itertools.takewhile(lambda case: case.is_original, cases)


def pool_of(suite: Suite) -> Pool:
    """All examples of a suite, as `Draw.pool`."""
    return tuple((example.id, example.fields) for example in suite.examples)


def draw_of(suite: Suite, use: OperatorUse, example: Example, pool: Pool) -> Draw:
    """What an operator may know about an example besides its prompt. pool: all examples, as `Draw.pool`."""
    return Draw(
        seed=suite.seed,
        use=use.label,
        example_id=example.id,
        fields=example.fields,
        labels=suite.answer.choices,
        expected=example.expected,
        pool=pool,
        language=suite.language.split("-")[0],
        check=suite.answer.check,
        allow_unreviewed=suite.allow_unreviewed,
    )


def _other_language(suite: Suite) -> str:
    """The language of the examples, where the suite names none and it is not the usual one; empty otherwise."""
    if suite.language_given or not suite.perturb:
        return ""
    values = (value for example in suite.examples[:_LOOKED_AT] for value in _texts_in(example.fields))
    found = language_of(values)
    return "" if found == suite.language else found


def _texts_in(fields: Mapping[str, Any]) -> Iterator[str]:
    """The running texts among an example's fields, lists of them included."""
    for value in fields.values():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, str) and len(one) > _RUNNING:
                yield one


def _edits_examples(use: OperatorUse) -> bool:
    """Whether the operator may edit what comes from the examples, and not only the template's own text."""
    return not {*use.operator.targets(use.params)} <= {"instruction", "text", *STRUCTURE}


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
