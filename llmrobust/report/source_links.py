"""Where the files of a run are in their repository."""

from __future__ import annotations

import os
from pathlib import Path

from llmrobust.report.problems import Places

WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")
"""Environment variables of GitHub, GitLab and Azure with the path of the checkout."""


def repository_places(base: Path) -> Places:
    """From a path of a run to one relative to the repository, or an absolute one if it is elsewhere.

    base: what the paths of the run are relative to. Without a repository around it, they stay relative to it.
    """
    base = base.resolve()
    root = repository_root(base)

    def place(path: str) -> str:
        whole = Path(os.path.normpath(base / path))
        return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()

    return place


def repository_root(base: Path) -> Path:
    """The folder that the CI system checked out, or the next one up that git made; else the folder itself."""
    named = [Path(os.environ[name]).resolve() for name in WORKSPACES if os.environ.get(name)]
    around = [folder for folder in named if base.is_relative_to(folder)]
    made = [folder for folder in (base, *base.parents) if (folder / ".git").exists()]
    return next(iter([*around, *made]), base)
