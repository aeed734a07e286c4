"""Free text compared by meaning: answers whose vectors are alike enough are one answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from llmrobust.score.embedding import NoVectors, cosine, embed
from llmrobust.score.normalise import Reading
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.thoughts import final_text

CHECK = "similarity"


def read_similar(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The text, or the gold answer where their cosine is at least `min`; without vectors nothing is read."""
    answer = plain_text(text)
    if not answer:
        return Reading(None, "the answer is empty")
    gold = None if expected is None else plain_text(expected)
    try:
        embed((answer, gold) if gold else (answer,), spec.embedder)
        near = gold is not None and cosine(answer, gold, spec.embedder) >= spec.min
    except NoVectors as problem:
        return Reading(None, str(problem), unknown=True)
    return Reading(gold if near else answer)


def gold_similar(text: str, spec: AnswerSpec) -> str | None:
    """A gold answer as it is compared; None for an empty one."""
    return plain_text(text) or None


def with_meaning_of(verdict: Verdict, clean: Verdict, spec: AnswerSpec) -> Verdict:
    """The verdict, with the unperturbed answer in place of one that means the same: two such answers agree.

    Whether it is right stays as it is. Without vectors nobody knows whether they agree, so that there is no answer.
    """
    if spec.check != CHECK or {verdict.outcome, clean.outcome} != {Outcome.ANSWERED} or verdict.answer == clean.answer:
        return verdict
    said, before = (plain_text(final_text(one.raw, spec.after) or "") for one in (verdict, clean))
    try:
        alike = cosine(said, before, spec.embedder) >= spec.min
    except NoVectors as problem:
        return Verdict(Outcome.NO_ANSWER, raw=verdict.raw, reason=str(problem))
    return replace(verdict, answer=clean.answer) if alike else verdict


def prepare(replies: Iterable[str], gold: Iterable[str], spec: AnswerSpec) -> None:
    """Have replies and gold answers embedded in one call; what fails is said where each of them is read."""
    said = (plain_text(final_text(text, spec.after) or "") for text in replies)
    try:
        embed(filter(None, [*said, *map(plain_text, gold)]), spec.embedder)
    except NoVectors:
        return


def plain_text(text: str) -> str:
    """A text with one space for each run of white space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
