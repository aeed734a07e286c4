"""Whether values that were read from a file have the types that their dataclasses declare."""

from __future__ import annotations

import math
import types
from dataclasses import fields
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_PLAIN = frozenset({str, int, float, bool, type(None)})


def typed(value: T) -> T:
    """A dataclass, whose fields of text, numbers and truth values hold what they must, numbers finite.

    Raises TypeError.
    """
    kind: Any = type(value)
    for name, allowed in _plain_fields(kind):
        held = getattr(value, name)
        if type(held) not in allowed or (type(held) is float and not math.isfinite(held)):
            raise TypeError(f"{name} cannot be {held!r:.40}")
    return value


@cache
def _plain_fields(kind: Any) -> tuple[tuple[str, frozenset[Any]], ...]:
    """The fields of a dataclass that hold text, numbers or truth values, each with the types that it may have."""
    hints = get_type_hints(kind)
    found = []
    for one in fields(kind):
        hint = hints[one.name]
        parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
        allowed = frozenset(str if get_origin(part) is Literal else part for part in parts)
        found.append((one.name, allowed | {int} if float in allowed else allowed))
    return tuple((name, allowed) for name, allowed in found if allowed <= _PLAIN)
