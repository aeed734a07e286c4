"""Tools, tool calls and their results, as servers take and give them."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.local.hf_model import HfModel
from llmrobust.models.local.tiny.model import BundledModel
from llmrobust.models.protocol import ADAPTED
from llmrobust.request import Failure, Request
from llmrobust.score.format_kept import FormatResult, format_result
from tests.models.http.fault_server import EVERYTHING, Fault
from tests.models.requests import brief, chat

CHAT = "/v1/chat/completions"
TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}},
    {"type": "function", "function": {"name": "send_mail", "parameters": {"type": "object", "properties": {}}}},
]
LISTED = ("tools", json.dumps(TOOLS))
CALL = '<tool_call>{"name": "get_weather", "arguments": {"city": "Oslo"}}</tool_call>'


def asking(*messages, **fields):
    return Request((LISTED, *messages), sampling=brief(max_tokens=200), **fields)


class Written(NamedTuple):
    """A reply beside its prompt, as `format_result` takes it."""

    text: str
    finish_reason: str = "stop"
    prompt: tuple[tuple[str, str], ...] = ()
    scored_by: str | None = "text"


@pytest.mark.parametrize("features", [EVERYTHING, EVERYTHING - {"chat-lists"}, {"chat"}])
def test_tools_are_sent_and_calls_are_read_as_text(server, asked, features):
    one = server(features=set(features))
    _, replies = asked(one.url, [asking(("tool_choice", '"required"'), ("user", "good")), asking(("user", "bad"))])
    assert [reply.text for reply in replies] == [CALL, "-"]
    with_choice, without = sorted(one.bodies(CHAT)[-2:], key=lambda body: body["messages"][0]["content"], reverse=True)
    assert with_choice["tools"] == without["tools"] == TOOLS
    assert (with_choice["tool_choice"], "tool_choice" in without) == ("required", False)
    assert with_choice["messages"] == [{"role": "user", "content": "good"}]


def test_history_of_calls_is_sent_with_matching_ids(server, asked):
    one = server(features={"chat"})
    history = (
        ("user", "good?"),
        ("assistant:calls", f"Let me see.\n{CALL}\n" + CALL.replace("Oslo", "Rome")),
        ("tool", "4 degrees"),
        ("tool", "20 degrees"),
        ("assistant:calls", CALL.replace("}}<", '}, "id": "mine"}<')),
        ("tool:mine", "5 degrees"),
        ("user", "thanks"),
    )
    asked(one.url, [asking(*history)])
    sent = one.bodies(CHAT)[-1]["messages"]
    first, second = sent[1]["tool_calls"]
    assert sent[1]["content"] == "Let me see."
    assert first["function"] == {"name": "get_weather", "arguments": '{"city": "Oslo"}'}
    assert [(m["tool_call_id"], m["name"]) for m in sent if m["role"] == "tool"] == [
        (first["id"], "get_weather"),
        (second["id"], "get_weather"),
        ("mine", "get_weather"),
    ]


def test_parts_of_a_message_and_a_begun_answer_are_sent_as_such(server, asked):
    one = server(features={"chat"})
    request = Request((("developer", "Be brief."), ("user", "good"), ("user+", "text"), ("assistant", "It is")))
    asked(one.url, [request])
    sent = one.bodies(CHAT)[-1]
    assert sent["messages"][1]["content"] == [{"type": "text", "text": "good"}, {"type": "text", "text": "text"}]
    assert sent["messages"][0]["role"] == "developer"
    assert (sent["add_generation_prompt"], sent["continue_final_message"]) == (False, True)


def test_a_server_without_a_parser_is_asked_for_text_once_and_says_so(server, asked):
    one = server(features={"chat", "no-parser"})
    info, replies = asked(one.url, [asking(("user", f"good {i}")) for i in range(5)])
    assert [reply.text for reply in replies] == [CALL] * 5
    assert "no parser" in info.details[ADAPTED]
    assert sum(body.get("tool_choice") == "none" for body in one.bodies(CHAT)) == 5


def test_a_refusal_of_tools_is_a_failure_with_the_servers_words(server, asked):
    fault = Fault(status=400, message="this model does not support tools", path=CHAT, when=lambda body: "tools" in body)
    _, replies = asked(server(features={"chat"}, faults=[fault]).url, [asking(("user", "good"))])
    assert replies == [Failure("rejected", "this model does not support tools (HTTP 400)")]


def test_a_template_that_drops_tools_is_an_error(server, asked):
    one = server(features=EVERYTHING | {"hides-tools"})
    with pytest.raises(ModelError, match="chat template does not show it the tools"):
        asked(one.url, [asking(("user", "good"))])
    assert not [body for body in one.bodies(CHAT) if "tools" in body]


@pytest.mark.e2e
def test_a_local_template_that_drops_tools_is_an_error(toy, asked):
    with pytest.raises(ModelError, match="chat template does not show it the tools"):
        asked(HfModel(f"hf:{toy}"), [asking(("user", "good"))])


@pytest.mark.e2e
def test_a_tool_that_must_be_called_is_for_servers(toy, asked):
    with pytest.raises(ModelError, match=r"cannot enforce a tool call \(tool_choice: required\)"):
        asked(HfModel(f"hf:{toy}"), [asking(("tool_choice", '"required"'), ("user", "good"))])


def test_a_refusal_of_log_probabilities_leaves_text(server, asked):
    one = server(features={"chat", "lists", "tokenize", "completions"})
    info, replies = asked(one.url, chat("good", labels=("+", "-"), sampling=brief()))
    assert info.scoring == ("text",)
    assert [(reply.text, reply.scored_by) for reply in replies] == [("+", "text")]
    with pytest.raises(ModelError, match="cannot score labels by logprobs: it offers text"):
        asked(one.url, chat("good", labels=("+", "-"), scoring="logprobs"))


def test_a_wrong_number_of_choices_is_malformed(server, asked):
    one = server(features={"chat"}, faults=[Fault(kind="few", path=CHAT)])
    _, replies = asked(one.url, [asking(("user", "good"))])
    assert replies == [Failure("malformed", "the server gave 0 choices for 1 prompts")]


def test_structured_outputs_are_sent_and_a_server_that_ignores_them_is_told(server, asked):
    structured = '{"response_format": {"type": "json_object"}}'
    one = server(features={"chat"})
    _, replies = asked(one.url, chat("good", "bad", sampling=brief(), structured=structured))
    assert all(body["response_format"] == {"type": "json_object"} for body in one.bodies(CHAT)[-2:])
    assert format_result(structured, [Written(reply.text) for reply in replies]) == FormatResult("JSON", 2, 0)
    with pytest.raises(ModelError, match="cannot enforce a format"):
        asked(BundledModel("tiny"), chat("good", structured=structured))
