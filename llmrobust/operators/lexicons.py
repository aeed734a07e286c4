"""Reads word lists: `.tsv` files beside the code of the operators that use them.

A file begins with comment lines (`#`) on its contents, columns, source and licence. Every other line is one entry, its
values separated by tabs. The order of the entries matters: seeded choices depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Generic, TypeVar

from llmrobust.errors import OperatorError

V = TypeVar("V")
C = TypeVar("C", bound=Collection[str])
Rows = tuple[tuple[str, ...], ...]


@cache
def read_lexicon(package: str, name: str) -> Rows:
    """The entries of `data/NAME.tsv` in a package, in the order of the file.

    Comment lines and blank lines are skipped. Raises OperatorError for a file that is missing, is not UTF-8, has no
    entries, or has an entry with an empty value.
    """
    from importlib.resources import files

    where = f"lexicon data/{name}.tsv of {package}"
    try:
        text = files(package).joinpath("data", f"{name}.tsv").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError):
        raise OperatorError(f"{where} is missing; reinstall the distribution that contains it") from None
    except UnicodeDecodeError as error:
        raise OperatorError(f"{where} is not UTF-8: {error.reason} at byte {error.start}") from None
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = tuple(line.removesuffix("\r").split("\t"))
        if not all(value.strip() for value in row):
            raise OperatorError(f"{where}, line {number}: empty value; separate values by one tab")
        rows.append(row)
    if not rows:
        raise OperatorError(f"{where} has no entries")
    return tuple(rows)


class _Lazy(Collection[str], Generic[C]):
    """A read-only collection that is built at first use."""

    __slots__ = ("_build", "_built")

    def __init__(self, build: Callable[[], C]) -> None:
        self._build = build
        self._built: C | None = None

    @property
    def _content(self) -> C:
        if self._built is None:
            self._built = self._build()
        return self._built

    def __contains__(self, key: object) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)


class LazyMapping(_Lazy[Mapping[str, V]], Mapping[str, V]):
    """A read-only mapping that is built at first use."""

    __slots__ = ()

    def __getitem__(self, key: str) -> V:
        return self._content[key]


class LazyWords(_Lazy[frozenset[str]], Set[str]):
    """A read-only set of words that is built at first use."""

    __slots__ = ()


def listed_in(lists: Mapping[str, Sequence[str]]) -> LazyMapping[str]:
    """From each entry of some lists to the key of its list; of the last one, where it stands in several."""
    return LazyMapping(lambda: {entry: key for key, entries in lists.items() for entry in entries})


def word_pairs(package: str, name: str) -> LazyMapping[str]:
    """From the first to the second value of each entry."""
    return LazyMapping(lambda: {row[0]: row[1] for row in read_lexicon(package, name)})


def word_choices(package: str, name: str) -> LazyMapping[tuple[str, ...]]:
    """From the first value of each entry to all others, in order."""
    return LazyMapping(lambda: {row[0]: row[1:] for row in read_lexicon(package, name)})


def word_set(package: str, name: str) -> LazyWords:
    """All values of all entries."""
    return LazyWords(lambda: frozenset(value for row in read_lexicon(package, name) for value in row))
