"""An example's prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llmrobust.chat_messages import TOOL_CHOICE, TOOLS
from llmrobust.errors import SuiteError
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.protection import GOLD, NOT_GOLD, VARIABLE
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.suitefile.suite import Example, MessageTemplate, Suite
from llmrobust.suitefile.tools_section import openai_tools


def render_prompt(suite: Suite, example: Example) -> Prompt:
    """The prompt of an example as typed spans; the last message may end in the field that the model fills in.

    Raises SuiteError when a template cannot be rendered with the example's values, or gives an empty prompt.
    """
    labels = suite.answer.choices
    variables = {name for message in suite.messages for name in message.template.variables}
    protect = [VARIABLE + name if name in variables else name for name in suite.protect]
    protect = [name for name in protect if name not in (GOLD, NOT_GOLD)]
    try:
        rendered = [(m.role, _spans(m, example, protect, labels)) for m in suite.messages]
    except SuiteError as error:
        named = (replace(d, message=f"{d.message} (example {example.id})") for d in error.diagnostics)
        raise SuiteError(list(named)) from None
    role, last = rendered[-1]
    rendered[-1] = (role, typed_output_field(last))
    messages = tuple(Message(role, tuple(spans)) for role, spans in rendered)
    prompt = Prompt((*_tools(suite, example), *messages), suite.mode, _gold(suite, example))
    if not any(message.text.strip() for message in messages):
        raise suite.messages[-1].template.error(f"the prompt of example {example.id} is empty")
    return prompt


def _spans(message: MessageTemplate, example: Example, protect: Sequence[str], labels: Sequence[str]) -> list[Span]:
    """A message's spans; tool calls stand after its text, and no operator for running text may change them."""
    spans = message.template.render(example.fields, protect, labels) if message.template.source else []
    if not message.calls:
        return spans
    return [*spans, *([Span("\n")] if spans else []), Span(message.calls, name="tool call", protected=True)]


def _tools(suite: Suite, example: Example) -> Iterator[Message]:
    """What is sent beside the messages, as messages of their own that only operators on tools change."""
    if suite.tools is None:
        return
    listed = suite.tools.listed
    if suite.tools.field is not None:
        listed = json.dumps(openai_tools(example.fields[suite.tools.field]), ensure_ascii=False)
    yield Message(TOOLS, (Span(listed, name="tools", protected=True),))
    if suite.tools.choice:
        yield Message(TOOL_CHOICE, (Span(suite.tools.choice, name="tool choice", protected=True),))


def _gold(suite: Suite, example: Example) -> tuple[str, ...]:
    """What the right answer says, if no operator may change it in the values: of JSON, the texts in it."""
    free = not suite.answer.choices and NOT_GOLD not in suite.protect
    if example.expected is None or not (free or GOLD in suite.protect):
        return ()
    texts = _texts_in(example.expected) if suite.answer.check in ("json", "tool_call") else [example.expected]
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
