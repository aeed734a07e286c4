"""A case with its reply, verdict and status: what reports and failure messages are made from."""

from __future__ import annotations

from dataclasses import dataclass

from llmrobust.perturb.contract import Relation
from llmrobust.plan import Case
from llmrobust.request import Reply
from llmrobust.score.status import Status, case_status
from llmrobust.score.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A case beside its unperturbed twin; for an unperturbed case both are the same."""

    case: Case
    reply: Reply
    verdict: Verdict
    original: Case
    clean: Verdict
    status: Status

    @classmethod
    def of(cls, case: Case, reply: Reply, verdict: Verdict, original: Case, clean: Verdict) -> Judged:
        """A judged case; its status follows from the two verdicts."""
        status = case_status(case, verdict, None if case.is_original else clean)
        return cls(case, reply, verdict, original, clean, status)

    @property
    def acceptable(self) -> bool:
        """Whether a strict suite lets the case pass: it passed, or its operator promises nothing and it was read."""
        promised = self.case.relation is not Relation.NO_PROMISE
        return self.status is Status.PASSED or (not promised and self.status in (Status.FLIPPED, Status.WRONG))
