"""`watch`: suites run again on every save, in a process that keeps the model loaded."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, colour_option, command, project_option
from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.cli.project import Project
    from llmrobust.watch.loop import Ending
    from llmrobust.watch.terminal import PlainTerminal, ScreenTerminal

LINES_OF_PYTEST = 20
"""Of what pytest writes where a project cannot be loaded, the last lines are shown."""


@command(
    "Run suites again whenever a file that they depend on is saved: suite, prompts, examples, paraphrases, baselines. "
    "The model stays loaded, and stored replies are not asked again. Shows what changed, what broke and healed, and "
    "the gates. A suite with errors shows them, and the watch goes on. Keys: r reruns, f runs only what failed, a runs "
    "all, m shows more cases, h helps, q quits.",
    [
        ("llmrobust watch suites/triage.robust.yaml", "one suite"),
        ("llmrobust watch suites/ --llm http://127.0.0.1:8000/v1", "all suites of a folder, new ones too"),
    ],
)
@click.argument(
    "paths", type=PATH, metavar="SUITE...", nargs=-1, required=True, help="suite file or folder; repeatable"
)
@click.option("--llm", metavar="SPEC", multiple=True, help="as for pytest (default: as for pytest)")
@click.option("--store", type=PATH, metavar="FILE", help="store replies in this file (default: as for pytest)")
@colour_option
@project_option
def watch(chosen: Chosen) -> int:
    """Watch until the user quits."""
    from llmrobust.watch.terminal import PlainTerminal, ScreenTerminal

    for path in chosen.paths:
        if not path.exists():
            raise WrongUse(f"{path}: no such file or folder")
    terminal: PlainTerminal | ScreenTerminal
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from llmrobust.text.colour import wants_colour

        terminal = ScreenTerminal(wants_colour(chosen.color))
    else:
        terminal = PlainTerminal()
    try:
        ending = _watched(chosen, terminal)
    finally:
        terminal.end()
    if ending == "restart":
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "llmrobust", "watch", *_again(chosen)])
    return 0


def _watched(chosen: Chosen, terminal: PlainTerminal | ScreenTerminal) -> Ending:
    from llmrobust.generate.review.keys import Keys
    from llmrobust.watch.loop import Watch, until_mended
    from llmrobust.watch.terminal import read_keys
    from llmrobust.watch.warm import Warm, model_words

    with Keys.of_terminal() if sys.stdin.isatty() else contextlib.nullcontext() as keys:
        project = _project(chosen)
        if isinstance(project, str):
            typed: queue.Queue[str] = queue.Queue()
            if keys is not None:
                read_keys(keys, typed.put)
            return until_mended(project, Path.cwd(), terminal, typed)
        settings = replace(
            project.settings,
            specs=tuple(chosen.llm) or project.settings.specs,
            store=chosen.store or project.settings.store,
        )
        warm = Warm(project.root, settings)
        watching = Watch(warm, chosen.paths, project.root, model_words(settings), terminal)
        if keys is not None:
            read_keys(keys, watching.key)
        return watching.run()


def _project(chosen: Chosen) -> Project | str:
    """The project, or why pytest cannot start in it: with what pytest wrote."""
    from llmrobust.cli.project import project_of

    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return project_of(chosen.paths, noconftest=chosen.noconftest)
    except WrongUse as error:
        lines = said.getvalue().rstrip().splitlines()[-LINES_OF_PYTEST:]
        return "\n".join([*lines, str(error)])


def _again(chosen: Chosen) -> list[str]:
    """The arguments of the same watch."""
    words = [word for spec in chosen.llm for word in ("--llm", spec)]
    words += ["--store", str(chosen.store)] if chosen.store else []
    words += ["--noconftest"] * chosen.noconftest
    return [*words, "--color", chosen.color, "--", *map(str, chosen.paths)]
