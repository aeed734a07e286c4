"""Several models and several prompts in one session: columns of one run, with ids, reports and failures of their own."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

import llmrobust
from llmrobust.results.json_reader import read_run
from tests.plugin.conftest import SUITE

TWO = (
    SUITE.replace("    ", "      ")
    .replace("prompt:\n  user: |\n", "prompts:\n  - id: v1\n    user: |\n")
    .replace("examples:\n", '  - {id: v2, user: "{{ text }} Good?"}\nexamples:\n', 1)
)
"""`keyword:mumbles` cannot be read on movie 3, so that the models differ; the second prompt says "Good" in itself, but
the model looks for small letters."""
BOTH = ("--llm", "keyword:", "--llm", "other=keyword:mumbles")
MODELS = (*BOTH, "--robust-fresh")
"""All key word models look the same to the store."""
CASES = 20


def ids(result):
    return [line for line in result.outlines if line.startswith("suites/reviews.robust.yaml::")]


def test_ids_name_prompt_and_model_only_where_there_are_several(project):
    project.write("suites/reviews.robust.yaml", SUITE)
    one = ids(project.run("suites", "--collect-only", "-q", "--llm", "keyword:"))
    assert "suites/reviews.robust.yaml::original::plain[a]" in one
    two = ids(project.run("suites", "--collect-only", "-q", *MODELS))
    assert "suites/reviews.robust.yaml::keyword::original::plain[a]" in two
    assert "suites/reviews.robust.yaml::other::gate::accuracy" in two
    project.write("suites/reviews.robust.yaml", TWO)
    prompts = ids(project.run("suites", "--collect-only", "-q"))
    assert "suites/reviews.robust.yaml::v2::original::plain[a]" in prompts
    both = ids(project.run("suites", "--collect-only", "-q", *MODELS))
    assert "suites/reviews.robust.yaml::v2::other::original::plain[a]" in both
    assert len(both) == 4 * len(one) == 2 * len(two) == 2 * len(prompts)


def test_each_model_answers_and_the_run_holds_both(project):
    result = project.run("suites", *MODELS, "--robust-json", "run.json", "--junitxml", "junit.xml")
    assert result.ret == 0
    run = read_run(project.path / "run.json")
    assert [suite.name for suite in run.suites] == ["reviews[keyword]", "reviews[other]"]
    assert [one.label for one in run.models] == ["keyword", "other"]
    assert [one.requests.sent for one in run.models] == [CASES, CASES]
    assert run.requests.sent == len(project.sent()) == 2 * CASES
    first, second = (suite.measurement("accuracy").value for suite in run.suites)
    assert first > second
    alone = run.by_model("other")
    assert [suite.name for suite in alone.suites] == ["reviews"]
    assert alone.manifest.model.spec == "keyword:mumbles"
    names = {case.get("classname") for case in ET.parse(project.path / "junit.xml").iter("testcase")}
    assert "suites.reviews.robust.yaml.other.typo" in names
    result.stdout.fnmatch_lines(["matrix*reviews*", "keyword *0.*", "other *0.*"])


def test_one_model_under_a_name_runs_as_it_always_did(project):
    project.run("suites", "--llm", "keyword:", "--robust-json", "a.json", "--robust-fresh")
    project.run("suites", "--llm", "x=keyword:", "--robust-json", "b.json", "--robust-fresh")
    a, b = (json.loads((project.path / name).read_text()) for name in ("a.json", "b.json"))
    a["timing"] = b["timing"] = None
    assert a == b
    assert "models" not in a
    assert "column" not in a["suites"][0]
    assert "tokens" not in a["suites"][0]


def test_prompts_are_columns_of_one_run(project):
    project.write("suites/reviews.robust.yaml", TWO)
    result = project.run("suites", *MODELS, "--robust-json", "run.json", "--robust-html", "run.html")
    run = read_run(project.path / "run.json")
    assert [suite.name for suite in run.suites] == [
        "reviews[v1,keyword]",
        "reviews[v1,other]",
        "reviews[v2,keyword]",
        "reviews[v2,other]",
    ]
    assert "Who breaks where" in (project.path / "run.html").read_text()
    result.stdout.fnmatch_lines(["matrix*", "prompt / model*", "v1 / keyword*", "*v2 / other*"])
    assert llmrobust.load_run(project.path / "run.json") == run


def test_workers_of_xdist_share_the_models(project):
    project.write("suites/reviews.robust.yaml", TWO)
    project.run("suites", *MODELS, "--robust-json", "alone.json")
    sent = len(project.sent())
    result = project.run("suites", *MODELS, "--robust-json", "workers.json", "-n", "2")
    assert len(project.sent()) == 2 * sent
    alone, workers = (read_run(project.path / name) for name in ("alone.json", "workers.json"))
    assert alone.suites == workers.suites
    assert alone.models == workers.models
    result.stdout.fnmatch_lines(["v1 / keyword*"])


def test_selection_opens_only_the_models_that_it_needs(project):
    project.write("suites/reviews.robust.yaml", TWO)
    result = project.run("suites", "--llm", "keyword:", "--llm", "gone=keyword:absent", "-k", "v2 and keyword")
    assert result.ret == 0
    assert len(project.sent()) == CASES
    marked = project.run("suites", *MODELS, "-m", "robust(model='other', prompt='v1')", "--collect-only", "-q")
    assert {one.split("::")[1:3] == ["v1", "other"] for one in ids(marked)} == {True}


def test_a_model_that_is_not_there_is_one_error_and_leaves_the_other_alone(project):
    result = project.run("suites", "--llm", "keyword:", "--llm", "gone=keyword:absent", "--robust-json", "run.json")
    assert result.parseoutcomes()["errors"] == 1
    assert "there is no model at keyword:absent" in result.stdout.str()
    run = read_run(project.path / "run.json")
    assert [len(suite.cases) for suite in run.suites] == [CASES, 0]
    assert run.suites[0].decisions


def test_failures_of_one_column_run_again_alone(project):
    project.write("suites/reviews.robust.yaml", SUITE.replace("min: 0.5", "min: 0.6"))
    first = project.run_with_cache("suites", "--llm", "keyword:", "--llm", "bad=keyword:mumbles", "--robust-fresh")
    failed = [line for line in first.outlines if line.startswith("FAILED")]
    assert failed
    assert all("::bad::" in line for line in failed)
    again = project.run_with_cache(
        "suites", "--llm", "keyword:", "--llm", "bad=keyword:mumbles", "--robust-fresh", "--lf"
    )
    assert again.parseoutcomes()["failed"] == len(failed)
    assert "passed" not in again.parseoutcomes()


def test_a_model_given_twice_is_a_mistake(project):
    result = project.run("suites", "--llm", "keyword:", "--llm", "keyword:")
    assert "keyword: is given twice: name each model once" in result.stdout.str()
    assert result.ret == 1


def test_test_functions_get_the_cases_of_every_column(project):
    project.write("suites/reviews.robust.yaml", TWO)
    project.write(
        "test_reviews.py",
        "import llmrobust\n\n@llmrobust.suite('suites/reviews.robust.yaml')\ndef test_review(case):\n"
        "    assert case.answer is not None or '::other::' in case.id\n",
    )
    result = project.run("test_reviews.py", *MODELS)
    assert result.parseoutcomes() == {"passed": 4 * CASES}


@pytest.mark.parametrize("what", ["llm", "environment"])
def test_ini_file_and_environment_may_name_several(project, monkeypatch, what):
    if what == "llm":
        project.pytester.makefile(".ini", pytest="[pytest]\nllm =\n  keyword:\n  other=keyword:mumbles\n")
    else:
        monkeypatch.setenv("LLMROBUST_LLM", "keyword: other=keyword:mumbles")
    found = ids(project.run("suites", "--collect-only", "-q"))
    assert {one.split("::")[1] for one in found} == {"keyword", "other"}


def test_only_what_changed_is_asked_of_each_model(project):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "suites", "pytest.ini"], ["commit", "-qm", "a"]):
        assert project.pytester.run(*git, *words).ret == 0
    project.run("suites", *BOTH)
    sent = len(project.sent())
    result = project.run("suites", *BOTH, "--robust-changed-since", "HEAD", "--robust-json", "run.json")
    assert len(project.sent()) == sent
    run = read_run(project.path / "run.json")
    assert [len(suite.cases) for suite in run.suites] == [CASES, CASES]
    assert all(suite.changed.recorded and not suite.changed.reasons for suite in run.suites), result.stdout.str()


def test_shards_of_several_models_are_merged(project, capsys, monkeypatch):
    from llmrobust.cli import main

    project.write("suites/reviews.robust.yaml", TWO)
    for number in (1, 2):
        project.run("suites", *MODELS, "--robust-shard", f"{number}/2", "--robust-json", f"{number}.json")
    project.run("suites", *MODELS, "--robust-json", "whole.json")
    monkeypatch.chdir(project.path)
    assert main(["merge", "1.json", "2.json", "--output", "merged.json"]) == 0, capsys.readouterr()
    merged, whole = (read_run(project.path / name) for name in ("merged.json", "whole.json"))
    assert [suite.cases for suite in merged.suites] == [suite.cases for suite in whole.suites]
    assert [suite.name for suite in merged.suites] == [suite.name for suite in whole.suites]
    assert [one.label for one in merged.models] == ["keyword", "other"]
