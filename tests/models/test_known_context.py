"""A local model's context is read from its files; what cannot be read is not guessed."""

from __future__ import annotations

import pytest

from llmrobust.models.specs import known_context


@pytest.mark.parametrize(
    ("specs", "tokens"),
    [
        (["tiny"], 1024),
        (["hf:FOLDER"], 2048),
        (["vllm:FOLDER?max-model-len=512"], 512),
        (["hf:some/name"], 0),
        (["hf:"], 0),
        (["http://127.0.0.1:1/v1"], 0),
        (["http://a/v1", "http://b/v1"], 0),
        ([], 0),
    ],
)
def test_the_context_is_known_where_files_say_it(tmp_path, specs, tokens):
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 2048}')
    assert known_context([spec.replace("FOLDER", str(tmp_path)) for spec in specs]) == tokens
