"""Irrelevant sentences."""

from __future__ import annotations

import re

import pytest

from llmrobust.operators import REGISTRY, Draw
from llmrobust.operators.builtin.context.irrelevant import parse_sentences
from llmrobust.operators.builtin.context.neutral_sentences import OPINIONS, RELATED, UNRELATED
from tests.operators.prompts import SENTIMENTS, rendered, review, texts, values

TEXT = "The waiter was slow. We left early."


def test_sentences_stand_before_after_and_between() -> None:
    found = values("context.irrelevant", TEXT, position=["before", "after", "between"])
    added = [text.replace("The waiter was slow.", "").replace("We left early.", "").strip() for text in found.values()]
    assert list(found) == ["unrelated-before", "unrelated-after", "unrelated-between"]
    assert all(sentence in UNRELATED for sentence in added)
    assert found["unrelated-before"].endswith(f" {TEXT}")
    assert found["unrelated-after"].startswith(f"{TEXT} ")
    assert re.fullmatch(r"The waiter was slow\. .+\. We left early\.", found["unrelated-between"])


def test_one_sentence_has_no_between() -> None:
    assert values("context.irrelevant", "Only one.", position="between") == {}


def test_a_text_without_an_end_is_closed_first() -> None:
    assert values("context.irrelevant", "nice", position="after")["unrelated-after"].startswith("nice. ")


def test_count_and_samples_are_numbers_of_sentences_and_variants() -> None:
    found = values("context.irrelevant", TEXT, count=3, samples=4)
    assert list(found) == [f"unrelated-before-{i}" for i in range(4)]
    for text in found.values():
        assert sum(sentence in text for sentence in UNRELATED) == 3


def test_related_sentences_name_a_thing_of_the_input() -> None:
    found = values("context.irrelevant", TEXT, kind="related", samples=8)
    assert all("waiter" in text.removesuffix(TEXT) for text in found.values())
    assert values("context.irrelevant", "so warm and funny", kind="related") == {}
    assert values("context.irrelevant", "It was a disaster.", kind="related") == {}, "a word that judges is no topic"


def test_kinds_and_positions_are_one_variant_each() -> None:
    found = values("context.irrelevant", TEXT, kind=["unrelated", "related"], position=["before", "after"])
    assert list(found) == ["unrelated-before", "unrelated-after", "related-before", "related-after"]


def test_no_sentence_holds_a_label_or_an_answer() -> None:
    operator = REGISTRY.get("context.irrelevant")
    assert operator is not None
    draw = Draw(0, "c", "ex", {"answer": "harbour"}, ("street", "river"))
    params = operator.params(samples=100)
    for variant in operator.variants(review("Fine."), params, draw):
        added = variant.prompt.messages[0].text
        assert not re.search(r"\b(street|river|harbour)\b", added, re.IGNORECASE)


def test_own_sentences_are_used_and_those_with_labels_skipped() -> None:
    own = tuple(parse_sentences("# mine\nIt is Tuesday.\n\nA positive thing.\n"))
    assert own == ("It is Tuesday.", "A positive thing.")
    found = values("context.irrelevant", TEXT, sentences=own, samples=3)
    assert {text.removesuffix(f" {TEXT}") for text in found.values()} == {"It is Tuesday."}
    assert parse_sentences("- One.\n- Two.") == ["One.", "Two."]


@pytest.mark.parametrize("text", ["", "# only a remark\n", "- [", "[]"])
def test_a_file_without_sentences_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"it holds no sentence|neither a YAML list nor"):
        parse_sentences(text)


def test_protected_pieces_of_the_input_stay_where_they_are() -> None:
    prompt = rendered("Text: {{ text }}\nAnswer:\n", {"text": "See https://a.org now. It works."})
    found = texts("context.irrelevant", prompt, position=["before", "after"])
    assert re.fullmatch(r"Text: [A-Z].+\. See https://a\.org now\. It works\.\nAnswer:", found["unrelated-before"])
    assert found["unrelated-after"].startswith("Text: See https://a.org now. It works. ")


def test_the_list_is_long_neutral_and_without_repetition() -> None:
    assert len(set(UNRELATED)) == len(UNRELATED) >= 60
    for sentence in (*UNRELATED, *RELATED):
        words = set(re.findall(r"[a-z]+", sentence.lower()))
        assert not words & (OPINIONS | set(SENTIMENTS) | {"yes", "no", "true", "false", "neutral"}), sentence
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not re.search(r"\d", sentence)
