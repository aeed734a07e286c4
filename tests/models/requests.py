"""Requests, written short."""

from __future__ import annotations

from typing import Any

from llmrobust.request import Request, Sampling


def chat(*texts: str, **fields: Any) -> list[Request]:
    """One chat request with a user message a text."""
    return [Request((("user", text),), **fields) for text in texts]


def completion(*texts: str, **fields: Any) -> list[Request]:
    """One completion request a text."""
    return chat(*texts, mode="completion", **fields)


def brief(**fields: Any) -> Sampling:
    """Sampling parameters for short answers."""
    return Sampling(**{"max_tokens": 4, **fields})
