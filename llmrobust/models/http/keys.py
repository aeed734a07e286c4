"""Keys of servers, from the environment: a suite names its judge's and its embedder's address, so the key of the tested
model does not go there unless it is on the same host."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from llmrobust.models.http.client import KEY_VARIABLE, HttpSettings

JUDGE_KEY = "LLMROBUST_JUDGE_API_KEY"
EMBEDDER_KEY = "LLMROBUST_EMBEDDER_API_KEY"
VARIABLES = (KEY_VARIABLE, JUDGE_KEY, EMBEDDER_KEY)
"""The environment variables that hold keys."""


def key_for(address: str, variable: str, models: Sequence[str]) -> str:
    """The key for a server that a suite names; empty for none.

    variable: the environment variable of its role. models: the specs of the tested model, whose key is also good for
    its own host, over a connection that is no less safe.
    """
    own = os.environ.get(variable, "")
    return own or (os.environ.get(KEY_VARIABLE, "") if any(_is_same_host(address, one) for one in models) else "")


def judge_settings(models: Sequence[str]) -> Callable[[str], HttpSettings]:
    """From a judge's address to the settings of its client; models: the specs of the tested model."""

    def settings(address: str) -> HttpSettings:
        key = key_for(address, JUDGE_KEY, models)
        return replace(HttpSettings.from_environment(), api_key=key, key_variable=JUDGE_KEY)

    return settings


def _is_same_host(address: str, model: str) -> bool:
    """Whether both are addresses of one host, and the first is encrypted if the second is."""
    first, second = _parts(address), _parts(model)
    return first is not None and second is not None and first[1] == second[1] and first[0] >= second[0]


def _parts(address: str) -> tuple[str, str] | None:
    """("http" or "https", host) of an address; None for anything else."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return (parts.scheme, host) if parts.scheme in ("http", "https") and host else None
