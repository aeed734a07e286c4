"""The sample repository, from a fresh git repository: the workflow's own command gives the right verdict."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

SAMPLE = Path(__file__).parents[2] / "examples" / "prompt-repo"
SHORTENED = """\
{% instruction %}Which one?{% endinstruction %}
Context: {{ context }}
Question: {{ question }}
Options:
{{ options | choices }}
Answer:
"""
"""Right as it is, but not with every numbering."""

pytestmark = pytest.mark.e2e


class Repository:
    """A copy of the sample, under git, with a branch that looks like a fetched one."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LLMROBUST_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        shutil.copytree(SAMPLE, folder)
        self.run("git init -q -b main && git add -A && git commit -q -m first")
        self.run("git update-ref refs/remotes/origin/main HEAD && git checkout -q -b change")

    def run(self, command: str, exit_code: int = 0, **environment: str) -> str:
        """What a shell command prints; it must end with the exit code."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == exit_code, done.stdout
        return done.stdout

    def workflow_step(self, name: str, exit_code: int = 0) -> str:
        """Run a step of the pull request's workflow as GitHub would."""
        workflow = yaml.safe_load((self.folder / ".github/workflows/prompts.yml").read_text(encoding="utf-8"))
        (step,) = [one for one in workflow["jobs"]["robustness"]["steps"] if one.get("name") == name]
        summary = self.folder / "out" / "summary.md"
        summary.parent.mkdir(exist_ok=True)
        command = step["run"].replace("${{ github.base_ref }}", "main")
        assert "${{" not in command
        return self.run(command, exit_code, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))

    def result(self, name: str = "out/run.json.gz") -> dict[str, Any]:
        """A stored run."""
        from llmrobust.results.json_reader import read_run
        from llmrobust.results.json_writer import to_json

        return to_json(read_run(self.folder / name))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The sample after a run on its main branch, with the baseline made on this machine."""
    made = Repository(tmp_path_factory.mktemp("sample") / "prompts repo")
    said = made.run("pytest -q --robust-json out/main.json")
    assert "sent" in said
    made.run("llmrobust baseline save out/main.json")
    made.run("git add -A && git commit -q --allow-empty -m baseline && git update-ref refs/remotes/origin/main HEAD")
    return made


def test_the_sample_is_free_of_mistakes(repository: Repository) -> None:
    assert "reading.robust.yaml" in repository.workflow_step("Check the suites")


def test_nothing_changed_sends_nothing(repository: Repository) -> None:
    repository.workflow_step("Test the prompts")
    assert repository.result()["requests"]["sent"] == 0


def test_a_changed_prompt_runs_its_suite_and_no_other(repository: Repository) -> None:
    prompt = repository.folder / "prompts" / "reading.jinja"
    before = prompt.read_text(encoding="utf-8")
    prompt.write_text(SHORTENED, encoding="utf-8")
    repository.run("git commit -q -am 'A shorter instruction'")
    said = repository.workflow_step("Test the prompts", exit_code=1)
    run = repository.result()
    suites = {suite["name"]: suite for suite in run["suites"]}
    sampled = suites["reading"]["scoring"]["prompts"]  # asked as text too, to decide how labels are scored
    assert run["requests"]["sent"] == len({case["request"] for case in suites["reading"]["cases"]}) + sampled
    assert "prompt" in " ".join(suites["reading"]["changed"]["reasons"])
    assert not suites["triage"]["changed"]["reasons"]
    failed = {one["id"] for suite in suites.values() for one in suite["decisions"] if one["status"] != "pass"}
    assert failed == {"accuracy[format.enumerator/lower-letters]"}
    assert "::error file=suites/reading.robust.yaml,line=" in said
    comment = (repository.folder / "out" / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- llmrobust")
    assert "format.enumerator/lower-letters" in comment
    assert (repository.folder / "out" / "summary.md").read_text(encoding="utf-8")
    sarif = json.loads((repository.folder / "out" / "llmrobust.sarif").read_text(encoding="utf-8"))
    assert len(sarif["runs"][0]["results"]) == 1
    assert "<!doctype html>" in (repository.folder / "out" / "report.html").read_text(encoding="utf-8")[:100].lower()

    prompt.write_text(before, encoding="utf-8")
    repository.run("git commit -q -am 'The longer instruction again'")
    repository.workflow_step("Test the prompts")
    assert repository.result()["requests"]["sent"] == 0


def test_a_renamed_prompt_is_no_change(repository: Repository) -> None:
    repository.run("git mv prompts/triage.jinja prompts/tickets.jinja")
    suite = repository.folder / "suites" / "triage.robust.yaml"
    suite.write_text(suite.read_text(encoding="utf-8").replace("triage.jinja", "tickets.jinja"), encoding="utf-8")
    repository.workflow_step("Test the prompts")
    assert not any(one["changed"]["reasons"] for one in repository.result()["suites"])
    repository.run("git reset -q --hard")


@pytest.mark.parametrize("name", ["prompts.yml", "nightly.yml"])
def test_every_pytest_option_of_the_workflows_exists(repository: Repository, name: str) -> None:
    known = repository.run("pytest --help")
    workflow = yaml.safe_load((repository.folder / ".github/workflows" / name).read_text(encoding="utf-8"))
    steps = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "pytest" in step.get("run", "")
    ]
    options = {word.partition("=")[0] for step in steps for word in shlex.split(step) if word.startswith("--")}
    assert {"--robust-github"} <= options
    assert all(option in known for option in options)
