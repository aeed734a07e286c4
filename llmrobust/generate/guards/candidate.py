"""What guards look at, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from llmrobust.generate.kinds import Kind
from llmrobust.generate.subjects import Subject
from llmrobust.operators.frozen_variants import GuardScore


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generated text. name: of its variant. addition: what the model wrote. asked: what it was told. expected: the
    gold answer that the generator gives, None where the answer stays."""

    subject: Subject
    kind: Kind
    subtype: str
    name: str
    text: str
    addition: str = ""
    asked: str = ""
    expected: str | None = None

    @property
    def full_kind(self) -> str:
        """The kind with its sub-type."""
        return self.kind.full_name(self.subtype)

    @property
    def stays(self) -> bool:
        """Whether the meaning must be that of the original: nothing was added, and no other answer is meant."""
        return self.expected is None and self.kind.relation == "same" and not (self.kind.adds or self.kind.new_gold)


class Guard(Protocol):
    """A check of generated texts. name: the key of its score in frozen files."""

    name: str

    def scores(self, candidates: Sequence[Candidate]) -> list[GuardScore]:
        """What it finds, one score a candidate."""
        ...


def passed(score: float | None = None, why: str = "") -> GuardScore:
    """The score of a text that is fine."""
    return GuardScore(verdict="passed", score=_rounded(score), why=why)


def failed(why: str, score: float | None = None) -> GuardScore:
    """The score of a text that is not fine, and why."""
    return GuardScore(verdict="failed", score=_rounded(score), why=why)


def not_run(why: str) -> GuardScore:
    """No score, and why."""
    return GuardScore(verdict="not run", why=why)


def compared_in_english(one: Candidate, difference: Callable[[str, str], str]) -> GuardScore:
    """The score by what English words show, of a text whose meaning must stay.

    difference: from the original and the text to what the meaning lost; empty if nothing is seen.
    """
    if one.subject.language != "en":
        return not_run("it knows English only")
    if not one.stays:
        return not_run("the kind may change the meaning, or adds text")
    why = difference(one.subject.text, one.text)
    return failed(why) if why else passed()


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
