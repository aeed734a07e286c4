"""Which files are runs, and that each is read once."""

from __future__ import annotations

import gzip
from pathlib import Path

from llmrobust.report.html.runs_view import histories
from llmrobust.view.library import Library, says_run
from llmrobust.view.pages import before


def test_runs_are_told_from_other_json_and_a_broken_one_says_why(folder: Path):
    summaries, unread = Library([folder]).summaries()
    assert unread == 0
    assert [one.name for one in summaries] == [
        "nightly/day-3.json",
        "nightly/day-2.json",
        "nightly/day-1.json",
        "broken.json",
    ]
    assert summaries[-1].problem
    assert str(folder) not in summaries[-1].problem


def test_packed_runs_are_runs(folder: Path):
    packed = folder / "packed.json.gz"
    packed.write_bytes(gzip.compress((folder / "nightly/day-1.json").read_bytes()))
    assert says_run(packed)
    (folder / "cut.json.gz").write_bytes(packed.read_bytes()[:20])
    names = [one.name for one in Library([folder]).found()]
    assert "packed.json.gz" in names
    assert "cut.json.gz" not in names


def test_a_run_is_read_again_only_when_its_file_changed(folder: Path, monkeypatch):
    from llmrobust.view import library

    read, real = [], library.read_run
    monkeypatch.setattr(library, "read_run", lambda path: read.append(path.name) or real(path))
    mine = Library([folder])
    mine.summaries()
    assert sorted(read) == ["broken.json", "day-1.json", "day-2.json", "day-3.json"]
    mine.summaries()
    assert len(read) == 4
    (folder / "broken.json").write_bytes((folder / "nightly/day-1.json").read_bytes())
    summaries, _ = mine.summaries()
    assert read[4:] == ["broken.json"]
    assert not any(one.problem for one in summaries)


def test_some_runs_are_left_to_be_read_later_the_oldest_ones(folder: Path):
    mine = Library([folder])
    summaries, unread = mine.summaries(most=1)
    assert [one.name for one in summaries] == ["nightly/day-3.json"]
    assert unread == 3


def test_a_link_that_leads_out_of_the_folder_is_not_followed(folder: Path):
    (folder / "out.json").symlink_to(folder.parent / "secret.json")
    assert "out.json" not in [one.name for one in Library([folder]).found()]


def test_a_run_is_compared_with_the_one_before_that_has_a_suite_in_common(folder: Path):
    summaries, _ = Library([folder]).summaries()
    ids = {one.name: one.id for one in summaries}
    assert before(summaries) == {
        ids["nightly/day-3.json"]: ids["nightly/day-2.json"],
        ids["nightly/day-2.json"]: ids["nightly/day-1.json"],
    }


def test_the_history_of_a_gate_is_a_line_for_each_model_and_undecided_runs_are_no_points_on_it(folder: Path):
    summaries, _ = Library([folder]).summaries()
    (suite,) = histories([one for one in reversed(summaries) if not one.problem])
    assert suite.models == ("tickets", "qwen")
    lines = {(line.gate, line.model): line for line in suite.lines}
    accuracy = lines["accuracy", "tickets"]
    assert [dot.tone for dot in accuracy.dots] == ["good", "good"]
    assert len(accuracy.lines[0].split()) == 2
    spread = lines["spread[format]", "tickets"]
    assert spread.lines == ()
    assert all(dot.y > spread.height for dot in spread.dots)
    assert "not evaluated" in spread.now
