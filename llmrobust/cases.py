"""The cases of a suite: one prompt of one example each, with the request that is sent and the name that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from llmrobust.operators.operator import NO_LABELS, Relation, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.suitefile.suite import Example, OperatorUse, Suite

ORIGINAL = "original"
"""The family, operator and variant name of unperturbed cases."""


class CaseKey(NamedTuple):
    """What identifies a case across versions of a suite: its operator's use, the variant, the example, the repeat."""

    use: str
    variant: str
    example: str
    repeat: int


class PromptMaker(Protocol):
    """Makes the prompts of cases that do not hold them."""

    def prompt_of(self, case: Case) -> Prompt:
        """The case's prompt."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """An example, perturbed in one way (or not at all), sent once: the unit that pytest shows.

    use: label of the operator's use in the suite. variant: the variant's name, a column of the metrics' tables.
    made: the prompt, or what makes it again.
    expected: the gold answer as a canonical label (before `label_map`), or None. label_map: canonical label ->
    label as shown in this prompt. answer_map: canonical answer -> the required new one.
    """

    suite: str
    example: Example
    family: str
    operator: str
    use: str
    variant: str
    repeat: int
    made: Prompt | PromptMaker
    request: Request
    expected: str | None
    relation: Relation = Relation.SAME
    label_map: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)
    answer_map: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)
    severity: int | None = None

    @property
    def key(self) -> CaseKey:
        """What identifies the case across versions of its suite."""
        return CaseKey(self.use, self.variant, self.example.id, self.repeat)

    @property
    def prompt(self) -> Prompt:
        """The prompt as typed spans."""
        return self.made if isinstance(self.made, Prompt) else self.made.prompt_of(self)

    @property
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def column(self) -> str:
        """The variant's column in tables: use and variant name."""
        return f"{self.use}/{self.variant}"


def cases_of(
    suite: Suite,
    example: Example,
    use: OperatorUse | None,
    variant: Variant,
    messages: tuple[tuple[str, str], ...] | None = None,
) -> Iterator[Case]:
    """The cases of one variant, one a repeat. messages: of its prompt, where they are known."""
    relation = relation_of(use, variant)
    shown = tuple(variant.label_map.get(label, label) for label in suite.answer.choices)
    expected = expected_of(example, variant, relation)
    if messages is None:
        messages = variant.prompt.as_messages()
    sampling = suite.sampling
    if suite.max_tokens_field is not None:
        sampling = replace(sampling, max_tokens=int(example.fields[suite.max_tokens_field]))
    for repeat in range(suite.repeats):
        request = Request(
            messages=messages,
            mode=suite.mode,
            sampling=replace(sampling, seed=sampling.seed + repeat) if repeat else sampling,
            labels=shown,
            scoring=suite.answer.scoring,
            repeat=repeat,
            extra=suite.extra,
            template=suite.chat_template_kwargs if suite.mode == "chat" else "",
            ignore_case=suite.answer.ignore_case or not shown,
            structured=suite.structured,
            reasoning=suite.reasoning,
            after=suite.answer.after if shown else "",
        )
        yield Case(
            suite=suite.name,
            example=example,
            family=use.family if use else ORIGINAL,
            operator=use.operator.name if use else ORIGINAL,
            use=use.label if use else ORIGINAL,
            variant=variant.name,
            repeat=repeat,
            made=variant.prompt,
            request=request,
            expected=expected,
            relation=relation,
            label_map=variant.label_map,
            answer_map=variant.answer_map,
            severity=variant.severity,
        )


def relation_of(use: OperatorUse | None, variant: Variant) -> Relation:
    """What a variant promises of its answer; without a use that of an unperturbed prompt."""
    return (variant.relation or use.operator.relation) if use else Relation.SAME


def expected_of(example: Example, variant: Variant, relation: Relation) -> str | None:
    """The gold answer of a variant; None if the answer must change to something unspecified."""
    if variant.expected is not None or example.expected is None:
        return variant.expected
    if relation is Relation.MUST_CHANGE and example.expected not in variant.answer_map:
        return None
    return variant.answer_map.get(example.expected, example.expected)


def case_name(case: Case) -> str:
    """The case's name below its family: use, variant, example, and the repeat where there are several.

    "keyboard-0[ex-012]" for use "typo.keyboard", "bracketed[ex-3]" for use "format", "plain[ex-1]" for originals.
    """
    return name_of(case.family, case.key)


def name_of(family: str, key: CaseKey) -> str:
    """A case's name from its family and key, see `case_name`."""
    kind = key.use.removeprefix(family).lstrip(".-")
    words = [word for word in (kind, "" if family == ORIGINAL else key.variant) if word]
    again = f",repeat-{key.repeat}" if key.repeat else ""
    return f"{'-'.join(words) or 'plain'}[{key.example}{again}]"
