"""The entries of `methods:`: ways of answering with their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmrobust.methods import METHODS, MethodUse
from llmrobust.suitefile.entries import free_label, named_entry
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.suitefile.validation import validated
from llmrobust.suitefile.yaml_source import Source
from llmrobust.text.phrases import did_you_mean

_HINT = "- batch-calibration, or - template-ensemble: {k: 3}"


def read_methods(source: Source, items: Sequence[Any], answer: AnswerSpec) -> list[MethodUse]:
    """Every method, in file order, each with a unique label; problems are noted in the source."""
    uses: list[MethodUse] = []
    for i, item in enumerate(items):
        named = named_entry(source, ("methods", i), item, kind="method", params="{k: 3}", hint=_HINT)
        if named is None:
            continue
        name, given, at = named
        method = METHODS.find(name)
        if method is None:
            hint = did_you_mean(name, METHODS.names(), "`llmrobust methods --list` describes them")
            source.problem(f'unknown method "{name}"', source.at_key(at), hint)
            continue
        if "probabilities" in method.needs and not answer.choices:
            message = f"{name} needs the probabilities of a closed set of answers"
            source.problem(message, source.at_key(at), "list the answers under answer.choices")
        if "gold" in method.needs and answer.field is None:
            message = f"{name} needs gold answers"
            source.problem(message, source.at_key(at), "name their field under answer.field")
        params = validated(method.params, given, source, at)
        if params is not None:
            uses.append(MethodUse(method, params, free_label(name, [use.label for use in uses])))
    return uses
