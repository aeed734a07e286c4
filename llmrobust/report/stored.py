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
from llmrobust.plan import Plan
from llmrobust.report.result import example_digest
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
    """A suite of a stored run. path: of its file, as the report has it. cases: as in the JSON report. waves: in how
    many they were asked, None for all at once. digests: of the contents of the examples, by id."""

    name: str
    path: str
    digest: str
    operators: tuple[tuple[str, int], ...]
    planned: int
    cases: tuple[Mapping[str, Any], ...]
    digests: Mapping[str, str]
    noise: NoiseFloor | None = None
    waves: int | None = None

    @property
    def lacks(self) -> str:
        """Why the run is not whole, in words; empty if every planned case was asked and answered."""
        if len(self.cases) != self.planned:
            return f"only {len(self.cases)} of its {self.planned} cases were asked"
        failed = sum(case["status"] == str(Status.NO_ANSWER) for case in self.cases)
        return f"{failed} of its {self.planned} cases got no answer" if failed else ""

    def unlike(self, plan: Plan) -> str:
        """How the run differs from what a plan asks and expects now, in words; empty if it does not."""
        now = {(case.request.content_hash(), case.expected) for case in plan.cases}
        then = {(str(case["request"]), case["expected"]) for case in self.cases}
        if {prompt for prompt, _ in now} != {prompt for prompt, _ in then}:
            kept = len({prompt for prompt, _ in now} & {prompt for prompt, _ in then})
            return f"{kept:,} of the suite's {len({prompt for prompt, _ in now}):,} prompts are in it"
        if now != then:
            return f"{len(now - then):,} gold answers are others now"
        return changed_operators(self.operators, plan.suite)

    def table(self, suite: Suite | None = None) -> Table:
        """The table of the cases. suite: whose closed set of answers and fields of examples the table gets.

        Raises ReportError where cases are damaged.
        """
        try:
            return self._table(suite)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ReportError(f"its cases are damaged: {type(error).__name__}: {error}") from None

    def _table(self, suite: Suite | None) -> Table:
        examples = list(dict.fromkeys(str(case["example"]) for case in self.cases))
        known = {example.id: example.fields for example in suite.examples} if suite is not None else {}
        fields = [known[name] for name in examples] if known.keys() >= set(examples) else []
        choices = suite.answer.choices if suite is not None else ()
        return table_of_cells(map(_cell, self.cases), examples, choices, fields)


def read_run(path: Path) -> list[StoredSuite]:
    """The suites of a stored run. Raises ReportError, saying what is wrong with the file."""
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
        return [_suite(one) for one in value["suites"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{path}: is damaged: {type(error).__name__}: {error}") from None


def stored_suite(path: Path, suite: Suite) -> StoredSuite:
    """A suite of a stored run, told from others of its name by the end of its path. Raises ReportError."""
    named = [one for one in read_run(path) if one.name == suite.name]
    if len(named) > 1:
        named = [one for one in named if suite.path.as_posix().endswith(f"/{one.path.removeprefix('/')}")] or named
    if not named:
        raise ReportError(f'{path}: holds no suite "{suite.name}"')
    if len(named) > 1:
        raise ReportError(f'{path}: holds {len(named)} suites named "{suite.name}"; give them names of their own')
    return named[0]


def reference_table(path: Path, suite: Suite) -> Table | str:
    """A suite's table from a stored run, or why it cannot be compared with: absent, stale, in part, another suite."""
    if not path.is_file():
        return "it does not exist"
    try:
        stored = stored_suite(path, suite)
    except ReportError as error:
        return str(error).removeprefix(f"{path}: ")
    if stored.lacks:
        return stored.lacks
    changed = changed_operators(stored.operators, suite)
    if changed:
        return changed
    others = [
        example.id
        for example in suite.examples
        if stored.digests.get(example.id, digest := example_digest(example)) != digest
    ]
    if others:
        return (
            f"{len(others)} of its examples had other contents ({others[0]} first); give examples an `id` of their "
            "own, so that the same ones are compared"
        )
    try:
        return stored.table(suite)
    except ReportError as error:
        return str(error)


def changed_operators(stored: Sequence[tuple[str, int]], suite: Suite) -> str:
    """Which operator of a suite had another version in a stored run, in words; empty if none."""
    versions = dict(stored)
    for use in suite.perturb:
        then, now = versions.get(use.operator.name), use.operator.version
        if then is not None and then != now:
            return f"{use.operator.name} had version {then} then and has version {now} now"
    return ""


def _suite(value: Mapping[str, Any]) -> StoredSuite:
    operators: Sequence[Mapping[str, Any]] = value["operators"]
    noise = value.get("noise_floor")
    return StoredSuite(
        str(value["name"]),
        str(value["path"]),
        str(value["digest"]),
        tuple((str(one["name"]), int(one["version"])) for one in operators),
        int(value["planned"]),
        tuple(value["cases"]),
        dict(value.get("example_digests", {})),
        None if noise is None else NoiseFloor.of(*({k: v[i] for k, v in noise["examples"].items()} for i in (0, 1))),
        value.get("waves"),
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
