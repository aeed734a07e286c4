"""The environment and defaults with which vLLM runs on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from llmrobust.models.http.keys import VARIABLES
from llmrobust.models.local_spec import LocalSpec

CPU_CONTEXT = 8192
"""Longest context requested on a CPU, where it must fit into 1 GiB of cache."""


def cpu_defaults(spec: LocalSpec) -> dict[str, str]:
    """Options with which vLLM starts fast and stays up on a CPU, where the spec does not decide them."""
    defaults = {"enforce-eager": "true"}
    # A seeded draw in a prefill that is done in chunks stops vLLM 0.32 on CPU altogether.
    if "enable-chunked-prefill" not in spec.options:
        defaults["no-enable-chunked-prefill"] = "true"
    if context_of(Path(spec.path)) > CPU_CONTEXT:
        defaults["max-model-len"] = str(CPU_CONTEXT)
    return {name: value for name, value in defaults.items() if name not in spec.options}


def server_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Our environment with what the server needs. Keys for other servers are not passed on."""
    environment = {name: value for name, value in ours.items() if name not in VARIABLES}
    environment.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    environment.setdefault("VLLM_NO_USAGE_STATS", "1")
    return environment


def runs_on_cpu() -> bool:
    """True when the installed vLLM is a build for CPUs."""
    try:
        names = packages_distributions().get("vllm", ["vllm"])
        return "vllm-cpu" in names or "cpu" in version(names[0]).partition("+")[2]
    except PackageNotFoundError:
        return False


def context_of(folder: Path) -> int:
    """The context length in a local model's config; 0 if there is none."""
    try:
        config = json.loads((folder / "config.json").read_text())
        return int(config.get("max_position_embeddings") or 0)
    except (OSError, ValueError, AttributeError):
        return 0
