"""Which spans of a prompt an operator may edit, by the names that suites use for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from llmrobust.prompt.spans import Span

STRUCTURE = ("label", "separator", "space", "enumerator", "choices")
"""Kinds that text operators leave alone."""
_STRUCTURE = frozenset(STRUCTURE)
_NO_INPUT = ("choices", "example")
"""Blocks whose values do not count as input: what may be answered, and demonstrations."""
_OPTION = re.compile(r"options\.\d+")
"""The name of an option's text in an enumeration."""


def is_target(span: Span, targets: Sequence[str]) -> bool:
    """Whether a text operator with these targets may edit the span."""
    if span.protected or not span.text:
        return False
    return _is_named(span.kind, span.name, span.region, targets if type(targets) is tuple else tuple(targets))


def may_touch(span: Span, touches: Sequence[str]) -> bool:
    """Whether an operator that declares `touches` may change the span: a target's name, or a kind of structure."""
    if not span.text or (span.kind in _STRUCTURE and span.kind in touches):
        return True
    return is_target(span, touches)


@lru_cache(maxsize=4096)
def _is_named(kind: str, name: str, region: str, targets: tuple[str, ...]) -> bool:
    return kind not in _STRUCTURE and not _names(kind, name, region).isdisjoint(targets)


def _names(kind: str, name: str, region: str) -> frozenset[str]:
    block = region.split(":")[0]
    if kind == "variable":
        names = {"input", "prompt", name, name.split(".")[0], block}
        if block in _NO_INPUT or _OPTION.fullmatch(name):
            names = (names | {"choices"} if block != "example" else names) - {"input"}
        return frozenset(names - {"instruction", ""})
    return frozenset({kind, block, "prompt"} - {""})
