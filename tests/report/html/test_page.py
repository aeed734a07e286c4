"""The page as text: its policy, what is escaped, and how large it gets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest

from llmrobust.report.html import explorer, html_report
from llmrobust.report.html.explorer import Payload, payload
from llmrobust.report.html.page import STATUS_MARKS, TONES
from llmrobust.results.run_result import RunResult
from llmrobust.results.run_verdict import Outcome
from llmrobust.score.verdict import Status
from llmrobust.text.edit_script import edited

from .conftest import hostile

MakeRun = Callable[..., RunResult]
VOID = {"meta", "link", "br", "input", "line", "circle", "path", "rect"}


class _Elements(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inside:
            self.inside[self.open[-1]].append(data)


def test_the_policy_allows_this_style_and_script_and_no_other(make_run: MakeRun) -> None:
    for run in (make_run(), hostile(make_run())):
        page = _Elements(html_report(run))
        (policy,) = [found["content"] for tag, found in page.found if "http-equiv" in found and tag == "meta"]
        assert policy is not None
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        for kind, texts in (("script", [page.inside["script"][-1]]), ("style", page.inside["style"])):
            (text,) = texts
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert rules[f"{kind}-src"] == f"'sha256-{digest}'"


def test_no_element_has_a_style_or_a_handler_or_leads_elsewhere(make_run: MakeRun) -> None:
    page = _Elements(html_report(hostile(make_run()), hostile(make_run())))
    assert page.open == []
    for tag, attributes in page.found:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form[action]")
        for name, value in attributes.items():
            assert name != "style"
            assert not name.startswith("on")
            if name == "href":
                assert (value or "").startswith("#") or value == "data:,"
            assert name != "src"


def test_ids_in_the_page_are_unique_and_labels_lead_somewhere(make_run: MakeRun) -> None:
    page = _Elements(html_report(make_run(), make_run()))
    ids = [found["id"] for _, found in page.found if "id" in found]
    assert len(ids) == len(set(ids))
    for _, found in page.found:
        for name in (found.get("aria-labelledby") or "").split():
            assert name in ids or name == "case-title"


def test_every_status_and_outcome_has_its_mark() -> None:
    assert set(STATUS_MARKS) == set(map(str, Status))
    assert set(TONES) == set(Outcome)


def _unpacked(text: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def _prompts(packed: Payload) -> list[Any]:
    return [prompt for part in packed.prompts for prompt in _unpacked(part)]


def test_the_explorer_gets_every_prompt(make_run: MakeRun) -> None:
    run = make_run()
    cases_with_shares = tuple(replace(case, probabilities=(0.9, 0.1)) for case in run.suites[0].cases)
    run = replace(run, suites=(replace(run.suites[0], cases=cases_with_shares),))
    packed = payload(run)
    assert packed.left_out == 0
    cases, prompts = _unpacked(packed.cases), _prompts(packed)
    taken = [0] * len(prompts)
    for number, case in enumerate(run.suites[0].cases):
        clean = cases["columns"]["clean"][number]
        before, entries, shares = prompts[clean]
        edits, _ = entries[taken[clean]]
        assert shares[taken[clean]] == [9000, 1000]
        taken[clean] += 1
        assert edited(tuple(map(tuple, before)), edits) == case.prompt
        assert cases["texts"][cases["columns"]["answer"][number]] == case.answer or case.answer is None


def test_parts_hold_whole_examples_and_say_where_they_start(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _prompts(payload(make_run()))
    monkeypatch.setattr(explorer, "PART_CASES", 9)
    packed = payload(make_run())
    parts = [_unpacked(part) for part in packed.prompts]
    assert [sum(len(entries) for _, entries, _ in part) for part in parts] == [12, 12, 12, 4]
    assert _unpacked(packed.cases)["starts"] == [0, 3, 6, 9]
    assert _prompts(packed) == whole


def test_a_run_that_is_too_large_keeps_the_cases_that_did_not_pass(make_run: MakeRun) -> None:
    run, random = make_run(), Random(5)
    suite = run.suites[0]
    cases = tuple(replace(case, text=random.randbytes(500).hex()) for case in suite.cases)
    run = replace(run, suites=(replace(suite, cases=cases),))
    part = payload(run, budget_bytes=sum(map(len, payload(run).prompts)) // 2)
    wanted = sum(case.is_original or case.status is not Status.PASSED for case in cases)
    kept = [entry for _, entries, _ in _prompts(part) for entry in entries if entry != 0]
    assert len(kept) == 40 - part.left_out == wanted < 40


def test_there_is_a_page_however_large_the_prompts_are(make_run: MakeRun) -> None:
    packed = payload(make_run(), budget_bytes=1)
    assert packed.left_out == 40
    assert all(not before and not any(entries) for before, entries, _ in _prompts(packed))


def test_control_characters_and_lone_surrogates_are_written_out(make_run: MakeRun) -> None:
    page = html_report(hostile(make_run()))
    page.encode("utf-8")
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]", body)
