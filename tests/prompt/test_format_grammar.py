"""The format grammar against the published format vectors."""

from __future__ import annotations

import json
from math import prod
from pathlib import Path

import pytest

from llmrobust.prompt.format_grammar import VALUES, is_valid, numbers, template
from tests.prompt.layouts import layout_of, slots_in_order


@pytest.fixture(scope="module")
def tasks(shared_data: Path) -> dict[str, dict]:
    formats = json.loads((shared_data / "formatspread" / "task_formats.json").read_text())
    return {task["task"]: task for task in formats}


@pytest.fixture(scope="module")
def vectors(shared_data: Path) -> list[dict]:
    return [json.loads(line) for line in (shared_data / "formatspread" / "format_vectors.jsonl").open()]


def test_every_published_assignment_has_the_same_validity_template_and_numbers(tasks, vectors) -> None:
    assert len(vectors) == 424
    for vector in vectors:
        task = tasks[vector["task"]]
        layout = layout_of(task)
        values = dict(layout.original)
        slots = slots_in_order(task, layout)
        for slot, value, applied in zip(slots, vector["values"], vector["applied"], strict=True):
            if applied:
                values[slot] = value
        found = {name: list(numbers(one, values)) for name, one in layout.enumerations.items()}
        shown = (vector["task"], is_valid(layout.root, values), template(layout.root, values), found)
        assert shown == (vector["task"], vector["valid"], vector["template"], vector["enumerations"])


def test_every_published_original_is_written_as_published(tasks) -> None:
    for task in tasks.values():
        layout = layout_of(task)
        assert (task["task"], template(layout.root, layout.original)) == (task["task"], task["template"])


def test_every_task_has_as_many_assignments_as_published(tasks) -> None:
    for task in tasks.values():
        slots = slots_in_order(task, layout_of(task))
        sizes = [len(VALUES[attribute]) + (attribute == "space") for _, attribute in slots]  # " -- " stands twice there
        assert (task["task"], prod(sizes)) == (task["task"], task["assignments"])
