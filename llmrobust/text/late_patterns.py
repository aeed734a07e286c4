"""Regular expressions that are compiled when they are first used.

Python takes up to some milliseconds for one. The wordings that answers are read by are over a hundred, and a run uses
those of its own check only.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`."""
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    def __init__(self, pattern: str, flags: int):
        self._asked = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._asked)

    def __getattr__(self, name: str) -> Any:
        """What the compiled pattern has of that name; found at once from then on."""
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found
