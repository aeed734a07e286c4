"""`--model LABEL`: the part of one of several models of a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.errors import ReportError, WrongUse

if TYPE_CHECKING:
    from llmrobust.results.run_result import RunResult

model_option = click.option(
    "--model", metavar="LABEL", help="the part of this model, where the run is of several models"
)


def run_of_model(path: Path, label: str | None, *, needed: bool = True) -> RunResult:
    """A stored run; of several models the part of the one with this label. Raises WrongUse.

    needed: whether a run of several models is of no use as a whole.
    """
    from llmrobust.results.json_reader import read_run
    from llmrobust.results.run_column import file_and_model

    try:
        run = read_run(path)
    except ReportError as error:
        raise WrongUse(str(error)) from None
    labels = [one.label for one in run.models]
    if label is not None and file_and_model(path)[1]:
        raise WrongUse(f"{path}: names a model already, so --model does not apply")
    if label is None:
        if labels and needed:
            listed = ", ".join(labels)
            ways = f"name one with --model, or as {path.name}#{labels[0]}"
            raise WrongUse(f"{path}: is a run of several models ({listed}): {ways}")
        return run
    if not labels:
        raise WrongUse(f"{path}: is a run of one model, so --model does not apply")
    if label not in labels:
        raise WrongUse(f'{path}: has no model "{label}"; it has {", ".join(labels)}')
    return run.by_model(label)
