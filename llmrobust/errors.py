"""One hierarchy of errors, and the diagnostic that every user mistake is shown as."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

WIDEST = 160
"""Characters of an offending line that are shown."""
_CREDENTIALS = re.compile(
    r"(?<=//)(?!\.\.\.@)(?:[^/?#\s]*|[^\s/:]*:\S*)@|(?<=[?&])(?:[\w-]*[_-])?(?:api[_-]?key|key|token|password|secret)=[^&#\s\"']*",
    re.IGNORECASE,
)


def without_credentials(text: str) -> str:
    """The text without user names, passwords and keys in its addresses."""
    return _CREDENTIALS.sub("", text)


class LlmRobustError(Exception):
    """Base of every error that llmrobust raises on purpose."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: 1-based line and column; `length` characters are underlined from there."""

    path: Path
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is wrong, where, and what to do about it.

    `source_line` is the offending line's text (without its newline); empty if there is nothing to show.
    """

    message: str
    location: Location
    hint: str = ""
    source_line: str = ""

    def render(self, relative_to: Path | None = None) -> str:
        """The diagnostic as `file:line:column: message`, the line with a caret, and the hint."""
        path = self.location.path
        if relative_to is not None and path.is_relative_to(relative_to):
            path = path.relative_to(relative_to)
        lines = [f"{path}:{self.location.line}:{self.location.column}: {self.message}"]
        if self.source_line:
            number = f"{self.location.line:5d} | "
            shown, column = self._window()
            lead = shown[: column - 1]
            pad = "".join("\t" if character == "\t" else " " for character in lead)
            room = max(1, len(shown) - len(lead))
            lines.append(f"{number}{shown}")
            lines.append(" " * len(number) + pad + "^" * max(1, min(self.location.length, room)))
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)

    def _window(self) -> tuple[str, int]:
        """The part of the line that is shown, and the column in it: data lines can be of any length."""
        start = max(0, self.location.column - 1 - WIDEST // 2) if len(self.source_line) > WIDEST else 0
        before, after = "..." if start else "", "..." if start + WIDEST < len(self.source_line) else ""
        shown = self.source_line[start : start + WIDEST]
        return f"{before}{shown}{after}", self.location.column - start + len(before)


class SuiteError(LlmRobustError):
    """A suite file that cannot be used; carries every problem found in it, in file order."""

    def __init__(self, diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]):
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: (str(d.location.path), d.location.line)))
        super().__init__(self.render())

    def render(self, relative_to: Path | None = None) -> str:
        """All diagnostics, one after the other."""
        return "\n\n".join(diagnostic.render(relative_to) for diagnostic in self.diagnostics)


class DataAbsent(SuiteError):
    """A suite whose data is not on this machine, and which says `absent: skip`: no mistake, but nothing to run."""


class ModelError(LlmRobustError):
    """A model cannot be used: wrong spec, failed start, missing dependency, server gone.

    What is secret in the addresses that its message names is left out.
    """

    def __init__(self, *parts: str):
        super().__init__(*map(without_credentials, parts))


class ServerGone(ModelError):
    """The server that answered the requests no longer does; nothing further is sent to it."""

    def __init__(self, message: str, log_tail: str = ""):
        super().__init__(message, log_tail)
        self.message, self.log_tail = map(without_credentials, (message, log_tail))

    def __str__(self) -> str:
        return f"{self.message}\n{self.log_tail}".rstrip()


class ReportError(LlmRobustError):
    """A stored run that cannot be read. kind: "unreadable", "format" for an unknown version, or "other-suite" if it
    lacks the wanted suite."""

    def __init__(self, message: str, kind: Literal["unreadable", "format", "other-suite"] = "unreadable"):
        super().__init__(message)
        self.kind = kind


class GateError(LlmRobustError):
    """A gate that cannot be evaluated."""


class CheckError(LlmRobustError):
    """A check whose name is taken or unknown, or that cannot be loaded."""


class OperatorError(LlmRobustError):
    """An operator broke its contract, or was given something that it cannot work with."""


class MethodError(LlmRobustError):
    """A method whose name is taken or unknown, or that cannot be loaded or used."""


class WrongUse(LlmRobustError):
    """Arguments that make no sense, or a file that is not there: shown as it is, exit code 2."""


def readable_file(path: Path, what: str = "a file") -> Path:
    """The path, if a file can be read there. Raises WrongUse.

    what: the kind of file that was wanted, with its article, such as "a suite file".
    """
    if not path.exists():
        raise WrongUse(f"{path}: no such file")
    if path.is_dir():
        raise WrongUse(f"{path}: is a folder; expected {what}")
    if not os.access(path, os.R_OK):
        raise WrongUse(f"{path}: permission denied")
    return path
