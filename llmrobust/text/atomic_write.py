"""Writes whole files: a reader never sees half of one."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically; compressed if its name ends in .gz. Raises OSError.

    The file behind a link is written, not the link; a pipe or a terminal such as /dev/stdout is written to.
    """
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
        with path.open("wb") as device:
            device.write(content)
        return
    with replaced_when_written(path) as part:
        part.write_bytes(content)


@contextmanager
def replaced_when_written(path: Path) -> Iterator[Path]:
    """A file beside this one, which it replaces once it is written without an error. Raises OSError."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
