"""An example's prompt."""

from __future__ import annotations

import json
from dataclasses import replace

from llmrobust.errors import SuiteError
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.protection import GOLD, NOT_GOLD, VARIABLE
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.suitefile.suite import Example, Suite


def render_prompt(suite: Suite, example: Example) -> Prompt:
    """The prompt of an example as typed spans; the last message may end in the field that the model fills in.

    Raises SuiteError when a template cannot be rendered with the example's values, or gives an empty prompt.
    """
    labels = suite.answer.choices
    variables = {name for message in suite.messages for name in message.template.variables}
    protect = [VARIABLE + name if name in variables else name for name in suite.protect]
    protect = [name for name in protect if name not in (GOLD, NOT_GOLD)]
    try:
        rendered = [(m.role, m.template.render(example.fields, protect, labels)) for m in suite.messages]
    except SuiteError as error:
        named = (replace(d, message=f"{d.message} (example {example.id})") for d in error.diagnostics)
        raise SuiteError(list(named)) from None
    role, last = rendered[-1]
    rendered[-1] = (role, typed_output_field(last))
    prompt = Prompt(tuple(Message(role, tuple(spans)) for role, spans in rendered), suite.mode, _gold(suite, example))
    if not any(span.text.strip() for _, span in prompt.places()):
        raise suite.messages[-1].template.error(f"the prompt of example {example.id} is empty")
    return prompt


def _gold(suite: Suite, example: Example) -> tuple[str, ...]:
    """What the right answer says, if no operator may change it in the values: of JSON, the texts in it."""
    free = not suite.answer.choices and NOT_GOLD not in suite.protect
    if example.expected is None or not (free or GOLD in suite.protect):
        return ()
    texts = _texts_in(example.expected) if suite.answer.check == "json" else [example.expected]
    return tuple(dict.fromkeys(text for raw in texts if len(text := raw.strip()) > 1 or text.isdecimal()))


def _texts_in(answer: str) -> list[str]:
    """The texts and numbers in a JSON answer; the answer itself where it is not JSON."""
    try:
        value = json.loads(answer)
    except ValueError:
        return [answer]
    found, left = [], [value]
    while left:
        one = left.pop(0)
        if isinstance(one, dict | list):
            left = [*(one.values() if isinstance(one, dict) else one), *left]
        elif isinstance(one, str | int | float) and not isinstance(one, bool):
            found.append(str(one))
    return found
