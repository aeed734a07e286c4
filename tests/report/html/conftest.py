"""A real browser, and runs that try to get out of their page."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmrobust.report.html import html_report
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
HOSTILE = (
    "</script><script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "<!--<script>",
    "{{7*7}}{% raw %}",
    "a\u2028b\u2029c",
    "\ud800 alone",
    "\x1b[31mred\x1b[0m\x07",
    "javascript:window.pwned=1",
    "'; touch /tmp/pwned; '",
    "]]>&lt;b&gt;&amp;",
)


def _absent() -> str:
    """What is missing for browser tests, in words; empty if nothing is."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "the package selenium is not installed"
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(missing)} not found: install Debian's chromium and chromium-driver" if missing else ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, one for all tests."""
    absent = _absent()
    if absent:
        if os.environ.get("LLMROBUST_REQUIRE_BROWSER"):
            pytest.fail(absent)
        pytest.skip(absent)
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    profile = tempfile.mkdtemp()
    options = Options()
    options.binary_location = str(shutil.which("chromium"))
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(20)
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


class Page:
    """A report in the browser."""

    def __init__(self, driver: Any, path: Path):
        self.driver = driver
        self.path = path

    def open(self, hash_: str = "", width: int = 1280, dark: bool = False, script: bool = True) -> None:
        """Load the page anew and wait until its explorer is ready."""
        command = self.driver.execute_cdp_cmd
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        command("Emulation.setDeviceMetricsOverride", metrics)
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        command("Emulation.setEmulatedMedia", {"features": colours})
        command("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get(f"{self.path.as_uri()}{hash_}")
        if script:
            self.wait("document.documentElement.dataset.ready")

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: str) -> None:
        """Wait until an expression holds in the page."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10, 0.02).until(lambda driver: driver.execute_script(f"return {condition}"))

    def problems(self) -> list[str]:
        """What the console says: errors, refused loads, violations of the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def found(self) -> str:
        """How many cases the filters leave, in words."""
        return str(self.run("return document.getElementById('found').textContent"))

    def press(self, *keys: str) -> None:
        """Type keys where the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Callable[..., Page]:
    """Renders a run and opens it in the browser."""

    def opened(run: RunResult, other: RunResult | None = None, **how: Any) -> Page:
        path = tmp_path / "a report <1>.html"
        path.write_text(html_report(run, other), encoding="utf-8")
        page = Page(browser, path)
        page.open(**how)
        return page

    return opened


def hostile(run: RunResult) -> RunResult:
    """The run with an attack in every text that comes from a model, a prompt, or a file's or person's name."""

    def attack(number: int, text: str) -> str:
        return f"{HOSTILE[number % len(HOSTILE)]} {text}"

    def case(number: int, one: CaseResult) -> CaseResult:
        evil = attack(number, one.answer or "")
        return replace(
            one,
            key=one.key._replace(
                example=f"{one.example} {HOSTILE[int(one.example.split('-')[1]) % len(HOSTILE)]}",
                variant=attack(2, one.variant),
            ),
            answer=None if one.answer is None else evil,
            expected=None if one.expected is None else attack(1, one.expected),
            clean_answer=None if one.clean_answer is None else attack(0, one.clean_answer),
            reason=attack(number, one.reason),
            text=attack(number, one.text),
            prompt=tuple((role, attack(number, text)) for role, text in one.prompt),
            clean_prompt=tuple((role, attack(1, text)) for role, text in one.clean_prompt),
        )

    suites = tuple(
        replace(
            suite,
            name=attack(0, suite.name),
            path=attack(1, suite.path),
            choices=tuple(attack(number, label) for number, label in enumerate(suite.choices)),
            cases=tuple(case(number, one) for number, one in enumerate(suite.cases)),
            decisions=tuple(
                replace(one, id=attack(1, one.id), reason=attack(0, one.reason), remedy=attack(2, one.remedy))
                for one in suite.decisions
            ),
        )
        for suite in run.suites
    )
    return replace(run, suites=suites)
