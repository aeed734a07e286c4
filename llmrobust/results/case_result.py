"""The result of one case, as stored runs keep it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from llmrobust.metrics.from_cases import case_cell
from llmrobust.operators.operator import Relation
from llmrobust.plan import ORIGINAL, CaseKey, name_of
from llmrobust.request import Response, ScoredBy
from llmrobust.score.verdict import Judged, Status
from llmrobust.text.edit_script import Edit, Messages, edited


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
    """A case after the run, with everything needed to judge it again.

    request: the content hash of what was sent. agrees: whether the answer is the unperturbed one, None if it need not
    be. moves: whether it moved as required, None if it must stay. probabilities: of the labels of a closed set, in the
    suite's order, where the model gives them (six digits). label_mass: the probability of all labels together (six
    digits), None where it is not known. text, finish_reason, logprobs: the reply as it came.
    prompt, clean_prompt: (role, text) pairs as asked, and of the unperturbed prompt.
    """

    example: str
    family: str
    operator: str
    use: str
    variant: str
    repeat: int
    status: Status
    answer: str | None
    clean_answer: str | None
    expected: str | None
    correct: bool | None
    scored_by: ScoredBy | None
    margin: float | None
    reason: str
    request: str
    severity: int | None = None
    agrees: bool | None = None
    moves: bool | None = None
    probabilities: tuple[float, ...] | None = None
    text: str = ""
    finish_reason: str = ""
    logprobs: tuple[float, ...] | None = None
    relation: str = "same"
    prompt: Messages = ()
    clean_prompt: Messages = ()
    label_mass: float | None = None
    changed: bool | None = None
    smallest: SmallestEdit | None = None
    """The smallest part of its edits that flips the answer, where that was looked for."""

    @property
    def key(self) -> CaseKey:
        """What identifies the case, as `plan.case_key` does for a planned one."""
        return self.use, self.variant, self.example, self.repeat

    @property
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def acceptable(self) -> bool:
        """Whether a strict suite lets the case pass, as `Judged.acceptable`."""
        promised = self.relation != Relation.NO_PROMISE
        return self.status is Status.PASSED or (not promised and self.status in (Status.FLIPPED, Status.WRONG))

    @property
    def column(self) -> str:
        """The variant's column in tables, as `Case.column`."""
        return f"{self.use}/{self.variant}"

    @property
    def name(self) -> str:
        """The case's name below its family, as in node ids."""
        return name_of(self.family, self.use, self.variant, self.example, self.repeat)

    @classmethod
    def of(cls, judged: Judged) -> CaseResult:
        """What reports keep of a judged case."""
        case, verdict = judged.case, judged.verdict
        reply = judged.reply if isinstance(judged.reply, Response) else None
        cell = case_cell(case, verdict, judged.clean)
        shares = verdict.label_probabilities
        return cls(
            example=case.example.id,
            family=case.family,
            operator=case.operator,
            use=case.use,
            variant=case.variant,
            repeat=case.repeat,
            status=judged.status,
            answer=verdict.answer,
            clean_answer=judged.clean.answer,
            expected=case.expected,
            correct=verdict.correct,
            scored_by=verdict.scored_by,
            margin=verdict.margin,
            reason=verdict.reason,
            request=case.request.content_hash(),
            severity=case.severity,
            agrees=None if case.is_original else cell.agrees,
            moves=None if case.is_original else cell.moves,
            probabilities=None if shares is None else tuple(round(share, 6) for share in shares),
            label_mass=None if verdict.label_mass is None else round(verdict.label_mass, 6),
            text=verdict.raw,
            finish_reason="" if reply is None else reply.finish_reason,
            logprobs=None if reply is None else _finite(reply.label_logprobs),
            relation=str(case.relation.value),
            prompt=case.request.messages,
            clean_prompt=judged.original.request.messages,
        )


def _finite(logprobs: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """The log-probabilities, unless one of them is NaN or plus infinity (minus infinity is valid: impossible)."""
    usable = logprobs is not None and all(math.isfinite(one) or one == -math.inf for one in logprobs)
    return logprobs if usable else None
