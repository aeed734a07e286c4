"""Bounds on what a template may do: a loop without end is a mistake of the template, not a hanging run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

MAX_STEPS = 200_000
"""Turns of all loops and calls of one rendering together."""
MAX_CHARACTERS = 2_000_000
"""Characters of one rendered message, and of a text or list that a template makes by repeating another."""
COUNTED = "counted "
"""The filter that counts a loop's turns. No template can spell it."""
JOINED = "joined "
"""The filter that does what `~` does, within bounds."""
_WIDTH = re.compile(r"%[^a-zA-Z%]*(?:\d{7}|\*)|:[^{}]*\d{7}")
"""In a format: a width or precision of seven digits and more, or one that comes from outside."""
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
            self.spend()
            yield item

    def spend(self) -> None:
        """Take one turn or call. Raises SecurityError when none is left."""
        self._left -= 1
        if self._left < 0:
            raise SecurityError(f"its loops and calls exceed {MAX_STEPS:,} steps")


class _Joins(NodeTransformer):
    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, JOINED, [], [], None, None, lineno=node.lineno)


def bound(tree: nodes.Template) -> None:
    """Count the turns of every loop of a tree and bound what `~` joins, in place.

    A loop keeps its length: a list is counted as a list.
    """
    _Joins().visit(tree)
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


def joined(parts: Iterable[Any]) -> str:
    """What `~` makes of its parts. Raises SecurityError for a text beyond all prompts."""
    texts = [str(part) for part in parts]
    if sum(map(len, texts)) > MAX_CHARACTERS:
        raise SecurityError(f"it joins more than {MAX_CHARACTERS:,} characters")
    return "".join(texts)


def refuse_widths(*given: Any) -> None:
    """Raises SecurityError where a width, a count or a format asks for a text beyond all prompts."""
    for one in given:
        is_width = isinstance(one, int) and one > MAX_CHARACTERS
        if is_width or (isinstance(one, str) and _WIDTH.search(one)):
            raise SecurityError(f"it pads a text to more than {MAX_CHARACTERS:,} characters")


def repeated(left: Any, right: Any) -> Any:
    """`left * right` of a template. Raises SecurityError where that repeats a text or list beyond all prompts."""
    for one, times in ((left, right), (right, left)):
        is_repeated = isinstance(one, str | bytes | list | tuple) and isinstance(times, int)
        if is_repeated and len(one) * times > MAX_CHARACTERS:
            raise SecurityError(f"it repeats something to more than {MAX_CHARACTERS:,} items")
    return left * right
