"""Workflow commands: well formed, the important first, and never forged by what is in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.report.github_annotations import annotation_lines, command
from llmrobust.report.problems import Place
from llmrobust.report.run_terminal import summary_lines
from llmrobust.report.source_links import repository_places
from llmrobust.results.run_result import RunResult
from llmrobust.text.escaping import inert

MakeRun = Callable[..., RunResult]
COMMANDS = ("error", "warning", "stop-commands", "set-output", "add-mask")


def obeyed(output: str) -> list[tuple[str, dict[str, str], str]]:
    """What a runner makes of a step's output: (command, properties, data), as actions/runner reads lines."""
    found = []
    for line in output.replace("\r", "\n").split("\n"):
        text = line.lstrip()
        end = text.find("::", 2)
        name, _, properties = text[2:end].partition(" ")
        if text.startswith("::") and end > 0 and name in COMMANDS:
            pairs = (pair.split("=", 1) for pair in properties.split(",") if pair)
            found.append((name, {key: unquote(value) for key, value in pairs}, unquote(text[end + 2 :])))
        elif "##[" in line and "]" in line[line.index("##[") :]:
            name = line[line.index("##[") + 3 :].partition("]")[0].partition(" ")[0]
            if name in COMMANDS:
                found.append((name, {}, ""))
    return found


FOREIGN = st.lists(
    st.sampled_from(["::error::", "::stop-commands::x", "##[error]", "##[set-output name=a;]b", "\n", "\r", " ", "%0A"])
    | st.text(max_size=5),
    max_size=8,
).map("".join)


@given(FOREIGN, FOREIGN, FOREIGN)
def test_a_command_is_one_whatever_it_holds(message: str, path: str, title: str) -> None:
    ((name, properties, data),) = obeyed(command("error", message, Place(path, 7), title))
    assert name == "error"
    assert data == message
    assert properties == {"file": path, "line": "7", **({"title": title} if title else {})}


@given(FOREIGN)
def test_inert_text_holds_no_command(text: str) -> None:
    assert obeyed(inert(text)) == []
    if "#" not in text and "::" not in text:
        assert inert(text) == text


def test_annotations_of_a_run(make_run: MakeRun) -> None:
    lines = annotation_lines(make_run(), lambda path: f"bot/{path}")
    assert lines[0].startswith(
        "::error file=bot/suites/triage.robust.yaml,line=10,title=triage%3A consistency[typo] FAIL::"
        "consistency of family typo is 0.850 (95%25 interval"
    )
    assert '%0Aworst: ex-0, typo.keyboard/0: "billing" -> "praise" ("charged" -> "chrged")' in lines[0]
    assert len(lines) == 2


def test_the_prompt_is_annotated_where_it_has_a_file_of_its_own(make_run: MakeRun) -> None:
    result = make_run()
    prompt = replace(result.suites[0].prompts[0], path="prompts/triage.jinja", line=4)
    lines = annotation_lines(replace(result, suites=(replace(result.suites[0], prompts=(prompt,)),)))
    assert lines[-1] == (
        "::error file=prompts/triage.jinja,line=4,title=triage%3A 2 not passed::"
        "with this prompt: consistency[typo] FAIL, spread[format] NOT EVALUATED"
    )


def test_ten_of_a_level_at_most_and_the_rest_is_summed_up(make_run: MakeRun) -> None:
    result = make_run()
    suite = result.suites[0]
    prompt = replace(suite.prompts[0], path="prompts/triage.jinja", line=4)
    failed = suite.decisions[1]
    many = tuple(replace(failed, id=f"consistency-{i}") for i in range(30))
    lines = annotation_lines(replace(result, suites=(replace(suite, decisions=many, prompts=(prompt,), strict=True),)))
    assert len(lines) == 10
    assert lines[-1].startswith("::error title=llmrobust::25 more errors")
    assert any("file=prompts/triage.jinja" in line for line in lines)


def test_a_passed_run_has_none(make_run: MakeRun) -> None:
    result = make_run()
    suite = result.suites[0]
    passed = replace(suite, decisions=tuple(one for one in suite.decisions if one.passed))
    assert annotation_lines(replace(result, suites=(passed,))) == []


@given(FOREIGN)
@settings(max_examples=50)
def test_the_terminal_summary_holds_no_command(make_run: MakeRun, foreign: str) -> None:
    result = make_run()
    suite = result.suites[0]
    cases = tuple(
        replace(
            case,
            key=case.key._replace(example=foreign),
            answer=foreign,
            prompt=(("user", foreign),),
            clean_prompt=(("user", f"{foreign}x"),),
        )
        for case in suite.cases
    )
    decisions = tuple(replace(one, id=foreign or "x", reason=foreign, remedy=foreign) for one in suite.decisions)
    hostile = replace(suite, name=foreign, path=foreign, cases=cases, decisions=decisions)
    lines = summary_lines(replace(result, suites=(hostile,)))
    assert obeyed("\n".join("".join(text for text, _ in line) for line in lines)) == []


def test_places_are_relative_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    base = tmp_path / "repo" / "bot"
    base.mkdir(parents=True)
    assert repository_places(base)("suites/a.yaml") == "suites/a.yaml"
    (tmp_path / "repo" / ".git").mkdir()
    places = repository_places(base)
    assert places("suites/a.yaml") == "bot/suites/a.yaml"
    assert places(f"{tmp_path}/repo/prompts/p.jinja") == "prompts/p.jinja"
    assert places("/else/p.jinja") == "/else/p.jinja"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert repository_places(base)("suites/a.yaml") == "repo/bot/suites/a.yaml"
