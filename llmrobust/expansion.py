"""The expansion of a suite's examples, block by block: every operator use over every example of the block.

What a block gives depends on nothing but the suite, so that blocks may be expanded in any process and order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from llmrobust.cases import ORIGINAL, Case, cases_of
from llmrobust.operators.editing.analysed_sentences import analyse_sentences
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.operators.operator import Draw, Dropped, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import Example, OperatorUse, Suite
from llmrobust.text.language import language_of
from llmrobust.text.phrases import many

_NUMBER_AT_END = re.compile(r"\d+\Z")
_LOOKED_AT, _RUNNING = 50, 8
"""Examples by which the language is detected, and the characters that a running text has more than."""
Pool = Sequence[tuple[str, Mapping[str, Any]]]
"""Ids and fields of examples."""
Messages = tuple[tuple[str, str], ...]
BLOCK = 512
"""Examples that go through all operators together: what is found out about their prompts is forgotten after it."""


class CaseList(Protocol):
    """What cases are gathered in: a list, or something smaller."""

    def add(self, example: Example, use: OperatorUse | None, variant: Variant, messages: Messages) -> None:
        """Add the cases of one variant, whose prompt has these messages; without a use the unperturbed ones."""
        ...

    def extend(self, cases: Self, /) -> None:
        """Add cases of the same suite at the end."""
        ...


class CaseObjects(list[Case]):
    """The cases of a suite as a list."""

    def __init__(self, suite: Suite):
        super().__init__()
        self._suite = suite

    def add(self, example: Example, use: OperatorUse | None, variant: Variant, messages: Messages) -> None:
        """As `CaseList.add`."""
        self.extend(cases_of(self._suite, example, use, variant, messages))


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

    def plus(self, other: UseCounts) -> UseCounts:
        """Of the same use over these examples and those of `other`."""
        dropped = dict(self.dropped)
        for reason, count in other.dropped.items():
            dropped[reason] = dropped.get(reason, 0) + count
        return UseCounts(
            use=self.use,
            cases=self.cases + other.cases,
            not_applicable=self.not_applicable + other.not_applicable,
            unchanged=self.unchanged + other.unchanged,
            duplicates=self.duplicates + other.duplicates,
            dropped=dropped,
            samples=self.samples,
            fewer=self.fewer + other.fewer,
        )

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


@dataclass(slots=True)
class UsePart:
    """What one operator use made of some examples: its cases by variant, and its counts."""

    by_variant: dict[str, CaseList]
    counts: UseCounts


@dataclass(slots=True)
class PlanPart:
    """What a block of examples gives. prompts: the unperturbed ones, where they are kept."""

    originals: CaseList
    uses: list[UsePart]
    prompts: list[Prompt] = field(default_factory=list)


class Expansion:
    """Expands the blocks of a suite.

    foreign: the code of the examples' language, where it is another one than the suite's by default, else empty.
    left_out: the uses of operators for another language, which are not applied to such examples. keeps_prompts:
    whether parts have their unperturbed prompts.
    """

    def __init__(self, suite: Suite, new_list: Callable[[], CaseList], *, keeps_prompts: bool = False):
        self.suite = suite
        self.foreign = _other_language(suite)
        self.left_out = tuple(
            use.label
            for use in suite.perturb
            if self.foreign and not use.operator.speaks(self.foreign) and _edits_examples(use)
        )
        self.keeps_prompts, self._new_list, self._pool = keeps_prompts, new_list, pool_of(suite)

    def __len__(self) -> int:
        return -(-len(self.suite.examples) // BLOCK)

    def counts_before(self) -> list[UseCounts]:
        """The counts of each operator use before any example: the variants that its parameters name and that cannot
        be made."""
        ids = {example.id for example in self.suite.examples}
        return [
            UseCounts(use.label)
            if use.label in self.left_out
            else UseCounts(use.label, dropped=dict(use.params.lost(ids)), samples=samples_of(use))
            for use in self.suite.perturb
        ]

    def parts(self, first: int = 0) -> Iterator[PlanPart]:
        """The cases of all blocks in order, from one on. Raises OperatorError."""
        return map(self.part, range(first, len(self)))

    def part(self, number: int) -> PlanPart:
        """The cases of a block, by its number from 0. Raises OperatorError."""
        examples = self.suite.examples[number * BLOCK : (number + 1) * BLOCK]
        rendered = [(one, render_prompt(self.suite, one)) for one in examples]
        part = PlanPart(self._new_list(), [])
        for example, prompt in rendered:
            part.originals.add(example, None, Variant(prompt, ORIGINAL), prompt.as_messages())
        part.uses = [self._expanded(use, rendered) for use in self.suite.perturb]
        for _, prompt in rendered:
            prompt.forget()
        part.prompts = [prompt for _, prompt in rendered] if self.keeps_prompts else []
        return part

    def _expanded(self, use: OperatorUse, rendered: Sequence[tuple[Example, Prompt]]) -> UsePart:
        """The cases of an operator use. Raises OperatorError."""
        if use.label in self.left_out:
            return UsePart({}, UseCounts(use.label, not_applicable=len(rendered)))
        if "english" in use.operator.needs:
            analyse_sentences([prompt for _, prompt in rendered], use.operator.targets(use.params))
        one = _UseOfBlock(self.suite, use, self._new_list, self._pool)
        for example, prompt in rendered:
            one.expand(example, prompt)
        return UsePart(one.by_variant, one.counts())


class _UseOfBlock:
    """A use of an operator on its way through the examples of a block."""

    def __init__(self, suite: Suite, use: OperatorUse, new_list: Callable[[], CaseList], pool: Pool):
        self.by_variant: dict[str, CaseList] = {}
        self._suite, self._use, self._new_list, self._pool = suite, use, new_list, pool
        self._samples = samples_of(use)
        self._made = self._not_applicable = self._unchanged = self._duplicates = self._fewer = 0
        self._dropped: dict[str, int] = {}

    def expand(self, example: Example, prompt: Prompt) -> None:
        """Make the cases of an example. Raises OperatorError."""
        use = self._use
        text = prompt.as_messages()
        seen: set[tuple[int | None, Messages]] = set()
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
            group.add(example, use, variant, said)
        self._not_applicable += empty
        found = series.values() if use.params.samples_of_each or empty else [sum(series.values())]
        self._fewer += any(count < self._samples for count in found)

    def counts(self) -> UseCounts:
        """What became of the use."""
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


def samples_of(use: OperatorUse) -> int:
    """How many different variants each example should have."""
    return int(getattr(use.params, "samples", 1))


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
