"""`llmrobust fit`, as a user runs it."""

from __future__ import annotations

import json
import random
from functools import partial

import pytest

from llmrobust.fit import FEATURES, calibration
from tests.cli.conftest import Project
from tests.fit.conftest import CLEAN


@pytest.fixture
def logs(project: Project) -> str:
    """A third of the texts in small letters, a third without final mark, some with thanks."""
    chance = random.Random(4)
    lines = []
    for number, text in enumerate(CLEAN * 2):
        text = text.lower() if chance.random() < 0.35 else text
        text = f"{text} Thanks a lot!" if chance.random() < 0.3 else text
        text = text.rstrip("?.!") if chance.random() < 0.3 else text
        lines.append(json.dumps({"text": text, "user": number % 60}))
    project.write("logs.jsonl", "\n".join(lines))
    return "logs.jsonl"


def test_the_rates_are_shown_and_nothing_is_written(project: Project, logs: str) -> None:
    before = sorted(project.path.rglob("*"))
    done = project.run("fit", logs, "--cluster", "user")
    assert done.code == 0, done.err
    assert "120 texts, clustered by 60 users; rates above those of clean texts (300 rows of BANKING77)" in done.out
    assert "not told: british: its operator changes only 1 of 300 clean texts" in done.out
    rows = {line.split()[0]: line for line in done.out.splitlines() if "% to " in line}
    assert "not shown to be there" not in rows["lower"]
    assert "not shown to be there" in rows["upper"]
    assert sorted(project.path.rglob("*")) == before


def test_the_suite_has_an_operator_for_each_feature_and_check_accepts_it(project: Project, logs: str) -> None:
    done = project.run("fit", logs, "--out", "traffic.robust.yaml")
    assert done.code == 0, done.err
    text = (project.path / "traffic.robust.yaml").read_text()
    uses = [line.split()[1].rstrip(":") for line in text.splitlines() if "share: [" in line]
    assert set(uses) >= {"casing.lower", "punctuation.strip_final", "context.irrelevant"}
    assert "typo.swap" not in uses
    assert "file: traffic.thanks.txt" in text
    checked = project.run("check", "traffic.robust.yaml")
    assert checked.code == 0, checked.out
    again = project.run("fit", logs, "--out", "traffic.robust.yaml")
    assert (again.code, "already exists: --force overwrites it" in again.err) == (2, True)


def test_what_is_written_holds_no_text_of_a_user(project: Project, logs: str) -> None:
    project.run("fit", logs, "--out", "traffic.robust.yaml")
    written = "".join(file.read_text() for file in project.path.glob("traffic.*"))
    assert not any(end in written.lower() for end in ("account", "daughter", "yesterday", "thanks a lot"))


def test_names_addresses_and_numbers_are_written_nowhere(project: Project) -> None:
    said = ("Zelda Quackenbush", "zelda.q@example.org", "+44 7700 900123", "DE89370400440532013000", "17 Wobbly Lane")
    rows = [{"text": f"{text} {said[number % 5]}", "user": f"Zelda-{number}"} for number, text in enumerate(CLEAN)]
    project.write("logs.jsonl", "\n".join(json.dumps({**row, "text": row["text"].lower()}) for row in rows))
    fitted = project.run("fit", "logs.jsonl", "--cluster", "user", "--out", "traffic.robust.yaml")
    moved = project.run("fit", "traffic.fit.json", "--drift", "logs.jsonl", "--cluster", "user", "--json")
    project.write("broken.jsonl", '{"text": "Zelda"}\n{"text": ["Zelda"]}\n{"text": Zelda}')
    broken = project.run("fit", "broken.jsonl")
    project.write("numbers.jsonl", '{"text": "Zelda"}\n{"text": 447700900123}')
    other = project.run("fit", "numbers.jsonl", "--field", "text")
    assert (fitted.code, broken.code, other.code) == (0, 2, 2)
    runs = (fitted, moved, broken, other)
    shown = [part for done in runs for part in (done.out, done.err)]
    written = "".join([*shown, *(file.read_text() for file in project.path.glob("traffic.*"))]).lower()
    assert not [one for one in ("zelda", "example.org", "44 7700", "4477", "de8937", "wobbly") if one in written]


def test_texts_in_other_languages_are_left_out_and_said(project: Project, logs: str) -> None:
    alone = json.loads(project.run("fit", logs, "--cluster", "user", "--json").out)
    german = ("Wie kann ich meine Karte sperren?", "Warum wurde meine Zahlung gestern abgelehnt?")
    rows = [json.dumps({"text": german[number % 2], "user": 100 + number}) for number in range(50)]
    project.write("both.jsonl", "\n".join([*rows, (project.path / logs).read_text()]))
    done = project.run("fit", "both.jsonl", "--cluster", "user", "--json")
    assert "left out 50 of 170 texts in other languages (de 50): the detectors know English only" in done.err
    assert json.loads(done.out) == alone
    project.write("german.jsonl", "\n".join(rows))
    refused = project.run("fit", "german.jsonl")
    assert refused.code == 2
    assert "no text is in English, and the detectors know English only (de 50)" in refused.err


def test_samples_are_written_where_they_are_asked_for(project: Project, logs: str) -> None:
    project.run("fit", logs, "--samples", "samples.jsonl")
    rows = [json.loads(line) for line in (project.path / "samples.jsonl").read_text().splitlines()]
    assert {row["review"] for row in rows} == {"unreviewed"}
    assert sum(row["feature"] == "lower" for row in rows) == 5


def test_a_suite_lends_its_prompt_and_its_inputs(project: Project, logs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [feature for feature in FEATURES if feature.name in ("lower", "no_final_mark", "thanks")]
    monkeypatch.setattr(calibration, "calibrated", partial(calibration.calibrated, features=few))  # the rest takes long
    rows = "\n".join(json.dumps({"id": str(n), "text": text, "verdict": "fine"}) for n, text in enumerate(CLEAN[:30]))
    project.write("suites/rows.jsonl", rows)
    suite = project.suite.read_text().split("examples:")[0] + (
        "examples: {file: rows.jsonl}\nanswer: {field: verdict, choices: [fine, poor]}\n\n# my operators\nperturb:\n"
        "  - typo.drop\n# when it passes\ngate:\n  accuracy: {min: 0.5}\n"
    )
    project.write("suites/films.robust.yaml", suite)
    done = project.run("fit", logs, "--suite", "suites/films.robust.yaml", "--out", "suites/traffic.robust.yaml")
    assert done.code == 0, done.err
    assert "(the 30 inputs of films.robust.yaml)" in done.out
    text = (project.path / "suites/traffic.robust.yaml").read_text()
    assert text.startswith("suite: traffic\nweights: traffic\nprompt:\n  system: You judge films.")
    assert "- typo.drop" not in text
    assert "# when it passes\ngate:\n  accuracy: {min: 0.5}\n" in text
    assert project.run("check", "suites/traffic.robust.yaml").code == 0


def test_drift_ends_with_1_where_something_moved(project: Project, logs: str) -> None:
    project.run("fit", logs, "--out", "traffic.robust.yaml")
    same = project.run("fit", "traffic.fit.json", "--drift", logs)
    assert same.code == 0, same.err
    assert "nothing moved" in same.out
    project.write("new.txt", "\n".join(text.upper() for text in CLEAN))
    moved = project.run("fit", "traffic.fit.json", "--drift", "new.txt", "--json")
    assert moved.code == 1
    found = json.loads(moved.out)
    assert "upper" in {one["feature"] for one in found["moved"]}
    assert found["outside"] == found["n"] == len(CLEAN)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "x.yaml"], "pytest collects only files that end in .robust.yaml"),
        (["--out", "x.robust.yaml", "--suite", "suites/films.robust.yaml"], "write beside the suite"),
        (["--clean", "logs.jsonl", "--suite", "suites/films.robust.yaml"], "both name the clean texts"),
        (["--field", "txt"], 'the row has no field "txt"'),
    ],
)
def test_wrong_use_is_said(project: Project, logs: str, arguments: list[str], message: str) -> None:
    done = project.run("fit", logs, *arguments)
    assert done.code == 2
    assert message in done.err


def test_kept_rates_that_are_none_are_refused(project: Project) -> None:
    project.write("a.fit.json", "[1]")
    assert "is not the rates that `llmrobust fit` keeps" in project.run("fit", "a.fit.json").err
    project.write("a.fit.json", "{")
    assert "is not valid JSON" in project.run("fit", "a.fit.json").err
