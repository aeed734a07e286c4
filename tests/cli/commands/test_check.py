"""`llmrobust check`: every mistake of every suite, for people and for editors."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from llmrobust.cli import main

GOOD = """\
suite: a
prompt: '{{ q }}'
examples: [{q: "It was bad."}, {q: "It was good."}]
perturb: [punctuation.strip_final]
"""
OPERATOR = """\
from llmrobust.operators import Variant, operator

@operator("shout.loud", level="character", source="here")
def loud(prompt, params, draw):
    \"\"\"Adds nothing.\"\"\"
    yield from ()
"""


def checked(capsys, *arguments: str) -> tuple[int, str]:
    code = main(["check", *arguments])
    return code, capsys.readouterr().out


def write(folder, name: str, text: str):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_it_says_what_was_checked(tmp_path, capsys):
    write(tmp_path, "a.robust.yaml", GOOD)
    code, out = checked(capsys, str(tmp_path))
    assert code == 0
    assert "a.robust.yaml: 2 examples, 4 cases, no gates: each flipped or wrong case fails" in out
    assert out.endswith("checked 1 suite file: no mistake\n")


def test_every_mistake_of_every_suite_is_reported(tmp_path, capsys):
    write(tmp_path, "a.robust.yaml", GOOD.replace("strip_final", "strip_finale").replace("{{ q }}", "{{ p }}"))
    write(tmp_path, "deep/b.robust.yaml", GOOD.replace("suite: a", "suite: b"))
    write(tmp_path, "deep/c.robust.yaml", "suite: [")
    code, out = checked(capsys, str(tmp_path))
    assert code == 1
    assert 'a.robust.yaml:4:11: unknown operator "punctuation.strip_finale"' in out
    assert 'a.robust.yaml:2:13: the prompt uses "p"' in out
    assert "c.robust.yaml:1:9: not valid YAML" in out
    assert "b.robust.yaml: 2 examples" in out
    assert out.endswith("checked 3 suite files: 3 mistakes in 2 files\n")


def test_for_editors_it_is_json_with_places(tmp_path, capsys):
    write(tmp_path, "pytest.ini", "[pytest]\n")
    path = write(tmp_path, "a.robust.yaml", GOOD.replace("strip_final", "strip_finale"))
    good = write(tmp_path, "b.robust.yaml", GOOD)
    code, out = checked(capsys, "--json", str(tmp_path))
    said = json.loads(out)
    assert code == 1
    assert (said["format"], said["version"], said["root"]) == ("llmrobust-check", 1, str(tmp_path))
    assert [one["file"] for one in said["files"]] == [str(path), str(good)]
    assert said["files"][0]["suite"] is None
    assert said["files"][1] == {"file": str(good), "suite": "a", "examples": 2, "cases": 4, "gates": 0, "left_out": {}}
    (found,) = said["diagnostics"]
    assert found["hint"].startswith('did you mean "punctuation.strip_final"?')
    line = path.read_text().splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 : found["end_column"] - 1] == "punctuation.strip_finale"
    assert (found["file"], found["severity"]) == (str(path), "error")
    assert found["message"] == 'unknown operator "punctuation.strip_finale"'


def test_what_is_hardly_meant_is_a_warning(tmp_path, capsys):
    gates = "gate:\n  consistency: {min: 0.9, confidence: 0.95}\n"
    write(
        tmp_path, "a.robust.yaml", GOOD.replace("[punctuation.strip_final]", "[punctuation.strip_final, rag]") + gates
    )
    write(tmp_path, "b.robust.yaml", GOOD)
    code, out = checked(capsys, "--json", str(tmp_path))
    found = json.loads(out)["diagnostics"]
    assert code == 0
    assert {one["severity"] for one in found} == {"warning"}
    said = [one["message"] for one in found]
    assert said[0] == "the family rag changes nothing in any example, so it adds no cases"
    assert said[1].startswith("consistency: it can never pass: 2 flawless examples")
    assert said[2].endswith('a.robust.yaml is named "a" too')
    assert (found[1]["line"], found[2]["line"]) == (6, 1)
    assert "warning: " in checked(capsys, str(tmp_path))[1]


def test_examples_in_another_language_are_a_warning(tmp_path, capsys):
    text = "Ich kann mich seit gestern nicht mehr anmelden, obwohl das Kennwort stimmt und die Karte neu ist."
    prompt = f"suite: a\nprompt: '{{{{ q }}}}'\nexamples: [{{q: '{text}', a: ja}}]\nanswer: {{field: a, choices: [ja, nein]}}\n"
    write(tmp_path, "a.robust.yaml", prompt + "perturb: [word.filler, typo.drop]\n")
    code, out = checked(capsys, str(tmp_path))
    assert code == 0
    assert "a.robust.yaml:3:" in out
    assert 'another language (detected: "de")' in out
    assert "set `language: de`, or `language: en`" in out


MEANING = """\
suite: a
prompt: '{{ q }}'
examples: [{q: "It was bad.", gold: "bad"}, {q: "It was good.", gold: "good"}]
answer: {field: gold}
perturb: [punctuation.strip_final]
gate:
  semantic_similarity: {min: 0.8}
  ndcg: {min: 0.8}
"""
EMBEDDER = """\
import llmrobust as lr

@lr.embedder
def vectors(texts):
    return [[1.0] for _ in texts]
"""


def test_what_a_metric_needs_is_seen_before_anything_is_sent(tmp_path, capsys):
    from llmrobust.score.embedding import forget_embedder

    forget_embedder()
    suite = write(tmp_path, "a.robust.yaml", MEANING)
    write(tmp_path, "pytest.ini", "[pytest]\n")
    code, out = checked(capsys, str(suite))
    assert code == 0
    assert "semantic_similarity: it will never be evaluated: there is no embedder; add `embedder: minilm`" in out
    assert "ndcg: it will never be evaluated: ndcg needs answer: {check: ranking}" in out
    main(["plan", str(suite)])
    assert "WARNING: it will never be evaluated: there is no embedder" in capsys.readouterr().out
    write(tmp_path, "conftest.py", EMBEDDER)
    try:
        assert "no embedder" not in checked(capsys, str(suite))[1]
    finally:
        forget_embedder()


def test_gold_answers_that_the_check_cannot_read_are_a_warning(tmp_path, capsys):
    write(tmp_path, "a.robust.yaml", MEANING.replace("field: gold", "field: gold, check: number"))
    code, out = checked(capsys, str(tmp_path))
    assert code == 0
    assert "check: number finds no answer in the gold answer of ex-001 and 1 more" in out


def test_a_family_of_which_some_apply_is_no_warning(tmp_path, capsys):
    write(tmp_path, "a.robust.yaml", GOOD.replace("[punctuation.strip_final]", "[punctuation]"))
    assert "warning" not in checked(capsys, str(tmp_path))[1]


def test_it_looks_where_pytest_looks_and_takes_each_file_once(tmp_path, capsys):
    path = write(tmp_path, "suites/a.robust.yaml", GOOD)
    write(tmp_path, ".venv/x.robust.yaml", GOOD)
    write(tmp_path, "env/pyvenv.cfg", "")
    write(tmp_path, "env/x.robust.yaml", GOOD)
    (tmp_path / "suites" / "loop").symlink_to(tmp_path)
    assert "checked 1 suite file:" in checked(capsys, str(tmp_path), str(path))[1]


def test_a_file_that_pytest_does_not_collect_is_checked_with_a_warning(tmp_path, capsys):
    path = write(tmp_path, "a.yaml", GOOD)
    assert "pytest collects only files that end in .robust.yaml" in checked(capsys, str(path))[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"suite: \xff\n", "not UTF-8"), (b"", "the suite file is empty"), (b"suite: a\0\n", "is not allowed in YAML")],
)
def test_files_that_are_no_text_are_mistakes_with_a_place(tmp_path, capsys, content, said):
    path = tmp_path / "a.robust.yaml"
    path.write_bytes(content)
    code, out = checked(capsys, str(path))
    assert code == 1
    assert "a.robust.yaml:1:" in out
    assert said in out


@pytest.mark.parametrize("name", ["", "nothere.robust.yaml"])
def test_nothing_to_check_is_wrong_use(tmp_path, capsys, name):
    assert main(["check", str(tmp_path / name)]) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert "robust.yaml" in shown.err


def run(folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "llmrobust", *arguments], cwd=folder, capture_output=True, text=True)


def test_operators_of_conftest_are_known_as_to_pytest(tmp_path, capsys):
    write(tmp_path, "pytest.ini", "[pytest]\nfilterwarnings = error\naddopts = --color=yes\n")
    write(tmp_path, "prompts/p.jinja", "{{ q }}")
    write(tmp_path, "suites/conftest.py", OPERATOR + "print('hello from conftest')\n")
    text = GOOD.replace("'{{ q }}'", "{user: {file: ../prompts/p.jinja}}").replace("final]", "final, shout.loud]")
    write(tmp_path, "suites/a.robust.yaml", text)
    done = run(tmp_path / "suites", "check", "--json", "a.robust.yaml")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["root"] == str(tmp_path)
    assert [one["message"] for one in said["diagnostics"]] == [
        "shout.loud changes nothing in any example, so it adds no cases"
    ]
    code, out = checked(capsys, "--noconftest", str(tmp_path / "suites"))
    assert code == 1
    assert 'unknown operator "shout.loud"' in out


def test_a_conftest_that_cannot_be_loaded_is_said_without_a_traceback_of_ours(tmp_path):
    write(tmp_path, "conftest.py", "import nothere\n")
    path = write(tmp_path, "a.robust.yaml", GOOD)
    done = run(tmp_path, "check", str(path))
    assert done.returncode == 2
    assert "No module named 'nothere'" in done.stderr
    assert "--noconftest skips conftest.py files" in done.stderr
    assert "llmrobust/cli" not in done.stderr
