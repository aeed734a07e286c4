"""What is asked of a server that works, and what is made of its answers."""

from __future__ import annotations

import asyncio
import math

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.request import Failure
from tests.models.conftest import at
from tests.models.http.fault_server import EVERYTHING, Fault
from tests.models.requests import brief, chat, completion

PLAIN = {"chat"}


def test_prompts_travel_as_one_list(server, asked):
    one = server()
    info, replies = asked(one.url, completion("good 1", "2", "good 3", sampling=brief()))
    assert [reply.text for reply in replies] == ["+", "-", "+"]
    assert one.bodies("/v1/completions")[-1]["prompt"] == ["good 1", "2", "good 3"]
    assert (info.name, info.max_model_len, info.scoring) == ("toy", 512, ("logprobs", "constrained", "text"))


def test_chats_travel_as_one_list(server, asked):
    one = server()
    _, replies = asked(one.url, chat("good 1", "2", sampling=brief()))
    assert [reply.text for reply in replies] == ["+", "-"]
    assert len(one.bodies("/v1/chat/completions/batch")[-1]["messages"]) == 2


def test_chats_are_rendered_by_the_server_where_it_has_no_list_of_chats(server, asked):
    one = server(features=EVERYTHING - {"chat-lists"})
    _, replies = asked(one.url, chat("good 1", "2", sampling=brief()))
    assert [reply.text for reply in replies] == ["+", "-"]
    sent = one.bodies("/v1/completions")[-1]["prompt"]
    assert ["".join(map(chr, ids)) for ids in sent] == ["<user>good 1\n<answer>", "<user>2\n<answer>"]


def test_chats_go_one_by_one_to_a_plain_server(server, asked):
    one = server(features=PLAIN, context=0)
    info, replies = asked(one.url, chat("good 1", "2", "good 3", sampling=brief(), labels=("+", "-")))
    assert [reply.text for reply in replies] == ["+", "-", "+"]
    assert (info.scoring, info.max_model_len) == (("text",), 0)
    assert {reply.scored_by for reply in replies} == {"text"}
    assert len(one.bodies("/v1/chat/completions")) == 3


def test_server_that_refuses_fields_of_vllm_is_asked_without_them(server, asked):
    one = server(features={"chat", "strict"})
    _, replies = asked(one.url, chat("good", "2", sampling=brief()))
    assert [reply.text for reply in replies] == ["+", "-"]
    assert "top_k" not in one.bodies("/v1/chat/completions")[-1]


def test_field_that_matters_is_not_dropped_for_a_strict_server(server, asked):
    one = server(features={"chat", "strict"})
    _, replies = asked(one.url, chat("good", sampling=brief(top_k=5)))
    assert replies == [Failure("rejected", "Unrecognized request argument supplied: top_k (HTTP 400)")]


def test_every_sampling_parameter_is_sent(server, asked):
    one = server()
    sampling = brief(temperature=0.5, top_p=0.9, repetition_penalty=1.1, seed=2**64 - 1, stop=("\n",))
    asked(one.url, chat("x", sampling=sampling))
    sent = one.bodies("/v1/chat/completions/batch")[-1]
    assert (sent["temperature"], sent["top_p"], sent["top_k"], sent["repetition_penalty"]) == (0.5, 0.9, -1, 1.1)
    assert (sent["max_tokens"], sent["stop"]) == (4, ["\n"])
    assert 0 <= sent["seed"] < 2**63


def test_labels_are_scored_by_the_tokens_that_they_have_after_the_prompt(server, asked):
    """The fake gives the i-th capital of those asked for -0.5 - i, the smallest first after "good"."""
    one = server()
    _, replies = asked(one.url, completion("good: ", "bad: ", labels=("A", "B")))
    assert [reply.label_logprobs for reply in replies] == [(-0.5, -1.5), (-1.5, -0.5)]
    assert [reply.text for reply in replies] == ["A", "B"]
    assert {reply.scored_by for reply in replies} == {"logprobs"}
    leads = [ord(lead) for lead in '\n "*']
    assert one.bodies("/v1/completions")[-1]["logprob_token_ids"] == [*leads, ord("A"), ord("B")]
    assert one.bodies("/v1/completions")[-1]["max_tokens"] == 1


def test_label_of_several_tokens_is_scored_over_all_of_them(server, asked):
    """Labels "AC" and "B" in chat: first A has -0.5 and B -1.5, then C, the only capital that may follow A, -0.5."""
    one = server()
    _, replies = asked(one.url, chat("good", labels=("AC", "B")))
    assert replies[0].label_logprobs == pytest.approx((-0.5 - 0.5, -1.5))
    assert replies[0].label_mass == pytest.approx(math.exp(-1.0) + math.exp(-1.5))
    sent = ["".join(map(chr, ids)) for call in one.bodies("/v1/completions")[-2:] for ids in call["prompt"]]
    assert sent == ["<user>good\n<answer>", "<user>good\n<answer>A"]


def test_label_is_scored_as_the_sum_of_its_forms(server, asked):
    """A label may be said in capitals too: "Ab", and "AB" and, since the fake finds every capital likely, no other."""
    one = server()
    _, replies = asked(one.url, chat("good", labels=("Ab", "Cd")))
    rare, first, second = (math.exp(x) for x in (-40.0, -0.5, -1.5))
    assert [math.exp(x) for x in replies[0].label_logprobs] == pytest.approx(
        [first * rare + first * first, second * rare + second * second], rel=1e-6
    )


def test_label_that_begins_another_gives_its_share_away(server, asked):
    _, replies = asked(server().url, completion("good: ", labels=("A", "AB")))
    alone = -0.5 + math.log(1 - math.exp(-0.5))
    assert replies[0].label_logprobs == pytest.approx((alone, -0.5 - 0.5))


def test_labels_are_resolved_for_the_first_prompts_of_a_kind_only(server, asked):
    one = server()
    asked(one.url, chat(*(f"text {i}" for i in range(40)), labels=("A", "B")))
    rendered = [body for body in one.bodies("/tokenize") if "text" in str(body.get("messages", ""))]
    assert len(rendered) == 2


def test_labels_are_resolved_for_every_prompt_where_the_ends_of_prompts_differ(server, asked):
    one = server()
    _, replies = asked(one.url, completion("good:", "good: ", "good:\n", labels=("A", "B")))
    assert [reply.label_logprobs for reply in replies[1:]] == [(-0.5, -1.5)] * 2
    assert len(replies[0].label_logprobs) == 2


def test_labels_are_constrained_where_there_are_no_log_probabilities(server, asked):
    one = server(features=EVERYTHING - {"logprobs"})
    info, replies = asked(one.url, completion("good:", "2:", labels=("yes", "no")))
    assert info.scoring == ("constrained", "text")
    assert [(reply.text, reply.scored_by) for reply in replies] == [("yes", "constrained"), ("no", "constrained")]
    assert one.bodies("/v1/completions")[-1]["structured_outputs"] == {"choice": [" yes", " no"]}


def test_labels_of_equal_tokens_are_constrained_instead(server, asked):
    _, replies = asked(server().url, chat("good", labels=("A", "A")))
    assert replies[0].scored_by == "constrained"


def test_labels_of_equal_tokens_are_no_score_when_one_is_demanded(server, asked):
    _, replies = asked(server().url, chat("good", labels=("A", "A"), scoring="logprobs"))
    assert isinstance(replies[0], Failure)
    assert "same tokens" in replies[0].message


def test_scoring_that_the_server_does_not_have_is_an_error_that_says_what_it_has(server, asked):
    with pytest.raises(ModelError, match="cannot score labels by logprobs: it offers constrained, text"):
        asked(server(features=EVERYTHING - {"logprobs"}).url, chat("x", labels=("A", "B"), scoring="logprobs"))


def test_ignored_fields_are_not_taken_for_features(server, asked):
    """Servers answer 200 to fields that they ignore: only what shows in the answer counts."""
    info, _ = asked(server(features={"completions", "lists", "chat", "tokenize"}).url, chat("x", sampling=brief()))
    assert info.scoring == ("text",)


def test_completion_mode_needs_the_endpoint(server, asked):
    with pytest.raises(ModelError, match="has no /v1/completions"):
        asked(server(features=PLAIN).url, completion("x"))


def test_model_without_template_says_so_once(server, asked):
    one = server(faults=[Fault(400, message="no chat template", when=lambda body: "messages" in body, path="/")])
    with pytest.raises(ModelError, match="toy cannot chat: no chat template"):
        asked(one.url, chat("x"))


def test_answer_that_the_context_cuts_short_is_rejected(server, asked):
    one = server(context=100)
    _, replies = asked(one.url, completion("long " * 18, "good", sampling=brief(max_tokens=50)))
    assert replies[1].text == "+"
    assert replies[0].kind == "too-long"
    assert "the prompt has 90 tokens: with max_tokens 50 it does not fit the model's context of 100" in (
        replies[0].message
    )


def test_answer_of_full_length_is_kept(server, asked):
    _, replies = asked(server().url, completion("long", sampling=brief(max_tokens=6)))
    assert (replies[0].text, replies[0].finish_reason, replies[0].completion_tokens) == ("x" * 6, "length", 6)


def test_share_of_a_sum_is_not_taken_for_a_short_answer(server, asked):
    """A server without `return_token_ids` counts 1 + 6 tokens for both answers together."""
    one = server(features=EVERYTHING - {"logprobs"})
    _, replies = asked(one.url, completion("good", "long", sampling=brief(max_tokens=6)))
    assert [(reply.text, reply.finish_reason) for reply in replies] == [("+", "stop"), ("x" * 6, "length")]
    assert sum(reply.completion_tokens for reply in replies) == 7


def test_one_bad_prompt_does_not_fail_its_list(server, asked):
    one = server(context=50)
    texts = ["good" if i != 5 else "x" * 60 for i in range(16)]
    _, replies = asked(one.url, completion(*texts, sampling=brief()))
    assert [reply.text for i, reply in enumerate(replies) if i != 5] == ["+"] * 15
    assert replies[5] == Failure("rejected", "prompt of 60 tokens is longer than 50 (HTTP 400)")


def test_one_long_prompt_does_not_fail_the_scores_of_others(server, asked):
    one = server(context=50)
    _, replies = asked(one.url, chat("good", "x" * 60, "good", labels=("AC", "B")))
    assert [isinstance(reply, Failure) for reply in replies] == [False, True, False]


@pytest.mark.parametrize(
    ("models", "wanted", "words"),
    [
        (["a", "b"], "", "serves 2 models: choose one with .*#MODEL. It has: a, b"),
        (["llama"], "#lama", 'no model "lama" at .*; did you mean "llama"'),
        ([], "", "serves no model"),
    ],
)
def test_model_must_be_told_apart(server, asked, models, wanted, words):
    with pytest.raises(ModelError, match=words):
        asked(server(models=models).url + wanted, [])


def test_named_model_is_asked(server, asked):
    one = server(models=["a", "b"])
    info, _ = asked(one.url + "#b", chat("x", sampling=brief()))
    assert info.name == "b"
    assert {body["model"] for body in one.bodies("/v1/chat/completions/batch")} == {"b"}


def test_fingerprint_follows_what_answers_and_where(server, asked):
    one = server()
    same = [asked(one.url, [])[0].fingerprint for _ in range(2)]
    changed = []
    for name, value in {"version": "9.10", "context": 256, "template": "<human>", "models": ["other"]}.items():
        before = getattr(one, name)
        setattr(one, name, value)
        changed.append(asked(one.url, [])[0].fingerprint)
        setattr(one, name, before)
    elsewhere = asked(server().url, [])[0].fingerprint
    assert same[0] == same[1]
    assert len({same[0], *changed, elsewhere}) == 6


def test_fingerprint_follows_weights_that_lie_on_this_machine(server, asked, tmp_path):
    def fingerprint(content):
        (tmp_path / "model.safetensors").write_text(content)
        return asked(server(models=[str(tmp_path)]).url, [])[0].fingerprint

    assert fingerprint("a") == fingerprint("a") != fingerprint("b")


def test_key_is_sent_and_never_shown(server, asked, monkeypatch, capsys):
    monkeypatch.setenv("LLMROBUST_API_KEY", "sk-hidden")
    one = server(faults=[Fault(401, message="wrong key sk-hidden", times=1)])
    model = OpenAiModel(one.url)
    with pytest.raises(ModelError) as caught:
        asyncio.run(model.open())
    assert "wrong key ***" in str(caught.value)
    info, _ = asked(OpenAiModel(one.url), [])
    assert one.calls[-1][2]["Authorization"] == "Bearer sk-hidden"
    other = asked(at(one.url), [])[0]
    assert other.fingerprint == info.fingerprint
    for text in (repr(model), repr(info), repr(model.__dict__), *capsys.readouterr()):
        assert "sk-hidden" not in text


def test_missing_key_names_the_variable(server, asked):
    with pytest.raises(ModelError, match="the key in LLMROBUST_API_KEY is not set"):
        asked(server(faults=[Fault(401)]).url, [])


def test_timeout_variable_must_be_a_number(server, monkeypatch):
    monkeypatch.setenv("LLMROBUST_TIMEOUT_S", "soon")
    with pytest.raises(ModelError, match="LLMROBUST_TIMEOUT_S is 'soon'"):
        asyncio.run(OpenAiModel("http://127.0.0.1:1/v1").open())
