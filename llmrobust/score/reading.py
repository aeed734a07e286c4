"""What reading a text gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer in canonical form, or None and the reason why there is none."""

    answer: str | None
    reason: str = ""
