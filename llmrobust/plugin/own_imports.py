"""Modules of this package are imported as Python does it, without a look at their assertions.

pytest rewrites the assertions of every module of a plugin's distribution. Ours have none that a test run shows, and
without a cache of rewritten modules (a fresh CI job, each of its xdist workers) that costs seconds at the start.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

PREFIX = __name__.partition(".")[0] + "."


class OwnModules:
    """A finder of this package's modules, asked before pytest's own."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module as Python finds it; None for those of others."""
        return PathFinder.find_spec(name, path, target) if name.startswith(PREFIX) else None


def import_as_python_does() -> None:
    """Ask `OwnModules` first, from now on in this process."""
    if OwnModules not in sys.meta_path:
        sys.meta_path.insert(0, OwnModules)
