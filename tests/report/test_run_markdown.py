"""The comment on a pull request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from llmrobust.report.formats import FORMATS, ReportOptions
from llmrobust.report.markdown_blocks import COMMENT_LIMIT
from llmrobust.report.run_markdown import run_markdown
from llmrobust.results.run_result import RunResult

MakeRun = Callable[..., RunResult]

PAGE = """\
<!-- llmrobust -->
## ❌ llmrobust: failed

1 of 5 gates fails; 1 could not be decided.

Model `http://localhost:8000/v1#tickets` (`tickets`, `http`) · 40 prompts, 25 distinct: 10 sent, 15 from the store

### `triage`
`suites/triage.robust.yaml` · 10 examples, 40 cases

|  | gate | measured | bound | examples |
| :-- | :-- | :-- | :-- | --: |
| ❌ fail | `consistency[typo]` | 0.850 [.54,.96] | at least 0.95 | 10 |
| ⚠️ not evaluated | `spread[format]` | n/a | at most 0.1 | 10 |
| ✅ pass | `accuracy` | 0.900 [.60,.98] | at least 0.5 | 10 |
| ✅ pass | `consistency[format]` | 1.000 [.72,1.00] | at least 0.95 | 10 |
| ✅ pass | `consistency` | 0.900 [.65,.98] | at least 0.5 | 10 |
"""
CASES = """\
<details><summary>3 cases of <code>triage</code> did not pass</summary>

- flipped: `ex-0` `typo.keyboard/0` `billing` → `praise`, gold `billing`: `Classify the ticket.⏎Ticket: I was [-charged-]{+chrged+} twice this month⏎Category:`
"""


def test_the_verdict_stands_first_then_gates(make_run: MakeRun) -> None:
    assert run_markdown(make_run()).startswith(PAGE)


def test_broken_cases_are_shown_on_a_click(make_run: MakeRun) -> None:
    text = run_markdown(make_run())
    assert CASES in text
    assert "- unparsed: `ex-1` `typo.keyboard/0` `billing` → ?, gold `billing`" in text


def test_a_key_stands_in_the_marker(make_run: MakeRun) -> None:
    assert run_markdown(make_run(), key="gpu").startswith("<!-- llmrobust gpu -->\n")


def test_a_run_in_part_says_so(make_run: MakeRun) -> None:
    text = run_markdown(make_run(keep=12))
    assert "## ⚠️ llmrobust: not decided" in text
    assert "10 examples, 12 of 40 cases" in text
    assert "**Not decided**: only 12 of its 40 cases were asked" in text


def test_a_run_without_cases_is_no_pass(make_run: MakeRun) -> None:
    for result in (make_run(keep=0), replace(make_run(), suites=())):
        assert "✅" not in run_markdown(result)
        assert "## ⚠️ llmrobust: nothing was run" in run_markdown(result)


def test_only_so_many_cases_are_shown(make_run: MakeRun) -> None:
    text = run_markdown(make_run(), cases=1)
    assert "3 cases of <code>triage</code> did not pass, the first 1<" in text
    assert text.endswith("Left out: 2 cases. The stored run (`--robust-json`) has all of it.\n")


def test_many_suites_fit_a_comment(make_run: MakeRun, tmp_path: Path) -> None:
    result = make_run()
    suites = tuple(replace(result.suites[0], name=f"suite-{i}") for i in range(200))
    FORMATS.get("markdown").write(replace(result, suites=suites), tmp_path / "comment.md", ReportOptions())
    text = (tmp_path / "comment.md").read_text("utf-8")
    assert len(text.encode()) <= COMMENT_LIMIT
    assert text.startswith("<!-- llmrobust -->\n## ❌ llmrobust: failed")
    assert "Left out:" in text
    assert text.count("<details>") == text.count("</details>")


READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
HOSTILE = st.lists(
    st.sampled_from(
        [
            "@octocat",
            "#1",
            "GH-1",
            "https://evil.example",
            "<script>alert(1)</script>",
            "</details>",
            "<!--",
            "|",
            "`",
            "\n",
            "![x](https://evil.example/x.png)",
            "**",
            "$x$",
            "\\",
        ]
    )
    | st.text(max_size=6),
    max_size=6,
).map("".join)


@given(HOSTILE)
@settings(max_examples=30)
def test_foreign_text_stays_text(make_run: MakeRun, foreign: str) -> None:
    """All that a page shows of a run's texts is code; the rest of it is the same page as with harmless texts."""
    assert skeleton(hostile_page(make_run(), foreign)) == skeleton(hostile_page(make_run(), "harmless"))


def hostile_page(result: RunResult, foreign: str) -> str:
    foreign = foreign.strip() or "empty"
    suite = result.suites[0]
    model = replace(result.manifest.model, spec=foreign, name=foreign)  # type: ignore[type-var]
    cases = tuple(
        replace(
            case,
            key=case.key._replace(example=foreign, use=foreign, variant=foreign),
            answer=foreign,
            clean_answer=foreign,
            expected=foreign,
            reason=foreign,
            text=foreign,
            prompt=(("user", f"{foreign}y"),),
            clean_prompt=(("user", f"{foreign}x"),),
        )
        for case in suite.cases
    )
    decisions = tuple(replace(one, id=foreign, reason=foreign, remedy=foreign) for one in suite.decisions)
    hostile = replace(suite, name=foreign, path=foreign, cases=cases, decisions=decisions)
    return run_markdown(
        replace(result, manifest=replace(result.manifest, model=model), suites=(hostile,)), limit=200_000
    )


def skeleton(page: str) -> list[tuple[str, str]]:
    """The tokens of a page with the contents of code spans taken out."""
    found = []
    for token in READER.parse(page):
        if token.type == "html_block":
            found.append((token.type, token.content.partition("<code>")[0] + token.content.rpartition("</code>")[2]))
        found += [
            (child.type, "" if child.type == "code_inline" else child.content) for child in [*(token.children or [])]
        ]
        found.append((token.type, ""))
    return found
