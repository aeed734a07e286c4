"""How a case ended, seen beside its unperturbed twin."""

from __future__ import annotations

from enum import StrEnum

from llmrobust.perturb.contract import Relation
from llmrobust.plan import Case
from llmrobust.score.verdict import Outcome, Verdict


class Status(StrEnum):
    """What is shown for a case; only PASSED is a pass."""

    PASSED = "passed"
    FLIPPED = "flipped"
    """The answer differs from the unperturbed one although it must stay, or from what that must become."""
    WRONG = "wrong"
    """The answer differs from the gold answer (and from the unperturbed answer only if that is right to do)."""
    STUCK = "stuck"
    """The answer stayed although the edit must change it."""
    UNPARSED = "unparsed"
    TRUNCATED = "truncated"
    NO_ANSWER = "no-answer"
    """The prompt, or the unperturbed one that it is compared with, got no answer."""


_UNREAD = {
    Outcome.UNPARSED: Status.UNPARSED,
    Outcome.TRUNCATED: Status.TRUNCATED,
    Outcome.NO_ANSWER: Status.NO_ANSWER,
}


def case_status(case: Case, verdict: Verdict, clean: Verdict | None) -> Status:
    """The status of a case, given its verdict and that of the unperturbed prompt (None for originals).

    An unperturbed answer that could not be read agrees with nothing. Where the unperturbed prompt got no answer at
    all, nothing can be said of its variants.
    """
    if verdict.outcome in _UNREAD:
        return _UNREAD[verdict.outcome]
    if clean is not None and clean.outcome is Outcome.NO_ANSWER:
        return Status.NO_ANSWER
    stays = clean is None or (clean.outcome is Outcome.ANSWERED and clean.answer == verdict.answer)
    if case.relation is Relation.MUST_CHANGE and clean is not None and stays:
        return Status.STUCK
    if case.answer_map and clean is not None and clean.answer is not None:
        wanted = case.answer_map.get(clean.answer, clean.answer)
        if verdict.answer != wanted:
            return Status.STUCK if stays else Status.FLIPPED
    elif case.relation in (Relation.SAME, Relation.NO_PROMISE) and not stays:
        return Status.FLIPPED
    return Status.WRONG if verdict.correct is False else Status.PASSED
