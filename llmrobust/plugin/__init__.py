"""The pytest plugin: options, collection of suite files, and the hooks that the rest hangs on.

This module is imported in every pytest run of an environment that has llmrobust installed, so it imports nothing
beyond pytest itself; all else is loaded when the first suite is collected. Without a suite it does nothing.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from llmrobust.changes import History
    from llmrobust.errors import Diagnostic
    from llmrobust.plugin.session import Runtime
    from llmrobust.plugin.summary import Summary
    from llmrobust.plugin.xdist import Controller

SUITE_SUFFIXES = (".robust.yaml", ".robust.yml")
STATUS = "llmrobust.status"
"""Name of the item property that carries a case's status."""
STATUS_LETTERS = {"flipped": "f", "wrong": "w", "unparsed": "u", "truncated": "t", "stuck": "k"}

runtime_key: pytest.StashKey[Runtime] = pytest.StashKey()
summary_key: pytest.StashKey[Summary] = pytest.StashKey()
history_key: pytest.StashKey[History] = pytest.StashKey()
mistakes_key: pytest.StashKey[list[Diagnostic]] = pytest.StashKey()
controller_key: pytest.StashKey[Controller] = pytest.StashKey()


def _positive(text: str) -> int:
    """An option's value that must be a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)


def _comment_key(text: str) -> str:
    """A key that may stand in a comment's marker."""
    from llmrobust.report.markdown_blocks import marker

    try:
        marker(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line options and their ini and environment twins."""
    group = parser.getgroup("llmrobust", "robustness of prompts and models (llmrobust)")
    group.addoption(
        "--llm",
        action="append",
        metavar="SPEC",
        help="model that suites run against: tiny (bundled, the default), http://HOST:PORT/v1[#MODEL] (repeat it for "
        "replicas), vllm:PATH (a server for this session), vllm-offline:PATH (vLLM in this process), hf:PATH_OR_NAME "
        "(transformers). Else the environment variable LLMROBUST_LLM, else the ini option llm.",
    )
    group.addoption("--robust-json", metavar="FILE", help="write the whole run, case by case, to FILE as JSON")
    group.addoption("--robust-html", metavar="FILE", help="write the run to FILE as a page with charts and every case")
    group.addoption("--robust-markdown", metavar="FILE", help="write the run to FILE as a comment on a pull request")
    group.addoption(
        "--robust-markdown-key",
        type=_comment_key,
        metavar="KEY",
        help="put KEY into the hidden first line of the comment, where several jobs comment on one pull request",
    )
    group.addoption("--robust-sarif", metavar="FILE", help="write what does not pass to FILE as SARIF 2.1.0")
    group.addoption(
        "--robust-github",
        action="store_true",
        help="in GitHub Actions: add the run to the job's summary, and annotate the lines of gates and prompts",
    )
    group.addoption(
        "--robust-store",
        metavar="FILE",
        help="keep replies in FILE (default: .llmrobust/replies.sqlite below the root folder); a run with nothing "
        "changed then sends nothing",
    )
    group.addoption(
        "--robust-baselines",
        metavar="DIR",
        help="folder of the baselines that gates compare with (default: `baselines` beside each suite)",
    )
    group.addoption("--robust-fresh", action="store_true", help="ask everything again; replies are not kept")
    group.addoption(
        "--robust-trust-store",
        action="store_true",
        help="use stored replies of a server that could not be identified by its answers to probes, as long as its "
        "address and the name of its model are the same",
    )
    group.addoption(
        "--robust-changed-since",
        metavar="REV",
        help="ask only the suites that changed since git revision REV and HEAD parted (prompt, data, parameters, "
        "operator versions, gate or model); the others are answered from the reply store and never sent",
    )
    group.addoption(
        "--robust-max-prompts", type=_positive, metavar="N", help="prompts in flight at the same time (default 512)"
    )
    group.addoption(
        "--robust-sequential",
        action="store_true",
        help="ask the examples of a suite in waves, and no more for a gate once its decision is certain",
    )
    group.addoption(
        "--robust-flips", type=int, default=10, metavar="N", help="flipped cases shown in the summary (default 10)"
    )
    parser.addini("llm", "model that suites run against (see --llm)", type="linelist")
    parser.addini("robust_store", "file that replies are kept in (see --robust-store)")
    parser.addini("robust_baselines", "folder of the baselines that gates compare with (see --robust-baselines)")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line(
        "markers",
        "robust(suite, family, operator, variant, example): a case or gate of a robustness suite; "
        "select with -m \"robust(family='typo')\"",
    )
    config.addinivalue_line(
        "markers", "robust_suite(path): set by @llmrobust.suite; gives the test one `case` argument a case"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the revision that suites are compared with, before anything else is done."""
    if session.config.option.robust_changed_since is not None:
        from llmrobust.plugin.changed_since import open_history

        session.config.stash[history_key] = open_history(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engine and whatever server it started."""
    runtime = config.stash.get(runtime_key, None)
    if runtime is not None:
        runtime.close()
    controller = config.stash.get(controller_key, None)
    if controller is not None:
        controller.close()


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Start asking for everything that was selected, in the background."""
    runtime = session.config.stash.get(runtime_key, None)
    if runtime is not None:
        runtime.select(session.items)
        if not session.config.option.collectonly:
            runtime.start()


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say what takes long before the first answer can come."""
    runtime = config.stash.get(runtime_key, None)
    if runtime is None:
        return []
    return runtime.changed_lines() + ([] if config.option.collectonly else runtime.settings.notices())


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, Any] | None:
    """Letters and words of our own for cases that neither pass nor fail by themselves."""
    if report.when != "call" or not report.passed:
        return None
    for name, value in getattr(report, "user_properties", ()):
        if name == STATUS:
            letter = STATUS_LETTERS.get(str(value))
            return None if letter is None else (str(value), letter, (str(value).upper(), {"yellow": True}))
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Sum up the run and write the files that were asked for; an xdist worker hands its result to the controller."""
    config = session.config
    runtime = config.stash.get(runtime_key, None)
    if runtime is not None and runtime.is_worker:
        runtime.hand_over_result()
        return
    source = config.stash.get(controller_key, None) or runtime
    result = source.result() if source is not None else None
    if result is not None:
        from llmrobust.plugin.summary import Summary

        summary = config.stash[summary_key] = Summary(config, result)
        if not summary.write_files():
            session.exitstatus = max(session.exitstatus, pytest.ExitCode.TESTS_FAILED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show metrics, flipped cases, gates, and which files were written."""
    summary = config.stash.get(summary_key, None)
    if summary is not None:
        summary.show(terminalreporter)
    mistakes = config.stash.get(mistakes_key, [])
    if mistakes and config.option.robust_github:
        from llmrobust.plugin.summary import GitHubStep

        for line in GitHubStep(config.rootpath).mistakes(mistakes):
            terminalreporter.line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the engine is that all workers share."""
    from llmrobust.plugin.xdist import Controller

    config = node.config
    if controller_key not in config.stash:
        config.stash[controller_key] = Controller(config)
    node.workerinput["llmrobust"] = config.stash[controller_key].address


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take the result that a finished xdist worker hands over."""
    output = getattr(node, "workeroutput", None) or {}
    if "llmrobust" in output:
        node.config.stash[controller_key].take_result(output["llmrobust"])
