"""PromptBench's attacks on instructions by their authors' law: strings and truisms appended, stored attacks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from llmrobust.operators.editing.tagged_blocks import blocks_of
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

PROMPTBENCH = "PromptBench (Zhu et al. 2023, arXiv 2306.04528)"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
STRESS = (
    (" and true is true ", "true"),
    (" and false is not true ", "false"),
    (" and true is true" * 5 + " ", "five-times"),
)


class AttackedInstruction(BaseModel):
    """A row of PromptBench's attacked instructions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    original: str = Field(min_length=1)
    attacked: str = Field(min_length=1)
    attack: str = "attack"
    model: str = ""
    dataset: str = ""


def parse_attacked(text: str) -> list[AttackedInstruction]:
    """A JSON-lines file with original and attacked instructions. Raises ValueError with the line."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                rows.append(AttackedInstruction.model_validate(json.loads(line)))
            except ValueError:
                raise ValueError(f"line {number} is not an object with original and attacked") from None
    if not rows:
        raise ValueError("it contains no attacked instruction")
    return rows


class AttackedFileParams(Params):
    """Parameters of `promptbench.attacked`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("rows", parse_attacked)}
    )

    file: str | None = Field(default=None, description="JSON-lines file: original, attacked, attack, model, dataset.")
    rows: tuple[AttackedInstruction, ...] = ()
    dataset: str | None = Field(default=None, description="Only rows of this dataset.")
    model: str | None = Field(default=None, description="Only rows that were found for this model.")

    @model_validator(mode="after")
    def _some_rows(self) -> AttackedFileParams:
        if not self.rows:
            raise ValueError("promptbench.attacked needs a file of attacked instructions")
        return self


_DECLARED: dict[str, Any] = {"level": "instruction", "touches": ("instruction",)}


@operator("promptbench.checklist", at_most=AtMost(1, 20), source=PROMPTBENCH, **_DECLARED)
def checklist(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Appends one of 50 random strings of ten letters and digits to the instruction, the same for every example."""
    stream = draw.shared("strings")
    strings = ["".join(stream.choice(_LETTERS) for _ in range(10)) for _ in range(50)]
    yield from _appended(prompt, f" {stream.choice(strings)}", "string")


@operator("promptbench.stress", at_most=AtMost(1, 100), source=PROMPTBENCH, **_DECLARED)
def stress(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
    """Appends "and true is true", "and false is not true", or the first five times, to the instruction."""
    for added, name in STRESS:
        yield from _appended(prompt, added, name)


@operator(
    "promptbench.attacked",
    params=AttackedFileParams,
    relation=Relation.NO_PROMISE,
    searched=True,
    moves=True,
    owns=("piece", "label", "protected"),
    at_most=AtMost(1, 1000),
    sample=Sample(
        {"text": "A fine film."},
        params={
            "rows": [
                AttackedInstruction(
                    original="Decide whether the review is positive or negative.",
                    attacked="Decdie whether the reveiw is positive or negative.",
                    attack="deepwordbug",
                )
            ]
        },
    ),
    source=f"{PROMPTBENCH}: the released attacked instructions, worst cases found by search",
    **_DECLARED,
)
def attacked(prompt: Prompt, params: AttackedFileParams, draw: Draw) -> Iterator[Variant]:
    """Replaces the instruction by the stored attacks on it, named after attack and number."""
    for block in blocks_of(prompt, "instruction")[:1]:
        counts: dict[str, int] = {}
        for row in params.rows:
            fits = params.dataset in (None, row.dataset) and params.model in (None, row.model)
            if not fits or row.original.strip() != block.text.strip():
                continue
            counts[row.attack] = counts.get(row.attack, 0) + 1
            new = block.replaced(row.attacked, moved=True)
            name = re.sub(r"[^a-z0-9]+", "-", row.attack.lower())
            if new is not None:
                yield Variant(new, f"{name}-{counts[row.attack]}")


def _appended(prompt: Prompt, added: str, name: str) -> Iterator[Variant]:
    for block in blocks_of(prompt, "instruction")[:1]:
        body = block.text.rstrip()
        new = block.replaced(f"{body}{added.rstrip()}{block.text[len(body) :]}")
        if new is not None:
            yield Variant(new, name)
