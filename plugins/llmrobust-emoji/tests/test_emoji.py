"""The operator of the example distribution, found by its entry point."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

installed = [point for point in entry_points(group="llmrobust.operators") if point.name == "emoji"]
if not installed:
    pytest.skip("llmrobust-emoji is not installed: pip install ./plugins/llmrobust-emoji", allow_module_level=True)

from llmrobust_emoji import EMOJI, EmojiParams  # noqa: E402

from llmrobust.operators import REGISTRY, Draw  # noqa: E402
from llmrobust.prompt import Message, Prompt, Span  # noqa: E402

SUITE = """\
suite: a
prompt: "Review: {{ q }}"
examples: [{q: "It was fine.", a: "positive"}]
answer: {field: a, choices: [positive, negative]}
perturb: [emoji.append: {samples: 3}]
"""


def test_it_writes_emoji_after_the_text() -> None:
    operator = REGISTRY.get("emoji.append")
    assert operator is not None
    prompt = Prompt((Message("user", (Span("Review: ", "text"), Span("It was fine.\n", "variable", "q"))),))
    (variant,) = operator.variants(prompt, EmojiParams(count=2), Draw(0, "emoji.append", "ex-1"))
    text = variant.prompt.messages[0].text
    assert text.startswith("Review: It was fine. ")
    assert text.endswith("\n")
    assert sum(text.count(one) for one in EMOJI) == 2


def test_a_suite_knows_it_without_any_import(tmp_path: Path) -> None:
    (tmp_path / "a.robust.yaml").write_text(SUITE)
    done = subprocess.run(
        [sys.executable, "-m", "llmrobust", "show", "a.robust.yaml"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("{+") == 3
