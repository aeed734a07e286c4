"""A Jinja2 template that renders to typed spans, in a sandbox, with undefined names refused."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.meta import find_undeclared_variables
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from llmrobust.errors import Diagnostic, Location, SuiteError
from llmrobust.prompt.budget import (
    COUNTED,
    JOINED,
    MAX_CHARACTERS,
    Budget,
    Counted,
    bound,
    joined,
    refuse_widths,
    repeated,
)
from llmrobust.prompt.enumeration import choices_filter, labels_filter
from llmrobust.prompt.fields import typed_fields
from llmrobust.prompt.handwritten import with_handwritten
from llmrobust.prompt.instrumentation import MARKED, defined_names, mark_outputs
from llmrobust.prompt.protection import protected_pieces
from llmrobust.prompt.sentinels import CLOSE, REGIONS, RESERVED, UNUSABLE, BrokenMarks, Mark, Marks, unusable_character
from llmrobust.prompt.spans import Span


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a template's text is in a file: the location of its first character, and the indentation of the rest.

    file_lines: all lines of that file, for messages; empty if the file is the template.
    """

    path: Path
    line: int = 1
    column: int = 1
    indent: int = 0
    file_lines: Sequence[str] = field(default=(), repr=False, compare=False)

    def location(self, line: int, column: int = 1, length: int = 1) -> Location:
        """The place of a (1-based) line and column of the template."""
        lead = self.column if line == 1 else self.indent + 1
        return Location(self.path, self.line + line - 1, lead + column - 1, max(1, length))


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
    """Marks what outputs and tags print, and bounds what loops and repetitions make."""

    intercepted_binops = frozenset({"*", "%"})

    def __init__(self, **options: Any):
        self.marks = Marks()
        self.budget = Budget()
        super().__init__(undefined=jinja2.StrictUndefined, extensions=[_Tags], **options)
        for name, marked in (("choices", choices_filter(self.marks)), ("labels", labels_filter(self.marks))):
            self.filters[MARKED + name] = marked
            self.filters[name] = _plain(marked)
        self.filters[COUNTED] = self._counted
        self.filters[JOINED] = joined
        for name in ("center", "indent", "format", "wordwrap"):
            self.filters[name] = _within_bounds(self.filters[name])

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        mark_outputs(tree, self.marks, is_whole=name is None)
        bound(tree)
        return tree

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A product or a remainder, which for texts are repetition and formatting, within bounds."""
        if operator == "*":
            return repeated(left, right)
        if isinstance(left, str):
            refuse_widths(left)
        return left % right

    def call(self, context: Context, called: Any, *given: Any, **named: Any) -> Any:
        """A call, counted; methods of texts within bounds."""
        self.budget.spend()
        text = getattr(inspect.unwrap(called) if callable(called) else called, "__self__", None)
        if isinstance(text, str):
            refuse_widths(*given, *([text] if getattr(called, "__name__", "") in ("format", "format_map") else []))
        return super().call(context, called, *given, **named)

    def _counted(self, items: Any) -> Any:
        return Counted(items, self.budget) if hasattr(items, "__len__") else self.budget.counted(items)


def _within_bounds(made: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes widths, or a format with widths, refusing those beyond all prompts."""

    @wraps(made)
    def bounded(*given: Any, **named: Any) -> Any:
        refuse_widths(*given, *named.values())
        return made(*given, **named)

    return bounded


def _plain(marked: Callable[..., str]) -> Callable[..., str]:
    """The filter without marks, for where its text is a value that the template works with."""

    def plain(*given: Any, **named: Any) -> str:
        return RESERVED.sub("", marked(*given, **named))

    return plain


class Template:
    """A template with its location in a file.

    files: other template files that it includes; computed names are known only after rendering. missing: those that it
    would include if they existed (`ignore missing`, or a list of names).
    """

    def __init__(self, source: str, origin: Origin, project_root: Path | None = None):
        """Compile it and what it includes. Raises SuiteError for bad syntax and characters that are not allowed in a
        prompt."""
        self.source = source.replace("\r\n", "\n")
        self.origin = origin
        self.files: list[Path] = []
        self.missing: list[Path] = []
        self._texts: dict[Path, str] = {}
        self._root = (project_root or origin.path.parent).resolve()
        self._environment = _Environment(
            loader=jinja2.FunctionLoader(self._included), keep_trailing_newline=True, autoescape=False
        )
        found = UNUSABLE.search(self.source)
        if found:
            line = self.source.count("\n", 0, found.start()) + 1
            raise self.error(
                f"the template contains a character that is not allowed in a prompt: U+{ord(found[0]):04X}", line
            )
        text = self.source.removesuffix("\n")
        try:
            tree = self._environment.parse(text)
            self._template = self._environment.from_string(text)
            self._needed = self._needed_by(tree, set())
        except Exception as error:  # any exception that a template causes in Jinja is an error in the template
            raise self._failure(error) from None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that the template and what it includes need from an example, sorted."""
        return tuple(sorted(self._needed - set(self._environment.globals)))

    @property
    def texts(self) -> tuple[str, ...]:
        """The template's own text and those of the files that it includes."""
        return (self.source, *self._texts.values())

    def _needed_by(self, tree: nodes.Template, seen: set[str]) -> set[str]:
        needed = find_undeclared_variables(tree)
        own = set(defined_names(tree))
        parts: list[nodes.Include | nodes.Extends] = [*tree.find_all(nodes.Include), *tree.find_all(nodes.Extends)]
        for part in parts:
            name = part.template.value if isinstance(part.template, nodes.Const) else None
            if not isinstance(name, str) or name in seen:
                continue
            seen.add(name)
            try:
                self._environment.get_template(name)
            except jinja2.TemplateNotFound:
                if isinstance(part, nodes.Include) and part.ignore_missing:
                    continue
                raise self.error(f'include: no such file "{name}"', part.lineno) from None
            except jinja2.TemplateSyntaxError:
                raise
            except jinja2.TemplateError as error:
                raise self.error(str(error), part.lineno) from None
            included = self._environment.parse(self._texts[self._path_of(name)], name)
            needed |= self._needed_by(included, seen) - own
        return needed

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
        template does something that the sandbox forbids.
        """
        unusable = unusable_character(fields)
        if unusable:
            raise self.error(f"a value contains a character that is not allowed in a prompt: {unusable}")
        try:
            spans = self._environment.marks.spans(self._rendered(fields))
        except BrokenMarks:
            message = "the template changes its parts after they are printed, so they cannot be located in the prompt"
            hint = "filters over a whole block (such as truncate) must be applied to the variables inside it"
            raise self.error(message, 1, hint) from None
        except Exception as error:  # any exception from a template's expressions is an error in the template
            raise self._failure(error) from None
        unusable = unusable_character([span.text for span in spans])
        if unusable:
            raise self.error(f"the template prints a character that is not allowed in a prompt: {unusable}")
        return protected_pieces(typed_fields(with_handwritten(spans)), protect, labels)

    def _rendered(self, fields: Mapping[str, Any]) -> str:
        """What Jinja renders. Raises SecurityError for more than a prompt can be."""
        self._environment.budget.renew()
        pieces, length = [], 0
        for piece in self._template.generate(fields):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_CHARACTERS:
                raise SecurityError(f"it prints more than {MAX_CHARACTERS:,} characters")
        return "".join(pieces)

    def _path_of(self, name: str) -> Path:
        return (self.origin.path.parent / name).resolve()

    def _included(self, name: str) -> tuple[str, str, None] | None:
        path = self._path_of(name)
        if not path.is_relative_to(self._root):
            raise jinja2.TemplateError(f'"{name}" is outside the project')
        if not path.is_file():
            if path not in self.missing:
                self.missing.append(path)
            return None
        if path not in self.files:
            self.files.append(path)
            try:
                text = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise jinja2.TemplateError(f'"{name}" cannot be read as UTF-8: {error}') from None
            unusable = unusable_character(text)
            if unusable:
                raise jinja2.TemplateError(f'"{name}" contains a character that is not allowed in a prompt: {unusable}')
            self._texts[path] = text
        return self._texts[path], str(path), None

    def error(self, message: str, line: int = 1, hint: str = "", path: Path | None = None) -> SuiteError:
        """A mistake at a (1-based) line of this template, or of the file that it includes."""
        if path is not None:
            shown = _line(self._texts[path].split("\n"), line)
            start = len(shown) - len(shown.lstrip()) + 1
            location = Location(path, line, start, max(1, len(shown.strip())))
            return SuiteError([Diagnostic(message, location, hint, shown)])
        text = _line(self.source.split("\n"), line)
        start = len(text) - len(text.lstrip()) + 1
        return SuiteError([self.diagnostic(message, self.origin.location(line, start, len(text.strip())), hint)])

    def diagnostic(self, message: str, location: Location, hint: str = "") -> Diagnostic:
        """An error at a location in this template's file, with that line."""
        lines = self.origin.file_lines or self.source.split("\n")
        return Diagnostic(message, location, hint, _line(lines, location.line))

    def _failure(self, error: Exception) -> SuiteError:
        """What Jinja or an expression raised, as a mistake at its line."""
        if isinstance(error, SuiteError):
            return error
        path, line = self._place_in(error)
        if isinstance(error, jinja2.TemplateSyntaxError):
            return self.error(f"the template is not valid: {error.message}", line, _syntax_hint(error), path)
        if isinstance(error, jinja2.exceptions.SecurityError):
            message = f"the template does something that its sandbox forbids: {error}"
        elif isinstance(error, jinja2.TemplateNotFound):
            message = f'include: no such file "{error.name}"'
        elif isinstance(error, jinja2.UndefinedError):
            message = f"the template uses something undefined: {error.message}"
        elif isinstance(error, RecursionError):
            message = "the template calls or includes itself endlessly"
        else:
            message = f"the template cannot be rendered: {error}"
        return self.error(message, line, "", path)

    def _place_in(self, error: Exception) -> tuple[Path | None, int]:
        """The included file (None: this template) and the line that an error came from, which Jinja knows."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            path = Path(error.filename) if error.filename else None
            return (path if path in self._texts else None), error.lineno
        path, line = None, 1
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name == "<template>" or Path(name) in self._texts:
                path, line = (None if name == "<template>" else Path(name)), trace.tb_lineno
            trace = trace.tb_next
        return path, line


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


def _data(text: str, line: int) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text, lineno=line)], lineno=line)


def _syntax_hint(error: jinja2.TemplateSyntaxError) -> str:
    if "unknown tag" in (error.message or ""):
        return f"besides Jinja's tags, these exist: {', '.join(sorted(_Tags.tags))}"
    return ""
