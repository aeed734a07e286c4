"""Sanity baselines: the prompt without what decides the answer. A model that still answers the same did not read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from llmrobust.operators.editing.scope import is_target
from llmrobust.operators.operator import ANY_LANGUAGE, AtMost, Draw, Params, Relation, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Place, Prompt

SURE_VQA = "SURE-VQA (Kahl et al. 2024, arXiv 2411.19688): baselines without the decisive input"
OWNS = ("protected", "piece", "label")


class SanityParams(Params):
    """Parameters of sanity operators."""

    target: str | list[str] = Field(default="input", description="What decides the answer: input, context, or a name.")


class ShuffledParams(SanityParams):
    """Parameters of `sanity.shuffled`."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


class ContextParams(SanityParams):
    """Parameters of `sanity.no_context`."""

    target: str | list[str] = Field(default="context", description="What is removed: context, or a variable's name.")


@operator(
    "sanity.empty",
    level="semantics",
    params=SanityParams,
    relation=Relation.MUST_CHANGE,
    touches=("any",),
    owns=OWNS,
    languages=(ANY_LANGUAGE,),
    source=SURE_VQA,
)
def empty(prompt: Prompt, params: SanityParams, draw: Draw) -> Iterator[Variant]:
    """Removes the input."""
    places = _places(prompt, params.target)
    if places and any(prompt.span(place).text.strip() for place in places):
        yield Variant(_written(prompt, dict.fromkeys(places, "")), "empty")


@operator(
    "sanity.no_context",
    level="semantics",
    params=ContextParams,
    relation=Relation.MUST_CHANGE,
    touches=("any",),
    owns=OWNS,
    languages=(ANY_LANGUAGE,),
    source=SURE_VQA,
)
def no_context(prompt: Prompt, params: ContextParams, draw: Draw) -> Iterator[Variant]:
    """Removes the context that the question is about."""
    places = _places(prompt, params.target)
    if places and any(prompt.span(place).text.strip() for place in places):
        yield Variant(_written(prompt, dict.fromkeys(places, "")), "removed")


@operator(
    "sanity.shuffled",
    level="semantics",
    version=2,
    params=ShuffledParams,
    relation=Relation.NO_PROMISE,
    touches=("target",),
    owns=("piece",),
    languages=(ANY_LANGUAGE,),
    source="Sinha et al. 2021 (arXiv 2104.06644) and Pham et al. 2021 (arXiv 2012.15180): word order",
)
def shuffled(prompt: Prompt, params: ShuffledParams, draw: Draw) -> Iterator[Variant]:
    """Puts all words of the input in random order; words stay, so a task of single words may rightly not change.

    Nothing is promised of one answer; a fall in accuracy shows that a model reads more than single words.
    """
    places = [place for place, span in prompt.places() if is_target(span, _names(params.target))]
    texts = [prompt.span(place).text for place in places]
    words = [word for text in texts for word in text.split()]
    if len(set(words)) < 3:
        return
    for sample in range(params.samples):
        left = draw.stream("shuffled", sample).sample(words, len(words))
        new = {}
        for place, text in zip(places, texts, strict=True):
            count = len(text.split())
            mine, left = left[:count], left[count:]
            lead, tail = re.match(r"\s*", text), re.search(r"\s*\Z", text)
            if mine and lead is not None and tail is not None:
                new[place] = lead[0] + " ".join(mine) + tail[0]
        yield Variant(prompt.with_texts(new), str(sample))


@operator(
    "sanity.other_example",
    level="semantics",
    params=SanityParams,
    relation=Relation.MUST_CHANGE,
    touches=("any",),
    owns=OWNS,
    languages=(ANY_LANGUAGE,),
    at_most=AtMost(1, 20_000),
    source=SURE_VQA,
    sample=Sample(
        {"text": "What a wonderful film."},
        expected="positive",
        pool=(("sample", {"text": "What a wonderful film."}), ("other", {"text": "The meal was awful."})),
    ),
)
def other_example(prompt: Prompt, params: SanityParams, draw: Draw) -> Iterator[Variant]:
    """Puts another example's input in the place of this one's, one with another gold answer where there are any."""
    names = [name for name in _variables(prompt, params.target) if isinstance(draw.fields.get(name), str)]
    mine = {name: draw.fields[name] for name in names}
    others = [(other, fields) for other, fields in draw.pool if other != draw.example_id and _fits(fields, mine)]
    gold = {name: value for name, value in draw.fields.items() if draw.expected is not None and value == draw.expected}
    differing = [one for one in others if any(one[1].get(name) != value for name, value in gold.items())]
    chosen = differing if gold else others
    if not names or not chosen:
        return
    _, fields = draw.stream("other").choice(chosen)
    new: dict[Place, str] = {}
    for place in _places(prompt, params.target):
        span = prompt.span(place)
        root = span.name.split(".")[0]
        if root in mine:
            new[place] = fields[root] if root not in {prompt.span(done).name.split(".")[0] for done in new} else ""
    if new:
        yield Variant(_written(prompt, new), "other")


def _names(target: str | Sequence[str]) -> tuple[str, ...]:
    return (target,) if isinstance(target, str) else tuple(target)


def _places(prompt: Prompt, target: str | Sequence[str]) -> list[Place]:
    """The places of all spans of the target, protected ones too."""
    names = _names(target)
    return [place for place, span in prompt.places() if is_target(replace(span, protected=False), names)]


def _variables(prompt: Prompt, target: str | Sequence[str]) -> list[str]:
    """The roots of the variables of the target, in reading order."""
    roots = (prompt.span(place).name.split(".")[0] for place in _places(prompt, target))
    return list(dict.fromkeys(root for root in roots if root))


def _fits(fields: Mapping[str, Any], mine: Mapping[str, str]) -> bool:
    return all(isinstance(fields.get(name), str) and fields[name].strip() for name in mine) and any(
        fields[name] != value for name, value in mine.items()
    )


def _written(prompt: Prompt, texts: Mapping[Place, str]) -> Prompt:
    """The prompt with new texts, of protected spans as well; what becomes empty is left out."""
    messages = []
    for m, message in enumerate(prompt.messages):
        spans = []
        for s, span in enumerate(message.spans):
            if (m, s) not in texts:
                spans.append(span)
            elif texts[m, s]:
                spans.append(replace(span, text=texts[m, s], protected=False))
        messages.append(replace(message, spans=tuple(spans)))
    return replace(prompt, messages=tuple(messages))
