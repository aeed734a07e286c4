"""`llmrobust generate`, as a user runs it, with a scripted generator."""

from __future__ import annotations

import json

import pytest

from llmrobust.models.specs import MODELS, Backend
from llmrobust.operators.frozen_variants import read_frozen
from tests.cli.conftest import Project
from tests.generate.writer import WriterModel, as_json

GOOD = {"It was good.": "I liked it, it was good.", "It was bad.": "I hated it, it was bad."}


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> list[WriterModel]:
    """The generators that `writer:` gave, in order."""
    made: list[WriterModel] = []

    def opened(spec: str) -> WriterModel:
        made.append(WriterModel(lambda kind, text, _: as_json(kind, text if spec == "writer:lazy" else GOOD[text])))
        return made[-1]

    monkeypatch.setattr(
        MODELS, "_entries", {**MODELS._entries, "writer": Backend("writer", "", "", opened, named="maybe")}
    )
    return made


def test_variants_are_written_beside_the_suite_and_not_asked_for_again(
    project: Project, writer: list[WriterModel]
) -> None:
    done = project.run("generate", str(project.suite), "--llm", "writer", "--store", "replies.sqlite")
    assert done.code == 0, done.err
    assert "writer-1: 2 requests: about" in done.out
    assert "2 new, unreviewed" in done.out
    assert "- frozen: {file: frozen/films.jsonl}" in done.out
    file = read_frozen((project.path / "suites/frozen/films.jsonl").read_text())
    assert [one.text for one in file.variants] == list(GOOD.values())
    again = project.run("generate", str(project.suite), "--llm", "writer", "--store", "replies.sqlite")
    assert (again.code, writer[-1].sent) == (0, [])
    assert "2 of 2 are in" in again.out


def test_a_dry_run_sends_nothing(project: Project, writer: list[WriterModel]) -> None:
    done = project.run(
        "generate", str(project.suite), "--llm", "writer", "--dry-run", "--kind", "paraphrase,negation", "-n", "2"
    )
    assert done.code == 0
    assert "32 requests" in done.out
    assert writer[-1].sent == []


def test_a_budget_that_is_spent_is_said(project: Project, writer: list[WriterModel]) -> None:
    done = project.run("generate", str(project.suite), "--llm", "writer", "--budget", "10", "--store", "replies.sqlite")
    assert done.code == 1
    assert "BUDGET REACHED: 2 of 2 requests were not sent" in done.out
    assert writer[-1].sent == []


def test_what_failed_a_guard_is_kept_only_on_request(project: Project, writer: list[WriterModel]) -> None:
    done = project.run("generate", str(project.suite), "--llm", "writer:lazy", "--store", "replies.sqlite")
    assert done.code == 1
    assert "no variant was kept" in done.out
    assert not (project.path / "suites/frozen").exists()
    done = project.run(
        "generate", str(project.suite), "--llm", "writer:lazy", "--keep-failed", "--store", "replies.sqlite"
    )
    assert done.code == 0
    (first, _) = read_frozen((project.path / "suites/frozen/films.jsonl").read_text()).variants
    assert first.guards["duplicate"].why == "it is the original"


def test_stale_variants_are_replaced_and_said(project: Project, writer: list[WriterModel]) -> None:
    project.run("generate", str(project.suite), "--llm", "writer", "--store", "replies.sqlite")
    project.suite.write_text(project.suite.read_text().replace("It was good.", "It was bad."))
    done = project.run("generate", str(project.suite), "--llm", "writer", "--store", "replies.sqlite")
    assert "replaced 1 stale variants" in done.out
    assert len(read_frozen((project.path / "suites/frozen/films.jsonl").read_text()).variants) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "parafrase"], 'unknown kind "parafrase"; did you mean "paraphrase"'),
        (["--prompt", "nowhere.txt"], "nowhere.txt: no such file"),
        (["--of", "txt"], 'the prompt has no variable "txt"; it has text'),
        (["--kind", "paraphrase formal"], '--kind: separate kinds by commas, not spaces: "paraphrase,formal"'),
        (["--kind", "typo", "--of", "instruction"], "--kind: typo: made of inputs only; of the instruction there are"),
        (["--embedder", "minilmm"], 'unknown embedder "minilmm"'),
        (["--judge", "nobody:x"], "--judge: "),
        (["--oracle", "nobody:x"], "--oracle: "),
        (["--perplexity", "gpt2"], "name a model as hf:NAME_OR_PATH"),
        (["--out", "suites"], "--out: suites is a folder: name a file in it, such as suites/films.jsonl"),
    ],
)
def test_a_mistake_is_named_before_anything_is_sent(
    project: Project, writer: list[WriterModel], arguments: list[str], said: str
) -> None:
    done = project.run("generate", str(project.suite), "--llm", "writer", "--store", "r.sqlite", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not any(one.sent for one in writer)


def test_the_bundled_model_is_no_generator(project: Project) -> None:
    done = project.run("generate", str(project.suite), "--llm", "tiny", "--store", "r.sqlite")
    assert done.code == 2
    assert "is the bundled model, which sorts short texts and writes none: name a generator" in done.err


def test_a_suite_that_names_the_file_to_be_generated_says_what_to_do(project: Project) -> None:
    text = project.suite.read_text().replace("perturb:\n", "perturb:\n  - frozen: {file: frozen/films.jsonl}\n")
    project.suite.write_text(text)
    done = project.run("generate", str(project.suite))
    assert done.code == 2
    assert 'the file "frozen/films.jsonl" does not exist' in done.err
    assert "add its entry under perturb: afterwards" in done.err


def test_a_frozen_file_in_place_of_the_suite_is_named(project: Project, writer: list[WriterModel]) -> None:
    project.run("generate", str(project.suite), "--llm", "writer", "--store", "r.sqlite")
    frozen = project.path / "suites/frozen/films.jsonl"
    assert "is a frozen file: name the suite that it is made for" in project.run("generate", str(frozen)).err
    said = project.run("review", str(project.suite), "--summary").err
    assert f"this is a suite, whose frozen file is usually {frozen}" in said
    assert (
        "has no variant of parafrase; it has paraphrase"
        in project.run("review", str(frozen), "--summary", "--kind", "parafrase").err
    )
    page = project.path / "review.html"
    assert project.run("review", str(frozen), "--html", str(page)).code == 0
    assert "it is the page itself" in project.run("review", str(frozen), "--import", str(page)).err
    frozen.write_text(frozen.read_text() + "<<<<<<< HEAD\n")
    assert "line 4: a mark of a merge" in project.run("review", str(frozen), "--summary").err


def test_kinds_that_are_not_made_of_the_instruction_are_said(project: Project, writer: list[WriterModel]) -> None:
    arguments = ("--kind", "paraphrase,typo,negation", "--of", "instruction", "--dry-run")
    done = project.run("generate", str(project.suite), "--llm", "writer", *arguments)
    assert "left out, as they are made of inputs only: typo, negation" in done.out


def test_examples_are_counted_and_not_texts(project: Project, writer: list[WriterModel]) -> None:
    done = project.run("generate", str(project.suite), "--llm", "writer", "--examples", "1", "--dry-run")
    assert "writer-1: 1 request:" in done.out


def test_a_prompt_file_of_ones_own(project: Project, writer: list[WriterModel]) -> None:
    project.write("pirate.txt", "As a pirate says it:\n[text 00000000]\n{{ text }}\n[end of text 00000000]")
    done = project.run(
        "generate", str(project.suite), "--llm", "writer", "--store", "r.sqlite", "--prompt", "pirate.txt"
    )
    assert done.code == 0, done.err
    (first, _) = read_frozen((project.path / "suites/frozen/films.jsonl").read_text()).variants
    assert first.generator is not None
    assert (first.kind, first.generator.prompt, len(first.generator.prompt_version)) == ("pirate", "pirate", 12)


def test_the_list_shows_every_kind(project: Project) -> None:
    listed = project.run("generate", "--list").out
    assert "red_herring" in listed
    assert "verbal, absolute, approximate, affixal, lexical, double, removal" in listed


def test_an_oracle_that_answers_otherwise_fails_the_variant(
    project: Project, writer: list[WriterModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmrobust.request import Response

    class Reads(WriterModel):
        async def answer(self, batch):  # type: ignore[no-untyped-def]
            return [Response("fine" if "liked" in r.messages[-1][1] else "poor", "stop") for r in batch]

    entries = {**MODELS._entries, "reads": Backend("reads", "", "", lambda spec: Reads(lambda *_: ""), named="maybe")}
    monkeypatch.setattr(MODELS, "_entries", entries)
    done = project.run(
        "generate", str(project.suite), "--llm", "writer", "--store", "r.sqlite", "--oracle", "reads", "--keep-failed"
    )
    assert done.code == 0, done.err
    first, second = read_frozen((project.path / "suites/frozen/films.jsonl").read_text()).variants
    assert first.guards["oracle"].why == 'the reference model answers "fine", and "poor" without it'
    assert second.guards["oracle"].verdict == "passed"
    assert (
        json.loads((project.path / "suites/frozen/films.jsonl").read_text().splitlines()[1])["guards"]["oracle"][
            "verdict"
        ]
        == "failed"
    )
