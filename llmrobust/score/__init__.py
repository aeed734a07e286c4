"""What a model's reply means: the answer that it gives, and whether that answer is right.

`score` is pure and never raises on any text. A reply that cannot be read with certainty is UNPARSED, one that was
cut off before it could be read is TRUNCATED, a failed request is NO_ANSWER: none of them is ever right.
"""

from llmrobust.score.reply_verdict import canonical_answer, score
from llmrobust.score.verdict import Outcome, Status, Verdict, case_status

__all__ = ["Outcome", "Status", "Verdict", "canonical_answer", "case_status", "score"]
