"""Wrong use of the command line: what no command can work with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from llmrobust.errors import LlmRobustError, WrongUse


@contextlib.contextmanager
def of_no_use() -> Iterator[None]:
    """Within, whatever cannot be read or asked is wrong use: for commands whose exit code 1 is a verdict."""
    try:
        yield
    except WrongUse:
        raise
    except LlmRobustError as error:
        raise WrongUse(str(error)) from None
