"""pytest's own JUnit XML of our runs: what servers that read it expect."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from llmrobust.report.junit import LONGEST, case_properties
from tests.plugin.conftest import SUITE

ODD = (
    SUITE.replace("suite: reviews", r'suite: "odd \u0001 <suite> & \"q\""')
    .replace('"movie 1 is good."', r'"movie 1 is good ]]> \u0007 <b>&amp; \u00e9\U0001F600 ::error::x."')
    .replace("id: a,", r'id: "a <b>&\"c\"",')
)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def junit(project, *options):
    """The root of the file that a run wrote, read by a strict parser."""
    project.run("suites", "--junitxml=out.xml", *options)
    content = (project.path / "out.xml").read_text("utf-8")
    assert not ILLEGAL.search(content)
    return ElementTree.fromstring(content)


def check(root):
    """The elements and attributes that readers of JUnit XML know, each in its place."""
    assert root.tag == "testsuites"
    (suite,) = root
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == len(list(suite))
    for kind in ("failure", "error", "skipped"):
        counted = int(suite.get({"failure": "failures", "error": "errors"}.get(kind, kind)))
        assert len(suite.findall(f"testcase/{kind}")) == counted
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    for case in cases:
        assert set(case.attrib) == {"classname", "name", "time"}
        assert {child.tag for child in case} <= {"properties", "failure", "error", "skipped"}
        for entry in case.findall("properties/property"):
            assert set(entry.attrib) == {"name", "value"}
            assert entry.get("name").startswith("llmrobust.")
        for failure in case.findall("failure"):
            assert "\n" not in failure.get("message")
            assert failure.get("message") in failure.text
    return cases


def values(case):
    return {entry.get("name"): entry.get("value") for entry in case.findall("properties/property")}


def test_cases_and_gates_with_odd_characters(project):
    project.write("suites/reviews.robust.yaml", ODD.replace("min: 0.2", "min: 1.0"))
    cases = check(junit(project))
    (failed,) = [case for case in cases if case.find("failure") is not None]
    assert failed.get("classname") == "suites.reviews.robust.yaml.gate"
    assert failed.get("name") == "consistency[typo]"
    assert values(failed)["llmrobust.decision"] == "fail"
    assert failed.find("failure").get("message").startswith("consistency of family typo is 0.")
    assert "worst examples:" in failed.find("failure").text


def test_strict_cases_with_odd_characters(project):
    project.write("suites/reviews.robust.yaml", ODD.partition("gate:")[0])
    cases = check(junit(project))
    failed = [case for case in cases if case.find("failure") is not None]
    assert failed
    assert {values(case)["llmrobust.status"] for case in failed} == {"flipped"}
    assert any('a <b>&"c"' in case.get("name") for case in cases)


def test_missing_answers_are_errors(project):
    cases = check(junit(project, "--llm", "keyword:fails"))
    errors = [case.find("error").get("message") for case in cases if case.find("error") is not None]
    assert errors
    assert all("no answer" in message for message in errors)


def test_long_answers_are_cut(judge_all):
    from dataclasses import replace

    judged = replace(judge_all({"format": {}})[0], answer="x" * 10_000)
    (answer,) = [value for name, value in case_properties("triage", judged) if name == "llmrobust.answer"]
    assert len(answer) == LONGEST
