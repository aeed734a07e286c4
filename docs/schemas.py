"""Write the JSON Schemas of stored runs, of comparisons and of frozen variants: `python docs/schemas.py`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from llmrobust.operators.frozen_variants import FrozenVariant
from llmrobust.report.comparison_json import COMPARISON
from llmrobust.results.json_form import RUN, schema_of

FOLDER = Path(__file__).parent


def schemas() -> dict[str, str]:
    """The text of each schema by the name of its file."""
    made = {
        "report-json.schema.json": schema_of(RUN, "llmrobust run"),
        "frozen.schema.json": schema_of(TypeAdapter(FrozenVariant), "llmrobust frozen variant"),
        "diff-json.schema.json": schema_of(COMPARISON, "llmrobust comparison of two runs"),
    }
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in made.items()}


if __name__ == "__main__":
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
