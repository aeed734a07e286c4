"""Whether the ini file names another model than it did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.config.findpaths import load_config_dict_from_file

from llmrobust.changes import ChangesError, History
from llmrobust.errors import without_credentials


def model_change(inipath: Path | None, specs: Sequence[str] | None, history: History) -> str:
    """What to say where the ini option `llm` had another value at the history's commit; empty if it had not.

    specs: the model's specs if they come from the ini file, else None.
    """
    if specs is None or inipath is None or not history.contains(inipath):
        return ""
    try:
        if history.differing([inipath]).get(inipath) not in ("changed", "new"):
            return ""
        folder = inipath.parent.resolve()
        then = _specs(history.then(folder) / inipath.name) if history.existed(inipath) else []
    except (ChangesError, OSError, ValueError, pytest.UsageError, pytest.fail.Exception):
        return f"model: {inipath.name} cannot be read as it was at {history.commit.short}"
    if then == list(specs):
        return ""
    return f"model: {inipath.name} named {without_credentials(' '.join(then)) or 'none'}"


def _specs(path: Path) -> list[str]:
    value = (load_config_dict_from_file(path) or {}).get("llm")
    raw = getattr(value, "value", value)
    return (
        list(raw) if isinstance(raw, list) else [line.strip() for line in str(raw or "").splitlines() if line.strip()]
    )
