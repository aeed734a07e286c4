"""Several models: a vote, the mean of their probabilities, or a cascade that asks the next one where one is unsure."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from pydantic import Field

from llmrobust.methods.abstention import sureness
from llmrobust.methods.method import Floats, NotUsable, Params, entropies, sending_method
from llmrobust.methods.samples import most_frequent
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told


class ModelsParams(Params):
    """Parameters of several models."""

    required = MappingProxyType({"models": "further models"})
    written = "{models: [http://127.0.0.1:8000/v1]}"

    models: list[str] = Field(
        default_factory=list, max_length=8, description="Specs of further models, as for --llm, in the cascade's order."
    )
    combine: Literal["majority", "mean", "core", "cascade"] = Field(
        default="majority",
        description="A vote; the mean of the labels' probabilities, plain or by CoRE's weights; or the next model when "
        "unsure.",
    )
    margin: float = Field(
        default=0.2, gt=0, le=1, description="With cascade: the least difference of the two best labels to be sure."
    )


@sending_method(
    "several-models",
    source="majority and mean: Hansen and Salamon 1990; core: Zeng et al. 2025 (arXiv 2510.13855), for choices; "
    "cascade: Chen et al. 2023 (FrugalGPT, arXiv 2305.05176), here by the margin",
    assumes="the models' mistakes differ; of a cascade: a model is less sure where it is wrong",
    cost="1 request to each model; of a cascade, fewer",
    params=ModelsParams,
)
def several_models(questions: Sequence[Question], params: ModelsParams, setting: Setting) -> Asking:
    """The answer that the model under test and further models give together to the same prompt."""
    if not params.models:
        raise NotUsable("needs further models: name them under `methods:`, as in several-models: {models: [SPEC]}")
    if params.combine == "cascade":
        return (yield from _cascade(questions, params))
    specs = ["", *params.models]
    heard = yield [Probe(one.request, n, spec) for spec in specs for n, one in enumerate(questions)]
    count = len(questions)
    said = []
    for number, one in enumerate(questions):
        some = heard[number::count]
        failed = next((reply.failed for reply in some if reply.failed), "")
        if params.combine in ("mean", "core"):
            said.append(_mean(some, setting, failed, params.combine))
        else:
            answer = most_frequent([reply.answer for reply in some], setting.seed, one.example, one.column)
            said.append(Said(answer, failed=failed))
    return Told(tuple(said))


def core_weights(shares: Floats) -> Floats:
    """Weights (models,) of probabilities (models, labels), the main model's first: proportional to 1 / entropy, where
    an entropy counts as at least 1e-6 nats; the main model's is at least the sum of the others'.

    Source: Zeng et al. 2025 (CoRE, arXiv 2510.13855), their code for choice tasks.
    """
    weights = 1 / np.maximum(entropies(shares), 1e-6)
    weights[0] = max(weights[0], weights[1:].sum())
    return np.asarray(weights / weights.sum())


def _mean(some: Sequence[Heard], setting: Setting, failed: str, combine: str) -> Said:
    if failed:
        return Said(None, failed=failed)
    shares = [reply.probabilities for reply in some if reply.probabilities is not None]
    if len(shares) < len(some):
        raise NotUsable("needs the labels' probabilities of every model to combine them; combine: majority does not")
    values = np.array(shares)
    mean = core_weights(values) @ values if combine == "core" else values.mean(axis=0)
    return Said(setting.labels[int(mean.argmax())], tuple(float(share) for share in mean))


def _cascade(questions: Sequence[Question], params: ModelsParams) -> Generator[Sequence[Probe], Sequence[Heard], Told]:
    """Each model is asked only what all before it were unsure of."""
    said: dict[int, Said] = {}
    left = list(range(len(questions)))
    passed = []
    for spec in ("", *params.models):
        if not left:
            break
        heard = yield [Probe(questions[n].request, n, spec) for n in left]
        passed.append(len(left))
        said |= {n: Said.heard(one) for n, one in zip(left, heard, strict=True)}
        left = [n for n, one in zip(left, heard, strict=True) if not _is_sure(one, params.margin)]
    shares = ", ".join(
        f"{count / len(questions):.0%} by {spec}" for spec, count in zip(params.models, passed[1:], strict=False)
    )
    told = Told(tuple(said[n] for n in range(len(questions))))
    return replace(told, notes=(f"asked again: {shares}" if shares else "the first model was sure of every answer",))


def _is_sure(one: Heard, margin: float) -> bool:
    """Whether the two best labels differ by so much; without probabilities, whether the answer could be read."""
    if one.failed or one.answer is None:
        return False
    return one.probabilities is None or float(sureness(np.array(one.probabilities), "margin")) >= margin
