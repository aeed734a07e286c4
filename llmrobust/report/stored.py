"""Runs read back from the JSON report: their cases as tables, so that gates can be decided without a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.errors import ReportError
from llmrobust.gate import NoiseFloor
from llmrobust.metrics import Table
from llmrobust.metrics.build import Cell, table_of_cells
from llmrobust.score.status import Status
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.model import Suite

FORMAT = "llmrobust-run"
VERSIONS = (1,)
_OUTCOMES = {
    Status.UNPARSED: Outcome.UNPARSED,
    Status.TRUNCATED: Outcome.TRUNCATED,
    Status.NO_ANSWER: Outcome.NO_ANSWER,
}


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A suite of a stored run. cases: as in the JSON report."""

    name: str
    digest: str
    operators: tuple[tuple[str, int], ...]
    planned: int
    cases: tuple[Mapping[str, Any], ...]
    noise: NoiseFloor | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every planned case was selected and answered."""
        return len(self.cases) == self.planned

    def table(self, suite: Suite | None = None) -> Table:
        """The table of the cases. suite: whose closed set of answers and fields of examples the table gets."""
        examples = list(dict.fromkeys(str(case["example"]) for case in self.cases))
        known = {example.id: example.fields for example in suite.examples} if suite is not None else {}
        fields = [known[name] for name in examples] if known.keys() >= set(examples) else []
        choices = suite.answer.choices if suite is not None else ()
        return table_of_cells(map(_cell, self.cases), examples, choices, fields)


def read_run(path: Path) -> dict[str, StoredSuite]:
    """The suites of a stored run by name. Raises ReportError, saying what is wrong with the file."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ReportError(f"{path}: is no JSON") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ReportError(f"{path}: is no stored run; pytest writes one with --robust-json FILE")
    if value.get("version") not in VERSIONS:
        raise ReportError(f"{path}: has version {value.get('version')} of the format; this llmrobust reads 1")
    try:
        suites = [_suite(one) for one in value["suites"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{path}: is damaged: {type(error).__name__}: {error}") from None
    return {suite.name: suite for suite in suites}


def reference_table(path: Path, suite: Suite) -> Table | str:
    """A suite's table from a stored run, or why it cannot be compared with: absent, stale, in part, another suite."""
    if not path.is_file():
        return "it does not exist"
    try:
        stored = read_run(path).get(suite.name)
    except ReportError as error:
        return str(error)
    if stored is None:
        return f'it holds no suite "{suite.name}"'
    if not stored.is_complete:
        return f"only {len(stored.cases)} of its {stored.planned} cases were asked"
    versions = dict(stored.operators)
    changed = [
        use.operator.name
        for use in suite.perturb
        if use.operator.name in versions and versions[use.operator.name] != use.operator.version
    ]
    if changed:
        return f"{changed[0]} has changed since (version {versions[changed[0]]})"
    return stored.table(suite)


def _suite(value: Mapping[str, Any]) -> StoredSuite:
    operators: Sequence[Mapping[str, Any]] = value["operators"]
    noise = value.get("noise_floor")
    return StoredSuite(
        str(value["name"]),
        str(value["digest"]),
        tuple((str(one["name"]), int(one["version"])) for one in operators),
        int(value["planned"]),
        tuple(value["cases"]),
        None if noise is None else NoiseFloor.of(*({k: v[i] for k, v in noise["examples"].items()} for i in (0, 1))),
    )


def _cell(case: Mapping[str, Any]) -> Cell:
    status = Status(case["status"])
    outcome = _OUTCOMES.get(status, Outcome.ANSWERED)
    shares = case.get("probabilities")
    verdict = Verdict(outcome, case["answer"], label_probabilities=None if shares is None else tuple(shares))
    is_original = case["family"] == "original"
    return Cell(
        str(case["example"]),
        "" if is_original else f"{case['use']}/{case['variant']}",
        str(case["operator"]),
        str(case["family"]),
        case.get("severity"),
        case["expected"],
        verdict,
        None if outcome is Outcome.NO_ANSWER or case["expected"] is None else case["correct"] is True,
        case.get("agrees"),
        case.get("moves"),
        case.get("moves") is not None,
    )
