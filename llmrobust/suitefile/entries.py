"""Entries of a list that name a registered thing, with or without parameters: those of `perturb:` and `methods:`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from llmrobust.suitefile.validation import kind_of
from llmrobust.suitefile.yaml_source import Key, Source


def named_entry(
    source: Source, key: Key, item: Any, *, kind: str, params: str, hint: str
) -> tuple[str, dict[str, Any], Key] | None:
    """An entry's name, parameters and place: `name`, `name: {...}` or `name:`; None, with a problem noted, for others.

    kind: what is named ("operator"). params: an example of parameters. hint: how an entry looks.
    """
    if isinstance(item, str):
        return item, {}, key
    if isinstance(item, dict) and len(item) == 1:
        name, given = next(iter(item.items()))
        if given is None or isinstance(given, dict):
            return name, given or {}, (*key, name)
        message = f"the parameters of {name} must be a mapping, not {kind_of(given)}"
        source.problem(message, source.at_value((*key, name)), f"{name}: {params}, for example")
        return None
    source.problem(f"an entry must name one {kind}", source.at_value(key), hint)
    return None


def free_label(name: str, taken: Collection[str]) -> str:
    """The name; a second one of the same is numbered."""
    number, label = 1, name
    while label in taken:
        number += 1
        label = f"{name}-{number}"
    return label
