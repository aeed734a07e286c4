"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).parent.parent


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
