"""Suite files: what a user writes, checked and turned into frozen values.

`load_suite` reads a file and everything that it names; it gives a `Suite` or raises every problem that it found, each
with file, line and column. `render_prompt` gives an example's prompt as typed spans.
"""

from llmrobust.suitefile.editor_schema import suite_json_schema
from llmrobust.suitefile.loader import load_suite
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.suite import AnswerSpec, Example, GateSpec, MessageTemplate, MetricFacts, OperatorUse, Suite

__all__ = [
    "AnswerSpec",
    "Example",
    "GateSpec",
    "MessageTemplate",
    "MetricFacts",
    "OperatorUse",
    "Suite",
    "load_suite",
    "render_prompt",
    "suite_json_schema",
]
