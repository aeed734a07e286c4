"""Tool calls: how they are read from what models write, and compared."""

from __future__ import annotations

import pytest

from llmrobust.score.json_fields import field_answer
from llmrobust.score.tool_calls import NO_CALL, NONE, gold_calls, read_calls
from llmrobust.suitefile.suite import AnswerSpec, FieldSpec

PLAIN = AnswerSpec(check="tool_call")
FIELDS = AnswerSpec(
    check="tool_call",
    fields=(
        FieldSpec("name"),
        FieldSpec("arguments.city"),
        FieldSpec("arguments.days", "number", tolerance=1),
        FieldSpec("arguments.tags", "set"),
    ),
)
GOLD = '{"name": "get_weather", "arguments": {"city": "Oslo", "days": 3, "tags": ["a", "b"]}}'
CALL = '{"name": "get_weather", "arguments": {"city": "Oslo", "days": 3, "tags": ["b", "a"]}}'


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>{GOLD}</tool_call>",
        f"<tool_call>\n[{GOLD}]\n</tool_call>",
        f"<tool_call>{GOLD}",
        f"I will look it up.\n<tool_call>\n{GOLD}\n</tool_call>",
        GOLD,
        f"```json\n{GOLD}\n```",
        f"Sure: {GOLD}",
        GOLD.replace("arguments", "parameters"),
        '{"type": "function", "function": ' + GOLD + "}",
        '{"tool_calls": [{"function": {"name": "get_weather", "arguments": "{\\"city\\": \\"Oslo\\", \\"days\\": 3, '
        '\\"tags\\": [\\"a\\", \\"b\\"]}"}}]}',
        f"[TOOL_CALLS][{GOLD}]",
        f"<|python_tag|>{GOLD}<|eom_id|>",
        '<function=get_weather>{"city": "Oslo", "days": 3, "tags": ["a", "b"]}</function>',
    ],
)
def test_a_call_is_read_however_it_is_written(text):
    assert read_calls(text, PLAIN, GOLD).answer == gold_calls(GOLD, PLAIN)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It is warm in Oslo.", NONE),
        ("", NONE),
        ('{"city": "Oslo"}', NONE),
        ('<tool_call>{"name": "get_weather", "arguments": {"city": "Oslo"</tool_call>', "wrong tool call: the JSON"),
        ('<tool_call>{"name": "get_weather", "arguments": "Oslo"}</tool_call>', "wrong tool call: the JSON cannot be"),
        ('<tool_call>{"name": "f", "arguments": [1]}</tool_call>', "wrong tool call: the arguments of f are not an"),
        ('<tool_call>{"arguments": {}}</tool_call>', "wrong tool call: it has no name"),
        ("<tool_call></tool_call>", "wrong tool call: it is empty"),
        ('{"name": "f", "arguments": {"a": 1}', "wrong tool call: the JSON cannot be read"),
    ],
)
def test_no_call_and_a_wrong_call_are_unparsed_for_different_reasons(text, reason):
    found = read_calls(text, PLAIN, GOLD)
    assert found.answer is None
    assert found.reason.startswith(reason)


def test_arguments_are_compared_by_field():
    gold = gold_calls(GOLD, FIELDS)
    assert read_calls(CALL, FIELDS, GOLD).answer == gold
    assert read_calls(CALL.replace("3", "4"), FIELDS, GOLD).answer == gold, "within the tolerance"
    assert read_calls(CALL.replace("3", "5"), FIELDS, GOLD).answer != gold
    assert read_calls(CALL.replace('"days": 3,', '"days": 3, "unit": "C",'), FIELDS, GOLD).answer == gold, "not listed"
    other = read_calls(CALL.replace("Oslo", "Rome"), FIELDS, GOLD).answer
    assert [field_answer(other, field.name) == field_answer(gold, field.name) for field in FIELDS.fields] == [
        True,
        False,
        True,
        True,
    ]


def test_names_count_as_they_are_written():
    assert read_calls(CALL.replace("get_weather", "Get_Weather"), FIELDS, GOLD).answer != gold_calls(GOLD, FIELDS)


def test_parallel_calls_are_a_set():
    both = [GOLD, GOLD.replace("Oslo", "Rome")]
    gold = gold_calls(f"[{', '.join(both)}]", PLAIN)
    assert read_calls(f"<tool_call>{both[1]}</tool_call>\n<tool_call>{both[0]}</tool_call>", PLAIN, None).answer == gold
    assert read_calls("; ".join(both), PLAIN, None).answer == gold
    assert read_calls(f"<tool_call>{both[0]}</tool_call>", PLAIN, None).answer != gold
    cities = gold_calls(f"[{', '.join(both)}]", FIELDS)
    assert field_answer(cities, "arguments.city") == '["oslo", "rome"]'


def test_no_call_is_an_answer_only_where_it_is_the_right_one():
    for gold in ("null", "[]", "no call"):
        assert read_calls("I cannot help with that.", PLAIN, gold).answer == gold_calls(gold, PLAIN) == NO_CALL
        assert read_calls(f"<tool_call>{GOLD}</tool_call>", PLAIN, gold).answer not in (None, NO_CALL)
    assert read_calls("I cannot help with that.", PLAIN, None).reason == NONE


def test_a_name_alone_is_a_gold_answer():
    only_name = AnswerSpec(check="tool_call", fields=(FieldSpec("name"),))
    assert read_calls(f"<tool_call>{GOLD}</tool_call>", only_name, "get_weather").answer == gold_calls(
        "get_weather", only_name
    )
