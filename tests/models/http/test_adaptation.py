"""Servers that refuse fields of a request: asked otherwise from then on, and said so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.http.adaptation import Adaptation
from llmrobust.models.local.label_scores import refuse_extra
from llmrobust.models.protocol import ADAPTED
from llmrobust.request import Failure
from tests.models.http.fault_server import EVERYTHING, Fault
from tests.models.requests import brief, chat, completion

CHAT = "/v1/chat/completions"
RENAMED = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
ONLY_ONE = (
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
)


def refusal(message, when):
    return Fault(status=400, message=message, path=CHAT, when=when)


def reasoning_server(server):
    """A server that takes neither max_tokens nor a temperature, and no fields that OpenAI does not have."""
    faults = [
        refusal("Unrecognized request argument supplied: top_k", lambda body: "top_k" in body),
        refusal(RENAMED, lambda body: "max_tokens" in body),
        refusal(ONLY_ONE, lambda body: "temperature" in body),
    ]
    return server(features={"chat"}, faults=faults)


def test_reasoning_server_is_adapted_to_once_and_said_once(server, asked):
    one = reasoning_server(server)
    info, replies = asked(one.url, chat(*(f"good {i}" for i in range(9)), sampling=brief()))
    assert [reply.text for reply in replies] == ["+"] * 9
    sent = one.bodies(CHAT)[-1]
    assert sent["max_completion_tokens"] == 4
    assert not {"max_tokens", "temperature", "top_k"} & set(sent)
    assert info.details[ADAPTED] == (
        "max_completion_tokens sent for max_tokens; temperature not sent, as the server refuses it (its own value applies)"
    )
    asked_again = [body for body in one.bodies(CHAT) if "temperature" not in body]
    assert len(asked_again) == 9


def test_refusal_of_a_field_that_matters_is_a_failure(server, asked):
    fault = refusal("Unsupported parameter: 'stop' is not supported with this model.", lambda body: "stop" in body)
    _, replies = asked(server(features={"chat"}, faults=[fault]).url, chat("good", sampling=brief(stop=("x",))))
    assert isinstance(replies[0], Failure)
    assert "'stop' is not supported" in replies[0].message


def test_refusal_that_names_no_field_is_not_repeated(server, asked):
    one = server(features={"chat"}, faults=[refusal("your organisation is not verified", lambda body: True)])
    _, replies = asked(one.url, chat("good", sampling=brief()))
    assert replies == [Failure("rejected", "your organisation is not verified (HTTP 400)")]
    assert len(one.bodies(CHAT)) == 1


def test_nothing_is_told_where_nothing_was_adapted(server, asked):
    info, _ = asked(server(features={"chat"}).url, chat("good", sampling=brief()))
    assert ADAPTED not in info.details


def test_adaptation_leaves_other_fields_alone():
    adaptation = Adaptation()
    body = {"max_tokens": 4, "temperature": 0.0, "seed": 1, "messages": []}
    assert adaptation.applied(body) == body
    assert adaptation.learns(RENAMED, body)
    assert adaptation.applied(body) == {"temperature": 0.0, "seed": 1, "messages": [], "max_completion_tokens": 4}
    assert not adaptation.learns("something else", body)


def test_extra_fields_and_template_arguments_are_sent(server, asked):
    for features in ({"chat"}, EVERYTHING):
        one = server(features=set(features))
        batch = chat("good", sampling=brief())
        asked(one.url, [replace(r, extra='{"logit_bias": {"5": -100}}', template='{"thinking": false}') for r in batch])
        sent = one.bodies(CHAT if features == {"chat"} else f"{CHAT}/batch")[-1]
        assert sent["logit_bias"] == {"5": -100}
        assert sent["chat_template_kwargs"] == {"thinking": False}


def test_template_arguments_count_where_a_chat_is_rendered_for_its_labels(server, asked):
    one = server(features=EVERYTHING - {"chat-lists"})
    asked(one.url, [replace(r, template='{"thinking": false}') for r in chat("good", labels=("A", "B"))])
    rendered = [body for body in one.bodies("/tokenize") if body.get("messages", [{}])[0].get("content") == "good"]
    assert rendered
    assert all(body["chat_template_kwargs"] == {"thinking": False} for body in rendered)
    assert all("chat_template_kwargs" not in body for body in one.bodies("/v1/completions"))


def test_model_in_this_process_has_no_use_for_fields_of_a_body():
    with pytest.raises(ModelError, match=r"hf:x sends no HTTP request: extra \(logit_bias\) only works with servers"):
        refuse_extra([replace(r, extra='{"logit_bias": {}}') for r in completion("x")], "hf:x")


def test_requests_with_other_fields_are_other_requests():
    (plain,) = completion("x")
    assert replace(plain, extra='{"a": 1}').content_hash() != plain.content_hash()
    assert replace(plain, template='{"a": 1}').batch_key() != plain.batch_key()
