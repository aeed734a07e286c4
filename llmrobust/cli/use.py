"""Wrong use of the command line: what no command can work with."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from llmrobust.errors import LlmRobustError


class WrongUse(LlmRobustError):
    """Arguments that make no sense, or a file that is not there: shown as it is, exit code 2."""


def readable_file(path: Path, what: str = "a file") -> Path:
    """The path, if a file can be read there. Raises WrongUse.

    what: the kind of file that was wanted, with its article, such as "a suite file".
    """
    if not path.exists():
        raise WrongUse(f"{path}: there is no such file")
    if path.is_dir():
        raise WrongUse(f"{path}: is a folder, {what} was wanted")
    if not os.access(path, os.R_OK):
        raise WrongUse(f"{path}: may not be read")
    return path


@contextlib.contextmanager
def of_no_use() -> Iterator[None]:
    """Within, whatever cannot be read or asked is wrong use: for commands whose exit code 1 is a verdict."""
    try:
        yield
    except WrongUse:
        raise
    except LlmRobustError as error:
        raise WrongUse(str(error)) from None
