"""How large the HTML report of many cases is, how long it takes to write, and how long to open in a browser.

    python -m benchmarks.html_report [--cases 100000]

The run is a real plan of a suite with prompts of about 400 characters, with replies made up by a rule. Without Chromium
and chromedriver (and the package selenium) the browser's figures are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import report
from llmrobust.engine import EngineStats
from llmrobust.loading import load_plan
from llmrobust.plan import Plan
from llmrobust.report.html import html_report
from llmrobust.request import Reply, Request, Response
from llmrobust.results.run_result import RunResult
from llmrobust.runner import SuiteRun, run_result

SUITE = """\
suite: many
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples: {file: many.jsonl}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - punctuation.strip_final: {target: input}
  - casing.lower: {target: input}
  - typo.keyboard: {target: input, rate: 0.03, samples: 12}
  - typo.swap: {target: input, rate: 0.03, samples: 11}
  - format: {sample: 16}
  - context.irrelevant: {position: [before, after], count: 1}
  - instruction.edit: {edits: [polite, imperative, typo]}
gate:
  accuracy: {min: 0.8}
  consistency: {min: 0.8, per: family}
"""
WORDS = (
    "the food was plain but the waiter smiled and we stayed longer than planned because rain fell on the old square "
    "where children played with a red ball near two tired dogs while my brother told stories of his first year abroad"
).split()
FLIPPED = 0.08
"""Share of perturbed prompts that are answered wrongly."""
VARIANTS = 47


def plan_of(cases: int, folder: Path) -> Plan:
    """A plan of about so many cases, whose prompts have about 400 characters."""
    draw = random.Random(7)
    rows = []
    for number in range(round(cases / VARIANTS)):
        text = f"Visit {number}: " + " ".join(draw.choice(WORDS) for _ in range(66))
        rows.append({"id": f"review-{number:05}", "text": f"{text}.", "answer": draw.choice(["positive", "negative"])})
    (folder / "many.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "many.robust.yaml").write_text(SUITE, encoding="utf-8")
    return load_plan(folder / "many.robust.yaml", folder)


def run_of(plan: Plan, folder: Path) -> RunResult:
    """The run of a plan whose replies are right but for a share of the perturbed prompts."""
    draw = random.Random(8)
    labels = plan.suite.answer.choices
    replies: dict[Request, Reply] = {}
    for case in plan.cases:
        right = labels.index(case.expected or "")
        wrong = not case.is_original and draw.random() < FLIPPED
        said = 1 - right if wrong else right
        sure = -draw.random() / 3
        scores = (sure, -2.0 - sure) if said == 0 else (-2.0 - sure, sure)
        replies[case.request] = Response(labels[said], "stop", "logprobs", scores, 120, 1)
    stats = EngineStats(planned=len(plan.cases), unique=len(replies), sent=len(replies), busy_s=100.0)
    return run_result([SuiteRun.of(plan, replies)], None, stats, folder)


def opened(page: Path, profile: str) -> dict[str, float]:
    """Seconds until the verdict is painted, the explorer can be used, and a search through all prompts has ended."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = str(shutil.which("chromium"))
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *quiet):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        driver.set_script_timeout(120)
        driver.get(page.as_uri())
        ready = driver.execute_async_script(
            "const done = arguments[0]; const look = () => document.documentElement.dataset.ready"
            " ? done(performance.now()) : setTimeout(look, 5); look()"
        )
        painted = driver.execute_script("return performance.getEntriesByName('first-contentful-paint')[0].startTime")
        searched = driver.execute_async_script(
            "const done = arguments[0], start = performance.now(), form = document.getElementById('filters');"
            "const shown = () => document.getElementById('found').textContent; const before = shown();"
            "form.elements.q.value = 'brother visit'; form.dispatchEvent(new Event('input', {bubbles: true}));"
            "const look = () => shown() !== before && !shown().startsWith('Searching')"
            " ? done(performance.now() - start) : setTimeout(look, 5); look()"
        )
    finally:
        driver.quit()
    return {"verdict painted": painted / 1000, "explorer ready": ready / 1000, "search of all prompts": searched / 1000}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the page in FILE")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = plan_of(chosen.cases, folder)
        run = run_of(plan, folder)
        start = time.perf_counter()
        text = html_report(run)
        figures: dict[str, Any] = {"cases": len(plan.cases), "rendered_s": time.perf_counter() - start}
        page = folder / "report.html"
        page.write_text(text, encoding="utf-8")
        figures["megabytes"] = page.stat().st_size / 1e6
        if chosen.keep is not None:
            shutil.copyfile(page, chosen.keep)
        if shutil.which("chromium") and shutil.which("chromedriver"):
            figures |= opened(page, str(folder / "profile"))
    characters = sum(len(text) for case in plan.cases for _, text in case.request.messages) / len(plan.cases)
    rows = [
        ("", "measured", "aim"),
        ("cases", f"{figures['cases']:,}", ""),
        ("characters a prompt", f"{characters:.0f}", ""),
        ("size of the file", f"{figures['megabytes']:.1f} MB", "under 20 MB"),
        ("time to write it", f"{figures['rendered_s']:.1f} s", "under 10 s"),
        *((what, f"{figures[what]:.2f} s", "") for what in list(figures)[3:]),
    ]
    report("html_report", rows, figures)


if __name__ == "__main__":
    main()
