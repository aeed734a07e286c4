"""The command that puts ways of comparing meanings beside the labels of a person."""

from __future__ import annotations

import time

from benchmarks.meanings import UNDECIDED, judged, kappa_of, tables
from llmrobust.engine import Engine, Store
from llmrobust.score.model_judge import Judges
from tests.score.judge_model import JudgeModel

PAIRS = [
    {"first": "It opens at nine.", "second": "At nine it opens.", "label": "yes"},
    {"first": "It opens at nine.", "second": "It opens at ten.", "label": "no"},
    {"first": "Tom paid.", "second": "Ann paid.", "label": "no"},
] * 2


def verdicts(habit: str, question: str, seconds: float = 60.0) -> tuple[list[int], int]:
    model = JudgeModel(habit)
    judges = Judges(lambda specs: Engine(model, lambda: Store(None)))
    try:
        return judged(judges, "judge", question, PAIRS, time.monotonic() + seconds), model.sent
    finally:
        judges.close()


def test_a_judge_gives_a_verdict_on_every_pair_and_equal_pairs_are_asked_once() -> None:
    assert verdicts("honest", "same") == ([1, 0, 0] * 2, 3 * 2)
    assert verdicts("honest", "entailment") == ([1, 0, 0] * 2, 3 * 4)


def test_a_judge_that_contradicts_itself_is_undecided() -> None:
    said, _ = verdicts("first", "same")
    assert said == [UNDECIDED] * len(PAIRS)


def test_nothing_is_asked_when_the_time_is_over() -> None:
    assert verdicts("honest", "same", seconds=-1) == ([], 0)


def test_tables_have_each_way_beside_the_labels_and_the_others() -> None:
    ways = {"good": [1, 0, 0, 1], "bad": [0, 1, 1, 0], "lost": [UNDECIDED] * 4, "half": [1, 0]}
    lines = list(tables([1, 0, 0, 1], ways))
    assert lines[2].startswith("| good | 4 of 4 | 0 | 1.00 (")
    assert lines[3].startswith("| bad | 0 of 4 | 0 | -1.00 (")
    assert lines[4].startswith("| lost | 0 of 4 | 4 | 0.00 (")
    assert lines[5].startswith("| half | 2 of 2 | 0 | 1.00 (")
    assert lines[7] == "| kappa with | bad | lost | half |"
    assert len(lines) == 12
    assert kappa_of([0, 0], [0, 0]) == "undefined"
