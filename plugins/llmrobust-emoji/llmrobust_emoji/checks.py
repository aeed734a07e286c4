"""A check for llmrobust: the answer is an emoji."""

from __future__ import annotations

import re

from llmrobust import check

EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")


@check("emoji")
def emoji(text: str) -> str | None:
    """Reads the one emoji of an answer; an answer with several different ones gives none."""
    found = set(EMOJI.findall(text))
    return found.pop() if len(found) == 1 else None
