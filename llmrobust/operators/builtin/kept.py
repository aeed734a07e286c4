"""Edits that once flipped an answer, as regression cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, model_validator

from llmrobust.errors import OperatorError
from llmrobust.operators.kept_cases import KeptCase, KeptEdit, parse_kept
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt, Span


class KeptParams(Params):
    """Parameters of `kept`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType({"file": ("cases", parse_kept)})

    file: str | None = Field(default=None, description="File that `llmrobust keep` wrote.")
    cases: tuple[KeptCase, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> KeptParams:
        if not self.cases:
            raise ValueError("kept needs a file of `llmrobust keep`: {file: kept/NAME.yaml}")
        return self

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """The cases of examples that are gone: a regression case that is not run must not look like one that passes."""
        gone = {one.example for one in self.cases if one.example not in examples}
        count = sum(one.example in gone for one in self.cases)
        named = ", ".join(sorted(gone)[:3]) + (", ..." if len(gone) > 3 else "")
        return {f"the suite has no example {named}": count} if gone else {}


_SHOWN = KeptCase(
    example="sample",
    name="typo.drop-0",
    edits=(KeptEdit(message=0, before="A ", old="fine", new="fne", after=" film."),),
)


@operator(
    "kept",
    level="character",
    params=KeptParams,
    touches=("any",),
    owns=("piece", "label", "protected"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 50_000),
    sample=Sample({"text": "A fine film."}, params={"cases": [_SHOWN]}),
    source="regression tests; the edits are found by Zeller and Hildebrandt 2002",
)
def kept(prompt: Prompt, params: KeptParams, draw: Draw) -> Iterator[Variant]:
    """Edits an example as a kept case says: a small edit that flipped its answer in an earlier run."""
    texts = [message.text for message in prompt.messages]
    if not any(texts):
        return
    for case in params.cases:
        if case.example != draw.example_id:
            continue
        places = [_place(texts, edit) for edit in case.edits]
        if None in places:
            raise OperatorError(
                f'{params.file}: the case "{case.name}" of example {case.example} no longer fits its prompt; '
                "delete it, or keep it again from a run of the prompt as it is"
            )
        found = sorted(
            ((edit.message, *place, edit.new) for edit, place in zip(case.edits, places, strict=True) if place),
            reverse=True,
        )
        made = prompt
        for number, start, end, new in found:
            made = with_text(made, number, start, end, new)
        yield Variant(made, case.name, detail={"came_from": case.came_from})


def _place(texts: list[str], edit: KeptEdit) -> tuple[int, int] | None:
    return edit.place(texts[edit.message]) if edit.message < len(texts) else None


def with_text(prompt: Prompt, number: int, start: int, end: int, new: str) -> Prompt:
    """The prompt with characters of a message replaced, in whichever spans they stand; what was protected and is edited
    no longer is."""
    spans: list[Span] = []
    at, written = 0, False
    for span in prompt.messages[number].spans:
        first, last = at, at + len(span.text)
        at = last
        touched = first < end and last > start if end > start else first <= start <= last and not written
        if not touched or (end == start and span.protected and start in (first, last)):
            spans.append(span)
            continue
        middle = "" if written else new
        written = True
        text = span.text[: max(0, start - first)] + middle + span.text[max(0, end - first) :]
        spans.append(replace(span, text=text, protected=False))
    if not written:
        spans.append(Span(new))
    messages = list(prompt.messages)
    messages[number] = replace(messages[number], spans=tuple(spans))
    return replace(prompt, messages=tuple(messages))
