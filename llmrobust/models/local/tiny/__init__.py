"""The bundled tiny model: a folder of weights that transformers and vLLM load as they load any other model, and the few
files that compute it with numpy alone.

It answers a few small kinds of prompt well and is really sensitive to their wording, so the tool can be tried and
tested without a download; it is not a useful model. `tools/tiny_model` generates its data, trains it and measures it.
"""

from pathlib import Path

WEIGHTS: Path = Path(__file__).parent / "weights"
"""The folder with the model files (``config.json``, ``model.safetensors``, tokenizer, chat template)."""

__all__ = ["WEIGHTS"]
