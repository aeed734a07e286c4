"""Fixtures for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from llmrobust.plan import Case

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).parent.parent
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to interrupts, and so would be all that tests start to interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
def make_case() -> Callable[..., Case]:
    """Makes a case from what a test cares about; everything else is plain."""
    from llmrobust.plan import Case
    from llmrobust.prompt.spans import Message, Prompt, Span
    from llmrobust.request import Request
    from llmrobust.suitefile.model import Example

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
            prompt=prompt,
            request=Request(prompt.as_messages(), repeat=repeat),
            expected=expected,
            **rest,
        )

    return make
