"""Loads suite files with everything they may refer to: metrics, operators of installed distributions, baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from llmrobust.compact_cases import compact_plan
from llmrobust.errors import ModelError, SuiteError
from llmrobust.methods import METHODS, use_of
from llmrobust.metrics import METRICS
from llmrobust.models.embedders import check_embedder_spec
from llmrobust.models.specs import backend_of
from llmrobust.operators import REGISTRY
from llmrobust.plan import Plan, plan_suite
from llmrobust.score.checks import CHECKS
from llmrobust.suitefile import MetricFacts, Suite
from llmrobust.suitefile.loader import load_suites, only_prompt
from llmrobust.suitefile.yaml_source import Key, read_source


def metric_facts() -> dict[str, MetricFacts]:
    """What suite files need to know about each metric."""
    return {
        m.name: MetricFacts(
            m.needs_gold,
            m.reads != "clean" and not m.rows,
            *m.range,
            "field" in m.needs,
            "answer-field" in m.needs,
            "reference" in m.needs,
            "severities" in m.needs,
            "shares" in m.needs,
        )
        for m in METRICS
    }


def load_installed() -> None:
    """Register what installed distributions bring, of every kind. Raises LlmRobustError for a broken one."""
    for registry in (REGISTRY, METRICS, CHECKS, METHODS):
        registry.load_installed()


def load_suite_file(path: Path, project_root: Path, baselines: Path | None = None, prompt: str | None = None) -> Suite:
    """The suite of a file with one prompt, or with the prompt of this id, see `load_suite_files`."""
    return only_prompt(load_suite_files(path, project_root, baselines), prompt)


def load_suite_files(path: Path, project_root: Path, baselines: Path | None = None) -> list[Suite]:
    """The suites of a file, one for each prompt, with what installed distributions bring. Raises SuiteError, or what
    `load_installed` raises.

    baselines: the folder of baselines, else `baselines` beside the suite file.
    """
    load_installed()
    suites = load_suites(path, project_root, metrics=metric_facts(), checks=CHECKS.names(), baselines=baselines)
    _check_models(suites[0])
    return suites


def _check_models(suite: Suite) -> None:
    """The models that a suite names beside the one under test must be of a known form. Raises SuiteError."""
    answer = suite.answer
    named: list[tuple[Key, str, Callable[[str], object]]] = []
    if answer.embedder:
        named.append((("answer", "embedder"), answer.embedder, check_embedder_spec))
    named += [(("answer", "judge", "llm"), spec, backend_of) for spec in (answer.judge.llm if answer.judge else ())]
    for number, use in enumerate(suite.methods):
        specs = getattr(use.params, "models", None) or []
        named += [(("methods", number, use.method.name, "models"), spec, backend_of) for spec in specs]
        if embedder := getattr(use.params, "embedder", ""):
            named.append((("methods", number, use.method.name, "embedder"), embedder, check_embedder_spec))
    problems = []
    for key, spec, check in named:
        try:
            check(spec)
        except ModelError as error:
            source = read_source(suite.path)
            problems.append(source.problem(f"{key[-1]}: {error}", source.at_value(key)))
    if problems:
        raise SuiteError(problems)


def load_plan(
    path: Path,
    project_root: Path,
    baselines: Path | None = None,
    methods: Sequence[str] = (),
    prompt: str | None = None,
    *,
    allow_unreviewed: bool = False,
) -> Plan:
    """The plan of a suite file, see `load_suite_file`. methods: names of further ones to compare. allow_unreviewed:
    with generated variants that nobody has reviewed.

    Raises what `load_suite_file` raises, and MethodError.
    """
    suite = replace(load_suite_file(path, project_root, baselines, prompt), allow_unreviewed=allow_unreviewed)
    return plan_suite(with_methods(suite, methods))


def load_plans(
    path: Path,
    project_root: Path,
    baselines: Path | None = None,
    methods: Sequence[str] = (),
    *,
    allow_unreviewed: bool = False,
    compact: bool = False,
    when_loaded: Callable[[], None] = lambda: None,
) -> list[Plan]:
    """The plans of a suite file, one for each of its prompts, see `load_plan`. compact: with cases in columns, unless
    methods send prompts of their own, which need all prompts at once. when_loaded: called when nothing is wrong with
    the file, before any of it is planned."""
    suites = [
        with_methods(replace(suite, allow_unreviewed=allow_unreviewed), methods)
        for suite in load_suite_files(path, project_root, baselines)
    ]
    when_loaded()
    return [_plan_of(suite, compact=compact) for suite in suites]


def _plan_of(suite: Suite, *, compact: bool) -> Plan:
    in_columns = compact and all(use.method.sending is None for use in suite.methods)
    return compact_plan(suite) if in_columns else plan_suite(suite)


def with_methods(suite: Suite, names: Sequence[str]) -> Suite:
    """The suite with these methods besides its own. Raises MethodError for an unknown one."""
    there = {use.method.name for use in suite.methods}
    more = [use_of(name) for name in dict.fromkeys(names) if name not in there]
    return replace(suite, methods=(*suite.methods, *more)) if more else suite
