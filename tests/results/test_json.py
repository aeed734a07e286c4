"""The JSON report keeps its promises: schema, equal bytes, no secrets, whole or not at all."""

from __future__ import annotations

import json
import os
import pickle
import re
import runpy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.request import Failure
from llmrobust.results.json_form import checked_run
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import run_text, to_json, write_json
from llmrobust.results.run_result import RunResult
from llmrobust.text.atomic_write import write_whole
from llmrobust.text.edit_script import edited, edits_of
from tests.schemas import check

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "report-json.schema.json").read_text())
MakeRun = Callable[..., RunResult]


def written(run: RunResult) -> Any:
    """The run as JSON values."""
    return json.loads(run_text(to_json(run)))


def schemas() -> dict[str, str]:
    made: dict[str, str] = runpy.run_path(str(DOCS / "schemas.py"))["schemas"]()
    return made


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_schemas_are_those_of_the_typed_forms(name: str) -> None:
    text = schemas()[name]
    assert (DOCS / name).read_text(encoding="utf-8") == text, "renew it with: python docs/schemas.py"
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_report_follows_its_schema(make_run: MakeRun) -> None:
    check(written(make_run()), SCHEMA)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("suites", 0, "cases", 3, "correct"), "yes", "suites.0.cases.3.correct cannot be 'yes'"),
        (("suites", 0, "cases", 3, "status"), "fine", "suites.0.cases.3.status cannot be 'fine'"),
        (("suites", 0, "seed"), True, "suites.0.seed cannot be True"),
        (("suites", 0, "seed"), 1.5, "suites.0.seed cannot be 1.5"),
        (("suites", 0, "measurements", 0, "n_cases"), -1, "suites.0.measurements.0.n_cases cannot be -1"),
        (("manifest", "model", "details"), [], "manifest.model.details cannot be []"),
        (("requests", "sent"), None, "requests.sent cannot be None"),
    ],
)
def test_what_is_not_of_the_form_is_named(make_run: MakeRun, place: tuple[Any, ...], value: Any, said: str) -> None:
    run = written(make_run())
    at = run
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        checked_run(run)
    del at[place[-1]]
    with pytest.raises(ValueError, match=r"is missing$"):
        checked_run(run)


def test_fields_of_a_later_llmrobust_are_left_out(make_run: MakeRun, tmp_path: Path) -> None:
    result = make_run()
    run = written(result)
    run["later"] = run["suites"][0]["later"] = run["suites"][0]["cases"][0]["later"] = run["manifest"]["later"] = 1
    run["manifest"]["model"]["later"] = run["suites"][0]["measurements"][0]["later"] = 1
    (tmp_path / "run.json").write_text(json.dumps(run))
    write_json(result, tmp_path / "as_it_was.json")
    assert read_run(tmp_path / "run.json") == read_run(tmp_path / "as_it_was.json")


def test_failed_and_partial_runs_follow_the_schema_too(make_run: MakeRun, failed_reply: Failure) -> None:
    failed = written(make_run({"format": {3: failed_reply}}))
    partial = written(make_run(keep=12))
    for report in (failed, partial):
        check(report, SCHEMA)
    assert {decision["status"] for decision in failed["suites"][0]["decisions"]} == {"not evaluated"}
    assert partial["suites"][0]["decisions"] == []
    assert (partial["suites"][0]["planned"], partial["suites"][0]["answered"]) == (40, 12)


def test_every_field_of_the_schema_is_described() -> None:
    text = (DOCS / "report-json.md").read_text()
    names: set[str] = set()

    def collect(schema: Any) -> None:
        if isinstance(schema, dict):
            names.update(schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else {})
            for value in schema.values():
                collect(value)
        elif isinstance(schema, list):
            for value in schema:
                collect(value)

    collect(SCHEMA)
    assert len(names) > 50
    missing = {name for name in names if f"`{name}`" not in text and name not in ("role",)}
    assert not missing


def test_equal_runs_give_equal_bytes_except_for_timing(make_run: MakeRun, tmp_path: Path) -> None:
    write_json(make_run(), tmp_path / "a.json")
    write_json(make_run(), tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    slower = to_json(make_run(busy_s=9.0))
    usual = to_json(make_run())
    assert slower.pop("timing") != usual.pop("timing")
    assert slower == usual


def test_no_secret_reaches_the_report(make_run: MakeRun) -> None:
    text = json.dumps(to_json(make_run()))
    assert "secret" not in text
    assert "localhost:8000/v1#tickets" in text


def test_a_run_is_read_back_as_it_was(make_run: MakeRun, failed_reply: Failure, tmp_path: Path) -> None:
    for number, run in enumerate((make_run(), make_run({"format": {3: failed_reply}}), make_run(keep=12))):
        for name in (f"{number}.json", f"{number}.json.gz"):
            write_json(run, tmp_path / name)
            again = read_run(tmp_path / name)
            assert to_json(again) == to_json(run)
            assert again.suites[0].cases == run.suites[0].cases
    assert (tmp_path / "0.json.gz").stat().st_size < (tmp_path / "0.json").stat().st_size / 4


def test_prompts_of_perturbed_cases_are_edits_of_the_unperturbed_one(make_run: MakeRun) -> None:
    cases = to_json(make_run())["suites"][0]["cases"]
    for case in cases:
        assert ("prompt" in case) == (case["family"] == "original")
    (flipped,) = [case for case in cases if case["status"] == "flipped"]
    assert (flipped["clean_answer"], flipped["answer"], flipped["text"]) == ("billing", "praise", "praise")
    ((message, start, end, text),) = flipped["edits"]
    assert (message, cases[0]["prompt"][0]["text"][start:end], text) == (0, "a", "")


def test_a_case_stands_on_one_line(make_run: MakeRun, tmp_path: Path) -> None:
    write_json(make_run(), tmp_path / "run.json")
    lines = [line for line in (tmp_path / "run.json").read_text().splitlines() if '"finish_reason"' in line]
    assert len(lines) == 40
    assert all(json.loads(line.rstrip(",")) for line in lines)


@given(st.lists(st.tuples(st.text("ab \n🙂", max_size=12), st.text("ab \n🙂", max_size=12)), max_size=3))
def test_edits_give_the_prompt_that_they_were_made_from(texts: list[tuple[str, str]]) -> None:
    before, after = (tuple(("user", pair[side]) for pair in texts) for side in (0, 1))
    edits = list(edits_of(before, after))
    assert edited(before, edits) == after
    assert len(edits) == sum(old != new for old, new in texts)


def test_counts_add_up(make_run: MakeRun) -> None:
    suite = to_json(make_run())["suites"][0]
    assert suite["statuses"] == {"flipped": 1, "passed": 37, "truncated": 1, "unparsed": 1}
    assert sum(suite["statuses"].values()) == suite["answered"] == len(suite["cases"])


def test_text_that_no_encoding_takes_is_written(make_run: MakeRun, tmp_path: Path) -> None:
    from llmrobust.request import Response

    run = make_run({"format": {0: Response("\ud800 is no answer", "stop")}})
    write_json(run, tmp_path / "new" / "report.json")
    cases = json.loads((tmp_path / "new" / "report.json").read_text())["suites"][0]["cases"]
    assert [case["text"] for case in cases].count("\ud800 is no answer") == 1


def test_failed_write_leaves_the_old_report_and_no_litter(
    make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")

    def fail(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_json(make_run(), path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_results_travel_between_processes(make_run: MakeRun) -> None:
    run = make_run()
    assert pickle.loads(pickle.dumps(run)) == run


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = b"x" * 300_000
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        write_whole(pipe, content)
        assert read.result(timeout=10) == content
    assert pipe.is_fifo()


def test_the_file_behind_a_link_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"
