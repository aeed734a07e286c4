"""What a response means for its case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmrobust.operators.operator import Relation
from llmrobust.plan import Case
from llmrobust.request import ScoredBy


class Outcome(StrEnum):
    """How a case ended; only ANSWERED can be right."""

    ANSWERED = "answered"
    UNPARSED = "unparsed"
    """The model answered, but not with anything that the suite's answer type can read."""
    TRUNCATED = "truncated"
    """The answer ended at the token limit before it could be read."""
    NO_ANSWER = "no-answer"
    """The request failed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A scored response.

    answer: canonical (a canonical label for closed sets, normalised text otherwise), None unless ANSWERED.
    correct: None without a gold answer. label_probabilities: softmax over the labels in canonical order, or None.
    margin: best minus second-best label probability. label_mass: the probability of all labels together among all that
    the model could have written, or None. raw: the model's text. reason: why the answer is missing.
    """

    outcome: Outcome
    answer: str | None = None
    correct: bool | None = None
    scored_by: ScoredBy | None = None
    label_probabilities: tuple[float, ...] | None = None
    margin: float | None = None
    raw: str = ""
    reason: str = ""
    label_mass: float | None = None
    mass_is_bound: bool = False
    """Whether the labels may have more than the label mass."""


class Status(StrEnum):
    """The status shown for a case; only PASSED is a pass."""

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


UNREAD = {
    Outcome.UNPARSED: Status.UNPARSED,
    Outcome.TRUNCATED: Status.TRUNCATED,
    Outcome.NO_ANSWER: Status.NO_ANSWER,
}


def case_status(case: Case, verdict: Verdict, clean: Verdict | None) -> Status:
    """The status of a case, given its verdict and that of the unperturbed prompt (None for originals).

    An unparsed unperturbed answer agrees with nothing. If the unperturbed prompt got no answer at all, its variants
    cannot be judged.
    """
    if verdict.outcome in UNREAD:
        return UNREAD[verdict.outcome]
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


def answer_must_stay(case: Case, clean: Verdict | None = None) -> bool:
    """True unless the edit moves the answer, or promises nothing: it must change, must become a certain answer, or may
    change.

    An answer that the case's map does not move must stay; without the unperturbed verdict, that of the gold answer.
    """
    if case.relation in (Relation.MUST_CHANGE, Relation.NO_PROMISE):
        return False
    if case.answer_map and clean is not None and clean.answer is not None:
        return case.answer_map.get(clean.answer, clean.answer) == clean.answer
    return case.expected == case.example.expected


def may_move(case: Case) -> bool:
    """Whether a case is one whose answer moves, even if the answer that it should become is unknown."""
    return bool(case.answer_map) or (case.relation is not Relation.NO_PROMISE and not answer_must_stay(case))


def agreement(case: Case, verdict: Verdict, clean: Verdict | None) -> bool | None:
    """Whether the answer is the unperturbed one; None where that is unknown, or the answer need not stay."""
    if clean is None or _failed(clean) or _failed(verdict) or not answer_must_stay(case, clean):
        return None
    both = verdict.outcome is Outcome.ANSWERED and clean.outcome is Outcome.ANSWERED
    return both and verdict.answer == clean.answer


def movement(case: Case, verdict: Verdict, clean: Verdict | None) -> bool | None:
    """Whether the answer moved as required; None where that is unknown, or the answer must stay."""
    if clean is None or _failed(clean) or _failed(verdict) or answer_must_stay(case, clean) or not may_move(case):
        return None
    if verdict.outcome is not Outcome.ANSWERED or clean.outcome is not Outcome.ANSWERED:
        return False
    if clean.answer is not None and clean.answer in case.answer_map:
        return verdict.answer == case.answer_map[clean.answer]
    if case.relation is Relation.MUST_CHANGE:
        return verdict.answer != clean.answer
    return verdict.correct is True


def _failed(verdict: Verdict) -> bool:
    return verdict.outcome is Outcome.NO_ANSWER
