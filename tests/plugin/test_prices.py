"""Prices in a session: from an option or the ini file, in the summary and the stored run, and with their mistakes."""

from __future__ import annotations

import json

PRICES = "prices:\n  keyword: {input: 1, output: 2}\n"


def test_prices_of_the_ini_file_are_used_and_uncounted_tokens_are_not_free(project):
    project.write("prices.yaml", PRICES)
    project.write("pytest.ini", "[pytest]\nllm = keyword:\nrobust_prices = prices.yaml\n")
    result = project.run("suites", "--robust-json", "run.json")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["cost unknown: keyword counts no tokens"])
    run = json.loads((project.path / "run.json").read_text())
    assert run["cost"] == {
        "currency": "USD",
        "money": 0.0,
        "complete": False,
        "parts": [{"role": "model", "name": "keyword", "money": None}],
    }
    again = project.run("suites")
    again.stdout.fnmatch_lines(["cost 0.00 USD: nothing was sent"])


def test_a_mistake_in_the_prices_is_shown_before_anything_is_sent(project):
    project.write("prices.yaml", "prices:\n  keyword: {inputs: 1}\n")
    result = project.run("suites", "--robust-prices", "prices.yaml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(['*prices.yaml:2:13: unknown key "inputs"*'])
    assert "Traceback" not in result.stderr.str()
    assert project.sent() == []
    absent = project.run("suites", "--robust-prices", "absent.yaml")
    assert absent.ret == 4
    absent.stderr.fnmatch_lines(["*absent.yaml:1:1: cannot read the file: No such file or directory"])


def test_a_run_without_prices_says_nothing_of_money(project):
    result = project.run("suites")
    assert "cost" not in result.stdout.str()
