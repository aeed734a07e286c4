"""Information that is near the question and beside the point: about its subject, or about a wrong answer.

Built from a record: subject, relation, a wrong answer, and another subject for which it is right. The wrong claim
itself ("X was born in Y") is never stated, and never follows from what is added. Or taken from a frozen file, where a
model wrote it and a person has read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from llmrobust.operators.builtin.context.frozen_additions import added, frozen_additions
from llmrobust.operators.builtin.context.placement import longest_text, placed
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.editing.frozen_places import FrozenParams
from llmrobust.operators.operator import AtMost, Draw, Dropped, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

WU = "Wu et al. 2024 (How Easily do Irrelevant Inputs Skew the Responses of LLMs?, arXiv 2404.03302)"
Form = Literal["cc", "ml", "fa"]
TRUE_FACTS: Mapping[str, str] = {
    "place of birth": "{other} was born in {wrong}.",
    "born": "{other} was born in {wrong}.",
    "capital": "{wrong} is the capital of {other}.",
    "country": "{other} is in {wrong}.",
    "occupation": "{other} works as {a_wrong}.",
    "director": "{wrong} directed {other}.",
    "producer": "{wrong} produced {other}.",
    "author": "{wrong} wrote {other}.",
    "father": "{wrong} is the father of {other}.",
    "genre": "The genre of {other} is {wrong}.",
    "sport": "{other} plays {wrong}.",
    "religion": "{other} follows {wrong}.",
    "lives": "{other} lives in {wrong}.",
    "job": "{other} works as {a_wrong}.",
    "instrument": "{other} plays the {wrong}.",
    "pet": "{other} has {a_wrong}.",
    "food": "{other} likes {wrong}.",
}
"""What is true of the other subject, by relation; a relation that is not here uses the last line of `_fact`."""
_FORMS: Mapping[str, str] = {
    "cc": "{subject} and {other} have a lot in common, as people who know both like to say. {fact}",
    "ml": "{subject} has been mentioned together with {said_wrong} more than once. {fact}",
    "fa": "Years ago {subject} and {other} met by chance and talked for a whole evening. {fact} They never met again.",
}
_OF_THINGS = frozenset("capital country director producer author genre".split())
"""Relations whose subject is not a person."""
_FORMS_OF_THINGS: Mapping[str, str] = {
    **_FORMS,
    "cc": "{subject} and {other} have a lot in common, as those who know both like to say. {fact}",
    "fa": "Years ago a guide praised {subject} and {other} in one breath. {fact} The guide was not asked again.",
}
_SHOWN = {
    "question": "In what city was Anna born?",
    "subject": "Anna",
    "relation": "place of birth",
    "wrong": "Rome",
    "other": "Ben",
    "passage": "Anna is known for her garden.",
    "wrong_passage": "Rome lies on the Tiber.",
}
_SAMPLE = Sample(
    _SHOWN, "{% instruction %}Answer in one word.{% endinstruction %}\nQuestion: {{ question }}\nAnswer:\n", ()
)


class RecordParams(FrozenParams):
    """The examples' fields with the record."""

    subject: str = Field(default="subject", description="Field with whom or what the question is about.")
    relation: str = Field(default="relation", description="Field with the relation that is asked for.")
    wrong: str = Field(default="wrong", description="Field with a wrong answer.")
    other: str = Field(default="other", description="Field with a subject for which the wrong answer is right.")
    target: str | list[str] = Field(default="input", description="What the information is put before.")


class MisleadingParams(RecordParams):
    """Parameters of `context.misleading`."""

    takes: ClassVar[tuple[str, ...]] = ("context.related",)
    forms: list[Form] = Field(
        default=["cc", "ml", "fa"],
        min_length=1,
        description="cc: a common characteristic; ml: a misleading link; fa: a fictional anecdote. One variant each.",
    )


class PartialParams(RecordParams):
    """Parameters of `context.partial`."""

    takes: ClassVar[tuple[str, ...]] = ("context.partial",)
    passage: str = Field(default="passage", description="Field with a passage on the subject without the answer.")
    wrong_passage: str = Field(default="wrong_passage", description="Field with a passage on the wrong answer.")


@operator(
    "context.misleading",
    level="context",
    params=MisleadingParams,
    at_most=AtMost(1, added(1200)),
    source=WU,
    sample=_SAMPLE,
)
def misleading(prompt: Prompt, params: MisleadingParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Adds related information that suggests a wrong answer without stating it, one variant a form."""
    if params.frozen:
        yield from frozen_additions(prompt, params.frozen, draw)
        return
    record = _record(params, draw.fields)
    if record is None:
        return
    fact = _fact(record)
    for form in dict.fromkeys(params.forms):
        forms = _FORMS_OF_THINGS if record["relation"].lower() in _OF_THINGS else _FORMS
        wrong = record["wrong"]
        said = wrong if wrong[:1].isupper() else f'"{wrong}"'
        text = forms[form].format(fact=fact, said_wrong=said, **record)
        yield from _before(prompt, params, draw, text, form, record)


@operator(
    "context.partial", level="context", params=PartialParams, at_most=AtMost(1, added(2500)), source=WU, sample=_SAMPLE
)
def partial(prompt: Prompt, params: PartialParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Adds a passage on the subject without the answer, and one on a wrong answer without the subject."""
    if params.frozen:
        yield from frozen_additions(prompt, params.frozen, draw)
        return
    record = _record(params, draw.fields)
    passages = [_text(draw.fields.get(name)) for name in (params.passage, params.wrong_passage)]
    if record is None or not all(passages):
        return
    first, second = passages[0], " ".join(passages[1].split()[:100])
    holds_answer = draw.expected and re.search(rf"(?<!\w){re.escape(draw.expected)}(?!\w)", first, re.IGNORECASE)
    if not holds_answer and record["subject"].lower() not in second.lower():
        yield from _before(prompt, params, draw, f"{first}\n{second}", "partial", record)


def _before(
    prompt: Prompt, params: RecordParams, draw: Draw, text: str, name: str, record: Mapping[str, str]
) -> Iterator[Variant]:
    """The variant with the text before the target; none where the text would state the wrong claim."""
    targets = (params.target,) if isinstance(params.target, str) else tuple(params.target)
    places = longest_text(prompt, targets)
    if not places or states_claim(text, record):
        return
    new = placed(prompt, places, text, "before", draw.stream(name))
    if new is not None:
        yield Variant(new, name, detail=dict(record))


def states_claim(text: str, record: Mapping[str, str]) -> bool:
    """Whether a sentence of the text claims of the subject what is only true of the other."""
    claim = _fact({**record, "other": record["subject"]})
    return claim.rstrip(".").lower() in text.lower()


def _fact(record: Mapping[str, str]) -> str:
    template = TRUE_FACTS.get(record["relation"].lower(), "The {relation} of {other} is {wrong}.")
    wrong = record["wrong"]
    return template.format(a_wrong=f"{article(wrong)} {wrong}", **record)


def _record(params: RecordParams, fields: Mapping[str, Any]) -> dict[str, str] | None:
    """The record of an example; None where a part is missing, or both subjects are the same."""
    names = {name: getattr(params, name) for name in ("subject", "relation", "wrong", "other")}
    record = {name: _text(fields.get(field)) for name, field in names.items()}
    complete = all(record.values()) and record["subject"].lower() != record["other"].lower()
    return record if complete else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
