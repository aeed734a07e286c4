"""Types of values that several JSON forms share."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Short = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
"""A short digest."""
NAME = Field(strict=False)
"""Members of an enumeration are written by their names."""
LIST = Field(strict=False)
"""Tuples are written as lists."""
STRICT = ConfigDict(strict=True)
"""Nothing is converted: "yes" is not a truth value, nor 1.5 a count."""
