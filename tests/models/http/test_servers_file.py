"""A file of servers: what its lines mean, what is wrong in it, and when a change counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.http.servers_file import ServersFile, listed

FILE = Path("servers.txt")


def test_each_line_is_an_address_with_its_place() -> None:
    text = "# of node 3\n\nhttp://a:8000/v1  # the big one\n  https://b/v1#adapter\n"
    found = listed(text, FILE)
    assert found.servers == {"http://a:8000/v1": "servers.txt:3", "https://b/v1#adapter": "servers.txt:4"}
    assert not found.mistakes


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a:8000", "not a server address: write one address a line, as http://HOST:PORT/v1"),
        ("http://a/v1 http://b/v1", "not a server address: write one address a line"),
        ("ftp://a/v1", "not a server address"),
        ("http://a:8000/v2", "does not end in /v1"),
        ("http://a:99999/v1", "not a server address"),
        ("http://user:hidden@a/v1", "must not contain a password"),
        ("http://a/v1?api_key=hidden", "does not end in /v1"),
        ("user:hidden@a:8000/v1", "not a server address"),
        ("http://user:hid den@a:8000/v1", "not a server address"),
        ("http://good/v1", "the server of servers.txt:1 once more"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_without_what_is_secret(line: str, words: str) -> None:
    found = listed(f"http://good/v1\n{line}\n", FILE)
    assert list(found.servers) == ["http://good/v1"]
    assert list(found.mistakes) == ["servers.txt:2"]
    assert words in found.mistakes["servers.txt:2"]
    assert "hid" not in found.mistakes["servers.txt:2"]


def test_a_change_counts_once_it_has_settled_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "servers.txt"
    path.write_text("http://a/v1\n")
    file = ServersFile(path)
    assert list(file.read().servers) == ["http://a/v1"]
    assert file.changed() is None
    path.write_text("http://a/v1\nhttp://b")
    assert file.changed() is None, "it may be half written"
    path.write_text("http://a/v1\nhttp://b/v1\n")
    assert file.changed() is None
    found = file.changed()
    assert found is not None
    assert list(found.servers) == ["http://a/v1", "http://b/v1"]
    assert file.changed() is None


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"servers\.txt cannot be read: No such file"):
        ServersFile(tmp_path / "servers.txt").read()
    (tmp_path / "servers.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="it is not UTF-8 text"):
        ServersFile(tmp_path / "servers.txt").read()
