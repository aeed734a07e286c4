"""The result of a case: the one shape of a judged case, in a live run and in a stored one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from llmrobust.operators.operator import Relation
from llmrobust.plan import ORIGINAL, Case, CaseKey, name_of
from llmrobust.request import Reply, Response, ScoredBy
from llmrobust.score.verdict import UNREAD, Outcome, Status, Verdict, agreement, case_status, may_move, movement
from llmrobust.text.edit_script import Edit, Messages, edited

DIGITS = 6
"""Of the probabilities that a stored run keeps."""
_OUTCOMES = {status: outcome for outcome, status in UNREAD.items()}


@dataclass(frozen=True, slots=True)
class SmallestEdit:
    """The smallest part of a variant's edits that still flips the answer.

    edits: replacements in the unperturbed prompt. of: how many runs of words the variant changed. minimal: none of the
    edits can be left out; else the budget ended the search. probes: prompts that were tried. answer: to the edits.
    """

    edits: tuple[Edit, ...]
    of: int
    minimal: bool
    probes: int
    answer: str | None

    def prompt(self, before: Messages) -> Messages:
        """The unperturbed prompt with these edits alone."""
        return edited(before, sorted(self.edits, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A case, judged beside its unperturbed prompt, with everything needed to judge it again."""

    key: CaseKey
    """Operator use, variant, example and repeat; `use`, `variant`, `example` and `repeat` give its parts."""
    family: str
    operator: str
    status: Status
    answer: str | None
    """The canonical answer; None if there is none, or it cannot be read."""
    clean_answer: str | None
    """The canonical answer to the unperturbed prompt."""
    expected: str | None
    correct: bool | None
    scored_by: ScoredBy | None
    """How the response was read; None if the request failed."""
    margin: float | None
    reason: str
    """Why the answer is missing."""
    request: str
    """The content hash of what was sent."""
    severity: int | None = None
    agrees: bool | None = None
    """Whether the answer is the unperturbed one; None if it need not be, or that is unknown."""
    moves: bool | None = None
    """Whether the answer moved as required; None if it must stay, or that is unknown."""
    may_move: bool = False
    """Whether its answer is one that moves, even if `moves` is unknown."""
    probabilities: tuple[float, ...] | None = None
    """Of the labels of a closed set, in the suite's order, where the model gives them."""
    label_mass: float | None = None
    """The probability of all labels together; None where it is unknown."""
    mass_is_bound: bool = False
    """Whether the label mass is a lower bound: the server shows the likeliest tokens only."""
    text: str = ""
    """The response as it came, like `finish_reason` and `logprobs`."""
    finish_reason: str = ""
    logprobs: tuple[float, ...] | None = None
    relation: str = "same"
    prompt: Messages = ()
    """(role, text) pairs as sent."""
    clean_prompt: Messages = ()
    """(role, text) pairs of the unperturbed prompt."""
    changed: bool | None = None
    """Whether the case changed since the revision that the run was limited to; None in other runs."""
    smallest: SmallestEdit | None = None
    """The smallest part of its edits that flips the answer, where that was looked for."""

    @classmethod
    def of(cls, case: Case, reply: Reply, verdict: Verdict, original: Case, clean: Verdict | None) -> CaseResult:
        """A planned case and its verdict, judged beside the verdict of its unperturbed prompt.

        original, clean: the unperturbed case and its verdict, the case's own for an unperturbed one; without `clean`
        nothing is known about agreement.
        """
        response = reply if isinstance(reply, Response) else None
        perturbed = not case.is_original
        return cls(
            key=case.key,
            family=case.family,
            operator=case.operator,
            status=case_status(case, verdict, clean if perturbed else None),
            answer=verdict.answer,
            clean_answer=None if clean is None else clean.answer,
            expected=case.expected,
            correct=verdict.correct,
            scored_by=verdict.scored_by,
            margin=verdict.margin,
            reason=verdict.reason,
            request=case.request.content_hash(),
            severity=case.severity,
            agrees=agreement(case, verdict, clean) if perturbed else None,
            moves=movement(case, verdict, clean) if perturbed else None,
            may_move=may_move(case) if perturbed else False,
            probabilities=verdict.label_probabilities,
            label_mass=verdict.label_mass,
            mass_is_bound=verdict.mass_is_bound,
            text=verdict.raw,
            finish_reason="" if response is None else response.finish_reason,
            logprobs=None if response is None else _finite(response.label_logprobs),
            relation=str(case.relation.value),
            prompt=case.request.messages,
            clean_prompt=original.request.messages,
        )

    @property
    def use(self) -> str:
        """Label of the operator's use in the suite."""
        return self.key.use

    @property
    def variant(self) -> str:
        """The variant's name."""
        return self.key.variant

    @property
    def example(self) -> str:
        """The example's id."""
        return self.key.example

    @property
    def repeat(self) -> int:
        """Number of the repeat, from 0."""
        return self.key.repeat

    @property
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def column(self) -> str:
        """The variant's column in tables, as `Case.column`."""
        return f"{self.use}/{self.variant}"

    @property
    def name(self) -> str:
        """The case's name below its family, as in node ids."""
        return name_of(self.family, self.key)

    @property
    def outcome(self) -> Outcome:
        """How the case's own request ended, whatever became of the unperturbed one."""
        if self.status is Status.NO_ANSWER and self.scored_by is not None:
            return Outcome.ANSWERED
        return _OUTCOMES.get(self.status, Outcome.ANSWERED)

    @property
    def failure(self) -> str:
        """The kind of failure of a request that got no answer, else empty."""
        return self.reason.partition(": ")[0] if self.scored_by is None else ""

    @property
    def is_right(self) -> bool | None:
        """Whether the answer is right, an unreadable one being wrong; None without a gold answer or a response."""
        unknown = self.expected is None or self.outcome is Outcome.NO_ANSWER
        return None if unknown else self.correct is True

    @property
    def promises(self) -> bool:
        """Whether its operator promises that the answer stays, or becomes a certain other one."""
        return self.relation not in (Relation.MUST_CHANGE, Relation.NO_PROMISE)

    @property
    def acceptable(self) -> bool:
        """Whether a strict suite lets the case pass: it passed, or its operator promises nothing and it was read."""
        promised = self.relation != Relation.NO_PROMISE
        return self.status is Status.PASSED or (not promised and self.status in (Status.FLIPPED, Status.WRONG))

    def rounded(self) -> CaseResult:
        """The case as stored runs keep it: probabilities to six digits."""
        shares, mass = self.probabilities, self.label_mass
        if shares is None and mass is None:
            return self
        return replace(
            self,
            probabilities=None if shares is None else tuple(round(share, DIGITS) for share in shares),
            label_mass=None if mass is None else round(mass, DIGITS),
        )


def _finite(logprobs: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """The log-probabilities, unless one of them is NaN or plus infinity (minus infinity is valid: impossible)."""
    usable = logprobs is not None and all(math.isfinite(one) or one == -math.inf for one in logprobs)
    return logprobs if usable else None
