"""Methods with prompts of their own in pytest: sent in the run's session, stored with it, shown again from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.loading import load_suite_file
from llmrobust.operators.frozen_variants import FrozenFile, FrozenVariant, Review, text_hash
from llmrobust.results.json_reader import read_run
from tests.plugin.conftest import SUITE, Project

METHODS = "methods:\n  - normalise\n  - few-shot: {pool: shots.jsonl, k: 1}\n"
SHOTS = '{"text": "what a superb film", "answer": "positive"}\n{"text": "a dull film", "answer": "negative"}\n'


def with_methods(project: Project, text: str = METHODS) -> None:
    project.write("suites/reviews.robust.yaml", SUITE + text)
    project.write("suites/shots.jsonl", SHOTS)


def test_methods_are_asked_in_the_session_and_stored(project: Project):
    with_methods(project)
    result = project.run("--robust-json", "run.json")
    result.stdout.fnmatch_lines(["*methods  reviews (keyword:*", "normalise *", "few-shot *"])
    sent = len(project.sent())
    (suite,) = read_run(Path("run.json")).suites
    assert [one.label for one in suite.sent] == ["normalise", "few-shot"]
    assert all(len(one.answers) == len(suite.cases) for one in suite.sent)
    # A demonstration with a good word makes everything positive to this model, as its last demonstration is read too.
    assert set(suite.sent[1].answers) == {"positive"}
    project.run("--robust-json", "again.json")
    assert len(project.sent()) == sent
    assert read_run(Path("again.json")).suites[0].sent == suite.sent


def test_reviewed_demonstrations_of_a_frozen_file_are_shown(project: Project):
    other = demonstration("a superb example", "positive")
    project.write("suites/reviews.robust.yaml", SUITE + METHODS.replace("shots", "frozen"))
    project.write("suites/frozen.jsonl", FrozenFile("reviews", (other,)).text())
    refused = project.run("--robust-json", "run.json")
    refused.stdout.fnmatch_lines(["*nobody has reviewed 1 of its demonstrations: run `llmrobust review`*"])
    rejected = demonstration("a bad example", "negative", name="d-2").reviewed(
        Review.on("a bad example", "ann", "rejected", "2026-11-28")
    )
    approved = other.reviewed(Review.on(other.text, "ann", "approved", "2026-11-28"))
    project.write("suites/frozen.jsonl", FrozenFile("reviews", (rejected, approved)).text())
    project.run("--robust-json", "run.json")
    (suite,) = read_run(Path("run.json")).suites
    assert set(suite.sent[1].answers) == {"positive"}
    loaded = load_suite_file(project.path / "suites/reviews.robust.yaml", project.path)
    assert loaded.methods[1].pool == ({"text": "a superb example", "answer": "positive"},)


def demonstration(text: str, answer: str, name: str = "demonstration-1") -> FrozenVariant:
    return FrozenVariant(
        name=name,
        kind="demonstration",
        target="text",
        example="ex-001",
        original="movie 1",
        original_sha256=text_hash("movie 1"),
        text=text,
        relation="no-promise",
        expected=answer,
    )


def test_workers_ask_for_methods_once(project: Project):
    with_methods(project)
    project.run("--robust-json", "alone.json")
    sent = sorted(project.sent())
    project.log.unlink()
    project.run("-n", "2", "--robust-fresh", "--robust-json", "shared.json")
    assert sorted(project.sent()) == sent
    assert read_run(Path("shared.json")).suites[0].sent == read_run(Path("alone.json")).suites[0].sent


def test_another_model_answers_too(project: Project):
    with_methods(project, "methods:\n  - several-models: {models: ['keyword:mumbles']}\n")
    project.run("--robust-json", "run.json")
    (sent,) = read_run(Path("run.json")).suites[0].sent
    # The other model says nothing of movie 3, so that the vote is the first model's there.
    assert sent.requests == 2
    assert None not in sent.answers
    count = len(project.sent())
    project.run("--robust-json", "again.json")
    assert len(project.sent()) == count


def test_an_unknown_other_model_is_a_located_mistake(project: Project):
    with_methods(project, "methods:\n  - several-models: {models: [nowhere]}\n")
    project.run().stdout.fnmatch_lines(['*yaml:20:30: models: unknown model "nowhere"*'])


def test_an_option_adds_a_method(project: Project):
    project.run("--robust-methods", "ignore-irrelevant", "--robust-json", "run.json")
    assert [one.label for one in read_run(Path("run.json")).suites[0].sent] == ["ignore-irrelevant"]


def test_a_selection_of_cases_is_asked_too(project: Project):
    with_methods(project, "methods:\n  - normalise\n")
    project.run("--robust-json", "run.json", "-k", "strip_final")
    (suite,) = read_run(Path("run.json")).suites
    assert len(suite.sent[0].answers) == len(suite.cases) == 4


@pytest.mark.parametrize(
    ("methods", "shots", "message"),
    [
        ("  - few-shot\n", SHOTS, "*yaml:20:5: few-shot needs a file of demonstrations, as `pool`*"),
        ("  - few-shot: {pool: shot.jsonl}\n", SHOTS, '*yaml:20:22: the file "shot.jsonl" does not exist*'),
        ("  - few-shot: {pool: shots.jsonl}\n", '{"text": "x"}\n', '*demonstration 1 of shots.jsonl has no "answer"*'),
        (
            "  - few-shot: {pool: shots.jsonl}\n",
            '{"text": "x", "answer": "good"}\n',
            '*demonstration 1 of shots.jsonl has the answer "good", which is none of answer.choices*',
        ),
    ],
)
def test_a_pool_that_cannot_be_used_is_a_located_mistake(project: Project, methods: str, shots: str, message: str):
    with_methods(project, "methods:\n" + methods)
    project.write("suites/shots.jsonl", shots)
    result = project.run()
    result.stdout.fnmatch_lines([message])
