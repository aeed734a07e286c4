"""Parses specs of local models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl

from llmrobust.errors import ModelError
from llmrobust.text.phrases import nearest


@dataclass(frozen=True, slots=True)
class LocalSpec:
    """`PREFIX:PATH?key=value&flag#ADAPTER`, parsed. A flag without a value has the value "true"."""

    prefix: str
    path: str
    options: Mapping[str, str]
    adapter: str = ""
    """A LoRA adapter: its folder, its name on a hub, or a name that the option lora-modules gives one."""

    @classmethod
    def parse(cls, spec: str) -> LocalSpec:
        """Raises ModelError when the path is missing or an option is given twice."""
        prefix, _, rest = spec.partition(":")
        rest, hash_sign, adapter = rest.partition("#")
        path, _, query = rest.partition("?")
        if hash_sign and not adapter:
            raise ModelError(f'"{spec}" names no adapter after the #')
        if not path:
            raise ModelError(f'"{spec}" does not name a model: write it as {prefix}:NAME_OR_PATH')
        options: dict[str, str] = {}
        pieces = "&".join(piece if "=" in piece else f"{piece}=true" for piece in query.split("&") if piece)
        for name, value in parse_qsl(pieces, keep_blank_values=True):
            name = name.lstrip("-").replace("_", "-")
            if name in options:
                raise ModelError(f'"{spec}" gives "{name}" twice')
            options[name] = value
        return cls(prefix, path, MappingProxyType(options), adapter)

    def refuse_adapter(self) -> None:
        """Raises ModelError for a spec with an adapter, where none is applied."""
        if self.adapter:
            raise ModelError(f"{self.prefix}:{self.path}#{self.adapter}: no adapter is applied here; leave out the #")

    def refuse_others(self, known: Sequence[str]) -> None:
        """Raises ModelError for an option that the backend does not know."""
        for name in self.options:
            if name not in known:
                close = nearest(name, known)
                hint = f'; did you mean "{close}"?' if close else f"; it has {', '.join(known)}"
                raise ModelError(f'{self.prefix}: has no option "{name}"{hint}')
