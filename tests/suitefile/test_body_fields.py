"""`extra`, `chat_template_kwargs`, and how many tokens an answer may take."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.errors import SuiteError
from llmrobust.loading import load_plan

SUITE = """\
suite: body
prompt: {user: "Question: {{ q }}"}
examples:
  - {q: "What is 1 + 1?", answer: "2"}
answer: {field: answer, ANSWER}
MORE
"""


def load(folder: Path, answer: str = "check: exact", more: str = ""):
    path = folder / "body.robust.yaml"
    path.write_text(SUITE.replace("ANSWER", answer).replace("MORE", more), encoding="utf-8")
    return load_plan(path, folder)


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        ('choices: ["1", "2"]', 16),
        ("check: number", 256),
        ("check: json", 256),
        ("check: exact", 512),
        ("check: contains", 512),
    ],
)
def test_answers_have_as_many_tokens_as_their_kind_needs(tmp_path: Path, answer: str, tokens: int) -> None:
    assert load(tmp_path, answer).suite.sampling.max_tokens == tokens
    assert load(tmp_path, answer, "sampling: {temperature: 0.5}").suite.sampling.max_tokens == tokens
    assert load(tmp_path, answer, "sampling: {max_tokens: 7}").suite.sampling.max_tokens == 7


def test_fields_travel_with_every_request(tmp_path: Path) -> None:
    more = "extra: {user: me, logit_bias: {'5': -100}}\nchat_template_kwargs: {enable_thinking: false}"
    (case,) = load(tmp_path, more=more).cases
    assert case.request.extra == '{"logit_bias": {"5": -100}, "user": "me"}'
    assert case.request.template == '{"enable_thinking": false}'
    (plain,) = load(tmp_path).cases
    assert (plain.request.extra, plain.request.template) == ("", "")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("temperature: 1", "extra: temperature is under sampling"),
        ("messages: []", "extra: messages is made from the suite"),
    ],
)
def test_fields_that_the_suite_decides_are_mistakes(tmp_path: Path, field: str, said: str) -> None:
    with pytest.raises(SuiteError) as caught:
        load(tmp_path, more=f"extra: {{{field}}}")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("json: {$schema: 5}", "its $schema must be a text"),
        ("json: {$schema: [a]}", "its $schema must be a text"),
        ("json: {properties: {a: {minimum: .nan}}}", "the JSON Schema is not valid: Out of range"),
        ("json: {properties: {a: {$ref: '#/$defs/b'}}, $defs: {c: {}}}", 'there is no "#/$defs/b" in it'),
        ("choice: [1, 2]", "choice must be a list of texts"),
        ("choice: []", "choice must be a list of texts"),
        ("grammar: 5", "grammar must be a text"),
    ],
)
def test_formats_that_cannot_be_asked_for_are_told(tmp_path: Path, wanted: str, said: str) -> None:
    with pytest.raises(SuiteError) as caught:
        load(tmp_path, more=f"structured_outputs: {{{wanted}}}")
    assert said in str(caught.value)


def test_references_inside_a_schema_are_followed(tmp_path: Path) -> None:
    schema = "{properties: {a: {$ref: '#/$defs/a~1b'}, c: {$ref: '#/anyOf/0'}}, $defs: {a/b: {}}, anyOf: [{}]}"
    assert load(tmp_path, more=f"structured_outputs: {{json: {schema}}}").suite.structured
