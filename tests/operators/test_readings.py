"""Every operator that promises something about the answer was read, in the version that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.operators import REGISTRY, Operator, Relation
from llmrobust.report.catalogue.readings import INDEPENDENT, Counts, Mark, Reading, kept, parsed, readings, tally, told
from tools.reading import kept as keeping
from tools.reading.variants import Seen, to_read

NOT_READ = ("paraphrase", "frozen", "composite", "kept", "rag.counterfactual")
"""They run texts that people reviewed, other operators, or edits that a person kept; the last one promises
nothing of its variants."""


def _promising() -> list[Operator]:
    promises = (Relation.SAME, Relation.FOLLOWS)
    found = [one for one in REGISTRY if one.apply.__module__.startswith("llmrobust.") and one.relation in promises]
    return [one for one in found if one.name not in NOT_READ]


@pytest.mark.parametrize("operator", _promising(), ids=lambda operator: operator.name)
def test_the_version_of_an_operator_was_read(operator: Operator) -> None:
    assert told(operator.name, operator.version).startswith("Read "), (
        f"read variants of version {operator.version}: python -m tools.reading show {operator.name}"
    )


def test_readings_are_of_operators_that_there_are() -> None:
    marks, counts = kept()
    assert {mark.operator for mark in marks} | counts.keys() <= set(REGISTRY.names())
    assert all(mark.reader == INDEPENDENT and len(mark.hash) == 12 for mark in marks)


def test_no_variant_is_marked_twice() -> None:
    marks, _ = kept()
    assert len({(mark.operator, mark.version, mark.hash) for mark in marks}) == len(marks)


def test_what_was_read_stays_within_the_goal() -> None:
    """Of all variants of present versions at most 1 % change the meaning and at most 3 % are no English."""
    versions = {operator.name: operator.version for operator in REGISTRY}
    marks, _ = kept()
    counts = tally(mark for mark in marks if versions.get(mark.operator) == mark.version)
    assert counts["meaning"] <= 0.01 * sum(counts.values())
    assert counts["english"] <= 0.03 * sum(counts.values())


def test_lines_of_marks_and_of_counts_are_told_apart() -> None:
    lines = ["# a comment", "typo.drop\t3\tab12\todd\tindependent reader", "rag.mix\t2\t10\t1", "x.y\t1\t20\t6\t20\t0"]
    marks, counts = parsed(lines)
    assert marks == [Mark("typo.drop", 3, "ab12", "odd", "independent reader")]
    assert counts == {"rag.mix": Counts(2, 10, 1), "x.y": Counts(1, 20, 6, 20, 0)}
    with pytest.raises(ValueError, match="invalid literal"):
        parsed(["typo.drop\t3\tab12\twrong\tsomebody"])


def test_a_reading_says_what_was_found() -> None:
    assert str(Reading(3, {"fine": 17, "odd": 2, "english": 1, "meaning": 0})) == "20 variants, 2 odd, 1 ungrammatical"
    assert str(Reading(3, {"fine": 20, "odd": 0, "english": 0, "meaning": 0})) == "20 variants, all fine"
    assert readings()["typo.drop"].variants == 20


def test_marks_of_other_variants_of_a_version_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = REGISTRY.get("typo.drop")
    assert operator is not None
    file = tmp_path / "read.tsv"
    of = f"typo.drop\t{operator.version}"
    file.write_text(f"{of}\tone\todd\tindependent reader\n{of}\ttwo\todd\tindependent reader\nrag.mix\t2\t10\t1\n")
    monkeypatch.setattr(keeping, "FILE", file)
    said = keeping.keep([Seen(operator, "row", [], name, "") for name in ("two", "six")], {2: "english"}, INDEPENDENT)
    assert said == "typo.drop: {'fine': 1, 'odd': 0, 'english': 1, 'meaning': 0}"
    marks, counts = parsed(file.read_text().splitlines())
    assert {mark.hash: mark.verdict for mark in marks} == {"one": "odd", "two": "fine", "six": "english"}
    assert counts == {"rag.mix": Counts(2, 10, 1)}


@pytest.mark.parametrize("name", ["composite", "frozen", "kept", "paraphrase"])
def test_an_operator_that_must_be_given_something_shows_its_own_sample(name: str, tmp_path: Path) -> None:
    operator = REGISTRY.get(name)
    assert operator is not None
    assert to_read(operator, tmp_path)


def test_nobody_is_asked_to_read_what_promises_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keeping, "FILE", tmp_path / "read.tsv")
    (tmp_path / "read.tsv").write_text("")
    unread = {line.split()[0] for line in keeping.unread()}
    assert {"composite", "typo.drop", "word.idiom"} <= unread
    assert "rag.counterfactual" not in unread
