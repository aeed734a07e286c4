"""Answers of other tools become stored runs that can be read, measured and reported."""

from __future__ import annotations

import pytest

from llmrobust.elsewhere import read_records, run_of
from llmrobust.elsewhere.as_run import NO_ORIGINAL
from llmrobust.errors import WrongUse
from llmrobust.results.json_reader import read_run
from llmrobust.score.verdict import Status
from tests.elsewhere.conftest import DOVE, LANGTEST, dove, promptfoo, variation, written


def run(tmp_path, name, content, model=None):
    file = written(tmp_path, name, content)
    source, records = read_records(file)
    found, left = run_of(records, file, source, model)
    found.save(tmp_path / "run.json")
    back = read_run(tmp_path / "run.json")
    assert back.suites[0].cases == found.suites[0].cases
    assert back.suites[0].measurements == found.suites[0].measurements
    return found.suites[0], dict(left)


def test_langtest_answers_are_judged_as_langtest_did(tmp_path):
    suite, left = run(tmp_path, "results.csv", LANGTEST)
    perturbed = [case for case in suite.cases if not case.is_original]
    assert [case.status for case in perturbed] == [Status.PASSED, Status.PASSED, Status.FLIPPED, Status.PASSED]
    assert [(case.operator, case.answer, case.clean_answer) for case in perturbed][2] == (
        "langtest.add_typo",
        "fine",
        "poor",
    )
    assert suite.measurement("consistency").value == 0.75
    assert suite.measurement("accuracy").value is None, "LangTest has no gold answers there"
    assert not left
    assert all(case.variant.endswith(".unreviewed") for case in perturbed)


def test_promptfoo_prompts_are_compared_with_the_first_one(tmp_path):
    suite, _ = run(tmp_path, "results.json", promptfoo("openai:gpt-4o"))
    statuses = [(case.example.split("-")[0], case.is_original, case.status) for case in suite.cases]
    assert statuses == [
        ("0", True, Status.PASSED),
        ("0", False, Status.FLIPPED),
        ("1", True, Status.PASSED),
        ("1", False, Status.PASSED),
        ("2", True, Status.PASSED),
        ("2", False, Status.NO_ANSWER),
    ]
    assert suite.cases[-1].reason == "API error: 500"


def test_one_of_several_models_is_chosen(tmp_path):
    content = promptfoo("first", "second")
    with pytest.raises(WrongUse, match="answers of several models: choose one by --model: first, second"):
        run(tmp_path, "results.json", content)
    with pytest.raises(WrongUse, match="has no answers of third; it has those of first, second"):
        run(tmp_path, "results.json", content, "third")
    one, other = (run_of(read_records(tmp_path / "results.json")[1], tmp_path / "results.json", "promptfoo", name)[0]
                  for name in ("first", "second"))  # fmt: skip
    assert one.manifest.model.fingerprint != other.manifest.model.fingerprint
    suite, _ = run(tmp_path, "results.json", content, "second")
    assert [case.operator for case in suite.cases if not case.is_original] == ["promptfoo.prompt-2"] * 2


def test_dove_answers_are_compared_by_what_was_chosen_and_not_by_its_letter(tmp_path):
    suite, left = run(tmp_path, "mmlu.jsonl", DOVE)
    perturbed = [case for case in suite.cases if not case.is_original]
    assert [(case.answer, case.agrees, case.correct) for case in perturbed] == [
        ("fine", True, True),
        ("poor", False, False),
    ]
    assert suite.measurement("clean_accuracy").value == 1
    assert left == {NO_ORIGINAL: 1}


def test_a_response_that_names_no_choice_is_not_read_as_one(tmp_path):
    rows = [dove(0, "Judge", "A", 1.0), dove(0, "Rate", "fine or poor?", 0.0)]
    suite, _ = run(tmp_path, "mmlu.jsonl", rows)
    assert suite.cases[1].status is Status.UNPARSED
    assert suite.measurement("consistency").value is None or suite.measurement("consistency").value == 0


def test_prompts_without_answers_are_no_run(tmp_path):
    with pytest.raises(WrongUse, match="holds no answers, so it can only be read as frozen variants"):
        run(tmp_path, "output.json", [variation(0, "It wsa good.")])
