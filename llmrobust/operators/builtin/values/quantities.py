"""Numbers in a prompt's inputs that count something, and whether an answer is told by one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmrobust.operators.builtin.values.grounding import is_input
from llmrobust.prompt.spans import Prompt

_BEFORE_NUMBERS = frozenset("the about over only these those all some at in for with and or after by than just".split())
_MONTH = re.compile(r" (?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_NUMBER = re.compile(r"(?<![\w.,:/$€£^*+\[(-])[1-9]\d{0,2}(?![\w:/%^*+\])-]|[.,]\d|\s?[-+*/=^]\s?\d)")
_BY_NATURE = re.compile(
    r" (?:legs?|arms|eyes|wings|wheels|tentacles|antennae|fingers|toes|paws|hooves|tyres|tires)\b|"
    r" days? (?:a|per|in a|each|every) week\b| hours? in a day\b| months? in a year\b"
)
"""What there is as many of by nature or by custom: legs of a spider, wheels of a bicycle, days of a week."""
_COMPUTES = re.compile(
    r"\b(?:total|altogether|in all|left|rest|remain\w*|each|per|every|twice|half|double|times|(?:more|less|fewer|older|"
    r"younger) than|sum|difference|average|combined|percent\w*|within|at least|at most|enough|between)\b|%",
    re.IGNORECASE,
)


def numbers_of(prompt: Prompt) -> list[str]:
    """Whole numbers of up to three digits in the inputs, in reading order.

    No years, dates, times, shares, prices, numbers of documents, terms or exponents, or parts of names.
    """
    found: dict[str, None] = {}
    for _, span in prompt.places(is_input):
        if re.fullmatch(r"\s*\d+\s*", span.text):
            continue
        for match in _NUMBER.finditer(span.text):
            before, after = span.text[: match.start()], span.text[match.end() :]
            named = re.search(r"(?:\b[A-Z][a-z]+|\bchannel) \Z|\(\Z", before)
            first = named is not None and named[0].strip().lower() in _BEFORE_NUMBERS
            bullet = re.search(r"(?:\A|\n)\s*\Z", before) and re.match(r"[.)]\s", after)
            if (named is None or first) and not bullet and not is_fixed(after):
                found[match[0]] = None
    return list(found)


def is_fixed(after: str) -> bool:
    """Whether the text after a number makes it one of a date, or of what there is as many of by nature."""
    return (_MONTH.match(after) or _BY_NATURE.match(after)) is not None


def is_told(expected: str | None, prompt: Prompt, numbers: Sequence[str]) -> bool:
    """Whether an answer is one of the numbers because the text says so, not because it is computed from them.

    It occurs once in the inputs. Either it is the only number there, or it is in another text than the question,
    which asks for no computation.
    """
    if expected is None or expected.strip() not in numbers:
        return False
    inputs = [span.text for _, span in prompt.places(is_input) if span.text.strip()]
    answer = re.compile(rf"(?<![\w.,]){re.escape(expected.strip())}(?![\w]|[.,]\d)")
    if sum(len(answer.findall(text)) for text in inputs) != 1:
        return False
    asked = [text for text in inputs if text.rstrip().endswith("?")]
    apart = len(inputs) > 1 and bool(asked) and not any(answer.search(text) or _COMPUTES.search(text) for text in asked)
    return apart or sum(len(re.findall(r"\d+", text)) for text in inputs) == 1
