"""YAML with positions: plain values, each with its location.

Scalars follow YAML 1.2's core schema, so that `yes`, `no`, `on` and `off` stay words, which labels often are. Duplicate
keys, anchors that make a value endless, and other tags than the core ones are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from llmrobust.errors import Diagnostic, Location, SuiteError
from llmrobust.prompt.sentinels import UNUSABLE, unusable_character
from llmrobust.prompt.template import Origin

Key = tuple[str | int, ...]
"""The way from the top to a value: ("perturb", 2, "typo.drop", "rate")."""
LARGEST = 32 * 1024 * 1024
"""The largest size in bytes of a suite, a prompt and the like; larger data belongs in a data file."""
MOST_VALUES = 500_000
"""The largest number of values in a suite file: a few nested aliases can expand beyond any memory."""
MOST_DIGITS = 1000
"""Digits of a whole number beyond which it is refused; Python itself converts no more than 4,300."""


class _Yaml12Loader(yaml.SafeLoader):
    """Resolves scalars as YAML 1.2's core schema does."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
):
    _Yaml12Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


@dataclass(slots=True)
class Source:
    """A YAML file: its value, its lines, and the nodes that the value was made from."""

    path: Path
    text: str
    lines: Sequence[str]
    value: Any = None
    keys: dict[Key, yaml.Node] = field(default_factory=dict)
    values: dict[Key, yaml.Node] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def at_value(self, key: Key) -> Location:
        """The location of a value, or of its nearest parent if there is no such value."""
        while key and key not in self.values:
            key = key[:-1]
        return self._location(self.values[key]) if key in self.values else Location(self.path, 1, 1)

    def at_key(self, key: Key) -> Location:
        """The location of a value's key, or of the value itself for an item of a list."""
        return self._location(self.keys[key]) if key in self.keys else self.at_value(key)

    def line(self, number: int) -> str:
        """The text of a (1-based) line."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def problem(self, message: str, at: Location, hint: str = "") -> Diagnostic:
        """A diagnostic with its line, kept in `problems`."""
        shown = self.line(at.line) if at.path == self.path else ""
        found = Diagnostic(message, at, hint, shown)
        self.problems.append(found)
        return found

    def origin(self, key: Key) -> Origin:
        """Where the text of a scalar begins, to locate places inside it."""
        node = self.values[key]
        mark = node.start_mark
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            below = range(mark.line + 2, len(self.lines) + 1)
            first = next((n for n in below if self.line(n).strip()), mark.line + 2)
            indent = len(self.line(first)) - len(self.line(first).lstrip(" "))
            return Origin(self.path, mark.line + 2, indent + 1, indent, self.lines)
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        return Origin(self.path, mark.line + 1, mark.column + 1 + quoted, 0, self.lines)

    def _location(self, node: yaml.Node) -> Location:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else len(self.line(start.line + 1)) - start.column
        return Location(self.path, start.line + 1, start.column + 1, max(1, length))


def read_source(path: Path) -> Source:
    """Read and parse a YAML file. Raises SuiteError if it cannot be read or is not YAML.

    Duplicate keys and invalid values are noted in the source's `problems`, so that they are reported together with
    other problems.
    """
    text = read_text(path)
    source = Source(path, text, [line.removesuffix("\r") for line in text.split("\n")])
    loader: _Yaml12Loader | None = None
    try:
        loader = _Yaml12Loader(source.text)
        root = loader.get_single_node()
        if root is not None:
            source.value = _value(source, loader, root, (), frozenset())
    except yaml.MarkedYAMLError as error:
        raise SuiteError([*source.problems, _yaml_problem(source, error)]) from None
    except yaml.reader.ReaderError as error:
        before = source.text[: error.position]
        at = Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        character = source.text[error.position : error.position + 1]
        message = f"the character U+{ord(character):04X} is not allowed in YAML" if character else str(error.reason)
        raise SuiteError([Diagnostic(message, at, "escape it in double quotes", "")]) from None
    except RecursionError:
        raise SuiteError([Diagnostic("the file is nested too deeply", Location(path, 1, 1))]) from None
    finally:
        if loader is not None:
            loader.dispose()
    return source


def read_text(path: Path, largest: int = LARGEST) -> str:
    """A file's text. Raises SuiteError when it is too large, cannot be read, or is not UTF-8."""
    start = Location(path, 1, 1)
    try:
        if path.stat().st_size > largest:
            raise SuiteError([Diagnostic(f"the file is larger than {largest // 2**20} MiB", start)])
        raw = path.read_bytes()
    except OSError as error:
        raise SuiteError([Diagnostic(f"cannot read the file: {error.strerror or error}", start)]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        at = Location(path, before.count(b"\n") + 1, column)
        message = f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise SuiteError([Diagnostic(message, at, "save it as UTF-8")]) from None


def _value(source: Source, loader: _Yaml12Loader, node: yaml.Node, key: Key, inside: frozenset[int]) -> Any:
    if len(source.values) >= MOST_VALUES:
        message = f"the file has too many values (more than {MOST_VALUES:,})"
        hint = "keep examples in a data file, and do not nest aliases"
        raise SuiteError([Diagnostic(message, Location(source.path, 1, 1), hint)])
    source.values[key] = node
    if id(node) in inside:
        source.problem("an alias that contains itself", source.at_value(key))
        return None
    inside |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        return dict(_items(source, loader, node, key, inside))
    if isinstance(node, yaml.SequenceNode):
        return [_value(source, loader, item, (*key, i), inside) for i, item in enumerate(node.value)]
    return _scalar(source, loader, node, key)


def _items(
    source: Source, loader: _Yaml12Loader, node: yaml.MappingNode, key: Key, inside: frozenset[int]
) -> Iterator[tuple[str, Any]]:
    first: dict[str, int] = {}
    for name_node, value_node in node.value:
        if not isinstance(name_node, yaml.ScalarNode):
            at = source._location(name_node)
            hint = "write a template as a block (|) or in quotes" if "{{" in source.line(at.line) else ""
            source.problem("a key must be a word", at, hint)
            continue
        name = _text(source, name_node)
        if name in first:
            source.problem(f'duplicate key "{name}"', source._location(name_node), f"first in line {first[name]}")
            continue
        first[name] = name_node.start_mark.line + 1
        source.keys[(*key, name)] = name_node
        yield name, _value(source, loader, value_node, (*key, name), inside)


def _scalar(source: Source, loader: _Yaml12Loader, node: yaml.Node, key: Key) -> Any:
    text = str(node.value)
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind == "str":
        return _text(source, node)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        if len(text) > MOST_DIGITS:
            hint = "quote it to make it a string"
            source.problem(f"a number of more than {MOST_DIGITS} digits", source.at_value(key), hint)
            return text
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    source.problem(f'"{node.tag}" is an unsupported YAML tag', source.at_value(key), "write the value without it")
    return text


def _text(source: Source, node: yaml.Node) -> str:
    text = str(node.value)
    unusable = unusable_character(text)
    if unusable:
        source.problem(
            f"the text contains a character that is not allowed in a prompt: {unusable}", source._location(node)
        )
    return UNUSABLE.sub("\ufffd", text)


def _yaml_problem(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    text = source.line(line)
    problem = error.problem or "cannot be read"
    hint = ""
    if "\\t" in problem or "\t" in text[: column + 1]:
        hint = "YAML is indented with spaces, not tabs"
    elif "mapping values are not allowed" in problem:
        hint = 'quote strings that contain ": "'
    elif problem.startswith("found character") and text[column - 1 : column] in ("`", "@", "%"):
        hint = "quote strings that start with this character"
    elif "{%" in text or "{{" in text:
        hint = "write a template as a block (|) or in quotes"
    return Diagnostic(f"not valid YAML: {problem}", Location(source.path, line, column), hint, text)
