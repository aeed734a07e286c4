"""How a stored run's model differs from another."""

from __future__ import annotations

from llmrobust.models.protocol import RENDERED, ModelInfo
from llmrobust.results.differences import changed_model
from llmrobust.results.run_data import ModelFacts


def facts(**details):
    return ModelFacts.of(ModelInfo("vllm:m", "m", "vllm", "fingerprint", 512, 8, 1, details=details))


def test_first_setting_that_has_changed_is_named():
    assert changed_model(facts(dtype="float32"), facts(dtype="bfloat16")) == "dtype float32 then, bfloat16 now"


def test_who_rendered_chats_is_no_difference():
    then, now = facts(), facts(**{RENDERED: "by llmrobust"})
    assert changed_model(then, now) == "another build or other weights of m"
