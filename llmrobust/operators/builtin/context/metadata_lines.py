"""Lines that applications put into prompts and that decide nothing: today's date, the user's locale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from llmrobust.operators.operator import AtMost, Draw, Params, Sample, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.seeds import Stream

LANGUAGES = ("en", "de", "zh")
_ABOUT_TIME = re.compile(
    r"\b(?:today\w*|tonight|now|current(?:ly)?|yesterday|tomorrow|(?:this|last|next) (?:week|month|year|quarter|spring|"
    r"summer|autumn|fall|winter|morning|evening|night|\w+day)|ago|ages?|aged|old(?:er|est)?|born|birthday|deadline|due|expir\w+|"
    r"overdue|dates?|days?|calendar|recent(?:ly)?|latest|newest|so far|still|yet|upcoming|past|future|since|valid|"
    r"heute|jetzt|aktuell\w*|gestern|morgen|alt|jünger|älter|geboren|Geburtstag|Frist\w*|fällig\w*|Datum\w*|Tage?n?|"
    r"neueste\w*|kürzlich|bisher|seit|gültig\w*|diese[nrms]? (?:Woche|Monat|Jahr)|(?:letzte|nächste)[nrms]? \w+)\b|"
    r"今[天日年]|现在|目前|当前|昨[天日]|明[天日]|去年|明年|本[周月年]|上周|下周|日期|生日|年龄|几岁|多大|截止|到期|最新|最近|至今",
    re.IGNORECASE,
)
_ABOUT_PLACE = re.compile(
    r"\b(?:locales?|languages?|translat\w+|country|countries|nation\w*|currenc\w+|dollars?|euros?|pounds?|units?|miles?|"
    r"kilomet\w+|fahrenheit|celsius|spelling|dialects?|american|british|regions?|located?|locations?|where|nearby|local\w*|"
    r"timezones?|time zones?|law|laws|legal|tax\w*|price\w*|holidays?|english|german|chinese|"
    r"Sprache\w*|übersetz\w*|Land|Länder\w*|Währung\w*|Einheit\w*|wo|Region\w*|Ort\w*|Gesetz\w*|Recht\w*|Steuer\w*|Preis\w*|"
    r"Feiertag\w*|deutsch\w*|österreich\w*|schweiz\w*)\b|[$€£¥]|语言|翻译|国家|地区|货币|单位|哪里|哪儿|当地|法律|税|价格|假日|中文|英文|汉语",
    re.IGNORECASE,
)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_MONATE = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
_LOCALES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"en": ("en-US", "en-GB", "en-AU", "en-IN"), "de": ("de-DE", "de-AT", "de-CH"), "zh": ("zh-CN", "zh-SG")}
)
_SYSTEM = "You sort film reviews by sentiment. Say positive or negative."
_SAMPLE = Sample({"text": "A fine film."}, "Review: {{ text }}\nSentiment:\n", system=_SYSTEM)
Place = Literal["start", "end"]
_Line = Callable[[str, Stream], str]


class LineParams(Params):
    """Parameters of `context.date` and `context.locale`."""

    position: list[Place] = Field(
        default=["start", "end"], min_length=1, description="start or end of the system prompt; one variant each."
    )
    samples: int = Field(default=1, ge=1, le=20, description="Variants of each position.")


_DECLARED: dict[str, Any] = {
    "level": "context",
    "params": LineParams,
    "touches": ("text", "instruction"),
    "languages": LANGUAGES,
    "at_most": AtMost(1, 80),
    "sample": _SAMPLE,
}


@operator(
    "context.date",
    **_DECLARED,
    source="lines that chat applications add to system prompts (OpenAI's and Anthropic's published system prompts)",
)
def date_line(prompt: Prompt, params: LineParams, draw: Draw) -> Iterator[Variant]:
    """Adds a line with today's date to the system prompt, or before the user's; not where time may matter."""
    yield from _lines(prompt, params, draw, _ABOUT_TIME, "date", _date)


@operator(
    "context.locale",
    **_DECLARED,
    source="lines that chat applications add to system prompts; kind made for llmrobust",
)
def locale_line(prompt: Prompt, params: LineParams, draw: Draw) -> Iterator[Variant]:
    """Adds a line with the user's locale, one of the prompt's own language; not where a place may decide the answer."""
    yield from _lines(prompt, params, draw, _ABOUT_PLACE, "locale", _locale)


def _lines(
    prompt: Prompt, params: LineParams, draw: Draw, decides: re.Pattern[str], kind: str, line: _Line
) -> Iterator[Variant]:
    own = [m for m, message in enumerate(prompt.messages) if message.role in ("system", "user")]
    if not own or any(decides.search(message.text) for message in prompt.messages):
        return
    m = own[0]
    message = prompt.messages[m]
    if not message.text.strip():
        return
    seen: set[tuple[str, str]] = set()
    for place in dict.fromkeys(params.position):
        if place == "end" and message.role != "system":
            continue  # after the user's prompt stands the answer
        for sample in range(params.samples):
            text = line(draw.language, draw.shared(kind, sample))
            if (place, text) in seen:
                continue
            seen.add((place, text))
            name = place if params.samples == 1 else f"{place}-{sample}"
            yield Variant(_with_line(prompt, m, text, place), name)


def _with_line(prompt: Prompt, m: int, line: str, place: Place) -> Prompt:
    """The prompt with a line before or after everything that a message says."""
    role, spans = prompt.messages[m].role, prompt.messages[m].spans
    ended = "" if "".join(span.text for span in spans[-2:]).endswith("\n") else "\n"
    new: Sequence[Span] = (Span(f"{line}\n\n"), *spans) if place == "start" else (*spans, Span(f"{ended}\n{line}"))
    return replace(prompt, messages=(*prompt.messages[:m], Message(role, tuple(new)), *prompt.messages[m + 1 :]))


def _date(language: str, stream: Stream) -> str:
    day = date(2024, 1, 1) + timedelta(days=stream.below(3 * 365))
    if language == "de":
        return stream.choice(
            (f"Heutiges Datum: {day:%d.%m.%Y}", f"Heute ist der {day.day}. {_MONATE[day.month - 1]} {day.year}.")
        )
    if language == "zh":
        written = f"{day.year}年{day.month}月{day.day}日"
        return stream.choice((f"当前日期：{written}", f"今天是{written}。"))
    return stream.choice(
        (f"Current date: {day.isoformat()}", f"Today is {_MONTHS[day.month - 1]} {day.day}, {day.year}.")
    )


def _locale(language: str, stream: Stream) -> str:
    locale = stream.choice(_LOCALES.get(language, _LOCALES["en"]))
    lead = {"de": "Gebietsschema des Nutzers: ", "zh": "用户区域设置："}.get(language, "User locale: ")
    return f"{lead}{locale}"
