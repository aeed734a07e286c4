"""The bundled model in real vLLM servers and engines, compared with transformers."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace

import pytest

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models import parse_spec
from llmrobust.models.http.chat_rendering import HERE, VARIABLE
from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.models.protocol import RENDERED
from llmrobust.request import Failure, Request, Sampling
from tests.e2e.conftest import FAST_EVERYWHERE

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def logs_with_the_test(tmp_path, monkeypatch):
    """Logs of servers that die stay, for people to read: here with the test's own files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


WORDS = ["great", "dull", "superb", "awful", "lovely", "boring", "painful", "charming"]
REVIEWS = [f"The {thing} was {word}." for thing in ("film", "hotel", "meal") for word in WORDS]
TOLERANCE = 0.05
"""What bfloat16 in two implementations may make of a log-probability."""


def asked(model, *batches):
    """Opens the model, asks every batch, closes it."""

    async def go():
        try:
            info = await model.open()
            return info, [await model.answer(batch) for batch in batches]
        finally:
            await model.close()

    return asyncio.run(go())


def reviews(mode="chat", **fields):
    lead = "Decide whether the review is positive or negative.\nReview: {}\nSentiment:"
    return [Request((("user", lead.format(text)),), mode=mode, **fields) for text in REVIEWS]


LABELS = [
    reviews(labels=("positive", "negative")),
    reviews(mode="completion", labels=("positive", "negative")),
    reviews(labels=("positive", "negative", "neither of them", "neither")),
]


@pytest.fixture(scope="module")
def reference():
    """Scores of the labels by transformers, which are compared token by token elsewhere."""
    return asked(parse_spec("tiny"), *LABELS)[1]


def assert_equal_scores(found, expected):
    for batch, other in zip(found, expected, strict=True):
        for one, two in zip(batch, other, strict=True):
            assert one.scored_by == "logprobs"
            # Far below the likeliest label the noise of bfloat16 grows with the size of the logits.
            best = max(two.label_logprobs)
            for a, b in zip(one.label_logprobs, two.label_logprobs, strict=True):
                assert a == pytest.approx(b, abs=TOLERANCE + 0.02 * (best - b))
            assert (one.prompt_tokens, one.completion_tokens) == (two.prompt_tokens, two.completion_tokens)


def test_server_scores_labels_as_transformers_does(vllm_server, reference):
    info, found = asked(parse_spec(vllm_server(WEIGHTS)), *LABELS)
    assert info.scoring == ("logprobs", "constrained", "text")
    assert info.details["chat_lists"] == "yes"
    assert_equal_scores(found, expected_with_shares(found, reference))


def expected_with_shares(found, reference):
    """The reference with the server's prompt counts where a list of chats is only counted as a whole."""
    for one, two in zip(found, reference, strict=True):
        assert sum(reply.prompt_tokens for reply in one) == sum(reply.prompt_tokens for reply in two)
    return [
        [replace(two, prompt_tokens=one.prompt_tokens) for one, two in zip(batch, other, strict=True)]
        for batch, other in zip(found, reference, strict=True)
    ]


def test_server_says_what_transformers_says(vllm_server):
    batches = [reviews(sampling=Sampling(max_tokens=4)), reviews("completion", sampling=Sampling(max_tokens=4))]
    _, found = asked(parse_spec(vllm_server(WEIGHTS)), *batches)
    _, expected = asked(parse_spec("tiny"), *batches)
    pairs = [(a.text, b.text) for x, y in zip(found, expected, strict=True) for a, b in zip(x, y, strict=True)]
    assert sum(a == b for a, b in pairs) >= 0.9 * len(pairs), pairs


def test_server_keeps_to_the_labels(vllm_server):
    _, found = asked(
        parse_spec(vllm_server(WEIGHTS)),
        reviews(labels=("red", "green"), scoring="constrained"),
        reviews("completion", labels=("red", "green"), scoring="constrained"),
    )
    assert {reply.text for batch in found for reply in batch} <= {"red", "green"}
    assert {reply.scored_by for batch in found for reply in batch} == {"constrained"}


def test_prompt_longer_than_the_context_is_rejected_alone(vllm_server):
    batch = reviews(sampling=Sampling(max_tokens=4))
    batch[7] = Request((("user", "positive " * 600),), sampling=Sampling(max_tokens=4))
    _, (replies,) = asked(parse_spec(vllm_server(WEIGHTS)), batch)
    assert [isinstance(reply, Failure) for reply in replies] == [i == 7 for i in range(len(batch))]
    assert replies[7].kind == "too-long"
    assert "context length is 512" in replies[7].message


def test_answer_that_the_context_cuts_short_is_rejected(vllm_server):
    text = "positive " * 500
    endless = Sampling(max_tokens=256, logit_bias=((1, -100.0),))  # token 1 ends an answer
    batch = [Request((("user", text),), mode="completion", sampling=endless)]
    _, (replies,) = asked(parse_spec(vllm_server(WEIGHTS)), batch)
    assert replies[0].kind == "too-long"
    assert "does not fit the model's context of 512 tokens" in replies[0].message


async def death(model):
    """The error with which a model says that it is gone."""
    while True:
        try:
            await model.answer(LABELS[0])
        except ServerGone as error:
            return error


def test_own_server_scores_survives_seeds_and_shows_its_log_when_it_dies(room_for_vllm, reference):
    """A seeded draw in a chunked prefill stops vLLM 0.32 on CPU: a server of our own must not be stopped by one."""
    model = parse_spec(f"vllm:{WEIGHTS}?max-model-len=512&dtype={FAST_EVERYWHERE}")
    sampling = Sampling(temperature=0.9, seed=3, max_tokens=8)
    long = [Request((("user", f"{i} " + "The film was dull. " * 60),), sampling=sampling) for i in range(128)]

    async def go():
        try:
            info = await model.open()
            found = [await model.answer(batch) for batch in LABELS]
            sampled = await asyncio.gather(*(model.answer(long) for _ in range(4)))
            again = await model.answer(long[:1])
            os.killpg(model._process.pid, signal.SIGKILL)
            return info, found, sampled, again, await death(model)
        finally:
            await model.close()

    info, found, sampled, again, error = asyncio.run(go())
    assert (info.backend, info.name, info.max_model_len) == ("vllm", str(WEIGHTS), 512)
    assert_equal_scores(found, expected_with_shares(found, reference))
    assert not [reply for replies in sampled for reply in replies if isinstance(reply, Failure)]
    assert again[0].text in {replies[0].text for replies in sampled}
    assert f"the vLLM server of {model.spec} ended" in str(error)
    assert "POST /v1/" in error.log_tail


def with_who_renders(monkeypatch, spec, there):
    """Two shapes of chats, generated and scored, and one that is continued, with the server rendering them or not."""
    monkeypatch.setenv(VARIABLE, "1" if there else "0")
    sampling = Sampling(max_tokens=6)
    system = [replace(one, messages=(("system", "Be brief."), *one.messages)) for one in reviews(sampling=sampling)]
    begun = [replace(one, messages=(*one.messages, ("assistant", "It is "))) for one in reviews(sampling=sampling)]
    choices = [reviews(labels=("red", "green"), scoring="constrained")]
    return asked(parse_spec(spec), reviews(sampling=sampling), system, begun, *choices, *LABELS)


def test_chats_rendered_here_and_by_the_server_are_answered_alike(room_for_vllm, monkeypatch):
    """Batch by batch: texts, reasons of their ends, counts, label probabilities; and stored under the same keys."""
    spec = f"vllm:{WEIGHTS}?max-model-len=512&dtype={FAST_EVERYWHERE}"
    here, found = with_who_renders(monkeypatch, spec, there=False)
    there, others = with_who_renders(monkeypatch, spec, there=True)
    assert (here.details[RENDERED], there.details[RENDERED]) == (HERE, f"by the server: {VARIABLE} is set")
    assert here.fingerprint == there.fingerprint
    for batch, other in zip(found, others, strict=True):
        assert not [reply for reply in batch if isinstance(reply, Failure)]
        same = [
            (a.text, a.finish_reason, a.scored_by) == (b.text, b.finish_reason, b.scored_by)
            for a, b in zip(batch, other, strict=True)
        ]
        assert all(same)
        assert sum(a.prompt_tokens for a in batch) == sum(b.prompt_tokens for b in other)
        for a, b in zip(batch, other, strict=True):
            assert (a.label_logprobs is None) == (b.label_logprobs is None)
            assert a.label_logprobs is None or a.label_logprobs == pytest.approx(b.label_logprobs, abs=1e-3)


PARENT = """
import asyncio, sys, time
from llmrobust.models import parse_spec

async def main():
    model = parse_spec(sys.argv[1])
    await model.open()
    print(model._process.pid, flush=True)
    time.sleep(1000)

asyncio.run(main())
"""


def group_is_gone(group, within_s):
    """True once no process of the group runs any more (zombies do not)."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in listed.splitlines()]
        if not any(int(row[0]) == group and not row[1].startswith("Z") for row in rows):
            return True
        time.sleep(0.1)
    return False


def test_own_server_does_not_outlive_a_killed_parent(room_for_vllm):
    command = [sys.executable, "-c", PARENT, f"vllm:{WEIGHTS}?max-model-len=512&dtype={FAST_EVERYWHERE}"]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    try:
        group = int(parent.stdout.readline())
        assert not group_is_gone(group, within_s=0.3)
        parent.kill()
        assert group_is_gone(group, within_s=30)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_own_server_that_cannot_start_shows_why(room_for_vllm, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError) as caught:
        asked(parse_spec(f"vllm:{tmp_path}"))
    assert "the server ended while starting" in str(caught.value)
    assert "model_type" in str(caught.value) or "Error" in str(caught.value)


OFFLINE = """
import asyncio, pickle, sys
from llmrobust.models import parse_spec

async def main():
    model = parse_spec(sys.argv[1])
    info = await model.open()
    with open(sys.argv[2], "rb") as file:
        batches = pickle.load(file)
    found = [await model.answer(batch) for batch in batches]
    await model.close()
    with open(sys.argv[3], "wb") as file:
        pickle.dump((info.fingerprint, info.max_model_len, found), file)

asyncio.run(main())
"""


def test_offline_engine_scores_labels_as_transformers_does(room_for_vllm, reference, tmp_path):
    extra = [
        reviews(labels=("red", "green"), scoring="constrained"),
        reviews(sampling=Sampling(max_tokens=4)),
        [Request((("user", "positive " * 600),))],
    ]
    (tmp_path / "in").write_bytes(pickle.dumps([*LABELS, *extra]))
    spec = f"vllm-offline:{WEIGHTS}?max-model-len=512&dtype={FAST_EVERYWHERE}"
    command = [sys.executable, "-c", OFFLINE, spec, str(tmp_path / "in"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
    _, context, found = pickle.loads((tmp_path / "out").read_bytes())
    assert context == 512
    assert_equal_scores(found[:3], reference)
    assert {reply.text for reply in found[3]} <= {"red", "green"}
    expected = asked(parse_spec("tiny"), extra[1])[1][0]
    assert sum(a.text == b.text for a, b in zip(found[4], expected, strict=True)) >= 0.9 * len(expected)
    assert found[5][0].kind == "too-long"
