"""SmolLM2-135M-Instruct for `--llm smollm2`: a real language model, small enough for a laptop without a network.

`llmrobust_smollm2.model` is what the entry point names; `python -m llmrobust_smollm2` prints the folder of its weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmrobust.models import Model

__all__ = ["model"]


def model(spec: str) -> Model:
    """The model that `smollm2[?backend=..&source=..&OPTION=VALUE]` names, not yet opened. Raises ModelError."""
    from llmrobust_smollm2.served_model import SmolLm2Model

    return SmolLm2Model(spec)
