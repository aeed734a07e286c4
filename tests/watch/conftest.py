"""A watched project in this process, with a model that answers by key words, and a terminal that keeps its screens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from llmrobust.engine import Limits
from llmrobust.models.specs import MODELS, Backend
from llmrobust.plugin.settings import Settings
from llmrobust.report.terminal_lines import Line
from llmrobust.watch.loop import Watch
from llmrobust.watch.warm import Warm
from tests.plugin.conftest import SUITE
from tests.plugin.keyword_model import KeywordModel

LIMIT_S = 20


class Held(KeywordModel):
    """The keyword model, which counts how often it is opened and answers only while it may."""

    opened = 0
    may_answer = threading.Event()

    async def open(self):
        type(self).opened += 1
        return await super().open()

    async def answer(self, batch):
        import asyncio

        while not self.may_answer.is_set():
            await asyncio.sleep(0.005)
        return await super().answer(batch)


class Kept:
    """A terminal that keeps what was shown."""

    height = 40

    def __init__(self) -> None:
        self.screens: list[tuple[str, str, bool]] = []
        self.last = ""
        self._changed = threading.Condition()

    def show(self, lines: Sequence[Line], last: str, *, idle: bool) -> None:
        with self._changed:
            self.screens.append(("\n".join("".join(text for text, _ in line) for line in lines), last, idle))
            self.last = last
            self._changed.notify_all()

    def update(self, last: str) -> None:
        with self._changed:
            self.last = last
            self._changed.notify_all()

    def until(self, wanted: Callable[[Kept], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self), LIMIT_S), self.screens[-1:]


class Watched:
    """A project with one suite, watched by a thread."""

    def __init__(self, root: Path):
        self.root = root
        self.terminal = Kept()
        self.ending = ""
        self._thread: threading.Thread | None = None
        self.write("suites/reviews.robust.yaml", SUITE)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def start(self, *paths: str, spec: str = "held:") -> Watched:
        settings = Settings((spec,), None, self.root / "replies.sqlite", Limits(), (), 10, False)
        self.warm = Warm(self.root, settings)
        given = [self.root / path for path in paths or ("suites",)]
        self.watch = Watch(self.warm, given, self.root, spec, self.terminal)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _run(self) -> None:
        self.ending = self.watch.run()

    def after(self, act: Callable[[], object], shown: str = "") -> str:
        """The first screen after something was done that is idle and has a text."""
        begun = len(self.terminal.screens)
        act()

        def found(terminal: Kept) -> list[str]:
            return [text for text, _, idle in terminal.screens[begun:] if idle and shown in text]

        self.terminal.until(lambda terminal: bool(found(terminal)))
        return found(self.terminal)[0]

    def end(self) -> None:
        if self._thread is not None:
            self.watch.key("q")
            self._thread.join(LIMIT_S)
            assert not self._thread.is_alive()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Held]]:
    """The model `held:`."""
    monkeypatch.setitem(MODELS._entries, "held", Backend("held", "", "for tests", Held, named="maybe"))
    Held.opened = 0
    Held.may_answer.set()
    yield Held
    Held.may_answer.set()


@pytest.fixture
def watched(tmp_path: Path, held: type[Held], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setenv("KEYWORD_LOG", str(tmp_path / "sent.txt"))
    one = Watched(tmp_path.resolve())
    yield one
    one.end()


@pytest.fixture
def soon() -> Callable[[Callable[[], bool]], None]:
    """Waits for a condition."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.005)

    return wait
