"""Instructions that a search has found to be answered worst, as a fixed set of variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, model_validator

from llmrobust.errors import OperatorError
from llmrobust.operators.editing.tagged_blocks import blocks_of
from llmrobust.operators.findings import FoundWording, parse_wordings_found
from llmrobust.operators.operator import AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt


class AttackedParams(Params):
    """Parameters of `attack.wording`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("wordings", parse_wordings_found)}
    )

    file: str | None = Field(default=None, description="File that `llmrobust search` wrote, with every entry reviewed.")
    wordings: tuple[FoundWording, ...] = ()
    target: str = Field(default="instruction", description="The kind of block that is reworded.")

    @model_validator(mode="after")
    def _some(self) -> AttackedParams:
        if not self.wordings:
            raise ValueError("attack.wording needs a file of `llmrobust search`: {file: attacks/NAME.yaml}")
        return self


_SHOWN = FoundWording(
    id="deepwordbug-1",
    recipe="deepwordbug",
    original="Decide whether the review is positive or negative.",
    text="Decdie whether the rview is positive or negative.",
    clean=1.0,
    attacked=0.5,
    evaluations=40,
    reviewed=True,
)


@operator(
    "attack.wording",
    level="instruction",
    params=AttackedParams,
    relation=Relation.NO_PROMISE,
    searched=True,
    owns=("protected", "piece"),
    at_most=AtMost(1, lambda params: max(len(one.text) for one in params.wordings)),
    languages=("*",),
    sample=Sample({"text": "A fine film."}, params={"wordings": [_SHOWN]}),
    source="Agrawal et al. 2025 (arXiv 2504.02733); PromptBench (Zhu et al. 2023, arXiv 2306.04528)",
)
def wording(prompt: Prompt, params: AttackedParams, draw: Draw) -> Iterator[Variant]:
    """Words the instruction as a search for the worst case did, one variant a reviewed finding."""
    blocks = blocks_of(prompt, params.target)
    if not blocks:
        return
    for one in params.wordings:
        block = next((block for block in blocks if block.text == one.original), None)
        if block is None:
            raise OperatorError(
                f'{params.file}: "{one.id}" was found for another {params.target} ("{one.original}"); search again, '
                "or keep the prompt as it was"
            )
        new = block.replaced(one.text, reviewed=True)
        if new is None:
            raise OperatorError(f'{params.file}: "{one.id}" leaves out "{block.missing(one.text)}"')
        detail = {"recipe": one.recipe, "clean": one.clean, "attacked": one.attacked}
        yield Variant(new, one.id, detail=detail)
