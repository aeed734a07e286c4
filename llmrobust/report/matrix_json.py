"""Prompts x models x methods as JSON, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from llmrobust.report.methods_json import row_form
from llmrobust.results.matrix import Matrix

FORMAT = "llmrobust-matrix"
VERSION = 1


def matrix_json(found: Sequence[Matrix]) -> dict[str, Any]:
    """The matrices as JSON values: {"format", "version", "matrices": [{..., "rows": [...]}]}."""
    return {"format": FORMAT, "version": VERSION, "matrices": [_matrix(one) for one in found]}


def _matrix(found: Matrix) -> dict[str, Any]:
    form = {name: value for name, value in asdict(found).items() if name != "rows"}
    return {**form, "rows": [row_form(one) for one in found.rows]}
