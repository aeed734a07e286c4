"""Measure what the tiny model makes of its instruction, and write that into its card: right, reworded, foreign, none.

``python -m tools.tiny_model.instructions --card``. Every cell asks the same items, in the same layout.
"""

import argparse
from pathlib import Path

from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.stats import wilson_interval
from tools.tiny_model.draw import Draw
from tools.tiny_model.evaluate import CARD, Case, Cell, asked, measure, plain
from tools.tiny_model.items import TASKS, Item
from tools.tiny_model.layouts import WORDINGS

BEGIN, CLOSE = "<!-- instructions: written by instructions.py -->", "<!-- end of instructions -->"
NONSENSE = "Banana."


def _foreign(item: Item, draw: Draw) -> Case:
    """The item under the instruction of another task."""
    other = draw.choice([task for task in TASKS if task != item.task])
    return asked(plain(item, instruction=WORDINGS[other].trained[0]))


CELLS = (
    Cell("its own", lambda item, draw: asked(plain(item))),
    Cell(
        "reworded, unseen in training",
        lambda item, draw: asked(plain(item, instruction=draw.choice(WORDINGS[item.task].held_out))),
    ),
    Cell("of another task", _foreign),
    Cell(f'"{NONSENSE}"', lambda item, draw: asked(plain(item, instruction=NONSENSE))),
    Cell("none", lambda item, draw: asked(plain(item, instruction=""))),
)


def markdown(table: dict[str, dict[str, float]], count: int) -> str:
    """The table of the card, each accuracy with Wilson's 95 % interval."""
    lines = [
        f"Accuracy with 95 % intervals, {count} examples a cell; the same examples in each row.",
        "",
        "| instruction | " + " | ".join(TASKS) + " |",
        "|---|" + "---|" * len(TASKS),
    ]
    for name, row in table.items():
        cells = []
        for task in TASKS:
            interval = wilson_interval(row[task], count, 0.95)
            cells.append(f"{row[task]:.2f} [{interval.low:.2f}, {interval.high:.2f}]")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=WEIGHTS, help="model folder (default: the bundled one)")
    parser.add_argument("--examples", type=int, default=200, help="examples a cell")
    parser.add_argument("--card", action="store_true", help="write the table into the model card")
    given = parser.parse_args(arguments)
    text = markdown(measure(given.model, given.examples, CELLS), given.examples)
    print(text)
    if given.card:
        before, rest = CARD.read_text().split(BEGIN)
        CARD.write_text(f"{before}{BEGIN}\n{text}\n{CLOSE}{rest.split(CLOSE)[1]}")


if __name__ == "__main__":
    main()
