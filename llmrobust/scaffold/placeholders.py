"""Rows in place of data: a value of the right shape for every variable, as the templates use it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

PLACEHOLDER = "REPLACE ME"
MANY = 4
"""Items of a list that a template takes one from by a computed number."""
_OF_LISTS = frozenset(
    "join first last random choice choices labels sum max min sort batch slice map select reject".split()
)
_OF_TEXTS = frozenset("upper lower trim title capitalize wordcount truncate replace striptags escape e indent".split())
_TEXT_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))
_LIST_METHODS = frozenset(("append", "extend", "insert", "pop", "copy", "sort", "reverse"))
_MAPPING_METHODS = frozenset(("items", "keys", "values", "get"))
_TAGS = ("instruction", "context", "choices", "example", "protect")


@dataclass(slots=True)
class Shape:
    """How a value is used: as a list of something, as a mapping with parts, as a number, as one of some constants."""

    item: Shape | None = None
    parts: dict[str, Shape] = field(default_factory=dict)
    is_number: bool = False
    is_text: bool = False
    constants: list[Any] = field(default_factory=list)
    length: int = 2

    def value(self, said: str) -> Any:
        """A value of this shape that says `said` where it is a text."""
        if self.parts and not self.is_text:
            return {name: part.value(said) for name, part in self.parts.items()}
        if self.item is not None and not self.is_text:
            return [self.item.value(said if number == 0 else f"{said} Another.") for number in range(self.length)]
        if self.constants:
            return self.constants[0]
        return 1 if self.is_number else said


def placeholder_rows(templates: Sequence[str], variables: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Two rows with a value for every variable, in the shape in which the templates use it."""
    shapes = shapes_of(templates)
    rows = []
    for number, word in enumerate(("first", "second"), 1):
        values = {name: shapes.get(name, Shape()).value(f"{PLACEHOLDER}: {word} {name}.") for name in variables}
        rows.append({"id": f"replace-me-{number}", **values})
    return tuple(rows)


def shapes_of(templates: Sequence[str]) -> dict[str, Shape]:
    """The shape of every name that the templates use; nothing from a template that cannot be read."""
    shapes: dict[str, Shape] = {}
    for template in templates:
        environment = ImmutableSandboxedEnvironment(extensions=[])
        try:
            tree = environment.parse(_without_tags(template))
        except jinja2.TemplateSyntaxError:
            continue
        _read(tree, _Names(shapes))
    return shapes


def _without_tags(template: str) -> str:
    """The template without the tags that Jinja2 itself does not know."""
    return re.sub(rf"\{{%-?\s*(?:end)?(?:{'|'.join(_TAGS)})\s*-?%\}}", "", template)


@dataclass(slots=True)
class _Names:
    """The shapes of names, those that a loop or `set` gives values to among them."""

    shapes: dict[str, Shape]
    own: dict[str, Shape] = field(default_factory=dict)

    def of(self, node: nodes.Node) -> Shape | None:
        """The shape that an expression's value has, if it comes from a name."""
        if isinstance(node, nodes.Name):
            return self.own[node.name] if node.name in self.own else self.shapes.setdefault(node.name, Shape())
        if isinstance(node, nodes.Getattr):
            return self._part(node.node, node.attr)
        if isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self._part(node.node, node.arg.value)
            base = self.of(node.node)
            if base is None:
                return None
            base.item = base.item or Shape()
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int):
                base.length = max(base.length, node.arg.value + 1)
            elif not isinstance(node.arg, nodes.Const | nodes.Slice):
                base.length = max(base.length, MANY)
            return base if isinstance(node.arg, nodes.Slice) else base.item
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in _OF_TEXTS | {"safe", "string"}:
            return self.of(node.node)
        return None

    def _part(self, base: nodes.Node, name: str) -> Shape | None:
        shape = self.of(base)
        return None if shape is None else shape.parts.setdefault(name, Shape())


def _read(node: nodes.Node, names: _Names) -> None:
    if isinstance(node, nodes.For):
        _loop(node, names)
        return
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        names.own[node.target.name] = names.of(node.node) or Shape()
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        _method(node, node.node, names)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range":
        for given in node.args:
            _number(given, names)
    if isinstance(node, nodes.Filter) and node.node is not None:
        shape = names.of(node.node)
        if shape is not None and node.name in _OF_LISTS:
            shape.item = shape.item or Shape()
        elif shape is not None and node.name in _OF_TEXTS:
            shape.is_text = True
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const | nodes.Slice):
        _index(node, names)
    if isinstance(node, nodes.Compare):
        for operand in node.ops:
            _compared(node.expr, operand, names)
    if isinstance(node, nodes.Add | nodes.Sub | nodes.Mul | nodes.Div | nodes.FloorDiv | nodes.Mod):
        others = (node.left, node.right)
        if any(isinstance(one, nodes.Const) and isinstance(one.value, int | float) for one in others):
            for one in others:
                _number(one, names)
    if isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Name):
        names.of(node)
    for child in node.iter_child_nodes():
        _read(child, names)


def _loop(node: nodes.For, names: _Names) -> None:
    over: nodes.Node = node.iter
    pairs = False
    if isinstance(over, nodes.Call) and isinstance(over.node, nodes.Getattr) and over.node.attr in _MAPPING_METHODS:
        pairs, over = True, over.node.node
    shape = names.of(over)
    targets = list(node.target.find_all(nodes.Name)) if isinstance(node.target, nodes.Tuple) else [node.target]
    before = dict(names.own)
    if shape is not None and pairs:
        names.own |= {one.name: Shape() for one in targets if isinstance(one, nodes.Name)}
        shape.parts.setdefault("name", Shape())
    elif shape is not None:
        shape.item = shape.item or Shape()
        for position, one in enumerate(targets):
            if isinstance(one, nodes.Name):
                names.own[one.name] = shape.item if len(targets) == 1 else _at(shape.item, position, len(targets))
    else:
        names.own |= {one.name: Shape() for one in targets if isinstance(one, nodes.Name)}
        _read(over, names)
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        _read(child, names)
    names.own = before


def _at(shape: Shape, position: int, count: int) -> Shape:
    """The shape at a place of a tuple that a loop takes apart."""
    shape.item = shape.item or Shape()
    shape.length = count
    return shape.item


def _method(node: nodes.Call, called: nodes.Getattr, names: _Names) -> None:
    """`ctx.lower()` is a method of a text, `d.items()` of a mapping; another name is a part that is called."""
    shape = names.of(called.node)
    if shape is not None:
        if called.attr in _MAPPING_METHODS:
            shape.parts.setdefault("name", Shape())
        elif called.attr in _LIST_METHODS and called.attr not in _TEXT_METHODS:
            shape.item = shape.item or Shape()
        elif called.attr in _TEXT_METHODS:
            shape.is_text = True
    _read(called.node, names)
    for given in node.args:
        _read(given, names)
        inner = names.of(given) if called.attr == "join" else None
        if inner is not None:
            inner.item = inner.item or Shape()


def _index(node: nodes.Getitem, names: _Names) -> None:
    """What names are an index: a number of a list, or a key of a mapping that is written out."""
    keys = (
        [pair.key.value for pair in node.node.items if isinstance(pair.key, nodes.Const)]
        if isinstance(node.node, nodes.Dict)
        else []
    )
    for name in (node.arg, *node.arg.find_all(nodes.Name)):
        shape = names.of(name) if isinstance(name, nodes.Name) else None
        if shape is not None:
            shape.is_number = True
            shape.constants += keys or [0]
    names.of(node)


def _compared(left: nodes.Node, operand: nodes.Operand, names: _Names) -> None:
    for one, other in ((left, operand.expr), (operand.expr, left)):
        shape = names.of(one)
        if shape is None or not isinstance(other, nodes.Const | nodes.Neg):
            continue
        value = other.value if isinstance(other, nodes.Const) else None
        if operand.op == "eq" and isinstance(value, str | int | float) and not isinstance(value, bool):
            shape.constants.append(value)
        elif operand.op in ("gt", "lt", "gteq", "lteq") and isinstance(value, int | float):
            shape.is_number = True


def _number(node: nodes.Node, names: _Names) -> None:
    shape = names.of(node)
    if shape is not None:
        shape.is_number = True
