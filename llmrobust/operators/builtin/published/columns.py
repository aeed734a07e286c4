"""Variants that others have made: published pairs and columns, as fields of the examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, model_validator

from llmrobust.operators.editing.frozen_places import frozen_in, lost_examples
from llmrobust.operators.frozen_variants import DEMONSTRATION, FrozenVariant, parse_frozen
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Dropped, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Place, Prompt

_SAMPLE = Sample(
    {"text": "It was a good film.", "modified": "It wasn't a good film.", "new_label": "negative"},
    params={"of": "text", "columns": {"negation": "modified"}, "expected": {"negation": "new_label"}},
    expected="positive",
)


BETWEEN = "@"
"""In data with one row a variant, `text@typo` is the field `text` of the row of the kind `typo`."""


class ColumnsParams(Params):
    """Parameters of `published.columns`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("variants", parse_frozen)}
    )

    of: str = Field(description="The variable whose value is replaced.")
    file: str | None = Field(
        default=None, description="Instead of fields: a frozen file of `llmrobust generate`, with its gold answers."
    )
    variants: tuple[FrozenVariant, ...] = ()
    columns: dict[str, str] = Field(
        default_factory=dict, description="Variant name -> field with its text: {typos: question_typos}."
    )
    expected: dict[str, str] = Field(
        default_factory=dict, description="Variant name -> field with its gold answer, where the edit gives another."
    )
    text: str | None = Field(default=None, description="Instead of columns: the one field with the modified text.")
    name: str | None = Field(default=None, description="With text: the field that names the kind of modification.")
    gold: str | None = Field(default=None, description="The field with the gold answer after it (not with columns).")
    promise: bool = Field(default=True, description="Where the gold answer stays, the model's answer must stay too.")

    @model_validator(mode="after")
    def _one_form(self) -> ColumnsParams:
        if self.columns and self.text is not None:
            raise ValueError("give columns: {name: field}, or text: field (with name and gold), or none of them")
        if self.variants and (self.columns or self.text is not None):
            raise ValueError("give a file, or fields of the examples, not both")
        if self.variants and not self.frozen:
            known = ", ".join(sorted({one.target for one in self.variants}))
            raise ValueError(f"the file has no variant of {self.of}; it has variants of {known}")
        return self

    @property
    def frozen(self) -> list[FrozenVariant]:
        """Those of a frozen file that replace the value of the variable."""
        return [one for one in self.variants if one.target == self.of and one.family != DEMONSTRATION]

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """Variants of examples that are gone."""
        return lost_examples(self.frozen, examples)


@operator(
    "published.columns",
    level="semantics",
    params=ColumnsParams,
    relation=Relation.NO_PROMISE,
    touches=("input",),
    owns=("piece", "label", "protected"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 50_000),
    sample=_SAMPLE,
    source="RUPBench (columns), FLUKE (pairs), BoolQ- and PopQA-robustness (Ackerman et al. 2024): released variants",
)
def columns(prompt: Prompt, params: ColumnsParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Takes the variants from other fields of the example: published pairs or columns, with their gold answers.

    With neither `columns` nor `text`: from the other rows of the example, in data with one row a variant (`long:`).
    """
    if params.frozen:
        yield from frozen_in(prompt, params.frozen, draw)
        return
    wanted = dict(params.columns)
    gold = dict(params.expected)
    if params.text is not None:
        name = _slug(draw.fields.get(params.name) if params.name else "modified")
        wanted = {name: params.text}
        gold = {name: params.gold} if params.gold else {}
    elif not params.columns:
        kinds = variants_in(draw.fields, params.of)
        wanted = {kind: f"{params.of}{BETWEEN}{kind}" for kind in kinds}
        gold = {kind: f"{params.gold}{BETWEEN}{kind}" for kind in kinds} if params.gold else {}
    places = [place for place, span in prompt.places() if span.kind == "variable" and span.name == params.of]
    for name, field in wanted.items():
        text = draw.fields.get(field)
        if not places or not isinstance(text, str) or not text.strip():
            continue
        answer = _answer(draw.fields, gold.get(name))
        moved = answer is not None and draw.expected is not None and answer != draw.expected
        stays = Relation.SAME if params.promise else Relation.NO_PROMISE
        yield Variant(
            _written(prompt, places, text),
            _slug(name),
            expected=answer if moved else None,
            relation=Relation.FOLLOWS if moved else stays,
        )


def variants_in(fields: Mapping[str, Any], name: str) -> list[str]:
    """The kinds of which a field has a variant, in the data's order."""
    start = f"{name}{BETWEEN}"
    return [other.removeprefix(start) for other in fields if other.startswith(start)]


def _answer(fields: Mapping[str, Any], name: str | None) -> str | None:
    value = fields.get(name) if name else None
    return None if value is None else str(value)


def _written(prompt: Prompt, places: list[Place], text: str) -> Prompt:
    """The prompt with the variable's whole value, whatever its pieces, replaced by a text."""
    messages = list(prompt.messages)
    for m in {m for m, _ in places}:
        spans = list(messages[m].spans)
        mine = sorted(s for at, s in places if at == m)
        spans[mine[0]] = replace(spans[mine[0]], text=text, protected=False)
        messages[m] = replace(messages[m], spans=tuple(span for s, span in enumerate(spans) if s not in mine[1:]))
    return replace(prompt, messages=tuple(messages))


def _slug(name: Any) -> str:
    return re.sub(r"[^a-z0-9._=+-]+", "-", str(name).lower()).strip("-") or "modified"
