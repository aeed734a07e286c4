"""An example's prompt."""

from __future__ import annotations

from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.suitefile.model import Example, Suite


def render_prompt(suite: Suite, example: Example) -> Prompt:
    """The prompt of an example as typed spans; the last message may end in the field that the model fills in.

    Raises SuiteError when a template cannot be rendered with the example's values.
    """
    labels = suite.answer.choices
    rendered = [(m.role, m.template.render(example.fields, suite.protect, labels)) for m in suite.messages]
    role, last = rendered[-1]
    rendered[-1] = (role, typed_output_field(last))
    return Prompt(tuple(Message(role, tuple(spans)) for role, spans in rendered), suite.mode)
