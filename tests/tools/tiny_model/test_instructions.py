"""What the card says about the model's instructions."""

from __future__ import annotations

import re

import pytest

from tools.tiny_model.evaluate import CARD
from tools.tiny_model.instructions import BEGIN, CLOSE, COLUMNS, NONSENSE, ROWS, cases_of, markdown
from tools.tiny_model.items import TASKS
from tools.tiny_model.kinds import KINDS, kinds_of
from tools.tiny_model.wordings import HELD_OUT, usual


def table_of_card() -> list[list[str]]:
    section = CARD.read_text(encoding="utf-8").split(BEGIN)[1].split(CLOSE)[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]


def test_card_has_a_column_for_each_kind_of_instruction_and_a_line_for_each_thing_asked_for() -> None:
    head, *lines = table_of_card()
    assert head[1:] == [row.name for row in ROWS]
    assert [line[0] for line in lines] == [f"{task}: {KINDS[task].asks[kind]}" for task, kind in COLUMNS]


def test_card_says_that_the_instruction_decides() -> None:
    nonsense = [row.name for row in ROWS].index(f'"{NONSENSE}"') + 1
    for line in table_of_card()[1:]:
        own, without = (float(re.split(r" \[", line[i])[0]) for i in (1, nonsense))
        assert own - without > 0.4, line[0]


@pytest.mark.parametrize("task", TASKS)
def test_all_cells_ask_the_same_items_under_different_instructions(task: str) -> None:
    for kind in kinds_of(task):
        own, reworded, other, foreign, nonsense, _, none = (cases_of(row, task, kind, 5) for row in ROWS)
        for i in range(5):
            assert usual(kind) in own[i].prompt
            assert own[i].prompt.replace(usual(kind), NONSENSE) == nonsense[i].prompt
            assert any(said in reworded[i].prompt for said in HELD_OUT[kind])
            assert any(usual(one) in other[i].prompt for one in kinds_of(task) if one != kind)
            assert not any(usual(one) in foreign[i].prompt for one in kinds_of(task))
            assert own[i].prompt.replace(f"{usual(kind)}\n", "") == none[i].prompt
            assert len({one[i].answer for one in (own, reworded, other, foreign, nonsense, none)}) == 1


def test_intervals_are_wilsons() -> None:
    table = {"its own": {kind: 1.0 for _, kind in COLUMNS}}
    assert markdown(table, 150).splitlines()[-1].endswith(" | 1.00 [0.98, 1.00] |")
