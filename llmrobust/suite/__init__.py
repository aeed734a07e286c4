"""Suite files: what a user writes, checked and turned into frozen values.

`load_suite` reads a file and everything that it names; it gives a `Suite` or raises every problem that it found, each
with file, line and column. `render_prompt` gives an example's prompt as typed spans.
"""

from llmrobust.suite.jsonschema import suite_json_schema
from llmrobust.suite.loader import load_suite
from llmrobust.suite.model import (
    AnswerSpec,
    Example,
    GateSpec,
    MessageTemplate,
    MetricFacts,
    OperatorUse,
    Suite,
)
from llmrobust.suite.render import render_prompt

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
