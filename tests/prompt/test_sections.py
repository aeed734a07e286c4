"""Sections of prompts in the forms that people write, and what only looks like one."""

from __future__ import annotations

import pytest

from llmrobust.prompt.sections import CODE, MASK, cut_at, own_text, sections_in
from llmrobust.prompt.spans import Span


@pytest.mark.parametrize(
    ("text", "style", "titles"),
    [
        ("# Role\nYou sort.\n\n# Rules\nBe short.", "markdown", ["Role", "Rules"]),
        ("# Prompt\n\n## Role\nYou sort.\n### Detail\nx\n## Rules\nBe short.", "markdown", ["Role", "Rules"]),
        ("<role>\nYou sort.\n</role>\n<rules>Be short.</rules>\n", "xml", ["role", "rules"]),
        ("<prompt>\n<role>\na\n</role>\n<rules>\nb\n</rules>\n</prompt>", "xml", ["role", "rules"]),
        ("**Role:**\nYou sort.\n\n**Rules**\nBe short.", "bold", ["Role", "Rules"]),
        ("=== ROLE ===\nYou sort.\n=== RULES ===\nBe short.", "ruled", ["ROLE", "RULES"]),
        ("Role\n====\nYou sort.\n\nRules\n-----\nBe short.", "underlined", ["Role", "Rules"]),
        ("[ROLE]\nYou sort.\n[RULES]\nBe short.", "bracketed", ["ROLE", "RULES"]),
        ("ROLE\nYou sort.\n\nOUTPUT FORMAT:\nOne word.", "caps", ["ROLE", "OUTPUT FORMAT"]),
        ("Role: You sort.\nTask: Say which.\nOutput: One word.", "label", ["Role", "Task", "Output"]),
        ("Your role:\nYou sort.\n\nOutput format:\nOne word.", "label", ["Your role", "Output format"]),
        ("1. Role\nYou sort.\n\n2. Rules\nBe short.", "numbered", ["Role", "Rules"]),
        ("# 角色\n你是客服。\n\n# 规则\n要简短。", "markdown", ["角色", "规则"]),
    ],
)
def test_sections_are_read_in_every_form(text: str, style: str, titles: list[str]) -> None:
    found = sections_in(text)
    assert [one.title for one in found] == titles
    assert {one.style for one in found} == {style}
    assert all(text[one.start : one.end].strip() == text[one.start : one.end] for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Say whether the review is good.",
        "1. Boil water.\n2. Add salt.\n3. Stir.",
        "# One heading\nand text",
        "<doc>a</doc>\n<doc>b</doc>",
        "Use **bold** and <b>tags</b> sparingly.",
        "Question: x\nAnswer:",
    ],
)
def test_what_only_looks_like_sections_is_none(text: str) -> None:
    assert sections_in(text) == ()


def test_values_and_code_hold_no_sections() -> None:
    spans = [Span("Text: "), Span("# A\nx\n# B\ny", "variable", "t"), Span("\n```\n# c\nz\n# d\nz\n```")]
    assert sections_in(own_text(spans)) == ()
    assert MASK in own_text(spans)
    assert CODE in own_text(spans)


def test_the_input_after_the_last_section_is_not_part_of_it() -> None:
    text = f"# Role\nYou sort.\n\n# Rules\nBe short.\n\nReview: {MASK * 5}\n\nSentiment:"
    last = sections_in(text)[-1]
    assert text[last.body : last.end] == "Be short."


def test_cutting_keeps_the_text_and_protected_spans_whole() -> None:
    spans = [Span("abc"), Span("DEF", protected=True), Span("ghi")]
    cut, index = cut_at(spans, [1, 4, 7, 9])
    assert "".join(span.text for span in cut) == "abcDEFghi"
    assert [span.text for span in cut] == ["a", "bc", "DEF", "g", "hi"]
    assert index == [1, 3, 4, 5]
