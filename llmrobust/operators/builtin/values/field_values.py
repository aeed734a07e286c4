"""Values of the examples' fields in each other's places: entities in any language, without lists of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from llmrobust.operators.builtin.values.grounding import is_input, moved_gold
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.text.whole_words import whole_word

_FIELDS = {"text": "Anna wohnt in Köln.", "city": "Köln"}
_OTHER = {"text": "Ben wohnt in Bern.", "city": "Bern"}
LIMIT = 80
"""Characters of a value that can be an entity."""


class FieldParams(Params):
    """Parameters of `entity.field`."""

    fields: list[str] = Field(
        default=[], description="The examples' fields that name an entity of the prompt: a person, a place. Needed."
    )
    values: list[str] = Field(default=[], description="The new values; default: those of the other examples' field.")
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


@operator(
    "entity.field",
    level="semantics",
    relation=Relation.FOLLOWS,
    params=FieldParams,
    touches=("prompt",),
    owns=("piece", "label"),
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, lambda params: 40 * LIMIT),
    source="entity swaps as in FLUKE and CheckList (Ribeiro et al. 2020, arXiv 2005.04118), with the data's own values",
    sample=Sample(
        _FIELDS,
        "{{ text }}\nWo wohnt sie?\nAntwort:\n",
        (),
        {"fields": ["city"]},
        expected="Köln",
        pool=(("sample", _FIELDS), ("other", _OTHER)),
    ),
)
def field(prompt: Prompt, params: FieldParams, draw: Draw) -> Iterator[Variant]:
    """Puts another example's value in the place of a field's, wherever the inputs say it; the gold answer follows.

    Not applicable where the value stands within a longer word ("Annas", "Kölner"), which would have to change with it.
    """
    text = "\n".join(span.text for _, span in prompt.places(lambda span: is_input(span) and not span.protected))
    fixed = "\n".join(span.text for _, span in prompt.places(lambda span: span.protected or not is_input(span)))
    swaps = [(name, value) for name in params.fields if (value := _entity(name, text, fixed, draw)) is not None]
    if not swaps:
        return
    seen: list[dict[str, str]] = []
    for sample in range(params.samples):
        stream = draw.stream("field", sample)
        new: dict[str, str] = {}
        for name, old in swaps:
            pool = [one for one in _pool(name, params, draw) if one not in (old, *new.values()) and one not in text]
            if pool:
                new[old] = stream.choice([one for one in pool if {**new, old: one} not in seen] or pool)
        if not new or new in seen:
            return
        seen.append(new)
        yield from _variant(prompt, draw, new, str(sample))


def _entity(name: str, text: str, fixed: str, draw: Draw) -> str | None:
    """The field's value, if the inputs say it as a whole word only and nothing that stays says it."""
    value = draw.fields.get(name)
    if not isinstance(value, str) or not 1 < len(value.strip()) <= LIMIT or value.strip() in draw.labels:
        return None
    value = value.strip()
    whole = len(re.findall(whole_word(value), text))
    return value if whole and text.count(value) == whole and value not in fixed else None


def _pool(name: str, params: FieldParams, draw: Draw) -> Sequence[str]:
    values: Sequence[object] = params.values or [fields.get(name) for _, fields in draw.pool]
    found = dict.fromkeys(value.strip() for value in values if isinstance(value, str) and value.strip())
    return [value for value in found if 1 < len(value) <= LIMIT and value not in draw.labels]


def _variant(prompt: Prompt, draw: Draw, new: dict[str, str], name: str) -> Iterator[Variant]:
    pattern = re.compile("|".join(whole_word(old) for old in sorted(new, key=len, reverse=True)))

    def other(text: str) -> str:
        return pattern.sub(lambda found: new[found[0]], text)

    places = {
        place: other(span.text)
        for place, span in prompt.places(lambda span: is_input(span) and not span.protected)
        if pattern.search(span.text)
    }
    expected = None
    if draw.expected is not None and draw.expected not in draw.labels:
        moved = moved_gold(draw.expected, other)
        expected = moved if moved != draw.expected else None
    relation = Relation.FOLLOWS if expected is not None else Relation.SAME
    if draw.expected is None and not draw.labels:
        relation = Relation.NO_PROMISE
    yield Variant(prompt.with_texts(places), name, expected=expected, relation=relation, detail=new)
