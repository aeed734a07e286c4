"""The sections of a suite file as pydantic models: their keys and types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from llmrobust.request import Scoring
from llmrobust.suitefile.suite import CaseMode, Correction, FieldCheck, JudgeQuestion, JudgeScale, Side, TooLong

Count = Annotated[int, Field(ge=1)]
FieldValue = str | int | float | bool
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A mapping in a suite file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class TextFile(Section):
    """A prompt text in a separate file, relative to the suite."""

    file: str = Field(min_length=1)


def _kind_of_text(value: Any) -> str:
    return "a file" if isinstance(value, dict | TextFile) else "a string"


Text = Annotated[
    Annotated[str, Tag("a string")] | Annotated[TextFile, Tag("a file")],
    Discriminator(_kind_of_text),
]
"""A prompt text, inline or in a file."""


class TextPart(Section):
    """A part of a message's content; only text can be sent."""

    type: Literal["text"] = "text"
    text: Text


def _kind_of_content(value: Any) -> str:
    return "parts" if isinstance(value, list) else _kind_of_text(value)


Content = Annotated[
    Annotated[str, Tag("a string")] | Annotated[TextFile, Tag("a file")] | Annotated[list[TextPart], Tag("parts")],
    Discriminator(_kind_of_content),
]
"""What a message says: a text, or a list of parts ({type: text, text: ...})."""


class MessageSection(Section):
    """One message of `prompt: {messages: [...]}`; a last one of the assistant is continued by the model."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    tool_calls: list[dict[str, Any]] | None = Field(
        default=None, description="For the assistant: what it called, as {name, arguments} or in the OpenAI API's form."
    )
    tool_call_id: str | None = Field(
        default=None, description="For a tool: the id of the call that it answers; without it, the calls in order."
    )


class PromptSection(Section):
    """The prompt: `system` and `user`, or `messages`, or `completion` (plain text without chat template)."""

    system: Text | None = None
    developer: Text | None = None
    user: Text | None = None
    prefill: Text | None = Field(default=None, description="The beginning of the answer, which the model continues.")
    messages: list[MessageSection] | None = None
    completion: Text | None = None
    tools: Any = Field(default=None, description="Like the suite's tools.")
    tool_choice: Any = Field(default=None, description="Like the suite's tool_choice.")


class NamedPrompt(PromptSection):
    """One of several prompts (`prompts:`): its id, and the prompt as under `prompt:`, or a file with the user's
    message."""

    id: str = Field(pattern=r"^[\w.-]+$", description="In items' ids and in tables.")
    file: str | None = Field(default=None, min_length=1, description="The user's message, relative to the suite.")


class LongLayout(Section):
    """One row a variant: which rows are one example, and which of them is the unperturbed one."""

    id: str = Field(min_length=1, description="The field whose value the rows of one example share.")
    variant: str = Field(min_length=1, description="The field that names the kind of a row.")
    original: str = Field(default="original", description="Its value in the unperturbed row.")


class RowsSection(Section):
    """Which rows of the data become examples, and under which names."""

    limit: Count | None = Field(default=None, description="At most this many of the remaining examples.")
    seed: int | None = Field(
        default=None, description="Sample the limited examples with this seed; without it, take the first ones."
    )
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="New field name -> name in the data, or a path to a value inside: question.choices[*].text.",
    )
    where: dict[str, FieldValue | list[FieldValue]] = Field(
        default_factory=dict, description="Only rows whose fields have these values; the others are counted."
    )
    missing: Literal["error", "skip"] = Field(
        default="error",
        description="skip: leave out, and count, rows without a gold answer or a field that the prompt uses.",
    )
    long: LongLayout | None = Field(
        default=None, description="The data has one row per variant; published.columns uses these rows."
    )


class FileData(RowsSection):
    """Examples from a file: .jsonl, .json, .csv, .tsv or .parquet (with the extra llmrobust[parquet])."""

    file: str = Field(
        min_length=1,
        description="Relative to the suite; ${LLMROBUST_DATA}/... is in the folder that this variable names.",
    )
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="Delimiter of a CSV file; detected by default."
    )
    absent: Literal["error", "skip"] = Field(
        default="error", description="skip: on machines without the file, pytest skips the suite and reports why."
    )


class HubData(RowsSection):
    """Examples from a Hugging Face dataset (with the extra llmrobust[datasets])."""

    hf: str = Field(min_length=1)
    split: str
    config: str | None = None
    revision: str | None = None


class FieldSection(Section):
    """How a field of JSON answers is compared."""

    check: FieldCheck = Field(default="exact", description="How its values are compared.")
    tolerance: float = Field(
        default=0.0, ge=0, description="For number and quantity: the absolute difference that counts as equal."
    )
    unit: str = Field(default="", description="For quantity: the unit of bare numbers, which others are converted to.")
    day_first: bool | None = Field(
        default=None, description="For date: whether 03/04/2024 is in April; without it that is not a date."
    )


class JudgeSection(Section):
    """A second model that judges answers."""

    llm: str | list[str] = Field(description="The judge, as --llm names models; a list of addresses for replicas.")
    criteria: str = Field(
        default="", description="When two texts mean the same, or (without a gold answer) what an answer must meet."
    )
    question: JudgeQuestion | None = Field(
        default=None,
        description="same: whether two texts mean the same; entailment: whether each follows "
        "from the other; criteria: whether an answer meets the criteria. By default "
        "criteria where there are some and no gold answer, else same.",
    )
    scale: JudgeScale = Field(default="yes/no", description="What the judge answers with.")
    min: Annotated[int, Field(ge=2, le=5)] = Field(default=4, description="For 1..5: the least grade that means yes.")
    labels: str | None = Field(
        default=None, min_length=1, description="File with people's labels; without it no gate passes."
    )
    kappa_min: float = Field(
        default=0.6, gt=0, le=1, description="The least agreement with the labels (Cohen's kappa) for a gate to pass."
    )


class AnswerSection(Section):
    """How an answer is read and judged."""

    field: str | None = Field(
        default=None, description="The examples' field with the gold answer; consistency needs none."
    )
    choices: list[str] = Field(default_factory=list, description="The closed set of answers; A..D for letters.")
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="How the data writes an answer -> the answer: {0: negative, 1: positive}; also gives the choices.",
    )
    check: str | None = Field(default=None, description="choice if there are choices, else exact.")
    scoring: Scoring = Field(
        default="auto",
        description="How choices are scored; auto takes log-probabilities where they agree with what the model "
        "writes, else what it writes.",
    )
    pattern: str | None = Field(
        default=None, description="For regex: its first group (or the whole match) is the answer."
    )
    tolerance: float = Field(default=0.0, ge=0, description="For number: the absolute difference that counts as equal.")
    json_path: str = Field(default="", description="For json: dotted path of the compared value.")
    ignore_case: bool = Field(default=True)
    accept_low_mass: bool = Field(
        default=False,
        description="With scoring: logprobs, let gates pass even if the labels hold little of the probability.",
    )
    coerce: bool = Field(
        default=False, description='For json: the texts of numbers, true, false and null count as values ("36" is 36).'
    )
    fields: dict[str, FieldSection] = Field(
        default_factory=dict,
        description="The fields to compare separately. For json: by dotted path; for regex: named groups.",
    )
    top: Count | None = Field(default=None, description="For ranking: how many items NDCG and overlap look at.")
    min: float = Field(
        default=0.8,
        gt=-1,
        le=1,
        description="The least cosine (similarity) or score (bleu, chrf, rouge) at which two texts are one answer.",
    )
    embedder: str = Field(
        default="",
        description="The embedder for free answers: minilm, http://HOST:PORT/v1[#MODEL], vllm:, "
        "sentence-transformers:, model2vec: or hf: and a name; else the project's @llmrobust.embedder.",
    )
    classes: list[str] = Field(default_factory=list, description="For multilabel: the closed set of labels.")
    after: str = Field(
        default="",
        description='Marker before the final answer, such as "Answer:"; what follows its last occurrence is read.',
    )
    judge: JudgeSection | None = Field(default=None, description="For judge: the second model, and what it is asked.")


class OfField(Section):
    """A value that each example has in a field."""

    field: str = Field(min_length=1)


class SamplingSection(Section):
    """Sampling parameters."""

    temperature: float = Field(default=0.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    top_k: int = Field(default=0, ge=0, description="0: all tokens.")
    repetition_penalty: float = Field(default=1.0, gt=0)
    max_tokens: Count | OfField | None = Field(
        default=None,
        description="By default 16 for choices, 256 for numbers, JSON and tool calls, 512 for other answers, and 4096 "
        "for models that think first; {field: NAME}: of each example.",
    )
    seed: int = Field(default=0)
    stop: list[str] = Field(default_factory=list)
    logit_bias: dict[Annotated[str, Field(pattern=r"^\d+$")], Annotated[float, Field(ge=-100, le=100)]] = Field(
        default_factory=dict, description="Token id -> the value added to its logit."
    )


class GateSection(Section):
    """Bounds of a metric."""

    min: float | None = None
    max: float | None = None
    per: str = Field(
        default="suite", min_length=1, description="suite, family, operator, variant, or a field of the examples."
    )
    over: str | None = Field(default=None, description="Only variants of this family or operator.")
    where: dict[str, FieldValue | list[FieldValue]] = Field(
        default_factory=dict, description="Only examples whose fields have these values."
    )
    field: str | None = Field(
        default=None, description="The field of the examples that the metric reads (theory, wrong answer)."
    )
    of: str | None = Field(default=None, description="The field of JSON answers (answer.fields) that it measures.")
    confidence: float | None = Field(default=None, gt=0.5, le=0.999999)
    against: str | list[str] = Field(
        default_factory=list,
        description="Stored runs (--robust-json) to compare with, or `baseline` for what `llmrobust baseline save` "
        "keeps; bounds are on the difference.",
    )
    same: Side | list[Side] = Field(
        default_factory=list, description="What must be unchanged since those runs: prompt, model, or both."
    )
    correction: Correction = Field(
        default="none", description="How the groups of one gate share its error rate; needs a confidence."
    )
    inconclusive: Literal["fail", "warn"] = "fail"


class NoiseSection(Section):
    """Unperturbed prompts that are sent again, to distinguish server noise from a lack of robustness."""

    examples: Count = Field(default=50, description="How many examples, drawn by the suite's seed.")
    times: Count = Field(default=2, description="How often each is sent again, each time in a different batch.")


MAY_BE_EMPTY = ("answer", "sampling", "perturb", "gate", "methods", "protect", "extra", "chat_template_kwargs", "tools")
"""Keys that may be empty, for example if everything below them is commented out."""


class SuiteSection(Section):
    """A suite file."""

    suite: str = Field(min_length=1, description="The suite's name.")
    prompt: Any = None
    prompts: Any = Field(default=None, description="Several prompts instead of one, each with an id.")
    tools: Any = Field(
        default=None,
        description="The functions that the model may call, in the OpenAI API's form or as {name, description, "
        "parameters}; {file: tools.json}, or {field: NAME} for those of each example.",
    )
    tool_choice: Any = Field(
        default=None, description="auto, none, required, or the name of the tool that must be called."
    )
    response_format: dict[str, Any] | None = Field(
        default=None, description="{type: json_object}, or {type: json_schema, json_schema: {name: ..., schema: ...}}."
    )
    structured_outputs: dict[str, Any] | None = Field(
        default=None, description="vLLM's: one of json (a schema), regex, choice and grammar."
    )
    reasoning: bool = Field(
        default=False,
        description="The model thinks before it answers: labels are scored after its thinking, and max_tokens is 4096.",
    )
    examples: Any
    answer: AnswerSection = AnswerSection()
    sampling: SamplingSection = SamplingSection()
    perturb: list[Any] = Field(default_factory=list)
    gate: Any = None
    methods: list[Any] = Field(
        default_factory=list,
        description="Ways of answering to compare with the plain prompt: calibration, ensembles of formats, ...",
    )
    weights: Literal["traffic"] | None = Field(
        default=None,
        description="traffic: every operator has a share of real inputs (share: 0.12, or [low, estimate, high]), and "
        "traffic_flip_rate is measured.",
    )
    seed: int = Field(default=0, description="Every random stream of the suite derives from it.")
    cluster: str | None = Field(
        default=None,
        min_length=1,
        description="The field that groups examples that belong together (rows of one document): intervals "
        "resample these clusters.",
    )
    too_long: TooLong = Field(
        default="error",
        description="skip: leave out, and count, examples with a prompt that does not fit the model's context.",
    )
    language: str = Field(
        default="en", min_length=2, description="The language of prompts and examples, a code such as en or pt-BR."
    )
    accept_unreviewed: bool = Field(
        default=False,
        description="Gates may pass on generated variants that nobody has reviewed (--robust-allow-unreviewed).",
    )
    repeats: Count = 1
    noise_floor: NoiseSection | None = Field(
        default=None, description="Measure how often identical prompts get different answers, and subtract it."
    )
    cases: CaseMode | None = Field(default=None, description="report (with gates, the default) or strict (without).")
    protect: list[str] = Field(
        default_factory=list,
        description="Variables, kinds of text, or literal texts that no operator may change; gold: the right answer's "
        "words in the values (the default for free answers; -gold: not).",
    )
    extra: dict[str, Any] = Field(
        default_factory=dict, description="Further fields for the body of every request to a server."
    )
    chat_template_kwargs: dict[str, Any] = Field(
        default_factory=dict,
        description="Arguments for the chat template, besides the messages: {enable_thinking: false}.",
    )
