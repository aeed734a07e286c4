"""The pages in a real browser: links, filters, narrow screens, both colour schemes, and hostile texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmrobust.results.run_result import RunResult
from llmrobust.view.server import ViewServer
from tests.report.html.conftest import hostile

pytestmark = pytest.mark.e2e


def opened(browser: Any, address: str, width: int = 1280, dark: bool = False) -> Any:
    """The browser at an address, with nothing in its log."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": colours})
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(address)
    return browser


def problems(browser: Any) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


def test_a_person_goes_from_the_history_to_a_run_and_to_the_cases(
    browser: Any, folder: Path, serve: Callable[[Path], ViewServer]
):
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.wait import WebDriverWait

    address = serve(folder).address
    page = opened(browser, address)
    assert page.title == "Runs in runs (llmrobust)"
    assert len(page.find_elements("css selector", ".runs tbody tr")) == 4
    marks = page.find_elements("css selector", "figure a")
    assert "day-2.json: pass 1.000" in marks[0].find_element("css selector", "title").get_attribute("textContent")
    page.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", marks[0])
    page.find_element("link text", "All runs").click()
    page.find_element("link text", "against the run before").click()
    assert page.find_element("id", "comparison").is_displayed()
    page.find_element("link text", "All runs").click()
    page.find_element("link text", "Cases").click()
    page.find_element("css selector", "select[name=show] option[value=differ]").click()
    page.find_element("css selector", "form button").click()
    wait = WebDriverWait(
        page, 20, ignored_exceptions=[StaleElementReferenceException]
    )  # the old page may still be there
    wait.until(lambda page: page.find_element("id", "found").text == "8 cases")
    assert page.find_element("css selector", ".across del").text == "charged"
    page.find_element("css selector", ".across a").click()
    assert "#case=" in page.current_url
    assert page.find_element("id", "case-title").text
    page.find_element("link text", "All runs").click()
    page.find_element("link text", "Models side by side").click()
    assert "qwen" in page.find_element("tag name", "main").text
    assert problems(page) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_page_is_wider_than_the_screen_in_either_colour_scheme(
    browser: Any, folder: Path, serve: Callable[[Path], ViewServer], width: int, dark: bool
):
    address = serve(folder).address
    for path in ("", "cases", "models"):
        page = opened(browser, address + path, width, dark)
        assert page.execute_script("return document.documentElement.scrollWidth") <= width, path
        ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(15, 20, 26)" if dark else "rgb(255, 255, 255)")
        assert problems(page) == []


def test_runs_that_try_to_get_out_of_their_page_do_not(
    browser: Any, make_run: Callable[..., RunResult], tmp_path: Path, serve: Callable[[Path], ViewServer]
):
    hostile(make_run()).save(tmp_path / "run.json")
    address = serve(tmp_path).address
    opened(browser, address).find_element("link text", "run.json").click()
    for path in ("", "cases", "models", browser.current_url.removeprefix(address)):
        page = opened(browser, address + path)
        assert page.execute_script("return window.pwned") is None
        assert problems(page) == [], path
