"""The review: one key a variant, everything saved at once, two reviewers compared, decisions of the page taken."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmrobust.cli import main
from llmrobust.generate.review.decisions import (
    Decision,
    Decisions,
    read_decisions,
    review_summary,
    undecided,
    with_decisions,
)
from llmrobust.generate.review.page import review_page
from llmrobust.generate.review.screen import screen
from llmrobust.generate.review.terminal import Terminal, review
from llmrobust.operators.frozen_variants import (
    FrozenFile,
    FrozenVariant,
    GuardScore,
    Review,
    State,
    read_frozen,
    text_hash,
)
from tests.report.html.conftest import browser  # noqa: F401

DAY = "2026-11-28"


def variant(number: int, **more: object) -> FrozenVariant:
    original, text = f"The bill number {number} is wrong.", f"Bill number {number} is not right."
    given = {
        "name": "paraphrase-1",
        "kind": "paraphrase",
        "target": "text",
        "example": f"ex-{number}",
        "original": original,
        "original_sha256": text_hash(original),
        "text": text,
        "guards": {
            "embedding": GuardScore(verdict="passed", score=0.91),
            "judge": GuardScore(verdict="not run", why="no --judge"),
        },
    }
    return FrozenVariant(**{**given, **more})  # type: ignore[arg-type]


def frozen(count: int) -> FrozenFile:
    return FrozenFile("triage", tuple(variant(number) for number in range(count)))


def played(file: FrozenFile, keys: str, reviewer: str = "ann", edited: str | None = None):
    """The file after these keys, what was saved after each, and what was shown."""
    saved: list[FrozenFile] = []
    shown: list[str] = []
    typed = iter(keys)
    terminal = Terminal(key=lambda: next(typed), edit=lambda text: edited, show=shown.append, save=saved.append)
    return review(file, undecided(file.variants, reviewer), reviewer, DAY, terminal), saved, shown


def states(file: FrozenFile) -> list[str]:
    return [one.state.value for one in file.variants]


def test_a_key_decides_and_every_decision_is_saved_at_once():
    done, saved, shown = played(frozen(3), "ars")
    assert states(done) == ["approved", "rejected", "unreviewed"]
    assert [states(one)[:2] for one in saved] == [["approved", "unreviewed"], ["approved", "rejected"]]
    assert done.variants[0].reviews == (Review.on(done.variants[0].text, "ann", "approved", DAY),)
    assert len(shown) == 3


def test_what_was_decided_is_not_shown_again():
    done, _, _ = played(frozen(3), "aq")
    again, _, shown = played(done, "aa")
    assert states(again) == ["approved"] * 3
    assert shown[0].startswith("1/2")
    assert undecided(again.variants, "bob") == [0, 1, 2]


def test_undo_takes_the_last_decision_back():
    done, saved, shown = played(frozen(2), "uauraq")
    assert states(done) == ["rejected", "approved"]
    assert "nothing to undo" in shown[1]
    assert states(saved[1]) == ["unreviewed", "unreviewed"]


def test_an_edited_text_is_approved_as_edited():
    done, _, shown = played(frozen(1), "e", edited="This bill, number 0, is wrong.\n")
    (one,) = done.variants
    assert (one.text, one.edited_from, one.state) == (
        "This bill, number 0, is wrong.",
        "Bill number 0 is not right.",
        State.APPROVED,
    )
    done, _, shown = played(frozen(1), "eq", edited=None)
    assert states(done) == ["unreviewed"]
    assert "not changed" in shown[1]


def test_an_unknown_key_shows_the_keys():
    _, _, shown = played(frozen(1), "xq")
    assert shown[1].endswith("keys: a, r, e, u, s, q")


def test_the_screen_shows_the_difference_and_failed_guards_first():
    one = variant(
        1,
        guards={
            "length": GuardScore(verdict="passed", score=1.0),
            "contract": GuardScore(verdict="failed", why='the number "1" is gone'),
        },
        relation="follows",
        expected="no",
        rationale="said\x1b[31m so",
    )
    shown = screen(one, 1, 9, 80, False)
    assert "[-The bill-]{+Bill+} number 1 is" in shown
    assert shown.index("contract    failed") < shown.index("length      passed")
    assert "the answer: becomes no" in shown
    assert "\x1b" not in shown
    assert "a: approve" in shown


def test_two_reviewers_are_compared():
    one, _, _ = played(frozen(20), "a" * 10 + "r" * 10)
    both, _, _ = played(one, "a" * 8 + "r" * 12, reviewer="bob")
    lines = review_summary(both)
    assert lines[0] == "20 variants: 8 approved, 12 rejected, 0 not reviewed"
    assert lines[-1].startswith("ann and bob agree on 18 of 20 (kappa 0.80, 95% interval ")
    alike, _, _ = played(played(frozen(2), "aa")[0], "aa", reviewer="bob")
    assert review_summary(alike)[-1].endswith("(kappa is undefined: both gave all of them one verdict)")


def decision(one: FrozenVariant, verdict: str = "approved", text: str = "") -> Decision:
    return Decision(
        target=one.target,
        example=one.example,
        name=one.name,
        of=text_hash(one.text)[:16],
        decision=verdict,
        text=text,  # type: ignore[arg-type]
    )


def test_decisions_of_a_page_are_taken_where_the_text_is_still_the_same():
    file = frozen(3)
    changed = variant(2, text="another text").model_copy(update={"example": "ex-2"})
    decisions = Decisions(
        reviewer="eve",
        date=DAY,
        decisions=(
            decision(file.variants[0]),
            decision(file.variants[1], text="better"),
            decision(changed),
            decision(variant(7)),
        ),
    )
    found = with_decisions(file, read_decisions(decisions.model_dump_json()))
    assert states(found.file) == ["approved", "approved", "unreviewed"]
    assert found.file.variants[1].text == "better"
    assert found.taken == 2
    assert found.skipped == (
        "paraphrase-1 of ex-2: its text has changed since it was shown",
        "paraphrase-1 of ex-7: the file has no such variant",
    )
    with pytest.raises(ValueError, match="not a file of decisions"):
        read_decisions('{"reviewer": "x"}')


def test_the_command_imports_and_sums_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "frozen.jsonl"
    path.write_text(frozen(2).text())
    assert main(["review", str(path), "--summary"]) == 1
    decisions = tmp_path / "decisions.json"
    both = tuple(decision(one) for one in frozen(2).variants)
    decisions.write_text(Decisions(reviewer="eve", date=DAY, decisions=both).model_dump_json())
    assert main(["review", str(path), "--import", str(decisions)]) == 0
    assert "2 decisions of eve" in capsys.readouterr().out
    assert main(["review", str(path), "--summary"]) == 0
    assert states(read_frozen(path.read_text())) == ["approved", "approved"]


def test_without_a_terminal_the_command_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "frozen.jsonl"
    path.write_text(frozen(1).text())
    assert main(["review", str(path)]) == 2
    assert "a review needs a terminal; --html writes a page" in capsys.readouterr().err
    path.write_text("- a wording")
    assert main(["review", str(path)]) == 2
    assert "not written by `llmrobust generate`" in capsys.readouterr().err


class Typist:
    """A person at a pseudo-terminal, who types a key when the screen asks for one."""

    def __init__(self, *arguments: str, editor: str = ""):
        import pty

        self.master, slave = pty.openpty()
        environment = {
            **os.environ,
            "TERM": "xterm",
            "VISUAL": editor,
            "EDITOR": editor,
            "COLUMNS": "100",
            "LINES": "40",
        }
        command = [sys.executable, "-m", "llmrobust", *arguments]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, close_fds=True
        )
        os.close(slave)
        self.keys = 0
        self.seen = ""

    def until(self, text: str, limit_s: float = 60) -> None:
        """Read until the screen shows a text."""
        end = time.monotonic() + limit_s
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} was not shown: {self.seen[-800:]}"
            ready, _, _ = select.select([self.master], [], [], 0.5)
            if ready:
                try:
                    self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        assert text in self.seen, self.seen[-800:]

    def type(self, key: str) -> None:
        self.seen = ""
        self.keys += 1
        os.write(self.master, key.encode())

    def end(self) -> int:
        code = self.process.wait(30)
        os.close(self.master)
        return code


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_fifty_variants_are_reviewed_with_one_key_each_in_a_terminal(tmp_path: Path):
    path = tmp_path / "frozen.jsonl"
    path.write_text(frozen(50).text())
    person = Typist("review", str(path), "--reviewer", "ann")
    for number in range(1, 50):
        person.until(f"{number}/50")
        person.type("r" if number % 10 == 0 else "a")
    person.until("50/50")
    assert states(read_frozen(path.read_text())).count("approved") == 45, "saved after every key"
    person.type("a")
    person.until("50 variants: 46 approved, 4 rejected, 0 not reviewed")
    assert person.end() == 0
    assert person.keys == 50


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_keys_typed_ahead_are_not_lost_and_an_arrow_is_no_letter(tmp_path: Path):
    path = tmp_path / "frozen.jsonl"
    path.write_text(frozen(6).text())
    person = Typist("review", str(path), "--reviewer", "ann")
    person.until("1/6")
    person.type("\x1b[A" + "ar" + "\x1b[D\x1bOA" + "aaraq")
    person.until("6 variants: 4 approved, 2 rejected, 0 not reviewed")
    assert person.end() == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_review_in_a_terminal_is_interrupted_edited_and_resumed(tmp_path: Path):
    path, editor = tmp_path / "frozen.jsonl", tmp_path / "editor.sh"
    path.write_text(frozen(3).text())
    editor.write_text('#!/bin/sh\nprintf "An edited text." > "$1"\nsleep 1.1\ntouch "$1"\n')
    editor.chmod(0o755)
    first = Typist("review", str(path), "--reviewer", "ann")
    first.until("1/3")
    first.type("a")
    first.until("2/3")
    first.process.send_signal(signal.SIGINT)
    assert first.end() == 130
    assert states(read_frozen(path.read_text())) == ["approved", "unreviewed", "unreviewed"]
    second = Typist("review", str(path), "--reviewer", "ann", editor=str(editor))
    second.until("1/2")
    second.type("e")
    second.until("2/2")
    second.type("u")
    second.until("1/2")
    second.type("e")
    second.until("2/2")
    second.type("s")
    second.until("3 variants: 2 approved, 0 rejected, 1 not reviewed")
    assert second.end() == 0
    assert read_frozen(path.read_text()).variants[1].text == "An edited text."


HOSTILE = "</script><script>window.pwned=1</script><img src=x onerror='window.pwned=1'>"


def test_the_page_holds_no_markup_of_its_variants():
    page = review_page(FrozenFile("s", (variant(1, text=HOSTILE, rationale=HOSTILE),)), "ann", DAY)
    assert page.count("<script") == 2
    assert "<img" not in page


@pytest.mark.e2e
def test_the_page_works_from_a_file_and_its_decisions_are_taken(tmp_path: Path, browser, capsys):  # noqa: F811
    from selenium.webdriver.common.action_chains import ActionChains

    file = FrozenFile("triage", (*frozen(3).variants, variant(3, text=f"Bill number 3. {HOSTILE}")))
    path = tmp_path / "frozen.jsonl"
    path.write_text(file.text())
    page = tmp_path / "review.html"
    assert main(["review", str(path), "--html", str(page), "--reviewer", "eve"]) == 0
    browser.get("about:blank")
    browser.get_log("browser")
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    browser.get(page.as_uri())

    def keys(*typed: str) -> None:
        ActionChains(browser).send_keys(*typed).perform()

    def text(name: str) -> str:
        return str(browser.execute_script(f"return document.getElementById('{name}').textContent"))

    assert text("diff") == "The billBill number 0 is wrongnot right."
    keys("a", "r", "u", "r", "e")
    browser.execute_script("document.getElementById('edit').value = ''")
    keys("A text by eve, bill number 2.")
    browser.find_element("id", "e").click()
    assert HOSTILE in text("text")
    keys("s")
    reloaded = False
    assert browser.execute_script("return document.getElementById('done').hidden") is False
    end = time.monotonic() + 20
    while text("head") != "triage: 4 of 4, 3 decided" or not reloaded:  # browsers write their storage later
        browser.refresh()
        reloaded = True
        assert time.monotonic() < end, "the page goes on where it was left"
    browser.find_element("id", "save").click()
    saved = tmp_path / "decisions.json"
    end = time.monotonic() + 20
    while not saved.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not browser.execute_script("return window.pwned")
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    assert json.loads(saved.read_text())["reviewer"] == "eve"
    assert main(["review", str(path), "--import", str(saved)]) == 0
    done = read_frozen(path.read_text())
    assert states(done) == ["approved", "rejected", "approved", "unreviewed"]
    assert done.variants[2].text == "A text by eve, bill number 2."
