"""What docs/authors.md shows is what works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "authors.md"
USED = """
from llmrobust.metrics.table import Table
made = [one.name for one in lr.list_metrics() if one.name == "always_right"]
assert made, "the metric is registered"
import asyncio
from llmrobust.models import parse_spec
from llmrobust.report.formats import FORMATS
from llmrobust.request import Request
from llmrobust.score.checks import CHECKS
from llmrobust.suitefile.suite import AnswerSpec
read = lambda text: CHECKS.get("iata").read(text, AnswerSpec(), None).answer
assert (read("Fly to LHR."), read("lhr"), read("LHR or CDG")) == ("LHR", "LHR", None)
(reply,) = asyncio.run(parse_spec("constant:yes").answer([Request((("user", "?"),))]))
assert reply.text == "yes"
assert asyncio.run(parse_spec("constant:yes").open()).name == "yes"
assert FORMATS.get("csv").suffixes == (".csv",)
"""


def test_the_code_of_the_page_runs_from_top_to_bottom(tmp_path: Path):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 6
    code = "\n".join([*blocks, USED])
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_gate_uses_the_metric_of_the_page(project):
    block = re.findall(r"```python\n(import numpy.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    (project.path / "conftest.py").write_text(block)
    from tests.plugin.conftest import SUITE

    project.write("mine/mine.robust.yaml", SUITE.split("gate:")[0] + "gate: {always_right: {min: 0}}\n")
    project.run("mine").stdout.fnmatch_lines(["*PASS*always_right*at least 0*"])
