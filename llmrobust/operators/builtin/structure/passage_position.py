"""Where among its passages the one stands that decides the answer: first, in the middle, last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

from pydantic import Field

from llmrobust.operators.builtin.structure.order import Unit, permuted
from llmrobust.operators.editing.passages import FIELDS, TEXTS, with_whole_passages
from llmrobust.operators.editing.support import holds, question_of, supports
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

MARKS = ("isgold", "is_gold", "is_selected", "is_supporting", "hasanswer", "has_answer", "gold", "relevant")
"""What data sets call the mark of a passage that answers its question."""
_FIELDS = {
    "documents": ["Ben works as a nurse.", "Anna lives in Paris.", "Carl plays the harp.", "Dora likes honey."],
    "question": "Where does Anna live?",
}
_TEMPLATE = """{% instruction %}Answer from the documents.{% endinstruction %}
{% for d in documents %}Document: {% context %}{{ d }}{% endcontext %}
{% endfor %}Question: {{ question }}
Answer:
"""
Percent = Annotated[int, Field(ge=0, le=100)]


class PositionParams(Params):
    """Parameters of `order.passage`."""

    at: list[Percent] = Field(
        default=[0, 50, 100],
        min_length=1,
        description="Where the passage goes, in percent of the way from the first place to the last; one variant each.",
    )
    decisive: str | None = Field(
        default=None,
        description="The examples' field with the deciding passage: its text, or its number, from 0. Without it: the "
        "passage that the data mark (is_gold, hasanswer), or the only one that supports the gold answer.",
    )
    documents: str = Field(default="documents", description="The field with the passages.")
    question: str = Field(default="question", description="The field with the question, to judge what supports it.")


@operator(
    "order.passage",
    level="format",
    params=PositionParams,
    touches=("context", "input", "label", "separator", "space", "text"),
    moves=True,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 10),
    source="Liu et al. 2023 (Lost in the Middle, arXiv 2307.03172): accuracy by the position of the answer's passage",
    sample=Sample(_FIELDS, _TEMPLATE, (), expected="Paris"),
)
def passage(prompt: Prompt, params: PositionParams, draw: Draw) -> Iterator[Variant]:
    """Moves the passage that decides the answer to the start, the middle and the end of the others.

    Needs three passages. Where it stands at the position already, the others are put in another order, so that every
    example has a variant of every position.
    """
    read = with_whole_passages(prompt, draw.fields, params.documents)
    units = _passages(read)
    if len(units) < 3 or len({m for m, _, _ in units}) > 1:
        return
    texts = ["".join(span.text for span in read.messages[m].spans[a:b]).strip() for m, a, b in units]
    own = _decisive(read, texts, params, draw)
    if own is None:
        return
    others = [number for number in range(len(units)) if number != own]
    taken: set[int] = set()
    for percent in sorted(set(params.at)):
        place = (percent * (len(units) - 1) + 50) // 100
        if place in taken:
            continue
        taken.add(place)
        rest = others if place != own else [*others[1:], others[0]]
        order = [*rest[:place], own, *rest[place:]]
        yield Variant(permuted(read, units, order), f"at-{percent}", detail={"passages": len(units), "place": place})


def _passages(prompt: Prompt) -> list[Unit]:
    units = []
    for m, message in enumerate(prompt.messages):
        for region, run in groupby(enumerate(message.spans), key=lambda piece: piece[1].region):
            pieces = list(run)
            if region.startswith("context"):
                units.append((m, pieces[0][0], pieces[-1][0] + 1))
    return units


def _decisive(prompt: Prompt, texts: Sequence[str], params: PositionParams, draw: Draw) -> int | None:
    """The number of the passage that decides the answer; None where that is not certain."""
    if params.decisive is not None:
        return _named(draw.fields.get(params.decisive), texts)
    names = dict.fromkeys((params.documents, *FIELDS))
    marked = list(dict.fromkeys(one for name in names for one in _marked(draw.fields.get(name))))
    if marked:
        places = [number for number, text in enumerate(texts) if any(one in text for one in marked)]
        return places[0] if len(places) == 1 else None
    answer = draw.expected or ""
    holding = [number for number, text in enumerate(texts) if holds(text, answer)]
    question = question_of(prompt, draw.fields, params.question)
    supporting = [number for number in holding if supports(texts[number], question, answer)]
    found = supporting or holding
    return found[0] if len(found) == 1 else None


def _named(value: Any, texts: Sequence[str]) -> int | None:
    if isinstance(value, str) and not value.strip().isdecimal():
        text = value.strip()
        places = [number for number, one in enumerate(texts) if one == text or (text and text in one)]
        return places[0] if len(places) == 1 else None
    number = int(value) if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else -1
    return number if 0 <= number < len(texts) else None


def _marked(value: Any) -> Iterator[str]:
    """The texts of the passages that the data mark as those with the answer."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping) and any(item.get(mark) in (True, 1, "true", "1") for mark in MARKS):
            text = next((item[name] for name in TEXTS if isinstance(item.get(name), str)), None)
            if text:
                yield text.strip()
