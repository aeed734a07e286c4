"""The bundled tiny model: a folder of weights that transformers and vLLM load as they load any other model.

It answers five small kinds of prompt well and is really sensitive to their wording, so the tool can be tried and
tested without a download; it is not a useful model. The modules beside the weights generate its data, train it and
measure it.
"""

from pathlib import Path

WEIGHTS: Path = Path(__file__).parent / "weights"
"""The folder with the model files (``config.json``, ``model.safetensors``, tokenizer, chat template)."""

__all__ = ["WEIGHTS"]
