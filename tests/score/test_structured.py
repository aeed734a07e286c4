"""JSON answers: which value is read, and what equals what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.score.structured import canonical, canonical_gold, read_json, same_json


def read(text: str, path: str = "", **options: Any) -> str | None:
    return read_json(text, path, True, **options).answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 2}\n\nNote: {"a": 3} would be wrong', '{"a": 2}'),
        ('{"a": 2}\n\nThat is the JSON, not {"a": 3}.', '{"a": 2}'),
        ('{"a": 2}\nI did not write {"a": 3} here.', '{"a": 2}'),
        ('{"a": 2}\nOnce more: {"a": 2.0}', '{"a": 2}'),
        ('{"a": 2} (all keys in {braces} were filled)', '{"a": 2}'),
        ('```json\n{"a": 2}\n```\nRun it:\n```python\nprint(1)\n```', '{"a": 2}'),
        ('```json\n{"a": 2}\n```\n```json\n{"a": 2}\n```', '{"a": 2}'),
        ('{"a": 2}\n\nActually: {"a": 3}', None),
        ('{"a": 2}\n{"a": 3}', None),
        ('{"a": 2} or {"a": 3}', None),
        ('{"a": 2}\nor {"a": 3', None),
        ('{"a": 2', None),
        ("{'a': 2}", None),
        ('{"a": 2,}', None),
    ],
)
def test_one_value_is_read_and_a_second_one_only_where_it_is_turned_down(text: str, value: str | None) -> None:
    assert read(text) == value


def test_types_count_unless_they_are_coerced() -> None:
    assert read('{"age": "36"}') != read('{"age": 36}')
    assert read('{"age": "36"}', coerce=True) == read('{"age": 36}')
    assert read('{"ok": "true"}') != read('{"ok": true}')
    assert read('{"ok": "TRUE"}', coerce=True) == read('{"ok": true}')
    assert read('{"age": "36"}', "age") == '"36"'
    assert read('{"age": 36}', "age") == "36"
    assert read('{"age": "36 years"}', "age", coerce=True) == "36 years"
    assert read("[1, 2]") != read("[2, 1]")


def test_a_null_is_as_good_as_no_key() -> None:
    assert read('{"name": "Ada", "note": null}') == read('{"name": "Ada"}') != read('{"name": "Ada", "note": ""}')


def test_a_single_gold_value_has_no_type() -> None:
    assert same_json('"36"', canonical_gold("36", True))
    assert same_json("36", canonical_gold("36", True))
    assert not same_json('{"a": "36"}', canonical_gold('{"a": 36}', True))
    assert not same_json("37", canonical_gold("36", True))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.sampled_from(
    [
        "{}",
        "  {}\n",
        "```json\n{}\n```",
        "```\n{}\n```",
        "Here is the JSON:\n{}",
        "Sure!\n```json\n{}\n```\nI hope this helps.",
        "{}\nThis is all that I found.",
    ]
)


def test_texts_of_json_may_hold_the_marks_of_code() -> None:
    value = {"code": "```python\nprint(1)\n```", "```": "```"}
    for end in ("\n```", "```", "\n```  \nThat is all."):
        assert (
            json.loads(read_json(f"```json\n{json.dumps(value)}{end}", "", False).answer or "").keys() == value.keys()
        )


@settings(max_examples=150)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3), FRAMES, st.booleans())
def test_an_object_is_read_equal_in_every_common_frame(value: dict[str, Any], frame: str, indent: bool) -> None:
    text = json.dumps(value, indent=2 if indent else None)
    found = read_json(frame.replace("{}", text, 1), "", False).answer
    assert found == canonical_gold(text, False)
    assert canonical_gold(found or "", False) == found, "a canonical value is its own canonical value"


@settings(max_examples=150)
@given(JSON, st.booleans())
def test_a_value_and_its_text_are_never_mistaken_for_each_other(value: Any, ignore_case: bool) -> None:
    if not isinstance(value, str):
        text = json.dumps(value)
        if isinstance(value, bool | int | float) or value is None:
            assert canonical(text, ignore_case) != canonical_gold(text, ignore_case)
