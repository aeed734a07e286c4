"""pytest runs in processes of their own, their process groups, and what of them is still alive."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LIMIT_S = 200.0


def processes() -> dict[int, tuple[int, int, str]]:
    """(parent, process group, command line) of every process that runs; zombies do not."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent, group = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = (int(parent), int(group), command)
    return found


def descendants(pid: int) -> dict[int, str]:
    """Command lines of a process's children, their children, and so on."""
    running = processes()
    found: dict[int, str] = {}
    wanted = {pid}
    while wanted:
        wanted = {child for child, (parent, _, _) in running.items() if parent in wanted}
        found.update({child: running[child][2] for child in wanted})
    return found


def gone(pids: set[int], within_s: float = 30.0) -> bool:
    """True once neither the processes nor any of the groups that they lead run any more."""
    assert pids
    deadline = time.monotonic() + within_s
    while any(pid in pids or group in pids for pid, (_, group, _) in processes().items()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class PytestRun:
    """A pytest process in a process group of its own, as a terminal starts one."""

    def __init__(self, folder: Path, *arguments: str):
        self.printed = ""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()

    def children(self) -> dict[int, str]:
        """Everything that the run has started and that still runs."""
        return descendants(self._process.pid)

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Read what is printed until the condition is true; the run must not end before."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < deadline, self.printed
            if select.select([self._output], [], [], 0.1)[0]:
                piece = os.read(self._output, 65536)
                assert piece, self.printed
                self.printed += piece.decode()

    def interrupt(self) -> float:
        """Press Ctrl-C: seconds until the run has ended."""
        started = time.monotonic()
        os.killpg(self._process.pid, signal.SIGINT)
        self.finish()
        return time.monotonic() - started

    def kill(self) -> None:
        """Kill pytest itself, and nothing that it started."""
        self._process.kill()
        self._process.wait()

    def finish(self) -> int:
        """The exit code, once the run has ended."""
        if self._process.returncode is None:
            self.printed += self._process.communicate(timeout=LIMIT_S)[0].decode()
        return int(self._process.returncode)

    def end(self) -> None:
        """Leave nothing of the run, whatever became of the test."""
        left = self.children()
        self._process.kill()
        for pid in left:
            if pid in processes():
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
