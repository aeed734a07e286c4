"""Defects of retrieved documents: noisy, irrelevant, counterfactual ones. The answer must stay while one is sound.

A document is a `{% context %}` block. Its text is replaced; how many, and where, is as in RbFT.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, ClassVar, Literal

from pydantic import Field

from llmrobust.operators.editing.frozen_places import NOT_REVIEWED, STALE, FrozenParams
from llmrobust.operators.editing.passages import TEXTS, passages_in, with_passages
from llmrobust.operators.editing.random_edits import Severity, not_beside_severity
from llmrobust.operators.editing.support import breaks_a_link, holds, question_of, supports
from llmrobust.operators.editing.tagged_blocks import Block, with_block
from llmrobust.operators.frozen_variants import UNREVIEWED, FrozenVariant, State
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Dropped, Edits, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

RBFT = "RbFT (Tu et al. 2025, arXiv 2501.18365): defects of retrieved passages"
RATES = (0.2, 0.4, 0.6, 0.8, 1.0)
Kind = Literal["noisy", "irrelevant", "counterfactual"]
_TEMPLATE = """{% instruction %}Answer from the documents.{% endinstruction %}
{% for d in documents %}Document: {% context %}{{ d }}{% endcontext %}
{% endfor %}Question: {{ question }}
Answer:
"""
_FIELDS = {
    "documents": ["Anna lives in Paris.", "Anna likes honey."],
    "question": "Where does Anna live?",
    "spare": ["Anna has a hamster."],
    "wrong": "Rome",
}
_OTHER = {**_FIELDS, "documents": ["Ben works as a nurse.", "Ben plays the harp."], "spare": []}


class DocumentParams(Params):
    """Parameters of operators on documents."""

    rate: float = Field(default=0.4, gt=0, le=1, description="Share of the documents that are replaced; at least one.")
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5 instead of a rate (0.2, 0.4, ..., 1.0); a list makes the variants of each."
    )
    position: Literal["random", "top", "bottom"] = Field(default="random", description="Which documents.")
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each rate.")
    documents: str = Field(default="documents", description="The examples' field with the documents' texts, a list.")
    spare: str = Field(default="spare", description="The field with further documents of the question, of lower rank.")
    answer: str | None = Field(default=None, description="The field with the answer's text; default: the gold answer.")
    wrong: str = Field(default="wrong", description="The field with a wrong answer of the same kind.")
    question: str = Field(default="question", description="The field with the question, to judge what supports it.")

    _one_of_them = not_beside_severity("rate")

    def rungs(self) -> list[tuple[int | None, float]]:
        """(severity, rate) of everything that is asked for."""
        if self.severity is None:
            return [(None, self.rate)]
        chosen = self.severity if isinstance(self.severity, list) else [self.severity]
        return [(level, RATES[level - 1]) for level in dict.fromkeys(chosen)]


class CounterfactualParams(DocumentParams, FrozenParams):
    """The same, with counterfactual documents of a frozen file, each in place of its original."""

    takes: ClassVar[tuple[str, ...]] = ("counterfactual",)


_DECLARED: dict[str, Any] = {
    "level": "context",
    "params": DocumentParams,
    "touches": ("context", "input"),
    "owns": ("protected", "piece", "label"),
    "languages": (ANY_LANGUAGE,),
    "at_most": AtMost(1, 20_000),
    "source": RBFT,
    "version": 3,
    "sample": Sample(_FIELDS, _TEMPLATE, (), expected="Paris", pool=(("sample", _FIELDS), ("other", _OTHER))),
}


@operator("rag.noisy", **_DECLARED)
def noisy(prompt: Prompt, params: DocumentParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Replaces documents by others of the same question that rank too low to help."""
    yield from _replaced(prompt, params, draw, ("noisy",))


@operator("rag.irrelevant", **_DECLARED)
def irrelevant(prompt: Prompt, params: DocumentParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Replaces documents by ones of other questions."""
    yield from _replaced(prompt, params, draw, ("irrelevant",))


@operator("rag.counterfactual", **{**_DECLARED, "params": CounterfactualParams})
def counterfactual(prompt: Prompt, params: CounterfactualParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Writes a wrong answer of the same kind where documents give the right one, or takes documents of a frozen file.

    The answer must stay only while more documents support it than contradict it; else nothing is promised.
    """
    yield from _replaced(prompt, params, draw, ("counterfactual",))


@operator("rag.mix", **{**_DECLARED, "params": CounterfactualParams})
def mix(prompt: Prompt, params: CounterfactualParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Replaces documents by noisy, irrelevant and counterfactual ones in turn."""
    yield from _replaced(prompt, params, draw, ("noisy", "irrelevant", "counterfactual"))


def _replaced(prompt: Prompt, params: DocumentParams, draw: Draw, kinds: Sequence[Kind]) -> Iterator[Variant | Dropped]:
    prompt = with_passages(prompt, draw.fields, params.documents)
    blocks = _documents(prompt)
    if len(blocks) < 2:
        return
    frozen = params.frozen if isinstance(params, CounterfactualParams) else []
    written = yield from _written(frozen, draw, [block.text for block in blocks])
    answer = _text(draw.fields.get(params.answer)) if params.answer else (draw.expected or "")
    question = question_of(prompt, draw.fields, params.question)
    for severity, rate in params.rungs():
        allowed = max(1, round(rate * len(blocks)))
        for sample in range(params.samples):
            stream = draw.stream("documents", sample)
            order = list(range(len(blocks)))
            if params.position == "random":
                stream.shuffle(order)
            elif params.position == "bottom":
                order.reverse()
            new: dict[int, str] = {}
            against = 0
            unread = False
            for index in order:
                if len(new) == allowed:
                    break
                for turn in range(len(kinds)):
                    kind = kinds[(len(new) + turn) % len(kinds)]
                    own = written.get(blocks[index].text.strip()) if kind == "counterfactual" else None
                    if frozen and kind == "counterfactual":
                        text = own.text.strip() if own else None
                    else:
                        text = _defect(kind, blocks[index].text, params, draw, answer, set(new.values()))
                    if text is not None:
                        new[index] = text
                        unread = unread or (own is not None and own.state is State.UNREVIEWED)
                        against += kind == "counterfactual"
                        break
            if not new:
                continue
            left = [block.text for i, block in enumerate(blocks) if i not in new]
            support = sum(supports(text, question, answer) for text in left)
            cut = breaks_a_link(question, [blocks[i].text for i in new], [*left, *new.values()])
            name = str(sample) if severity is None else f"s{severity}-{sample}"
            yield Variant(
                _with(prompt, blocks, new),
                name + (UNREVIEWED if unread else ""),
                severity=severity,
                edits=Edits(len(new), allowed, "sentence"),
                relation=None if support > against and not cut else Relation.NO_PROMISE,
                detail={"support": support, "against": against},
            )


def _written(
    frozen: Sequence[FrozenVariant], draw: Draw, documents: Sequence[str]
) -> Generator[Dropped, None, dict[str, FrozenVariant]]:
    """The example's documents of a frozen file, by their originals; those that are of no use come as dropped."""
    found: dict[str, FrozenVariant] = {}
    there = {text.strip() for text in documents}
    for one in frozen:
        if one.example != draw.example_id:
            continue
        if one.original.strip() not in there:
            yield Dropped(one.name, STALE)
        elif one.state is State.UNREVIEWED and not draw.allow_unreviewed:
            yield Dropped(one.name, NOT_REVIEWED)
        else:
            found.setdefault(one.original.strip(), one)
    return found


def _defect(kind: Kind, text: str, params: DocumentParams, draw: Draw, answer: str, taken: set[str]) -> str | None:
    """The replacement of a document; None where this kind cannot be made."""
    if kind == "counterfactual":
        wrong = _text(draw.fields.get(params.wrong))
        if not answer or not wrong or not holds(text, answer):
            return None
        return re.sub(rf"(?<!\w){re.escape(answer)}(?!\w)", lambda found: wrong, text, flags=re.IGNORECASE)
    pool: list[str] = []
    if kind == "noisy":
        pool = _texts(draw.fields.get(params.spare))
    else:
        for other, fields in draw.pool:
            pool += _texts(fields.get(params.documents)) if other != draw.example_id else []
    own = set(_texts(draw.fields.get(params.documents)))
    usable = [one for one in dict.fromkeys(pool) if one not in own | taken and not (answer and holds(one, answer))]
    return draw.stream(kind, text, len(taken)).choice(usable) if usable else None


def _documents(prompt: Prompt) -> list[Block]:
    """The context blocks, whole, whether their text is the template's own or a variable's."""
    found = []
    for m, message in enumerate(prompt.messages):
        for region, run in groupby(enumerate(message.spans), key=lambda piece: piece[1].region):
            if region.split(":")[0] == "context":
                found.append(Block(prompt, tuple((m, s) for s, _ in run)))
    return [block for block in found if block.text.strip()]


def _with(prompt: Prompt, blocks: Sequence[Block], texts: Mapping[int, str]) -> Prompt:
    """The prompt with the text of each given block replaced, the last first, so that places stay right."""
    for index in sorted(texts, reverse=True):
        block = blocks[index]
        plain = replace(block.spans[0], text=texts[index], protected=False)
        prompt = with_block(prompt, block.places, [plain])
    return prompt


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    """The passages in a field: a list of texts, or of objects with a text, or one text that joins several."""
    if isinstance(value, str):
        return [value[start:end] for start, end in passages_in(value)]
    items = value if isinstance(value, list) else []
    texts = [
        next((item[n] for n in TEXTS if item.get(n)), None) if isinstance(item, Mapping) else item for item in items
    ]
    return [text for item in texts if (text := _text(item))]
