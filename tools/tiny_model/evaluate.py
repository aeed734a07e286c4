"""Measure the tiny model and write the tables of its card: ``python -m tools.tiny_model.evaluate --card``.

Every cell asks the same items in another way, so differences between cells are paired. An answer is right if the
greedy continuation, without surrounding space, is the gold answer.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.models.local.tiny import WEIGHTS
from tools.tiny_model.corpus import Question, chat, completion, trained_voice, typos, voice, write
from tools.tiny_model.draw import Draw
from tools.tiny_model.items import TASKS, Item, make_item, with_irrelevant
from tools.tiny_model.layouts import (
    HELD_OUT_ENUMERATORS,
    HELD_OUT_JOINS,
    HELD_OUT_SEPARATORS,
    ROMAN,
    SYSTEMS_HELD_OUT,
    Layout,
    trained_layout,
)
from tools.tiny_model.wordings import HELD_OUT
from tools.tiny_model.words import IRRELEVANT_HELD_OUT

CARD = WEIGHTS.parent / "MODEL_CARD.md"
BEGIN, CLOSE = "<!-- tables: written by evaluate.py -->", "<!-- end of tables -->"
OVER_FACTS = ("extraction", "boolean", "choice")


@dataclass(frozen=True, slots=True)
class Case:
    """A prompt as the model gets it, and the gold answer."""

    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the tables: how to put an item of a task, for the tasks where that means something."""

    name: str
    put: Callable[[Item, Draw], Case]
    tasks: tuple[str, ...] = TASKS
    facts: tuple[int, int] = (1, 3)


def asked(question: Question, system: str = "") -> Case:
    """The question as a chat that waits for the assistant."""
    return Case(chat([question], system)[0][0], question.answer)


def plain(item: Item, layout: Layout | None = None, instruction: str | None = None) -> Question:
    """The item in the plain layout and first trained wording, unless told otherwise."""
    return write(item, layout or Layout(), voice(item.task, instruction))


def _separator(item: Item, draw: Draw) -> Case:
    return asked(plain(item, Layout(separator=draw.choice(HELD_OUT_SEPARATORS))))


def _join(item: Item, draw: Draw) -> Case:
    return asked(plain(item, Layout(join=draw.choice(HELD_OUT_JOINS))))


def _enumerator(item: Item, draw: Draw) -> Case:
    return asked(plain(item, Layout(enumerator=draw.choice(HELD_OUT_ENUMERATORS))))


def _reworded(item: Item, draw: Draw) -> Case:
    return asked(plain(item, instruction=draw.choice(HELD_OUT[item.task])))


def _trained(item: Item, draw: Draw) -> Case:
    return asked(write(item, trained_layout(draw), trained_voice(item.task, draw)))


def _typos(count: int) -> Callable[[Item, Draw], Case]:
    def put(item: Item, draw: Draw) -> Case:
        question = plain(item)
        return asked(Question(typos(question.text, draw, count), question.answer))

    return put


def _irrelevant(count: int) -> Callable[[Item, Draw], Case]:
    return lambda item, draw: asked(plain(with_irrelevant(item, draw, count, IRRELEVANT_HELD_OUT)))


def _completion(item: Item, draw: Draw) -> Case:
    question = plain(item)
    return Case(completion([question])[0][0], question.answer)


def _demonstrated(item: Item, draw: Draw) -> Case:
    turns = [plain(make_item(item.task, draw, facts=(1, 3))) for _ in range(2)]
    last = plain(item)
    return Case("".join(text for text, _ in chat([*turns, last])[:-1]), last.answer)


def _clean(item: Item, draw: Draw) -> Case:
    return asked(plain(item))


CELLS = (
    Cell("clean", _clean),
    Cell("trained formats and wordings", _trained),
    Cell("completion without chat tokens", _completion),
    Cell("two demonstrations", _demonstrated),
    Cell("unseen system message", lambda item, draw: asked(plain(item), draw.choice(SYSTEMS_HELD_OUT))),
    Cell("unseen separators", _separator),
    Cell("unseen joins of fields", _join),
    Cell("unseen enumerators", _enumerator, ("choice",)),
    Cell("Roman numerals", lambda item, draw: asked(plain(item, Layout(marks=ROMAN))), ("choice",)),
    Cell("instruction reworded", _reworded),
    Cell("instruction left out", lambda item, draw: asked(plain(item, instruction=""))),
    *(Cell(f"{n} typo{'s' * (n > 1)} in the prompt", _typos(n)) for n in (1, 3, 6)),
    *(Cell(f"{n} irrelevant sentence{'s' * (n > 1)}", _irrelevant(n)) for n in (1, 2, 3)),
    *(Cell(f"{n} fact{'s' * (n > 1)}", _clean, OVER_FACTS, (n, n)) for n in (1, 2, 3, 4, 6, 8)),
)


def cases_of(cell: Cell, task: str, count: int) -> list[Case]:
    """The first ``count`` cases of a cell; the items depend on task, number of facts and index only."""
    made = []
    for i in range(count):
        item = make_item(task, Draw("evaluation", task, i), facts=cell.facts)
        made.append(cell.put(item, Draw("evaluation", task, i, cell.name)))
    return made


def load(folder: Path = WEIGHTS) -> tuple[Any, Any]:
    """Model and tokenizer of a folder, as transformers loads them."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    return model.eval(), AutoTokenizer.from_pretrained(folder)


def answers(model: Any, tokenizer: Any, prompts: list[str], batch: int = 100) -> list[str]:
    """Greedy answers to prompts of any length, in their order."""
    import torch

    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    texts = [""] * len(prompts)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        inputs = tokenizer([prompts[i] for i in chosen], return_tensors="pt", padding=True)
        inputs.pop("token_type_ids", None)
        with torch.inference_mode():
            made = model.generate(**inputs, max_new_tokens=5, do_sample=False)
        decoded = tokenizer.batch_decode(made[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        for i, text in zip(chosen, decoded, strict=True):
            texts[i] = text.strip()
    return texts


def measure(folder: Path, count: int, cells: tuple[Cell, ...] = CELLS) -> dict[str, dict[str, float]]:
    """Accuracy by cell and task, ``count`` examples each."""
    model, tokenizer = load(folder)
    table: dict[str, dict[str, float]] = {}
    for cell in cells:
        for task in cell.tasks:
            cases = cases_of(cell, task, count)
            given = answers(model, tokenizer, [case.prompt for case in cases])
            right = sum(text == case.answer for text, case in zip(given, cases, strict=True))
            table.setdefault(cell.name, {})[task] = right / count
    return table


def markdown(table: dict[str, dict[str, float]], count: int) -> str:
    """The tables of the model card."""
    lines = [
        f"Accuracy of greedy answers, {count} examples a cell (a 95 % interval is at most "
        f"±{1.96 * (0.25 / count) ** 0.5:.2f} wide). Contexts have 1 to 3 facts unless a row says otherwise.",
        "",
        "| | " + " | ".join(TASKS) + " |",
        "|---|" + "---|" * len(TASKS),
    ]
    for name, row in table.items():
        lines.append(f"| {name} | " + " | ".join(f"{row[task]:.2f}" if task in row else "-" for task in TASKS) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=WEIGHTS, help="model folder (default: the bundled one)")
    parser.add_argument("--examples", type=int, default=400, help="examples a cell")
    parser.add_argument("--card", action="store_true", help="write the tables into the model card")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args(arguments)
    table = measure(given.model, given.examples)
    text = markdown(table, given.examples)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(table, indent=2) + "\n")
    if given.card:
        card = CARD.read_text()
        before, rest = card.split(BEGIN)
        CARD.write_text(f"{before}{BEGIN}\n{text}\n{CLOSE}{rest.split(CLOSE)[1]}")


if __name__ == "__main__":
    main()
