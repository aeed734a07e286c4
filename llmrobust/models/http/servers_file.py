"""A file with the addresses of a model's servers, one a line, that may change while it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.http.openai_model import root_of

_COMMENT = re.compile(r"(?:^|\s)#.*")
"""An address may end in `#MODEL`, so a comment begins a line or follows a blank."""
_FORM = "write one address a line, as http://HOST:PORT/v1"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the file says. servers: by address, its place in the file (`FILE:LINE`). mistakes: by place, what is wrong
    there."""

    servers: Mapping[str, str]
    mistakes: Mapping[str, str]


class ServersFile:
    """The file. A change counts once two looks in a row find the same, as editors and scripts write in parts."""

    def __init__(self, path: Path):
        self.path = path
        self._taken = self._last = ""

    def read(self) -> Listing:
        """What it lists. Raises ModelError for a file that cannot be read."""
        self._taken = self._last = self._text()
        return listed(self._taken, self.path)

    def changed(self) -> Listing | None:
        """What it lists now, if that is new and settled. Raises ModelError for a file that cannot be read."""
        text = self._text()
        settled, self._last = text == self._last, text
        if not settled or text == self._taken:
            return None
        self._taken = text
        return listed(text, self.path)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise ModelError(f"{self.path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ModelError(f"{self.path} cannot be read: it is not UTF-8 text") from None


def listed(text: str, path: Path) -> Listing:
    """The servers that the text of a file lists, and its mistakes, without the passwords that some may be."""
    servers: dict[str, str] = {}
    mistakes: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        address, place = _COMMENT.sub("", line).strip(), f"{path}:{number}"
        if not address:
            continue
        mistake = _mistake(address)
        if mistake:
            mistakes[place] = mistake
        elif address in servers:
            mistakes[place] = f"the server of {servers[address]} once more: list each once"
        else:
            servers[address] = place
    return Listing(servers, mistakes)


def _mistake(address: str) -> str:
    """What is wrong with an address; empty if nothing is."""
    if not address.startswith(("http://", "https://")) or len(address.split()) > 1:
        return f"not a server address: {_FORM}"
    try:
        root_of(address.partition("#")[0])
    except ModelError as error:
        return str(error)
    return ""
