"""Several operators, one after the other: mixed noise, as real text has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from llmrobust.operators.editing.random_edits import Severity
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Operator, Params, Relation, Sample, Variant
from llmrobust.operators.registry import REGISTRY, operator
from llmrobust.prompt.spans import Prompt
from llmrobust.text.phrases import unknown_name

Part = tuple[Operator, Params]
_WEAKER = (Relation.SAME, Relation.FOLLOWS, Relation.MUST_CHANGE, Relation.NO_PROMISE)
"""From the strongest promise to the weakest; what follows and must change at once is not known to do either."""


class CompositeParams(Params):
    """Parameters of `composite`."""

    of: list[str | dict[str, dict[str, Any] | None]] = Field(
        min_length=1, max_length=8, description="Operators, written as under perturb, applied from first to last."
    )
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt (and severity).")
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5 for every part that has a severity; a list makes the variants of each."
    )

    _parts: dict[int | None, tuple[Part, ...]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _known_parts(self) -> CompositeParams:
        for severity in self.severities():
            parts = tuple(_part(entry, severity) for entry in self.of)
            if severity is not None and not any("severity" in params.model_fields_set for _, params in parts):
                raise ValueError("none of the parts has a severity")
            self._parts[severity] = parts
        return self

    def severities(self) -> list[int | None]:
        """The requested severities; None means the parts' own parameters."""
        return list(self.severity) if isinstance(self.severity, list) else [self.severity]

    def parts(self, severity: int | None) -> tuple[Part, ...]:
        """The operators with their parameters."""
        return self._parts[severity]

    def operators(self) -> tuple[Operator, ...]:
        """The operators that are applied."""
        return tuple(found for found, _ in self.parts(self.severities()[0]))


@dataclass(frozen=True, slots=True)
class _AsLongAsItsParts(AtMost):
    """The parts' bounds, one after the other."""

    def characters(self, length: int, params: Params) -> int:
        """The limit for a prompt of this length."""
        assert isinstance(params, CompositeParams)
        longest = 0
        for severity in params.severities():
            limit = length
            for found, own in params.parts(severity):
                limit = max(limit, found.at_most.characters(limit, own))
            longest = max(longest, limit)
        return longest


@operator(
    "composite",
    level="semantics",
    params=CompositeParams,
    touches=("any",),
    moves=True,
    owns=("piece", "label"),
    languages=(ANY_LANGUAGE,),
    at_most=_AsLongAsItsParts(),
    sample=Sample(
        {"text": "The concert was much too long."}, params={"of": ["typo.keyboard", "punctuation.strip_final"]}
    ),
    source="Dong et al. 2023 (Noise-LLM, arXiv 2310.06504): mixed perturbations",
)
def composite(prompt: Prompt, params: CompositeParams, draw: Draw) -> Iterator[Variant]:
    """Applies several operators in sequence; it promises what the weakest of them promises."""
    for severity in params.severities():
        parts = params.parts(severity)
        prefix = "" if severity is None else f"s{severity}-"
        for sample in range(params.samples):
            variant = _chained(prompt, parts, draw, sample)
            if variant is not None:
                yield replace(variant, name=f"{prefix}{sample}", severity=severity)


def _chained(prompt: Prompt, parts: Sequence[Part], draw: Draw, sample: int) -> Variant | None:
    """The prompt after every part; None where one of them does not apply.

    Of a part with several variants (kinds, positions) the samples take one after the other. Labels are renamed once:
    a second numbering would not find what the first has renamed.
    """
    done = Variant(prompt, "0", relation=Relation.SAME)
    for number, (found, params) in enumerate(parts):
        own = replace(draw, use=f"{draw.use}/{number}-{found.name}/{sample}")
        made = list(islice(found.kept(done.prompt, params, own), sample + 1))
        if not made:
            return None
        then = made[sample % len(made)]
        if then.label_map and not set(done.label_map.values()) <= {*draw.labels, *done.label_map}:
            return None
        done = _sum(done, then, found.relation)
    return done


def _sum(first: Variant, then: Variant, relation: Relation) -> Variant:
    """What both changes together mean."""
    answer_map = _after(first.answer_map, then.answer_map)
    expected = then.expected
    if expected is None and first.expected is not None:
        expected = then.answer_map.get(first.expected, first.expected)
    return replace(
        first,
        prompt=then.prompt,
        label_map=_after(first.label_map, then.label_map),
        answer_map=answer_map,
        expected=expected,
        relation=_weaker(first.relation or Relation.SAME, then.relation or relation),
    )


def _after(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """One map after the other."""
    both = {key: then.get(value, value) for key, value in first.items()}
    return {**{key: value for key, value in then.items() if key not in first}, **both}


def _weaker(one: Relation, other: Relation) -> Relation:
    if Relation.MUST_CHANGE in (one, other) and Relation.SAME not in (one, other):
        return Relation.NO_PROMISE
    return max(one, other, key=_WEAKER.index)


def _part(entry: str | dict[str, dict[str, Any] | None], severity: int | None) -> Part:
    name, given = (entry, None) if isinstance(entry, str) else next(iter(entry.items()), ("", None))
    if isinstance(entry, dict) and len(entry) != 1:
        raise ValueError("an entry of `of` names one operator")
    found = REGISTRY.find(name)
    if found is None:
        raise ValueError(unknown_name("operator", name, REGISTRY.names(), "`llmrobust operators` lists all of them"))
    if found.params is CompositeParams:
        raise ValueError("a composite cannot be a part of one")
    own = dict(given or {})
    if not found.params.files.keys().isdisjoint(own):
        raise ValueError(f"{name}: a part of a composite reads no file")
    if severity is not None and "severity" in found.params.model_fields:
        own["severity"] = severity
    try:
        return found, found.params(**own)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ValueError(
            f"{name}: {where}: {problem['msg'].removeprefix('Value error, ')}".replace(": :", ":")
        ) from None
