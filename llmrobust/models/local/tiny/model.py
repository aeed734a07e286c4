"""The backend of `--llm tiny`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrobust.models.local.in_process import InProcessModel

if TYPE_CHECKING:
    from llmrobust.models.local.computing import Computing


class BundledModel(InProcessModel):
    """The `Model` behind `tiny`: computed with numpy, so that it needs no further package."""

    def __init__(self, spec: str):
        super().__init__(spec, "tiny", "numpy")

    def load(self) -> Computing:
        """The weights, in numpy arrays."""
        from llmrobust.models.local.tiny import WEIGHTS
        from llmrobust.models.local.tiny.compute import TinyModel

        return TinyModel(WEIGHTS)
