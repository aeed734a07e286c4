"""Methods side by side as JSON, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from llmrobust.results.matrix import MatrixRow
from llmrobust.results.method_comparison import MethodComparison, MethodRow

FORMAT = "llmrobust-methods"
VERSION = 1


def methods_json(found: Sequence[MethodComparison]) -> dict[str, Any]:
    """The comparisons as JSON values: {"format", "version", "comparisons": [...]}."""
    return {"format": FORMAT, "version": VERSION, "comparisons": [_comparison(one) for one in found]}


def _comparison(found: MethodComparison) -> dict[str, Any]:
    form = {name: value for name, value in asdict(found).items() if name != "rows"}
    return {
        **form,
        "conclusion": found.conclusion,
        "methods": [{**row_form(one), "notes": list(one.notes)} for one in found.rows],
    }


def row_form(one: MethodRow | MatrixRow) -> dict[str, Any]:
    """A row with figures and a difference as JSON values: its fields, and whether the difference can be told."""
    form = asdict(one)
    if one.figures is not None:
        form["figures"]["drops"] = dict(one.figures.drops)
    if one.difference is not None:
        form["difference"]["told"] = one.difference.told
    return form
