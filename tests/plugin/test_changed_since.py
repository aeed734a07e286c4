"""`--robust-changed-since`: only what changed is asked, the rest is answered from the store, with real repositories."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from llmrobust.changes import History
from tests.models.http.fault_server import FaultServer, serve
from tests.plugin.conftest import SUITE, Project
from tests.report.test_github_annotations import obeyed

CASES = 20
OTHER = SUITE.replace("suite: reviews", "suite: others").replace("movie", "play")


class Repository:
    """A project that is a git repository."""

    def __init__(self, project: Project):
        self.project = project
        self.path = project.path
        project.write(".gitignore", ".llmrobust/\naside/\nsent.txt\n*.pyc\n__pycache__/\n")

    def git(self, *arguments: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", "-C", str(at or self.path), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def commit(self, message: str = "a commit") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def run(self, *arguments: str, since: str = "main", under: str = "suites") -> pytest.RunResult:
        return self.project.run(under, "--robust-changed-since", since, *arguments)

    def sent_by(self, *arguments: str, since: str = "main") -> int:
        """How many prompts a run sends."""
        before = len(self.project.sent())
        self.run(*arguments, since=since)
        return len(self.project.sent()) - before

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(autouse=True)
def _git_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repository(project: Project) -> Repository:
    """Two suites, committed, and run once."""
    made = Repository(project)
    project.write("suites/others.robust.yaml", OTHER)
    made.git("init", "-q", "-b", "main")
    made.commit("first")
    return made


@pytest.fixture
def run_before(repository: Repository) -> Repository:
    """The same, with every reply in the store."""
    assert repository.project.run("suites").ret == 0
    return repository


def test_only_the_changed_suite_is_sent_and_the_rest_comes_from_the_store(run_before: Repository):
    run_before.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    sent = len(run_before.project.sent())
    result = run_before.run()
    assert result.ret == 0
    sha = run_before.git("rev-parse", "--short=7", "HEAD").strip()
    result.stdout.fnmatch_lines(
        [
            f"changed since main ({sha}): 1 of 2 suites: reviews (prompt; 20 of 20 cases)",
            "  others: unchanged, answered from the store",
            "*PASS*accuracy*",
        ]
    )
    assert result.parseoutcomes().get("skipped", 0) == 0
    assert len(run_before.project.sent()) - sent == len(set(run_before.project.sent()[sent:])) == 20


def test_an_unchanged_suite_that_was_never_answered_is_skipped_and_its_gates_too(repository: Repository):
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    result = repository.run("-rs")
    outcomes = result.parseoutcomes()
    assert outcomes["skipped"] == CASES + 3
    assert len(repository.project.sent()) == 20
    result.stdout.fnmatch_lines(
        [
            "  no earlier run is recorded here, so changes of operator versions and of the model cannot be detected",
            "  others: unchanged and not in the reply store: not judged",
            "SKIPPED*unchanged since main, and not in the reply store",
            "SKIPPED*not evaluated: unchanged since main, and only 0 of its 20 cases are in the reply store",
        ]
    )


def test_a_run_in_which_nothing_changed_and_nothing_is_stored_says_that_it_proves_nothing(repository: Repository):
    result = repository.run()
    assert result.ret == 0
    assert result.parseoutcomes() == {"skipped": 2 * (CASES + 3)}
    result.stdout.fnmatch_lines(
        ["nothing changed and the reply store has no replies, so nothing was judged and this run proves nothing"]
    )
    assert repository.project.sent() == []


@pytest.mark.parametrize("touched", ["README.md", "suites/reviews.robust.yaml"])
def test_suites_that_nobody_touched_are_no_errors_for_ci(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, touched: str
):
    """With an empty store, whether or not another suite changed: as the exit code says, nothing failed."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository.path / "summary.md"))
    if touched == "README.md":
        repository.project.write(touched, "Words that are in no prompt.")
    else:
        repository.edit(touched, "Decide whether", "Say whether")
    result = repository.run("--robust-github", "--robust-sarif", "run.sarif")
    assert result.ret == 0
    assert obeyed(result.stdout.str()) == []
    found = json.loads((repository.path / "run.sarif").read_text("ascii"))["runs"][0]["results"]
    names = ["others", "reviews"] if touched == "README.md" else ["others"]
    assert [(one["level"], one["message"]["text"].splitlines()[0]) for one in found] == [
        ("note", f"{name}: not decided") for name in names
    ]


def test_unchanged_suites_whose_model_is_absent_are_errors_for_ci(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = repository.run("--robust-github", "--llm", "keyword:absent")
    assert result.ret == 1
    assert {name for name, _, _ in obeyed(result.stdout.str())} == {"error"}


def test_every_reason_is_named_and_its_cases_are_counted(repository: Repository):
    """The headline of one suite with several; `tests/changes/test_plan_diff.py` has each alone."""
    repository.edit("suites/reviews.robust.yaml", "movie 3 is awful", "movie 3 is dreadful")
    repository.edit("suites/reviews.robust.yaml", "gate:", "  - casing.upper: {target: input}\ngate:")
    result = repository.run("--collect-only")
    (line,) = [line for line in result.outlines if line.startswith("changed since")]
    assert line.split(": ", 2)[2] == "reviews (examples, operator casing.upper: added; 9 of 24 cases)"


def test_what_changes_no_case_and_no_gate_is_no_change(repository: Repository):
    repository.edit("suites/reviews.robust.yaml", "suite: reviews", "# a comment\nsuite: renamed")
    repository.run("--collect-only").stdout.fnmatch_lines(["changed since main (*): 0 of 2 suites"])


def test_a_changed_gate_asks_nothing_that_is_stored_and_is_decided(run_before: Repository):
    run_before.edit("suites/reviews.robust.yaml", "accuracy: {min: 0.5}", "accuracy: {min: 1.0}")
    sent = len(run_before.project.sent())
    result = run_before.run()
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED suites/reviews.robust.yaml::gate::accuracy*"])
    assert len(run_before.project.sent()) == sent


def test_a_renamed_suite_is_unchanged(run_before: Repository):
    (run_before.path / "suites/reviews.robust.yaml").rename(run_before.path / "suites/films.robust.yaml")
    assert run_before.sent_by() == 0
    run_before.run("--collect-only").stdout.fnmatch_lines(["changed since main (*): 0 of 2 suites"])


def test_a_deleted_suite_is_mentioned_where_it_would_have_been_collected(repository: Repository):
    (repository.path / "suites/others.robust.yaml").unlink()
    note = "deleted since main: suites/others.robust.yaml"
    result = repository.run("--collect-only")
    result.stdout.fnmatch_lines(["changed since main (*): 0 of 1 suite", note])
    assert note not in repository.run("--collect-only", under="suites/reviews.robust.yaml").outlines


def test_a_renamed_suite_is_not_mentioned_as_deleted_even_if_it_is_deselected(repository: Repository):
    (repository.path / "suites/others.robust.yaml").rename(repository.path / "suites/plays.robust.yaml")
    for selection in ("", "reviews"):
        result = repository.run("--collect-only", "-k", selection)
        assert not any(line.startswith("deleted since") for line in result.outlines)


def test_a_copied_suite_is_new(run_before: Repository):
    run_before.project.write("suites/films.robust.yaml", SUITE)
    run_before.run("--collect-only").stdout.fnmatch_lines(
        ["changed since main (*): 1 of 3 suites: reviews (new; 20 of 20 cases)"]
    )


INCLUDED = SUITE.replace(
    """    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
""",
    """    {% include "../prompts/head.jinja" %}
""",
)


def test_an_included_template_and_a_data_file_belong_to_the_suite(repository: Repository):
    project = repository.project
    project.write("prompts/head.jinja", "{% instruction %}Is it positive or negative?{% endinstruction %}")
    rows = [{"id": name, "text": f"movie {name} is good.", "answer": "positive"} for name in "abcd"]
    project.write("data/films.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    start, end = INCLUDED.index("examples:"), INCLUDED.index("answer: {field")
    project.write(
        "suites/reviews.robust.yaml",
        INCLUDED[:start] + "examples: {file: ../data/films.jsonl}\n" + INCLUDED[end:],
    )
    repository.commit("with files")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])
    repository.edit("data/films.jsonl", "movie b", "film b")
    repository.run("--collect-only").stdout.fnmatch_lines(["*1 of 2 suites: reviews (examples; 5 of 20 cases)"])
    repository.edit("prompts/head.jinja", "Is it", "Is this")
    repository.run("--collect-only").stdout.fnmatch_lines(
        ["*1 of 2 suites: reviews (prompt, examples; 20 of 20 cases)"]
    )


def test_a_renamed_prompt_file_is_no_change(repository: Repository):
    project = repository.project
    text = "{% instruction %}Is it good?{% endinstruction %}\nReview: {{ text }}\nSentiment:\n"
    start, end = SUITE.index("prompt:"), SUITE.index("examples:")
    project.write("prompts/one.jinja", text)
    project.write(
        "suites/reviews.robust.yaml", SUITE[:start] + "prompt: {user: {file: ../prompts/one.jinja}}\n" + SUITE[end:]
    )
    repository.commit("a prompt file")
    (repository.path / "prompts/one.jinja").rename(repository.path / "prompts/two.jinja")
    repository.edit("suites/reviews.robust.yaml", "one.jinja", "two.jinja")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])


def test_a_link_that_leads_to_another_prompt_is_a_change(repository: Repository):
    project = repository.project
    text = "{% instruction %}Is it good?{% endinstruction %}\nReview: {{ text }}\nSentiment:\n"
    start, end = SUITE.index("prompt:"), SUITE.index("examples:")
    project.write("prompts/one.jinja", text)
    project.write("prompts/two.jinja", text.replace("good", "fine"))
    link = repository.path / "prompts/now.jinja"
    link.symlink_to("one.jinja")
    project.write(
        "suites/reviews.robust.yaml", SUITE[:start] + "prompt: {user: {file: ../prompts/now.jinja}}\n" + SUITE[end:]
    )
    repository.commit("a link")
    link.unlink()
    link.symlink_to("two.jinja")
    repository.run("--collect-only").stdout.fnmatch_lines(["*1 of 2 suites: reviews (prompt; 20 of 20 cases)"])


def test_staged_and_committed_changes_count_as_those_of_the_working_tree_do(repository: Repository):
    repository.git("switch", "-q", "-c", "feature")
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    repository.git("add", "-A")
    index = (repository.path / ".git/index").read_bytes()
    repository.run("--collect-only").stdout.fnmatch_lines(["*1 of 2 suites: reviews (prompt; *"])
    assert (repository.path / ".git/index").read_bytes() == index
    repository.commit("changed")
    repository.run("--collect-only").stdout.fnmatch_lines(["*1 of 2 suites: reviews (prompt; *"])


def test_what_the_other_branch_changed_meanwhile_is_no_change_of_this_one(repository: Repository):
    repository.git("switch", "-q", "-c", "feature")
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    base = repository.git("rev-parse", "main").strip()[:7]
    repository.commit("changed here")
    repository.git("switch", "-q", "main")
    repository.edit("suites/others.robust.yaml", "Decide whether", "Tell whether")
    repository.commit("changed there")
    repository.git("switch", "-q", "feature")
    repository.run("--collect-only").stdout.fnmatch_lines([f"changed since main ({base}): 1 of 2 suites: reviews (*"])


def test_a_suite_that_cannot_be_read_as_it_was_counts_as_changed(repository: Repository):
    whole = (repository.path / "suites/reviews.robust.yaml").read_text()
    repository.edit("suites/reviews.robust.yaml", "typo.drop", "typo.dorp")
    sha = repository.commit("broken")[:7]
    repository.project.write("suites/reviews.robust.yaml", whole)
    repository.run("--collect-only", since="HEAD").stdout.fnmatch_lines(
        [f"*1 of 2 suites: reviews (cannot be read at {sha}; 20 of 20 cases)"]
    )


def test_another_model_than_in_the_last_run_changes_every_suite(run_before: Repository, monkeypatch):
    monkeypatch.setenv("KEYWORD_FINGERPRINT", "keyword-2")
    result = run_before.run()
    result.stdout.fnmatch_lines(
        ["*2 of 2 suites: *reviews (model: fingerprint changed since the last run; 20 of 20 cases)*"]
    )
    assert len(run_before.project.sent()) == 80


def test_the_model_that_the_ini_file_names_is_compared(run_before: Repository):
    run_before.project.write("pytest.ini", "")
    run_before.project.pytester.makefile(".ini", pytest="[pytest]\nllm = keyword:mumbles\n")
    result = run_before.run("--collect-only")
    result.stdout.fnmatch_lines(["*2 of 2 suites: *(model: was keyword: in pytest.ini; 20 of 20 cases)*"])
    result = run_before.run("--collect-only", "--llm", "keyword:")
    result.stdout.fnmatch_lines(["*: 0 of 2 suites"])


def test_a_server_that_is_gone_is_answered_for_by_the_store(run_before: Repository, monkeypatch):
    monkeypatch.setenv("KEYWORD_ABSENT", "1")
    result = run_before.run()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["not opened: *", "*PASS*accuracy*"])
    run_before.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    assert run_before.run().ret == 1


@pytest.mark.parametrize(
    ("probed", "first", "then", "ret"),
    [
        (lambda answer, number: answer, (), (), 0),
        (lambda answer, number: None, (), (), 1),
        (lambda answer, number: None, (), ("--robust-trust-store",), 1),
        (lambda answer, number: None, ("--robust-trust-store",), (), 1),
        (lambda answer, number: None, ("--robust-trust-store",), ("--robust-trust-store",), 0),
    ],
    ids=["identified", "unidentified", "trusted-too-late", "trusted-then", "trusted"],
)
def test_only_what_was_identified_is_answered_for_by_the_store(repository: Repository, probed, first, then, ret):
    ungated = "\n".join(repository.path.joinpath("suites/reviews.robust.yaml").read_text().split("gate:")[:1])
    repository.project.write("suites/reviews.robust.yaml", ungated)
    repository.commit("without gates")
    with serve(FaultServer(features={"chat"}, probed=probed)) as server:
        llm = f"--llm={server.url}"
        repository.project.run("suites/reviews.robust.yaml", llm, *first)
    result = repository.run(llm, *then, under="suites/reviews.robust.yaml")
    said = result.stdout.str()
    assert ("not opened: " in said) == (ret == 0)
    assert ("no server answers" in said.split("not opened: ")[0]) == (ret == 1)
    if not first and ret == 0:
        assert "identified in its last run by address and answers to probes" in said


def test_a_server_that_cannot_be_identified_is_asked_again_and_the_reason_says_so(repository: Repository):
    with serve(FaultServer(features={"chat"}, probed=lambda answer, number: None)) as server:
        repository.project.run("suites", f"--llm={server.url}")
        result = repository.run(f"--llm={server.url}")
    result.stdout.fnmatch_lines(["*2 of 2 suites: *(model: cannot be identified; 20 of 20 cases)*"])


def test_an_operator_of_another_version_than_in_the_last_run_is_a_change(run_before: Repository, monkeypatch):
    from dataclasses import replace

    from llmrobust.operators import REGISTRY

    drop = REGISTRY.get("typo.drop")
    monkeypatch.setitem(REGISTRY._entries, "typo.drop", replace(drop, version=drop.version + 1))
    result = run_before.run("--collect-only")
    result.stdout.fnmatch_lines(
        [f"*reviews (operator typo.drop: version {drop.version}, now {drop.version + 1}; 12 of 20 cases)*"]
    )


def test_selection_workers_and_reports(run_before: Repository, monkeypatch: pytest.MonkeyPatch):
    """Workers ask for what changed, answer the rest from the store, skip what is not there, and leave no checkout."""
    project = run_before.project
    project.write(
        "suites/unasked.robust.yaml", SUITE.replace("suite: reviews", "suite: unasked").replace("movie", "song")
    )
    run_before.commit("a suite that no run asks for")
    run_before.edit("suites/reviews.robust.yaml", "movie 3 is awful", "movie 3 is dreadful")
    assert run_before.sent_by("-k", "typo and not gate") == 4
    report, junit = run_before.path / "run.json", run_before.path / "junit.xml"
    temporary = run_before.path / "aside"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    result = run_before.run("--robust-json", str(report), "--junitxml", str(junit), "-n", "2")
    assert result.ret == 0
    assert result.parseoutcomes()["skipped"] == CASES + 3
    suites = {suite["name"]: suite for suite in json.loads(report.read_text())["suites"]}
    assert suites["reviews"]["changed"] == {
        "since": "main",
        "commit": run_before.git("rev-parse", "HEAD").strip(),
        "is_base": True,
        "recorded": True,
        "reasons": ["examples"],
        "cases": 5,
    }
    assert {case["example"] for case in suites["reviews"]["cases"] if case["changed"]} == {"c"}
    assert suites["others"]["changed"]["reasons"] == []
    assert not any(case["changed"] for case in suites["others"]["cases"])
    assert junit.read_text().count('name="llmrobust.changed" value="yes"') == 5
    result.stdout.fnmatch_lines(["changed since main (*): 1 of 3 suites: reviews (examples; 5 of 20 cases)"])
    assert len(project.sent()) == len(set(project.sent())) == 45
    assert not list(temporary.glob("llmrobust-*"))


def test_test_functions_are_skipped_too(repository: Repository):
    repository.project.write(
        "test_it.py",
        "import llmrobust\n\n@llmrobust.suite('suites/reviews.robust.yaml')\ndef test_it(case):\n    assert case.answer\n",
    )
    assert repository.run(under="test_it.py").parseoutcomes() == {"skipped": CASES}
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    assert repository.run(under="test_it.py").parseoutcomes() == {"passed": CASES}


def test_a_project_below_the_top_with_unusual_names_and_from_a_worktree(run_before: Repository, tmp_path: Path):
    project = run_before.project
    project.write("suites/mit Ümlaut\nund Zeile/reviews.robust.yaml", SUITE.replace("suite: reviews", "suite: strange"))
    project.write("suites/pytest.ini", "[pytest]\nllm = keyword:\n")
    run_before.commit("strange")
    run_before.edit("suites/mit Ümlaut\nund Zeile/reviews.robust.yaml", "Decide whether", "Say whether")
    result = run_before.run("--collect-only", "--rootdir", "suites", "-c", "suites/pytest.ini", since="HEAD")
    result.stdout.fnmatch_lines(["changed since HEAD (*): 1 of 3 suites: strange (prompt; 20 of 20 cases)"])
    tree = tmp_path.parent / "tree"
    run_before.git("worktree", "add", "-q", str(tree))
    os.chdir(tree)
    result = run_before.run("--collect-only", "--rootdir", str(tree), since="HEAD")
    result.stdout.fnmatch_lines(["changed since HEAD (*): 0 of 3 suites"])


def test_a_shallow_clone_without_a_common_ancestor_is_compared_with_the_revision_itself(
    run_before: Repository, tmp_path: Path
):
    run_before.git("switch", "-q", "-c", "feature")
    run_before.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    run_before.commit("changed")
    clone = tmp_path.parent / "clone"
    run_before.git("clone", "-q", "--depth", "1", "--branch", "feature", f"file://{run_before.path}", str(clone))
    os.chdir(clone)
    result = run_before.run("--rootdir", str(clone), since="origin/main")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ['ERROR: *no revision "origin/main" in this shallow clone; fetch it: git fetch --depth=1 origin main:*']
    )
    run_before.git("fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main", at=clone)
    result = run_before.run("--rootdir", str(clone), "--collect-only", since="origin/main")
    result.stdout.fnmatch_lines(
        [
            "changed since origin/main (*): 1 of 2 suites: reviews (prompt; 20 of 20 cases)",
            "origin/main and HEAD have no common ancestor in this clone; compared with origin/main itself",
        ]
    )


@pytest.mark.parametrize(
    ("rev", "words"),
    [
        ("nowhere", '*there is no revision "nowhere" in this repository*'),
        ("--output=/tmp/x", '*"--output=/tmp/x" is not a revision*'),
        ("", '*"" is not a revision*'),
    ],
)
def test_a_revision_that_is_none_is_a_mistake_of_the_command_line(repository: Repository, rev: str, words: str):
    result = repository.project.run("suites", f"--robust-changed-since={rev}")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {words}"])


def test_outside_of_git_and_where_there_is_no_commit(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.path.parent))
    result = project.run("suites", "--robust-changed-since", "main")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *is not in a git repository*"])
    subprocess.run(["git", "init", "-q", str(project.path)], check=True)
    result = project.run("suites", "--robust-changed-since", "main")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *has no commit yet*"])


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    result = repository.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *needs git, which is not installed here*"])


def test_fresh_and_changed_contradict_each_other(repository: Repository):
    assert repository.run("--robust-fresh").ret == 4


CONFTEST = '''
from llmrobust.operators import operator
from llmrobust.operators.editing.text_edits import TargetParams, rewritten

@operator("mine.loud", level="character", source="a test", params=TargetParams)
def loud(prompt, params, draw):
    """Adds a mark."""
    yield from rewritten(prompt, params, lambda text: text + "!", "0")
'''


def test_the_source_of_a_projects_own_operator_belongs_to_the_suite(repository: Repository, monkeypatch):
    from llmrobust.operators import REGISTRY

    monkeypatch.setattr(REGISTRY, "_entries", {one.name: one for one in REGISTRY})
    repository.project.write("conftest.py", CONFTEST)
    repository.edit("suites/reviews.robust.yaml", "gate:", "  - mine.loud: {target: input}\ngate:")
    repository.commit("an operator")
    before = repository.run("--collect-only")
    before.stdout.fnmatch_lines(["*: 0 of 2 suites"])
    repository.edit("conftest.py", "Adds a mark", "Adds a loud mark")
    monkeypatch.setattr(REGISTRY, "_entries", {k: v for k, v in REGISTRY._entries.items() if k != "mine.loud"})
    after = repository.run("--collect-only")
    after.stdout.fnmatch_lines(["*reviews (operator mine.loud: its source conftest.py changed; 4 of 24 cases)"])


HELPED = """
import pathlib, sys
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from llmrobust.metrics import METRICS, metric
from llmrobust.operators import operator
from llmrobust.operators.editing.text_edits import TargetParams, rewritten

@operator("mine.loud", level="character", source="a test", params=TargetParams)
def loud(prompt, params, draw):
    'Adds a mark.'
    from helping.marks import MARK
    yield from rewritten(prompt, params, lambda text: text + MARK, "0")

@metric("mine", formula="as accuracy", source="a test", reads="correct", interval="proportion")
def mine(table):
    'As accuracy.'
    from helping import counting
    return METRICS.get("accuracy").statistic(table)
"""


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("marks.py", "operator mine.loud: its source marks.py changed"),
        ("inner.py", "operator mine.loud: its source inner.py changed"),
        ("counting.py", "metric mine: its source counting.py changed"),
    ],
)
def test_what_a_projects_operators_and_metrics_import_belongs_to_the_suite(
    repository: Repository, monkeypatch, file: str, reason: str
):
    from llmrobust.metrics import METRICS
    from llmrobust.operators import REGISTRY

    monkeypatch.setattr(REGISTRY, "_entries", {one.name: one for one in REGISTRY})
    monkeypatch.setattr(METRICS, "_entries", dict(METRICS._entries))
    repository.project.write("helping/__init__.py", "")
    repository.project.write("helping/inner.py", "MARK = '!'\n")
    repository.project.write("helping/marks.py", "from .inner import MARK\n")
    repository.project.write("helping/counting.py", "")
    repository.project.write("conftest.py", HELPED + "\nimport helping.marks, helping.counting\n")
    repository.edit("suites/reviews.robust.yaml", "gate:", "  - mine.loud: {target: input}\ngate:\n  mine: {min: 0.1}")
    repository.commit("an operator and a metric with helpers")
    with (repository.path / "helping" / file).open("a") as helper:
        helper.write("# changed\n")
    repository.run("--collect-only").stdout.fnmatch_lines([f"*: 1 of 2 suites: reviews (*{reason}*; 4 of 24 cases)"])


CHECKED = """
import llmrobust

@llmrobust.check("mood")
def mood(text):
    'The mood.'
    return text.strip().lower() or None
"""


def test_the_source_of_a_projects_own_check_belongs_to_the_suite(repository: Repository, monkeypatch):
    from llmrobust.score.checks import CHECKS

    CHECKS.load_installed()
    built_in = dict(CHECKS._entries)
    monkeypatch.setattr(CHECKS, "_entries", dict(built_in))
    repository.project.write("conftest.py", CHECKED)
    repository.edit("suites/reviews.robust.yaml", "choices: [positive, negative]", "check: mood")
    repository.commit("a check")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])
    repository.edit("conftest.py", "The mood.", "The mood of the text.")
    monkeypatch.setattr(CHECKS, "_entries", dict(built_in))
    after = repository.run("--collect-only")
    after.stdout.fnmatch_lines(["*reviews (check mood: its source conftest.py changed; *)"])


def test_a_template_that_is_gone_but_need_not_be_there_is_a_change(repository: Repository):
    repository.project.write("suites/tone.jinja", "Be kind.")
    repository.edit(
        "suites/reviews.robust.yaml", "    Review:", "    {% include 'tone.jinja' ignore missing %}\n    Review:"
    )
    repository.commit("with a tone")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])
    (repository.path / "suites/tone.jinja").unlink()
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 1 of 2 suites: reviews (prompt; 20 of 20 cases)"])


def test_templates_that_only_later_examples_include_belong_to_the_suite(repository: Repository):
    for name in "abcd":
        repository.project.write(f"suites/{name}.jinja", f"This is {name}.")
    repository.edit("suites/reviews.robust.yaml", "    Review:", "    {% include kind ~ '.jinja' %}\n    Review:")
    for name in "abcd":
        repository.edit("suites/reviews.robust.yaml", f"id: {name},", f"id: {name}, kind: {name},")
    repository.commit("a template for each kind")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])
    repository.edit("suites/d.jinja", "This is", "That is")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 1 of 2 suites: reviews (prompt; 5 of 20 cases)"])


@pytest.mark.parametrize("name", ["GIT_LITERAL_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_NOGLOB_PATHSPECS"])
def test_variables_of_git_hide_no_change(repository: Repository, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "1")
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 1 of 2 suites: reviews (prompt; 20 of 20 cases)"])


def test_a_replaced_commit_hides_no_change(repository: Repository):
    repository.git("checkout", "-q", "-b", "branch")
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    repository.commit("another prompt")
    repository.git("replace", "main", "branch")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 1 of 2 suites: reviews (prompt; 20 of 20 cases)"])


def test_data_that_git_ignores_are_compared_with_the_last_run(repository: Repository):
    project = repository.project
    row = {"id": "a", "text": "movie 1 is good.", "answer": "positive"}
    project.write("suites/rows.jsonl", json.dumps(row) + "\n")
    start, end = SUITE.index("examples:"), SUITE.index("answer: {field")
    project.write("suites/reviews.robust.yaml", SUITE[:start] + "examples: {file: rows.jsonl}\n" + SUITE[end:])
    project.write(".gitignore", ".llmrobust/\naside/\nsent.txt\n*.jsonl\n__pycache__/\n")
    repository.commit("data outside of git")
    repository.run("--collect-only").stdout.fnmatch_lines(
        ["*reviews (examples: rows.jsonl is not in git, and no earlier run is recorded; 5 of 5 cases)"]
    )
    project.run("suites")
    repository.run("--collect-only").stdout.fnmatch_lines(["*: 0 of 2 suites"])
    repository.edit("suites/rows.jsonl", "good", "superb")
    repository.run("--collect-only").stdout.fnmatch_lines(
        ["*reviews (examples: rows.jsonl is not in git, and the prompts differ from the last run's; 5 of 5 cases)"]
    )


def checkouts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("llmrobust-*"))


def test_no_checkout_is_left_while_tests_run_nor_after_them(repository: Repository, monkeypatch: pytest.MonkeyPatch):
    """Even a process that is killed amid its tests, as xdist kills slow workers, leaves none."""
    temporary = repository.path / "aside"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    repository.project.write(
        "conftest.py",
        "import pathlib\n"
        "def pytest_runtest_setup(item):\n"
        f"    assert not list(pathlib.Path({str(temporary)!r}).glob('llmrobust-*'))\n",
    )
    made = []
    then = History.then
    monkeypatch.setattr(History, "then", lambda self, *given: made.append(then(self, *given)) or made[-1])
    assert repository.run().ret == 0
    assert made
    assert made[0].is_relative_to(temporary)
    assert checkouts(temporary) == []


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 2), (RuntimeError, 3)])
def test_no_checkout_is_left_where_the_comparison_ends_early(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, raised: type[BaseException], code: int
):
    temporary = repository.path / "aside"
    temporary.mkdir()
    seen = []

    def ended(then: object, now: object) -> None:
        seen.extend(checkouts(temporary))
        raise raised

    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr("llmrobust.changes.detect.compared", ended)
    repository.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    command = ("suites", "--robust-changed-since", "main")
    assert repository.project.run_with_cache(*command, no_reraise_ctrlc=True).ret == code
    assert len(seen) == 1
    assert checkouts(temporary) == []


def test_a_run_in_waves_leaves_unchanged_suites_to_the_store(run_before: Repository):
    run_before.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    result = run_before.run("--robust-sequential")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["  others: unchanged, answered from the store"])
    assert len(run_before.project.sent()) <= 60


@pytest.mark.parametrize("forget", [False, True])
def test_bulk_items_take_unchanged_suites_from_the_store_and_leave_out_what_is_not_there(
    run_before: Repository, forget: bool
):
    run_before.edit("suites/reviews.robust.yaml", "Decide whether", "Say whether")
    runs = []
    for options in ((), ("--robust-bulk",)):
        if forget:
            (run_before.path / ".llmrobust" / "replies.sqlite").unlink()
        result = run_before.run(*options, "--robust-json=run.json")
        run = json.loads((run_before.path / "run.json").read_text())
        runs.append((result.ret, run["suites"]))
    assert runs[0] == runs[1]
    assert {bool(suite["changed"]["reasons"]) for suite in runs[0][1]} == {False, True}
