"""Values of JSON fields in comparable form: unchanged, numbers, lists, sets, dates, and quantities with units."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from llmrobust.score.normalise import folded
from llmrobust.score.number import canonical_number, read_number
from llmrobust.score.structured import fragment
from llmrobust.suitefile.suite import FieldSpec

_DIGITS = 12
"""Significant digits of a quantity after its conversion."""
_QUANTITY = re.compile(
    r"(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,2})?)(?<=\d)\s*"
    r"(?P<unit>[A-Za-zµμ°Ω%][A-Za-zµμ°Ω/ _]*(?:(?:\*\*|\^)-?\d)?)"
)
"""A number and a unit; no expression that a parser of units would evaluate."""
_YEARS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DEFAULTS = (datetime(1904, 1, 1), datetime(1907, 2, 2))
"""What a date is completed with, twice: where the two differ, something that matters is missing."""


def comparable_value(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str:
    """A value as a JSON fragment that is equal for equal values.

    A value that is not what its field holds (a text for a number, an impossible date) stays as it is: an answer, and
    a wrong one.
    """
    found = _READERS[spec.check](value, spec, ignore_case, coerce)
    if found is None and isinstance(value, str) and spec.check in ("date", "quantity"):
        return json.dumps(
            folded(" ".join(value.split())), ensure_ascii=False
        )  # with all marks: "> 1.5 kg" is not 1.5 kg
    return fragment(value, ignore_case) if found is None else found


def near_enough(answer: str, gold: str, tolerance: float) -> bool:
    """True for two numbers, or two quantities of one unit, that differ by at most the tolerance."""
    first, second = _magnitude(answer), _magnitude(gold)
    if answer == gold or first is None or second is None:
        return answer == gold
    return first[1] == second[1] and abs(first[0] - second[0]) <= Decimal(repr(tolerance))


def _magnitude(value: str) -> tuple[Decimal, str] | None:
    """The number and the unit of a fragment ('36', '"1.5 kg"'); None for any other, such as the text "36"."""
    bare, unit = value, ""
    if value[:1] == '"':
        bare, _, unit = json.loads(value).partition(" ")
        if not unit:
            return None
    try:
        return Decimal(bare), unit
    except ArithmeticError:
        return None


def _exact(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str:
    return fragment(value, ignore_case, coerce)


def _number(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str | None:
    if isinstance(value, str) and coerce:
        return read_number(value).answer
    return fragment(value, ignore_case)


def _set(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str | None:
    if not isinstance(value, list):
        return None
    return f"[{', '.join(sorted({fragment(item, ignore_case, coerce) for item in value}))}]"


def _date(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str | None:
    return _date_of(value, spec.day_first) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _date_of(text: str, day_first: bool | None) -> str | None:
    """A whole date in ISO form, with its time if it has one; None where the day is missing or could be two days.

    A time with a zone is given in UTC.
    """
    from dateutil import parser

    year_first = text.strip()[:4].isdigit()
    orders = (False,) if year_first else (day_first,) if day_first is not None else (False, True)
    found = set()
    for order in orders:
        for default in _DEFAULTS:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", parser.UnknownTimezoneWarning)
                    found.add(parser.parse(text, default=default, dayfirst=order, yearfirst=year_first))
            except (ValueError, OverflowError, TypeError, parser.UnknownTimezoneWarning):
                return None
    years = [int(digits) for digits in _YEARS.findall(text)]
    if len(years) > 1 or (years and years[0] not in {one.year for one in found}):
        return None
    moments = {one if one.tzinfo is None else one.astimezone(UTC) for one in found}
    if len(moments) != 1:
        return None
    moment = moments.pop()
    whole_day = moment.tzinfo is None and moment.time() == time()
    return json.dumps(moment.date().isoformat() if whole_day else moment.isoformat())


def _quantity(value: Any, spec: FieldSpec, ignore_case: bool, coerce: bool) -> str | None:
    """A number with its unit, converted to the field's unit (or base units); a bare number counts in the field's."""
    if isinstance(value, Decimal):
        return _quantity_of(canonical_number(value), spec.unit, spec.unit)
    found = _QUANTITY.fullmatch(value.strip().rstrip(".")) if isinstance(value, str) else None
    return None if found is None else _quantity_of(found["number"].replace(",", ""), found["unit"], spec.unit)


@lru_cache(maxsize=4096)
def _quantity_of(number: str, unit: str, wanted: str) -> str | None:
    import pint

    units = unit_registry()
    try:
        found = units.Quantity(float(number), unit)
        found = found.to(wanted) if wanted else found.to_base_units()
        magnitude = Decimal(f"{found.magnitude:.{_DIGITS}g}")
    except (pint.PintError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError):
        return None
    return json.dumps(f"{canonical_number(magnitude)} {found.units:~}".strip(), ensure_ascii=False)


@lru_cache(maxsize=1)
def unit_registry() -> Any:
    """Pint's registry of units. Raises ImportError without pint."""
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


_READERS: dict[str, Callable[[Any, FieldSpec, bool, bool], str | None]] = {
    "exact": _exact,
    "number": _number,
    "list": _exact,
    "set": _set,
    "date": _date,
    "quantity": _quantity,
}
