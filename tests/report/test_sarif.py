"""SARIF: follows its schema, points at the right lines, and tells problems apart whatever else is edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import Location
from llmrobust.report.formats import FORMATS, ReportOptions
from llmrobust.report.problems import Place, Problem
from llmrobust.report.sarif import ROOT, _location, _text, fingerprint, to_sarif
from llmrobust.request import Failure
from llmrobust.results.run_result import RunResult

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-rtm.4.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
MakeRun = Callable[..., RunResult]


def checked(result: RunResult, **options: Any) -> dict[str, Any]:
    """The only run of the log, after the schema said that it is one."""
    log = to_sarif(result, **options)
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
    return run


def test_the_schema_refuses_what_is_wrong() -> None:
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "bad"}]}]}
    assert {error.validator for error in VALIDATOR.iter_errors(log)} == {"required", "enum"}


def test_gates_that_do_not_pass_are_results(make_run: MakeRun) -> None:
    run = checked(make_run())
    found = {one["message"]["text"].partition("\n")[0]: one for one in run["results"]}
    assert list(found) == ["triage: consistency[typo] FAIL", "triage: spread[format] NOT EVALUATED"]
    failed = found["triage: consistency[typo] FAIL"]
    assert failed["level"] == "error"
    assert failed["ruleId"] == "gate/consistency"
    place = failed["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "suites/triage.robust.yaml", "uriBaseId": ROOT}
    assert place["region"] == {"startLine": 10}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {
        "gate/accuracy",
        "gate/consistency",
        "gate/spread",
    }


def test_worst_examples_and_prompts_are_related(make_run: MakeRun) -> None:
    result = make_run()
    prompt = replace(result.suites[0].prompts[0], path="prompts/tri age.jinja", line=4)
    result = replace(result, suites=(replace(result.suites[0], prompts=(prompt,)),))
    first = checked(result)["results"][0]
    texts = [one["message"]["text"] for one in first["relatedLocations"]]
    assert 'ex-0, typo.keyboard/0: "billing" -> "praise" ("charged" -> "chrged")' in texts
    last = first["relatedLocations"][-1]
    assert last["message"]["text"] == "the prompt (user)"
    assert last["physicalLocation"]["artifactLocation"]["uri"] == "prompts/tri%20age.jinja"
    assert [one["id"] for one in first["relatedLocations"]] == list(range(1, len(texts) + 1))


def test_a_gate_that_may_be_inconclusive_is_a_warning(make_run: MakeRun) -> None:
    result = make_run()
    decision = result.suites[0].decisions[0]
    gate = replace(decision.target.gate, inconclusive="warn")
    warned = replace(decision, status="inconclusive", target=replace(decision.target, gate=gate))
    from llmrobust.gate import DecisionStatus

    warned = replace(warned, status=DecisionStatus.INCONCLUSIVE)
    (one,) = checked(replace(result, suites=(replace(result.suites[0], decisions=(warned,)),)))["results"]
    assert one["level"] == "warning"


def test_cases_of_strict_suites_are_results(make_run: MakeRun) -> None:
    strict = make_run(strict=True)
    run = checked(strict)
    cases = [one for one in run["results"] if one["ruleId"].startswith("case/")]
    assert [one["ruleId"] for one in cases] == ["case/flipped", "case/unparsed", "case/truncated"]
    assert 'the answer changed from "billing" to "praise", but it must stay' in cases[0]["message"]["text"]
    assert not [one for one in checked(make_run())["results"] if one["ruleId"].startswith("case/")]


def test_a_run_in_part_is_no_clean_log(make_run: MakeRun) -> None:
    (one,) = checked(make_run(keep=12))["results"]
    assert (one["ruleId"], one["level"]) == ("suite/undecided", "warning")
    assert "only 12 of its 40 cases were asked" in one["message"]["text"]
    (none,) = checked(make_run(keep=0))["results"]
    assert none["level"] == "error"


def test_missing_answers_make_the_execution_unsuccessful(make_run: MakeRun, failed_reply: Failure) -> None:
    result = make_run({"format": {0: failed_reply}})
    result = replace(result, requests=replace(result.requests, failed=1))
    run = checked(result)
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "1 prompts got no answer"
    assert {one["level"] for one in run["results"]} == {"error"}


def test_fingerprints_survive_edits_and_tell_gates_apart(make_run: MakeRun) -> None:
    result = make_run()
    suite = result.suites[0]

    def prints(result: RunResult) -> list[str]:
        return [one["partialFingerprints"]["llmrobust/v1"] for one in checked(result)["results"]]

    moved = [
        replace(
            one,
            reason="another value",
            target=replace(one.target, gate=replace(one.target.gate, location=Location(Path("x"), 99, 1))),
        )
        for one in suite.decisions
    ]
    edited = replace(suite, decisions=tuple(moved), digest="cd" * 32)
    before = prints(result)
    assert prints(replace(result, suites=(edited,))) == before
    assert len(set(before)) == len(before) == 2
    elsewhere = replace(suite, path="suites/other.robust.yaml")
    both = prints(replace(result, suites=(suite, elsewhere)))
    assert len(set(both)) == 4
    assert set(before) < set(both)


def test_places_are_applied_to_every_path(make_run: MakeRun) -> None:
    run = checked(make_run(), places=lambda path: f"packages/bot/{path}")
    uris = [
        one["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for one in [*result["locations"], *result.get("relatedLocations", [])]
    ]
    assert uris
    assert all(uri.startswith("packages/bot/") for uri in uris)


@given(st.text(st.characters(exclude_characters="\0"), min_size=1))
def test_any_file_name_is_a_uri(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    uri = _location(Place(f"suites/{name}", 1))["physicalLocation"]["artifactLocation"]["uri"]
    parts = urlsplit(uri)
    assert uri.isascii()
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote(parts.path) == f"suites/{name}"


def test_files_outside_the_repository_have_absolute_uris() -> None:
    located = _location(Place("/else where/x.yaml", 3))["physicalLocation"]
    assert located["artifactLocation"] == {"uri": "file:///else%20where/x.yaml"}


@pytest.mark.parametrize(
    ("text", "safe"),
    [("{0} {{", "{{0}} {{{{"), ("[here](https://evil.example)", "[here] (https://evil.example)"), ("plain", "plain")],
)
def test_messages_hold_no_placeholders_and_no_links(text: str, safe: str) -> None:
    assert _text(text) == safe


def test_hostile_text_stays_json(make_run: MakeRun, tmp_path: Path) -> None:
    result = make_run()
    hostile = '</script><img src=x>"\n\u2028{0}'
    suite = replace(result.suites[0], name=hostile)
    FORMATS.get("sarif").write(replace(result, suites=(suite,)), tmp_path / "run.sarif", ReportOptions())
    log = json.loads((tmp_path / "run.sarif").read_text("ascii"))
    VALIDATOR.validate(log)
    assert hostile.replace("{0}", "{{0}}") in log["runs"][0]["results"][0]["message"]["text"]


def test_fingerprints_depend_on_what_they_name() -> None:
    one = Problem(
        rule="gate/accuracy", level="error", suite="s", title="t", message="m", place=Place("p", 1), key="accuracy"
    )
    assert fingerprint(one) == fingerprint(replace(one, title="u", message="n", place=Place("p", 7), level="warning"))
    assert fingerprint(one) != fingerprint(replace(one, key="accuracy-2"))
