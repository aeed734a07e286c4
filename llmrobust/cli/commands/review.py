"""`review`: a person decides on generated variants, in the terminal or on a page."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command
from llmrobust.errors import WrongUse, readable_file

if TYPE_CHECKING:
    from llmrobust.operators.frozen_variants import FrozenFile


@command(
    "Decide on the variants of a frozen file, which `llmrobust generate` wrote: a approves, r rejects, e edits and "
    "approves, u undoes, s skips, q quits. Every decision is saved at once; the next review goes on with what you have "
    "not decided on. A variant is used once every reviewer of it has approved it. --html writes a page that needs no "
    "server; --import takes the decisions that it saves. Exit code 1 with --summary: some variant is not reviewed.",
    [
        ("llmrobust review suites/frozen/triage.jsonl", "in the terminal"),
        ("llmrobust review frozen.jsonl --html review.html", "a page for somebody else"),
        ("llmrobust review frozen.jsonl --import decisions.json", "take what the page saved"),
        ("llmrobust review frozen.jsonl --summary", "what was decided, and how far reviewers agree"),
    ],
)
@click.argument("file", type=ReadableFile("a frozen file"), help="frozen file")
@click.option("--reviewer", metavar="NAME", help="whom decisions are of (default: git's user.name, else your login)")
@click.option("--kind", metavar="A,B", default="", help="only variants of these kinds")
@click.option("--again", is_flag=True, help="also variants that you have decided on")
@click.option("--html", type=PATH, metavar="FILE", help="write a page for the review instead")
@click.option("--import", "decisions", type=PATH, metavar="FILE", multiple=True, help="take decisions of the page")
@click.option("--summary", is_flag=True, help="only say what was decided")
def review(chosen: Chosen) -> int:
    """Review, write the page, or take decisions."""
    from llmrobust.generate.review.decisions import review_summary
    from llmrobust.operators.frozen_variants import State, usable

    file = _read(chosen.file)
    names = _names(chosen)
    if names and not usable(file.variants, names):
        there = ", ".join(sorted({one.family for one in file.variants}))
        raise WrongUse(f"--kind: {chosen.file} has no variant of {', '.join(names)}; it has {there or 'none at all'}")
    if chosen.decisions:
        file = _imported(chosen, file)
    elif chosen.html is not None:
        return _page(chosen, file)
    elif not chosen.summary:
        file = _in_terminal(chosen, file)
    print("\n".join(review_summary(file)))
    return 1 if chosen.summary and file.counts()[State.UNREVIEWED] else 0


def _names(chosen: Chosen) -> list[str]:
    return [name.strip() for name in chosen.kind.split(",") if name.strip()]


def _read(path: Path) -> FrozenFile:
    from llmrobust.operators.frozen_variants import read_frozen

    try:
        return read_frozen(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        frozen = path.parent / "frozen" / f"{path.name.split('.')[0]}.jsonl"
        suite = path.name.endswith((".robust.yaml", ".robust.yml"))
        where = f"; this is a suite, whose frozen file is usually {frozen}" if suite else ""
        raise WrongUse(f"{path}: {error}{where}") from None


def _write(path: Path, file: FrozenFile) -> None:
    from llmrobust.text.atomic_write import write_whole

    write_whole(path, file.text().encode("utf-8", "backslashreplace"))


def _imported(chosen: Chosen, file: FrozenFile) -> FrozenFile:
    from llmrobust.generate.review.decisions import read_decisions, with_decisions

    for path in chosen.decisions:
        try:
            decisions = read_decisions(readable_file(path, "a file of decisions").read_text(encoding="utf-8"))
        except ValueError as error:
            raise WrongUse(f"{path}: {error}") from None
        found = with_decisions(file, decisions)
        file = found.file
        print(f"{path}: {found.taken:,} decisions of {decisions.reviewer}")
        for why in found.skipped:
            print(f"  skipped: {why}")
    _write(chosen.file, file)
    return file


def _page(chosen: Chosen, file: FrozenFile) -> int:
    from llmrobust.generate.review.page import review_page
    from llmrobust.text.atomic_write import write_whole

    page = review_page(file, chosen.reviewer or _me(), date.today().isoformat())
    write_whole(chosen.html, page.encode("utf-8", "backslashreplace"))
    print(f"wrote {chosen.html}: open it in a browser, then: llmrobust review {chosen.file} --import decisions.json")
    return 0


def _in_terminal(chosen: Chosen, file: FrozenFile) -> FrozenFile:
    from llmrobust.generate.review.decisions import undecided
    from llmrobust.generate.review.keys import Keys
    from llmrobust.generate.review.terminal import Terminal
    from llmrobust.generate.review.terminal import review as reviewed
    from llmrobust.operators.frozen_variants import usable
    from llmrobust.text.colour import wants_colour

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUse("a review needs a terminal; --html writes a page, --summary says what was decided")
    reviewer = chosen.reviewer or _me()
    mine = {id(one) for one in usable(file.variants, _names(chosen))}
    left = range(len(file.variants)) if chosen.again else undecided(file.variants, reviewer)
    wanted = [number for number in left if id(file.variants[number]) in mine]
    with Keys.of_terminal() as keys:
        terminal = Terminal(
            key=keys.key,
            edit=keys.edit,
            show=_show,
            save=lambda changed: _write(chosen.file, changed),
            width=min(shutil.get_terminal_size().columns, 110),
            colour=wants_colour(),
        )
        return reviewed(file, wanted, reviewer, date.today().isoformat(), terminal)


def _show(text: str) -> None:
    click.clear()
    print(text, flush=True)


def _me() -> str:
    """The reviewer's name: git's, else the login."""
    try:
        done = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, timeout=5, check=False)
        name = done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        name = ""
    return name or getpass.getuser()
