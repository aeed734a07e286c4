"""The result of a run as Python users have it: the values of the run, and what can be asked of them."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

from llmrobust import __version__
from llmrobust.engine.asker import EngineStats
from llmrobust.errors import ReportError, without_credentials
from llmrobust.gate import Decision
from llmrobust.models.protocol import ModelInfo
from llmrobust.results.json_writer import write_json
from llmrobust.results.run_data import (
    EmbedderFacts,
    JudgeFacts,
    Manifest,
    ModelFacts,
    ModelRun,
    Requests,
    RunData,
    Timing,
)
from llmrobust.results.run_verdict import run_verdict
from llmrobust.results.suite_result import CONFIDENCE, SuiteResult


@dataclass(frozen=True, slots=True, repr=False)
class RunResult(RunData):
    """A whole run; in a notebook it shows itself as a table of its suites and gates."""

    @classmethod
    def of(
        cls,
        suites: Sequence[SuiteResult],
        info: ModelInfo | None,
        stats: EngineStats,
        judges: Sequence[tuple[tuple[str, ...], ModelInfo | None, EngineStats]] = (),
    ) -> RunResult:
        """The result of a run by the model `info` (None if it was never opened). judges: specs, model and counts."""
        return cls.of_models(suites, [("", info, stats)], judges)

    @classmethod
    def of_models(
        cls,
        suites: Sequence[SuiteResult],
        models: Sequence[tuple[str, ModelInfo | None, EngineStats]],
        judges: Sequence[tuple[tuple[str, ...], ModelInfo | None, EngineStats]] = (),
        embedders: Sequence[tuple[str, int, int, int]] = (),
    ) -> RunResult:
        """The result of a run by several models (label, model, counts), whose suites name theirs; else as `of`.

        embedders: spec, texts wanted, texts sent, tokens.
        """
        each = [
            ModelRun(label, None if info is None else ModelFacts.of(info), Requests.of(stats))
            for label, info, stats in models
        ]
        opened = [(one.label, one.model) for one in each if one.model is not None]
        model = ModelFacts.together(opened) if opened else None
        requests = Requests.total([one.requests for one in each])
        facts = tuple(
            JudgeFacts(
                tuple(map(without_credentials, specs)),
                None if judge is None else ModelFacts.of(judge),
                Requests.of(counts),
            )
            for specs, judge, counts in judges
        )
        english = next((use.english for suite in suites for use in suite.uses if use.english), "")
        manifest = Manifest(__version__, platform.python_version(), CONFIDENCE, model, english)
        busy = max(stats.busy_s for _, _, stats in models)
        several = tuple(each) if any(one.label for one in each) else ()
        vectors = tuple(
            EmbedderFacts(without_credentials(spec), Requests(asked, asked, asked - made, made, 0, tokens))
            for spec, asked, made, tokens in embedders
        )
        return cls(manifest, tuple(suites), requests, Timing(round(busy, 3)), facts, several, vectors)

    def by_model(self, label: str) -> RunResult:
        """The part of one of several models as a run of that model alone. Raises KeyError for another label."""
        found = next((one for one in self.models if one.label == label), None)
        if found is None:
            raise KeyError(label)
        suites = tuple(one.without_model() for one in self.suites if one.column and one.column.model == label)
        manifest = replace(self.manifest, model=found.model)
        return replace(self, manifest=manifest, suites=suites, requests=found.requests, models=())

    def model_of(self, suite: SuiteResult) -> ModelFacts | None:
        """The model that answered a suite; None if it was never opened."""
        label = suite.column.model if suite.column is not None else ""
        return next((one.model for one in self.models if one.label == label), self.manifest.model)

    @property
    def gates(self) -> tuple[Decision, ...]:
        """What every gate decided, suite by suite."""
        return tuple(decision for suite in self.suites for decision in suite.decisions)

    @property
    def passed(self) -> bool:
        """Whether the prompts or the model may ship: every gate was decided and passed, and nothing is missing."""
        return run_verdict(self).may_ship

    def save(self, path: str | Path) -> None:
        """Write the run as `pytest --robust-json` does; `llmrobust.load_run` reads it back. Raises OSError."""
        write_json(self, Path(path))

    def to_dataframe(self) -> Any:
        """A pandas frame with one row for each case. Raises ReportError without pandas."""
        try:
            import pandas
        except ImportError:
            raise ReportError("to_dataframe needs pandas: pip install pandas") from None
        rows = [
            {"suite": suite.name, **{name: getattr(case, name) for name in _COLUMNS}, "status": case.status.value}
            for suite in self.suites
            for case in suite.cases
        ]
        return pandas.DataFrame(rows, columns=["suite", *_COLUMNS, "status"])

    def __repr__(self) -> str:
        model = self.manifest.model.spec if self.manifest.model is not None else "none"
        held = sum(gate.passed for gate in self.gates)
        cases = sum(len(suite.cases) for suite in self.suites)
        return (
            f"<RunResult {'passed' if self.passed else 'not passed'}: {len(self.suites)} suites, {cases:,} cases, "
            f"{held} of {len(self.gates)} gates pass, model {model}>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(suite.name)}</td><td>{escape(decision.id)}</td><td>{escape(decision.status.value)}</td>"
            f"<td>{escape(decision.reason)}</td></tr>"
            for suite in self.suites
            for decision in suite.decisions
        )
        head = "<tr><th>suite</th><th>gate</th><th>decision</th><th>reason</th></tr>"
        return f"<p>{escape(repr(self))}</p><table>{head}{rows}</table>"


_COLUMNS = (
    "use",
    "operator",
    "family",
    "variant",
    "example",
    "repeat",
    "answer",
    "clean_answer",
    "expected",
    "correct",
    "agrees",
    "margin",
    "text",
)
