"""LoRA adapters: which folder a spec names after the #, and what identifies it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.models.local_spec import LocalSpec
from llmrobust.text.phrases import did_you_mean

MODULES = "lora-modules"
"""The option of vLLM's server that gives adapters names: `NAME=PATH`, several separated by spaces."""
_RANKS = (16, 32, 64, 128, 256, 320, 512)
"""Values of vLLM's `max-lora-rank` from its default on."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter. name: what a server calls it. path: its folder, or its name on a hub."""

    name: str
    path: str

    @property
    def folder(self) -> Path | None:
        """Its folder; None for a name on a hub, which may lead to other weights next time."""
        return Path(self.path) if Path(self.path).is_dir() else None

    @property
    def fingerprint(self) -> str:
        """What identifies its weights: those in its folder, else its name."""
        return folder_fingerprint(self.folder) if self.folder is not None else self.path

    @property
    def largest_rank(self) -> int:
        """The value of `max-lora-rank` that it needs; 16 where its rank is not known."""
        try:
            rank = int(json.loads((Path(self.path) / "adapter_config.json").read_text())["r"])
        except (OSError, ValueError, KeyError, TypeError):
            return 16
        return next((one for one in _RANKS if one >= rank), rank)


def modules_of(spec: LocalSpec) -> Mapping[str, str]:
    """From the names that a spec's `lora-modules` gives adapters to their folders. Raises ModelError."""
    found = {}
    for piece in spec.options.get(MODULES, "").split():
        name, equals, path = piece.partition("=")
        if not name or not equals or not path:
            raise ModelError(f'{MODULES} is "{piece}": write it as NAME=PATH')
        found[name] = path
    return found


def adapter_of(spec: LocalSpec) -> Adapter | None:
    """The adapter that a spec names; None without one. Raises ModelError for one that there is not."""
    if not spec.adapter:
        return None
    named = modules_of(spec)
    if spec.adapter in named:
        return Adapter(spec.adapter, named[spec.adapter])
    folder = Path(spec.adapter)
    if folder.is_dir():
        if not (folder / "adapter_config.json").is_file():
            raise ModelError(f"{folder} is no adapter: it has no adapter_config.json")
        name = folder.resolve().name
        return Adapter(f"adapter-{name}" if name == Path(spec.path).name else name, str(folder))
    if "/" in spec.adapter and not spec.adapter.startswith((".", "/", "~")):
        return Adapter(spec.adapter.rpartition("/")[2], spec.adapter)
    hint = did_you_mean(spec.adapter, tuple(named), f"{MODULES} names {', '.join(named)}") if named else ""
    raise ModelError(
        f'there is no adapter "{spec.adapter}": it is neither a folder nor named by {MODULES}. {hint}'.strip()
    )


def lora_options(spec: LocalSpec, adapter: Adapter | None) -> dict[str, str]:
    """Options of vLLM with which it can serve a spec's adapter, where the spec does not give them."""
    if adapter is None:
        return {}
    needed = {"enable-lora": "true", "max-lora-rank": str(adapter.largest_rank)}
    return {name: value for name, value in needed.items() if name not in spec.options}
