"""A server process: started with a log, awaited until healthy, and always stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.server import watchdog

TAIL_LINES = 20
STOP_S = 15.0
HEALTH_POLL_S = 0.2


class ServerProcess:
    """A command under the watchdog (`llmrobust.models.server.watchdog`), in its own process group.

    The watchdog stops the group when this process closes the pipe to it, which the operating system also does when
    this process is killed.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]):
        handle, name = tempfile.mkstemp(prefix="llmrobust-server-", suffix=".log")
        self.log = Path(name)
        with open(handle, "wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", watchdog.__file__, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The watchdog's process id, which is also the id of the group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """True until the server has ended."""
        return self._process.poll() is None

    def log_tail(self) -> str:
        """The last lines that the server wrote."""
        with contextlib.suppress(OSError):
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 64 * 1024))
                text = file.read().decode("utf-8", "replace")
            return "\n".join(text.splitlines()[-TAIL_LINES:])
        return ""

    def log_text(self) -> str:
        """All that the server wrote so far."""
        with contextlib.suppress(OSError):
            return self.log.read_text("utf-8", "replace")
        return ""

    async def healthy(self, url: str, timeout_s: float) -> None:
        """Returns once the URL answers 200. Raises ModelError with the end of the log when it does not."""
        import aiohttp

        deadline = time.monotonic() + timeout_s
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5.0), trust_env=False) as session:
            while self.running:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(url) as answer:
                        if answer.status == 200:
                            return
                if time.monotonic() > deadline:
                    raise ModelError(
                        f"the server was not ready within {timeout_s:g} s (startup-timeout= allows more); "
                        f"the end of its log, {self.log}:\n{self.log_tail()}"
                    )
                await asyncio.sleep(HEALTH_POLL_S)
        raise ModelError(f"the server ended while starting; the end of its log, {self.log}:\n{self.log_tail()}")

    def stop(self, keep_log: bool = False) -> None:
        """Stop the whole group and wait for its end. Safe to call twice."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if not keep_log:
            self.log.unlink(missing_ok=True)


def free_port() -> int:
    """A TCP port of this machine that nothing listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
