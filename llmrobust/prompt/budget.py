"""Bounds on what a template may do: a loop without end is a mistake of the template, not a hanging run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.exceptions import SecurityError

MAX_STEPS = 200_000
"""Turns of all loops of one rendering together."""
MAX_CHARACTERS = 2_000_000
"""Characters of one rendered message, and of a text or list that a template makes by repeating another."""
COUNTED = "counted "
"""The filter that counts a loop's turns. No template can spell it."""
T = TypeVar("T")


class Budget:
    """What is left of one rendering's turns."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def renew(self) -> None:
        """Begin a rendering."""
        self._left = MAX_STEPS

    def counted(self, items: Iterable[T]) -> Iterator[T]:
        """The items, as long as turns are left. Raises SecurityError."""
        for item in items:
            self._left -= 1
            if self._left < 0:
                raise SecurityError(f"its loops take more than {MAX_STEPS:,} turns")
            yield item


def count_loops(tree: nodes.Template) -> None:
    """Count the turns of every loop of a tree, in place. A loop keeps its length: a list is counted as a list."""
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.iter.lineno)


class Counted:
    """Items whose iteration is counted, with the length of what they come from."""

    def __init__(self, items: Any, budget: Budget):
        self._items = items
        self._budget = budget

    def __iter__(self) -> Iterator[Any]:
        return self._budget.counted(self._items)

    def __len__(self) -> int:
        return len(self._items)


def repeated(left: Any, right: Any) -> Any:
    """`left * right` of a template. Raises SecurityError where that repeats a text or list beyond all prompts."""
    for one, times in ((left, right), (right, left)):
        is_repeated = isinstance(one, str | bytes | list | tuple) and isinstance(times, int)
        if is_repeated and len(one) * times > MAX_CHARACTERS:
            raise SecurityError(f"it repeats something to more than {MAX_CHARACTERS:,} items")
    return left * right
