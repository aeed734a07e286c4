"""Free text compared by shared words and letters: BLEU, chrF and ROUGE-L, as their libraries compute them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from llmrobust.score.normalise import Reading
from llmrobust.score.similarity import plain_text
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.suite import NGRAM_CHECKS, AnswerSpec
from llmrobust.text.thoughts import final_text


def ngram_score(check: str, answer: str, gold: str) -> float:
    """How far an answer overlaps with another text, 0 to 1.

    check: `bleu` (sentence BLEU with exponential smoothing and effective order: Post 2018, sacrebleu), `chrf` (Popović
    2015, sacrebleu) or `rouge` (F1 of ROUGE-L with stemming: Lin 2004, rouge-score). Raises KeyError for another check.
    """
    return _scored(check, answer, gold)


def read_overlapping(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The text, or the gold answer where they overlap by at least `min`."""
    answer = plain_text(text)
    if not answer:
        return Reading(None, "the answer is empty")
    gold = None if expected is None else plain_text(expected)
    near = gold is not None and overlaps(answer, gold, spec)
    return Reading(gold if near else answer)


def overlaps(first: str, second: str, spec: AnswerSpec) -> bool:
    """Whether two texts count as one answer."""
    return first == second or ngram_score(spec.check, first, second) >= spec.min


def with_overlap_of(verdict: Verdict, clean: Verdict, spec: AnswerSpec) -> Verdict:
    """The verdict, with the unperturbed answer in place of one that overlaps with it enough: two such answers agree."""
    if {verdict.outcome, clean.outcome} != {Outcome.ANSWERED} or verdict.answer == clean.answer:
        return verdict
    said, before = (plain_text(final_text(one.raw, spec.after) or "") for one in (verdict, clean))
    return replace(verdict, answer=clean.answer) if overlaps(said, before, spec) else verdict


@lru_cache(maxsize=65536)
def _scored(check: str, answer: str, gold: str) -> float:
    return min(1.0, _measures()[check](answer, gold))


@cache
def _measures() -> dict[str, Callable[[str, str], float]]:
    return {name: _measure(name) for name in NGRAM_CHECKS}


def _measure(name: str) -> Callable[[str, str], float]:
    made: list[Any] = []

    def measured(answer: str, gold: str) -> float:
        if not made:
            made.append(_library(name))
        if name == "rouge":
            return float(made[0].score(gold, answer)["rougeL"].fmeasure)
        return float(made[0].sentence_score(answer, [gold]).score) / 100

    return measured


def _library(name: str) -> Any:
    """The library's own object; imported on first use."""
    if name == "rouge":
        from rouge_score.rouge_scorer import RougeScorer

        return RougeScorer(["rougeL"], use_stemmer=True)
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    return BLEU(effective_order=True) if name == "bleu" else CHRF()
