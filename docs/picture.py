"""Run a command in a terminal of its own and keep what it shows as an SVG picture.

    pip install rich
    python docs/picture.py docs/quickstart.svg -- pytest suites/quickstart.robust.yaml

Needs a system with pseudo-terminals (Linux, macOS). Exits with the command's exit code.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 100


def recorded(command: list[str]) -> tuple[str, int]:
    """What a command writes to a terminal of 100 columns, and its exit code."""
    os.environ |= {"COLUMNS": str(COLUMNS), "LINES": "60", "TERM": "xterm-256color"}
    chunks: list[bytes] = []

    def keep(descriptor: int) -> bytes:
        data = os.read(descriptor, 65536)
        chunks.append(data)
        return data

    status = pty.spawn(command, keep)
    return b"".join(chunks).decode("utf-8", "replace"), os.waitstatus_to_exitcode(status)


def main() -> int:
    picture, _, *command = sys.argv[1:]
    shown, code = recorded(command)
    shown = re.sub(r"\x1b\[[0-9;]*[A-Zac-ln-z]", "", shown.replace("\r\n", "\n"))
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(Text.from_ansi(f"$ {shlex.join(command)}\n{shown}"))
    Path(picture).write_text(console.export_svg(title="llmrobust"), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
