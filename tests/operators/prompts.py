"""Prompts to perturb, rendered from templates as a suite renders them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llmrobust.operators import REGISTRY, Draw, Variant
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.prompt.template import Origin, Template

REVIEW = """\
{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
Review: {{ text }}
Sentiment:
"""
CHOICE = """\
{% instruction %}Answer with {{ options | labels }}.{% endinstruction %}
Question: {{ question }}
Options:
{{ options | choices }}
Answer:
"""
OPTIONS = {"question": "Where is the Louvre?", "options": ["Paris", "Rome", "Oslo"]}
SENTIMENTS = ("positive", "negative")


def rendered(
    template: str, fields: Mapping[str, Any], labels: Sequence[str] = (), protect: Sequence[str] = (), system: str = ""
) -> Prompt:
    """The prompt that a suite with this user template makes of an example."""
    spans = Template(template, Origin(Path("suite.robust.yaml"))).render(fields, protect, labels)
    messages = [Message("user", tuple(typed_output_field(spans)))]
    if system:
        spans = Template(system, Origin(Path("suite.robust.yaml"))).render(fields, protect, labels)
        messages.insert(0, Message("system", tuple(spans)))
    return Prompt(tuple(messages))


def review(text: str, protect: Sequence[str] = ()) -> Prompt:
    """The review prompt about a text."""
    return rendered(REVIEW, {"text": text}, SENTIMENTS, protect)


def variants(
    name: str, prompt: Prompt, labels: Sequence[str] = (), example: str = "ex-1", seed: int = 0, **params: Any
) -> dict[str, Variant]:
    """An operator's variants of a prompt by name."""
    operator = REGISTRY.get(name)
    assert operator is not None, name
    draw = Draw(seed, name, example, {}, labels)
    return {variant.name: variant for variant in operator.variants(prompt, operator.params(**params), draw)}


def texts(name: str, prompt: Prompt, labels: Sequence[str] = (), **params: Any) -> dict[str, str]:
    """The text of the last message of each variant."""
    return {key: one.prompt.messages[-1].text for key, one in variants(name, prompt, labels, **params).items()}


def values(name: str, text: str, **params: Any) -> dict[str, str]:
    """What each variant makes of a review's text."""
    found = variants(name, review(text), SENTIMENTS, **params)
    return {key: _value(one.prompt) for key, one in found.items()}


def _value(prompt: Prompt) -> str:
    return "".join(span.text for _, span in prompt.places(lambda span: span.kind == "variable"))
