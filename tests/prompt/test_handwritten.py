"""Options and demonstrations that people write by hand are structure, as if they were tagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import jinja2
import pytest

from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import rendered, texts, variants

LABELS = ("A", "B", "C")
THREE = {"q": "Which?", "a": "red", "b": "blue", "c": "green"}
OPTIONS = {
    "points": "{{ q }}\nOptions:\nA. {{ a }}\nB. {{ b }}\nC. {{ c }}\nAnswer:",
    "brackets": "{{ q }}\nA) {{ a }}\nB) {{ b }}\nC) {{ c }}\nAnswer:",
    "parentheses": "{{ q }}\n(A) {{ a }}\n(B) {{ b }}\n(C) {{ c }}\nAnswer:",
    "small letters": "{{ q }}\n(a) {{ a }}\n(b) {{ b }}\n(c) {{ c }}\nAnswer:",
    "square": "{{ q }}\n[A] {{ a }}\n[B] {{ b }}\n[C] {{ c }}\nAnswer:",
    "colons": "{{ q }}\nA: {{ a }}\nB: {{ b }}\nC: {{ c }}\nThe answer is",
    "one line": "{{ q }} (A) {{ a }} (B) {{ b }} (C) {{ c }}\nAnswer:",
    "one line of brackets": "{{ q }} A) {{ a }}, B) {{ b }}, C) {{ c }}\nAnswer:",
    "numbers": "{{ q }}\nChoices:\n1) {{ a }}\n2) {{ b }}\n3) {{ c }}\nAnswer:",
    "numbers with heading": "{{ q }}\nPick one of these options:\n(1) {{ a }}\n(2) {{ b }}\n(3) {{ c }}\nAnswer:",
    "indented": "{{ q }}\n  A. {{ a }}\n  B. {{ b }}\n  C. {{ c }}\nAnswer:",
    "the template's own": "{{ q }}\nA. red\nB. blue\nC. green\nAnswer:",
}


def kinds(prompt: Prompt) -> list[str]:
    return [span.kind for _, span in prompt.places() if span.region.startswith("choices")]


@pytest.mark.parametrize("template", OPTIONS.values(), ids=OPTIONS.keys())
def test_options_by_hand_are_options(template: str) -> None:
    prompt = rendered(template, THREE, LABELS)
    assert kinds(prompt).count("enumerator") == 3
    assert kinds(prompt).count("separator") == 3
    found = texts("order.options", prompt, LABELS, samples=5)
    assert len(found) == 5
    original = prompt.messages[0].text
    for text in found.values():
        assert Counter(text) == Counter(original)
        assert text != original


def test_options_within_a_value_are_options_and_no_input() -> None:
    prompt = rendered("{{ q }}\nAnswer:", {"q": "Which colour is it?\nA) red\nB) blue\nC) green"}, LABELS)
    moved = variants("order.options", prompt, LABELS)["reversed"]
    assert moved.prompt.messages[0].text == "Which colour is it?\nA) green\nB) blue\nC) red\nAnswer:"
    assert moved.label_map == {"A": "C", "B": "B", "C": "A"}
    for text in texts("typo.keyboard", prompt, LABELS, rate=1.0, samples=5).values():
        assert text.endswith("\nA) red\nB) blue\nC) green\nAnswer:")


def test_a_numbering_by_hand_follows() -> None:
    prompt = rendered(OPTIONS["points"], THREE, LABELS)
    found = variants("format.enumerator", prompt, LABELS)
    one = next(variant for variant in found.values() if variant.detail["options.numbering"] == "1")
    assert "1. red\n2. blue\n3. green" in one.prompt.messages[0].text
    assert one.label_map == {"A": "1", "B": "2", "C": "3"}


@pytest.mark.parametrize(
    ("template", "fields"),
    [
        ("Steps:\n1. read\n2. write\n{{ q }}\nAnswer:", {"q": "x"}),
        ("A. Smith said it.\n{{ q }}", {"q": "x"}),
        ("{{ q }}", {"q": "I. was here.\nB. was there."}),
        ("{{ q }}\nA. {{ q }}\nC. {{ q }}", {"q": "x"}),
        ("A) first line\nand a second one\nB) {{ q }}", {"q": "x"}),
        ("{{ q }}", {"q": "1. First, boil water.\n2. Then add salt."}),
    ],
)
def test_other_lists_are_no_options(template: str, fields: Mapping[str, Any]) -> None:
    assert "enumerator" not in [span.kind for _, span in rendered(template, fields).places()]


SHOTS = {
    "static": "Q: one\nA: yes\n\nQ: two\nA: no\n\nQ: {{ q }}\nA:",
    "loop": "{% for s in shots %}Q: {{ s.i }}\nA: {{ s.o }}\n{% endfor %}Q: {{ q }}\nA:",
    "three fields": "Text: one\nHint: a\nLabel: yes\n###\nText: two\nHint: b\nLabel: no\n###\nText: {{ q }}\nHint: c\nLabel:",
    "headed": "Classify.\n\nInput: one\nOutput: yes\n\nInput: two\nOutput: no\n\nInput: {{ q }}\nOutput:",
}
FIELDS = {"q": "three", "shots": [{"i": "one", "o": "yes"}, {"i": "two", "o": "no"}]}


@pytest.mark.parametrize("template", SHOTS.values(), ids=SHOTS.keys())
def test_demonstrations_by_hand_move_and_go(template: str) -> None:
    prompt = rendered(template, FIELDS, ("yes", "no"))
    moved = texts("order.demonstrations", prompt, ("yes", "no"))["reversed"]
    assert moved.index("two") < moved.index("one") < moved.index("three")
    assert moved.index("no") < moved.index("yes")
    gone = texts("demonstrations.count", prompt, ("yes", "no"))["0"]
    assert "one" not in gone
    assert "three" in gone
    for text in texts("typo.keyboard", prompt, ("yes", "no"), rate=1.0, samples=3).values():
        assert "one" in text
        assert "two" in text


def test_fields_that_do_not_come_again_are_no_demonstrations() -> None:
    prompt = rendered("Premise: {{ p }}\nHypothesis: {{ h }}\nAnswer:", {"p": "one", "h": "Note: two\nNote: three"})
    assert not [span for _, span in prompt.places() if span.region]


def test_the_text_stays_as_it_is() -> None:
    for template in (*OPTIONS.values(), *SHOTS.values()):
        fields = {**THREE, **FIELDS}
        assert rendered(template, fields).messages[0].text == jinja2.Template(template).render(fields)
