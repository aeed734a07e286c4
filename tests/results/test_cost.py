"""What a run cost: tokens by model, judge and embedder, and money that is never known where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.engine.asker import EngineStats
from llmrobust.prices import Price, Prices
from llmrobust.report.html import html_report
from llmrobust.report.run_terminal import model_lines
from llmrobust.results.cost import cost_of, spec_names
from llmrobust.results.json_reader import read_run
from llmrobust.results.run_data import EmbedderFacts, JudgeFacts, ModelRun, Requests
from llmrobust.results.run_result import RunResult

PRICES = Prices(
    "USD", (Price("tickets", 2.0, 8.0, 0.5), Price("judge-*", 1.0, 1.0, 1.0), Price("minilm", 0.1, 0.0, 0.1))
)
ASKED = Requests(40, 25, 15, 10, 0, 1_000_000, 500_000, 100_000, 250_000)


@pytest.fixture
def run(make_run: Callable[..., RunResult]) -> RunResult:
    """A run of one model with a judge and an embedder, and prices of all of them."""
    made = make_run()
    assert made.manifest.model is not None
    judge = replace(made.manifest.model, name="judge-7b", spec="http://localhost:1/v1#judge-7b")
    return replace(
        made,
        requests=ASKED,
        judges=(JudgeFacts(("http://localhost:1/v1",), judge, Requests(6, 6, 0, 6, 0, 3000, 12)),),
        embedders=(EmbedderFacts("http://localhost:2/v1#minilm", Requests(50, 50, 10, 40, 0, 10_000)),),
        prices=PRICES,
    )


def test_each_part_costs_its_own_price(run: RunResult):
    cost = cost_of(run)
    assert cost is not None
    money = {part.role: part.money for part in cost.parts}
    assert money["model"] == pytest.approx(0.75 * 2 + 0.25 * 0.5 + 0.5 * 8)
    assert money["judge"] == pytest.approx(0.003012)
    assert money["embedder"] == pytest.approx(0.001)
    assert cost.money == pytest.approx(sum(money.values()))  # type: ignore[arg-type]
    assert cost.words() == (
        "cost 5.63 USD: tickets 5.62 USD, judge judge-7b 0.0030 USD, embedder http://localhost:2/v1#minilm 0.0010 USD"
    )


def test_a_model_without_a_price_makes_the_sum_a_least_one(run: RunResult):
    cost = cost_of(replace(run, prices=Prices("USD", PRICES.prices[1:])))
    assert cost is not None
    assert cost.words().startswith("cost at least 0.0040 USD: ")
    assert "tickets without a price" in cost.words()
    assert [part.name for part in cost.unknown] == ["tickets"]


def test_tokens_that_nobody_counts_are_no_tokens_for_nothing(run: RunResult):
    cost = cost_of(replace(run, requests=Requests(40, 40, 0, 40), judges=(), embedders=()))
    assert cost is not None
    assert cost.words() == "cost unknown: tickets counts no tokens"


def test_a_run_from_the_store_costs_nothing_and_one_without_prices_is_not_priced(run: RunResult):
    stored = replace(run, requests=Requests(40, 25, 25), judges=(), embedders=())
    assert cost_of(stored).words() == "cost 0.00 USD: nothing was sent"  # type: ignore[union-attr]
    assert cost_of(replace(run, prices=None)) is None


def test_several_models_are_priced_by_their_names_or_labels(run: RunResult):
    other = replace(run.manifest.model, name="unlisted", spec="hf:org/big-model?dtype=float32")  # type: ignore[type-var]
    models = (ModelRun("a", run.manifest.model, ASKED), ModelRun("judge-b", other, ASKED))
    cost = cost_of(replace(run, models=models, judges=(), embedders=()))
    assert [part.name for part in cost.parts] == ["a", "judge-b"]  # type: ignore[union-attr]
    assert [part.money for part in cost.parts] == [pytest.approx(5.625), pytest.approx(1.5)]  # type: ignore[union-attr]


def test_names_of_a_spec():
    assert spec_names("http://h:1/v1#org/m") == ("http://h:1/v1#org/m", "org/m", "m")
    assert spec_names("hf:org/m?dtype=float32") == ("hf:org/m?dtype=float32", "org/m", "m")
    assert spec_names("tiny") == ("tiny",)


def test_a_stored_run_keeps_prices_embedders_and_cached_tokens(run: RunResult, tmp_path: Path):
    path = tmp_path / "run.json"
    run.save(path)
    form = json.loads(path.read_text())
    assert form["cost"]["complete"] is True
    assert form["cost"]["money"] == pytest.approx(5.629, abs=1e-3)
    assert [part["role"] for part in form["cost"]["parts"]] == ["model", "judge", "embedder"]
    read = read_run(path)
    assert (read.prices, read.embedders, read.requests) == (run.prices, run.embedders, run.requests)
    read.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_terminal_and_page_show_tokens_and_money(run: RunResult):
    text = "\n".join("".join(part for part, _ in line) for line in model_lines(run))
    assert "1,000,000 prompt tokens (250,000 of them cached), 500,000 generated (100,000 thinking)" in text
    assert "embedder http://localhost:2/v1#minilm: 50 texts: 40 sent, 10,000 tokens, 10 from the store" in text
    assert "cost 5.63 USD: tickets 5.62 USD" in text
    page = html_report(run)
    assert "Cost 5.63 USD: tickets 5.62 USD" in page
    assert "250,000 of them cached" in page


def test_counts_of_an_engine_are_counts_of_a_run():
    stats = EngineStats(9, 8, 3, 5, 4, 1, 2, 70, 60, 50, 40)
    assert Requests.of(stats) == Requests(9, 8, 3, 5, 1, 70, 60, 50, 40)
