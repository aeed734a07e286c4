"""Formats that servers are asked for, verified on what they write."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from llmrobust.request import ScoredBy
from llmrobust.score.format_kept import FormatResult, format_result

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
FORMATS = {
    "JSON": {"response_format": {"type": "json_object"}},
    "JSON Schema": {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
    "JSON Schema of vLLM": {"structured_outputs": {"json": SCHEMA}},
    "regex": {"structured_outputs": {"regex": r"\d{4}"}},
    "choice": {"structured_outputs": {"choice": ["yes", "no"]}},
}
KEPT = {
    "JSON": ['{"a": "x"}', "{}"],
    "JSON Schema": ['{"a": 1}', '<think>hm</think>{"a": 2, "b": 3}'],
    "JSON Schema of vLLM": ['{"a": 1}'],
    "regex": ["2024"],
    "choice": ["yes", "no"],
}
IGNORED = {
    "JSON": ["Sure: {}", "[1]"],
    "JSON Schema": ['{"a": "1"}', "{}", "none"],
    "JSON Schema of vLLM": ['{"b": 1}'],
    "regex": ["In 2024."],
    "choice": ["Yes, it is."],
}


class Said(NamedTuple):
    """A reply beside its prompt, as `format_result` takes it."""

    text: str
    finish_reason: str = "stop"
    prompt: tuple[tuple[str, str], ...] = ()
    scored_by: ScoredBy | None = "text"


@pytest.mark.parametrize("name", FORMATS)
def test_answers_that_ignore_the_format_are_counted(name):
    texts = KEPT[name] + IGNORED[name]
    found = format_result(json.dumps(FORMATS[name]), [Said(text) for text in texts])
    assert found == FormatResult(name.removesuffix(" of vLLM"), len(texts), len(KEPT[name]))
    assert found.ignored == len(IGNORED[name])


def test_cut_off_answers_say_nothing_about_the_format():
    replies = [Said('{"a', "length"), Said("{}")]
    assert format_result(json.dumps(FORMATS["JSON"]), replies) == FormatResult("JSON", 1, 1)


def test_a_grammar_cannot_be_verified():
    found = format_result('{"structured_outputs": {"grammar": "root ::= \\"a\\""}}', [Said("a")])
    assert found == FormatResult("grammar", 1, None)
    assert found.ignored == 0


def test_without_a_format_there_is_nothing_to_keep():
    assert format_result("", [Said("a")]) is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"json": {"$ref": "#/$defs/none"}},
        {"json": {"$ref": "http://127.0.0.1:9/schema.json"}},  # nothing is fetched
        {"regex": "(a|aa)+b?(c|a*a*)*d"},
        {"regex": "("},
    ],
)
def test_what_cannot_be_verified_is_unknown_and_no_error(wanted):
    texts = "a" * 60 if "regex" in wanted else "{}"
    found = format_result(json.dumps({"structured_outputs": wanted}), [Said(texts)])
    assert found is not None
    assert found.kept is None


@pytest.mark.parametrize(
    ("name", "begun", "reply", "kept"),
    [
        ("JSON", '{"a": ', "1}", True),
        ("JSON Schema", '{"a": ', "1}", True),
        ("JSON Schema", '{"a": ', '"x"}', False),
        ("JSON", "Here it is:\n", '{"a": 1}', True),  # what a server enforces is what the model writes
        ("JSON", '{"a": ', "one", False),
        ("regex", "20", "24", True),
        ("regex", "20", "24 or so", False),
        ("choice", "The answer is ", "yes", True),
        ("choice", "The answer is ", "maybe", False),
        ("choice", "ye", "s", True),
    ],
)
def test_a_prefilled_answer_is_verified_with_its_beginning(name, begun, reply, kept):
    asked = (("user", "Well?"), ("assistant", begun))
    found = format_result(json.dumps(FORMATS[name]), [Said(reply, prompt=asked)])
    assert found == FormatResult(name, 1, int(kept))


def test_only_the_last_message_begins_the_answer():
    asked = (("user", "Well?"), ("assistant", '{"a": '), ("user", "Go on."))
    assert format_result(json.dumps(FORMATS["JSON"]), [Said("1}", prompt=asked)]) == FormatResult("JSON", 1, 0)
