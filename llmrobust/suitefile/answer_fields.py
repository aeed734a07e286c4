"""`answer: {fields: ...}`: the fields of JSON answers that are compared, each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from llmrobust.suitefile.schema import FieldSection
from llmrobust.suitefile.suite import FieldSpec
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.patterns import group_names

_LIBRARIES = {"date": ("dateutil", "python-dateutil"), "quantity": ("pint", "pint")}


def read_fields(
    source: Source, sections: Mapping[str, FieldSection], pattern: str | None = None
) -> tuple[FieldSpec, ...]:
    """The fields of a validated section; problems are noted in the source. pattern: whose named groups they are."""
    for name in sorted(sections.keys() - group_names(pattern)) if pattern is not None else ():
        message = f'fields: the pattern has no group named "{name}"'
        source.problem(message, source.at_key(("answer", "fields", name)), f"(?P<{name}>...)")
    fields = tuple(FieldSpec(name, **one.model_dump()) for name, one in sections.items())
    _check_fields(source, fields)
    return fields


def _check_fields(source: Source, fields: Sequence[FieldSpec]) -> None:
    """Options that do not apply to a field's check, and libraries that are not installed."""
    for field in fields:
        key: Key = ("answer", "fields", field.name)
        for name, given, needed in (
            ("tolerance", field.tolerance > 0, ("number", "quantity")),
            ("unit", bool(field.unit), ("quantity",)),
            ("day_first", field.day_first is not None, ("date",)),
        ):
            if given and field.check not in needed:
                message = f"{name} does not apply here: it belongs to check: {' or '.join(needed)}"
                source.problem(f"{message}, and {field.name} is {field.check}", source.at_key((*key, name)))
        library = _LIBRARIES.get(field.check)
        if library is not None and find_spec(library[0]) is None:
            message = f"the field {field.name} is a {field.check}, which needs the package {library[1]}"
            source.problem(message, source.at_value(key), "pip install 'llmrobust[values]'")
        elif field.check == "quantity" and field.unit:
            problem = unit_problem(field.unit)
            if problem:
                source.problem(
                    f"unit: {problem}", source.at_value((*key, "unit")), "a unit that pint knows, such as kg"
                )


def unit_problem(unit: str) -> str:
    """Why pint does not know a unit; empty where it does."""
    import pint

    try:
        pint.UnitRegistry().Unit(unit)
    except Exception as error:  # pint raises whatever its parser meets
        return str(error).split("\n")[0] or "it cannot be read"
    return ""
