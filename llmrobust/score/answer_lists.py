"""Lists read from answers: JSON, lines, numbered or marked lines, or items between commas, ">" or arrows.

What could be anything but a list in order is not read: one of two ("d2 or d3"), equal places ("d2 > d3 = d1"), an
order from the worst on, places in brackets, two lists, sentences with commas.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from llmrobust.score.frames import unframed, without_fence
from llmrobust.score.normalise import normalised
from llmrobust.score.number import canonical_number
from llmrobust.score.structured import Unreadable, json_value
from llmrobust.text.late_patterns import late_pattern

_MARKED = late_pattern(r"\s*[-*•]\s+(?P<item>.+)")
_COUNTED = late_pattern(
    r"\s*(?:\(?(?P<count>\d{1,3})[.):]|(?:rank|place|position|no\.?)\s*#?(?P<rank>\d{1,3})\s*[.:)–-]"
    r"|(?P<nth>\d{1,3})(?:st|nd|rd|th)\s*[.:)–-])\s+(?P<item>.+)",
    re.IGNORECASE,
)
_INTRODUCES = late_pattern(r"[^\n]{0,120}[:：][\s*_]*$")
_LEADS = late_pattern(
    r"(?:[^\n:：>]{0,60}(?::[*_]*\s+|：\s*)"
    r"|(?:(?:the|my|so|thus)\s+)?(?:[\w-]+\s+){0,2}(?:ranking|order|labels?|categor(?:y|ies)|topics?|tags?|answers?|classes)"
    r"\s+(?:is|are|would\s+be)\s+)(?=\S)",
    re.IGNORECASE,
)
_TURNED = late_pattern(
    r"\b(?:not|no|none|never|without|except|excluding|wrong|incorrect|instead|rather|irrelevant|unlike|worst|least|lowest"
    r"|ascending|reversed?|maybe|perhaps|possibly|possible|could|might|may|unclear|uncertain|unsure|if|examples?|excluded)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
"""In what introduces a list: it holds what is not meant, or begins with the worst."""
_NO_ITEM = late_pattern(
    r"(?:yes|no|sorry|none|i|it|of\s+course|please|etc|(?:and\s+)?so\s+on|in\s+(?:that|this)\s+order|\.*|…)$"
    r"|[ivx]{1,4}[.)]\s|[①-⑳]|\d+．|\d{1,3}[.):]\s"
    r"|(?:i|it|we|this|that|there|not|no|never|neither|nor|maybe|perhaps|possibly|either|both|first|then|next|finally|last"
    r"|but|because|so|cannot|sorry)\s+(?!of\b)\S|.*\s(?:or|is|are|was)\s|.*[=<>?]|.*\S:\s",
    re.IGNORECASE | re.DOTALL,
)
"""What is no item of a list that is written as text."""
_NO_LISTED_ITEM = late_pattern(r".*\sor\s|.*[=<>]|.*\?$", re.IGNORECASE | re.DOTALL)
"""What is no item of a numbered or marked list, whose items may be sentences."""
_EXPLAINS = late_pattern(
    r"[\s*_#]*(?:explanation|reason(?:ing)?|rationale|justification|notes?|because)\b"
    r"|[\s*_#]*(?:(?:i|let\s+me|please|hope)(?:\s+\S+){2}"
    r"|(?:the|this|these|it|they|here|passage|document|as|since)(?:\s+\S+){4})",
    re.IGNORECASE,
)
_TAKES_BACK = late_pattern(
    r"\b(?:wait|correction|actually|scratch\s+that|on\s+second\s+thoughts?|instead|also|could|might|may)\b",
    re.IGNORECASE,
)
_DENIED = late_pattern(r"\b(?:not|no|none|never|false|absent|unlikely|doubtful)\b|n['’]t\b|^\W*\d", re.IGNORECASE)
_ARROW = late_pattern(r"->|=>|→|⟶|⇒")
_MOST_WORDS = 4
"""Words of an item between commas; longer pieces are sentences."""
_BRACKETED = late_pattern(r"\[([^\[\]]{1,60})\]")


def items_of(text: str, ignore_case: bool, *, remarks: bool = True) -> list[str] | None:
    """The items of the one list that an answer is, in order; None where it is none.

    JSON lists of texts or numbers, also as the only list of an object; numbered or marked lines; lines; `3 > 1 > 2`,
    `[3] > [1] > [2]`; items between commas or semicolons of at most four words each. A line that ends in a colon may
    introduce the list, and an explanation may follow it. remarks: whether an item's line may go on with words that
    deny it ("music: not mentioned").
    """
    text = unframed(text)
    try:
        found = _of_json(json_value(text))
    except (Unreadable, RecursionError):
        found = _of_text(without_fence(text), remarks)
    if found is None:
        return None
    items = [normalised(item, ignore_case) for item in found]
    return items if all(items) else None


def without_explanation(text: str) -> str:
    """The text without an explanation on lines of its own; all of it where that takes back what was said."""
    found = _before_explanation([line.strip() for line in text.strip().splitlines()])
    return text if found is None else "\n".join(found)


def list_text(items: list[str]) -> str:
    """Items as canonical text: a JSON list."""
    return json.dumps(items, ensure_ascii=False)


def strings_of(answer: str | None) -> tuple[str, ...]:
    """The items of a canonical text; none of None, or of a text that is not a list of texts."""
    try:
        value = json.loads(answer or "[]")
    except ValueError:
        return ()
    return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else ()


def item_text(value: Any) -> str | None:
    """An item of a JSON list as text: a number in canonical form; None for anything else."""
    if isinstance(value, Decimal):
        return canonical_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _of_json(value: Any) -> list[str] | None:
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        if len(lists) != 1:
            return None
        value = lists[0]
    if not isinstance(value, list):
        return None
    items = [item_text(item) for item in value]
    return None if None in items else [item for item in items if item is not None]


def _of_text(text: str, remarks: bool) -> list[str] | None:
    whole = [line.strip() for line in text.strip().splitlines()]
    lines = _before_explanation(whole)
    if lines is None:
        return None
    if len(lines) > 1 and _INTRODUCES.fullmatch(lines[0]):
        if _TURNED.search(lines[0]):
            return None
        lines = lines[1:]
    if not lines:
        return None
    several = len(lines) > 1 or (_listed(lines[0]) is not None and not set(",>") & set(lines[0]))
    items = _of_lines(lines, remarks) if several else _of_line(lines[0].removeprefix("- "))
    if items is None or any(item.count("(") != item.count(")") for item in items):
        return None
    foreign = _NO_LISTED_ITEM if several and _listed(lines[0]) else _NO_ITEM
    return None if any(foreign.match(item.strip("*_`\"'“”‘’ ").rstrip(".")) for item in items) else items


def _before_explanation(lines: list[str]) -> list[str] | None:
    """The lines without an explanation after them; None where that takes the list back, or is another list."""
    end = next((i for i, line in enumerate(lines) if i and line and _EXPLAINS.match(line)), len(lines))
    after = [line for line in lines[end:] if line]
    if any(_listed(line) or _BRACKETED.match(line) or _TAKES_BACK.search(line) for line in after):
        return None
    return [line for line in lines[:end] if line]


def _listed(line: str) -> re.Match[str] | None:
    return _COUNTED.fullmatch(line) or _MARKED.fullmatch(line)


def _of_lines(lines: list[str], remarks: bool) -> list[str] | None:
    """Numbered lines in the order of their numbers, marked lines, or short lines."""
    counted = [_COUNTED.fullmatch(line) for line in lines]
    marked = [_MARKED.fullmatch(line) for line in lines]
    if all(counted):
        numbers = [int(found["count"] or found["rank"] or found["nth"]) for found in counted if found is not None]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) and len(set(numbers)) > 1:
            return None
    if not all(counted) and not all(marked):
        long = any(len(line.split()) > _MOST_WORDS or ">" in line[1:] or _ARROW.search(line) for line in lines)
        return None if any(counted) or any(marked) or long else lines
    parts = [_head(found["item"]) for found in (counted if all(counted) else marked) if found is not None]
    if not remarks and any(_DENIED.search(rest) for _, rest in parts):
        return None
    return [item for item, _ in parts]


def _of_line(line: str) -> list[str] | None:
    lead = _LEADS.match(line.lstrip("*_ "))
    if lead is not None:
        if _TURNED.search(lead.group()):
            return None
        line = line.lstrip("*_ ")[lead.end() :]
    line = line.strip("*_` ")
    if _ARROW.search(line):
        line = _ARROW.sub(" > ", line)
    if ">" in line:
        items = [_head(item.strip())[0] for item in line.rstrip(".").split(">")]
        if any("," in item or ";" in item for item in items):
            return None
        return [found[1] if (found := _BRACKETED.fullmatch(item)) else item for item in items]
    line = re.sub(r",?\s+and\s+(?=\S+(?:\s\S+){0,2}\.?$)", ", ", line) if "," in line or ";" in line else line
    items = [item.strip() for item in re.split(r"[,;]", line.strip().strip("[]").rstrip(".;,"))]
    if len(items) < 2 or any(len(item.split()) > _MOST_WORDS or "(" in item for item in items):
        return None
    return items


def _head(item: str) -> tuple[str, str]:
    """The item of a line, and what follows it: an explanation after a dash or a colon, in brackets, or after `[id]`."""
    item = item.strip("*_` ")
    named = _BRACKETED.match(item)
    if named is not None:
        return named[1], item[named.end() :]
    found = re.search(r"\s+[-–—]\s+|[*_`]*\s*(?::[*_`]*|\()\s*(?=\S)", item)
    return (item, "") if found is None or found.start() == 0 else (item[: found.start()], item[found.end() :])


def turned_down(lead: str) -> bool:
    """True if what introduces labels says that these are not meant, or may not be ("Not relevant:")."""
    return _TURNED.search(lead) is not None
