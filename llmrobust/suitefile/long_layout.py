"""Data with one row a variant, read as examples x variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmrobust.suitefile.answer_section import as_answer
from llmrobust.suitefile.data_files import Row
from llmrobust.suitefile.schema import LongLayout
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

BETWEEN = "@"
"""`text@typo` is the field `text` of the row of the kind `typo`."""


def examples_of_long(source: Source, rows: Sequence[Row], layout: LongLayout, key: Key) -> list[Row]:
    """One row an example: that of its unperturbed row, with each other row's fields as `FIELD@KIND`.

    Several rows of one kind are told apart by numbers: `typo`, `typo-2`. Problems are noted in the source: fields that
    no row has, and examples with no unperturbed row, or with several.
    """
    for part, name in (("id", layout.id), ("variant", layout.variant)):
        if rows and not any(name in row.fields for row in rows):
            known = list(rows[0].fields)
            source.problem(
                f'long: no row has a field "{name}"', source.at_value((*key, part)), did_you_mean(name, known)
            )
            return []
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(as_answer(row.fields.get(layout.id)), []).append(row)
    found = []
    for name, members in groups.items():
        originals = [row for row in members if as_answer(row.fields.get(layout.variant)) == layout.original]
        if len(originals) != 1:
            _note(source, name, members, len(originals), layout, key)
            return []
        (original,) = originals
        fields = {**original.fields, "id": name}
        fields |= _variants([row for row in members if row is not original], layout)
        found.append(Row(original.position, original.location, fields, original.shown))
    return found


def _variants(rows: Sequence[Row], layout: LongLayout) -> dict[str, Any]:
    found: dict[str, Any] = {}
    seen: dict[str, int] = {}
    for row in rows:
        kind = as_answer(row.fields.get(layout.variant))
        seen[kind] = seen.get(kind, 0) + 1
        kind = kind if seen[kind] == 1 else f"{kind}-{seen[kind]}"
        others = {n: value for n, value in row.fields.items() if n not in (layout.id, layout.variant, "id")}
        found |= {f"{n}{BETWEEN}{kind}": value for n, value in others.items()}
    return found


def _note(source: Source, name: str, members: Sequence[Row], originals: int, layout: LongLayout, key: Key) -> None:
    kinds = list(dict.fromkeys(as_answer(row.fields.get(layout.variant)) for row in members))
    shown = ", ".join(f'"{kind}"' for kind in kinds[:8])
    count = "no row" if not originals else f"{originals} rows"
    of = f'{layout.id} "{name}" (line {members[0].location.line})'
    message = f'long: {count} of {of} with {layout.variant} = "{layout.original}"'
    hint = f"one row of each example is the unperturbed one: long: {{original: ...}}; here {layout.variant} is {shown}"
    source.problem(message, source.at_value(key), hint)
