"""The command line."""

from __future__ import annotations

import json

from llmrobust.cli import main
from tests.conftest import REPOSITORY

GOOD = "suite: a\nprompt: '{{ q }}'\nexamples: [{q: x}]\nperturb: [punctuation.add]\n"


def test_check_tells_what_a_suite_holds(tmp_path, capsys):
    (tmp_path / "a.robust.yaml").write_text(GOOD)
    assert main(["check", str(tmp_path)]) == 0
    assert "1 examples, 2 cases" in capsys.readouterr().out


def test_check_reports_mistakes_and_fails(tmp_path, capsys):
    (tmp_path / "a.robust.yaml").write_text(GOOD.replace("punctuation.add", "punctuation.ad"))
    (tmp_path / "b.robust.yaml").write_text(GOOD)
    assert main(["check", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert 'unknown operator "punctuation.ad"' in shown
    assert "b.robust.yaml: 1 examples" in shown


def test_check_of_a_folder_without_suites_is_wrong_use(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "no *.robust.yaml file" in capsys.readouterr().err


def test_schema_is_printed_as_json(capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def test_the_page_of_operators_is_what_the_registry_says(capsys):
    main(["operators", "--markdown"])
    page = (REPOSITORY / "docs" / "operators.md").read_text(encoding="utf-8")
    assert page == capsys.readouterr().out, "renew it with: llmrobust operators --markdown > docs/operators.md"
