"""Prompt tokens that a server had in its cache, as it counts them; whatever it says instead is no reason to fail."""

from __future__ import annotations

from typing import Any

import pytest

from llmrobust.models.http.payloads import read_choices


def responses(usage: Any, count: int = 1) -> list[Any]:
    """The responses of a list, given what the server says it used."""
    choices = [{"index": n, "text": "yes", "finish_reason": "stop"} for n in range(count)]
    read = read_choices({"choices": choices, "usage": usage}, count, {})
    assert isinstance(read, list)
    return [one.response("text", 0.0) for one in read]


def test_cached_tokens_are_counted_and_shared_out_over_a_list():
    usage = {"prompt_tokens": 100, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 64}}
    assert [one.cached_tokens for one in responses(usage)] == [64]
    assert [one.cached_tokens for one in responses(usage, 3)] == [22, 21, 21]


@pytest.mark.parametrize(
    "details", [None, {}, [], "64", {"cached_tokens": None}, {"cached_tokens": "64"}, {"cached_tokens": -1}]
)
def test_a_server_that_does_not_count_them_has_none(details: Any):
    usage = {"prompt_tokens": 100, "completion_tokens": 3, "prompt_tokens_details": details}
    (one,) = responses(usage)
    assert (one.cached_tokens, one.prompt_tokens) == (0, 100)
