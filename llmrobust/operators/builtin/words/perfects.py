"""Where have, has and had are auxiliaries: before a participle, which alone they are contracted before."""

from __future__ import annotations

import re

from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import participle_of

_PARTICIPLE = re.compile(
    r"\s+(?:(?:already|just|never|ever|also|always|not|only|recently|yet|even|actually|finally) )?(?P<done>[a-z]+)"
)
_THINGS = re.compile(r"\s+(?!(?:his|this|its|as|us|less|always|perhaps|towards|across)\b)[a-z]+s\b")
"""Things that a participle may describe: "has used cars"."""


def is_perfect(text: str, end: int) -> bool:
    """Whether a participle follows, which describes no thing: "has arrived", not "has used cars"."""
    found = _PARTICIPLE.match(text, end)
    if found is None or found["done"] in VALUES:
        return False
    done = is_participle(found["done"]) or re.search(r"[a-z]{2}[^e]ed\Z", found["done"]) is not None
    return done and found["done"] != "hundred" and _THINGS.match(text, found.end()) is None


def is_participle(word: str) -> bool:
    """Whether the word is the past participle of a known verb."""
    return word == "been" or participle_of(word) is not None
