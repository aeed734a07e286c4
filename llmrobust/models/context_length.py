"""Whether a prompt and its answer fit the model's context: servers shorten the answer without a word."""

from __future__ import annotations

import re
from typing import Final

from llmrobust.request import Failure

TOO_LONG: Final = "too-long"
"""The kind of these failures; a suite with `too_long: skip` leaves their examples out."""
_SAID = re.compile(r"context[ _]length|context window|maximum context|prompt is too long|longer than the maximum", re.I)


def refusal(message: str) -> Failure:
    """The failure of a request that a server refused, in its words: for its length, where they mention it."""
    return Failure(TOO_LONG if _SAID.search(message) else "rejected", message)


def fits(prompt_tokens: int, max_tokens: int, max_model_len: int) -> Failure | None:
    """A failure message, or None if the prompt fits (or the context, 0, is unknown)."""
    if not max_model_len or prompt_tokens + max_tokens <= max_model_len:
        return None
    return too_long(prompt_tokens, max_tokens, max_model_len)


def too_long(prompt_tokens: int | None, max_tokens: int, max_model_len: int) -> Failure:
    """The failure of a prompt that leaves no room for its answer."""
    size = f"{prompt_tokens} tokens" if prompt_tokens else "too many tokens"
    context = f" of {max_model_len} tokens" if max_model_len else ""
    return Failure(
        TOO_LONG,
        f"the prompt has {size}: with max_tokens {max_tokens} it does not fit the model's context{context}; "
        "shorten the prompt or lower max_tokens",
    )
