"""Methods: how a case is answered, besides asking the prompt once.

A method is a pure function from what a run asked (`Asked`) to what it would answer (`Answered`), or a coroutine that
sends prompts of its own in the run's session (`llmrobust.methods.sending`); both are registered like an operator or a
metric.
"""

from llmrobust.methods import (
    abstention,
    calibration,
    conformal,
    demonstrations,
    documents,
    ensembles,
    entities,
    instructions,
    plain,
    rewritings,
    rewritten_inputs,
    samples,
    sensitivity,
    several_models,
    thoughts,
)
from llmrobust.methods.method import (
    ABSTAINED,
    METHODS,
    NEEDS,
    NO_CASE,
    UNREAD,
    Answered,
    Asked,
    Method,
    MethodUse,
    NotUsable,
    Params,
    method,
    sending_method,
    use_of,
)
from llmrobust.methods.plain import PLAIN

__all__ = [
    "ABSTAINED",
    "METHODS",
    "NEEDS",
    "NO_CASE",
    "PLAIN",
    "UNREAD",
    "Answered",
    "Asked",
    "Method",
    "MethodUse",
    "NotUsable",
    "Params",
    "method",
    "sending_method",
    "use_of",
]
