"""The engine of one suite: with `scoring: auto`, the sample is sent first and decides how the rest is scored."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust.engine import Asker
from llmrobust.engine.asker import WrappedAsker
from llmrobust.plan import Case, Plan
from llmrobust.request import Reply, Request
from llmrobust.score.scoring_choice import (
    ScoringChoice,
    as_text,
    candidate_of,
    is_open,
    scoring_choice,
    scoring_sample,
)


class SuiteAsker(WrappedAsker):
    """An `Asker` for one suite. Requests submitted before its scoring is decided are held until somebody waits for
    them.

    choice: how `auto` scores the suite's labels, once that is decided; None for suites that set it.
    """

    def __init__(self, asker: Asker, plan: Plan):
        super().__init__(asker)
        self._plan = plan
        self._open = is_open(plan)
        self._sample: tuple[Case, ...] = ()
        self._waiting: list[tuple[list[Request], bool]] = []
        self._texts_asked = False
        self.choice: ScoringChoice | None = None

    def submit(self, requests: Sequence[Request], *, stored_only: bool = False) -> None:
        """Ask for these in the background, once it is decided how."""
        if self._open:
            self._waiting.append((list(requests), stored_only))
            self._asker.submit([], stored_only=stored_only)  # so that the model loads meanwhile
        else:
            self._asker.submit([self._asked(request) for request in requests], stored_only=stored_only)

    @property
    def is_waiting(self) -> bool:
        """Whether requests wait for the decision."""
        return self._open and bool(self._waiting)

    def settle(self) -> None:
        """Wait for the decision on how the suite's labels are scored, and submit the held requests. Raises
        ModelError."""
        if not self.is_waiting:
            return
        self.begin()
        if not self._sample:
            self.choice = ScoringChoice("text", "text")
        else:
            scored = self.begin_texts()
            written: list[Reply] = list(scored)
            if candidate_of(scored) != "text":
                written = self._asker.replies([as_text(case.request) for case in self._sample])
            self.choice = scoring_choice(self._plan, self._sample, scored, written)
        self._open = False
        sampled = {case.request for case in self._sample}  # asked in the chosen way already
        for requests, only_stored in self._waiting:
            self.submit([one for one in requests if one not in sampled], stored_only=only_stored)
        self._waiting = []

    def begin(self) -> None:
        """Wait for the model, and ask for the sample by its best way unless it can only write. Raises ModelError."""
        if not self._sample and self._asker.opened().scoring[:1] != ("text",):
            self._sample = scoring_sample(self._plan)
            self._asker.submit([case.request for case in self._sample], stored_only=self._only_stored)

    def begin_texts(self) -> list[Reply]:
        """Wait for the sample, and ask for it as text too if that is another way. Raises ModelError."""
        scored = self._asker.replies([case.request for case in self._sample])
        if not self._texts_asked and candidate_of(scored) != "text":
            self._texts_asked = True
            self._asker.submit([as_text(case.request) for case in self._sample], stored_only=self._only_stored)
        return scored

    @property
    def _only_stored(self) -> bool:
        return all(only for _, only in self._waiting)

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Wait for the replies, in order. Raises ModelError when the model cannot answer any more."""
        self.settle()
        return self._asker.replies([self._asked(request) for request in requests])

    def ready(self, requests: Sequence[Request]) -> list[Reply | None]:
        """The replies that are there already, without waiting; none while their scoring is undecided."""
        if self._open:
            return [None] * len(requests)
        return self._asker.ready([self._asked(request) for request in requests])

    def forget(self, requests: Sequence[Request]) -> None:
        """Drop the replies to these requests, which nobody will ask for again."""
        self._asker.forget([self._asked(request) for request in requests])

    @property
    def sampled(self) -> frozenset[Request]:
        """The requests that were asked to decide how labels are scored, as they are planned."""
        return frozenset(case.request for case in self._sample)

    def _asked(self, request: Request) -> Request:
        """The request as it is sent."""
        choice = self.choice
        if choice is None or choice.way == choice.candidate or request.scoring != "auto":
            return request
        return as_text(request)


def settle_all(askers: Sequence[SuiteAsker]) -> None:
    """Decide for several suites, whose samples are sent at the same time. Raises ModelError."""
    still = [asker for asker in askers if asker.is_waiting]
    for asker in still:
        asker.begin()
    for asker in still:
        asker.begin_texts()
    for asker in still:
        asker.settle()
