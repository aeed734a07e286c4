"""The models that a run names: labels, replicas, and what is refused."""

from __future__ import annotations

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.choices import model_choices, only_model, replicas_of, spec_again


def labels(*given):
    return [one.label for one in model_choices(given)]


def test_a_model_is_called_after_the_last_part_of_its_name():
    assert labels("tiny", "hf:/models/SmolLM2-135M/", "vllm:Qwen/Qwen3-0.6B?tensor-parallel-size=2") == [
        "tiny",
        "SmolLM2-135M",
        "Qwen3-0.6B",
    ]
    assert labels("http://host:8000/v1#org/name", "http://host:8001/v1") == ["name", "host-8001"]
    assert labels("vllm:base?enable-lora=true#adapter", "vllm:base") == ["base-adapter", "base"]


def test_models_of_one_name_are_distinguished_by_what_differs():
    assert labels("hf:a/m?dtype=float32", "hf:a/m?dtype=bfloat16") == ["m-dtype=float32", "m-dtype=bfloat16"]
    assert labels("hf:a/m", "hf:b/m") == ["hf-a-m", "hf-b-m"]
    assert labels("hf:a/m", "old=hf:b/m", "new=hf:c/m") == ["m", "old", "new"]


def test_labels_hold_nothing_that_ids_or_shells_would_read():
    (one, two) = labels("http://host:8000/v1#a[b]::c", "x:y z/q|&;$")
    assert not set("[]:| &;$/") & set(one + two)


def test_credentials_never_show():
    (one,) = model_choices(["http://user:secret@host/v1"])
    assert "secret" not in one.label + one.said


def test_one_model_may_have_several_addresses():
    both = ("http://a:1/v1", "http://b:1/v1")
    assert replicas_of("http://a:1/v1,http://b:1/v1") == both
    assert replicas_of("replicas:http://a:1/v1, http://b:1/v1") == both
    assert replicas_of("hf:x?a=1,2") == ("hf:x?a=1,2",)
    (one,) = model_choices(["http://a:1/v1,http://b:1/v1"])
    assert one.specs == both
    assert spec_again("http://a:1/v1 http://b:1/v1") == "http://a:1/v1,http://b:1/v1"
    assert spec_again("hf:some where") == "hf:some where"


def test_a_model_or_a_label_given_twice_is_refused():
    with pytest.raises(ModelError, match="tiny is given twice"):
        model_choices(["tiny", "again=tiny"])
    with pytest.raises(ModelError, match='two models are called "x"'):
        model_choices(["x=hf:a", "x=hf:b"])


def test_what_takes_one_model_says_which_there_are():
    assert only_model(["a=tiny"]) == ("tiny",)
    with pytest.raises(ModelError, match=r"2 are named \(tiny, x\)"):
        only_model(["tiny", "hf:x"])
