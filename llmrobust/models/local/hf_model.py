"""A model that transformers runs in this process: the reference that other backends are compared with."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from llmrobust.errors import ModelError
from llmrobust.models.local.adapters import adapter_of
from llmrobust.models.local.in_process import InProcessModel
from llmrobust.models.local_spec import LocalSpec

if TYPE_CHECKING:
    from llmrobust.models.local.computing import Computing

OPTIONS = ("dtype", "device", "revision", "trust-remote-code", "chat-template")


class HfModel(InProcessModel):
    """The `Model` behind `hf:NAME_OR_PATH[?dtype=..&device=..&revision=..][#ADAPTER]`."""

    def __init__(self, spec: str):
        self._parsed = LocalSpec.parse(spec)
        self._parsed.refuse_others(OPTIONS)
        adapter = adapter_of(self._parsed)
        self._needs = ("torch", "transformers", *(() if adapter is None else ("peft",)))
        super().__init__(spec, self._parsed.path if adapter is None else f"{self._parsed.path}#{adapter.name}", "hf")

    def load(self) -> Computing:
        """The weights, by transformers."""
        missing = [name for name in self._needs if find_spec(name) is None]
        if missing:
            package = "peft" if missing == ["peft"] else "'llmrobust[hf]'"
            raise ModelError(f"{self.spec} needs {' and '.join(missing)}: pip install {package}")
        from llmrobust.models.local.hf_forward import load

        return load(self._parsed)
