"""Foreign text in Markdown does nothing, and texts are cut at whole rows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from llmrobust.report.markdown_blocks import Block, cell, code, details, fitted, html_code, marker, row, table
from llmrobust.text.escaping import visible

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
NASTY = st.text(st.sampled_from("a |`\\*_<>[]()!#@:/&~$\n\r\t{}\u200b\u202e-") | st.characters(), max_size=40)


def rendered(markdown: str) -> str:
    return READER.render(markdown)


def texts(markdown: str, kind: str) -> list[str]:
    """The contents of all tokens of a kind."""
    return [
        child.content
        for token in READER.parse(markdown)
        for child in [token, *(token.children or [])]
        if child.type == kind
    ]


@given(NASTY)
def test_a_foreign_text_is_one_code_span(text: str) -> None:
    line = f"before {code(text, 1000)} after"
    assert "\n" not in line
    spans, around = texts(line, "code_inline"), texts(line, "text")
    if visible(text):
        assert spans == [visible(text)]
        assert around == ["before ", " after"]


@given(NASTY, NASTY)
def test_a_table_keeps_its_cells(one: str, other: str) -> None:
    lines = [*table(("a", "b", "c"), 1), row([cell(one, 1000), cell(other, 1000), "7"])]
    html = rendered("\n".join(lines))
    assert html.count("<td") == 3
    assert re.search(r"<td[^>]*>7</td>", html)
    spans = texts("\n".join(lines), "code_inline")
    wanted = [visible(text) for text in (one, other) if visible(text)]
    assert [span.replace("\\", "") for span in spans] == [text.replace("\\", "") for text in wanted]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "`plain`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        (" a ", "`  a  `"),
        ("", "(empty)"),
        ("two\nlines", "`two⏎lines`"),
        ("a|b", "`a|b`"),
    ],
)
def test_code_spans(text: str, shown: str) -> None:
    assert code(text) == shown


def test_pipes_in_cells_are_escaped_for_every_reader() -> None:
    assert cell("a|b") == "`a\\|b`"
    assert cell("a\\|b") == "`a\\\\\\|b`"  # cmark splits at a pipe after two backslashes, markdown-it does not


def test_a_summary_is_html_and_escaped_as_such() -> None:
    assert html_code("<img src=x onerror=alert(1)>&`") == "<code>&lt;img src=x onerror=alert(1)&gt;&amp;`</code>"


def test_long_texts_are_cut() -> None:
    assert len(code("x" * 500, 50)) == 52


def test_markers() -> None:
    assert marker() == "<!-- llmrobust -->"
    assert marker("gpu/nightly-1") == "<!-- llmrobust gpu/nightly-1 -->"
    for key in ("a--b", "-->", "x\ny", " a", "a-", "é"):
        with pytest.raises(ValueError, match="is not a valid key"):
            marker(key)


BLOCKS = [
    Block(["head"], rank=0),
    Block([f"| gate {i} |" for i in range(30)], ["| gates |", "| :-- |"], [""], 1, "gates"),
    details("cases", [f"- case {i}" for i in range(200)], 2, "cases", more=7),
]


def test_what_fits_is_whole() -> None:
    text = fitted(BLOCKS, 100_000)
    assert text.count("gate ") == 30
    assert text.count("- case") == 200
    assert text.endswith("</details>\n\nLeft out: 7 cases.\n")


@given(st.integers(600, 6000))
def test_texts_are_cut_at_whole_rows_and_say_so(limit: int) -> None:
    text = fitted(BLOCKS, limit, "All is elsewhere.")
    assert len(text.encode()) <= limit
    gates, cases = len(re.findall(r"^\| gate \d+ \|$", text, re.M)), len(re.findall(r"^- case \d+$", text, re.M))
    assert text.count("<details>") == text.count("</details>") == (cases > 0)
    assert (gates > 0) == ("| gates |" in text)
    assert gates == 30 or not cases or limit < 6000  # gates get room first
    missing = ([f"{30 - gates} gates"] if gates < 30 else []) + [f"{207 - cases} cases"]
    assert text.endswith(f"Left out: {', '.join(missing)}. All is elsewhere.\n")


def test_the_important_gets_room_first() -> None:
    text = fitted([details("cases", ["- " + "x" * 90] * 90, 2, "cases"), Block(["verdict"] * 20, rank=0)], 1500)
    assert text.count("verdict") == 20
    assert "x" in text


def test_bytes_are_counted_not_characters() -> None:
    text = fitted([Block(["é" * 100] * 20, rank=0, what="rows")], 2000)
    assert len(text.encode()) <= 2000
    assert "Left out: 13 rows." in text
