"""`llmrobust diff` of git revisions: suites as they were, in real repositories, the user's own files untouched."""

from __future__ import annotations

import subprocess

import pytest

from llmrobust.cli import main

PROMPT = "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}\nReview: {{ text }}\n"
SUITE = """\
suite: reviews
prompt: {user: {file: prompt.jinja}}
examples: {file: rows.jsonl}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - casing.upper: {target: input}
gate:
  accuracy: {min: 0.4}
"""
ROWS = "".join(
    f'{{"id": "e{i}", "text": "movie {i} is {"good" if i % 2 else "awful"}.", '
    f'"answer": "{"positive" if i % 2 else "negative"}"}}\n'
    for i in range(12)
)
DIFF = ["--suite", "suites/reviews.robust.yaml"]


def git(project, *arguments: str) -> str:
    command = ["git", "-C", str(project.path), "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(project, monkeypatch):
    """A repository with a commit; its suite is right but for reviews in upper case."""
    monkeypatch.chdir(project.path)
    project.write("suites/reviews.robust.yaml", SUITE)
    project.write("suites/prompt.jinja", PROMPT)
    project.write("suites/rows.jsonl", ROWS)
    project.write(".gitignore", ".llmrobust\nsite\nsent.txt\n")
    git(project, "init", "-q", "-b", "main")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "one")
    return project


def test_a_prompt_before_and_after_an_edit(repository, capsys):
    """The new prompt says a good word, so that every answer is positive."""
    repository.write("suites/prompt.jinja", PROMPT.replace("Decide", "Take a good look and decide"))
    before = git(repository, "status", "--porcelain")
    assert main(["diff", "main", ".", *DIFF]) == 0
    said = capsys.readouterr().out
    assert said.startswith("OLD  main  (model keyword:)\nNEW  .  (model keyword:)\n")
    assert "prompt changed; model unchanged" in said
    assert "negative -> positive (gold negative)" in said
    assert "[-Decide-]{+Take a good look and decide+}" in said
    assert git(repository, "status", "--porcelain") == before
    git(repository, "commit", "-q", "-a", "-m", "two")
    assert main(["diff", "HEAD~1", "HEAD", *DIFF, "--format", "json"]) == 0
    assert main(["diff", ".", "HEAD", *DIFF]) == 0
    assert "prompt and model unchanged" in capsys.readouterr().out


def test_a_worse_prompt_is_worse(repository, capsys):
    repository.write("suites/prompt.jinja", PROMPT.replace("{{ text }}", "{{ text | upper }}"))
    repository.write("suites/reviews.robust.yaml", SUITE.replace("casing.upper", "punctuation.strip_final"))
    git(repository, "commit", "-q", "-a", "-m", "shouts")
    repository.write("suites/prompt.jinja", PROMPT)
    assert main(["diff", "HEAD", ".", *DIFF]) == 0
    assert "0 broke, 12 healed" in capsys.readouterr().out
    assert main(["diff", ".", "HEAD", *DIFF]) == 1
    assert "the new run is worse" in capsys.readouterr().out


def test_data_and_gates_are_those_of_the_revision(repository, capsys):
    repository.write("suites/rows.jsonl", "".join(ROWS.splitlines(keepends=True)[:8]))
    assert main(["diff", "main", ".", *DIFF]) == 0
    said = capsys.readouterr().out
    assert "not compared: 8 cases only in the old run" in said
    repository.write("suites/rows.jsonl", ROWS)
    repository.write("suites/reviews.robust.yaml", SUITE.replace("0.4", "0.99"))
    assert main(["diff", "main", ".", *DIFF]) == 1
    assert "accuracy: pass -> fail (0.500 -> 0.500, at least 0.4 -> at least 0.99)" in capsys.readouterr().out


def test_what_git_does_not_know_says_so(repository, capsys):
    assert main(["diff", "mian", ".", *DIFF]) == 2
    said = capsys.readouterr().err
    assert 'there is no revision "mian" in this repository' in said
    assert 'unknown model "mian"' in said
    repository.write("suites/new.robust.yaml", SUITE.replace("suite: reviews", "suite: new"))
    assert main(["diff", "main", ".", "--suite", "suites/new.robust.yaml"]) == 2
    assert "this suite does not exist at main (" in capsys.readouterr().err
    assert main(["diff", "main", ".", "--suite", "suites/reviews.robust.yaml", "--llm", "keyword:absent"]) == 2
    assert main(["diff", "main", "."]) == 2
    assert "name them with --suite FILE" in capsys.readouterr().err


def test_a_suite_that_could_not_be_read_then_is_shown_at_its_place(repository, capsys):
    repository.write("suites/reviews.robust.yaml", SUITE.replace("casing.upper", "casing.uper"))
    git(repository, "commit", "-q", "-a", "-m", "broken")
    repository.write("suites/reviews.robust.yaml", SUITE)
    assert main(["diff", "HEAD", ".", *DIFF]) == 2
    said = capsys.readouterr().err
    assert "as it was at HEAD (" in said
    assert "suites/reviews.robust.yaml:6:5: unknown operator" in said


def test_a_branch_that_is_called_like_a_model(repository, capsys):
    git(repository, "branch", "tiny")
    assert main(["diff", "tiny", ".", *DIFF]) == 2
    assert '"tiny" is a model and a git revision; write model:tiny or git:tiny' in capsys.readouterr().err
    assert main(["diff", "git:tiny", ".", *DIFF]) == 0


def test_outside_of_git(project, monkeypatch, capsys):
    monkeypatch.chdir(project.path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.path.parent))
    assert main(["diff", "main", ".", *DIFF]) == 2
    assert "is not in a git repository" in capsys.readouterr().err
