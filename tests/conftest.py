"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from llmrobust.plan import Case

pytest_plugins = ["pytester", "tests.run_results"]

REPOSITORY = Path(__file__).parent.parent
# CI takes its time; nothing is a mistake only because the machine is busy.
settings.register_profile("llmrobust", max_examples=100 if os.environ.get("CI") else 40, deadline=None)
settings.load_profile("llmrobust")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to interrupts, and so would be all that tests start to interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Every run of pytest within a test looks five times for garbage: what is loaded by now is none."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of pytest-xdist share."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "compiled"


@pytest.fixture
def compiled_once(_compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no bytecode is written, processes that tests start keep theirs for this session: each would else compile
    the whole package, which takes longer than most of them run."""
    if sys.dont_write_bytecode:
        monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(_compiled))


@pytest.fixture
def soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients try as often as ever to reach a server that refuses connections, with shorter pauses."""
    from llmrobust.models.http.client import HttpSettings

    usual = HttpSettings.from_environment
    monkeypatch.setattr(HttpSettings, "from_environment", lambda: replace(usual(), connect_pause_s=0.05))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published samples that conformance tests compare with; it is never part of the repository."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        absent = f"the published samples are not at {folder}: place them there to run this test"
        if os.environ.get("LLMROBUST_REQUIRE_SAMPLES"):
            pytest.fail(absent)
        pytest.skip(absent)
    return folder


@pytest.fixture(scope="session")
def made_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of the published suites on real examples, made of the samples; empty where there are none."""
    from tools.published.rows import write_rows

    folder, samples = tmp_path_factory.mktemp("rows"), REPOSITORY.parent / "shared" / "data"
    if samples.is_dir():
        write_rows(samples, folder)
    return folder


@pytest.fixture
def published_rows(made_rows: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as the folder of data that suites name."""
    monkeypatch.setenv("LLMROBUST_DATA", str(made_rows))
    return made_rows


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """Makes a case from what a test cares about; everything else is plain."""
    from llmrobust.plan import Case
    from llmrobust.prompt.spans import Message, Prompt, Span
    from llmrobust.request import Request
    from llmrobust.suitefile.suite import Example

    def make(
        example: str = "ex-1",
        operator: str = "original",
        variant: str = "0",
        expected: str | None = None,
        gold: str | None = None,
        text: str = "Is this fine?",
        repeat: int = 0,
        **rest: Any,
    ) -> Case:
        prompt = Prompt((Message("user", (Span(text),)),))
        return Case(
            suite="triage",
            example=Example(example, {}, gold if gold is not None else expected),
            family=operator.split(".")[0],
            operator=operator,
            use=rest.pop("use", operator),
            variant="original" if operator == "original" else variant,
            repeat=repeat,
            made=prompt,
            request=Request(prompt.as_messages(), repeat=repeat),
            expected=expected,
            **rest,
        )

    return make
