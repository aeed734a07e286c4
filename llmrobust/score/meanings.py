"""Clusters of meanings: the answers to an example that a judge calls the same are one answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from llmrobust.score.case_result import CaseResult
from llmrobust.score.opinions import Opinions
from llmrobust.score.verdict import Outcome
from llmrobust.suitefile.suite import Suite

METRIC = "meaning_entropy"


def wants_meanings(suite: Suite) -> bool:
    """Whether a judge is to compare all answers to an example with each other: it costs a question for each pair, so
    that only a gate on their entropy is worth it."""
    judge = suite.answer.judge
    return judge is not None and judge.question != "criteria" and any(gate.metric == METRIC for gate in suite.gates)


def with_one_text_a_meaning(judged: Sequence[CaseResult], opinions: Opinions) -> list[CaseResult]:
    """The cases, each answer replaced by the first answer to its example that means the same.

    Answers are compared with the first one of each meaning so far, in the cases' order, unperturbed prompts first. An
    undecided pair is two meanings. Statuses stay as they are. Source of the procedure: Kuhn et al. 2023, "Semantic
    Uncertainty", algorithm 1.
    """
    by_example: dict[str, list[CaseResult]] = {}
    for one in judged:
        by_example.setdefault(one.example, []).append(one)
    first = {name: _firsts(_answers(cases), opinions) for name, cases in by_example.items()}
    return [_reworded(one, first[one.example]) for one in judged]


def _answers(cases: Iterable[CaseResult]) -> list[str]:
    """The different answers, those of unperturbed prompts first."""
    ordered = sorted(cases, key=lambda one: not one.is_original)
    found = [one.answer for one in ordered if one.outcome is Outcome.ANSWERED]
    clean = [one.clean_answer for one in ordered]
    return list(dict.fromkeys(answer for answer in (*clean, *found) if answer is not None))


def _firsts(answers: Sequence[str], opinions: Opinions) -> dict[str, str]:
    """The first answer of the meaning of each answer. All pairs are asked at once, so that one round decides."""
    same = {
        (one, other): opinions.of_answers(one, other).holds is True
        for place, one in enumerate(answers)
        for other in answers[:place]
    }
    meaning: dict[str, str] = {}
    for one in answers:
        firsts = [other for other in meaning if meaning[other] == other]
        meaning[one] = next((other for other in firsts if same[one, other]), one)
    return meaning


def _reworded(judged: CaseResult, first: dict[str, str]) -> CaseResult:
    answer = judged.answer
    if answer is None or first.get(answer, answer) in (answer, judged.clean_answer):
        return judged  # where it is the unperturbed answer's meaning, its status said otherwise, and stays
    return judged if answer == judged.clean_answer else replace(judged, answer=first[answer])
