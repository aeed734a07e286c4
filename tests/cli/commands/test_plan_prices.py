"""`llmrobust plan --prices`: what a suite would cost on a model."""

from __future__ import annotations

import json

import pytest

PRICES = "currency: EUR\nprices:\n  gpt: {input: 1000, output: 2000}\n"


def test_plan_estimates_money_for_the_models_of_the_prices(project):
    project.write("prices.yaml", PRICES)
    models = ("--llm", "gpt=http://127.0.0.1:1/v1#m", "--llm", "other=http://127.0.0.1:1/v1#other")
    ended = project.run("plan", "suites/films.robust.yaml", "--prices", "prices.yaml", *models)
    assert ended.code == 0
    plan = json.loads(project.run("plan", "suites/films.robust.yaml", "--prices", "prices.yaml", *models, "--json").out)
    read, written = plan["tokens"] * 1000 / 1e6, plan["new_tokens"] * 2000 / 1e6
    first, second = plan["cost"]["models"]
    assert read <= first["input"] <= 2 * read, "the sample for `scoring: auto` is asked twice"
    assert first["output_at_most"] == pytest.approx(written)
    assert second == {"model": "other", "input": None, "output_at_most": None}
    assert f"at most {written:.2f} EUR for answers" in ended.out
    assert "cost on other: unknown, as the prices have no model of this name" in ended.out


def test_plan_without_prices_is_silent_and_with_broken_ones_says_where(project):
    assert "cost" not in project.run("plan", "suites/films.robust.yaml").out
    project.write("prices.yaml", "prices:\n  gpt: {input: free}\n")
    ended = project.run("plan", "suites/films.robust.yaml", "--prices", "prices.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "prices.yaml:2:16:" in ended.err
    ended = project.run("plan", "suites/films.robust.yaml", "--prices", "absent.yaml")
    assert (ended.code, ended.err) == (2, "absent.yaml: no such file\n")
