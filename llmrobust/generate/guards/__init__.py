"""Guards: evidence that a generated text still means what it must, each with its score kept beside the variant.

`text_guards` need nothing but the texts; `model_guards` ask an embedder, a second model or a scorer, if there is one.
"""

from llmrobust.generate.guards.candidate import Candidate, Guard, failed, not_run, passed

__all__ = ["Candidate", "Guard", "failed", "not_run", "passed"]
