"""Composites: several operators in sequence."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from llmrobust.operators import REGISTRY, Draw, Relation
from llmrobust.operators.builtin.composite import CompositeParams
from tests.operators.prompts import CHOICE, OPTIONS, rendered, review, values, variants
from tests.operators.prompts import SENTIMENTS as LABELS

TEXT = "The concert in the old theatre was much too long for everyone."


def test_the_parts_are_applied_one_after_the_other() -> None:
    found = values("composite", TEXT, of=["punctuation.strip_final", {"context.irrelevant": {"position": "after"}}])[
        "0"
    ]
    assert found.startswith(TEXT[:-1]), "the full stop was stripped before the sentence was added"
    assert len(found) > len(TEXT) + 10


def test_samples_are_drawn_apart() -> None:
    found = values("composite", TEXT, of=["typo.keyboard", "context.irrelevant"], samples=6)
    assert len(set(found.values())) == 6


def test_a_part_with_several_variants_gives_them_in_turn() -> None:
    part = {"context.irrelevant": {"position": ["before", "after"]}}
    found = values("composite", TEXT, of=["typo.drop", part], samples=2)
    assert [text.startswith("The c") for text in found.values()] == [False, True]


def test_one_severity_for_every_part_that_has_one() -> None:
    of = ["typo.keyboard", "punctuation.strip_final"]
    found = variants("composite", review(TEXT), LABELS, of=of, severity=[1, 5])
    assert [(name, one.severity) for name, one in found.items()] == [("s1-0", 1), ("s5-0", 5)]
    light, heavy = (one.prompt.messages[0].text for one in found.values())
    whole = review(TEXT).messages[0].text
    assert sum(a != b for a, b in zip(light, whole, strict=False)) < sum(
        a != b for a, b in zip(heavy, whole, strict=False)
    )


def test_what_does_not_apply_as_a_part_does_not_apply_at_all() -> None:
    assert values("composite", "no mark here", of=["typo.drop", "punctuation.strip_final"]) == {}


def test_labels_are_renamed_once() -> None:
    digits = {"format.enumerator": {"values": ["digits"]}}
    roman = {"format.enumerator": {"values": ["lower-roman"]}}
    prompt = rendered(CHOICE, OPTIONS, ("A", "B", "C"))
    found = variants("composite", prompt, ("A", "B", "C"), of=["context.irrelevant", digits])["0"]
    assert found.label_map == {"A": "1", "B": "2", "C": "3"}
    assert variants("composite", prompt, ("A", "B", "C"), of=[digits, roman]) == {}


def test_it_promises_what_its_weakest_part_does() -> None:
    assert variants("composite", review(TEXT), LABELS, of=["typo.drop", "typo.swap"])["0"].relation is Relation.SAME


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (["typo.keybord"], 'did you mean "typo.keyboard"?'),
        ([{"typo.keyboard": {"rate": 2}}], "typo.keyboard: rate: "),
        ([{"typo.keyboard": None, "typo.drop": None}], "names one operator"),
        (["paraphrase"], "needs a file"),
        ([{"composite": {"of": ["typo.drop"]}}], "cannot be a part"),
        ([{"context.irrelevant": {"file": "mine.txt"}}], "reads no file"),
    ],
)
def test_mistakes_in_the_parts_are_told(of: list[str], message: str) -> None:
    with pytest.raises(ValidationError) as raised:
        CompositeParams(of=of)
    assert message in str(raised.value)


def test_a_severity_without_a_part_that_has_one_is_refused() -> None:
    with pytest.raises(ValidationError, match="none of the parts has a severity"):
        CompositeParams(of=["punctuation.strip_final"], severity=3)


def test_a_composite_speaks_the_languages_of_its_parts() -> None:
    params = CompositeParams(of=["word.synonym"])
    assert [one.speaks("de") for one in params.operators()] == [False]
    composite = REGISTRY.get("composite")
    assert composite is not None
    assert composite.speaks("de")
    assert list(composite.variants(review(""), params, Draw(0, "u", "e"))) == []
