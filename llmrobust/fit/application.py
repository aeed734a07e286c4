"""Operators applied to plain texts, to learn what a detector finds after them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llmrobust.fit.features import Feature
from llmrobust.operators.operator import Draw, Operator, Params
from llmrobust.operators.registry import REGISTRY
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.prompt.template import Origin, Template

_TEMPLATE = Template("{{ text }}", Origin(Path("text")))


def made_by(feature: Feature, rate: float | None = None) -> tuple[Operator, Params]:
    """The feature's operator with its parameters. rate: for operators with one."""
    operator = REGISTRY.get(feature.operator)
    given: dict[str, Any] = dict(feature.params)
    if rate is not None:
        given["rate"] = rate
    if feature.file:
        given["sentences"] = feature.file
    return operator, operator.params(**given)


def applied(text: str, operator: Operator, params: Params, seed: int, name: str) -> str:
    """The operator's first variant of a text as the input of a prompt; the text itself where it does not apply.

    name: of the text, so that each is drawn for by itself.
    """
    fields = {"text": text}
    prompt = Prompt((Message("user", tuple(_TEMPLATE.render(fields, (), ()))),))
    draw = Draw(seed, operator.name, name, fields, pool=((name, fields),))
    for variant in operator.kept(prompt, params, draw):
        return "".join(piece for _, piece in variant.prompt.as_messages())
    return text
