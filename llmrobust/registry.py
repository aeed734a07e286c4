"""The one way in which llmrobust finds things by name: its own, those of a conftest.py, those of distributions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module, metadata
from importlib.metadata import EntryPoint
from threading import RLock
from types import ModuleType
from typing import Any, Generic, TypeVar, cast

from llmrobust.errors import LlmRobustError
from llmrobust.text.phrases import unknown_name

T = TypeVar("T")


def summary_of(function: object) -> str:
    """The first line of a docstring, which catalogues show; empty without one."""
    return (function.__doc__ or "").strip().split("\n")[0]


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group in installed distributions.

    The files of all distributions are read once in a process, as long as the path of imports stays the same: that takes
    40 ms with 250 distributions.
    """
    return list(_installed(tuple(sys.path)).select(group=group))


@lru_cache(maxsize=2)
def _installed(path: tuple[str, ...]) -> Any:
    return metadata.entry_points()


class Registry(Generic[T]):
    """Values of one kind by name.

    kind: what one is called in messages, such as "metric". group: the entry-point group of distributions that bring
    more. Such an entry point names a module that registers what it brings when it is imported, or one value, registered
    under the entry point's name. error: raised for names that are taken or unknown, and for broken distributions.
    homes: modules that register values when they are imported, by what the names of these begin with, up to the first
    dot; they are imported when such a name is asked for.
    """

    def __init__(
        self, kind: str, group: str, error: type[LlmRobustError], homes: Mapping[str, Sequence[str]] | None = None
    ):
        self.kind = kind
        self.group = group
        self.error = error
        self._entries: dict[str, T] = {}
        self._homes = dict(homes or {})
        self._importing = RLock()
        self._loaded: set[tuple[str, str]] = set()

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def __iter__(self) -> Iterator[T]:
        """The values, sorted by name."""
        return (self._entries[name] for name in self.names())

    def __len__(self) -> int:
        return len(self.names())

    def add(self, name: str, value: T) -> None:
        """Register a value. Raises the registry's error when the name is taken."""
        if name in self._entries:
            raise self.error(f"{self._article} {self.kind} named {name!r} exists already")
        self._entries[name] = value

    def find(self, name: str) -> T | None:
        """The value of that name, or None."""
        self._import_home(name.partition(".")[0])
        return self._entries.get(name)

    def get(self, name: str) -> T:
        """The value of that name. Raises the registry's error with the nearest name that there is."""
        found = self.find(name)
        if found is None:
            raise self.error(self.unknown(name))
        return found

    def names(self) -> list[str]:
        """All names, sorted."""
        for first in list(self._homes):
            self._import_home(first)
        return sorted(self._entries)

    def unknown(self, name: str) -> str:
        """The message for a name that is not registered."""
        return unknown_name(self.kind, name, self.names())

    def installed(self) -> list[EntryPoint]:
        """The entry points of installed distributions, sorted by name; none of them is imported."""
        return sorted(entry_points(group=self.group), key=lambda point: point.name)

    def load_installed(self) -> None:
        """Register what installed distributions bring, each once. Raises the registry's error for a broken one."""
        for point in self.installed():
            self.load(point)

    def load(self, point: EntryPoint) -> None:
        """Register what one entry point brings, once. Raises the registry's error where it cannot be imported."""
        if (point.name, point.value) in self._loaded:
            return
        value = self.imported(point)
        self._loaded.add((point.name, point.value))
        if not isinstance(value, ModuleType) and self.find(point.name) is not value:
            self.add(point.name, cast("T", value))

    def imported(self, point: EntryPoint) -> object:
        """What an entry point names, not registered. Raises the registry's error where it cannot be imported."""
        try:
            return point.load()
        except Exception as error:
            where = point.dist.name if point.dist is not None else point.module
            raise self.error(
                f"the {self.kind}s of {where} cannot be loaded: {type(error).__name__}: {error}"
            ) from error

    def _import_home(self, first: str) -> None:
        """Import the modules that register the names with this beginning, once."""
        with self._importing:  # other threads wait until all are there
            for module in self._homes.pop(first, ()):
                import_module(module)

    @property
    def _article(self) -> str:
        return "an" if self.kind[0] in "aeiou" else "a"
