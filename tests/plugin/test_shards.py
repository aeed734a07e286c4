"""Shards of a run, and merging them: what is left out, what is said, and that nothing differs from one run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmrobust.cli import main

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
EXTRA
perturb:
  - casing: {target: input}
  - typo.drop: {target: input, rate: 0.3, samples: 2}
gate:
GATES
"""
MAY_DIFFER = ("requests", "timing")
"""What a merged run does not have in common with one of the same cases in one session."""


def suite(*gates: str, count: int = 12, extra: str = "", reverse: bool = False) -> str:
    rows = [
        f'  - {{id: e{i}, text: "movie {i} is {"good" if i % 2 else "awful"}.", '
        f"answer: {'positive' if i % 2 else 'negative'}, page: p{i // 2}}}"
        for i in range(count)
    ]
    rows = rows[::-1] if reverse else rows
    text = SUITE.replace("ROWS", "\n".join(rows)).replace("GATES", "\n".join(f"  - {gate}" for gate in gates))
    return text.replace("EXTRA\n", f"{extra}\n" if extra else "")


def stored(path: Path) -> dict:
    return json.loads(path.read_text())


def without(run: dict, *names: str) -> str:
    return json.dumps({name: value for name, value in run.items() if name not in names})


def examples(path: Path) -> set[str]:
    return {case["example"] for one in stored(path)["suites"] for case in one["cases"]}


def run_shards(project, of: int, *more: str) -> list[str]:
    names = [f"shard-{number}.json" for number in range(1, of + 1)]
    for number, name in enumerate(names, 1):
        project.run("suites", f"--robust-shard={number}/{of}", f"--robust-json={name}", *more)
    return names


def merged(project, capsys, monkeypatch, *names: str, output: str = "merged.json") -> tuple[int, str]:
    monkeypatch.chdir(project.path)
    capsys.readouterr()
    code = main(["merge", *names, "--output", output])
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize(
    ("of", "extra"),
    [
        (1, ""),
        (3, "noise_floor: {examples: 6, times: 2}\nrepeats: 2\ncluster: page\nmethods: [contextual-calibration]"),
        (3, "cases: strict"),
    ],
)
def test_merged_shards_are_one_run(project, capsys, monkeypatch, of, extra):
    gates = ("accuracy: {min: 0.5, confidence: 0.9}", "consistency: {min: 0.9, per: family}", "spread: {max: 0.9}")
    project.write("suites/reviews.robust.yaml", suite(*gates, extra=extra))
    names = run_shards(project, of)
    whole = project.run("suites", "--robust-json=whole.json")
    code, told = merged(project, capsys, monkeypatch, *reversed(names))
    assert code == int(whole.ret), told
    one, all_of_them = stored(project.path / "whole.json"), stored(project.path / "merged.json")
    assert without(all_of_them, *MAY_DIFFER) == without(one, *MAY_DIFFER)
    counted = sum(stored(project.path / name)["requests"]["unique"] for name in names)
    assert all_of_them["requests"]["unique"] == counted


def test_shards_share_the_examples_whatever_their_order(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}", count=20))
    first = [examples(project.path / name) for name in run_shards(project, 3)]
    assert set().union(*first) == {f"e{i}" for i in range(20)}
    assert sum(map(len, first)) == 20
    assert all(first)
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}", count=24, reverse=True))
    then = [examples(project.path / name) for name in run_shards(project, 3)]
    assert all(before <= after for before, after in zip(first, then, strict=True)), "more rows move no other"


def test_clusters_stay_together(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}", extra="cluster: page"))
    for name in run_shards(project, 3):
        held = examples(project.path / name)
        assert {f"e{int(one[1:]) ^ 1}" for one in held} == held


def test_a_shard_says_what_it_is_and_passes_nothing(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}"))
    result = project.run("suites", "--robust-shard=1/2", "--robust-json=run.json", "-rs", "--robust-markdown=run.md")
    held = stored(project.path / "run.json")
    cases, planned = held["suites"][0]["answered"], held["suites"][0]["planned"]
    assert 0 < cases < planned
    assert held["manifest"]["shard"] == "1/2"
    assert held["suites"][0]["decisions"] == []
    result.stdout.fnmatch_lines(
        [
            f"*{planned - cases} deselected*",
            f"reviews: shard 1/2 has {cases} of {planned} cases",
            f"*not decided: shard 1/2 has {cases} of {planned} cases; gates need all shards: llmrobust merge*",
        ]
    )
    assert "one shard, not decided" in (project.path / "run.md").read_text()
    assert f"Shard 1/2: {cases} of {planned} cases. Gates need all shards" in (project.path / "run.md").read_text()
    assert main(["report", str(project.path / "run.json"), "--exit-code"]) == 1


def test_a_shard_without_examples_is_a_run_too(project, capsys, monkeypatch):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}", count=2).partition("gate:")[0])
    names = [f"shard-{number}.json" for number in range(1, 5)]
    codes = [project.run("suites", f"--robust-shard={name[6]}/4", f"--robust-json={name}").ret for name in names]
    empty = [code for code, name in zip(codes, names, strict=True) if not examples(project.path / name)]
    assert set(empty) == {0}
    whole = project.run("suites", "--robust-json=whole.json")
    code, told = merged(project, capsys, monkeypatch, *names)
    assert code == whole.ret, told
    assert without(stored(project.path / "merged.json"), *MAY_DIFFER) == (
        without(stored(project.path / "whole.json"), *MAY_DIFFER)
    )


def test_test_functions_are_sharded_as_suite_files_are(project):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}"))
    project.write(
        "suites/test_reviews.py",
        "import llmrobust\n\n@llmrobust.suite('reviews.robust.yaml')\ndef test_one(case):\n    assert case.text\n",
    )
    ran = [
        project.run("suites/test_reviews.py", f"--robust-shard={number}/2").parseoutcomes().get("passed", 0)
        for number in (1, 2)
    ]
    planned = stored_planned(project)
    assert sum(ran) == planned
    assert all(ran)


def stored_planned(project) -> int:
    project.run("suites/reviews.robust.yaml", "--robust-json=planned.json")
    return stored(project.path / "planned.json")["suites"][0]["planned"]


def test_under_xdist_a_shard_is_the_same(project, capsys, monkeypatch):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}"))
    names = run_shards(project, 2, "-n", "2")
    project.run("suites", "--robust-json=whole.json")
    code, told = merged(project, capsys, monkeypatch, *names)
    assert code == 0, told
    assert without(stored(project.path / "merged.json"), *MAY_DIFFER) == (
        without(stored(project.path / "whole.json"), *MAY_DIFFER)
    )


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_shards_that_there_are_not(project, text):
    result = project.run("suites", f"--robust-shard={text}")
    assert result.ret == 4
    assert any("--robust-shard" in line for line in result.errlines)


@pytest.mark.parametrize("option", ["--robust-sequential", "--robust-shrink"])
def test_what_needs_the_whole_run_is_refused(project, option):
    result = project.run("suites", "--robust-shard=1/2", option)
    assert result.ret == 4
    assert any("--robust-shard cannot be combined with" in line for line in result.errlines)


def changed(name: str, project, change) -> str:
    run = stored(project.path / name)
    change(run)
    made = f"{change.__name__}.json"
    (project.path / made).write_text(json.dumps(run))
    return made


def test_what_cannot_be_merged_is_named(project, capsys, monkeypatch):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.5}"))
    one, two = run_shards(project, 2)
    project.run("suites", "--robust-json=whole.json")
    project.run("suites", "--robust-shard=2/2", "-k", "casing or plain", "--robust-json=part.json")
    project.run("suites", "--robust-shard=1/3", "--robust-json=third.json")

    def of_another_model(run):
        run["manifest"]["model"]["fingerprint"] = "0" * 64

    def of_an_old_version(run):
        run["manifest"]["llmrobust"] = "0.0.1"

    def without_replies(run):
        run["suites"][0]["replies_kept"] = False

    def of_another_seed(run):
        run["suites"][0]["seed"] += 1

    for names, said in [
        ((one,), "1 shard missing: 2/2; gates need all of them"),
        ((one, one), "shard-1.json: is shard 1/2, and so is shard-1.json"),
        ((one, "third.json"), "third.json: is shard 1/3, but shard-1.json is one of 2"),
        (("whole.json", two), "whole.json: is not one shard of a run; pytest --robust-shard K/N"),
        ((one, "part.json"), "part.json: reviews: "),
        ((one, changed(two, project, of_another_model)), "of_another_model.json: was answered by another model"),
        (
            (one, changed(two, project, of_an_old_version)),
            "of_an_old_version.json: was made with llmrobust 0.0.1, shard-1",
        ),
        ((one, changed(two, project, without_replies)), "without_replies.json: reviews: keeps no replies"),
        (
            (one, changed(two, project, of_another_seed)),
            "of_another_seed.json: reviews: the seed is not the same as in",
        ),
    ]:
        code, told = merged(project, capsys, monkeypatch, *names, output="none.json")
        assert code == 2, told
        assert said in told
        assert not (project.path / "none.json").exists()
    assert "run the shard to its end, and without -k" in merged(project, capsys, monkeypatch, one, "part.json")[1]
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.9}"))
    code, told = merged(project, capsys, monkeypatch, one, two)
    assert (code, "has changed since" in told) == (2, True), told
    (project.path / "suites/reviews.robust.yaml").unlink()
    code, told = merged(project, capsys, monkeypatch, one, two)
    assert (code, "is not here; gates need it" in told) == (2, True), told


def test_gates_that_fail_on_the_merged_run_fail_the_command(project, capsys, monkeypatch):
    project.write("suites/reviews.robust.yaml", suite("accuracy: {min: 0.999}"))
    names = run_shards(project, 2)
    code, told = merged(project, capsys, monkeypatch, *names)
    assert code == 1
    assert "FAIL" in told
