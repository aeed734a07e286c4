"""The judges of a run: an engine for each model that judges, and the questions that it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from llmrobust.engine import Asker, EngineStats
from llmrobust.errors import LlmRobustError
from llmrobust.models.protocol import ModelInfo
from llmrobust.request import Failure, Reply, Scoring
from llmrobust.score.judge_questions import Opinion, Question, opinion_of, requests_of
from llmrobust.score.opinions import Opinions
from llmrobust.suitefile.suite import AnswerSpec, JudgeSpec

MakeEngine = Callable[[tuple[str, ...]], Asker]
"""From a judge's specs to an engine that asks it."""


class Judges:
    """The engines of a run's judges, each made when it is first needed.

    Requests to judges are sent in lists, once each, and kept in the reply store like all others.
    """

    def __init__(self, make: MakeEngine):
        self._make = make
        self._askers: dict[tuple[str, ...], Asker] = {}
        self._broken: dict[tuple[str, ...], LlmRobustError] = {}
        self._others: dict[str, Asker] = {}

    def opinions(self, answer: AnswerSpec) -> Opinions | None:
        """The opinions of a suite's judge, none of them known yet; None for suites without a judge."""
        judge = answer.judge
        return None if judge is None else Opinions(judge, ask=lambda questions: self._ask(judge, questions))

    def problem(self, answer: AnswerSpec) -> LlmRobustError | None:
        """Why a suite's judge cannot be asked any more; None if it can, or there is none."""
        return None if answer.judge is None else self._broken.get(answer.judge.llm)

    def facts(self) -> list[tuple[tuple[str, ...], ModelInfo | None, EngineStats]]:
        """The specs, the model and the counts of every judge that was asked."""
        return [(specs, asker.info(), asker.stats()) for specs, asker in self._askers.items()]

    def other(self, spec: str) -> Asker:
        """The engine of another model, which answers beside the one under test. Raises ModelError."""
        if spec not in self._others:
            self._others[spec] = self._make((spec,))
        return self._others[spec]

    def close(self) -> None:
        """Release every judge, and every other model."""
        for asker in (*self._askers.values(), *self._others.values()):
            asker.close()

    def _ask(self, judge: JudgeSpec, questions: Sequence[Question]) -> Mapping[Question, Opinion]:
        """The judge's opinions. A judge that cannot be reached has failed at every question, and is not asked again."""
        if judge.llm not in self._broken:
            try:
                return self._asked(judge, questions)
            except LlmRobustError as error:
                self._broken[judge.llm] = error
        lost = Failure("server-error", str(self._broken[judge.llm]).split("\n")[0])
        return {question: opinion_of(judge, (lost, lost)) for question in questions}

    def _asked(self, judge: JudgeSpec, questions: Sequence[Question]) -> Mapping[Question, Opinion]:
        if judge.llm not in self._askers:
            self._askers[judge.llm] = self._make(judge.llm)
        asker = self._askers[judge.llm]
        asker.submit([])  # so that the model loads
        offered = asker.opened().scoring
        scoring: Scoring = next((way for way in ("constrained", "logprobs") if way in offered), "text")
        turns = [requests_of(question, judge, scoring) for question in questions]
        sent = list(dict.fromkeys(request for several in turns for request in several))
        asker.submit(sent)
        replies: dict[object, Reply] = dict(zip(sent, asker.replies(sent), strict=True))
        return {
            question: opinion_of(judge, [replies[request] for request in several])
            for question, several in zip(questions, turns, strict=True)
        }
