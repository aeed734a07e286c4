"""The command that compares backends case by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.backends import cases_of, differences, main, suites, table
from llmrobust.loading import load_plan


def case(status: str, answer: str | None, text: str) -> dict[str, str | None]:
    return {"status": status, "answer": answer, "text": text}


ONE = {("e1", "original", "original"): case("passed", "a", "a"), ("e2", "typo", "1"): case("passed", "b", "b")}
TWO = {("e1", "original", "original"): case("passed", "a", "a."), ("e2", "typo", "1"): case("flipped", "a", "a")}


def test_cases_that_differ_are_counted_and_listed() -> None:
    assert differences(ONE, ONE) == []
    assert [name for _, name in differences(ONE, TWO)] == ["text", "status"]
    lines = list(table({"s": {"hf": ONE, "http": TWO, "vllm": ONE}}, "hf"))
    assert lines[2:4] == ["| s | http | 2 | 1 | 2 |", "| s | vllm | 2 | 0 | 0 |"]
    assert lines[5:] == [
        '- s e1 original original: hf passed, "a"; http passed, "a."',
        '- s e2 typo 1: hf passed, "b"; http flipped, "a"',
    ]


def test_runs_of_other_cases_are_not_compared() -> None:
    with pytest.raises(ValueError, match="not of the same cases"):
        differences(ONE, {})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [
        {"id": f"b{i}", "text": f"Where is card {i}?", "answer": ("card arrival", "lost card")[i % 2]} for i in range(6)
    ]
    sums = [{"id": f"g{i}", "question": f"What is {i} plus 2?", "answer": str(i + 2)} for i in range(4)]
    for name, lines in (("banking77", rows), ("gsm8k", sums)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "test.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return tmp_path


def test_the_suites_load_with_all_labels_of_the_data(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMROBUST_DATA", str(data))
    made = suites(data, {"banking77": 4, "gsm8k": 3}, 20)
    for name, text in made.items():
        (data / f"{name}.robust.yaml").write_text(text, encoding="utf-8")
    banking, gsm = (load_plan(data / f"{name}.robust.yaml", data) for name in made)
    assert banking.suite.answer.choices == ("card arrival", "lost card")
    assert (len(banking.suite.examples), len(gsm.suite.examples)) == (4, 3)
    assert (gsm.suite.answer.after, gsm.suite.sampling.max_tokens) == ("Answer:", 20)


def test_a_run_is_made_once_and_kept(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--data", str(data), "--llm", "tiny", "--out", str(data / "runs"), "--only", "banking77"]
    main(given)
    report = data / "runs" / "banking77.tiny.json"
    made = report.stat().st_mtime_ns
    main(given)
    assert report.stat().st_mtime_ns == made
    assert len(cases_of(report)) >= 6 * 2
    assert "| suite | backend | cases |" in capsys.readouterr().out
