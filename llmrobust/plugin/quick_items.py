"""Cases run by a protocol of their own, where nobody can tell it from pytest's.

For a case whose reply is there, pytest's protocol takes longer than all the rest: three times an item it captures
output, catches log records and looks for exceptions of threads, by some thirty hooks, although waiting for a reply
and judging it prints nothing and has no fixtures. Here a case is set up, run and torn down with one capture, and its
three reports are logged as ever. Where another plugin, or a `conftest.py`, has a hook that such an item would pass
by, it takes the usual way.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from typing import Any, Literal

import pytest

_PASSED_BY = (
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "pytest_runtest_call",
    "pytest_runtest_teardown",
    "pytest_runtest_makereport",
)
"""Hooks that a quick item calls not at all, or not for every phase."""
_INDIFFERENT = ("_pytest.", "llmrobust.", "_hypothesis_pytestplugin", "pytest_asyncio.", "pytest_timeout")
"""What modules begin with whose hooks do nothing for an item that is no function, or are wrapped around it still."""
_INTERACTIVE = ("usepdb", "trace", "setupshow", "setuponly", "setupplan")
"""Options that need pytest's own protocol."""
_MARKER = "robust"
"""The one marker that an item has if nobody gave it more, such as `skip` or `xfail`."""
_CURRENT = "PYTEST_CURRENT_TEST"
"""The environment variable in which pytest names the item that runs."""

Phase = Literal["setup", "call", "teardown"]


def may_be_quick(config: pytest.Config) -> bool:
    """Whether no plugin and no option of this session asks for pytest's own protocol."""
    hooks = (one for name in _PASSED_BY for one in getattr(config.hook, name).get_hookimpls())
    indifferent = all(one.function.__module__.startswith(_INDIFFERENT) for one in hooks)
    return indifferent and not any(config.getoption(name, None) for name in _INTERACTIVE)


def has_own_markers_only(item: pytest.Item) -> bool:
    """Whether nobody marked the item, or what it is in, to be treated otherwise."""
    return all(mark.name == _MARKER for mark in item.iter_markers())


def run_quickly(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Run an item and log its reports, as `pytest_runtest_protocol` does."""
    hook, state = item.ihook, item.session._setupstate
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    os.environ[_CURRENT] = f"{item.nodeid} (setup)".replace("\0", "(null)")
    with _captured(item):
        calls = [_called(item, "setup", lambda: state.setup(item))]
        if calls[0].excinfo is None:
            calls.append(_called(item, "call", item.runtest))
    _log(item, calls)
    following = None if item.session.shouldfail or item.session.shouldstop else nextitem
    stays = following is not None and following.parent is item.parent
    with nullcontext() if stays else _captured(item):
        last = _called(item, "teardown", lambda: state.teardown_exact(following))
    _log(item, [last])
    os.environ.pop(_CURRENT, None)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _captured(item: pytest.Item) -> AbstractContextManager[Any]:
    """What is printed meanwhile, by the engine's thread for example, is kept for the report, or shown with `-s`."""
    manager = item.config.pluginmanager.get_plugin("capturemanager")
    found: AbstractContextManager[Any] = nullcontext() if manager is None else manager.item_capture("setup", item)
    return found


def _called(item: pytest.Item, when: Phase, function: Callable[[], object]) -> pytest.CallInfo[object]:
    return pytest.CallInfo.from_call(function, when, reraise=(pytest.exit.Exception, KeyboardInterrupt))


def _log(item: pytest.Item, calls: list[pytest.CallInfo[object]]) -> None:
    """Log a report of each call. What passed differs from one phase to the next by its name and time alone."""
    passed: pytest.TestReport | None = None
    for call in calls:
        if call.excinfo is not None:
            report = item.ihook.pytest_runtest_makereport(item=item, call=call)
        elif passed is None:
            report = passed = pytest.TestReport.from_item_and_call(item, call)  # type: ignore[arg-type]
        else:
            report = copy(passed)
            report.__dict__.update(when=call.when, start=call.start, stop=call.stop, duration=call.duration)
            report.user_properties = list(item.user_properties)
            report.sections = list(passed.sections)
        item.ihook.pytest_runtest_logreport(report=report)
        if call.excinfo is not None and not isinstance(call.excinfo.value, pytest.skip.Exception):
            item.ihook.pytest_exception_interact(node=item, call=call, report=report)
