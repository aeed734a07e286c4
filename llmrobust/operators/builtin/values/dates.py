"""Days of the week, months and years in a prompt: moved together, so that their order and what lies between stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmrobust.operators.builtin.values.public_history import fixes_years
from llmrobust.operators.builtin.values.swapping import Swap
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.seeds import Stream

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WORKDAYS = 5
_ANY_DAY = "|".join(DAYS)
_ANY_MONTH = "|".join(MONTHS)
_SURE_MONTHS = "|".join(month for month in MONTHS if month not in ("March", "April", "May", "June", "August"))
"""Months whose names are nothing else: neither words nor people."""
_DAY = re.compile(rf"(?<![\w-])(?:(?i:{_ANY_DAY}))(?:s(?!\w)|(?![\w-]))")
_MONTH = re.compile(rf"(?<![\w-])(?:(?i:{_SURE_MONTHS})|March|April|May|June|August)(?![\w-])")
_YEAR = re.compile(r"(?<![\w.,:/$£€#-])(?:1[5-9]\d\d|20[0-2]\d)(?![\w%:/-]|[.,]\d)")
_ANY_YEAR = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20[0-2]\d)(?!\d)")
_IN_TIME = re.compile(
    rf"(?:\b(?:[Ii]n|of|[Ss]ince|[Uu]ntil|till|[Dd]uring|early|late|mid|last|next|every|each|this|{_ANY_MONTH})"
    rf"|\b(?:{_ANY_MONTH}),? (?:and|or|to|through|until)|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)?)\s\Z"
)
"""What is said before the name of a month that may be a word or a person."""
_NUMBER_AFTER = re.compile(r",? \d")
_YEAR_BEFORE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|till|[Bb]efore|[Aa]fter|[Dd]uring|early|late|mid|By|"
    rf"(?i:{_ANY_MONTH})(?: \d{{1,2}}(?:st|nd|rd|th)?)?,?|(?:1[5-9]|20)\d\d (?:to|and|until)) \Z"
)
_YEARS_FROM = re.compile(r"\b(?:from|between) \Z", re.IGNORECASE)
_TO_A_YEAR = re.compile(r" (?:to|and|until) (?:1[5-9]|20)\d\d\b")
_OPENS_WITH_IT = re.compile(r"(?:\A|[.!?]\s+)In \Z")
_THINGS = re.compile(r" (?!is\b|was\b|has\b|as\b|this\b|his\b)[a-z]+s\b")
"""What follows a number that counts: "in 1200 metres"."""
_OTHER_CAPITAL = re.compile(r" (?!(?:I|He|She|We|They|You|It|The|A|An)\b)[A-Z]")
_DAY_OF_MONTH = re.compile(
    rf"\b(?:{_ANY_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!,?\d)|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_ANY_MONTH})\b"
)
_WEEK = re.compile(
    r"\b(?:(?:rest|remainder|end|start|beginning|middle) of (?:the|that|this) week|"
    r"(?:business|working|work|school) days?|"
    r"(?:Good|Black|Ash|Cyber|Fat|Palm|Super Bowl) (?:Mon|Tues|Wednes|Thurs|Fri|Sun)day|"
    r"church|mass|sabbath|brunch|day of the week)\b",
    re.IGNORECASE,
)
"""What is so of some days of the week alone."""
_WEEKEND = re.compile(r"\bweek-?ends?\b", re.IGNORECASE)
"""What a Friday comes before, and no other day."""
_SEASON = re.compile(
    r"\b(?:summer|winter|spring|autumn|snow\w*|christmas|xmas|easter|thanksgiving|halloween|new year\w*|holidays?|"
    r"elections?|school year|academic year|semester|fiscal|tax|quarter|valentine\w*|independence|leap|season|"
    r"(?:\w+teenth|twentieth|twenty-first|\d+(?:st|nd|rd|th)) century)\b|\b\d{2,4}['’]?s\b|\d+ ?(?:BC|AD|BCE|CE)\b",
    re.IGNORECASE,
)
"""What is so of some months or years alone."""
_COUNTED = re.compile(rf"\bhow many (?:{_ANY_DAY}|{_ANY_MONTH})|\bcalendar\b", re.IGNORECASE)
"""What is asked of the calendar."""
_SHORT_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_SHORT = re.compile(rf"\b{_SHORT_MONTH}\.? \d|\d {_SHORT_MONTH}\b|\b(?:Mon|Tues?|Wed|Thur?s?)\b")
"""Shortened names, which would stay."""
_LATEST = 2024


@dataclass(frozen=True, slots=True)
class Dates:
    """What texts name of each kind, as it is written, with its number: of days and months from 0."""

    days: dict[str, int]
    months: dict[str, int]
    years: dict[str, int]

    def names(self) -> list[str]:
        """All of them."""
        return [*self.days, *self.months, *self.years]

    def tell_all_of(self, other: str) -> bool:
        """Whether every day, month and year of another text is one of these."""
        given = [found[0] for pattern in (_DAY, _MONTH) for found in pattern.finditer(other)]
        given += [found[0] for found in _ANY_YEAR.finditer(other)] if self.years else []
        return set(given) <= set(self.names())


def dates_of(texts: Sequence[str]) -> Dates:
    """The days of the week, months and years in texts that may become others.

    Days stay where some part of the week is spoken of, months and years with seasons, holidays and public events, and
    all where the calendar is asked, or where one is a part of a name ("Black Friday", "Housing Act 2004").
    """
    whole = "\n".join(texts)
    if _COUNTED.search(whole) or _SHORT.search(whole):
        return Dates({}, {}, {})
    dated = _DAY_OF_MONTH.search(whole) is not None
    tied = _SEASON.search(whole) is not None
    eve = _WEEKEND.search(whole) is not None and re.search(r"\bfriday", whole, re.IGNORECASE) is not None
    days = [] if dated or eve or _WEEK.search(whole) else _named(texts, _DAY, _is_day)
    years = [] if tied else _named(texts, _YEAR, _is_year)
    tied = tied or fixes_years(texts, years)
    months = [] if tied else _named(texts, _MONTH, _is_month)
    years = [] if tied else years
    return Dates(
        {written: DAYS.index(written.capitalize().removesuffix("s")) for written in days},
        {written: MONTHS.index(written.capitalize()) for written in months},
        {written: int(written) for written in years},
    )


def moved_dates(dates: Dates, stream: Stream) -> Swap:
    """Other days, months and years: all of a kind as many later or earlier, working days as working days, months as
    months of the same length, and years within ten years."""
    new: Swap = {}
    if shifts := _day_shifts(set(dates.days.values())):
        shift = stream.choice(shifts)
        new |= {written: _like(DAYS[day + shift], written) for written, day in dates.days.items()}
    if shifts := _month_shifts(set(dates.months.values())):
        shift = stream.choice(shifts)
        new |= {written: _like(MONTHS[month + shift], written) for written, month in dates.months.items()}
    if shifts := _year_shifts(set(dates.years.values())):
        shift = stream.choice(shifts)
        new |= {written: str(year + shift) for written, year in dates.years.items()}
    return new


def _named(texts: Sequence[str], pattern: re.Pattern[str], fits: Callable[[str, re.Match[str]], bool]) -> list[str]:
    """What a pattern finds, as it is written; nothing where one of them is something else or must stay."""
    found: dict[str, None] = {}
    for text in texts:
        free = free_stretches(text, numbers=True)
        for match in pattern.finditer(text):
            if not fits(text, match) or not any(start <= match.start() and match.end() <= end for start, end in free):
                return []
            found[match[0]] = None
    return list(found)


def _is_day(text: str, match: re.Match[str]) -> bool:
    timed = re.search(r"\b(?:on|by|until|last|next|this|every) \Z", text[: match.start()], re.I) is not None
    return timed or not _in_a_name(text, match)


def _is_month(text: str, match: re.Match[str]) -> bool:
    numbered = _NUMBER_AFTER.match(text, match.end()) is not None
    timed = numbered or _IN_TIME.search(text[: match.start()]) is not None
    return timed or (re.fullmatch(_SURE_MONTHS, match[0], re.IGNORECASE) is not None and not _in_a_name(text, match))


def _is_year(text: str, match: re.Match[str]) -> bool:
    before, end = text[: match.start()], match.end()
    ranged = _YEARS_FROM.search(before) is not None and _TO_A_YEAR.match(text, end) is not None
    alone = _OPENS_WITH_IT.search(before) is not None or not _OTHER_CAPITAL.match(text, end)
    return alone and (ranged or _YEAR_BEFORE.search(before) is not None) and not _THINGS.match(text, end)


def _in_a_name(text: str, match: re.Match[str]) -> bool:
    """Whether a word with a capital stands beside it, as in a name: "Ruby Tuesday"."""
    before = re.search(r"\w (?:[A-Z]\w*) \Z", text[: match.start()])
    return before is not None or _OTHER_CAPITAL.match(text, match.end()) is not None


def _day_shifts(days: set[int]) -> list[int]:
    """How many days later all of these may be: working days stay working days, and a day of the weekend one of it."""
    if not days:
        return []
    first, last = (0, _WORKDAYS) if max(days) < _WORKDAYS else (_WORKDAYS, len(DAYS))
    return [shift for shift in range(first - min(days), last - max(days)) if shift] if min(days) >= first else []


def _month_shifts(months: set[int]) -> list[int]:
    """How many months later all of these may be so that each is as long as before."""
    return [
        shift
        for shift in range(-min(months, default=0), len(MONTHS) - max(months, default=len(MONTHS)))
        if shift and all(_LENGTHS[month + shift] == _LENGTHS[month] for month in months)
    ]


def _year_shifts(years: set[int]) -> list[int]:
    if not years:
        return []
    return [shift for shift in range(-9, min(9, _LATEST - max(years)) + 1) if shift]


def _like(name: str, written: str) -> str:
    """A name in the case and number of another."""
    plural = "s" if written.endswith("s") else ""
    return (name if written[0].isupper() else name.lower()) + plural
