"""Prompts as typed spans.

A suite's Jinja2 template is rendered in a sandbox to messages whose spans know what they are: instruction, label,
separator, variable, and so on. Operators rewrite spans; the model sees their concatenation.
"""

from llmrobust.prompt.spans import Message, Place, Prompt, Span, SpanKind

__all__ = ["Message", "Place", "Prompt", "Span", "SpanKind"]
