"""The gate language in a pytest run: groups, stored runs, noise, warnings, and the sequential mode."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ET

import pytest

SUITE = """\
suite: reviews
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
ROWS
answer: {field: answer, choices: [positive, negative]}
perturb:
  - casing: {target: input}
  - punctuation.strip_final: {target: input}
gate:
GATES
"""


def suite(*gates: str, count: int = 8) -> str:
    """Examples that the keyword model answers right, unless their input is in upper case."""
    rows = [
        f'  - {{id: e{i}, text: "movie {i} is {"good" if i % 2 else "awful"}.", '
        f"answer: {'positive' if i % 2 else 'negative'}, topic: t{i % 2}}}"
        for i in range(count)
    ]
    return SUITE.replace("ROWS", "\n".join(rows)).replace("GATES", "\n".join(f"  - {gate}" for gate in gates))


def gates_of(project) -> dict[str, str]:
    report = json.loads((project.path / "run.json").read_text())
    return {one["id"]: one["status"] for one in report["suites"][0]["decisions"]}


def test_gates_of_variants_and_fields_are_items_of_their_own(project):
    project.write(
        "suites/reviews.robust.yaml", suite("accuracy: {min: 0.9, per: variant}", "accuracy: {min: 0.9, per: topic}")
    )
    result = project.run("suites", "-k", "gate", "--collect-only", "-q")
    names = [line.partition("::")[2] for line in result.outlines if "::" in line]
    assert any("casing.upper" in name for name in names)
    assert {"gate::accuracy[t0]", "gate::accuracy[t1]"} <= set(names)
    project.run("suites", "--robust-json=run.json")
    found = gates_of(project)
    assert [f"gate::{name}" for name in found] == names
    assert found["accuracy[t0]"] == "pass", "negative whatever the letters"
    assert found["accuracy[t1]"] == "fail"


def test_a_gate_against_a_stored_run(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.3}"))
    project.run("suites", "--robust-json=suites/before.json")
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: -0.01, against: before.json}"))
    assert project.run("suites").ret == 0
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: -0.01, against: gone.json}"))
    missing = project.run("suites")
    assert missing.ret == 1
    missing.stdout.fnmatch_lines(["*gone.json*does not exist*"])


def test_an_inconclusive_gate_fails_or_warns_as_it_says(project):
    gate = "accuracy: {min: 0.6, confidence: 0.99%s}"
    project.write("suites/reviews.robust.yaml", suite(gate % ""))
    failing = project.run("suites")
    assert failing.ret == 1
    failing.stdout.fnmatch_lines(["*INCONCLUSIVE*"])
    project.write("suites/reviews.robust.yaml", suite(gate % ", inconclusive: warn"))
    warned = project.run("suites")
    assert warned.ret == 0
    warned.stdout.fnmatch_lines(["*GateWarning: accuracy is inconclusive*"])
    assert project.run("suites", "-W", "error").ret == 1


def test_the_noise_floor_is_asked_shown_and_in_junit(project):
    text = suite("consistency: {min: 0.1}") + "noise_floor: {examples: 4, times: 2}\n"
    project.write("suites/reviews.robust.yaml", text)
    result = project.run("suites", "--junitxml=out.xml")
    result.stdout.fnmatch_lines(["noise floor 0.000 * (8 identical prompts sent again, 4 examples)"])
    properties = {p.get("name"): p.get("value") for p in ET.parse(project.path / "out.xml").getroot().iter("property")}
    assert properties["llmrobust.noise_floor"] == "0"


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_the_sequential_mode_stops_early_and_says_what_it_spared(project, workers):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}", count=60))
    everything = len(project.run("suites", "--collect-only", "-q").outlines)
    result = project.run("suites", "--robust-sequential", "--robust-json=run.json", "-rs", *workers)
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert outcomes["skipped"] > 0.3 * everything
    result.stdout.fnmatch_lines(["*not sent: every gate on this case was decided without it*"])
    result.stdout.fnmatch_lines(["reviews*cases in * wave*"])
    assert gates_of(project) == {"accuracy": "pass"}
    assert len(project.sent()) == len(set(project.sent()))
    suite_json = json.loads((project.path / "run.json").read_text())["suites"][0]
    assert suite_json["waves"] >= 1
    assert suite_json["answered"] < suite_json["planned"]


def test_a_partial_selection_is_asked_whole_in_the_sequential_mode(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}", count=40))
    result = project.run("suites", "--robust-sequential", "-k", "original")
    assert result.parseoutcomes()["passed"] == 40


def test_a_model_that_goes_away_in_the_sequential_mode_is_one_error(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}", count=40))
    result = project.run("suites", "--robust-sequential", "--llm", "keyword:gone")
    assert result.parseoutcomes()["errors"] == 1
    assert "passed" not in result.parseoutcomes()


def test_lf_judges_failed_gates_again(project):
    """Only gates failed: --lf asks for all cases of their suites (from the store), and the failure is not forgotten."""
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.99}"))
    assert project.run_with_cache("suites").ret == 1
    for _ in range(2):
        again = project.run_with_cache("suites", "--lf")
        assert again.ret == 1
        assert again.parseoutcomes()["failed"] == 1
        assert "skipped" not in again.parseoutcomes()


def test_a_gate_alone_judges_its_whole_suite(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}", "accuracy: {min: 0.99, per: topic}"))
    assert project.run("suites", "-k", "gate").parseoutcomes()["failed"] == 1
    alone = project.run("suites/reviews.robust.yaml::gate::accuracy[t0]")
    assert alone.parseoutcomes() == {"passed": 1}


def test_a_damaged_stored_run_stops_its_own_gate_only(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.3}"))
    project.run("suites", "--robust-json=suites/before.json")
    damaged = json.loads((project.path / "suites/before.json").read_text())
    del damaged["suites"][0]["cases"][0]["operator"]
    (project.path / "suites/before.json").write_text(json.dumps(damaged))
    gates = "accuracy: {min: 0.3}", "accuracy: {min: -0.5, against: before.json}"
    project.write("suites/reviews.robust.yaml", suite(*gates))
    result = project.run("suites")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*before.json cannot be compared with: is damaged: *is missing*"])
    result.stdout.no_fnmatch_line("*Traceback*")


AGAINST = "accuracy: {min: -0.01, against: baseline}"


def save_baseline(project, monkeypatch, *options: str) -> int:
    from llmrobust.cli import main

    monkeypatch.chdir(project.path)
    return main(["baseline", "save", "run.json", *options])


def test_a_gate_against_the_baseline(project, monkeypatch):
    """Under xdist too, where the workers do not open the model themselves."""
    project.write("suites/reviews.robust.yaml", suite(AGAINST))
    missing = project.run("suites", "--robust-json=run.json")
    assert missing.ret == 1
    missing.stdout.fnmatch_lines(["*the baseline reviews.json cannot be compared with: it does not exist*"])
    hint = next(line for line in missing.stdout.lines if ", then: llmrobust baseline save" in line)
    first, _, then = hint.partition(", then: ")
    asked = shlex.split(first[first.index("pytest ") :])[1:]
    assert (asked[0], asked[1]) == ("suites/reviews.robust.yaml", "--llm")
    (project.path / "run.json").unlink()
    assert project.run(*asked).ret == 1  # the gate has no baseline yet
    assert save_baseline(project, monkeypatch, *shlex.split(then)[4:]) == 0
    project.write("suites/reviews.robust.yaml", suite(AGAINST.replace("baseline", "baseline, same: [prompt, model]")))
    for workers in ([], ["-n", "2"]):
        assert project.run("suites", "--robust-json=run.json", *workers).ret == 0
        (one,) = json.loads((project.path / "run.json").read_text())["suites"][0]["decisions"]
        assert one["reason"].endswith("prompt and model are the baseline's")
        assert (one["cause"], one["baseline"], one["same"]) == ("", "reviews.json", ["prompt", "model"])


@pytest.mark.parametrize("by_ini", [False, True])
def test_baselines_lie_where_the_user_says(project, monkeypatch, by_ini):
    project.write("suites/reviews.robust.yaml", suite(AGAINST))
    options = [] if by_ini else ["--robust-baselines", "store"]
    if by_ini:
        project.pytester.makefile(".ini", pytest="[pytest]\nllm = keyword:\nrobust_baselines = store\n")
    missing = project.run("suites", "--robust-json=run.json", *options)
    missing.stdout.fnmatch_lines(["*llmrobust baseline save run.json --to *store*"])
    assert save_baseline(project, monkeypatch, *(["--to", "store"] if not by_ini else [])) == 0
    assert (project.path / "store" / "reviews.json").is_file()
    assert project.run("suites", *options).ret == 0


def test_a_baseline_in_the_sequential_mode(project, monkeypatch):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}"))
    project.run("suites", "--robust-json=run.json")
    assert save_baseline(project, monkeypatch) == 0
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.4}", AGAINST))
    project.run("suites", "--robust-json=run.json", "--robust-sequential")
    assert gates_of(project) == {"accuracy": "pass", "accuracy-2": "pass"}
