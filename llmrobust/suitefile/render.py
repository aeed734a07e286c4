"""An example's prompt."""

from __future__ import annotations

from dataclasses import replace

from llmrobust.errors import SuiteError
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.protection import VARIABLE
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.suitefile.suite import Example, Suite


def render_prompt(suite: Suite, example: Example) -> Prompt:
    """The prompt of an example as typed spans; the last message may end in the field that the model fills in.

    Raises SuiteError when a template cannot be rendered with the example's values, or gives an empty prompt.
    """
    labels = suite.answer.choices
    variables = {name for message in suite.messages for name in message.template.variables}
    protect = [VARIABLE + name if name in variables else name for name in suite.protect]
    try:
        rendered = [(m.role, m.template.render(example.fields, protect, labels)) for m in suite.messages]
    except SuiteError as error:
        named = (replace(d, message=f"{d.message} (example {example.id})") for d in error.diagnostics)
        raise SuiteError(list(named)) from None
    role, last = rendered[-1]
    rendered[-1] = (role, typed_output_field(last))
    prompt = Prompt(tuple(Message(role, tuple(spans)) for role, spans in rendered), suite.mode)
    if not any(span.text.strip() for _, span in prompt.places()):
        raise suite.messages[-1].template.error(f"the prompt of example {example.id} is empty")
    return prompt
