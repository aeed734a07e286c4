"""Numbers in free text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.score.number import canonical_number, read_number, same_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("42", "42"),
        ("-7", "-7"),
        ("\u22127", "-7"),
        ("+3.50", "3.5"),
        (".25", "0.25"),
        ("-0.0", "0"),
        ("$1,234.50.", "1234.5"),
        ("1e3", "1000"),
        ("about 5km", "5"),
        ("答案是5。", "5"),
        ("He had 3, bought 4, so 7 in all.", "7"),
        ("3 + 4 = 7\n#### 7", "7"),
        ("#### -1,000", "-1000"),
        ("so \\boxed{12}, not 13", "12"),
        ("The answer is 8 because 2 of 10 left", "8"),
        ("room A1 has 2 beds", "2"),
    ],
)
def test_deciding_number_is_read(text: str, number: str) -> None:
    assert read_number(text).answer == number


@pytest.mark.parametrize(
    "text", ["", "none", "5-3", "at 10:30", "3,5", "v1.2.3", "1.2.3", "12,34", "The answer is 5 + 3"]
)
def test_what_could_be_something_else_is_not_read(text: str) -> None:
    found = read_number(text)
    assert found.answer is None
    assert found.reason


def test_tolerance_is_an_absolute_difference() -> None:
    assert same_number("0.3", "0.1", 0.2)
    assert not same_number("0.3", "0.1", 0.19)
    assert same_number("5", "5", 0.0)


@settings(max_examples=150)
@given(st.integers(-(10**12), 10**12), st.sampled_from(["{}", "{:,}", "It is {:,}.", "= {}", "**{}**"]))
def test_integers_survive_being_written_in_text(value: int, form: str) -> None:
    assert read_number(form.format(value)).answer == str(value)


@settings(max_examples=150)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_canonical_numbers_read_as_themselves(value: Decimal) -> None:
    canonical = canonical_number(value)
    assert Decimal(canonical) == value
    assert read_number(canonical).answer == canonical


@settings(max_examples=150)
@given(st.text(st.sampled_from("0123456789.,:/-+eE$ #x=")))
def test_reading_never_raises(text: str) -> None:
    read_number(text)
