"""Help, hints and exit codes of the command line as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from llmrobust.cli import TABLE, main, make_group
from llmrobust.cli.commands.metrics import metrics

COMMAND = [sys.executable, "-m", "llmrobust"]


def refused(capsys, *arguments: str) -> str:
    assert main(arguments) == 2
    return capsys.readouterr().err


def commands(group: click.Group, path: str = "llmrobust") -> Iterator[tuple[str, click.Command]]:
    """Every command with its name in full, those below a command included."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            yield f"{path} {name}", found
            if isinstance(found, click.Group):
                yield from commands(found, f"{path} {name}")


def test_help_lists_every_command_once_in_its_group(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name, entry in TABLE.items():
        assert shown.count(f"\n  {name} ") == 1
        assert shown.index(f"{entry.group}:") < shown.index(f"\n  {name} ")
    assert "Exit codes:" in shown


def test_every_command_explains_itself_with_an_example(capsys):
    for name, found in commands(make_group()):
        assert main([*name.split()[1:], "--help"]) == 0
        shown = capsys.readouterr().out
        assert found.help, name
        assert name in shown.partition("Examples:")[2], f"{name} shows no example of its use"


def test_a_wrong_command_gets_the_nearest(capsys):
    assert 'unknown command "chek"; did you mean "check"?' in refused(capsys, "chek")


@pytest.mark.parametrize("word", ["run", "triage.robust.yaml"])
def test_whoever_wants_to_run_a_suite_is_sent_to_pytest(capsys, word):
    assert "suites are run by pytest" in refused(capsys, word)


def test_a_wrong_option_gets_the_nearest_of_its_command(capsys):
    shown = refused(capsys, "plan", "--likelyness=3", "a.robust.yaml")
    assert "Usage: llmrobust plan" in shown
    assert 'did you mean "--likeness"?' in shown
    assert 'did you mean "--version"?' in refused(capsys, "--versio")


def test_a_wrong_option_below_a_command_gets_the_nearest_of_that(capsys):
    shown = refused(capsys, "baseline", "save", "--dryrun", "run.json")
    assert "Usage: llmrobust baseline save" in shown
    assert 'did you mean "--dry-run"?' in shown


def test_options_cannot_be_abbreviated(capsys):
    assert "--js" in refused(capsys, "operators", "--js")


def test_without_a_command_the_help_is_shown_as_wrong_use(capsys):
    assert "write suites:" in refused(capsys)


def test_help_starts_without_what_suites_and_models_need():
    heavy = {"numpy", "jinja2", "pydantic", "yaml", "aiohttp", "pytest", "torch"}
    code = f"import sys; from llmrobust.cli import main; main(['--help']); print(*{heavy} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not out.rpartition("explains a command, with examples.")[2].split()


def test_a_reader_that_went_away_is_no_error():
    with subprocess.Popen([*COMMAND, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_a_pipe_without_all_characters_gets_them_escaped(tmp_path):
    suite = tmp_path / "a.robust.yaml"
    suite.write_text("suite: a\nprompt: 'é {{ q }}.'\nexamples: [{q: x}]\nperturb: [punctuation.add]\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*COMMAND, "show", str(suite)], capture_output=True, env=environment, check=True)
    assert b"\\xe9 x" in done.stdout


def test_an_interrupt_ends_without_a_traceback(monkeypatch, capsys):
    def interrupted(**chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(metrics, "callback", interrupted)
    assert main(["metrics"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_file_that_cannot_be_written_is_named(monkeypatch, capsys):
    def denied(**chosen):
        raise PermissionError(13, "Permission denied", "/there/x.json")

    monkeypatch.setattr(metrics, "callback", denied)
    assert main(["metrics"]) == 2
    assert capsys.readouterr().err == "/there/x.json: Permission denied\n"


@pytest.mark.parametrize(
    "command",
    [["gate", "run.json"], ["rescore", "run.json"], ["plan"], ["show"], ["search"], ["diff", "main", ".", "--suite"]],
)
def test_a_suite_that_cannot_be_read_is_no_verdict(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "a.robust.yaml").write_text("suite: [")
    assert main([*command, "a.robust.yaml"]) == 2


def test_listing_takes_one_form_at_a_time(capsys):
    assert main(["metrics", "--json", "--markdown"]) == 2
    assert "--markdown and --json" in capsys.readouterr().err


def test_operators_of_a_language_are_listed_below_one_line_that_says_what_exists(capsys):
    assert main(["operators", "--language", "de"]) == 0
    first, empty, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("de: ")
    assert "context, " in first
    assert empty == ""
    names = {line.split()[0] for line in rest if line.startswith("  ") and not line.startswith("   ")}
    assert {"context.irrelevant", "typo.swap", "entity.field"} <= names
    assert not {"word.synonym", "style.formal", "logic.negation"} & names
