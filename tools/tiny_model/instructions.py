"""Measure what the tiny model makes of its instruction, and write that into its card: right, reworded, foreign, none.

``python -m tools.tiny_model.instructions --card``. Every cell of a layout asks the same items, in the same layout; an
answer is right if it is the one that the column's own instruction asks for.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.stats import wilson_interval
from tools.tiny_model.corpus import Question, voice, write
from tools.tiny_model.draw import Draw
from tools.tiny_model.evaluate import CARD, Case, answers, asked, load
from tools.tiny_model.items import TASKS, Item, make_item
from tools.tiny_model.kinds import KINDS, kinds_of
from tools.tiny_model.layouts import Layout
from tools.tiny_model.wordings import HELD_OUT, NONSENSE_HELD_OUT, SENSIBLE, usual

BEGIN, CLOSE = "<!-- instructions: written by instructions.py -->", "<!-- end of instructions -->"
NONSENSE = NONSENSE_HELD_OUT[0]
COLUMNS = tuple((task, kind) for task in TASKS for kind in kinds_of(task))

Instructed = Callable[[str, str, Draw], str]
"""An instruction for a task and one of its kinds."""


def _other(task: str, kind: str, draw: Draw) -> str:
    return usual(draw.choice([other for other in kinds_of(task) if other != kind]))


def _foreign(task: str, kind: str, draw: Draw) -> str:
    return usual(draw.choice([other for other in TASKS if other != task and not SENSIBLE[task].get(other)]))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: which instruction the items are put with."""

    name: str
    instruction: Instructed


ROWS = (
    Row("its own", lambda task, kind, draw: usual(kind)),
    Row("reworded, unseen in training", lambda task, kind, draw: draw.choice(HELD_OUT[kind])),
    Row("for something else in this layout", _other),
    Row("of another layout", _foreign),
    Row(f'"{NONSENSE}"', lambda task, kind, draw: NONSENSE),
    Row("other nonsense, unseen in training", lambda task, kind, draw: draw.choice(NONSENSE_HELD_OUT[1:])),
    Row("none", lambda task, kind, draw: ""),
)


def cases_of(row: Row, task: str, kind: str, count: int) -> list[Case]:
    """The first ``count`` cases of a cell; the items depend on task and index only."""
    made = []
    for i in range(count):
        item: Item = make_item(task, Draw("instructions", task, i), facts=(1, 3))
        said = row.instruction(task, kind, Draw("instructions", kind, i, row.name))
        question: Question = write(item, Layout(), voice(task, said, kind))
        made.append(asked(question))
    return made


def measure(folder: Path, count: int, rows: tuple[Row, ...] = ROWS) -> dict[str, dict[str, float]]:
    """Share of answers that are those of the column's own instruction, by row and kind, ``count`` items each."""
    model, tokenizer = load(folder)
    table: dict[str, dict[str, float]] = {row.name: {} for row in rows}
    for row in rows:
        for task, kind in COLUMNS:
            cases = cases_of(row, task, kind, count)
            given = answers(model, tokenizer, [case.prompt for case in cases])
            right = sum(text == case.answer for text, case in zip(given, cases, strict=True))
            table[row.name][kind] = right / count
    return table


def markdown(table: dict[str, dict[str, float]], count: int) -> str:
    """The table of the card: a line for each kind, with Wilson's 95 % intervals."""
    lines = [
        f"Share of answers that are what the first column asks for, with 95 % intervals; {count} examples a cell, "
        "the same ones in a line.",
        "",
        "| layout: asked for | " + " | ".join(table) + " |",
        "|---|" + "---|" * len(table),
    ]
    for task, kind in COLUMNS:
        cells = []
        for row in table.values():
            interval = wilson_interval(row[kind], count, 0.95)
            cells.append(f"{row[kind]:.2f} [{interval.low:.2f}, {interval.high:.2f}]")
        lines.append(f"| {task}: {KINDS[task].asks[kind]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=WEIGHTS, help="model folder (default: the bundled one)")
    parser.add_argument("--examples", type=int, default=200, help="examples a cell")
    parser.add_argument("--card", action="store_true", help="write the table into the model card")
    given = parser.parse_args(arguments)
    text = markdown(measure(given.model, given.examples), given.examples)
    print(text)
    if given.card:
        before, rest = CARD.read_text().split(BEGIN)
        CARD.write_text(f"{before}{BEGIN}\n{text}\n{CLOSE}{rest.split(CLOSE)[1]}")


if __name__ == "__main__":
    main()
