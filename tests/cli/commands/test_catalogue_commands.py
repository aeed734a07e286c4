"""The command line."""

from __future__ import annotations

import json

from llmrobust.cli import main
from tests.conftest import REPOSITORY


def test_schema_is_printed_as_json(capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def test_the_page_of_operators_is_what_the_registry_says(capsys):
    main(["operators", "--markdown"])
    page = (REPOSITORY / "docs" / "operators.md").read_text(encoding="utf-8")
    assert page == capsys.readouterr().out, "renew it with: llmrobust operators --markdown > docs/operators.md"


PERTURBED = """\
suite: a
prompt: "Is it good? {{ q }}"
examples: [{q: "It was fine.", a: "yes", id: one}, {q: "It was bad.", a: "no", id: two}]
answer: {field: a, choices: ["yes", "no"]}
perturb:
  - punctuation.strip_final: {target: q}
  - typo.drop: {target: q, severity: [1, 5]}
"""


def shown(tmp_path, capsys, *options):
    (tmp_path / "a.robust.yaml").write_text(PERTURBED)
    code = main(["show", str(tmp_path / "a.robust.yaml"), *options])
    return code, capsys.readouterr().out


def test_show_marks_what_every_variant_changes(tmp_path, capsys):
    code, out = shown(tmp_path, capsys)
    assert code == 0
    assert "a: example one, gold answer yes" in out
    assert "Is it good? It was fine[-.-]" in out
    assert "typo.drop  (same)" in out
    assert "two" not in out


def test_show_colours_only_where_asked(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in shown(tmp_path, capsys)[1]
    assert "\x1b[31m.\x1b[0m" in shown(tmp_path, capsys, "--color", "always")[1]


def test_show_as_json_gives_whole_prompts(tmp_path, capsys):
    _, out = shown(tmp_path, capsys, "--json", "--only", "typo", "--example", "two")
    variants = [json.loads(line) for line in out.splitlines()]
    assert [(one["variant"], one["severity"], one["example"]) for one in variants] == [
        ("s1-0", 1, "two"),
        ("s5-0", 5, "two"),
    ]
    assert variants[0]["original"] == [["user", "Is it good? It was bad."]]


def test_show_of_what_is_not_there_is_wrong_use(tmp_path, capsys):
    assert shown(tmp_path, capsys, "--example", "three")[0] == 2
    assert main(["show", str(tmp_path / "a.robust.yaml"), "--only", "format"]) == 2
    assert "punctuation.strip_final" in capsys.readouterr().err


def test_operators_can_be_asked_for_by_name_or_family(capsys):
    assert main(["operators", "typo"]) == 0
    out = capsys.readouterr().out
    assert "typo.swap" in out
    assert "- rate (default 0.05)" in out
    assert "format" not in out
    assert main(["operators", "typos"]) == 2
    assert 'unknown operator or family "typos"; did you mean "typo"?' in capsys.readouterr().err
    assert main(["operators", "zzz"]) == 2
    assert "known are appraisal, attack" in capsys.readouterr().err
    assert main(["operators", "typo.keybord"]) == 2
    assert 'did you mean "typo.keyboard"?' in capsys.readouterr().err


def test_a_metric_can_be_asked_for_by_name(capsys):
    assert main(["metrics", "consistency"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("consistency  (0 to 1, higher is better)")
    assert "undefined when:" in out
    assert main(["metrics", "consistensy", "--json"]) == 2
    assert 'did you mean "consistency"?' in capsys.readouterr().err


def test_operators_as_json_are_facts(capsys):
    main(["operators", "typo.swap", "--json"])
    (facts,) = json.loads(capsys.readouterr().out)
    assert (facts["level"], facts["relation"], facts["languages"]) == ("character", "same", ["*"])
    assert "[-" in facts["example"]


def test_show_protected_says_what_stays_and_why(tmp_path, capsys):
    suite = PERTURBED.replace("Is it good? {{ q }}", "Say 'yes' or 'no'. Is it good?\\n{{ q }}")
    (tmp_path / "a.robust.yaml").write_text(suite.replace("It was fine.", "It was fine, see `a.py` and [1]."))
    assert main(["show", str(tmp_path / "a.robust.yaml"), "--protected"]) == 0
    out = capsys.readouterr().out
    assert "Say [='yes'=] or [='no'=]. Is it good?" in out
    assert "It was fine, see [=`a.py`=] and [=[1]=]." in out
    assert "answer label       'yes', 'no'" in out
    assert "code               `a.py`" in out
    assert main(["show", str(tmp_path / "a.robust.yaml"), "--protected", "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["text"], first["why"], first["message"]) == ("'yes'", "answer label", 0)


def test_show_protected_marks_the_gold_answer_in_a_free_text(tmp_path, capsys):
    suite = PERTURBED.replace('choices: ["yes", "no"]', "check: exact").replace('a: "yes"', "a: fine")
    (tmp_path / "a.robust.yaml").write_text(suite)
    main(["show", str(tmp_path / "a.robust.yaml"), "--protected"])
    assert "gold answer        fine" in capsys.readouterr().out
    (tmp_path / "a.robust.yaml").write_text(suite + 'protect: ["-gold"]\n')
    main(["show", str(tmp_path / "a.robust.yaml"), "--protected"])
    assert "nothing is protected" in capsys.readouterr().out
