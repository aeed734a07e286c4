"""A Jinja2 template that renders to typed spans, in a sandbox, with undefined names refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from llmrobust.errors import Diagnostic, Location, SuiteError
from llmrobust.prompt.enumeration import choices_filter, labels_filter
from llmrobust.prompt.fields import typed_fields
from llmrobust.prompt.marks import CLOSE, REGIONS, RESERVED, BrokenMarks, Mark, Marks
from llmrobust.prompt.protection import protected_pieces
from llmrobust.prompt.spans import Span

_OPAQUE = (nodes.AssignBlock, nodes.FilterBlock, nodes.CallBlock, nodes.Macro)
"""Statements that do more to what they print than print it: marks inside would end up in values."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a template's text stands in a file: the place of its first character, and the indentation of the rest."""

    path: Path
    line: int = 1
    column: int = 1
    indent: int = 0

    def location(self, line: int, column: int = 1, length: int = 1) -> Location:
        """The place of a (1-based) line and column of the template."""
        lead = self.column if line == 1 else self.indent + 1
        return Location(self.path, self.line + line - 1, lead + column - 1, length)


class _Tags(Extension):
    """{% instruction %}, {% context %}, {% choices %}, {% example %} and {% protect %} blocks."""

    tags = {*REGIONS, "protect"}  # noqa: RUF012  (Jinja declares it so)
    marks: Marks

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The block's content between the marks of its kind."""
        token = next(parser.stream)
        body = parser.parse_statements((f"name:end{token.value}",), drop_needle=True)
        mark = Mark(None, protect=True) if token.value == "protect" else Mark(token.value)  # type: ignore[arg-type]
        opening = self.environment.marks.opening(mark)  # type: ignore[attr-defined]
        return [_data(opening, token.lineno), *body, _data(CLOSE, token.lineno)]


class _Environment(ImmutableSandboxedEnvironment):
    """Marks what every `{{ output }}` prints."""

    def __init__(self, **options: Any):
        self.marks = Marks()
        super().__init__(undefined=jinja2.StrictUndefined, extensions=[_Tags], **options)
        self.filters["choices"] = choices_filter(self.marks)
        self.filters["labels"] = labels_filter(self.marks)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        self._mark_outputs(tree)
        return tree

    def _mark_outputs(self, node: nodes.Node) -> None:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Output):
                child.nodes = [piece for part in child.nodes for piece in self._marked(part)]
            elif not isinstance(child, _OPAQUE):
                self._mark_outputs(child)

    def _marked(self, part: nodes.Expr) -> list[nodes.Expr]:
        if isinstance(part, nodes.TemplateData):
            return [part]
        opening = self.marks.opening(Mark("variable", _name_of(part)))
        return [
            nodes.TemplateData(opening, lineno=part.lineno),
            part,
            nodes.TemplateData(CLOSE, lineno=part.lineno),
        ]


class Template:
    """A template with its place in a file.

    files: other template files that it includes, known after it was compiled or rendered.
    """

    def __init__(self, source: str, origin: Origin, project_root: Path | None = None):
        """Compile. Raises SuiteError for bad syntax, and for characters that are set aside for marks."""
        self.source = source
        self.origin = origin
        self.files: list[Path] = []
        self._root = (project_root or origin.path.parent).resolve()
        self._environment = _Environment(
            loader=jinja2.FunctionLoader(self._included), keep_trailing_newline=True, autoescape=False
        )
        found = RESERVED.search(source)
        if found:
            line = source.count("\n", 0, found.start()) + 1
            raise self.error("the template holds a Unicode noncharacter (U+FDD0 to U+FDEF)", line)
        text = source.removesuffix("\n")
        try:
            self._tree = self._environment.parse(text)
            self._template = self._environment.from_string(text)
        except jinja2.TemplateSyntaxError as error:
            raise self.error(f"the template is not valid: {error.message}", error.lineno, _syntax_hint(error)) from None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that the template needs from an example, sorted."""
        return tuple(sorted(find_undeclared_variables(self._tree) - set(self._environment.globals)))

    def place_of(self, name: str) -> Location:
        """Where a variable is first used; the template's beginning if it is used in an included file only."""
        for number, line in enumerate(self.source.split("\n"), 1):
            for tag in re.finditer(r"\{[{%].*?[%}]\}", line):
                found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", tag[0])
                if found:
                    return self.origin.location(number, tag.start() + found.start() + 1, len(name))
        return self.origin.location(1)

    def render(self, fields: Mapping[str, Any], protect: Sequence[str] = (), labels: Sequence[str] = ()) -> list[Span]:
        """The rendered text as spans; their concatenation is what Jinja renders.

        protect: names of variables, span kinds, or literal texts that no operator may change. labels: the answers,
        which are protected wherever the template mentions them. Raises SuiteError when a value is missing or the
        template does something that the sandbox refuses.
        """
        try:
            spans = self._environment.marks.spans(self._template.render(fields))
        except BrokenMarks:
            message = "the template changes its parts after they are printed, so they cannot be told apart"
            hint = "filters over a whole block (such as truncate) must be applied to the variables inside it"
            raise self.error(message, 1, hint) from None
        except jinja2.exceptions.SecurityError as error:
            message = f"the template does what its sandbox refuses: {error}"
            raise self.error(message, _line_of(error)) from None
        except jinja2.UndefinedError as error:
            message = f"the template uses something that is not there: {error.message}"
            raise self.error(message, _line_of(error)) from None
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
            raise self.error(f"the template cannot be rendered: {error}", _line_of(error)) from None
        return protected_pieces(typed_fields(spans), protect, labels)

    def _included(self, name: str) -> tuple[str, str, None]:
        path = (self.origin.path.parent / name).resolve()
        if not path.is_relative_to(self._root):
            raise jinja2.TemplateError(f'"{name}" lies outside of the project')
        if not path.is_file():
            raise jinja2.TemplateError(f'there is no file "{name}" to include')
        if path not in self.files:
            self.files.append(path)
        return path.read_text(encoding="utf-8"), str(path), None

    def error(self, message: str, line: int = 1, hint: str = "") -> SuiteError:
        """A mistake in this template, at a (1-based) line of it."""
        lines = self.source.split("\n")
        shown = lines[line - 1] if line <= len(lines) else ""
        lead = " " * (self.origin.indent if line > 1 or self.origin.column == self.origin.indent + 1 else 0)
        start = len(shown) - len(shown.lstrip()) + 1
        location = self.origin.location(line, start, max(1, len(shown.strip())))
        return SuiteError([Diagnostic(message, location, hint, lead + shown)])


def _line_of(error: BaseException) -> int:
    """The line of the template that was rendered when the error came, as Jinja puts it into the traceback."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _data(text: str, line: int) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text, lineno=line)], lineno=line)


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
    return "+".join(sorted(set(_names_in(expression)))) or "expression"


def _names_in(node: nodes.Node) -> Iterator[str]:
    for name in node.find_all(nodes.Name):
        yield name.name


def _syntax_hint(error: jinja2.TemplateSyntaxError) -> str:
    if "unknown tag" in (error.message or ""):
        return f"besides Jinja's own there are the tags {', '.join(sorted(_Tags.tags))}"
    return ""
