"""Published numbers, from the raw predictions and accuracies that their authors released."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmrobust.metrics import METRICS, Table
from tests.metrics.tables import table_of


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def predictions(shared_data: Path) -> list[dict[str, Any]]:
    """FLUKE: one task, model and modification a line."""
    return lines(shared_data / "fluke" / "predictions.jsonl")


def fluke_table(line: dict[str, Any]) -> Table:
    """One modification as the one variant of a table; where the label changes, the answer must move."""
    gold, new, before, after, _ = (np.array(column, dtype=object) for column in zip(*line["rows"], strict=True))
    stays = gold == new
    agrees, moves = (after == before).astype(float), (after == new).astype(float)
    return Table(
        (after == new).astype(float)[:, None],
        np.where(stays, agrees, np.nan)[:, None],
        (before == gold).astype(float),
        ("fluke/0",),
        ("fluke",),
        ("fluke",),
        tuple(map(str, range(len(gold)))),
        moves=np.where(stays, np.nan, moves)[:, None],
    )


def value(table: Table, metric: str) -> float:
    return METRICS.get(metric).value(table)


def test_accuracies_before_and_after_are_fluke_s(predictions: list[dict[str, Any]]) -> None:
    """All 213 as recomputed from the rows, and the 142 whose published summary comes from these rows as published."""
    reproduced = 0
    for line in predictions:
        table = fluke_table(line)
        found = [value(table, "clean_accuracy"), value(table, "accuracy")]
        assert found == pytest.approx(line["recomputed"], abs=6e-5)
        if line["reproduces"]:
            assert found == pytest.approx(line["published"], abs=0.005 + 1e-9)
            reproduced += 1
    assert (len(predictions), reproduced) == (213, 142)


def test_the_published_u_is_the_flip_rate_before_it_is_split(predictions: list[dict[str, Any]]) -> None:
    """U% counts every changed prediction; kept and moved answers of the two meters add up to it."""
    for line in predictions:
        table = fluke_table(line)
        changed = sum(row[2] != row[3] for row in line["rows"])
        assert changed / len(line["rows"]) == pytest.approx(line["changed"], abs=6e-5)
        stays = sum(row[0] == row[1] for row in line["rows"])
        kept_wrong = 0 if not stays else round(value(table, "flip_rate") * stays)
        rightly = sum(row[2] != row[3] for row in line["rows"] if row[0] != row[1])
        assert kept_wrong + rightly == changed


def test_negation_split_into_two_meters_turns_the_order_of_the_tasks_around(predictions: list[dict[str, Any]]) -> None:
    """By U% coreference resists negation best; of the answers that must move it moves the fewest."""
    negation = {
        line["task"]: line for line in predictions if (line["model"], line["modification"]) == ("gpt4o", "negation")
    }
    unrobust = {task: line["changed"] for task, line in negation.items()}
    assert sorted(unrobust, key=unrobust.__getitem__) == ["coref", "sa", "dialogue"]
    tables = {task: fluke_table(line) for task, line in negation.items()}
    moved = {task: value(table, "sensitivity") for task, table in tables.items()}
    assert moved == {"sa": pytest.approx(25 / 31), "coref": pytest.approx(5 / 12), "dialogue": pytest.approx(20 / 28)}
    assert sorted(moved, key=moved.__getitem__) == ["coref", "dialogue", "sa"]
    assert value(tables["sa"], "flip_rate") == pytest.approx(7 / 61)


def test_drop_rates_of_promptbench_s_stored_attacks(shared_data: Path) -> None:
    """1 - attacked / clean accuracy, each instruction's own; what kind of attack hurts most is as they publish."""
    rows = lines(shared_data / "promptbench" / "attacked_instructions.jsonl")
    rates = defaultdict(list)
    for row in rows:
        n = 1000
        clean, attacked = (
            (np.arange(n) < round(n * row[f"{name}_accuracy"])).astype(float) for name in ("original", "attacked")
        )
        found = value(table_of(attacked[:, None], clean=clean), "performance_drop_rate")
        expected = 1 - row["attacked_accuracy"] / row["original_accuracy"]
        assert found == pytest.approx(expected, abs=0.002 / row["original_accuracy"])
        rates[row["attack"]].append(found)
    assert sum(map(len, rates.values())) == 426
    mean = {attack: float(np.mean(values)) for attack, values in rates.items()}
    words = min(mean["bertattack"], mean["textfooler"])
    characters = max(mean["textbugger"], mean["deepwordbug"])
    appended = max(mean["checklist"], mean["stresstest"])
    assert words > characters > appended
