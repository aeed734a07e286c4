"""Progress while a model loads and answers: its lines, how often they are shown, and that capturing hides none."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
from _pytest.terminal import TerminalReporter

from llmrobust.plugin.progress import CI_S, Counts, Progress, TerminalDisplay, duration, progress_line
from tests.plugin.conftest import ONLY_THESE


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("planned", "answered", "elapsed_s", "line"),
    [
        (276, 0, 5.0, "0 of 276 prompts answered"),
        (276, 3, 0.0, "3 of 276 prompts answered"),
        (276, 120, 8.0, "120 of 276 prompts answered, 15.0/s, about 10 s left"),
        (12_000, 1_000, 100.0, "1,000 of 12,000 prompts answered, 10.0/s, about 18 min 20 s left"),
        (276, 276, 20.0, "276 of 276 prompts answered, 13.8/s"),
    ],
)
def test_a_line_has_counts_rate_and_time_left(planned: int, answered: int, elapsed_s: float, line: str):
    assert progress_line(Counts(planned, answered), elapsed_s) == line


def test_a_line_has_flips_tokens_and_the_share_of_the_store_as_far_as_they_fit():
    counts = Counts(300, 150, from_store=100, tokens=4_500, flips=3)
    whole = "150 of 300 prompts answered, 15.0/s, about 10 s left, 3 flips, 450 tokens/s, 25 % from the store"
    assert progress_line(counts, 10) == whole
    assert progress_line(counts, 10, len(whole)) == whole
    assert progress_line(counts, 10, len(whole) - 1) == whole.rpartition(",")[0]
    assert progress_line(counts, 10, 62) == "150 of 300 prompts answered, 15.0/s, about 10 s left, 3 flips"
    assert progress_line(counts, 10, 5) == "150 of 300 prompts answered"


def test_a_share_of_the_store_is_neither_nothing_nor_all_while_prompts_are_sent():
    assert progress_line(Counts(10_000, 0, from_store=1), 0).endswith("1 % from the store")
    assert progress_line(Counts(1, 0, from_store=10_000), 0).endswith("99 % from the store")


def test_durations_are_short():
    assert [duration(s) for s in (0.4, 59.4, 59.6, 125, 3600, 11_530)] == [
        "0 s",
        "59 s",
        "1 min 00 s",
        "2 min 05 s",
        "1 h 00 min",
        "3 h 12 min",
    ]


def shown(progress: Progress, clock: Clock, opens_at: float, until: float) -> list[tuple[float, str]]:
    """The lines of a run whose model opens after so many seconds and answers 10 of 1,000 prompts a second."""
    lines = []
    for tenth in range(int(until * 10) + 1):
        seconds = tenth / 10
        clock.now = 100.0 + seconds
        is_open = seconds >= opens_at
        line = progress.line(is_open, lambda s=seconds: Counts(1000, round(10 * (s - opens_at))))
        if line is not None:
            lines.append((seconds, line))
    return lines


def test_a_file_gets_a_line_at_loading_one_when_ready_and_then_one_every_30_s():
    clock = Clock()
    assert shown(Progress("hf:x", False, clock), clock, opens_at=40, until=101) == [
        (1.0, "waiting for hf:x to load"),
        (40.0, "hf:x is ready after 40 s: 0 of 1,000 prompts answered"),
        (70.0, "300 of 1,000 prompts answered, 10.0/s, about 1 min 10 s left"),
        (100.0, "600 of 1,000 prompts answered, 10.0/s, about 40 s left"),
    ]


def test_the_log_of_a_ci_job_gets_a_line_every_five_minutes():
    clock = Clock()
    lines = shown(Progress("hf:x", False, clock, between_s=CI_S), clock, opens_at=2, until=700)
    assert [seconds for seconds, _ in lines] == [1.0, 2.0, 302.0, 602.0]


def test_a_terminal_gets_a_line_every_second():
    clock = Clock()
    assert shown(Progress("hf:x", True, clock), clock, opens_at=2.5, until=4) == [
        (1.0, "waiting for hf:x to load (1 s)"),
        (2.0, "waiting for hf:x to load (2 s)"),
        (3.0, "5 of 1,000 prompts answered, 10.0/s, about 1 min 40 s left"),
        (4.0, "15 of 1,000 prompts answered, 10.0/s, about 1 min 38 s left"),
    ]


def test_a_run_that_does_not_have_to_wait_shows_nothing():
    clock = Clock()
    assert shown(Progress("tiny", False, clock), clock, opens_at=0, until=0.9) == []


CONFTEST = """
import threading
from _pytest.terminal import TerminalReporter
import keyword_model

loading_shown, ready_shown = threading.Event(), threading.Event()

class Slow(keyword_model.KeywordModel):
    '''Opens once it was shown that it loads, and answers once it was shown that it is ready.'''

    async def open(self):
        await wait(loading_shown)
        return await super().open()

    async def answer(self, batch):
        await wait(ready_shown)
        return await super().answer(batch)

async def wait(event):
    import asyncio
    if not await asyncio.to_thread(event.wait, 60):
        raise RuntimeError("no progress was shown")

def pytest_sessionstart(session):
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    write_line = terminal.write_line

    def written(line, **markup):
        write_line(line, **markup)
        if line.startswith("waiting for"):
            loading_shown.set()
        if "is ready after" in line:
            ready_shown.set()

    terminal.write_line = written
    keyword_model.KeywordModel = Slow
"""


def test_what_the_first_item_waits_for_is_shown_although_output_is_captured(project, monkeypatch):
    monkeypatch.setattr("llmrobust.plugin.progress.DELAY_S", 0.0)
    monkeypatch.setattr("llmrobust.plugin.progress.TICK_S", 0.01)
    project.write("conftest.py", CONFTEST)
    result = project.run("suites")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "waiting for keyword: to load",
            "keyword: is ready after * s: 0 of 20 prompts answered",
            "suites/reviews.robust.yaml *[[]100%[]]",
        ]
    )


def test_the_controller_of_xdist_shows_what_the_workers_wait_for(project, monkeypatch):
    monkeypatch.setattr("llmrobust.plugin.progress.DELAY_S", 0.0)
    monkeypatch.setattr("llmrobust.plugin.progress.TICK_S", 0.01)
    project.write(
        "conftest.py",
        f"from importlib.util import find_spec\nif find_spec('keyword_model'):\n{indent(CONFTEST, '    ')}",
    )
    result = project.run("suites", "-n", "2")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "waiting for keyword: to load",
            "keyword: is ready after * s: 0 of 20 prompts answered",
            "*[[]100%[]]",
        ]
    )
    assert result.stdout.str().count("keyword: is ready") == 1


def test_a_run_under_xdist_that_does_not_have_to_wait_shows_nothing(project):
    result = project.run("suites", "-n", "2")
    assert result.ret == 0
    assert "waiting for" not in result.stdout.str()
    assert "prompts answered" not in result.stdout.str()


SLOW = """
import asyncio
import keyword_model
import llmrobust.plugin.progress as progress

progress.DELAY_S = progress.IN_PLACE_S = progress.TICK_S = 0.02

class Slow(keyword_model.KeywordModel):
    async def answer(self, batch):
        await asyncio.sleep(0.3)
        return await super().answer(batch)

keyword_model.KeywordModel = Slow
"""
COLUMNS = 100


def in_a_terminal(project, *arguments: str, ci: str = "") -> str:
    """Everything that pytest writes to a terminal of 100 columns; ci: the variable that CI jobs set."""
    import pty

    ours, its = pty.openpty()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, **ONLY_THESE, "COLUMNS": str(COLUMNS), "TERM": "xterm", "NO_COLOR": "1", "CI": ci}
    process = subprocess.Popen(command, cwd=project.path, env=environment, stdout=its, stderr=its, stdin=its)
    os.close(its)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:  # Linux: the other side is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(60) == 0, written.decode()
    return written.decode()


def screen(written: str) -> list[str]:
    """The lines that a terminal shows in the end; commands other than the progress line's are left out."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[[\d;?]*[A-Za-z]|[^\x1b]", written):
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part == "\x1b[A":
            row -= 1
        elif part.startswith("\x1b"):
            column = int(part[2:-1]) - 1 if part.endswith("G") else column
        else:
            line = lines[row].ljust(column)
            lines[row] = line[:column] + part + line[column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_on_a_terminal_the_line_of_a_run_under_xdist_is_replaced_and_removed(project):
    project.write("conftest.py", SLOW)
    written = in_a_terminal(project, "suites", "-n", "2", "--robust-max-prompts", "4")
    shown = re.findall(r"\r(\d+) of 20 prompts answered, [\d.]+/s, about \d+ s left", written)
    assert len(shown) >= 3
    flips = re.findall(r"(\d+) flips?\b", written)
    assert flips == sorted(flips, key=int)
    assert flips, "cases that flipped are counted while others wait"
    assert shown == sorted(shown, key=int)
    left = screen(written)
    assert not any("prompts answered" in line or "waiting for" in line for line in left)
    (outcomes,) = [line for line in left if line.endswith("[100%]")]
    assert re.fullmatch(r"[.fwutk]{23} +\[100%\]", outcomes)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_the_terminal_of_a_ci_job_is_no_place_for_a_line_that_is_rewritten(project):
    project.write("conftest.py", SLOW)
    written = in_a_terminal(project, "suites", "--robust-max-prompts", "4", ci="true")
    assert "prompts answered" in written
    assert not re.search(r"\r\d+ of 20 prompts answered", written)


def test_two_q_show_no_progress(project, monkeypatch):
    monkeypatch.setattr("llmrobust.plugin.progress.DELAY_S", 0.0)
    monkeypatch.setattr("llmrobust.plugin.progress.TICK_S", 0.0)
    result = project.run("suites", "-q", "-q")
    assert result.ret == 0
    assert "prompts answered" not in result.stdout.str()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("begun", ["", "suites/a.robust.yaml ..f", "........................"])
def test_a_terminal_is_left_where_pytest_was(pytestconfig: pytest.Config, begun: str, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    screen = Terminal()
    terminal = TerminalReporter(pytestconfig, screen)
    terminal._tw.fullwidth = 40
    display = TerminalDisplay(pytestconfig, terminal)
    if begun.startswith("suites"):
        terminal.currentfspath = Path("suites/a.robust.yaml")
    terminal.write(begun)
    display.show("1 of 9 prompts answered")
    display.show("2 of 9 prompts answered")
    display.end()
    terminal.write(".")
    back = "\x1b[A\x1b[25G" if begun else ""
    lines = "".join(f"\r{line}" for line in ("1 of 9 prompts answered".ljust(39), "2 of 9 prompts answered".ljust(39)))
    assert screen.getvalue() == f"{begun}{chr(10) if begun else ''}{lines}\r{' ' * 39}\r{back}."
    assert terminal._tw._current_line == f"{begun}."
    assert terminal.currentfspath == (Path("suites/a.robust.yaml") if begun.startswith("suites") else None)


def test_a_line_in_a_file_is_one_of_its_own_with_q_too(pytestconfig: pytest.Config):
    file = io.StringIO()
    terminal = TerminalReporter(pytestconfig, file)
    display = TerminalDisplay(pytestconfig, terminal)
    terminal.write("..")
    display.show("1 of 9 prompts answered")
    display.end()
    terminal.write(".")
    assert file.getvalue() == "..\n1 of 9 prompts answered\n."
