"""What git knows of a folder at a commit; nothing of the user's (index, worktrees, hooks, settings) is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from llmrobust.errors import LlmRobustError

MOST_NAMES = 500
"""Files named on one command line of git."""
_NOT_PASSED_ON = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_ATTR_SOURCE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
"""Variables that git sets for its hooks (a run inside of one still means the folder that it runs in), and those that
make it see other files or commits than we name."""
_QUIET = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
}
_SETTINGS = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=true")


class ChangesError(LlmRobustError):
    """Why changes cannot be determined, and what to do about it."""


@dataclass(frozen=True)
class Commit:
    """A commit that the working tree is compared with.

    rev: what the user named. sha: the commit compared with. is_base: whether that is where REV and HEAD parted, which
    a shallow clone may not know.
    """

    rev: str
    sha: str
    is_base: bool

    @property
    def short(self) -> str:
        """Seven digits, as git shows them."""
        return self.sha[:7]


class History:
    """A repository's working tree beside one of its commits.

    Questions about files need a folder beside the repository, made by the first one. `close` deletes it, so whoever
    asks closes as soon as the answers are there: what is killed later, as pytest-xdist kills slow workers, leaves none.
    """

    def __init__(self, top: Path, commit: Commit):
        self.top = top
        self.commit = commit
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._trees: dict[Path, Path] = {}

    @classmethod
    def of(cls, folder: Path, rev: str) -> History:
        """The repository that the folder lies in, and the commit where `rev` and HEAD diverged.

        Raises ChangesError: no git, no repository, no such revision.
        """
        top = _top(folder)
        head = _git(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if head.returncode:
            raise ChangesError(f"the repository {top} has no commit yet; commit first")
        sha = _sha(top, rev)
        base = _git(top, "merge-base", sha, head.stdout.strip())
        if base.returncode:
            return cls(top, Commit(rev, sha, False))
        return cls(top, Commit(rev, base.stdout.split()[0], True))

    @classmethod
    def at(cls, folder: Path, rev: str) -> History:
        """The repository that the folder lies in, and the commit that `rev` names itself. Raises ChangesError."""
        top = _top(folder)
        return cls(top, Commit(rev, _sha(top, rev), False))

    def close(self) -> None:
        """Delete what was checked out; the next question makes it anew."""
        if self._folder is not None:
            self._folder.cleanup()
        self._folder = None
        self._trees.clear()
        self.__dict__.pop("_index", None)

    def differing(self, paths: Iterable[Path]) -> dict[Path, str]:
        """Of these files the ones that are not as at the commit: "changed", "new" or "ignored" (never in git)."""
        inside = {path: name for path in paths if (name := self._name(path)) is not None}
        absent = [path for path, name in inside.items() if name not in self._names]
        ignored = self._ignored([inside[path] for path in absent])
        found = {path: "ignored" if inside[path] in ignored else "new" for path in absent}
        there = {name: path for path, name in inside.items() if path not in found}
        return found | {there[name]: "changed" for name in self._changed(there)}

    def has_other_links(self, folder: Path) -> bool:
        """Whether a name below a folder is, or was, a link whose target changed: files are identified by path, and such
        a link replaces one by another."""
        start, folders = self._prefix(folder), dict[str, bool]()

        def linked(name: str) -> bool:
            if name not in folders:
                above = name.rpartition("/")[0]
                folders[name] = (self.top / name).is_symlink() or (above != "" and linked(above))
            return folders[name]

        suspects = [name for name in self._names if name.startswith(start) and (name in self._links or linked(name))]
        return bool(suspects) and bool(self._changed(suspects))

    def contains(self, path: Path) -> bool:
        """Whether a path lies in the repository's working tree."""
        return self._name(path) is not None

    def existed(self, path: Path) -> bool:
        """Whether the commit has this file."""
        return self._name(path) in self._names

    def files_below(self, folder: Path) -> list[Path]:
        """The commit's files below a folder, as paths of the working tree."""
        start = self._prefix(folder)
        return [self.top / name for name in sorted(self._names) if name.startswith(start)]

    def then(self, root: Path, unchanged: Iterable[Path] = ()) -> Path:
        """A copy of a folder as it was at the commit, made once and deleted by `close`.

        unchanged: files that are the same now; they are copied from the working tree, as git may have only a pointer to
        large ones. Raises ChangesError.
        """
        if root not in self._trees:
            start = self._prefix(root)
            names = [name for name in self._names if name.startswith(start)]
            given = "".join(f"{name}\0" for name in names)
            to = self._index.parent / str(len(self._trees))
            done = _git(self.top, "checkout-index", "-z", "--stdin", f"--prefix={to}/", index=self._index, given=given)
            if done.returncode:
                raise ChangesError(f"the files at {self.commit.short} cannot be read: {_said(done)}")
            self._trees[root] = to / start
            self._trees[root].mkdir(parents=True, exist_ok=True)
        for path in unchanged:
            if path.resolve().is_relative_to(root.resolve()):
                target = self._trees[root] / path.resolve().relative_to(root.resolve())
                if target.is_file() and not target.is_symlink():
                    shutil.copyfile(path, target)
        return self._trees[root]

    @cached_property
    def _index(self) -> Path:
        """An index of the commit's own, so that the user's is neither read nor written."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="llmrobust-then-", ignore_cleanup_errors=True)
        path = Path(self._folder.name, "index")
        done = _git(self.top, "read-tree", self.commit.sha, index=path)
        if done.returncode:
            raise ChangesError(f"the commit {self.commit.short} cannot be read: {_said(done)}")
        return path

    @cached_property
    def _links(self) -> frozenset[str]:
        """The commit's symbolic links."""
        rows = (row.partition("\t") for row in self._listed("ls-files", "-s", "-z"))
        return frozenset(name for facts, _, name in rows if facts.startswith("120000"))

    def _changed(self, names: Collection[str]) -> set[str]:
        """Of these files of the commit, the ones that differ in the working tree or are missing there."""
        found: set[str] = set()
        wanted = sorted(names)
        for start in range(0, len(wanted), MOST_NAMES):
            some = [f":(top,literal){name}" for name in wanted[start : start + MOST_NAMES]]
            found.update(self._listed("diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", "--", *some))
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every file of the commit, relative to the top."""
        return frozenset(self._listed("ls-files", "-z"))

    def _listed(self, *arguments: str) -> list[str]:
        done = _git(self.top, *arguments, index=self._index)
        if done.returncode:
            raise ChangesError(f"git {arguments[0]} failed: {_said(done)}")
        return done.stdout.split("\0")[:-1]

    def _ignored(self, names: Sequence[str]) -> set[str]:
        if not names:
            return set()
        given = "".join(f"{name}\0" for name in names)
        done = _git(self.top, "check-ignore", "-z", "--stdin", given=given)
        return set(done.stdout.split("\0")[:-1])

    def _name(self, path: Path) -> str | None:
        """The path below the top as git writes it; None outside."""
        full = path.resolve()
        return full.relative_to(self.top).as_posix() if full.is_relative_to(self.top) else None

    def _prefix(self, folder: Path) -> str:
        name = self._name(folder)
        return "" if name in (None, ".") else f"{PurePosixPath(str(name))}/"


def _top(folder: Path) -> Path:
    """The top of the working tree that a folder lies in. Raises ChangesError."""
    done = _git(folder, "rev-parse", "--show-toplevel")
    if done.returncode == 0 and done.stdout.strip():
        return Path(done.stdout.removesuffix("\n")).resolve()
    if "must be run in a work tree" in done.stderr:
        raise ChangesError(f"{folder} is a bare repository; run in a clone with a working tree")
    if "not a git repository" in done.stderr:
        raise ChangesError(
            f"{folder} is not in a git repository, so it cannot be compared; run in a clone, or without a revision"
        )
    raise ChangesError(f"git cannot read the repository at {folder}: {_said(done)}")


def _sha(top: Path, rev: str) -> str:
    """The commit that a revision names. Raises ChangesError."""
    if not rev.strip() or rev.startswith("-"):
        raise ChangesError(f'"{rev}" is not a revision; name a branch, a tag or a commit, such as origin/main')
    found = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
    if found.returncode:
        raise ChangesError(_unknown(top, rev))
    return found.stdout.strip()


def _unknown(top: Path, rev: str) -> str:
    """Why a revision is not there, and how to get it."""
    shallow = _git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"
    if not shallow:
        return (
            f'there is no revision "{rev}" in this repository; `git branch --all` and `git tag` list what '
            "there is, `git fetch` gets what is new"
        )
    branch = rev.removeprefix("origin/")
    return (
        f'there is no revision "{rev}" in this shallow clone; fetch it: '
        f"git fetch --depth=1 origin {branch}:refs/remotes/origin/{branch}; with actions/checkout: fetch-depth: 0"
    )


def _git(
    folder: Path, *arguments: str, index: Path | None = None, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run git. Raises ChangesError if git is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON} | _QUIET
    if index is not None:
        environment["GIT_INDEX_FILE"] = str(index)
    try:
        return subprocess.run(
            ["git", *_SETTINGS, "-C", str(folder), *arguments],
            env=environment,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
    except FileNotFoundError:
        raise ChangesError("a revision needs git, which is not installed here") from None


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.removeprefix("fatal: ") for line in done.stderr.splitlines() if line.strip()]
    return lines[0] if lines else f"git ended with {done.returncode}"
