"""Methods: how a case is answered, besides asking the prompt once.

A method is a pure function from what a run asked (`Asked`) to what it would answer (`Answered`), registered like an
operator or a metric. None of them sends a request: those that need more than a run has say so.
"""

from llmrobust.methods import abstention, calibration, ensembles, plain
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
    "use_of",
]
