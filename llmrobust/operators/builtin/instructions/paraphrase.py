"""Paraphrases of a block: reviewed ones from a file, and rewordings by rule. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from llmrobust.errors import OperatorError
from llmrobust.operators.builtin.instructions.commands import first_command, led
from llmrobust.operators.builtin.instructions.instruction_words import applicable, reworded
from llmrobust.operators.builtin.instructions.other_languages import SPOKEN, by_rule
from llmrobust.operators.builtin.instructions.question_as_request import as_requests
from llmrobust.operators.builtin.instructions.rewordings import REWORDINGS
from llmrobust.operators.editing.frozen_places import filled, frozen_in, lost_examples
from llmrobust.operators.editing.tagged_blocks import Block, blocks_of
from llmrobust.operators.findings import yaml_value
from llmrobust.operators.frozen_variants import FrozenVariant, looks_frozen, parse_frozen
from llmrobust.operators.operator import AtMost, Draw, Dropped, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_SLUG = re.compile(r"[a-z0-9._=+-]+")
_ROLE = re.compile(r"\s*(?:as an?|in (?:the|your) \w+ (?:of|as)|acting as) ", re.IGNORECASE)


_POLITE = re.compile(r"(?P<lead>your task is to )(?:please|kindly) ", re.IGNORECASE)


class Alternative(BaseModel):
    """A wording of a block. by: what wrote it, if a model did; one that is not reviewed is never used."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: str
    text: str = Field(min_length=1)
    by: str | None = None
    reviewed: bool = True


class Wordings(BaseModel):
    """Reviewed wordings of one original; `original` None: of the only block there is."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    original: str | None = None
    alternatives: tuple[Alternative, ...] = Field(min_length=1)


def parse_wordings(text: str) -> list[Wordings] | list[FrozenVariant]:
    """A file of wordings: a list of texts, or of {original, alternatives}, or a frozen file. Raises ValueError.

    An alternative is a text, or {id, text}, to which whoever generates them adds `by: MODEL` and `reviewed: false`.
    """
    if looks_frozen(text):
        return parse_frozen(text)
    value = yaml_value(text)
    if not isinstance(value, list) or not value:
        raise ValueError("it must hold a list of wordings, or of {original: ..., alternatives: [...]}")
    if all(isinstance(item, dict) and "alternatives" in item for item in value):
        return [_wordings(item.get("original"), item["alternatives"], item) for item in value]
    return [_wordings(None, value, {})]


def _wordings(original: Any, items: Any, whole: Mapping[str, Any]) -> Wordings:
    unknown = set(whole) - {"original", "alternatives"}
    if unknown:
        raise ValueError(f'unknown key "{min(unknown)}"; known are original and alternatives')
    if not isinstance(items, list) or not items:
        raise ValueError("alternatives must be a list with at least one wording")
    alternatives = []
    for number, item in enumerate(items, 1):
        entry = {"id": f"alt-{number}", "text": item} if isinstance(item, str) else item
        if not isinstance(entry, dict) or not {"id", "text"} <= set(entry) <= {"id", "text", "by", "reviewed"}:
            raise ValueError(f"wording {number} must be a text, or have an id and a text (and by, and reviewed)")
        if not isinstance(entry["text"], str):
            raise ValueError(f"the text of wording {number} must be a text")
        if not isinstance(entry.get("reviewed", True), bool):
            raise ValueError(f"reviewed of wording {number} must be true or false")
        if not _SLUG.fullmatch(str(entry["id"])):
            raise ValueError(f'the id "{entry["id"]}" may hold only a-z, 0-9 and . _ = + -')
        if not entry["text"].strip():
            raise ValueError(f"wording {number} is empty")
        reviewed = entry.get("reviewed", True)
        by = str(entry["by"]) if entry.get("by") else None
        alternatives.append(Alternative(id=str(entry["id"]), text=entry["text"].strip(), by=by, reviewed=reviewed))
    if not any(one.reviewed for one in alternatives):
        raise ValueError("no wording is reviewed yet: read them, and set reviewed: true on those that mean the same")
    ids = [one.id for one in alternatives]
    if len(set(ids)) < len(ids):
        raise ValueError(f'the id "{next(i for i in ids if ids.count(i) > 1)}" is used twice')
    return Wordings(original=None if original is None else str(original).strip(), alternatives=tuple(alternatives))


class ParaphraseParams(Params):
    """Parameters of `paraphrase`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("wordings", parse_wordings)}
    )

    file: str | None = Field(
        default=None,
        description="YAML file of reviewed wordings: texts, or {id, text, by, reviewed}; by names a model that "
        "wrote one, and one with reviewed: false is not used. Or a frozen file of `llmrobust generate`.",
    )
    wordings: tuple[Wordings, ...] | tuple[FrozenVariant, ...] = ()
    target: str = Field(default="instruction", description="The kind of block that is reworded.")

    @model_validator(mode="after")
    def _some_wordings(self) -> ParaphraseParams:
        if not self.wordings:
            raise ValueError("paraphrase needs a file of reviewed wordings: {file: paraphrases/NAME.yaml}")
        if not self.frozen and not self.by_hand:
            raise ValueError(
                f"the file has no variant of {self.target} that keeps the answer: `frozen` takes all of them"
            )
        return self

    @property
    def frozen(self) -> list[FrozenVariant]:
        """Those of a frozen file that reword the target and keep the answer."""
        found = [one for one in self.wordings if isinstance(one, FrozenVariant)]
        return [one for one in found if one.target == self.target and one.relation == "same"]

    @property
    def by_hand(self) -> list[Wordings]:
        """Those of a file that was written by hand."""
        return [one for one in self.wordings if isinstance(one, Wordings)]

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """Wordings of the values of examples that are gone."""
        return lost_examples(self.frozen, examples)


def _longest(params: ParaphraseParams) -> int:
    """Characters of the longest wording."""
    texts = [one.text for one in params.frozen] + [one.text for kind in params.by_hand for one in kind.alternatives]
    return max(map(len, texts), default=0)


class RulesParams(Params):
    """Parameters of `paraphrase.rules`."""

    target: str = Field(default="instruction", description="The kind of block that is reworded.")


_SHOWN = Wordings(alternatives=(Alternative(id="tell-me", text="Tell me if this review is positive or negative."),))


@operator(
    "paraphrase",
    level="instruction",
    params=ParaphraseParams,
    moves=True,
    owns=("piece", "label", "protected"),
    sample=Sample({"text": "A fine film."}, params={"wordings": [_SHOWN]}),
    at_most=AtMost(1, lambda params: _longest(params) + 400),
    source="Reviewed wordings as in Instruction Induction (Honovich et al. 2022) and Ni et al. 2023 (arXiv 2308.14306)",
)
def paraphrase(prompt: Prompt, params: ParaphraseParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Replaces the instruction by reviewed wordings of it, one variant each."""
    if params.frozen:
        yield from frozen_in(prompt, params.frozen, draw)
        return
    blocks = blocks_of(prompt, params.target)
    for name, (block, text) in dict(_choices(params.by_hand, blocks)).items():
        text = filled(text, block)
        new = block.replaced(text, moved=True, reviewed=True)
        if new is None:
            raise OperatorError(
                f'{params.file}: the wording "{name}" leaves out "{block.missing(text)}". Every answer label, '
                f"placeholder and number of the original {params.target} must occur in each wording as often as there"
            )
        yield Variant(new, name)


def _choices(wordings: Sequence[Wordings], blocks: Sequence[Block]) -> Iterator[tuple[str, tuple[Block, str]]]:
    """(variant name, (block, new text)) for every wording that fits a block."""
    for number, one in enumerate(wordings, 1):
        fitting = [
            block for block in blocks if one.original is None or block.text.strip() == filled(one.original, block)
        ]
        for block in fitting[:1]:
            for alternative in one.alternatives:
                if alternative.reviewed:
                    name = alternative.id if len(wordings) == 1 else f"{number}-{alternative.id}"
                    yield name, (block, alternative.text)


@operator(
    "paraphrase.rules",
    level="instruction",
    version=3,
    languages=SPOKEN,
    params=RulesParams,
    source="Rule-based rewording in the manner of CheckList (Ribeiro et al. 2020); list made for llmrobust",
)
def rules(prompt: Prompt, params: RulesParams, draw: Draw) -> Iterator[Variant]:
    """Rewords the instruction by rules that keep its meaning, one variant a rule that applies."""
    blocks = blocks_of(prompt, params.target)
    seen: set[str] = set()
    english = draw.language == "en"
    rule = _by_rule if english else partial(by_rule, draw.language)
    made = [(block, name, text) for block in blocks for name, text in rule(block.text)]
    for name in dict.fromkeys(name for _, name, _ in made):
        for block, _, text in (one for one in made if one[1] == name):
            new = block.replaced(text) if text not in seen else None
            if new is not None:
                seen.add(text)
                yield Variant(new, name)
                break
    if not english:
        return
    for block in blocks:
        found = first_command(block.text)
        new = (
            block.replaced(_POLITE.sub(r"\g<lead>", led(block.text, found, "Your task is to "), count=1))
            if found and not _ROLE.match(block.text)
            else None
        )
        if new is not None:
            yield Variant(new, "your-task")
            break
    for block in blocks[:1]:
        for name, text in as_requests(block.text, block.protected):
            new = block.replaced(text)
            if new is not None:
                yield Variant(new, name)


def _by_rule(text: str) -> Iterator[tuple[str, str]]:
    """Every rule that changes the text, with the new text."""
    for name, pattern, replacement in REWORDINGS:
        new = reworded(text, pattern, replacement)
        if new != text:
            yield name, new
    yield from applicable(text)
