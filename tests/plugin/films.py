"""A suite of movie reviews and a server that answers it, rightly but for the faults that a test asks for."""

from __future__ import annotations

import json

from tests.models.http.fault_server import EVERYTHING, FaultServer

_SUITE = """\
suite: films
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
EXAMPLES
answer: {field: answer, choices: [positive, negative], scoring: constrained}
perturb:
  - punctuation.strip_final: {target: input}
  - typo.drop: {target: input, rate: 0.3, samples: 2}
gate:
  accuracy: {min: 0.9}
"""
EXAMPLES = 12
PROMPTS = EXAMPLES * 4
GATES = 1
FEATURES = EVERYTHING - {"logprobs", "tokenize"}
"""One prompt of the suite is one chat of a call."""


def suite():
    """The suite's text; the healthy server passes it."""
    rows = (f'  - {{text: "movie number {i} is fine.", answer: negative}}' for i in range(EXAMPLES))
    return _SUITE.replace("EXAMPLES", "\n".join(rows))


def server_with(*faults):
    """A server that answers every prompt of the suite rightly, but for the faults."""
    return FaultServer(features=set(FEATURES), faults=list(faults))


def asks(body):
    """True for prompts of the suite, False for what a client asks to get to know the server."""
    return "positive or negative" in json.dumps(body)


def number(prompts):
    """Prompts of the suite in a call's body."""
    return len(prompts["messages"])
