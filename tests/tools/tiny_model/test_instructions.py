"""What the card says about the model's instructions."""

from __future__ import annotations

import pytest

from tools.tiny_model.evaluate import CARD, cases_of
from tools.tiny_model.instructions import BEGIN, CELLS, CLOSE, NONSENSE, markdown
from tools.tiny_model.items import TASKS
from tools.tiny_model.layouts import WORDINGS


def test_card_has_a_row_for_each_kind_of_instruction_and_a_column_for_each_task() -> None:
    section = CARD.read_text(encoding="utf-8").split(BEGIN)[1].split(CLOSE)[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
    assert [row[0].removeprefix("| ") for row in rows[1:]] == [cell.name for cell in CELLS]
    assert [name.removesuffix(" |") for name in rows[0][1:]] == list(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_all_cells_ask_the_same_items_under_different_instructions(task: str) -> None:
    own, reworded, foreign, nonsense, none = (cases_of(cell, task, 5) for cell in CELLS)
    for i in range(5):
        first = WORDINGS[task].trained[0]
        assert first in own[i].prompt
        assert own[i].prompt.replace(first, NONSENSE) == nonsense[i].prompt
        assert not any(said in foreign[i].prompt for said in WORDINGS[task].trained)
        assert any(said in reworded[i].prompt for said in WORDINGS[task].held_out)
        assert len(none[i].prompt) < len(own[i].prompt)
        assert len({one[i].answer for one in (own, reworded, foreign, nonsense, none)}) == 1


def test_intervals_are_wilsons() -> None:
    table = {"its own": dict.fromkeys(TASKS, 1.0)}
    assert markdown(table, 150).splitlines()[-1].startswith("| its own | 1.00 [0.98, 1.00] |")
