"""The report in a real browser: it runs nothing of what models say, and its explorer works."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmrobust.report.html import explorer, html_report
from llmrobust.report.html import page as page_of_run
from llmrobust.request import Failure
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from tests.models.http.fault_server import serve
from tests.plugin.films import server_with, suite

from .conftest import HOSTILE, Page, hostile

Show = Callable[..., Page]
MakeRun = Callable[..., RunResult]
pytestmark = pytest.mark.e2e

UP, DOWN, HOME, END, TAB = "\ue013", "\ue015", "\ue011", "\ue010", "\ue004"


def test_a_page_loads_nothing_and_complains_of_nothing(show: Show, make_run: MakeRun) -> None:
    page = show(make_run())
    assert page.problems() == []
    assert (
        page.run("return performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length") == 0
    )
    assert page.run("return document.title").endswith(": triage (llmrobust)")
    assert page.found() == "40 of 40 cases"


@pytest.mark.parametrize("compared", [False, True])
def test_nothing_hostile_runs_and_all_of_it_is_shown(show: Show, make_run: MakeRun, compared: bool) -> None:
    run = hostile(make_run())
    page = show(run, hostile(make_run({"format": {3: Failure("timeout", HOSTILE[1])}})) if compared else None)
    count = page.run("return document.querySelectorAll('#rows-all .row').length")
    assert count > 5
    for number in range(0, 40, 3):
        page.run("document.querySelectorAll('.row')[0].click(); location.hash = arguments[0]", f"case={number}")
        node = page.run("return document.getElementById('rows').focus()")
        assert node is None
        page.press(DOWN)
    assert page.run("return window.pwned") is None
    assert page.problems() == []
    assert page.run("return document.querySelectorAll('img, iframe, object, embed, script[src], base').length") == 0
    assert page.run("return [...document.querySelectorAll('a')].every(a => a.getAttribute('href').startsWith('#'))")
    assert HOSTILE[1] in page.run("return document.body.textContent")
    assert "49" not in page.run("return document.querySelector('h1').textContent")


@pytest.mark.parametrize(
    "attack", ["#q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "#case=%00&status=__proto__", "#=&&=", "#%"]
)
def test_an_address_does_no_harm(show: Show, make_run: MakeRun, attack: str) -> None:
    page = show(make_run(), hash_=attack)
    assert page.run("return window.pwned") is None
    assert page.problems() == []
    assert "of 40 cases" in page.found()


def test_filters_leave_what_they_say(show: Show, make_run: MakeRun) -> None:
    page = show(make_run())
    cases = make_run().suites[0].cases

    def chosen(script: str) -> str:
        before = page.run("return location.hash")
        page.run(script + "; document.getElementById('filters').dispatchEvent(new Event('input', {bubbles: true}))")
        page.wait(f"location.hash !== {before!r}")
        return page.found()

    form = "const form = document.getElementById('filters').elements;"
    flipped = sum(case.status is Status.FLIPPED for case in cases)
    assert chosen("document.querySelector('input[value=flipped]').checked = true") == f"{flipped} of 40 cases"
    page.run("document.getElementById('filters').reset()")
    page.wait("document.getElementById('found').textContent === '40 of 40 cases'")
    assert chosen(form + "form.operator.value = 'operator:typo.swap'") == "10 of 40 cases"
    assert chosen(form + "form.example.value = 'ex-3'") == "1 of 40 cases"
    assert chosen(form + "form.operator.value = ''") == "4 of 40 cases"
    assert chosen(form + "form.example.value = ''; form.q.value = 'CHRGED billing'") == "20 of 40 cases"
    assert chosen(form + "form.q.value = 'there is no such word'") == "0 of 40 cases"
    assert "No case fits" in page.run("return document.getElementById('case').textContent")


def test_prompts_in_parts_are_searched_and_opened(
    show: Show, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "PART_CASES", 9)
    run = make_run()
    page = show(run, hash_="#q=chrged+billing")
    page.wait("document.getElementById('found').textContent === '20 of 40 cases'")
    shown = page.run("return [...document.querySelectorAll('.row')].map(row => row.children[1].textContent)")
    saying = [case.example for case in run.suites[0].cases if "chrged" in case.prompt[-1][1]]
    assert shown == saying[: len(shown)], "in the order of the run, whichever part they are in"
    for key in (HOME, END):
        page.run("document.getElementById('rows').focus()")
        page.press(key)
        page.wait("document.querySelector('#case .prompt') !== null")
        assert "chrged" in page.run("return document.querySelector('#case .prompt').textContent")


def test_a_list_that_is_taller_than_browsers_draw_is_seen_to_its_end(
    show: Show, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = page_of_run._script().replace("TALLEST = 8000000", "TALLEST = 1000")
    monkeypatch.setattr(page_of_run, "_script", lambda: script)
    page = show(make_run())
    assert page.run("return document.getElementById('rows-all').offsetHeight") == 1000
    seen = (
        "const box = document.getElementById('rows').getBoundingClientRect();"
        "return [...document.querySelectorAll('.row')].map(row => [row.getBoundingClientRect(), row.dataset.place])"
        ".filter(([at]) => at.top >= box.top - 1 && at.bottom <= box.bottom + 1).map(([, place]) => Number(place))"
    )
    page.run("document.getElementById('rows').scrollTop = 1e9")
    page.wait("document.querySelector('.row[data-place=\"39\"]') !== null")
    last = page.run(seen)
    assert last == list(range(last[0], 40))
    page.run("document.getElementById('rows').focus()")
    for key, place in ((HOME, 0), (END, 39), (UP, 38)):
        page.press(key)
        page.wait(f"document.querySelector('[aria-selected=true]').dataset.place === '{place}'")
        assert place in page.run(seen)


def test_an_address_opens_a_case_with_its_diff_and_command(show: Show, make_run: MakeRun) -> None:
    run = make_run()
    (case,) = [one for one in run.suites[0].cases if one.status is Status.FLIPPED]
    node = f"{run.suites[0].path}::{case.family}::{case.name}"
    page = show(run, hash_=f"#case={node}")
    page.wait("document.querySelectorAll('#case del, #case ins').length > 0")
    for edit, prompt in (("ins", case.clean_prompt), ("del", case.prompt)):
        shown = page.run(
            "const copy = document.querySelector('#case .prompt').cloneNode(true);"
            "copy.querySelectorAll(arguments[0] + ', .control').forEach(e => e.remove()); return copy.textContent",
            edit,
        )
        assert shown == prompt[-1][1]
    said = page.run("return document.getElementById('case').textContent")
    assert all(text in said for text in ("flipped", "praise", "billing"))
    assert shlex.split(page.run("return document.querySelector('.command code').textContent")) == [
        "llmrobust",
        "replay",
        node,
        "--llm",
        run.manifest.model.spec,
    ]
    assert page.run("return document.querySelector('[aria-selected=true]') !== null")


def test_the_command_is_quoted_for_a_shell(show: Show, make_run: MakeRun) -> None:
    run = hostile(make_run())
    page = show(run)
    nodes = {f"{suite.path}::{case.family}::{case.name}" for suite in run.suites for case in suite.cases}
    page.run("document.getElementById('rows').focus()")
    for _ in range(12):
        page.press(DOWN)
        command = shlex.split(page.run("return document.querySelector('.command code').textContent.toWellFormed()"))
        assert command[:2] == ["llmrobust", "replay"]
        assert command[2].replace("\ufffd", "\ud800") in nodes
        assert command[3:] == ["--llm", run.manifest.model.spec.replace("\ud800", "\ufffd")]


def test_differences_in_the_page_give_both_texts(show: Show, make_run: MakeRun) -> None:
    texts = [
        ("", ""), ("a", ""), ("", "b c"), ("one two three", "one 2 three"), ("🙂 and 🙃", "🙂🙂 or 🙃"),
        ("a  b", "a b"), ("x\ny\nz", "x y\n\nz"), ("e\u0301te\u0301", "été"), ("الف ب", "ب الف"), ("same", "same"),
    ]  # fmt: skip
    run = make_run()
    suite = run.suites[0]
    originals = [case for case in suite.cases if case.is_original]
    cases = []
    for number, (before, after) in enumerate(texts):
        clean = (("user", before),)
        original = replace(originals[number], prompt=clean, clean_prompt=clean)
        cases += [
            original,
            replace(
                original,
                key=original.key._replace(use="f.o", variant="0"),
                family="f",
                operator="f.o",
                prompt=(("user", after),),
            ),
        ]
    page = show(replace(run, suites=(replace(suite, cases=tuple(cases)),)))
    page.run("document.getElementById('rows').focus()")
    for before, after in texts:
        page.press(DOWN)
        page.press(DOWN)
        page.wait("document.querySelector('#case .prompt') !== null")
        for edit, wanted in (("ins", before), ("del", after)):
            shown = page.run(
                "const copy = document.querySelector('#case .prompt').cloneNode(true);"
                "copy.querySelectorAll(arguments[0]).forEach(e => e.remove());"
                "copy.querySelectorAll('.control').forEach(e => e.replaceWith(e.textContent === '␣' ? ' ' : ''));"
                "return copy.textContent",
                edit,
            )
            assert shown == wanted


def test_the_keyboard_is_enough(show: Show, make_run: MakeRun) -> None:
    page = show(make_run())
    page.press(TAB)
    assert page.run("return document.activeElement.className") == "skip"
    page.run("document.getElementById('rows').focus()")
    page.press(END)
    assert page.run("return document.querySelector('[aria-selected=true]').getAttribute('aria-posinset')") == "40"
    page.press(UP)
    page.press(HOME)
    page.press(DOWN)
    assert page.run("return document.querySelector('[aria-selected=true]').getAttribute('aria-posinset')") == "2"
    active = page.run("return document.getElementById('rows').getAttribute('aria-activedescendant')")
    assert page.run("return document.getElementById(arguments[0]).getAttribute('role')", active) == "option"


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_never_scrolls_sideways(show: Show, make_run: MakeRun, width: int) -> None:
    page = show(make_run(), make_run({"format": {1: Failure("timeout", "late")}}), width=width)
    assert page.run("return document.documentElement.scrollWidth") == width


def test_dark_and_light_follow_the_system_and_the_button(show: Show, make_run: MakeRun) -> None:
    colour = "return getComputedStyle(document.body).backgroundColor"
    page = show(make_run())
    light = page.run(colour)
    page.open(dark=True)
    dark = page.run(colour)
    assert light == "rgb(255, 255, 255)"
    assert dark != light
    page.run("document.getElementById('theme').click()")
    assert page.run(colour) == light
    page.run("document.getElementById('theme').click(); document.getElementById('theme').click()")
    assert page.run(colour) == dark


def test_without_scripts_everything_but_the_explorer_is_there(show: Show, make_run: MakeRun) -> None:
    page = show(make_run())
    page.open(script=False)
    tree = page.driver.execute_cdp_cmd("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    shown = " ".join(tree["strings"])
    assert "The explorer of all 40 cases needs JavaScript" in shown
    assert "consistency[typo]" in shown
    page.open()


def test_it_prints(show: Show, make_run: MakeRun) -> None:
    page = show(make_run())
    printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert len(printed["data"]) > 20_000


def test_two_runs_are_compared(show: Show, make_run: MakeRun) -> None:
    page = show(make_run(), make_run({"typo.keyboard": {}, "typo.swap": {}, "format": {}}))
    text = page.run("return document.getElementById('comparison').textContent")
    assert "the new run is worse" in text
    assert "3 broke, 0 healed" in text
    page.open("#change=broke")
    assert page.found() == "3 of 40 cases"


@pytest.mark.parametrize("kind", ["failed", "part", "no gold", "no case", "many labels", "waves"])
def test_every_kind_of_run_has_a_page(show: Show, make_run: MakeRun, failed_reply: Failure, kind: str) -> None:
    run = make_run({"format": {3: failed_reply}}) if kind == "failed" else make_run(keep=12 if kind == "part" else None)
    suite = run.suites[0]

    def other(case: CaseResult) -> CaseResult:
        if kind == "no gold":
            return replace(case, expected=None, correct=None, answer=f"free text {case.example}")
        return replace(case, probabilities=(0.4, *[0.01] * 60))

    changed: dict[str, Any] = {
        "no gold": {"cases": tuple(map(other, suite.cases)), "choices": ()},
        "no case": {"cases": (), "decisions": (), "measurements": ()},
        "many labels": {"cases": tuple(map(other, suite.cases)), "choices": tuple(f"label {i}" for i in range(61))},
        "waves": {"waves": 3},
    }.get(kind, {})
    page = show(replace(run, suites=(replace(suite, **changed),)))
    assert page.problems() == []
    assert "cases" in page.found()
    if kind == "many labels":
        page.run("document.getElementById('rows').focus()")
        page.press(DOWN)
        assert page.run("return document.querySelectorAll('.shares tbody tr').length") == 8


def test_the_same_run_gives_the_same_page(make_run: MakeRun) -> None:
    assert html_report(make_run()) == html_report(make_run())


def test_the_command_of_a_case_reruns_it_on_the_same_model(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "films.robust.yaml").write_text(suite())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    how: dict[str, Any] = {"cwd": tmp_path, "env": {**os.environ, "PATH": path}, "capture_output": True, "text": True}
    with serve(server_with()) as server:
        made = ["pytest", "-q", "films.robust.yaml", "--llm", server.url, "--robust-html", "page.html"]
        assert subprocess.run(made, **how).returncode == 0
        page = Page(browser, tmp_path / "page.html")
        page.open()
        page.run("document.getElementById('rows').focus()")
        page.press(DOWN)
        command = page.run("return document.querySelector('.command code').textContent")
        ended = subprocess.run(command, shell=True, **how)
    assert ended.returncode == 0, ended.stderr
    assert f"model  {server.url}" in ended.stdout
