"""The project that a suite belongs to, as pytest sees it: root folder, ini file, options, and what conftest.py adds."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.cli.command import Chosen
from llmrobust.errors import WrongUse, readable_file

if TYPE_CHECKING:
    import pytest

    from llmrobust.plan import Plan
    from llmrobust.plugin.settings import Settings


@dataclass(frozen=True, slots=True)
class Project:
    """root: pytest's rootdir; a suite's files are below it.

    settings: what pytest would use here, from the ini file, its `addopts` and the environment. model_from: a text that
    shows which of them names the model.
    """

    root: Path
    settings: Settings
    model_from: str


def project_of(paths: Sequence[Path], *, noconftest: bool = False) -> Project:
    """The project that pytest finds for these suites, their conftest.py files loaded as pytest loads them.

    So a command knows the operators and metrics that `pytest SUITE` knows. Raises WrongUse where pytest cannot start.
    """
    import pytest

    from llmrobust.engine.analysis_store import keep_beside
    from llmrobust.plugin.settings import Settings
    from llmrobust.score.embedding import keep_vectors_in

    found: list[Project] = []

    class Finding:
        @pytest.hookimpl(tryfirst=True)
        def pytest_cmdline_main(self, config: pytest.Config) -> int:
            """Note what pytest found, and stop it before it collects anything."""
            found.append(Project(config.rootpath, Settings.of(config), _model_from(config)))
            return 0

    with contextlib.redirect_stdout(sys.stderr):  # what a conftest.py prints is not our output
        try:
            pytest.main([*_options(noconftest), "--", *(str(path.absolute()) for path in paths)], plugins=[Finding()])
        except Exception as error:  # whatever a plugin or an ini file makes pytest raise
            raise WrongUse(f"pytest cannot start here: {type(error).__name__}: {error}") from error
    if not found:  # pytest has said why
        raise WrongUse("pytest cannot start here; --noconftest skips conftest.py files")
    keep_vectors_in(found[0].settings.store, found[0].settings.all_specs)
    keep_beside(found[0].settings.store)
    return found[0]


def suite_plans(chosen: Chosen) -> list[Plan]:
    """The plans of the suite that a command was given, one for each of its prompts. Raises WrongUse, SuiteError or
    OperatorError."""
    return plans_in_project(chosen)[0]


def plan_in_project(chosen: Chosen) -> tuple[Plan, Project]:
    """The plan of a suite with one prompt, or with the chosen one, and the project that it lies in. Raises WrongUse,
    SuiteError, also where several prompts leave a choice, or OperatorError."""
    from llmrobust.loading import load_plan

    path = readable_file(chosen.suite, "a suite file")
    project = project_of([path], noconftest=chosen.noconftest)
    return load_plan(path, project.root, project.settings.baselines, prompt=chosen.prompt), project


def plans_in_project(chosen: Chosen) -> tuple[list[Plan], Project]:
    """Those plans, and the project that the suite lies in. Raises WrongUse, SuiteError or OperatorError."""
    from llmrobust.loading import load_plans

    path = readable_file(chosen.suite, "a suite file")
    project = project_of([path], noconftest=chosen.noconftest)
    baselines = getattr(chosen, "baselines", None) or project.settings.baselines
    return load_plans(path, project.root, baselines), project


def _model_from(config: pytest.Config) -> str:
    """Where the model of a pytest run without `--llm` is named."""
    from llmrobust.plugin.settings import ENVIRONMENT_VARIABLE

    if config.option.llm:
        return "from --llm in pytest's addopts"
    if os.environ.get(ENVIRONMENT_VARIABLE, "").split():
        return f"from the environment variable {ENVIRONMENT_VARIABLE}"
    return f"from llm in {config.inipath}" if config.getini("llm") else "the default"


def _options(noconftest: bool) -> list[str]:
    """Options that keep pytest from doing more than looking."""
    from importlib.util import find_spec

    options = ["-p", "llmrobust", "-s", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if find_spec("pytest_cov") is not None:  # it would begin to measure, and forget what it had measured before
        options.append("--no-cov")
    return [*options, "--noconftest"] if noconftest else options
