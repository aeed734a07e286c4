"""Small inputs on which structure operators were found wrong, and what is right; the rows stand in cases/operators.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation, Variant
from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import rendered

LETTERS = ("A", "B", "C", "D")
NUMBERED = "{% for d in documents %}[{{ loop.index }}] {{ d }}\n{% endfor %}Question: {{ q }}\nAnswer:\n"
NUMBERED_FIELDS = {"documents": ["Ann lives in Rome.", "Ben lives in Oslo."], "q": "Where does Ann live?"}
MULTIPLE = "{% instruction %}Reply with the letter only.{% endinstruction %}\nQuestion: {{ q }}\nOptions:\n{{ o | choices }}\nAnswer:\n"
CODE = (
    "Rename tmp in src/Utils/DateHelper.py; returns True if n is prime and False otherwise.",
    "Rename tmp in src/utils/date_helper.py to buffer.",
    "What does SELECT name FROM users WHERE age > 30 return?",
    "A car accelerates at 2 m/s^2.",
)
FIXED = (
    "src/Utils/DateHelper.py",
    "src/utils/date_helper.py",
    "True",
    "False",
    "SELECT name FROM users WHERE age > 30",
    "m/s^2",
)


def made(
    name: str,
    prompt: Prompt,
    fields: Any = None,
    labels: tuple[str, ...] = (),
    expected: str | None = None,
    **params: Any,
) -> list[Variant]:
    operator = REGISTRY.get(name)
    assert operator is not None, name
    draw = Draw(1, name, "e", fields or {}, labels, expected, (("e", fields or {}),))
    return list(operator.variants(prompt, operator.params(**params), draw))


def said(variants: list[Variant]) -> list[str]:
    return [variant.prompt.messages[-1].text for variant in variants]


def instructed(text: str) -> Prompt:
    return rendered(
        "{% instruction %}{% raw %}" + text + "{% endraw %}{% endinstruction %}\nText: {{ t }}\nAnswer:\n", {"t": "Hi"}
    )


@pytest.mark.parametrize(
    "name", ["whitespace.trailing", "punctuation.add", "word.number", "entity.number", "typo.keyboard"]
)
def test_numbers_of_documents_are_no_input(name: str) -> None:
    prompt = rendered(NUMBERED, NUMBERED_FIELDS)
    for text in said(made(name, prompt, NUMBERED_FIELDS, expected="Rome")):
        assert text.startswith("[1] Ann")
        assert "\n[2] Ben" in text


@pytest.mark.parametrize(
    "name", ["casing.lower", "casing.upper", "casing.title", "typo.swap", "typo.drop", "whitespace.spaces"]
)
@pytest.mark.parametrize("text", CODE)
def test_code_outside_of_backticks_stays(name: str, text: str) -> None:
    prompt = rendered("Input: {{ t }}\nAnswer:\n", {"t": text})
    for new in said(made(name, prompt, {"t": text})):
        for piece in FIXED:
            assert (f" {piece}" in new) == (f" {piece}" in text)


@pytest.mark.parametrize("name", ["spelling.homophone", "word.number", "typo.keyboard", "casing.upper"])
def test_options_are_no_input(name: str) -> None:
    fields = {"q": "How far can you write to four?", "o": ["Some of it", "To write", "20 m", "Four"]}
    prompt = rendered(MULTIPLE, fields, LETTERS)
    for text in said(made(name, prompt, fields, LETTERS, "B")):
        assert text.endswith("\nA. Some of it\nB. To write\nC. 20 m\nD. Four\nAnswer:")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('Reply with a JSON object with the keys "intent" and "reply".', ['"intent"', '"reply"', "JSON"]),
        ('Answer "acceptable" or "unacceptable".', ['"acceptable"', '"unacceptable"']),
        ('Find the error, if there is one; if not, say "no error".', ['"no error"']),
        ("Use the labels Bug, Feature and Question.", ["Bug", "Feature", "Question"]),
    ],
)
@pytest.mark.parametrize("name", ["instruction.typo", "instruction.word", "instruction.emphasis", "paraphrase.rules"])
def test_what_an_instruction_quotes_or_lists_stays(name: str, text: str, kept: list[str]) -> None:
    params = {"samples": 10} if name in ("instruction.typo", "instruction.word") else {}
    for new in said(made(name, instructed(text), **params)):
        assert all(piece in new for piece in kept)


def test_a_verb_keeps_to_its_complement_and_kinds_of_edits_have_names() -> None:
    variants = made("instruction.word", instructed("Answer the question about the text."), samples=3)
    by_kind = {variant.detail["kind"] for variant in variants}
    assert by_kind == {"synonym", "drop", "swap"}
    for variant in variants:
        text = variant.prompt.messages[-1].text
        assert "Reply the question" not in text
        if variant.detail["kind"] == "synonym":
            assert text.startswith("Respond to the question about the text.")


@pytest.mark.parametrize(
    "text",
    [
        'Think step by step, and then write your final answer after "####".',
        "Grade the essay from 1 to 10 and explain your grade in two sentences.",
    ],
)
def test_a_form_that_contradicts_the_instruction_is_not_asked_for(text: str) -> None:
    assert made("instruction.output_format", instructed(text)) == []


def test_a_system_prompt_stays_in_its_turn() -> None:
    prompt = rendered("Text: {{ t }}\nAnswer:\n", {"t": "Hi"}, system="{% instruction %}Be brief.{% endinstruction %}")
    assert made("instruction.repeat", prompt) == []


@pytest.mark.parametrize(
    "text",
    [
        "Preheat the oven. Mix the flour and butter. Bake for 20 minutes.",
        "Germany scored first. After the break, Brazil won a penalty. The match ended 2-1.",
        "Ann had 5 apples. Ann ate 2 apples. Ann doubled the rest.",
        "Mary went to the kitchen. Mary went to the garden.",
    ],
)
def test_events_and_steps_stay_in_order(text: str) -> None:
    prompt = rendered("Text: {% context %}{{ t }}{% endcontext %}\nQuestion: Where is Mary?\nAnswer:\n", {"t": text})
    assert made("order.facts", prompt, {"t": text}) == []


def test_a_document_that_says_otherwise_takes_the_promise_away() -> None:
    documents = ["Marie Curie was born in Warsaw in 1867.", "Warsaw is the capital of Poland."]
    fields = {"documents": documents, "q": "Where was Marie Curie born?", "wrong": "Kraków"}
    prompt = rendered(NUMBERED, fields)
    variants = made("rag.counterfactual", prompt, fields, expected="Warsaw", samples=4, rate=0.5)
    assert variants
    for variant in variants:
        if "born in Kraków" in variant.prompt.messages[-1].text:
            assert variant.relation is Relation.NO_PROMISE


def test_homophones_everywhere_promise_nothing() -> None:
    operator = REGISTRY.get("rup.homophones")
    assert operator is not None
    assert operator.relation is Relation.NO_PROMISE


def test_a_comma_never_breaks_a_fence() -> None:
    text = "Run this:\n```py\nprint(1)\n```"
    prompt = rendered("Input: {{ t }}\nAnswer:\n", {"t": text})
    for new in said(made("punctuation.commas", prompt, {"t": text}, samples=5)):
        assert "\n```py\nprint(1)\n```" in new


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("The goods were delivered late.", "goods was"), ("The good was delivered late.", "good were")],
)
def test_a_herring_agrees_with_its_noun(text: str, wrong: str) -> None:
    prompt = rendered("Text: {{ t }}\nAnswer:\n", {"t": text})
    for seed in range(30):
        operator = REGISTRY.get("context.red_herring")
        assert operator is not None
        found = list(operator.variants(prompt, operator.params(), Draw(seed, "u", "e", {"t": text})))
        assert found
        assert wrong not in found[0].prompt.messages[-1].text


def test_a_herring_is_about_somebody_in_the_problem_and_stands_before_the_question() -> None:
    text = (
        "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
        "How many clips did Natalia sell altogether in April and May?"
    )
    prompt = rendered("Question: {{ t }}\nAnswer:\n", {"t": text})
    for new in said(made("context.red_herring", prompt, {"t": text}, expected="72", samples=6)):
        assert new.endswith("How many clips did Natalia sell altogether in April and May?\nAnswer:")
        assert new.count("Natalia") == text.count("Natalia") + 1


def test_every_row_of_these_operators_is_among_the_tests_above(shared_data: Path) -> None:
    mine = ("instruction.", "order.", "rag.", "format.", "rup.", "punctuation.commas", "context.")
    lines = (shared_data.parent / "cases" / "operators.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    names = {row["operator"] for row in rows if row["operator"].startswith(mine)}
    here = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in names if f'"{name}"' not in here] == []
