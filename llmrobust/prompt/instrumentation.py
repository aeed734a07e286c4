"""Decides where a template's syntax tree may carry marks: only where they reach the text and change no value.

A mark inside a value would count in `{{ value | length }}` and be cut by `{{ value | truncate }}`. So macros,
`{% set %}` blocks and filtered blocks carry marks only if all that is done with them is to print them; elsewhere they
print plain text, and the output that prints it is one variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from llmrobust.prompt.sentinels import CLOSE, RESERVED, Mark, Marks

HARMLESS = frozenset({"upper", "lower", "string", "safe"})
"""Filters that treat each character by itself, so that marks pass through them."""
MARKED = "marked "
"""Before the name of a filter: its form that writes marks. No template can spell it."""
MARKING_FILTERS = frozenset({"choices", "labels"})
_OWN = ("expression", "loop")
"""Names of what a template prints of itself: constants, and the number of a loop's turn."""


def mark_outputs(tree: nodes.Template, marks: Marks, is_whole: bool) -> None:
    """Put marks around what the outputs of a tree print, in place.

    is_whole: no other file sees what this one defines; else definitions stay without marks.
    """
    if not is_whole or tree.find(nodes.Include) or tree.find(nodes.Extends):
        printed = _Printed(tree, frozenset(), frozenset())
    else:
        printed = _Printed(tree, *_defined(tree))
        while spoiled := printed.used_otherwise():
            printed = _Printed(tree, printed.macros - spoiled, printed.blocks - spoiled)
    for output, carries_marks in list(printed.outputs()):
        if carries_marks:
            output.nodes = [piece for part in output.nodes for piece in _marked(part, marks, printed.macros)]
        else:
            output.nodes = [_without_marks(part) for part in output.nodes]


@dataclass(frozen=True, slots=True)
class _Printed:
    """What is printed in a tree, if these macros and `{% set %}` blocks carry marks."""

    tree: nodes.Template
    macros: frozenset[str]
    blocks: frozenset[str]

    def outputs(self) -> Iterator[tuple[nodes.Output, bool]]:
        """Every output, and whether it carries marks."""
        yield from self._outputs(self.tree, True)

    def used_otherwise(self) -> frozenset[str]:
        """Names whose value is used for more than to be printed."""
        printed = {id(name) for name in self._printed_names()}
        return frozenset(
            name.name
            for name in self.tree.find_all(nodes.Name)
            if name.name in self.macros | self.blocks and name.ctx == "load" and id(name) not in printed
        )

    def _outputs(self, node: nodes.Node, carries_marks: bool) -> Iterator[tuple[nodes.Output, bool]]:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Output):
                yield child, carries_marks
            else:
                yield from self._outputs(child, carries_marks and self._lets_marks_through(child))

    def _lets_marks_through(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Macro):
            return node.name in self.macros
        if isinstance(node, nodes.AssignBlock):
            return node.filter is None and isinstance(node.target, nodes.Name) and node.target.name in self.blocks
        if isinstance(node, nodes.FilterBlock):
            return all(used.name in HARMLESS for used in (node.filter, *node.filter.find_all(nodes.Filter)))
        return not (isinstance(node, nodes.CallBlock) or (isinstance(node, nodes.For) and node.recursive))

    def _printed_names(self) -> Iterator[nodes.Name]:
        for output, carries_marks in self.outputs():
            for part in output.nodes if carries_marks else ():
                for value in printed_values(part):
                    if isinstance(value, nodes.Name) and value.name in self.blocks:
                        yield value
                    if isinstance(value, nodes.Call) and isinstance(value.node, nodes.Name):
                        yield value.node


def printed_values(expression: nodes.Expr) -> Iterator[nodes.Expr]:
    """The parts of a printed expression whose values reach the text whole: itself, or both ends of an `if`."""
    yield expression
    if isinstance(expression, nodes.CondExpr):
        for branch in (expression.expr1, expression.expr2):
            if branch is not None:
                yield from printed_values(branch)
    elif isinstance(expression, nodes.Filter) and expression.name in HARMLESS and expression.node is not None:
        yield from printed_values(expression.node)


def defined_names(tree: nodes.Template) -> list[str]:
    """Every name that a tree gives a value to, as often as it does: by loops, sets, macros, parameters, imports."""
    imported = [name for part in tree.find_all(nodes.FromImport) for name in part.names]
    return [
        *(name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"),
        *(macro.name for macro in tree.find_all(nodes.Macro)),
        *(part.target for part in tree.find_all(nodes.Import)),
        *(name[-1] if isinstance(name, tuple) else name for name in imported),
    ]


def _defined(tree: nodes.Template) -> tuple[frozenset[str], frozenset[str]]:
    """Names of macros and of `{% set %}` blocks, without those that are given a value in another way as well."""
    times = Counter(defined_names(tree))
    macros = Counter(macro.name for macro in tree.find_all(nodes.Macro))
    targets = [block.target for block in tree.find_all(nodes.AssignBlock)]
    blocks = Counter(target.name for target in targets if isinstance(target, nodes.Name))
    return (
        frozenset(name for name in macros if macros[name] == times[name]),
        frozenset(name for name in blocks if blocks[name] == times[name]),
    )


def _marked(part: nodes.Expr, marks: Marks, macros: frozenset[str]) -> list[nodes.Expr]:
    if isinstance(part, nodes.TemplateData):
        return [part]
    values = list(printed_values(part))
    for value in values:
        if isinstance(value, nodes.Filter) and value.name in MARKING_FILTERS:
            value.name = MARKED + value.name
    if any(isinstance(v, nodes.Call) and isinstance(v.node, nodes.Name) and v.node.name in macros for v in values):
        return [part]
    name = _name_of(part)
    own = name in _OWN or name.startswith("loop.")
    opening = marks.opening(Mark(None, protect=True) if own else Mark("variable", name))
    return [nodes.TemplateData(opening, lineno=part.lineno), part, nodes.TemplateData(CLOSE, lineno=part.lineno)]


def _without_marks(part: nodes.Expr) -> nodes.Expr:
    """The part without the marks of tags."""
    if isinstance(part, nodes.TemplateData):
        part.data = RESERVED.sub("", part.data)
    return part


def _name_of(expression: nodes.Expr) -> str:
    """ "text" for `{{ text }}`, "user.name" for `{{ user.name | upper }}`, the names joined by "+" for the rest."""
    node: nodes.Node = expression
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    parts: list[str] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        if isinstance(node, nodes.Getattr):
            parts.append(node.attr)
        elif isinstance(node.arg, nodes.Const):
            parts.append(str(node.arg.value))
        node = node.node
    if isinstance(node, nodes.Name):
        return ".".join([node.name, *reversed(parts)])
    names = {name.name for name in (expression, *expression.find_all(nodes.Name)) if isinstance(name, nodes.Name)}
    return "+".join(sorted(names)) or "expression"
