"""What is certain of a session before its collection is over."""

from __future__ import annotations

import pytest

_SHOWING = ("collectonly", "showfixtures", "show_fixtures_per_test")
"""Options with which pytest collects, and runs nothing."""
_NARROWING = (
    *_SHOWING,
    "keyword",
    "markexpr",
    "deselect",
    "lf",
    "failedfirst",
    "stepwise",
    "robust_changed_since",
    "robust_shard",
)
"""Options that may leave out something, or all, of what is collected."""
_KEEPING = ("_pytest.", "llmrobust.", "_hypothesis_pytestplugin")
"""What modules begin with whose hooks leave nothing out without such an option."""


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a worker of pytest-xdist, which asks nothing itself and runs what it is told to."""
    return hasattr(config, "workerinput")


def asks_all(config: pytest.Config) -> bool:
    """Whether every case that is collected here will be asked: nothing is left out by an option, a node id or another
    plugin. Never in a worker, which asks nothing itself."""
    narrowed = any(config.getoption(name, None) for name in _NARROWING) or any("::" in one for one in config.args)
    hooks = config.hook.pytest_collection_modifyitems.get_hookimpls()
    kept = all(one.function.__module__.startswith(_KEEPING) for one in hooks)
    return kept and not narrowed and not is_worker(config)


def runs_nothing(session: pytest.Session) -> bool:
    """Whether no item will run once the collection is over: it was all that was asked for, or it failed."""
    option = session.config.option
    if any(getattr(option, name) for name in _SHOWING):
        return True
    failed = session.testsfailed and not option.continue_on_collection_errors
    return not is_worker(session.config) and bool(failed or session.shouldfail or session.shouldstop)
