"""Errors of the command line: a name that nothing has."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust.errors import WrongUse


def stop_without(found: Sequence[str], message: str, name: str, known: Sequence[str]) -> None:
    """Raises WrongUse, with the nearest names, where nothing was found."""
    from llmrobust.text.phrases import did_you_mean

    if not found:
        raise WrongUse(f"{message}; {did_you_mean(name, known)}")
