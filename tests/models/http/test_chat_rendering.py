"""Chats that are rendered on this side: only where the server is seen to render them alike."""

from __future__ import annotations

import asyncio
import json

import pytest

from llmrobust.models.http.chat_rendering import COMPARED, HERE, VARIABLE, ChatRendering
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.models.protocol import RENDERED
from llmrobust.models.server.vllm_server import VllmServerModel
from llmrobust.request import Failure, Request
from tests.models.conftest import QUICK
from tests.models.http.fault_server import EVERYTHING, TEMPLATE, Fault
from tests.models.requests import brief, chat

BATCH = "/v1/chat/completions/batch"


@pytest.fixture
def answered(server, asked):
    """What a server with the given fields says to requests, rendered here by a template; and the server."""

    def ask(requests, template=TEMPLATE, **fields):
        one = server(**fields)
        model = OpenAiModel(one.url, QUICK, is_ours=True, template=ChatTemplate(template))
        info, replies = asked(model, requests)
        return one, info.details[RENDERED], replies

    return ask


def chats_sent(one):
    """How many lists of chats were sent after the one that finds out whether they may be."""
    return len(one.bodies(BATCH)) - 1


def texts_sent(one):
    return one.bodies("/v1/completions")[-1]["prompt"]


def test_chats_travel_as_texts_once_they_were_compared(answered):
    one, who, replies = answered(chat("good 1", "2", sampling=brief()), features=EVERYTHING | {"begins"})
    assert [reply.text for reply in replies] == ["+", "-"]
    assert texts_sent(one) == ["<user>good 1\n<answer>", "<user>2\n<answer>"]
    assert one.bodies("/v1/completions")[-1]["add_special_tokens"] is False
    assert (who, chats_sent(one)) == (HERE, 0)


def test_counts_and_answers_are_those_of_lists_of_chats(answered, server, asked):
    requests = chat(*(f"{'good' if i % 3 else 'bad'} {i}" for i in range(20)), sampling=brief())
    _, _, replies = answered(requests)
    _, others = asked(server().url, requests)
    assert [(r.text, r.finish_reason, r.completion_tokens) for r in replies] == [
        (r.text, r.finish_reason, r.completion_tokens) for r in others
    ]
    assert sum(r.prompt_tokens for r in replies) == sum(r.prompt_tokens for r in others)


def test_labels_are_scored_after_texts(answered, server, asked):
    requests = chat("good", "bad", labels=("A", "B"))
    one, _, replies = answered(requests)
    _, others = asked(server().url, requests)
    assert [r.label_logprobs for r in replies] == [r.label_logprobs for r in others] == [(-0.5, -1.5), (-1.5, -0.5)]
    assert texts_sent(one) == ["<user>good\n<answer>", "<user>bad\n<answer>"]
    assert chats_sent(one) == 0


def test_labels_that_are_kept_to_come_after_texts(answered):
    requests = chat("good", "bad", labels=("+", "-"), scoring="constrained")
    one, _, replies = answered(requests)
    assert [(r.text, r.scored_by) for r in replies] == [("+", "constrained"), ("-", "constrained")]
    assert chats_sent(one) == 0


@pytest.mark.parametrize(
    "template", [TEMPLATE.replace("<answer>", "<reply>"), TEMPLATE.replace(".content", ".content | trim")]
)
def test_server_renders_where_its_template_is_another(answered, template):
    """Other marks show in the first prompt, and another treatment of spaces in the awkward one."""
    one, who, replies = answered(chat("good 1", "2", sampling=brief()), template)
    assert [reply.text for reply in replies] == ["+", "-"]
    assert (who, chats_sent(one)) == ("by the server: it makes other tokens of the messages user", 1)


def test_only_the_first_prompts_of_a_shape_are_compared(server):
    one = server()

    async def go():
        model = OpenAiModel(one.url, QUICK, is_ours=True, template=ChatTemplate(TEMPLATE))
        await model.open()
        before = len(one.bodies("/tokenize"))
        await asyncio.gather(*(model.answer(chat(*(f"{i} {j}" for j in range(8)), sampling=brief())) for i in range(4)))
        await model.close()
        return len(one.bodies("/tokenize")) - before

    assert asyncio.run(go()) == 2 * (COMPARED + 1)
    assert chats_sent(one) == 0


def test_each_shape_is_compared(answered):
    """The server drops what the template writes around a system message: chats without one would be alike."""
    template = "{% if messages[0].role == 'system' %}<system>{% endif %}" + TEMPLATE
    plain, two = chat("good", sampling=brief()), Request((("system", "s"), ("user", "good")), sampling=brief())
    assert answered(plain, template)[1] == HERE
    one, who, replies = answered([*plain, two], template)
    assert (who, chats_sent(one)) == ("by the server: it makes other tokens of the messages system, user", 1)
    assert [reply.text for reply in replies] == ["+", "+"]


def test_message_that_the_model_continues_is_rendered_to_its_end(answered):
    begun = Request((("user", "good"), ("assistant", "It is ")), sampling=brief())
    one, who, replies = answered([begun], features=EVERYTHING | {"continues"})
    assert (who, texts_sent(one)) == (HERE, ["<user>good\n<user>It is "])
    assert not isinstance(replies[0], Failure)


def test_arguments_of_the_template_are_passed_on(answered):
    thinking = chat("good", sampling=brief(), template='{"enable_thinking": true}')
    one, who, _ = answered(thinking, TEMPLATE + "{{ '!' if enable_thinking }}")
    assert who.startswith("by the server")
    assert one.bodies(BATCH)[-1]["chat_template_kwargs"] == {"enable_thinking": True}


@pytest.mark.parametrize(
    "request_",
    [
        Request(
            (("tools", json.dumps([{"type": "function", "function": {"name": "f"}}])), ("user", "bad")),
            sampling=brief(),
        ),
        Request((("user", "good"), ("user+", "2")), sampling=brief()),
        *chat("good", sampling=brief(), structured='{"response_format": {"type": "json_object"}}'),
        *chat("good", sampling=brief(), extra='{"logprobs": true}'),
        *chat("good", sampling=brief(), extra='{"chat_template": "x"}'),
    ],
    ids=["tools", "parts", "response-format", "logprobs", "chat-template"],
)
def test_server_renders_what_needs_a_chat(server, request_):
    one = server()

    async def go():
        model = OpenAiModel(one.url, QUICK, is_ours=True, template=ChatTemplate(TEMPLATE))
        await model.open()
        before = len(one.bodies("/v1/completions"))
        await model.answer([request_])
        await model.close()
        return len(one.bodies("/v1/completions")) - before

    assert asyncio.run(go()) == 0
    assert len(one.bodies(BATCH)) + len(one.bodies("/v1/chat/completions")) == 2


@pytest.mark.parametrize(("feature", "reason"), [("tokenize", "it has no /tokenize"), ("lists", "it has no lists")])
def test_server_renders_where_it_cannot_be_compared(answered, feature, reason):
    _, who, replies = answered(chat("good", sampling=brief()), features=EVERYTHING - {feature})
    assert (who, [reply.text for reply in replies]) == (f"by the server: {reason}", ["+"])


def test_comparison_that_fails_proves_nothing_and_is_made_again(server):
    one, asked = server(), [{"role": "user", "content": "good 1"}]

    async def go():
        model = OpenAiModel(one.url, QUICK, is_ours=True, template=ChatTemplate(TEMPLATE))
        info = await model.open()
        one.faults.append(Fault(status=500, path="/tokenize", when=lambda body: body.get("messages") == asked, times=2))
        first = await model.answer(chat("good 1", sampling=brief()))
        sent = chats_sent(one)
        again = await model.answer(chat("good 1", sampling=brief()))
        await model.close()
        return info.details[RENDERED], first[0].text, sent, again[0].text

    assert asyncio.run(go()) == (HERE, "+", 1, "+")
    assert (chats_sent(one), texts_sent(one)) == (1, ["<user>good 1\n<answer>"])


def test_chat_that_the_template_refuses_is_refused_by_the_server(answered):
    fault = Fault(status=400, path=BATCH, when=lambda body: "2" in str(body["messages"]), message="no such chat")
    template = "{% if messages[0].content == '2' %}{{ raise_exception('no') }}{% endif %}" + TEMPLATE
    _, who, replies = answered(chat("good", "2", sampling=brief()), template, faults=[fault])
    assert (who, replies[0].text) == (HERE, "+")
    assert "no such chat" in replies[1].message


def test_too_long_a_prompt_is_refused_alone(answered):
    one, _, replies = answered(chat("good", "x" * 600, "2", sampling=brief()))
    assert [isinstance(reply, Failure) for reply in replies] == [False, True, False]
    assert chats_sent(one) == 0


def test_difference_in_another_list_counts_for_those_under_way():
    """Two shapes at once: the first is alike, but its answer comes after the other's difference."""
    said = []

    class Tokens:
        def __init__(self):
            self.found = asyncio.Event()

        async def alike(self, request, text):
            if len(request.messages) == 2:
                self.found.set()
                return False
            await self.found.wait()
            return True

    async def go():
        rendering = ChatRendering(ChatTemplate(TEMPLATE), Tokens(), said.append)
        batches = [chat("one"), [Request((("system", "s"), ("user", "two")))]]
        return await asyncio.gather(*map(rendering.texts, batches))

    assert asyncio.run(go()) == [None, None]
    assert said == ["by the server: it makes other tokens of the messages system, user"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE)
    return tmp_path


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", ""),
        ("?max-model-len=512&gpu-memory-utilization=0.5", ""),
        ("?reasoning-parser=qwen3", "started with reasoning-parser"),
        ("?enable-auto-tool-choice&tool-call-parser=hermes", "started with enable-auto-tool-choice, tool-call-parser"),
        ("?tokenizer-mode=mistral", "started with tokenizer-mode"),
        ("?default-chat-template-kwargs={}", "started with default-chat-template-kwargs"),
        ("?config=settings.yaml", "started with config"),
    ],
)
def test_arguments_of_a_server_decide_who_renders(folder, query, reason, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert VllmServerModel(f"vllm:{folder}{query}")._server_renders == reason


def test_environment_leaves_rendering_to_servers(folder, monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    assert VllmServerModel(f"vllm:{folder}")._server_renders == f"{VARIABLE} is set"
    monkeypatch.setenv(VARIABLE, "0")
    assert not VllmServerModel(f"vllm:{folder}")._server_renders


def test_model_that_is_only_a_name_is_rendered_by_the_server():
    assert VllmServerModel("vllm:org/name")._server_renders == "its folder is not known"


def test_template_is_the_folders_or_the_one_that_the_server_is_given(folder):
    messages = [{"role": "user", "content": "x"}]
    own = VllmServerModel(f"vllm:{folder}")._template()
    assert own.render(messages) == "<user>x\n<answer>"
    (folder / "other.jinja").write_text("other")
    given = VllmServerModel(f"vllm:{folder}?chat-template={folder}/other.jinja")._template()
    assert given.render(messages) == "other"
    assert VllmServerModel(f"vllm:{folder}?chat-template={folder}/missing.jinja")._template() is None
    (folder / "config.json").write_text('{"model_type": "gpt_oss"}')
    assert VllmServerModel(f"vllm:{folder}")._template() is None
