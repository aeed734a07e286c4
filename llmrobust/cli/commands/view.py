"""`view`: local pages over stored runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from llmrobust.cli.command import PATH, Chosen, command, project_option
from llmrobust.errors import WrongUse, readable_file


@command(
    "Show stored runs in a browser: a table of them, the history of each gate as a line, models side by side, the "
    "cases of a suite across models, and the whole report of each run, alone or against another. Pages are served to "
    "this machine only (127.0.0.1), nothing is written, and new runs in a folder appear when the page is loaded again. "
    "Ctrl-C ends it.",
    [
        ("llmrobust view runs/", "all runs that pytest --robust-json wrote into a folder"),
        ("llmrobust view old.json new.json --open", "these two, in the browser at once"),
    ],
)
@click.argument("paths", type=PATH, metavar="RUN|FOLDER...", nargs=-1, required=True, help="stored runs, or folders")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", default=0, help="port (default: a free one)")
@click.option("--open", "browse", is_flag=True, help="open the page in a browser")
@project_option
def view(chosen: Chosen) -> int:
    """Serve the pages until the user ends it."""
    from llmrobust.cli.project import project_of
    from llmrobust.view.library import Library, says_run
    from llmrobust.view.pages import Pages, said_paths
    from llmrobust.view.server import ViewServer

    for path in chosen.paths:
        if not path.is_dir() and not says_run(readable_file(path, "a stored run")):
            raise WrongUse(f"{path}: is not a stored run; pytest --robust-json FILE writes one")
    project_of([Path.cwd()], noconftest=chosen.noconftest)  # metrics and methods that runs name
    library = Library(chosen.paths)
    try:
        server = ViewServer(Pages(library, said_paths(list(chosen.paths))), chosen.port)
    except OSError as error:
        raise WrongUse(f"--port {chosen.port}: {error.strerror or error}") from None
    with server:
        print(f"{len(library.found()):,} stored runs at {server.address} (Ctrl-C ends it)", flush=True)
        if chosen.browse:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            print(file=sys.stderr)
    return 0
