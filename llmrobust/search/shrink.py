"""The smallest edit that still flips an answer: delta debugging over what a variant changed in its prompt.

A variant's edits are found word by word. First each is tried alone, all in one batch; then the strongest together, by
how little probability they leave to the unperturbed answer; then delta debugging takes away what is not needed, until
no single edit can be left out. At last what is left is tried character by character in the same way.
Source: Zeller and Hildebrandt 2002, "Simplifying and Isolating Failure-Inducing Input" (ddmin), with complements first.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from llmrobust.engine import Asker
from llmrobust.operators.operator import Relation
from llmrobust.plan import Case, Plan
from llmrobust.request import Reply
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.judging import judge
from llmrobust.score.verdict import Outcome, Status
from llmrobust.text.edit_script import Edit, Messages, edited

BUDGET = 100
"""Prompts that may be sent for one case."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a model answered to some of the edits. flips: with another answer than without any. left: the probability of
    the unperturbed answer, None where it is not known. answer: what it was."""

    flips: bool
    left: float | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The smallest edits that were found. minimal: none of them can be left out. probes: prompts that were tried."""

    edits: Edits
    minimal: bool
    probes: int
    answer: str | None


Asking = Generator[list[Edits], list[Probe], Found]
"""Yields sets of edits to be tried in one batch, is sent what became of them, returns what was found."""


@dataclass(slots=True)
class Shrink:
    """A search for the smallest edits of a prompt that still flip its answer; all of them together do.

    budget: sets of edits that may be tried, at least 1. answer: what all of them are answered with.
    """

    before: Messages
    after: Messages
    budget: int = BUDGET
    answer: str | None = None
    _asked: dict[Edits, Probe] = field(default_factory=dict)
    _used: int = 0

    def run(self) -> Asking:
        """The search. Never yields more sets than the budget allows."""
        words = tuple(word_edits(self.before, self.after))
        self._asked[words] = Probe(True, None, self.answer)
        kept, minimal = yield from self._smallest(words)
        finer = tuple(letter for one in kept for letter in letter_edits(self.before, one))
        if len(finer) > len(kept):
            self._asked[finer] = self._asked[kept]
            kept, minimal = yield from self._smallest(finer)
        return Found(joined(kept), minimal, self._used, self._asked[kept].answer)

    def _smallest(self, edits: Edits) -> Generator[list[Edits], list[Probe], tuple[Edits, bool]]:
        """The smallest flipping set that the budget lets it find, and whether it is minimal."""
        if len(edits) < 2:
            return edits, True
        alone = yield from self._probes([(one,) for one in edits])
        flipping = [one for one, probe in alone.items() if probe.flips]
        if flipping:
            return min(flipping, key=lambda one: _left(alone[one])), True
        if len(alone) < len(edits):
            return edits, False
        ranked = sorted(edits, key=lambda one: _left(alone[(one,)]))
        sizes = [2**power for power in range(1, len(edits).bit_length()) if 2**power < len(edits)]
        together = yield from self._probes([_in_order(ranked[:size]) for size in sizes])
        current = next((one for one in sorted(together, key=len) if together[one].flips), edits)
        return (yield from self._ddmin(current))

    def _ddmin(self, current: Edits) -> Generator[list[Edits], list[Probe], tuple[Edits, bool]]:
        """Without what can be left out: in halves, quarters, ..., single edits."""
        parts = 2
        while len(current) > 1:
            chunks = [current[i * len(current) // parts : (i + 1) * len(current) // parts] for i in range(parts)]
            rests = [tuple(one for one in current if one not in chunk) for chunk in chunks]
            wanted = list(dict.fromkeys(one for one in (*chunks, *rests) if one))
            probes = yield from self._probes(wanted)
            flipping = [one for one, probe in probes.items() if probe.flips]
            if flipping:
                smallest = min(flipping, key=lambda one: (len(one), _left(probes[one])))
                parts = 2 if smallest in chunks else max(2, parts - 1)
                current = smallest
                parts = min(parts, len(current))
            elif len(probes) < len(wanted):
                return current, False
            elif parts >= len(current):
                return current, True
            else:
                parts = min(2 * parts, len(current))
        return current, True

    def _probes(self, wanted: Sequence[Edits]) -> Generator[list[Edits], list[Probe], dict[Edits, Probe]]:
        """What became of the sets, as many of them as the budget allows; none is tried twice."""
        new = [one for one in wanted if one not in self._asked][: self.budget]
        if new:
            self.budget -= len(new)
            self._used += len(new)
            answers = yield new
            self._asked.update(zip(new, answers, strict=True))
        return {one: self._asked[one] for one in wanted if one in self._asked}


def word_edits(before: Messages, after: Messages) -> Iterator[Edit]:
    """What differs between two prompts with the same roles, one edit for each run of changed words."""
    for number, ((_, old), (_, new)) in enumerate(zip(before, after, strict=True)):
        if old != new:
            yield from _edits(number, 0, _WORDS.findall(old), _WORDS.findall(new))


def letter_edits(before: Messages, edit: Edit) -> Iterator[Edit]:
    """An edit as edits of runs of characters."""
    number, start, end, new = edit
    yield from _edits(number, start, list(before[number][1][start:end]), list(new))


def joined(edits: Edits) -> Edits:
    """The same edits, in order, with those that touch each other as one."""
    made: list[Edit] = []
    for number, start, end, new in sorted(edits):
        if made and made[-1][0] == number and made[-1][2] == start:
            made[-1] = (number, made[-1][1], end, made[-1][3] + new)
        else:
            made.append((number, start, end, new))
    return tuple(made)


def with_edits(before: Messages, edits: Sequence[Edit]) -> Messages:
    """The prompt after some of its edits, which are places in the prompt as it was."""
    return edited(before, sorted(edits, reverse=True))


def flips_to_shrink(plan: Plan, judged: Sequence[CaseResult]) -> list[CaseResult]:
    """The cases of which it means something to leave out a part of the edits: the answer flipped, had to stay, and
    neither labels nor messages are others. None where a second model judges: it would have to judge every part."""
    if plan.suite.answer.judge is not None:
        return []
    flipped = [one for one in judged if one.status is Status.FLIPPED and one.relation == Relation.SAME]
    planned = {case.key: case for case in plan.cases} if flipped else {}
    return [
        one
        for one in flipped
        if (case := planned.get(one.key)) is not None
        and not case.label_map
        and not case.answer_map
        and case.expected == case.example.expected
        and [role for role, _ in one.prompt] == [role for role, _ in one.clean_prompt]
    ]


def smallest_edits(plan: Plan, flipped: Sequence[CaseResult], asker: Asker, budget: int = BUDGET) -> list[SmallestEdit]:
    """The smallest edits of `flips_to_shrink`, in their order; each round of all of them is one batch.

    budget: prompts for each case. Raises ModelError.
    """
    planned, originals = {case.key: case for case in plan.cases}, plan.originals()
    clean = {one.key: originals[one.example, one.repeat] for one in flipped}
    sent = list(dict.fromkeys(case.request for case in clean.values()))
    asker.submit(sent)
    before = dict(zip(sent, asker.replies(sent), strict=True))
    searches = [Shrink(one.clean_prompt, one.prompt, budget, one.answer) for one in flipped]
    running = {number: search.run() for number, search in enumerate(searches)}
    wanted: dict[int, list[Edits]] = {}
    found: dict[int, Found] = {}
    answers: dict[int, list[Probe]] = {}
    while running:
        for number, asking in list(running.items()):
            try:
                wanted[number] = asking.send(answers[number]) if number in answers else next(asking)
            except StopIteration as ended:
                found[number] = ended.value
                running.pop(number)
                wanted.pop(number, None)
        requests = {
            number: [
                replace(planned[flipped[number].key].request, messages=with_edits(flipped[number].clean_prompt, one))
                for one in sets
            ]
            for number, sets in wanted.items()
        }
        every = list(dict.fromkeys(request for some in requests.values() for request in some))
        asker.submit(every)
        replies = dict(zip(every, asker.replies(every), strict=True))
        answers = {
            number: [
                _probe(plan, planned[key], replies[one], clean[key], before[clean[key].request])
                for one in some
                for key in [flipped[number].key]
            ]
            for number, some in requests.items()
        }
    totals = [len(tuple(word_edits(search.before, search.after))) for search in searches]
    return [
        SmallestEdit(found[n].edits, totals[n], found[n].minimal, found[n].probes, found[n].answer)
        for n in range(len(flipped))
    ]


def _probe(plan: Plan, case: Case, reply: Reply, original: Case, clean_reply: Reply) -> Probe:
    """What became of some of a case's edits. clean_reply: to its original."""
    choices, found = plan.suite.answer.choices, judge(plan.suite, case, reply, original, clean_reply)
    flips = found.outcome is Outcome.ANSWERED and found.answer != found.clean_answer
    shares, clean = found.probabilities, found.clean_answer
    left = None if shares is None or clean not in choices else shares[choices.index(clean)]
    return Probe(flips, left, found.answer)


def _edits(number: int, at: int, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    starts = [at]
    for piece in old:
        starts.append(starts[-1] + len(piece))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace" and b - a == d - c:
            yield from ((number, starts[a + i], starts[a + i + 1], new[c + i]) for i in range(b - a))
        elif tag != "equal":
            yield number, starts[a], starts[b], "".join(new[c:d])


def _in_order(edits: Sequence[Edit]) -> Edits:
    return tuple(sorted(edits))


def _left(probe: Probe) -> float:
    return 1.0 if probe.left is None else probe.left
