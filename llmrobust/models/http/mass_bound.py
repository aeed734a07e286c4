"""A lower bound of the label mass from what any server gives: the likeliest tokens at each place of what was written.

A label counts in those of its forms (`label_forms`) that one of these tokens completes. What lies beyond the likeliest
tokens is unknown, so the labels may have more of the probability, and never less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmrobust.models.label_forms import LEADS, spellings
from llmrobust.models.label_tree import continuation
from llmrobust.request import Request

TOP = 20
"""How many of the likeliest tokens are asked for: the most that OpenAI's API gives."""
FIELDS = {"logprobs": True, "top_logprobs": TOP}
"""What a chat is asked for."""


@dataclass(frozen=True, slots=True)
class WrittenToken:
    """A token of an answer. likely: the natural log-probability of the likeliest texts in its place, its own among
    them."""

    text: str
    likely: Mapping[str, float]


def written_tokens(logprobs: Any) -> tuple[WrittenToken, ...]:
    """The tokens of a chat's answer, from its `logprobs`; none where they are not of the known form."""
    try:
        return tuple(_token(entry) for entry in logprobs["content"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()


def _token(entry: Mapping[str, Any]) -> WrittenToken:
    likely = {str(one["token"]): float(one["logprob"]) for one in entry.get("top_logprobs") or ()}
    text = str(entry["token"])
    return WrittenToken(text, {text: float(entry["logprob"]), **likely})


def mass_bound(tokens: Sequence[WrittenToken], request: Request) -> float | None:
    """The probability that the answer begins with a label, as far as the likeliest tokens show it; None without any.

    Along what was written, every token that completes a label adds its probability after what stands before it.
    """
    if not tokens or not request.labels:
        return None
    wanted = _forms(request)
    found, before, prefix = 0.0, 0.0, ""
    for token in tokens:
        for text, logprob in token.likely.items():
            if prefix + text in wanted:
                found += math.exp(before + logprob)
        prefix += token.text
        before += token.likely[token.text]
        if prefix in wanted or not any(form.startswith(prefix) for form in wanted):
            break
    return min(1.0, found) if math.isfinite(found) else None


def _forms(request: Request) -> frozenset[str]:
    """Every text that is a label, in all casings and after all leads."""
    end, mode = request.messages[-1][1], request.continued_mode
    usual = (continuation(end, label, mode) for label in request.labels)
    words = (word for label in request.labels for word in spellings(label, request.ignore_case))
    return frozenset((*usual, *(lead + word for word in words for lead in LEADS)))
