"""Random tokens in prompts: how many, which ones, and that nothing else moves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.models.local.tiny.compute import TinyModel
from llmrobust.models.token_noise import Vocabulary, noised
from llmrobust.request import Request, TokenNoise

VOCABULARY = Vocabulary.made(range(1000), special=(0, 1, 2))


@given(st.lists(st.integers(0, 999), max_size=60), st.floats(0.01, 0.99), st.integers(0, 2**64), st.integers(0, 2**64))
def test_the_share_of_tokens_is_replaced_and_special_ones_never(tokens, share, seed, other):
    found = noised(tokens, TokenNoise(share, seed), VOCABULARY)
    free = [at for at, token in enumerate(tokens) if token not in VOCABULARY.special]
    moved = [at for at, (old, new) in enumerate(zip(tokens, found, strict=True)) if old != new]
    assert len(found) == len(tokens)
    assert set(moved) <= set(free)
    assert len(moved) <= int(len(free) * share)
    assert not {found[at] for at in moved} & VOCABULARY.special
    assert found == noised(tokens, TokenNoise(share, seed), VOCABULARY)


def test_a_fifth_of_a_prompt_is_replaced_by_uniform_tokens():
    tokens = [999] * 1000
    found = noised(tokens, TokenNoise(0.2, 3), VOCABULARY)
    moved = [token for token in found if token != 999]
    assert 195 <= len(moved) <= 200  # 200 places, of which one in 997 gets the same token again
    assert 400 < sum(moved) / len(moved) < 600  # the mean of 3 to 999 is 501
    assert noised(tokens, TokenNoise(0.2, 4), VOCABULARY) != found
    assert noised(tokens, None, VOCABULARY) == tokens


def test_a_folder_and_its_tokenizer_have_one_vocabulary():
    read = Vocabulary.of_folder(WEIGHTS)
    assert read is not None
    assert read == Vocabulary.of_tokenizer(TinyModel(WEIGHTS).tokens.tokenizer)
    assert read.special
    assert not read.special & set(read.words)


def test_a_folder_without_a_readable_tokenizer_has_none(tmp_path: Path):
    assert Vocabulary.of_folder(tmp_path) is None
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {}}))
    assert Vocabulary.of_folder(tmp_path) is None


def test_a_model_in_this_process_scores_the_noisy_prompt_and_the_same_labels():
    loaded = TinyModel(WEIGHTS)
    plain = Request(
        (("user", "Review: a good film and a long one, they say.\nSentiment:"),),
        labels=("positive", "negative"),
        scoring="logprobs",
    )
    noisy = replace(plain, noise=TokenNoise(0.5, 1))
    (first, second, again, other) = loaded.score(
        [plain, noisy, replace(noisy), replace(plain, noise=TokenNoise(0.5, 2))]
    )
    assert first.label_logprobs != second.label_logprobs
    assert second.label_logprobs == pytest.approx(again.label_logprobs)
    assert other.label_logprobs != pytest.approx(second.label_logprobs)
    assert first.prompt_tokens == second.prompt_tokens


def test_requests_without_noise_keep_the_hash_that_stored_replies_have():
    plain = Request((("user", "a"),))
    assert plain.content_hash() == "63849f0f9722e5d447b4f017f9abb7a988c2e8c365cf22e9d6df935096876719"
    noisy = replace(plain, noise=TokenNoise(0.2, 1))
    assert (
        len({plain.content_hash(), noisy.content_hash(), replace(plain, noise=TokenNoise(0.2, 2)).content_hash()}) == 3
    )
    assert plain.batch_key() != noisy.batch_key() == replace(plain, noise=TokenNoise(0.2, 2)).batch_key()
