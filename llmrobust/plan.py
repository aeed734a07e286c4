"""From a suite to its cases: which prompts are sent, under which names, with which requests.

Pure: the same suite gives byte-identical cases in every process and on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from llmrobust.operators.editing.analysed_sentences import analyse_sentences
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.operators.operator import NO_LABELS, Draw, Dropped, Relation, Variant
from llmrobust.prompt.content_free import Content, without_content, words_of
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.seeds import Stream
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import Example, OperatorUse, Suite
from llmrobust.text.language import language_of
from llmrobust.text.phrases import many

_NUMBER_AT_END = re.compile(r"\d+\Z")
_LOOKED_AT, _RUNNING = 50, 8
"""Examples by which the language is detected, and the characters that a running text has more than."""
PROBE = 1_000_000
"""The number of the first repeat of a prompt that is sent again for the noise floor."""
ORIGINAL = "original"
"""The family, operator and variant name of unperturbed cases."""


class CaseKey(NamedTuple):
    """What identifies a case across versions of a suite: its operator's use, the variant, the example, the repeat."""

    use: str
    variant: str
    example: str
    repeat: int


@dataclass(frozen=True, slots=True)
class Case:
    """An example, perturbed in one way (or not at all), sent once: the unit that pytest shows.

    use: label of the operator's use in the suite. variant: the variant's name, a column of the metrics' tables.
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
    prompt: Prompt
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
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def column(self) -> str:
        """The variant's column in tables: use and variant name."""
        return f"{self.use}/{self.variant}"


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
    cases: tuple[Case, ...]
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

    def columns(self) -> dict[str, tuple[str, str]]:
        """(family, operator) of every variant, in table order."""
        return {case.column: (case.family, case.operator) for case in self.cases if not case.is_original}

    def originals(self) -> dict[tuple[str, int], Case]:
        """The unperturbed case of every (example id, repeat)."""
        return {(case.example.id, case.repeat): case for case in self.cases if case.is_original}


def plan_suite(suite: Suite) -> Plan:
    """Expand a suite: first the unperturbed prompts, then each operator use over all examples.

    Variants whose text equals the original's are counted as unchanged, those that repeat another variant of their use
    (of the same severity: a short text has equal variants at two of them) as duplicates, those that break their
    operator's contract as dropped, and none of them gives a case. Raises OperatorError.
    """
    rendered = [(example, render_prompt(suite, example)) for example in suite.examples]
    cases = [case for example, prompt in rendered for case in cases_of(suite, example, None, Variant(prompt, ORIGINAL))]
    counts = []
    pool = tuple((example.id, example.fields) for example in suite.examples)
    foreign = _other_language(suite)
    left = []
    for use in suite.perturb:
        if foreign and not use.operator.speaks(foreign) and _edits_examples(use):
            left.append(use.label)
            counts.append(UseCounts(use=use.label, not_applicable=len(rendered)))
            continue
        if "english" in use.operator.needs:
            analyse_sentences([prompt for _, prompt in rendered], use.operator.targets(use.params))
        made = not_applicable = unchanged = duplicates = fewer = 0
        samples = getattr(use.params, "samples", 1)
        dropped = dict(use.params.lost({example.id for example in suite.examples}))
        by_variant: dict[str, list[Case]] = {}
        for example, prompt in rendered:
            draw = Draw(
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
            text = prompt.as_messages()
            seen: set[tuple[int | None, tuple[tuple[str, str], ...]]] = set()
            empty = True
            series: dict[str, int] = {}
            for variant in use.operator.attempts(prompt, use.params, draw):
                empty = False
                if isinstance(variant, Dropped):
                    dropped[variant.reason] = dropped.get(variant.reason, 0) + 1
                    continue
                said = variant.prompt.as_messages()
                if said == text:
                    unchanged += 1
                    continue
                if (variant.severity, said) in seen:
                    duplicates += 1
                    continue
                seen.add((variant.severity, said))
                made += 1
                kind = _NUMBER_AT_END.sub("", variant.name)
                series[kind] = series.get(kind, 0) + 1
                by_variant.setdefault(variant.name, []).extend(cases_of(suite, example, use, variant))
            not_applicable += empty
            found = series.values() if use.params.samples_of_each or empty else [sum(series.values())]
            fewer += any(count < samples for count in found)
        cases += [case for group in by_variant.values() for case in group]
        counts.append(
            UseCounts(
                use=use.label,
                cases=made,
                not_applicable=not_applicable,
                unchanged=unchanged,
                duplicates=duplicates,
                dropped=dropped,
                samples=samples,
                fewer=fewer,
            )
        )
    probes, content_free = _probes(suite, cases), _content_free(suite, cases, [prompt for _, prompt in rendered])
    return Plan(
        suite=suite,
        cases=tuple(cases),
        counts=tuple(counts),
        probes=tuple(probes),
        content_free=tuple(content_free),
        foreign=foreign,
        left_out=tuple(left),
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


def _content_free(suite: Suite, cases: Sequence[Case], rendered: Sequence[Prompt]) -> Iterator[ContentFree]:
    """The prompts without content that the suite's methods need: each column's first prompt around other inputs."""
    wanted = dict.fromkeys(content for use in suite.methods for content in use.method.contents)
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
                yield ContentFree(content, column, replace(case, prompt=prompt, request=request, expected=None))


def _probes(suite: Suite, cases: Sequence[Case]) -> Iterator[Case]:
    """A sample of the unperturbed prompts, each as often as configured, with separate request numbers."""
    spec = suite.noise_floor
    if spec is None:
        return
    originals = [case for case in cases if case.is_original and case.repeat == 0]
    for case in Stream(suite.seed, "probes").sample(originals, spec.examples):
        for time in range(spec.times):
            number = PROBE + time
            yield replace(case, repeat=number, request=replace(case.request, repeat=number))


def cases_of(suite: Suite, example: Example, use: OperatorUse | None, variant: Variant) -> Iterator[Case]:
    """The cases of one variant, one a repeat."""
    relation = (variant.relation or use.operator.relation) if use else Relation.SAME
    shown = tuple(variant.label_map.get(label, label) for label in suite.answer.choices)
    expected = _expected(example, variant, relation)
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
            prompt=variant.prompt,
            request=request,
            expected=expected,
            relation=relation,
            label_map=variant.label_map,
            answer_map=variant.answer_map,
            severity=variant.severity,
        )


def _expected(example: Example, variant: Variant, relation: Relation) -> str | None:
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
