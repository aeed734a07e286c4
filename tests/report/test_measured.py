"""What was measured of operators, as the page of operators shows it."""

from __future__ import annotations

import pytest

from llmrobust.operators import REGISTRY
from llmrobust.report.catalogue import measured as module
from llmrobust.report.catalogue.measured import Measured, beside_peers, current, figures_of, measured


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = REGISTRY.get("typo.swap").version
    found = {
        "typo.swap": Measured(swap, 1.0, 10, 3.6, 9.25, None),
        "word.swap": Measured(REGISTRY.get("word.swap").version + 1, 1.0, 10, 1.5, 3.5, None),
        "typo.drop": Measured(REGISTRY.get("typo.drop").version, 0.5, 10, None, None, None),
    }
    monkeypatch.setattr(module, "measured", lambda: found)


def test_every_line_of_the_file_is_of_an_operator():
    names = {operator.name for operator in REGISTRY}
    assert measured()
    assert set(measured()) <= names
    assert all(0 <= one.reach <= 1 for one in measured().values())


@pytest.mark.usefixtures("figures")
def test_figures_are_of_this_version_only():
    assert (
        figures_of("typo.swap", REGISTRY.get("typo.swap").version) == "Reaches 100% of real texts, +3.60 bits a word."
    )
    assert figures_of("typo.drop", REGISTRY.get("typo.drop").version) == "Reaches 50% of real texts."
    assert current("word.swap", REGISTRY.get("word.swap").version) is None
    assert figures_of("word.synonym", 1) == ""


@pytest.mark.usefixtures("figures")
def test_other_libraries_stand_beside_operators_that_have_figures_of_both():
    operators = [REGISTRY.get(name) for name in ("typo.swap", "word.swap", "typo.drop")]
    assert beside_peers(operators).splitlines()[2:] == ["| `typo.swap` | +3.60 | +9.25 |  |"]
    assert beside_peers(operators[1:]) == ""
