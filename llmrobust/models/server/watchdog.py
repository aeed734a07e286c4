"""Runs a command for as long as its parent lives: `python watchdog.py COMMAND ...`. Needs only the standard library.

The parent keeps the other end of standard input open and never writes to it. When it closes that end, exits or is
killed, the command and all its children are stopped. Requires process groups and pipes.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time

GRACE_S = 10.0
POLL_S = 0.2


def main(command: list[str]) -> int:
    """Exit status of the command, after its whole process group is gone."""
    if os.getpgrp() != os.getpid():
        os.setsid()
    parent = os.getppid()
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    while child.poll() is None and os.getppid() == parent and not asked:
        readable, _, _ = select.select([sys.stdin], [], [], POLL_S)
        if readable and not os.read(sys.stdin.fileno(), 1):
            break
    _stop(child)
    return child.returncode


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then end it; this process is spared until the child is gone."""
    ours = os.getpgrp()
    if child.poll() is None:
        child.terminate()
        deadline = time.monotonic() + GRACE_S
        while child.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(POLL_S)
    status = child.poll()
    sys.stdout.flush()
    if status is None or _others(ours):
        os.killpg(ours, signal.SIGKILL)


def _others(group: int) -> bool:
    """True when anything of the group besides this process may be left. Where that cannot be seen, True."""
    try:
        entries = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except OSError:
        return True
    for name in entries:
        with contextlib.suppress(OSError):
            if os.getpgid(int(name)) == group:
                return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
