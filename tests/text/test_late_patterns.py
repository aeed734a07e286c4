"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from llmrobust.text.late_patterns import late_pattern


def test_a_late_pattern_finds_what_a_compiled_one_does() -> None:
    late, compiled = late_pattern(r"(?P<word>the)\b", re.IGNORECASE), re.compile(r"(?P<word>the)\b", re.IGNORECASE)
    assert late.findall("The other, the one") == compiled.findall("The other, the one") == ["The", "the"]
    assert late.sub("a", "The end") == "a end"
    assert (late.pattern, late.flags, dict(late.groupindex)) == (compiled.pattern, compiled.flags, {"word": 1})


def test_it_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compile_now = re.compile
    monkeypatch.setattr(re, "compile", lambda pattern, flags=0: made.append(pattern) or compile_now(pattern, flags))
    late = late_pattern("a+")
    assert made == []
    assert [one is not None for one in (late.match("aab"), late.search("baa"), late.match("b"))] == [True, True, False]
    assert made == ["a+"]
