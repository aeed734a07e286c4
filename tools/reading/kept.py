"""Verdicts on variants: keeping them in read.tsv, and the rates of what was bad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from llmrobust.operators import REGISTRY, Operator
from llmrobust.report.catalogue.readings import INDEPENDENT, VERDICTS, Mark, parsed, tally
from tools.reading.variants import FILE, READ, Seen, of_sample

HEAD = """\
# Variants read one by one: operator, version, hash of the text (tools/reading), verdict, reader. Verdicts: fine, odd,
# english (ungrammatical where English was promised), meaning (the right answer may be another one). Lines below these
# are counts, by who wrote or changed the operator.
"""


def keep(seen: Sequence[Seen], marked: Mapping[int, str], reader: str) -> str:
    """Write the verdicts on an operator's variants, beside those on others of the same version; return their counts.

    marked: verdict by number, from 1; every other variant is fine.
    """
    unknown = [
        f"{number}={verdict}" for number, verdict in marked.items() if verdict not in VERDICTS or number > len(seen)
    ]
    if unknown or not seen:
        raise SystemExit(f"cannot mark {', '.join(unknown) or 'an operator without variants'}")
    name, version = seen[0].operator.name, seen[0].operator.version
    new = [
        Mark(name, version, one.hash, marked.get(number, "fine"), reader)  # type: ignore[arg-type]
        for number, one in enumerate(seen, 1)
    ]
    text = FILE.read_text(encoding="utf-8")
    marks, _ = parsed(text.splitlines())
    shown = {one.hash for one in new}
    others = [mark for mark in marks if (mark.operator, mark.version) != (name, version) or mark.hash not in shown]
    both = sorted([*others, *new], key=lambda mark: (mark.operator, mark.version))
    of_marks = set(map(str, marks)) | set(HEAD.splitlines())
    rest = [line for line in text.splitlines() if line not in of_marks]
    FILE.write_text(HEAD + "".join(f"{line}\n" for line in [*map(str, both), *rest]), encoding="utf-8")
    return f"{name}: {tally(new)}"


def rates() -> str:
    """A table of the marked variants by operator, family and in all: read, odd, ungrammatical, changed, in percent."""
    marks = _current()
    lines = [_row("operator", ["read", "odd %", "english %", "meaning %"])]
    for family, members in groupby(marks, lambda mark: _family(mark.operator)):
        found = list(members)
        for name, own in groupby(found, lambda mark: mark.operator):
            lines.append(_row(f"  {name}", _shares(list(own))))
        lines.append(_row(family, _shares(found)))
    lines.append(_row("all", _shares(marks)))
    return "\n".join(lines)


def unread() -> list[str]:
    """Operators that promise something about the answer and whose version has no independent reading."""
    read = {(mark.operator, mark.version) for mark in _current()}
    return [
        f"{operator.name} {operator.version}"
        for operator in REGISTRY
        if builtin(operator) and (operator.name, operator.version) not in read and _promises(operator)
    ]


def _promises(operator: Operator) -> bool:
    """Whether an operator's variants promise something: those of its sample, where it has one that it changes."""
    if operator.relation not in READ:
        return False
    return operator.sample is None or operator.lacks() != "" or bool(of_sample(operator))


def builtin(operator: Operator) -> bool:
    """Whether it is in the package itself, and no plugin's."""
    return operator.apply.__module__.startswith("llmrobust.")


def _current() -> list[Mark]:
    """Independent marks of the operators' present versions, in the order of the catalogue."""
    marks, _ = parsed(FILE.read_text(encoding="utf-8").splitlines())
    versions = {operator.name: operator.version for operator in REGISTRY}
    own = [mark for mark in marks if mark.reader == INDEPENDENT and versions.get(mark.operator) == mark.version]
    return sorted(own, key=lambda mark: (_family(mark.operator), mark.operator))


def _family(name: str) -> str:
    return name.split(".")[0]


def _shares(marks: Sequence[Mark]) -> list[str]:
    counts = tally(marks)
    return [str(len(marks)), *(f"{100 * counts[one] / max(1, len(marks)):.1f}" for one in VERDICTS[1:])]


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:28}" + "".join(f"{cell:>11}" for cell in cells)
