"""A validated suite: plain frozen values, each traceable to its place in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from llmrobust.errors import Location
from llmrobust.methods import MethodUse
from llmrobust.operators.operator import Operator, Params
from llmrobust.request import Mode, Sampling, Scoring

if TYPE_CHECKING:
    from llmrobust.prompt.template import Template

NGRAM_CHECKS = ("bleu", "chrf", "rouge")
"""Checks of free texts by shared words or letters."""
CHECKS = (
    "choice",
    "exact",
    "contains",
    "regex",
    "number",
    "json",
    "ranking",
    "multilabel",
    "slots",
    "code",
    "similarity",
    "tool_call",
    "judge",
    *NGRAM_CHECKS,
)
"""The built-in values of `answer: {check: ...}`; projects and distributions add their own."""
CaseMode = Literal["report", "strict"]
Correction = Literal["none", "holm", "benjamini-hochberg", "max"]
Side = Literal["prompt", "model"]
"""One of the two things that a run tries on the suite's examples."""
SCOPES = ("suite", "family", "operator", "variant")
"""What a gate may decide on; any other scope is a field of the examples."""


TooLong = Literal["error", "skip"]
LEFT_OUT = {
    "where": "left out by where",
    "missing": "without a gold answer or a field of the prompt",
    "too_long": "too long for the model",
}
"""Why rows of the data became no examples, as text."""


def left_out_words(left_out: Sequence[tuple[str, int]]) -> str:
    """ "812 rows left out by where, 3 without a gold answer or a field of the prompt"; empty without any."""
    said = [f"{count:,} {LEFT_OUT.get(why, why)}" for why, count in left_out if count]
    if not said:
        return ""
    first, _, rest = said[0].partition(" ")
    return ", ".join([f"{first} {'row' if first == '1' else 'rows'} {rest}", *said[1:]])


def field_text(value: str | float | bool) -> str:
    """A field's value as gates name it: true and false in small letters, numbers as they are written."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Example:
    """A row of data: its id (unique in the suite), fields, and the gold answer if there is one.

    cluster: what it shares with the examples that it belongs together with; None where it is independent.
    """

    id: str
    fields: Mapping[str, Any]
    expected: str | None = None
    cluster: str | None = None


FieldCheck = Literal["exact", "number", "list", "set", "date", "quantity"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of JSON answers: a dotted path, and how its values are compared.

    tolerance: for `number` and `quantity`, the absolute difference that counts as equal (in the unit of the field).
    unit: for `quantity`, what values are converted to, and what bare numbers are in; empty for base units. day_first:
    for `date`, how 03/04/2024 is meant; None if it is not read.
    """

    name: str
    check: FieldCheck = "exact"
    tolerance: float = 0.0
    unit: str = ""
    day_first: bool | None = None


MEETS_CRITERIA = "meets the criteria"
"""The gold answer where a judge looks at criteria and nothing else."""
JudgeQuestion = Literal["same", "entailment", "criteria"]
JudgeScale = Literal["yes/no", "1..5"]


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """What people said of texts that the judge is asked about too.

    first, second: the two texts; for criteria the answer, and the reference answer or nothing. prompt: what was asked,
    or nothing. holds: whether people said that they say the same, or that the answer meets the criteria.
    """

    first: str
    second: str
    holds: bool
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """A second model that says whether texts say the same, or whether answers meet criteria.

    llm: its specs, as `--llm` takes them. question: what it is asked; entailment: whether
    each of two texts follows from the other. scale: what it answers with; min: with 1..5, the
    least grade that means yes. labels: the file with people's labels as the suite names it, empty without; kappa_min:
    the least agreement with them (Cohen's kappa) at which gates trust it. digest: of the labels.
    """

    llm: tuple[str, ...]
    question: JudgeQuestion = "same"
    criteria: str = ""
    scale: JudgeScale = "yes/no"
    min: int = 4
    labels: str = ""
    kappa_min: float = 0.6
    digest: str = ""
    labelled: tuple[LabelledTexts, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """How an answer is read and judged.

    field: the examples' field with the gold answer, or None. choices: the closed set of answers, or empty.
    check: how an answer is read and compared, by its name. pattern: for `regex`, the expression whose first group
    (or whole match) is the answer. tolerance: for `number`, the absolute difference that counts as equal. For `json`:
    json_path: the dotted path of the value that is compared; empty for the whole value. coerce: texts that are numbers,
    true, false or null count as these. fields: those that are compared, each by itself; empty for the whole value.
    top: for `ranking`, how many items metrics look at; None for all. classes: for `multilabel`, the closed set, or
    empty. min: for `similarity`, `bleu`, `chrf` and `rouge`, the value from which two texts are one answer.
    judge: for `judge`, the second model.
    after: what stands before the final answer in a reply ("Answer:"); its last occurrence counts. Empty for nothing.
    embedder: what makes vectors of answers; empty: the project's function.
    accept_low_mass: whether gates may pass on log-probabilities of labels that the model will hardly write.
    """

    field: str | None = None
    choices: tuple[str, ...] = ()
    check: str = "exact"
    scoring: Scoring = "auto"
    pattern: str | None = None
    tolerance: float = 0.0
    json_path: str = ""
    ignore_case: bool = True
    accept_low_mass: bool = False
    coerce: bool = False
    fields: tuple[FieldSpec, ...] = ()
    top: int | None = None
    classes: tuple[str, ...] = ()
    min: float = 0.8
    judge: JudgeSpec | None = None
    embedder: str = ""
    after: str = ""

    @property
    def has_gold(self) -> bool:
        """Whether there is something that makes answers right: gold answers, or criteria."""
        return self.field is not None or (self.judge is not None and self.judge.question == "criteria")


@dataclass(frozen=True, slots=True)
class Share:
    """A share of real inputs, with its 95 % interval: low <= estimate <= high."""

    low: float
    estimate: float
    high: float


@dataclass(frozen=True, slots=True)
class OperatorUse:
    """One entry of `perturb:`; label is unique in the suite and stable ("typo.keyboard", "typo.keyboard-2").

    share: of real inputs, those that have what it makes; None where the suite does not say.
    """

    operator: Operator
    params: Params
    label: str
    location: Location
    share: Share | None = None

    @property
    def family(self) -> str:
        """The operator's family."""
        return self.operator.family


@dataclass(frozen=True, slots=True)
class GateSpec:
    """One entry of `gate:`: a metric with bounds, over a selection of cases.

    per: one decision for the suite, or for each family, operator or variant, or each value of a field of the examples.
    over: only variants of this family or operator. where: only examples whose fields have these values. by: the field
    of the examples that the metric reads (`field:` in the file), for metrics that read one. of: the field of JSON
    answers that it measures, None for the whole answer. against: files of stored runs that this one is compared with;
    then the bounds are on the difference (this run - that run), except for metrics that are made to compare runs.
    baseline: the one of them that is the suite's baseline (`against: baseline`). same: "prompt", "model", or both,
    which must be those of the runs in `against`. correction: how several decisions of one gate share its error rate.
    """

    metric: str
    location: Location
    min: float | None = None
    max: float | None = None
    per: str = "suite"
    over: str | None = None
    confidence: float | None = None
    """None compares the estimate with the bound; a level such as 0.95 compares the interval's far end instead."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str | None = None
    against: tuple[Path, ...] = ()
    correction: Correction = "none"
    inconclusive: Literal["fail", "warn"] = "fail"
    baseline: Path | None = None
    same: tuple[Side, ...] = ()
    of: str | None = None


@dataclass(frozen=True, slots=True)
class NoiseSpec:
    """How many examples' unperturbed prompts are sent again, and how often."""

    examples: int
    times: int


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What loading a gate needs to know about its metric.

    needs_gold: undefined without gold answers. needs_variants: measured on perturbed cases. lowest, highest: its range.
    needs_answer_field: the field that its gate names has an answer.
    """

    needs_gold: bool
    needs_variants: bool
    lowest: float
    highest: float
    needs_field: bool = False
    needs_answer_field: bool = False
    needs_reference: bool = False
    needs_severities: bool = False
    needs_shares: bool = False


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message of the prompt before rendering.

    role: as in `llmrobust.chat_messages`. path: the suite file, or the prompt's own file. calls: tool calls of an
    assistant's message, as text after that of the template.
    """

    role: str
    template: Template
    path: Path
    calls: str = ""


@dataclass(frozen=True, slots=True)
class ToolsSpec:
    """The tools that are sent.

    listed: JSON in the OpenAI API's form, empty where `field` names the field of the examples that has them.
    choice: `tool_choice` as JSON, or empty.
    """

    listed: str = ""
    field: str | None = None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite file that passed every check.

    seed: every random stream of the suite derives from it. language: code of the prompts' language. repeats: how often
    each prompt is sent. noise_floor: whether identical prompts are sent again, to measure server noise. digest: SHA-256
    over the suite file and every file that it names. cases: "report" leaves the verdict on flips to the gates, "strict"
    fails each flipped or wrong case.
    """

    name: str
    path: Path
    messages: tuple[MessageTemplate, ...]
    examples: tuple[Example, ...]
    answer: AnswerSpec
    sampling: Sampling
    perturb: tuple[OperatorUse, ...]
    gates: tuple[GateSpec, ...]
    mode: Mode = "chat"
    seed: int = 0
    language: str = "en"
    language_given: bool = True
    """Whether the suite names its language; where not, plans look at the examples."""
    repeats: int = 1
    noise_floor: NoiseSpec | None = None
    cases: CaseMode = "report"
    protect: tuple[str, ...] = ()
    extra: str = ""
    """Further fields of the body of HTTP requests, as JSON with sorted keys; empty without any."""
    chat_template_kwargs: str = ""
    """What chat templates are given beside the messages, likewise."""
    tools: ToolsSpec | None = None
    structured: str = ""
    """`response_format` or `structured_outputs` as a JSON object with that key; empty without either."""
    reasoning: bool = False
    """Whether the model thinks before it answers."""
    max_tokens_field: str | None = None
    """The field of the examples with the most tokens of an answer, where they differ."""
    digest: str = ""
    cluster: str | None = None
    """The field that groups examples that belong together."""
    too_long: TooLong = "error"
    """Whether an example of which a prompt does not fit the model's context is an error, or is left out."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Rows of the data that became no examples: (why, how many), why being a key of `LEFT_OUT`."""
    methods: tuple[MethodUse, ...] = ()
    """Ways of answering that are compared; `plain` is always there."""
    prompt: str = ""
    """Which of the prompts of its file this is, where that has several (`prompts:`): its id."""
    base: str = ""
    """The name of a suite with several prompts, without the prompt's id."""
    weights: str = ""
    """"traffic" where every use has its share of real inputs, else empty."""
    accept_unreviewed: bool = False
    """Whether gates may pass on generated variants that nobody has reviewed."""
    allow_unreviewed: bool = False
    """Whether such variants are used at all: a choice of whoever runs the suite, never of the file."""
    files: tuple[Path, ...] = field(default=())
    """Every file that the suite was read from, itself first."""


_TOKENS = {"choice": 16, "number": 256, "json": 256, "tool_call": 256}
THINKING_TOKENS = 4096


def usual_max_tokens(check: str, *, after: str = "", reasoning: bool = False) -> int:
    """max_tokens by the kind of answer, if a suite does not set it: the way to a number is often written out.

    after: the marker that a chain of thought ends with. reasoning: whether the model thinks first.
    """
    if reasoning:
        return THINKING_TOKENS
    return max(_TOKENS.get(check, 512), 512 if after else 0)
