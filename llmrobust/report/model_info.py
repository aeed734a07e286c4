"""Facts about an opened model, as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmrobust.models.protocol import ModelInfo


def info_json(info: ModelInfo) -> dict[str, Any]:
    """A model's facts as JSON values."""
    return {
        "spec": info.spec,
        "name": info.name,
        "backend": info.backend,
        "context": info.max_model_len or None,
        "scoring": list(info.scoring),
        "one_pass": "logprobs" in info.scoring,
        "max_batch": info.max_batch,
        "max_in_flight": info.max_in_flight,
        "fingerprint": info.fingerprint,
        "details": dict(info.details),
    }
