"""What a run keeps of the judge of a suite, and how reports say it."""

from __future__ import annotations

from dataclasses import dataclass

from llmrobust.gate.judge_evidence import judge_problem
from llmrobust.score.judge_questions import PROMPT_VERSION, Opinion, Outcome
from llmrobust.score.opinions import Agreement, Opinions
from llmrobust.suitefile.suite import JudgeSpec
from llmrobust.text.phrases import many

_UNDECIDED = {
    Outcome.CONTRADICTED: "contradicted itself in the other order (position bias)",
    Outcome.UNPARSED: "unparsed",
    Outcome.REFUSED: "refused",
    Outcome.INJECTION: "not asked, as the answer gives instructions to the judge",
    Outcome.FAILED: "without a reply",
    Outcome.NOT_ASKED: "not asked",
}


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """A judge after the run. prompt_version: of what it was asked. counts: of opinions on answers, by outcome.
    opinions: by the key of the question, those on labelled texts included; empty where replies are not kept."""

    prompt_version: int
    counts: tuple[tuple[str, int], ...]
    agreement: Agreement
    opinions: tuple[tuple[str, Opinion], ...] = ()

    @classmethod
    def of(cls, opinions: Opinions) -> JudgeResult:
        """What a run keeps of the opinions that it used."""
        counts = tuple(opinions.counts().items())
        return cls(PROMPT_VERSION, counts, opinions.agreement(), opinions.recorded())


def judge_notes(judge: JudgeSpec | None, result: JudgeResult | None) -> list[str]:
    """What reports say of a suite's judge: its agreement with people, its opinions, and what it did not decide."""
    if judge is None or result is None:
        return []
    counts = dict(result.counts)
    asked = sum(counts.values())
    evidence = result.agreement.sentence if result.agreement.labels else "no labels of people show whether it is right"
    if result.agreement.contradicted:
        evidence += f"; it contradicted itself on {many(result.agreement.contradicted, 'label')}"
    said = [f"{counts.get('yes', 0):,} yes, {counts.get('no', 0):,} no"]
    said += [f"{counts[one.value]:,} {words}" for one, words in _UNDECIDED.items() if counts.get(one.value)]
    specs = " ".join(judge.llm)
    problem = judge_problem(judge, result.agreement)
    why = problem.removeprefix(f"{result.agreement.sentence}: ")
    trust = f" No gate is decided: {why}." if problem else ""
    return [
        f"judge {specs} (prompt {result.prompt_version}): {evidence}.{trust}",
        f"judge: {many(asked, 'question')} about answers: {', '.join(said)}",
    ]
