"""Which rows of the data become examples: renamed, filtered, those that lack something left out, and limited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llmrobust.suitefile.answer_section import as_answer
from llmrobust.suitefile.data_files import Row, limited
from llmrobust.suitefile.field_paths import ABSENT, is_path, value_at
from llmrobust.suitefile.long_layout import examples_of_long
from llmrobust.suitefile.schema import RowsSection
from llmrobust.suitefile.suite import field_text
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

KEY: Key = ("examples",)
MOST_VALUES = 8
"""Values of a field that a message lists."""


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Rows that may become examples, and what is still to be asked of them.

    wanted: the section that says what; None for examples in the suite file. left_out: how many rows each reason took.
    """

    rows: tuple[Row, ...]
    wanted: RowsSection | None = None
    left_out: tuple[tuple[str, int], ...] = ()


def selected(source: Source, rows: Sequence[Row], wanted: RowsSection) -> ReadRows:
    """The rows under their new names, as examples where the layout is long, those that `where` wants.

    Problems are noted in the source.
    """
    named = _renamed(source, rows, wanted.fields)
    if wanted.long is not None:
        named = examples_of_long(source, named, wanted.long, (*KEY, "long"))
    kept = _where(source, named, wanted.where)
    left = (("where", len(named) - len(kept)),) if len(kept) < len(named) else ()
    return ReadRows(tuple(kept), wanted, left)


def chosen(read: ReadRows, gold: str | None, needed: Sequence[str]) -> ReadRows:
    """Without rows that lack something, where the suite wants them skipped, and no more than its limit.

    gold: the field of the gold answer; needed: those that the prompt uses.
    """
    if read.wanted is None:
        return read
    rows, left = list(read.rows), list(read.left_out)
    if read.wanted.missing == "skip":
        names = [*needed, *([gold] if gold else [])]
        rows = [row for row in rows if not any(_lacks(row.fields, name) for name in names)]
        if len(rows) < len(read.rows):
            left.append(("missing", len(read.rows) - len(rows)))
    return replace(read, rows=tuple(limited(rows, read.wanted.limit, read.wanted.seed)), left_out=tuple(left))


def _lacks(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    return value is None or (isinstance(value, str) and not value.strip())


def _renamed(source: Source, rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    if not names:
        return list(rows)
    wanted = {}
    for new, path in names.items():
        if any(value_at(row.fields, path) is not ABSENT for row in rows) or not rows:
            wanted[new] = path
        elif new not in rows[0].fields:
            at = source.at_value((*KEY, "fields", new))
            source.problem(f'fields: no row has "{path}"', at, _path_hint(path, rows[0].fields))
    found = []
    for row in rows:
        taken = {new: value_at(row.fields, path) for new, path in wanted.items()}
        taken = {new: value for new, value in taken.items() if value is not ABSENT}
        rest = {name: value for name, value in row.fields.items() if name not in names.values() and name not in taken}
        found.append(replace(row, fields={**rest, **taken}))
    return found


def _path_hint(path: str, fields: Mapping[str, Any]) -> str:
    """What to write instead of a path that leads nowhere: how far it leads, and what is there."""
    if not is_path(path):
        return "write a field's name, or a path such as question.choices[*].text"
    if not any(mark in path for mark in ".["):
        return did_you_mean(path, fields)
    cuts = sorted((i for i, character in enumerate(path) if character in ".["), reverse=True)
    for cut in cuts:
        reached = value_at(fields, path[:cut])
        if reached is not ABSENT:
            return f'in the first row, "{path[:cut]}" is {_described(reached)}'
    return did_you_mean(path[: cuts[-1]], fields)


def _described(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"a mapping with {', '.join(list(map(str, value))[:MOST_VALUES])}"
    if isinstance(value, list | tuple):
        inner = f", the first of which is {_described(value[0])}" if value else ""
        return f"a list of {len(value)} items{inner}"
    return f'the value "{str(value)[:40]}"'


def _where(source: Source, rows: Sequence[Row], where: Mapping[str, Any]) -> list[Row]:
    kept = list(rows)
    for name, given in where.items():
        at = source.at_value((*KEY, "where", name))
        if rows and all(value_at(row.fields, name) is ABSENT for row in rows):
            hint = did_you_mean(name, rows[0].fields)
            source.problem(f'where: no row has a field "{name}"', source.at_key((*KEY, "where", name)), hint)
            continue
        values = {_as_text(value) for value in (given if isinstance(given, list) else [given])}
        there = dict.fromkeys(_as_text(value_at(row.fields, name)) for row in rows)
        for value in sorted(values - set(there)):
            listed = ", ".join(f'"{one}"' for one in list(there)[:MOST_VALUES]) if there else "nothing"
            more = f" and {len(there) - MOST_VALUES:,} more" if len(there) > MOST_VALUES else ""
            source.problem(f'where: no row has the {name} "{value}"', at, f"it is {listed}{more}")
        kept = [row for row in kept if _as_text(value_at(row.fields, name)) in values]
    if rows and not kept and not source.problems:
        source.problem("where: no row is left", source.at_value((*KEY, "where")))
    return kept


def _as_text(value: Any) -> str:
    """A value as it is compared: 1, 1.0 and "1" are equal, and so are true and "true"."""
    if value is ABSENT or value is None:
        return ""
    return as_answer(value) if isinstance(value, str | int | float | bool) else field_text(str(value))
