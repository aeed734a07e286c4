"""Whether servers are replicas of one model, and what is known of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmrobust.models.http.identity_probe import fingerprint_of
from llmrobust.models.protocol import IDENTIFIED_BY, ModelInfo


def unlike(first: ModelInfo, other: ModelInfo) -> str:
    """Why two servers cannot share the prompts of one model, without a full stop; empty where they can."""
    unknown = next((info for info in (first, other) if info.trusted_fingerprint), None)
    if unknown is not None:
        reason = unknown.details.get(IDENTIFIED_BY, "its answers to probes differ")
        return f"{unknown.spec} cannot be shown to be the same model as the other replicas ({reason})"
    if identity(first) != identity(other):
        return f"{first.spec} and {other.spec} are not replicas of one model: {_difference(first, other)}"
    return ""


def together(infos: Sequence[ModelInfo]) -> ModelInfo:
    """What is known of replicas together, with the first one's name, fingerprint and details."""
    first = infos[0]
    return replace(
        first,
        max_batch=min(info.max_batch for info in infos),
        max_in_flight=sum(info.max_in_flight for info in infos),
        servers=len(infos),
        scoring=tuple(way for way in first.scoring if all(way in info.scoring for info in infos)),
    )


def identity(info: ModelInfo) -> str:
    """What replicas must share: what the servers report about themselves, and their answers to the probes."""
    if "server_fingerprint" not in info.details:
        return info.fingerprint
    return fingerprint_of(info.details["server_fingerprint"], info.details.get("probe_answers", ""))


def _difference(first: ModelInfo, other: ModelInfo) -> str:
    """The first difference between two servers."""
    if first.name != other.name:
        return f"one serves {first.name}, the other {other.name}"
    if first.max_model_len != other.max_model_len:
        return f"their contexts are {first.max_model_len} and {other.max_model_len} tokens"
    if first.details.get("probe_answers") != other.details.get("probe_answers"):
        return "they answer identical prompts differently"
    for name, value in first.details.items():
        if other.details.get(name) != value:
            return f"their {name} is {value or 'unknown'} and {other.details.get(name) or 'unknown'}"
    return "they render chats differently"
