"""What Python users call: `import llmrobust as lr`.

Everything here is handed on by the package itself, which loads it on first use.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmrobust.engine import Engine, Limits, Store
from llmrobust.errors import OperatorError, ReportError
from llmrobust.loading import load_installed, load_suite_file, load_suite_files
from llmrobust.metrics import METRICS
from llmrobust.metrics.metric_registry import Metric
from llmrobust.models import parse_specs
from llmrobust.models.choices import model_choices
from llmrobust.models.http.keys import judge_settings
from llmrobust.models.protocol import Model
from llmrobust.operators.operator import Draw, Operator
from llmrobust.operators.registry import REGISTRY
from llmrobust.plan import plan_suite
from llmrobust.prompt.protection import protected_pieces
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.prompt.template import Origin, Template
from llmrobust.results.comparison import Comparison
from llmrobust.results.comparison import compare as compare_runs
from llmrobust.results.json_reader import read_run
from llmrobust.results.run_result import RunResult
from llmrobust.runner import models_result, suite_runs
from llmrobust.score.embedding import vectors_kept_in
from llmrobust.score.model_judge import Judges
from llmrobust.suitefile import Suite
from llmrobust.text.phrases import unknown_name


def perturb(
    operator: str, text: str, *, seed: int = 0, labels: Sequence[str] = (), language: str = "en", **params: Any
) -> list[str]:
    """The variants that an operator makes of a text, without duplicates; empty where it does not apply.

    operator: a name from `list_operators`. The text is perturbed as the input of a prompt; by operators that find
    nothing to do there, as its instruction. labels: words that no operator may change. language: the text's, a code
    such as "de". params: the operator's parameters, as in a suite (`rate=0.1`, `samples=3`). Equal arguments give equal
    variants. Raises OperatorError for an unknown operator, one that is not written for the language, and for parameters
    that it does not take, SuiteError for characters that are not allowed in a
    prompt.
    """
    load_installed()
    found = REGISTRY.get(operator)
    if not found.speaks(language):
        raise OperatorError(f"{operator} is written for {', '.join(found.languages)}, not for {language}")
    try:
        given = found.params(**params)
    except ValueError as error:  # pydantic's
        raise OperatorError(f"{operator}: {_first_problem(error)}") from None
    fields = {"text": text}
    draw = Draw(
        seed, operator, "text", fields, tuple(labels), pool=(("text", fields),), language=language.split("-")[0]
    )
    rendered = Template("{{ text }}", Origin(Path("text"))).render(fields, (), labels)
    instruction = protected_pieces([Span(text, "instruction", region="instruction:0")], (), labels)
    for spans in (rendered, instruction):
        prompt = Prompt((Message("user", tuple(spans)),))
        made = ["".join(text for _, text in one.prompt.as_messages()) for one in found.kept(prompt, given, draw)]
        variants = [one for one in dict.fromkeys(made) if one != text]
        if variants:
            return variants
    return []


def list_operators(family: str | None = None) -> list[Operator]:
    """All operators, sorted by name, those of installed distributions included; or those of one family.

    Raises OperatorError for a family that does not exist.
    """
    load_installed()
    if family is not None and family not in REGISTRY.families():
        raise OperatorError(unknown_name("family", family, REGISTRY.families()))
    return [one for one in REGISTRY if family in (None, one.family)]


def list_metrics() -> list[Metric]:
    """All metrics, sorted by name, those of installed distributions included. Raises GateError for a broken one."""
    load_installed()
    return list(METRICS)


def load_suite(path: str | Path, prompt: str | None = None) -> Suite:
    """A suite file with its examples, operators and gates.

    prompt: the id of one of its prompts, where it has several.
    Files that it names must lie below the current folder, or below its own if it lies elsewhere. Raises SuiteError with
    the location of every error, and OperatorError for an installed operator that cannot be loaded.
    """
    return load_suite_file(Path(path), _root_of(Path(path)), prompt=prompt)


def _root_of(file: Path) -> Path:
    """The folder that a suite's files must lie below: the current one, or its own if it lies elsewhere."""
    here = Path.cwd()
    return here if file.resolve().is_relative_to(here) else file.resolve().parent


def run(
    suites: Suite | str | Path | Sequence[Suite | str | Path],
    llm: str | Sequence[str] = "tiny",
    *,
    store: str | Path | None = None,
    limits: Limits | None = None,
    sequential: bool = False,
    trust_store: bool = False,
    allow_unreviewed: bool = False,
) -> RunResult:
    """Run suites against a model and wait for the result.

    suites: one or several, loaded or as paths; of a file with several prompts, all of them. llm: as for `pytest
    --llm`; of several models, each answers all suites, and the result has a part for each. store: file
    that responses are kept in; None keeps them in memory. sequential, trust_store: as `pytest --robust-sequential` and
    `--robust-trust-store`; allow_unreviewed: as `--robust-allow-unreviewed`. Raises SuiteError,
    OperatorError or ModelError.
    """
    given = [suites] if isinstance(suites, Suite | str | Path) else list(suites)
    loaded = [
        suite
        for one in given
        for suite in ([one] if isinstance(one, Suite) else load_suite_files(Path(one), _root_of(Path(one))))
    ]
    plans = [plan_suite(replace(one, allow_unreviewed=allow_unreviewed or one.allow_unreviewed)) for one in loaded]
    choices = model_choices([llm] if isinstance(llm, str) else llm)
    if not choices:
        parse_specs([])
    specs = [spec for one in choices for spec in one.specs]
    models = [(one.label if len(choices) > 1 else "", parse_specs(one.specs)) for one in choices]
    kept = None if store is None else Path(store)

    def engine_of(model: Model) -> Engine:
        return Engine(model, lambda: Store(kept), limits, trust_store=trust_store)

    engines = [(label, engine_of(model)) for label, model in models]
    judges = Judges(lambda judge: engine_of(parse_specs(judge, judge_settings(specs))))
    try:
        with vectors_kept_in(kept, specs):
            runs = [suite_runs(plans, engine, sequential=sequential, judges=judges) for _, engine in engines]
            asked = [(label, engine.info(), engine.stats()) for label, engine in engines]
            named = [(label, run[n]) for n in range(len(plans)) for (label, _), run in zip(engines, runs, strict=True)]
            return models_result(named, asked, Path.cwd(), judges)
    finally:
        for _, engine in engines:
            engine.close()
        judges.close()


def load_run(path: str | Path) -> RunResult:
    """A run that `pytest --robust-json` or `RunResult.save` wrote. Raises ReportError."""
    try:
        return read_run(Path(path))
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or error}") from None


def compare(old: RunResult, new: RunResult, suites: Sequence[str] = ()) -> Comparison:
    """Two runs compared over the cases that both have, suite by suite.

    suites: names, else all that both have. Raises ReportError where cases of a run contradict each other.
    """
    return compare_runs(old, new, ("old", "new"), suites)


def _run_at_its_old_place(*given: Any, **named: Any) -> RunResult:
    """`llmrobust.run.run`, which is `llmrobust.run` now."""
    warnings.warn("llmrobust.run.run is deprecated: call llmrobust.run", DeprecationWarning, stacklevel=2)
    return run(*given, **named)


run.run = _run_at_its_old_place  # type: ignore[attr-defined]


def _first_problem(error: ValueError) -> str:
    problems: list[Any] = getattr(error, "errors", list)()
    if not problems:
        return str(error)
    where = ".".join(map(str, problems[0]["loc"]))
    return f"{where}: {problems[0]['msg']}" if where else str(problems[0]["msg"])
