"""Pure work shared among copies of this process.

Children are forked, so that they have everything that was loaded here; nothing but results is sent back. Each takes
every n-th piece of work and waits until its result was taken, so that memory stays bounded. A child that fails, or
is killed, ends the results early: whoever asked does the rest, and an error shows where it always did.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

T = TypeVar("T")
MOST = 8
"""Processes at most: whoever takes the results cannot keep up with more."""
_ALONE = ("torch", "jax", "tensorflow")
"""Packages whose own threads do not survive a fork."""


def processes_to_use() -> int:
    """How many processes can share work here: the cores that this process may use; 1 where forking is not safe.

    That is anywhere but on Linux, with other threads running, or with a package loaded that has threads of its own;
    and in a worker of pytest-xdist, whose siblings use the other cores.
    """
    is_safe = sys.platform == "linux" and threading.active_count() == 1 and not any(map(sys.modules.get, _ALONE))
    if not is_safe or "PYTEST_XDIST_WORKER" in os.environ:
        return 1
    return min(MOST, len(os.sched_getaffinity(0)))


def forked(work: Callable[[int], T], count: int, processes: int) -> Iterator[T]:
    """work(0), work(1), ... up to `count` results in order, made in so many processes; fewer if one of them fails.

    work: pure; its results can be pickled.
    """
    context = multiprocessing.get_context("fork")
    children: list[tuple[BaseProcess, Connection]] = []
    try:
        for first in range(min(processes, count)):
            here, there = context.Pipe(duplex=False)
            numbers = range(first, count, processes)
            child: BaseProcess = context.Process(target=_work, args=(work, numbers, there, here), daemon=True)
            try:
                child.start()
            except OSError:  # no more processes or memory
                here.close()
                return
            finally:
                there.close()
            children.append((child, here))
        for number in range(count):
            try:
                done, result = children[number % processes][1].recv()
            except (EOFError, OSError):
                return
            if not done:
                return
            yield result
    finally:
        for child, here in children:
            here.close()
            child.terminate()
            child.join()


def _work(work: Callable[[int], object], numbers: range, there: Connection, here: Connection) -> None:
    """What a child does. here: the other end, which must be closed for it to see that its parent is gone."""
    here.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(BrokenPipeError):
        for number in numbers:
            try:
                result = work(number)
            except Exception:
                there.send((False, None))
                return
            there.send((True, result))
