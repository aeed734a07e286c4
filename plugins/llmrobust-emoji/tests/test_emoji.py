"""What the example distribution brings, found by its entry points."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest

installed = [point for point in entry_points(group="llmrobust.operators") if point.name == "emoji"]
if not installed:
    pytest.skip("llmrobust-emoji is not installed: pip install ./plugins/llmrobust-emoji", allow_module_level=True)

from llmrobust_emoji.operators import EMOJI, EmojiParams  # noqa: E402

import llmrobust as lr  # noqa: E402
from llmrobust.loading import load_installed  # noqa: E402
from llmrobust.metrics import METRICS  # noqa: E402
from llmrobust.models import parse_spec  # noqa: E402
from llmrobust.operators import REGISTRY, Draw  # noqa: E402
from llmrobust.prompt import Message, Prompt, Span  # noqa: E402
from llmrobust.request import Request, Response  # noqa: E402
from llmrobust.score.checks import CHECKS  # noqa: E402
from llmrobust.suitefile.suite import AnswerSpec  # noqa: E402
from tests.metrics.tables import table_of  # noqa: E402

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def loaded() -> None:
    load_installed()


def test_the_operator_writes_emoji_after_the_text() -> None:
    prompt = Prompt((Message("user", (Span("Review: ", "text"), Span("It was fine.\n", "variable", "q"))),))
    operator = REGISTRY.get("emoji.append")
    (variant,) = operator.variants(prompt, EmojiParams(count=2), Draw(0, "emoji.append", "ex-1"))
    text = variant.prompt.messages[0].text
    assert text.startswith("Review: It was fine. ")
    assert text.endswith("\n")
    assert sum(text.count(one) for one in EMOJI) == 2


def test_the_metric_counts_examples_that_are_always_right() -> None:
    table = table_of([[1, 1], [1, 0], [np.nan, 1], [1, 1]], clean=[1, 1, 1, 0])
    assert METRICS.get("never_fooled").value(table) == 0.5


@pytest.mark.parametrize(
    ("reply", "answer"), [("🙂", "🙂"), ("I feel 🙁 today. 🙁", "🙁"), ("🙂 or 🙁?", None), ("happy", None)]
)
def test_the_check_reads_one_emoji(reply: str, answer: str | None) -> None:
    assert CHECKS.get("emoji").read(reply, AnswerSpec(check="emoji"), None).answer == answer


def test_the_backend_answers_in_order() -> None:
    model = parse_spec("emoji:😀")
    prompts = ["a lovely day", "rain"]
    batch = [Request((("user", text),)) for text in prompts]
    replies = asyncio.run(model.answer(batch))
    assert [one.text for one in replies if isinstance(one, Response)] == ["😀!", "🙁!"]


def test_the_suite_of_the_readme_runs_with_nothing_imported(tmp_path: Path) -> None:
    suite = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0]
    (tmp_path / "moods.robust.yaml").write_text(suite, encoding="utf-8")
    run = [sys.executable, "-m", "pytest", "moods.robust.yaml", "--llm", "emoji:🙂", "-p", "no:cacheprovider"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "never_fooled" in done.stdout
    assert lr.load_suite(tmp_path / "moods.robust.yaml").answer.check == "emoji"
