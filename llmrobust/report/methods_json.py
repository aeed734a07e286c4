"""Methods side by side as JSON, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from llmrobust.results.method_comparison import MethodComparison, MethodRow

FORMAT = "llmrobust-methods"
VERSION = 1


def methods_json(found: Sequence[MethodComparison]) -> dict[str, Any]:
    """The comparisons as JSON values: {"format", "version", "comparisons": [...]}."""
    return {"format": FORMAT, "version": VERSION, "comparisons": [_comparison(one) for one in found]}


def _comparison(found: MethodComparison) -> dict[str, Any]:
    form = {name: value for name, value in asdict(found).items() if name != "rows"}
    return {**form, "conclusion": found.conclusion, "methods": [_row(one) for one in found.rows]}


def _row(one: MethodRow) -> dict[str, Any]:
    form = asdict(one)
    if one.figures is not None:
        form["figures"]["drops"] = dict(one.figures.drops)
    if one.difference is not None:
        form["difference"]["told"] = one.difference.told
    return {**form, "notes": list(one.notes)}
