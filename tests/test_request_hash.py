"""A request's hash is that of the canonical JSON of everything that is asked."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from llmrobust.request import Request, Sampling

texts = st.text(st.characters(codec=None), max_size=20)
samplings = st.builds(
    Sampling,
    temperature=st.sampled_from([0, 0.0, 0.5, 1]),
    max_tokens=st.integers(1, 9),
    seed=st.integers(0, 3),
    stop=st.lists(texts, max_size=2).map(tuple),
    logit_bias=st.lists(st.tuples(st.integers(0, 5), st.floats(-1, 1)), max_size=1).map(tuple),
)
requests = st.builds(
    Request,
    messages=st.lists(st.tuples(st.sampled_from(["user", "assistant"]), texts), min_size=1, max_size=3).map(tuple),
    mode=st.sampled_from(["chat", "completion"]),
    sampling=samplings,
    labels=st.lists(texts, max_size=2).map(tuple),
    scoring=st.sampled_from(["auto", "text"]),
    repeat=st.integers(0, 3),
    extra=st.sampled_from(["", '{"a":1}']),
    template=st.sampled_from(["", '{"b":1}']),
    structured=st.sampled_from(["", '{"c":1}']),
    reasoning=st.booleans(),
    after=texts,
)


def canonical(request: Request) -> str:
    s = request.sampling
    drawn = (s.temperature, s.top_p, s.top_k, s.repetition_penalty, s.max_tokens, s.seed, s.stop)
    parts = (request.messages, request.mode, drawn, request.labels, request.scoring, request.repeat)
    if request.extra or request.template:
        parts += (request.extra, request.template)
    newer = (request.structured, request.reasoning, request.after, request.is_prefilled, s.logit_bias)
    parts += (newer,) if any(newer) else ()
    parts += () if request.noise is None else ((request.noise.share, request.noise.seed),)
    return json.dumps(parts, separators=(",", ":"))


@given(st.lists(requests, min_size=1, max_size=5))
def test_hash_is_that_of_the_canonical_json(several: list[Request]) -> None:
    for request in several:
        assert request.content_hash() == hashlib.sha256(canonical(request).encode("ascii")).hexdigest()


@given(requests)
def test_equal_requests_have_equal_hashes_also_in_another_process(request: Request) -> None:
    again = replace(request, sampling=replace(request.sampling))
    assert again == request
    assert hash(again) == hash(request)
    assert pickle.loads(pickle.dumps(request)) == request


def test_requests_that_share_their_sampling_differ_by_the_rest() -> None:
    sampling = Sampling()
    one = Request((("user", "a"),), sampling=sampling)
    others = [replace(one, mode="completion"), replace(one, labels=("x",)), replace(one, repeat=1)]
    assert len({one.content_hash(), *(other.content_hash() for other in others)}) == 4


def test_many_samplings_keep_their_own_hashes() -> None:
    asked = [Request((("user", "a"),), sampling=Sampling(seed=seed)) for seed in range(3000)]
    assert len({one.content_hash() for one in asked}) == 3000
