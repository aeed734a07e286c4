"""Notices saved files by looking at a known list of them, several times a second.

Why not by the system's notifications: `docs/decisions/0047-watched-files-are-looked-at.md`.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from llmrobust.plugin import SUITE_SUFFIXES

Stamp = tuple[int, int, int]
"""Time of the last change in nanoseconds, size, and inode: an editor that replaces the file changes one of them."""
Stamps = Mapping[Path, Stamp | None]
"""None for a file that is not there."""

GONE_S = 0.5
"""A file that disappears counts as changed after this time: editors that save by renaming remove it for a moment."""
SCAN_S = 0.3
MOST = 5000
"""Files below a folder that are looked at."""
_IGNORED = {"__pycache__", "node_modules", "venv", "site-packages"}


def stamp_of(path: Path) -> Stamp | None:
    """What tells whether a file was saved; None if it cannot be looked at."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Watched:
    """Files to be looked at. A change is told once it has settled: two looks in a row find the same."""

    def __init__(self, files: Iterable[Path] = ()):
        self._seen: dict[Path, Stamp | None] = {}
        self._last: dict[Path, Stamp | None] = {}
        self._gone_at: dict[Path, float] = {}
        self.watch(files)

    def watch(self, files: Iterable[Path]) -> None:
        """Look at these files and no others. Those that were looked at before are compared with what was seen then."""
        self._seen = {path: self._seen[path] if path in self._seen else stamp_of(path) for path in dict.fromkeys(files)}
        self._last = dict(self._seen)

    def add(self, files: Iterable[Path]) -> None:
        """Look at these files too; those that were not looked at before are new, and so have changed."""
        for path in files:
            if path not in self._seen:
                self._seen[path] = self._last[path] = None

    def changed(self, now_s: float) -> list[Path]:
        """The files that changed since they were last told, once they have settled. now_s: the time of this look."""
        now = {path: stamp_of(path) for path in self._seen}
        settled = now == self._last
        self._last = now
        found = [path for path, stamp in now.items() if stamp != self._seen[path]]
        gone = {path for path in found if now[path] is None}
        self._gone_at = {path: self._gone_at.get(path, now_s) for path in gone}
        if not settled or any(now_s - self._gone_at[path] < GONE_S for path in gone):
            return []
        self._seen = now
        return found


class Pace:
    """Says when to look through folders again: every `SCAN_S`, and less often where that takes long."""

    def __init__(self) -> None:
        self._next = 0.0

    def is_due(self) -> bool:
        """Whether it is time to look."""
        return time.monotonic() >= self._next

    def looked(self, began_s: float) -> None:
        """Note a look that began then."""
        now = time.monotonic()
        self._next = now + max(SCAN_S, 10 * (now - began_s))


def suites_below(paths: Iterable[Path]) -> list[Path]:
    """The suite files among these paths and below those that are folders, in their order."""
    found: list[Path] = []
    for path in paths:
        below = (
            sorted(one for one in files_below(path) if one.name.endswith(SUITE_SUFFIXES)) if path.is_dir() else [path]
        )
        found += below
    return list(dict.fromkeys(one.resolve() for one in found))


def files_below(folder: Path) -> Iterator[Path]:
    """The first `MOST` files below a folder, without hidden ones and those of environments and caches."""
    count = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _IGNORED and not Path(here, name, "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            if not name.startswith("."):
                count += 1
                if count > MOST:
                    return
                yield Path(here, name)


def code_files(root: Path, suites: Iterable[Path]) -> list[Path]:
    """Files whose change needs a new process: every conftest.py that there is or might be, pytest's settings, and the
    project's modules that were imported."""
    folders = {root, *(one for suite in suites for one in suite.parents if one.is_relative_to(root))}
    found = [folder / "conftest.py" for folder in sorted(folders)]
    found += [root / name for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")]
    installed = [Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own = Path(__file__).resolve().parent.parent
    for module in list(sys.modules.values()):
        name = getattr(module, "__file__", None)
        path = Path(name) if isinstance(name, str) else None
        if (
            path is not None
            and path.suffix == ".py"
            and path.is_relative_to(root)
            and not any(path.is_relative_to(folder) for folder in (*installed, own))
        ):
            found.append(path)
    return list(dict.fromkeys(found))
