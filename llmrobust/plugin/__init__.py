"""The pytest plugin: options, markers, and collection of suite files.

This module is imported in every pytest run of an environment that has llmrobust installed, so it imports nothing
beyond pytest and `own_imports`, which is a few lines. The first suite that is collected registers a `Session`, which
has all other hooks; without a suite the plugin does nothing.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import pytest

from llmrobust.plugin.own_imports import import_as_python_does

if TYPE_CHECKING:
    from pathlib import Path

SUITE_SUFFIXES = (".robust.yaml", ".robust.yml")
_NOT_IN_SHARDS = {
    "sequential": "a shard does not know what the gates of the whole suite still need",
    "shrink": "use it on the cases of the merged run that flipped: pytest -k",
}
import_as_python_does()


def _positive(text: str) -> int:
    """An option's value that must be a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of at least 1, not {text!r}")
    return int(text)


def _shard(text: str) -> Any:
    """The value of `--robust-shard`."""
    from llmrobust.shard import Shard

    try:
        return Shard.read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _grouping(text: str) -> str:
    """The value of `--robust-bulk`."""
    if text not in ("operator", "family"):
        raise argparse.ArgumentTypeError(f"must be operator or family, not {text!r}; paths go before --robust-bulk")
    return text


def _comment_key(text: str) -> str:
    """A key for a comment's marker."""
    from llmrobust.report.markdown_blocks import marker

    try:
        marker(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line options and their ini counterparts."""
    group = parser.getgroup("llmrobust", "robustness of prompts and models (llmrobust)")
    group.addoption(
        "--llm",
        action="append",
        metavar="SPEC",
        help="model that suites run against: tiny (bundled, the default), http://HOST:PORT/v1[#MODEL] (A,B for "
        "replicas of one model), servers:FILE (replicas that come and go), vllm:PATH (a server for this session), "
        "vllm-offline:PATH (vLLM in this process), hf:PATH_OR_NAME (transformers). Repeat it to compare models; "
        "NAME=SPEC names one. Else the environment variable LLMROBUST_LLM, else the ini option llm.",
    )
    group.addoption("--robust-json", metavar="FILE", help="write the whole run, case by case, to FILE as JSON")
    group.addoption(
        "--robust-parquet", metavar="FILE", help="write the whole run to FILE as Parquet, a row for each case"
    )
    group.addoption("--robust-html", metavar="FILE", help="write the run to FILE as a page with charts and every case")
    group.addoption("--robust-markdown", metavar="FILE", help="write the run to FILE as a pull request comment")
    group.addoption(
        "--robust-markdown-key",
        type=_comment_key,
        metavar="KEY",
        help="KEY for the comment's hidden first line, where several jobs comment on one pull request",
    )
    group.addoption("--robust-sarif", metavar="FILE", help="write failures to FILE as SARIF 2.1.0")
    group.addoption(
        "--robust-report",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="write the run to FILE in the report format NAME, which may be one of your own; repeatable",
    )
    group.addoption(
        "--robust-github",
        action="store_true",
        help="in GitHub Actions: add the run to the job summary and annotate the lines of gates and prompts",
    )
    group.addoption(
        "--robust-store",
        metavar="FILE",
        help="reply store (default: .llmrobust/replies.sqlite below the root folder); an unchanged run sends nothing",
    )
    group.addoption(
        "--robust-baselines",
        metavar="DIR",
        help="folder of the baselines that gates compare with (default: `baselines` beside each suite)",
    )
    group.addoption(
        "--robust-prices",
        metavar="FILE",
        help="YAML file with prices of a million tokens by model, so that the run's cost is shown in money too",
    )
    group.addoption("--robust-fresh", action="store_true", help="send every prompt again; replies are not stored")
    group.addoption(
        "--robust-trust-store",
        action="store_true",
        help="use stored replies of a server that could not be identified by its answers to probes, as long as its "
        "address and the name of its model are the same",
    )
    group.addoption(
        "--robust-allow-unreviewed",
        action="store_true",
        help="also run generated variants that nobody has reviewed; their names end with .unreviewed, and no gate on "
        "them is evaluated unless the suite sets accept_unreviewed: true",
    )
    group.addoption(
        "--robust-changed-since",
        metavar="REV",
        help="run only suites that changed since HEAD diverged from git revision REV (prompt, data, parameters, "
        "operator versions, gate or model); the others use the reply store and send nothing",
    )
    group.addoption(
        "--robust-max-prompts",
        type=_positive,
        metavar="N",
        help="prompts in flight at each server at the same time (default 512)",
    )
    group.addoption(
        "--robust-sequential",
        action="store_true",
        help="run examples in waves, and stop sending for a gate once its decision is certain",
    )
    group.addoption(
        "--robust-shard",
        type=_shard,
        metavar="K/N",
        help="take only shard K of N, by example (or cluster); `llmrobust merge` decides the gates on the runs of all "
        "shards together",
    )
    group.addoption(
        "--robust-bulk",
        type=_grouping,
        nargs="?",
        const="operator",
        metavar="operator|family",
        help="one pytest item for all cases of each operator (default) or family, for suites of many thousand cases; "
        "gates and exit codes are the same. Give it after the paths",
    )
    group.addoption(
        "--robust-methods",
        metavar="A,B",
        help="compare these ways of answering with the plain prompt, besides those of the suites "
        "(`llmrobust methods --list`)",
    )
    group.addoption(
        "--robust-shrink",
        type=_positive,
        nargs="?",
        const=10,
        metavar="N",
        help="find the smallest edit that still flips the answer, for the first N flips of each suite (default "
        "10); at most 100 prompts each. `llmrobust keep` keeps them as cases of the suite",
    )
    group.addoption(
        "--robust-flips", type=int, default=10, metavar="N", help="flipped cases shown in the summary (default 10)"
    )
    parser.addini("llm", "model that suites run against (see --llm)", type="linelist")
    parser.addini("robust_store", "file of the reply store (see --robust-store)")
    parser.addini("robust_prices", "file of prices (see --robust-prices)")
    parser.addini("robust_baselines", "folder of the baselines that gates compare with (see --robust-baselines)")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and refuse reports and methods that there are not, before anything is sent."""
    for name, why in _NOT_IN_SHARDS.items():
        if config.option.robust_shard and getattr(config.option, f"robust_{name}"):
            raise pytest.UsageError(f"--robust-shard cannot be combined with --robust-{name}: {why}")
    if config.option.robust_parquet:
        from llmrobust.errors import ReportError
        from llmrobust.results.parquet_file import load_pyarrow

        try:
            load_pyarrow()
        except ReportError as error:
            raise pytest.UsageError(f"--robust-parquet: {error}") from None
    if config.option.robust_report or config.option.robust_methods or _names_prices(config):
        from llmrobust.plugin.settings import Settings

        Settings.of(config)
    config.addinivalue_line(
        "markers",
        "robust(suite, family, operator, variant, example): a case or gate of a robustness suite; "
        "select with -m \"robust(family='typo')\"",
    )
    config.addinivalue_line(
        "markers", "robust_suite(path): set by @llmrobust.suite; runs the test once per case, passed as `case`"
    )


def _names_prices(config: pytest.Config) -> bool:
    return bool(config.option.robust_prices or config.getini("robust_prices"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the revision that suites are compared with, before anything else is done."""
    if session.config.option.robust_changed_since is not None:
        from llmrobust.plugin.changed_since import open_history

        open_history(session.config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.robust.yaml` files."""
    if file_path.name.endswith(SUITE_SUFFIXES):
        from llmrobust.plugin.suite_file import SuiteFile

        return SuiteFile.from_parent(parent, path=file_path)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize functions decorated with `@llmrobust.suite`."""
    marker = metafunc.definition.get_closest_marker("robust_suite")
    if marker is not None:
        from llmrobust.plugin.decorator import parametrize

        parametrize(metafunc, marker)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Connect an xdist worker to the engine that all workers share."""
    from llmrobust.plugin.xdist import Controller

    Controller.of(node.config).connect(node)
