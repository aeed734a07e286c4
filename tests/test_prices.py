"""Prices of models, the file that they are in, and the money for tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import SuiteError
from llmrobust.prices import Price, Prices, shown_money
from llmrobust.suitefile.prices_file import read_prices

FILE = """\
currency: EUR
prices:
  gpt-small: {input: 0.15, cached: 0.075, output: 0.6}
  "qwen*": {input: 0.02, output: 0.05}
  text-embedding: {input: 0.01}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    return path


def test_a_million_tokens_cost_their_price_and_cached_ones_theirs():
    price = Price("gpt", input=2.0, output=8.0, cached=0.5)
    assert price.money(1_000_000, 0, 0) == 2.0
    assert price.money(1_000_000, 1_000_000, 0) == 0.5
    assert price.money(1_000_000, 250_000, 500_000) == pytest.approx(1.5 + 0.125 + 4.0)


def test_a_file_names_models_and_patterns_and_an_exact_name_comes_first(tmp_path: Path):
    prices = read_prices(written(tmp_path, FILE + "  qwen-72b: {input: 1, output: 2}\n"))
    assert prices.currency == "EUR"
    assert prices.of("qwen-7b").input == 0.02  # type: ignore[union-attr]
    assert prices.of("qwen-72b").input == 1.0  # type: ignore[union-attr]
    assert prices.of("unknown", "gpt-small").cached == 0.075  # type: ignore[union-attr]
    assert prices.of("qwen-7b").cached == 0.02, "without a price of its own, what is cached costs the same"  # type: ignore[union-attr]
    assert prices.of("text-embedding").output == 0.0  # type: ignore[union-attr]
    assert prices.of("GPT-small", "") is None, "no price is not a price of nothing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prices:\n  gpt: {input: -1}\n", "prices.yaml:2:16:"),
        ("prices:\n  gpt: {inputs: 1}\n", 'did you mean "input"?'),
        ("prices:\n  gpt: 3\n", "prices.yaml:2:"),
        ("prices: {}\n", "prices.yaml:1:"),
        ("- gpt\n", "a file of prices is a mapping"),
        ("", "a file of prices is a mapping"),
        ("prices:\n  gpt: {input: 1}\n  gpt: {input: 2}\n", "prices.yaml:3:"),
    ],
)
def test_a_mistake_is_shown_at_its_place(tmp_path: Path, text: str, said: str):
    with pytest.raises(SuiteError) as raised:
        read_prices(written(tmp_path, text))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0.00 USD"), (0.0123, "0.012 USD"), (0.00012, "0.00012 USD"), (0.5, "0.50 USD"), (1234.5, "1,234.50 USD")],
)
def test_small_amounts_keep_two_figures(amount: float, said: str):
    assert shown_money(amount, "USD") == said


@given(st.floats(1e-6, 1e6))
def test_no_amount_is_shown_as_nothing(amount: float):
    assert float(shown_money(amount, "USD").split()[0].replace(",", "")) == pytest.approx(amount, rel=0.05, abs=0.005)
    assert float(shown_money(amount, "USD").split()[0].replace(",", "")) > 0


def test_what_has_no_price_is_found_under_no_name():
    assert Prices("USD", ()).of("gpt") is None
