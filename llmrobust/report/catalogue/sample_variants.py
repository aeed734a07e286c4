"""One real variant of every operator, made from sample prompts, for pages and listings."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from llmrobust.chat_messages import TOOLS
from llmrobust.operators.operator import Draw, Operator, Sample, Variant
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.prompt.template import Origin, Template
from llmrobust.text.word_diff import marked, prompt_diff, short_diff

_CHOICE = """\
{% instruction %}Read the text and answer with {{ options | labels }}.{% endinstruction %}
{% context %}{{ context }}{% endcontext %}
Question: {{ question }}
Options:
{{ options | choices }}
Answer:
"""
_TEXTS = (
    "The waiter quickly brought the soup because we were hungry, and it wasn't bad at all.",
    'They said "never again", but I would really like to visit their colourful hotel in Paris once more.',
    "I didn't know what the manager wanted. However, she was kind and she helped 3 guests.",
    "My friend bought the book. He read it in two days.",
    "It was the best film of the year!",
    "We left because it rained. We went home last week. And we were cold, so we had a happy end.",
    "The soup was brought by the waiter. It was quiet and small, and nobody was unable to hear the information.",
    "Every day I visit the department in order to utilize the truck. However, he knows the answer immediately.",
)
_SHOTS = """\
{% for shot in shots %}{% example %}Question: {{ shot }}
Answer: yes{% endexample %}
{% endfor %}{% for d in documents %}{% context %}{{ d }}{% endcontext %}
{% endfor %}Question: {{ question }}
Answer:
"""
_USUAL = (
    *(Sample({"text": text}) for text in _TEXTS),
    Sample(
        {
            "context": "Anna lives in Paris. She works as a nurse. Ben lives in Rome.",
            "question": "Where does Anna live?",
            "options": ["Paris", "Rome", "Oslo"],
        },
        _CHOICE,
        ("A", "B", "C"),
        expected="A",
    ),
    Sample(
        {
            "shots": ["Is ice cold?", "Is fire hot?"],
            "documents": ["Anna lives in Paris. Ben lives in Rome.", "Carl plays the harp."],
            "question": "Does Anna live in Paris?",
        },
        _SHOTS,
        ("yes", "no"),
        expected="yes",
        system="You answer questions.",
    ),
    Sample(
        {"text": "It was fine."},
        "{% instruction %}As a careful reader, decide whether the review is positive or negative.{% endinstruction %}\n"
        "Review: {{ text }}\nSentiment:\n",
    ),
)


def sample_of(operator: Operator) -> str | None:
    """What an operator does to the first sample prompt that it applies to, as a marked difference; None if to none.

    Removed text is shown as [-...-], added text as {+...+}.
    """
    sample = fitting_sample(operator) if not operator.lacks() else None
    if sample is None:
        return None
    prompt = sample_prompt(sample)
    variant = first_variant(operator, sample, prompt)
    assert variant is not None
    return marked(short_diff(prompt_diff(prompt.as_messages(), variant.prompt.as_messages()), 160))


def fitting_sample(operator: Operator) -> Sample | None:
    """The operator's own sample prompt, or the first of the usual ones that it changes; None if it changes none."""
    samples = (operator.sample,) if operator.sample is not None else _USUAL
    fitting = (sample for sample in samples if first_variant(operator, sample, sample_prompt(sample)) is not None)
    return next(fitting, None)


def first_variant(operator: Operator, sample: Sample, prompt: Prompt) -> Variant | None:
    """The first variant that changes the prompt; None also where the operator needs parameters that are not given."""
    try:
        params = operator.params(**sample.params)
    except ValidationError:
        return None
    pool = sample.pool or (("sample", sample.fields),)
    draw = Draw(0, operator.name, "sample", sample.fields, sample.labels, sample.expected, pool)
    before = prompt.as_messages()
    found = operator.kept(prompt, params, draw)
    return next((variant for variant in found if variant.prompt.as_messages() != before), None)


def sample_prompt(sample: Sample) -> Prompt:
    """A sample's prompt, rendered as a suite renders its examples."""
    origin = Origin(Path("sample"))
    texts = [("system", sample.system), ("user", sample.template)]
    messages = [
        Message(role, tuple(Template(text, origin).render(sample.fields, (), sample.labels)))
        for role, text in texts
        if text
    ]
    messages[-1] = Message("user", tuple(typed_output_field(messages[-1].spans)))
    if sample.tools:
        listed = json.dumps([{"type": "function", "function": tool} for tool in sample.tools])
        messages.insert(0, Message(TOOLS, (Span(listed, name="tools", protected=True),)))
    return Prompt(tuple(messages))
