"""A lower bound of the label mass, from the likeliest tokens that a server shows."""

from __future__ import annotations

import math

import pytest

from llmrobust.models.http.mass_bound import FIELDS, WrittenToken, mass_bound, written_tokens
from llmrobust.models.protocol import ADAPTED
from llmrobust.request import Request
from tests.models.requests import brief, chat

CHAT = "/v1/chat/completions"


def request(*labels: str, ignore_case: bool = True, prefill: str = "") -> Request:
    begun = (("assistant", prefill),) if prefill else ()
    return Request((("user", "Which?"), *begun), labels=labels, ignore_case=ignore_case)


def token(text: str, **likely: float) -> WrittenToken:
    """A written token; likely: the probabilities of texts in its place (_ for a space), the token's own among them."""
    return WrittenToken(text, {name.replace("_", " "): math.log(share) for name, share in likely.items()})


@pytest.mark.parametrize(
    ("tokens", "asked", "bound"),
    [
        ([token("bug", bug=0.6, billing=0.3, The=0.1)], request("billing", "bug"), 0.9),
        ([token("Bug", Bug=0.6, _bug=0.1, BILLING=0.2)], request("billing", "bug"), 0.9),
        ([token("Bug", Bug=0.6, bug=0.1)], request("billing", "bug", ignore_case=False), 0.1),
        ([token("The", The=0.8, bug=0.1), token("bug", bug=1.0)], request("billing", "bug"), 0.1),
        (
            [token("card", card=0.5), token(" arrival", _arrival=0.8, _lost=0.1)],
            request("card arrival", "card lost"),
            0.45,
        ),
        ([token("card", card=0.5), token(" arrival", _arrival=0.8)], request("lost card", "card arrival"), 0.4),
        ([token("1", **{"1": 0.6, "2": 0.3}), token("0", **{"0": 1.0})], request("1", "10", "2"), 0.9),
        ([token("Hm", Hm=1.0)], request("billing", "bug"), 0.0),
        ([token(" bug", _bug=0.7, bug=0.2)], request("bug", "billing", prefill="It is a"), 0.9),
        ([], request("bug", "billing"), None),
        ([token("bug", bug=1.0)], request(), None),
    ],
)
def test_tokens_that_complete_a_label_are_added_up(tokens, asked, bound):
    found = mass_bound(tokens, asked)
    assert found == (bound if bound is None else pytest.approx(bound))


@pytest.mark.parametrize(
    "logprobs", [None, {}, {"content": None}, {"content": [{}]}, {"tokens": ["a"]}, "x", {"content": [3]}]
)
def test_what_is_not_of_the_known_form_shows_nothing(logprobs):
    assert written_tokens(logprobs) == ()


def test_a_token_that_is_not_among_the_likeliest_still_counts():
    (one,) = written_tokens(
        {"content": [{"token": "a", "logprob": -3.0, "top_logprobs": [{"token": "b", "logprob": -0.1}]}]}
    )
    assert one == WrittenToken("a", {"a": -3.0, "b": -0.1})


def test_a_server_without_label_scores_gives_a_bound(server, asked):
    one = server(features={"chat", "likeliest"})
    info, replies = asked(one.url, chat("good", "bad", labels=("+", "-"), sampling=brief()))
    assert info.scoring == ("text",)
    assert [(reply.text, reply.mass_is_bound) for reply in replies] == [("+", True), ("-", True)]
    assert [reply.label_mass for reply in replies] == pytest.approx([0.9, 0.9])
    assert all(body["top_logprobs"] == 20 for body in one.bodies(CHAT)[-2:])


def test_free_answers_need_no_bound(server, asked):
    one = server(features={"chat", "likeliest"})
    _, (reply,) = asked(one.url, chat("good", sampling=brief()))
    assert (reply.label_mass, reply.mass_is_bound) == (None, False)
    assert "logprobs" not in one.bodies(CHAT)[-1]


def test_a_server_that_scores_labels_is_not_asked_for_the_likeliest_tokens(server, asked):
    one = server()
    _, (reply,) = asked(one.url, chat("good", labels=("+", "-"), scoring="text", sampling=brief()))
    assert (reply.label_mass, reply.mass_is_bound) == (None, False)


def test_a_server_that_refuses_is_asked_without_and_the_mass_is_unknown(server, asked):
    one = server(features={"chat", "no-likeliest"})
    info, replies = asked(one.url, chat("good", "bad", labels=("+", "-"), sampling=brief()))
    assert [(reply.text, reply.label_mass, reply.mass_is_bound) for reply in replies] == [
        ("+", None, False),
        ("-", None, False),
    ]
    assert ADAPTED not in info.details, "nothing about the answers changed"
    assert not FIELDS.keys() & one.bodies(CHAT)[-1].keys()


def test_a_server_that_ignores_the_fields_leaves_the_mass_unknown(server, asked):
    one = server(features={"chat"})
    _, (reply,) = asked(one.url, chat("good", labels=("+", "-"), sampling=brief()))
    assert (reply.text, reply.label_mass, reply.mass_is_bound) == ("+", None, False)


def test_what_thinks_first_has_no_bound(server, asked):
    one = server(features={"chat", "likeliest", "thinks", "reasoning-field"})
    _, (reply,) = asked(one.url, chat("good", labels=("+", "-"), sampling=brief(max_tokens=60)))
    assert (reply.text, reply.label_mass) == ("+", None)
