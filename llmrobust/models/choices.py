"""The models of a run: several are columns of it, and several addresses of one model are replicas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from llmrobust.errors import ModelError, without_credentials

REPLICAS = "replicas:"
"""What a spec with the addresses of one model may begin with."""
_ADDRESSES = ("http://", "https://")
_NAMED = re.compile(r"([\w.-]+)=(.+)", re.DOTALL)
_UNFIT = re.compile(r"[^\w.=+-]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model of a run. label: its name in items' ids and tables, unique in the run. specs: one, or the addresses of
    its replicas."""

    label: str
    specs: tuple[str, ...]

    @property
    def said(self) -> str:
        """Its specs for a reader, without credentials."""
        return ", ".join(map(without_credentials, self.specs))


def replicas_of(spec: str) -> tuple[str, ...]:
    """The addresses in `A,B` or `replicas:A,B`, which are replicas of one model; any other spec alone."""
    parts = tuple(part.strip() for part in spec.removeprefix(REPLICAS).split(","))
    if spec.startswith(REPLICAS) or (len(parts) > 1 and all(part.startswith(_ADDRESSES) for part in parts)):
        return parts
    return (spec,)


def spec_again(spec: str) -> str:
    """What to write after `--llm` for a model that was opened: its replicas' addresses in one value."""
    parts = spec.split()
    return ",".join(parts) if all(part.startswith(_ADDRESSES) for part in parts) else spec


def model_choices(given: Sequence[str]) -> tuple[ModelChoice, ...]:
    """The models that specs name, each spec being one model. `NAME=SPEC` gives a model its label.

    Others are called after the last part of their name; where that is not unique, with their options, then their whole
    spec. Raises ModelError for a model or a label that is given twice.
    """
    named = [_NAMED.fullmatch(spec) for spec in given]
    bare = [spec if match is None else match[2] for spec, match in zip(given, named, strict=True)]
    listed = [replicas_of(spec) for spec in bare]
    labels = ["" if match is None else match[1] for match in named]
    for form in (_short, _with_options, _whole):
        wanted = [label or form(specs[0]) for label, specs in zip(labels, listed, strict=True)]
        counts = Counter(wanted)
        labels = [label or (one if counts[one] == 1 else "") for label, one in zip(labels, wanted, strict=True)]
    for number, specs in enumerate(listed):
        if specs in listed[:number]:
            raise ModelError(f"{without_credentials(', '.join(specs))} is given twice: name each model once")
    labels = [label or f"model-{number + 1}" for number, label in enumerate(labels)]
    double = next((label for label in labels if labels.count(label) > 1), None)
    if double is not None:
        raise ModelError(f'two models are called "{double}": give each a name of its own, as NAME=SPEC')
    return tuple(ModelChoice(label, specs) for label, specs in zip(labels, listed, strict=True))


def only_model(given: Sequence[str]) -> tuple[str, ...]:
    """The specs of the model, for what takes one model only. Raises ModelError where several are named."""
    models = model_choices(given)
    if len(models) > 1:
        names = ", ".join(model.label for model in models)
        raise ModelError(f"this takes one model, and {len(models)} are named ({names}): name one with --llm")
    return models[0].specs if models else ()


def _short(spec: str) -> str:
    """The last part of the model's name: "SmolLM2" of `hf:models/SmolLM2?dtype=float32`, "qwen" of an address#qwen."""
    body, _, name = without_credentials(spec).partition("#")
    path = body.partition("?")[0]
    if not path.startswith(_ADDRESSES):
        base = path.partition(":")[2].rstrip("/").rpartition("/")[2] or path
        adapter = name.rstrip("/").rpartition("/")[2]
        return _fit(f"{base}-{adapter}" if adapter else base)
    return _fit(name.rpartition("/")[2] or path.partition("//")[2].removesuffix("/").removesuffix("/v1"))


def _with_options(spec: str) -> str:
    options = without_credentials(spec).partition("#")[0].partition("?")[2]
    return _fit(f"{_short(spec)}-{options}") if options else _short(spec)


def _whole(spec: str) -> str:
    return _fit(without_credentials(spec))


def _fit(text: str) -> str:
    """The text with nothing that ids of items, or shells, would read in another way."""
    return _UNFIT.sub("-", text).strip("-")[-_LONGEST:].strip("-")
