"""What a server refuses of a request's fields, learned from its refusals: adapted to once, and reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from llmrobust.models.http.mass_bound import FIELDS
from llmrobust.models.http.payloads import NOT_STANDARD, standard_fields

MAX_TOKENS, MAX_COMPLETION_TOKENS = "max_tokens", "max_completion_tokens"
_NO_PARSER = re.compile(r"tool-call-parser|enable-auto-tool-choice")
"""What vLLM says that has no parser of calls and is asked for them."""
REFUSABLE = ("temperature", "top_p", "seed")
"""Sampling fields that reasoning models refuse; without them the server's own values count."""


class Adaptation:
    """The fields that one server takes.

    told: called with the text of all adaptations so far, each time that there is a new one.
    """

    def __init__(self, told: Callable[[str], None] = lambda words: None):
        self._told = told
        self._only_standard = False
        self._renamed = False
        self._left_out: list[str] = []
        self._unparsed_calls = False

    def applied(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as this server takes it."""
        standard = standard_fields(body) if self._only_standard else None
        fields = dict(body if standard is None else standard)
        if self._renamed and MAX_TOKENS in fields:
            fields[MAX_COMPLETION_TOKENS] = fields.pop(MAX_TOKENS)
        if self._unparsed_calls and "tools" in fields and fields.get("tool_choice", "auto") == "auto":
            fields["tool_choice"] = "none"  # the template shows the tools all the same
        return {name: value for name, value in fields.items() if name not in self._left_out}

    def learns(self, message: str, sent: Mapping[str, Any]) -> bool:
        """Whether a refusal names something of what was sent that can be sent otherwise, or not at all."""
        if MAX_COMPLETION_TOKENS in message and MAX_TOKENS in sent:
            self._renamed = True
        elif _NO_PARSER.search(message) and "tools" in sent and sent.get("tool_choice", "auto") == "auto":
            self._unparsed_calls = True
        elif "top_logprobs" in sent and any(_names(message, name) for name in FIELDS):
            self._left_out += FIELDS
            return True  # the label mass is then unknown, as reports show
        elif any(_names(message, name) and name in sent for name in NOT_STANDARD):
            if standard_fields(sent) is None:
                return False
            self._only_standard = True
            return True  # these fields change nothing, so nobody needs to know
        else:
            named = [name for name in REFUSABLE if name in sent and _names(message, name)]
            if not named:
                return False
            self._left_out += [name for name in named if name not in self._left_out]
        self._told(self.words)
        return True

    @property
    def words(self) -> str:
        """What was adapted, for people; empty for nothing that they need to know."""
        said = [f"{MAX_COMPLETION_TOKENS} sent for {MAX_TOKENS}"] if self._renamed else []
        if self._unparsed_calls:
            said.append("tool calls read from the text, as the server has no parser for them (--tool-call-parser)")
        refused = [name for name in self._left_out if name not in FIELDS]
        if refused:
            said.append(f"{', '.join(refused)} not sent, as the server refuses it (its own value applies)")
        return "; ".join(said)


def _names(message: str, field: str) -> bool:
    return re.search(rf"\b{field}\b", message) is not None
