"""Runs as Parquet, the format of `--robust-parquet`: a row for each case, and everything else as JSON in the metadata.

For runs whose JSON would be too large to read as a whole: DuckDB, pandas and others read single columns of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from llmrobust.errors import ReportError
from llmrobust.results.json_form import SmallestForm, form_of
from llmrobust.results.json_writer import to_json
from llmrobust.results.run_data import RunData
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.text.atomic_write import replaced_when_written

MAGIC = b"PAR1"
"""What a Parquet file begins with."""
KEY = b"llmrobust-run"
"""Of the metadata: the run as in its JSON, with no cases in its suites."""
ROWS = 20_000
"""Rows that are written together; a reader's memory depends on it."""
INSTALL = "pip install 'llmrobust[parquet]'"
_PLAIN = (
    "example",
    "family",
    "operator",
    "use",
    "variant",
    "repeat",
    "severity",
    "answer",
    "clean_answer",
    "expected",
    "correct",
    "agrees",
    "moves",
    "reason",
    "scored_by",
    "margin",
    "label_mass",
    "mass_is_bound",
    "text",
    "finish_reason",
    "request",
    "changed",
)
"""Columns that are a case's attributes of the same name, as in its JSON."""


def write_parquet(result: RunData, path: Path) -> None:
    """Write the run to a file, whole or not at all. Raises OSError, and ReportError without pyarrow."""
    pyarrow = load_pyarrow()
    run = json.dumps(to_json(result, cases=False), allow_nan=False)
    schema = _schema(pyarrow).with_metadata({KEY: run.encode("ascii")})
    with (
        replaced_when_written(path) as part,
        pyarrow.parquet.ParquetWriter(part, schema, compression="zstd") as writer,
    ):
        for number, suite in enumerate(result.suites):
            rows = _rows(number, suite)
            while batch := list(islice(rows, ROWS)):
                columns = {name: [row[name] for row in batch] for name in schema.names}
                writer.write_table(pyarrow.table(_storable(columns, pyarrow, schema), schema=schema))


def read_parquet(path: Path) -> Any:
    """What the JSON of the run in a Parquet file would be. Raises OSError, ValueError, and ReportError without pyarrow
    or for a file that holds no run."""
    pyarrow = load_pyarrow()
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            held = (file.schema_arrow.metadata or {}).get(KEY)
            if held is None:
                raise ReportError(f"{path}: is not a stored run; pytest writes one with --robust-parquet FILE")
            value = json.loads(held)
            for batch in file.iter_batches(ROWS):
                for row in batch.to_pylist():
                    value["suites"][row["suite_number"]]["cases"].append(_form(row))
    except (pyarrow.ArrowException, LookupError, TypeError) as error:
        raise ReportError(f"{path}: is a damaged Parquet file: {str(error).splitlines()[0]}") from None
    return value


def load_pyarrow() -> Any:
    """The package that Parquet is written and read with. Raises ReportError without it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ReportError(f"a run as Parquet needs the package pyarrow: {INSTALL}") from None
    return pyarrow


def _schema(pyarrow: Any) -> Any:
    text, truth, number = pyarrow.string(), pyarrow.bool_(), pyarrow.float64()
    name = pyarrow.dictionary(pyarrow.int32(), text)
    messages = pyarrow.list_(pyarrow.struct([("role", text), ("text", text)]))
    types = {
        "suite_number": pyarrow.int32(),
        **dict.fromkeys(("suite", "prompt_id", "model", "family", "operator", "use", "variant"), name),
        "example": text,
        "repeat": pyarrow.int32(),
        "relation": name,
        "severity": pyarrow.int32(),
        "status": name,
        **dict.fromkeys(("answer", "clean_answer", "expected"), text),
        **dict.fromkeys(("correct", "agrees", "moves"), truth),
        "reason": text,
        "scored_by": name,
        "margin": number,
        "probabilities": pyarrow.list_(number),
        "label_mass": number,
        "mass_is_bound": truth,
        "text": text,
        "finish_reason": name,
        "logprobs": pyarrow.list_(number),
        "request": text,
        "changed": truth,
        "prompt": messages,
        "clean_prompt": messages,
        "smallest": text,
    }
    return pyarrow.schema(list(types.items()))


def _rows(number: int, suite: SuiteResult) -> Iterator[dict[str, Any]]:
    """A suite's cases as rows; `clean_prompt` only where the unperturbed case is not among those before."""
    column = suite.column
    there: set[tuple[str, int]] = set()
    shared = {
        "suite_number": number,
        "suite": suite.name if column is None else column.suite,
        "prompt_id": "" if column is None else column.prompt,
        "model": "" if column is None else column.model,
    }
    for case in suite.cases:
        key = (case.example, case.repeat)
        if case.is_original:
            there.add(key)
        smallest = case.smallest
        yield {
            **shared,
            **{name: getattr(case, name) for name in _PLAIN},
            "status": str(case.status),
            "relation": case.relation,
            "probabilities": case.probabilities,
            "logprobs": case.logprobs,
            "prompt": _messages(case.prompt),
            "clean_prompt": None if key in there else _messages(case.clean_prompt),
            "smallest": None if smallest is None else json.dumps(_smallest(case)),
        }


def _smallest(case: CaseResult) -> Mapping[str, Any]:
    assert case.smallest is not None
    return {**form_of(SmallestForm, case.smallest), "edits": list(case.smallest.edits)}


def _messages(messages: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in messages]


def _storable(columns: dict[str, list[Any]], pyarrow: Any, schema: Any) -> list[Any]:
    """The columns as arrays; half of a surrogate pair, which no text in Parquet can hold, becomes its escape."""
    arrays = []
    for name, values in columns.items():
        kind = schema.field(name).type
        try:
            arrays.append(pyarrow.array(values, kind))
        except UnicodeEncodeError:
            arrays.append(pyarrow.array(list(map(_escaped, values)), kind))
    return arrays


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_escaped(one) for one in value]
    return {name: _escaped(one) for name, one in value.items()} if isinstance(value, dict) else value


def _form(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the case's JSON."""
    form = {name: row[name] for name in (*_PLAIN, "status", "relation", "probabilities", "prompt")}
    form["logprobs"] = _finite(row["logprobs"])
    if not form["mass_is_bound"]:
        del form["mass_is_bound"]
    if row["clean_prompt"] is not None:
        form["clean_prompt"] = row["clean_prompt"]
    if row["smallest"] is not None:
        form["smallest"] = json.loads(row["smallest"])
    return form


def _finite(values: Sequence[float] | None) -> list[float | None] | None:
    return None if values is None else [None if one == -math.inf else one for one in values]
