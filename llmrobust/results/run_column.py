"""`FILE#MODEL`: one column of a stored run of several models, named wherever a run is."""

from __future__ import annotations

from pathlib import Path

from llmrobust.errors import ReportError
from llmrobust.results.run_result import RunResult


def file_and_model(path: Path) -> tuple[Path, str]:
    """The file of a stored run and the label of one of its models, of `FILE#LABEL`; no label without a #, and for a
    file that is called so."""
    name, sign, label = path.name.rpartition("#")
    return (path.with_name(name), label) if name and sign and not path.exists() else (path, "")


def column_of(run: RunResult, file: Path, label: str) -> RunResult:
    """The part of the model with this label, as a run. file: where the run is. Raises ReportError."""
    labels = [one.label for one in run.models]
    if label not in labels:
        has = f"it has {', '.join(labels)}" if labels else "it is a run of one model, which needs no #"
        raise ReportError(f'{file}: has no model "{label}"; {has}')
    return run.by_model(label)
