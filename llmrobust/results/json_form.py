"""The JSON form of a run, typed: what is written, what is read back, and the schema of both."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal, NotRequired, TypeVar, cast

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from llmrobust.gate import DecisionStatus
from llmrobust.operators.operator import Relation
from llmrobust.results.form_types import LIST, NAME, STRICT, Count, Number, Share, Short
from llmrobust.results.json_settings import AnswerForm, ColumnForm, FormatForm, SamplingForm, SanityForm, ScoringForm
from llmrobust.results.judge_form import JudgedForm
from llmrobust.score.verdict import Status

F = TypeVar("F")
_ONE_PROMPT = ConfigDict(strict=True, json_schema_extra={"oneOf": [{"required": ["prompt"]}, {"required": ["edits"]}]})


@with_config(STRICT)
class MessageForm(TypedDict):
    """A message of a prompt."""

    role: str
    text: str


@with_config(STRICT)
class SmallestForm(TypedDict):
    """The smallest part of a variant's edits that still flips the answer."""

    edits: list[Annotated[tuple[Count, Count, Count, str], LIST]]
    of: Count
    minimal: bool
    probes: Count
    answer: str | None


@with_config(_ONE_PROMPT)
class CaseForm(TypedDict):
    """A case. `prompt` or `edits`: the prompt, or its edits of the unperturbed one that comes before it."""

    example: str
    family: str
    operator: str
    use: str
    variant: str
    repeat: Count
    relation: Annotated[Relation, NAME]
    severity: NotRequired[int | None]
    status: Annotated[Status, NAME]
    answer: str | None
    clean_answer: str | None
    expected: str | None
    correct: bool | None
    agrees: bool | None
    moves: NotRequired[bool | None]
    reason: NotRequired[str]
    scored_by: Literal["logprobs", "constrained", "text"] | None
    margin: NotRequired[Number | None]
    probabilities: NotRequired[list[Share] | None]
    label_mass: NotRequired[Share | None]
    mass_is_bound: NotRequired[bool]
    text: NotRequired[str]
    finish_reason: NotRequired[str]
    logprobs: NotRequired[list[Number | None] | None]
    request: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    changed: NotRequired[bool | None]
    clean_prompt: NotRequired[list[MessageForm]]
    prompt: NotRequired[list[MessageForm]]
    edits: NotRequired[list[Annotated[tuple[Count, Count, Count, str], LIST]]]
    smallest: NotRequired[SmallestForm]


@with_config(STRICT)
class MeasurementForm(TypedDict):
    """A metric over a group of cases."""

    metric: str
    scope: Annotated[str, Field(min_length=1)]
    group: str
    value: Number | None
    low: Number | None
    high: Number | None
    confidence: Annotated[Number, Field(gt=0, lt=1)]
    n_examples: Count
    n_variants: Count
    n_cases: Count
    undefined: str | None
    over: str | None
    n_clusters: NotRequired[Annotated[int, Field(ge=1)]]


@with_config(STRICT)
class WorstForm(TypedDict):
    """An example that a gate fails by, and the columns of its variants."""

    example: str
    columns: list[str]


@with_config(STRICT)
class DecisionForm(TypedDict):
    """What a gate decided."""

    id: str
    status: Annotated[DecisionStatus, NAME]
    metric: str
    min: Number | None
    max: Number | None
    per: Annotated[str, Field(min_length=1)]
    group: str
    over: str | None
    where: dict[str, list[str]]
    against: list[str]
    baseline: str | None
    same: list[Literal["prompt", "model"]]
    confidence: Number | None
    correction: Literal["none", "holm", "benjamini-hochberg", "max"]
    field: str | None
    of: NotRequired[str | None]
    inconclusive: Literal["fail", "warn"]
    noise: Share | None
    early: Annotated[tuple[Count, Count], LIST] | None
    line: Count
    measurement: MeasurementForm | None
    cause: str
    reason: str
    remedy: str
    worst: list[WorstForm]


@with_config(STRICT)
class UseForm(TypedDict):
    """A use of an operator, and what became of it."""

    use: str
    operator: str
    version: int
    line: Count
    digest: Short
    cases: Count
    not_applicable: Count
    unchanged: Count
    duplicates: Count
    english: NotRequired[str]
    share: NotRequired[Annotated[tuple[Share, Share, Share], LIST]]
    dropped: NotRequired[dict[str, Count]]
    samples: NotRequired[Count]
    fewer: NotRequired[Count]


@with_config(STRICT)
class NoiseForm(TypedDict):
    """The noise floor; examples: how often each was asked again, and answered differently."""

    rate: Number
    low: Number
    high: Number
    confidence: Number
    examples: dict[str, Annotated[tuple[int, int], LIST]]


@with_config(STRICT)
class PlaceForm(TypedDict):
    """Where a message of the prompt is written."""

    role: str
    path: str
    line: Annotated[int, Field(ge=1)]


@with_config(STRICT)
class ChangeForm(TypedDict):
    """What changed since a revision."""

    since: str
    commit: Annotated[str, Field(pattern="^[0-9a-f]{40,64}$")]
    is_base: bool
    recorded: bool
    reasons: list[str]
    cases: Count


@with_config(STRICT)
class MethodForm(TypedDict):
    """A method that the suite compares."""

    label: str
    method: str
    params: dict[str, Any]


@with_config(STRICT)
class PriorForm(TypedDict):
    """The labels' probabilities for inputs without content."""

    content: str
    column: str
    prompts: Count
    probabilities: list[Share]


@with_config(STRICT)
class MethodAnswersForm(TypedDict):
    """What a method answered that sent prompts of its own: one answer for each case, in their order."""

    label: str
    requests: Number
    tokens: Number | None
    once: Count
    notes: list[str]
    answers: list[str | None]
    failed: NotRequired[list[Count]]
    probabilities: NotRequired[list[list[Share] | None]]
    votes: NotRequired[list[Annotated[tuple[Count, Count], LIST]]]
    plain_tokens: NotRequired[Number]
    unusable: NotRequired[str]


@with_config(STRICT)
class SuiteForm(TypedDict):
    """A suite after the run."""

    name: str
    path: str
    digest: str
    seed: int
    repeats: Annotated[int, Field(ge=1)]
    choices: list[str]
    prompt_digest: Short
    prompts: list[PlaceForm]
    answer: AnswerForm | None
    sampling: SamplingForm | None
    language: str
    protect: list[str]
    replies_kept: bool
    examples: Count
    example_digests: dict[str, str]
    left_out: NotRequired[dict[str, Count]]
    clusters: NotRequired[dict[str, str]]
    methods: NotRequired[list[MethodForm]]
    priors: NotRequired[list[PriorForm]]
    method_answers: NotRequired[list[MethodAnswersForm]]
    format: NotRequired[FormatForm]
    column: NotRequired[ColumnForm]
    tokens: NotRequired[Number | None]
    sanity_baselines: NotRequired[list[SanityForm]]
    planned: Count
    answered: Count
    waves: Count | None
    strict: NotRequired[bool]
    scoring: NotRequired[ScoringForm | None]
    judge: NotRequired[JudgedForm]
    changed: NotRequired[ChangeForm | None]
    statuses: dict[str, Count]
    uses: list[UseForm]
    noise_floor: NoiseForm | None
    measurements: list[MeasurementForm]
    decisions: list[DecisionForm]
    cases: list[CaseForm]


@with_config(STRICT)
class ModelForm(TypedDict):
    """The model that answered."""

    spec: str
    name: str
    backend: str
    fingerprint: str
    max_model_len: Count
    scoring: list[str]
    details: dict[str, str]


@with_config(STRICT)
class MetricsForm(TypedDict):
    """How intervals were made."""

    confidence: Number
    resamples: Count


@with_config(STRICT)
class ManifestForm(TypedDict):
    """What the run depended on besides its suites."""

    llmrobust: str
    python: str
    english: NotRequired[str]
    shard: NotRequired[Annotated[str, Field(pattern="^[0-9]+/[0-9]+$")]]
    model: ModelForm | None
    metrics: MetricsForm


@with_config(STRICT)
class RequestsForm(TypedDict):
    """Counts of requests."""

    planned: Count
    unique: Count
    from_store: Count
    sent: Count
    failed: Count
    prompt_tokens: Count
    completion_tokens: Count
    reasoning_tokens: NotRequired[Count]


@with_config(STRICT)
class FormulaForm(TypedDict):
    """What a metric of the run means."""

    formula: str
    better: Literal["higher", "lower", "nearer to zero"]


@with_config(STRICT)
class TimingForm(TypedDict):
    """What differs between equal runs."""

    busy_s: Number


@with_config(STRICT)
class JudgeFactsForm(TypedDict):
    """A model that judged answers, and what it was sent."""

    specs: list[str]
    model: ModelForm | None
    requests: RequestsForm


@with_config(STRICT)
class ModelRunForm(TypedDict):
    """One of several models of a run."""

    label: str
    model: ModelForm | None
    requests: RequestsForm


@with_config(ConfigDict(strict=True, defer_build=True))
class RunForm(TypedDict):
    """A whole run."""

    format: Literal["llmrobust-run"]
    version: Literal[1]
    manifest: ManifestForm
    requests: RequestsForm
    suites: list[SuiteForm]
    metrics: dict[str, FormulaForm]
    timing: TimingForm
    judges: NotRequired[list[JudgeFactsForm]]
    models: NotRequired[list[ModelRunForm]]


def form_of(kind: type[F], value: Any) -> F:
    """A dataclass whose fields are those of a form; lists for tuples."""
    return cast("F", {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(value).items()})


RUN: TypeAdapter[RunForm] = TypeAdapter(RunForm)


def checked_run(value: Any) -> RunForm:
    """JSON values as a run; fields that are not known are left out.

    Raises ValueError that names the first place where they are not of the form.
    """
    try:
        return RUN.validate_python(value)
    except ValidationError as error:
        raise ValueError(_first(error)) from None


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(map(str, detail["loc"]))
    if detail["type"] == "missing":
        return f"{place} is missing"
    return f"{place} cannot be {detail['input']!r:.40}"


def schema_of(adapter: TypeAdapter[Any], title: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a form, which allows no further fields."""
    schema = adapter.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    schema["$defs"] = {name: _closed(one) for name, one in sorted(schema.get("$defs", {}).items())}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_closed(schema), "title": title}


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """An object's schema without further fields; without the titles that pydantic makes up."""
    closed = {key: value for key, value in schema.items() if key != "title"}
    if "properties" in closed:
        closed["properties"] = {
            name: {key: value for key, value in one.items() if key != "title"}
            for name, one in closed["properties"].items()
        }
        closed["additionalProperties"] = False
    return closed
