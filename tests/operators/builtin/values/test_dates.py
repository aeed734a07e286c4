"""Days of the week, months and years move together."""

from __future__ import annotations

import pytest

from llmrobust.operators import Relation
from llmrobust.operators.builtin.values.dates import DAYS, MONTHS
from tests.operators.builtin.values.test_people import made


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("On Monday Walt walked 4 miles. On Wednesday he walked 9. How many in all?", "13"),
        ("In May he spent $500. In June he spent $60 less. How much did he spend?", "940"),
        ("Ann was born in 1990 and moved in 2004. How old was she?", "14"),
        ("He came in September 1998. When did he come?", "September 1998"),
    ],
)
def test_all_dates_of_a_kind_move_by_as_much(text: str, gold: str) -> None:
    variants = made("entity.date", text, gold, samples=4)
    assert variants
    for one in variants:
        for names in (DAYS, MONTHS, [str(year) for year in range(1900, 2030)]):
            shifts = {names.index(new) - names.index(old) for old, new in one.detail.items() if old in names}
            assert len(shifts) <= 1
            assert 0 not in shifts
        assert (one.relation is Relation.FOLLOWS) == (gold == "September 1998")


def test_working_days_stay_working_days_and_months_as_long_as_they_are() -> None:
    for one in made("entity.date", "She came on Tuesdays and Fridays in April.", "5", samples=8):
        assert {DAYS.index(one.detail[day].rstrip("s")) for day in ("Tuesdays", "Fridays")} <= set(range(5))
        assert one.detail["April"] in ("June", "September", "November")


@pytest.mark.parametrize(
    "text",
    [
        "He stays up late on Friday for the weekend.",
        "He rests on Saturday and Monday.",
        "It snowed in January.",
        "May I come in? He may march on.",
        "April bought 3 eggs and June bought 4.",
        "The Housing Act 2004 was passed.",
        "He sold 2000 eggs.",
        "Black Friday is near.",
        "On Monday, May 3, it rained. In February it snowed.",
        "In the 1950s he left; in 1961 he came back.",
        "He was born on 3 Jan 1960 and died in 1999.",
        "How many Mondays are there in March?",
        "He came in 1829 - the year of Catholic Emancipation.",
        "He left after 1961 when South Africa left the Commonwealth.",
        "He ran for the United States House in 1992 and 1994.",
        "She was first elected in 1998.",
    ],
)
def test_dates_that_mean_more_stay(text: str) -> None:
    assert made("entity.date", text, "5") == []


def test_an_answer_that_is_counted_from_a_date_keeps_it() -> None:
    assert made("entity.date", "He was 20 in 1980. In which year was he born?", "1960") == []
    assert made("entity.date", "It is Monday. Which day is in 3 days?", "Thursday") == []
    assert made("entity.date", "Did the war begin in 1914?", "yes", ("yes", "no")) == []
