"""The measure of entities among the texts that name them."""

from __future__ import annotations

from benchmarks.entity_reach import OPERATORS, Tried, kinds_by_reader, table, tried
from llmrobust.operators import Sample


def test_a_table_says_what_share_changes_and_why_others_stay() -> None:
    made = {"entity.place": [Tried("a/0", "In Rome.", ""), Tried("a/1", "In Zorb.", "not recognised")]}
    assert table(made, 4)[1] == ["entity.place", "2 of 4 (place)", "0.50", "not recognised: 1"]


def test_a_reader_found_kinds_that_operators_change() -> None:
    known = {kind for kinds in OPERATORS.values() for kind in kinds.split(" or ")} | {"none"}
    found = kinds_by_reader()
    assert len(found) > 100
    assert set().union(*found.values()) <= known


def test_a_text_that_asks_the_world_is_told_from_one_whose_place_is_unknown() -> None:
    def why(text: str, gold: str) -> str:
        return tried("entity.place", "x/0", Sample({"text": text}, "Q: {{ text }}\nA:", (), expected=gold)).why

    assert why("Anna lives in Paris. Where does she live?", "Paris") == ""
    assert why("What is the capital of France?", "Paris") == "the world is asked"
    assert why("Anna lives in Zorbville. Where does she live?", "Zorbville") == "not recognised"
