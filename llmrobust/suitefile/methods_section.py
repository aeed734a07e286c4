"""The entries of `methods:`: ways of answering with their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmrobust.methods import METHODS, MethodUse
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.suitefile.validation import kind_of, validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean


def read_methods(source: Source, items: Sequence[Any], answer: AnswerSpec) -> list[MethodUse]:
    """Every method, in file order, each with a unique label; problems are noted in the source."""
    uses: list[MethodUse] = []
    for i, item in enumerate(items):
        named = _named(source, ("methods", i), item)
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


def free_label(name: str, taken: Sequence[str]) -> str:
    """The name; a second one of the same is numbered."""
    number, label = 1, name
    while label in taken:
        number += 1
        label = f"{name}-{number}"
    return label


def _named(source: Source, key: Key, item: Any) -> tuple[str, dict[str, Any], Key] | None:
    """An entry's method, parameters and place: `name`, `name: {...}` or `name:`."""
    if isinstance(item, str):
        return item, {}, key
    if isinstance(item, dict) and len(item) == 1:
        name, given = next(iter(item.items()))
        if given is None or isinstance(given, dict):
            return name, given or {}, (*key, name)
        message = f"the parameters of {name} must be a mapping, not {kind_of(given)}"
        source.problem(message, source.at_value((*key, name)), f"{name}: {{k: 3}}, for example")
        return None
    hint = "- batch-calibration, or - template-ensemble: {k: 3}"
    source.problem("an entry must name one method", source.at_value(key), hint)
    return None
