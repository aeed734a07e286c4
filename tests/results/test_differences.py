"""How a stored run's model differs from another."""

from __future__ import annotations

import pytest

from llmrobust.models.protocol import LEFT_OUT, RENDERED, SERVERS, ModelInfo
from llmrobust.results.differences import changed_model
from llmrobust.results.run_data import ModelFacts


def facts(**details):
    return ModelFacts.of(ModelInfo("vllm:m", "m", "vllm", "fingerprint", 512, 8, 1, details=details))


def test_first_setting_that_has_changed_is_named():
    assert changed_model(facts(dtype="float32"), facts(dtype="bfloat16")) == "dtype float32 then, bfloat16 now"


@pytest.mark.parametrize("detail", [RENDERED, SERVERS, LEFT_OUT])
def test_what_changes_no_answer_is_no_difference(detail):
    then, now = facts(), facts(**{detail: "by llmrobust"})
    assert changed_model(then, now) == "another build or other weights of m"
