"""Frozen files: variants that a model wrote once, with the evidence on their meaning and what people decided.

JSON Lines: the first line says what the file is, every other one is a variant. A line a variant keeps changes readable
in a pull request, and two branches that add variants merge.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

VERSION = 1
INSTRUCTION = "instruction"
"""The target of variants that reword the prompt's instruction; any other target is a variable of the prompt."""
DEMONSTRATION = "demonstration"
"""The kind of texts that are other examples with their answers, and no variants: methods show them."""
UNREVIEWED = ".unreviewed"
"""What the names of variants end with that nobody has reviewed: in node ids, tables, reports and stored runs."""
_HEAD = re.compile(r'\s*\{\s*"llmrobust_frozen"')
FrozenRelation = Literal["same", "follows", "must-change", "no-promise"]
Verdict = Literal["passed", "failed", "not run"]
Decided = Literal["approved", "rejected"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class GuardScore(_Strict):
    """What a guard found. score: its figure, None for guards without one. why: what failed, or why it was not run."""

    verdict: Verdict
    score: float | None = None
    why: str = ""


class Review(_Strict):
    """A person's decision on a variant. date: ISO 8601. of: the start of the SHA-256 of the text that was read, as one
    that was edited afterwards is not reviewed."""

    reviewer: str = Field(min_length=1)
    decision: Decided
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}")
    of: str = Field(pattern=r"^[0-9a-f]{16}$")
    note: str = ""

    @classmethod
    def on(cls, text: str, reviewer: str, decision: Decided, date: str, note: str = "") -> Review:
        """A decision on a text."""
        return cls(reviewer=reviewer, decision=decision, date=date, of=text_hash(text)[:16], note=note)


class Maker(_Strict):
    """What wrote a variant: the model, the prompt and its version, the seed and temperature of its answer."""

    model: str
    fingerprint: str = ""
    prompt: str
    prompt_version: str
    seed: int = 0
    temperature: float = 0.0


class FrozenVariant(_Strict):
    """A text that replaces the original of its target in an example, or the instruction of all of them."""

    name: str = Field(pattern=r"^[a-z0-9._=+-]+$", description="Unique for its target and example.")
    kind: str = Field(min_length=1, description="The kind of change, with its sub-type: paraphrase, negation.verbal.")
    target: str = Field(min_length=1, description="instruction, or the variable whose value is replaced.")
    example: str | None = Field(default=None, description="The example's id; null for the instruction.")
    original: str = Field(min_length=1)
    original_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    text: str = Field(min_length=1)
    relation: FrozenRelation = "same"
    expected: str | None = Field(default=None, description="The gold answer of the variant, where it is another one.")
    rationale: str = Field(default="", description="What the generator said about its change.")
    detail: dict[str, str] = Field(default_factory=dict)
    generator: Maker | None = Field(default=None, description="null: written by a person.")
    guards: dict[str, GuardScore] = Field(default_factory=dict)
    edited_from: str = Field(default="", description="The generated text, where a reviewer changed it.")
    reviews: tuple[Review, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> FrozenVariant:
        if text_hash(self.original) != self.original_sha256:
            raise ValueError(
                "original_sha256 is not the SHA-256 of original: one of them was edited; put it back, or delete the "
                "line and generate again"
            )
        if (self.example is None) != (self.target == INSTRUCTION):
            raise ValueError(f"a variant of {self.target} needs {'no' if self.example else 'an'} example")
        if self.name.endswith(UNREVIEWED):
            raise ValueError(f"a name must not end with {UNREVIEWED}")
        return self

    @property
    def place(self) -> tuple[str, str | None]:
        """What is replaced: the target and the example."""
        return self.target, self.example

    @property
    def family(self) -> str:
        """The kind without its sub-type."""
        return self.kind.split(".")[0]

    @property
    def state(self) -> State:
        """What people decided on its present text: every reviewer's decision must be to approve."""
        last = self.decisions
        if not last:
            return State.UNREVIEWED
        return State.REJECTED if "rejected" in last.values() else State.APPROVED

    @property
    def decisions(self) -> dict[str, Decided]:
        """Every reviewer's last decision on the present text."""
        digest = text_hash(self.text)[:16]
        return {review.reviewer: review.decision for review in self.reviews if review.of == digest}

    @property
    def failed(self) -> tuple[str, ...]:
        """The guards that it failed."""
        return tuple(name for name, found in self.guards.items() if found.verdict == "failed")

    def reviewed(self, review: Review, text: str | None = None) -> FrozenVariant:
        """The variant with a decision in place of the reviewer's last one. text: what the reviewer made of it, and
        decided on; the scores of guards are of the text before, and are taken off."""
        others = tuple(one for one in self.reviews if one.reviewer != review.reviewer)
        changed: dict[str, Any] = {"reviews": (*others, review)}
        if text is not None and text != self.text:
            stale = {name: GuardScore(verdict="not run", why="the text was edited in review") for name in self.guards}
            changed |= {"text": text, "edited_from": self.edited_from or self.text, "guards": stale}
        return self.model_copy(update=changed)


class State(StrEnum):
    """What people decided on a variant."""

    APPROVED = "approved"
    REJECTED = "rejected"
    UNREVIEWED = "unreviewed"


class FrozenHead(_Strict):
    """The first line of a frozen file."""

    llmrobust_frozen: Literal[1] = 1
    suite: str = ""


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """A frozen file: the suite that it was made for, and its variants in file order."""

    suite: str
    variants: tuple[FrozenVariant, ...] = ()

    def text(self) -> str:
        """The file."""
        lines = [FrozenHead(suite=self.suite).model_dump(mode="json")]
        lines += [one.model_dump(mode="json", exclude_defaults=True) for one in self.variants]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def counts(self) -> Counter[State]:
        """How many variants are in each state."""
        return Counter(one.state for one in self.variants)

    def with_variants(self, more: Iterable[FrozenVariant]) -> FrozenFile:
        """The file with further variants at its end; one of the same name, target and example is replaced."""
        added = tuple(more)
        taken = {(*one.place, one.name) for one in added}
        kept = tuple(one for one in self.variants if (*one.place, one.name) not in taken)
        return FrozenFile(self.suite, (*kept, *added))


def text_hash(text: str) -> str:
    """What identifies an original."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def looks_frozen(text: str) -> bool:
    """Whether a file begins as a frozen file does."""
    return _HEAD.match(text) is not None


def read_frozen(text: str) -> FrozenFile:
    """A frozen file. Raises ValueError with the line of whatever is wrong."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines or not looks_frozen(lines[0][1]):
        raise ValueError('not written by `llmrobust generate`: its first line must begin with {"llmrobust_frozen"')
    version = _json(*lines[0]).get("llmrobust_frozen")
    if version != VERSION:
        raise ValueError(f"it has format {version}, and this llmrobust reads format {VERSION}")
    head = _valid(FrozenHead, *lines[0])
    variants = tuple(_valid(FrozenVariant, *line) for line in lines[1:])
    seen: dict[tuple[object, ...], int] = {}
    for (number, _), one in zip(lines[1:], variants, strict=True):
        first = seen.setdefault((*one.place, one.name), number)
        if first != number:
            where = "the instruction" if one.example is None else f"{one.target} of {one.example}"
            raise ValueError(f'line {number}: the name "{one.name}" is used in line {first} for {where} too')
    return FrozenFile(head.suite, variants)


def parse_frozen(text: str) -> list[FrozenVariant]:
    """The variants of a file, those that were rejected left out. Raises ValueError for a file without any."""
    found = read_frozen(text)
    used = [one for one in found.variants if one.state is not State.REJECTED]
    if not used:
        raise ValueError("every variant in it is rejected" if found.variants else "it has no variants")
    return used


def usable(variants: Sequence[FrozenVariant], kinds: Sequence[str]) -> list[FrozenVariant]:
    """The variants of these kinds (with or without sub-type); of all kinds where none is named."""
    return [one for one in variants if not kinds or one.kind in kinds or one.family in kinds]


def demonstrations_of(text: str, field: str) -> list[dict[str, Any]]:
    """The demonstrations of a frozen file as rows: their texts by the variable's name, their answers under `field`.

    Raises ValueError where there is none, or one that nobody has decided on; those that were rejected are left out.
    """
    found = [one for one in read_frozen(text).variants if one.family == DEMONSTRATION and one.expected is not None]
    waiting = sum(one.state is State.UNREVIEWED for one in found)
    if waiting:
        raise ValueError(f"nobody has reviewed {waiting:,} of its demonstrations: run `llmrobust review`")
    kept = [one for one in found if one.state is State.APPROVED]
    if not kept:
        raise ValueError("it has no approved variant of the kind demonstration")
    return [{one.target: one.text, field: str(one.expected)} for one in kept]


def shown_name(variant: FrozenVariant) -> str:
    """The name of its cases, which says where nobody has reviewed it."""
    return variant.name + (UNREVIEWED if variant.state is State.UNREVIEWED else "")


def _json(number: int, line: str) -> Mapping[str, Any]:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        raise ValueError(f"line {number}: a mark of a merge: keep the variants of both sides, and take the marks out")
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number}: it is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"line {number}: expected an object")
    return value


def _valid(kind: type[Any], number: int, line: str) -> Any:
    try:
        return kind.model_validate(_json(number, line))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        said = problem["msg"].removeprefix("Value error, ")
        raise ValueError(f"line {number}: {where + ': ' if where else ''}{said}") from None


def kappa_pairs(variants: Iterable[FrozenVariant]) -> Iterator[tuple[str, str, Decided, Decided]]:
    """(reviewer, other reviewer, decision, other decision) for every variant that two people decided on."""
    for one in variants:
        last = one.decisions
        names = sorted(last)
        for index, first in enumerate(names):
            for other in names[index + 1 :]:
                yield first, other, last[first], last[other]
