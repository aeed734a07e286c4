"""What a first run costs pytest's process, phase by phase, against a server that computes nothing.

    python -m benchmarks.phases [--chats 4000] [--rounds 3]

The suite of `benchmarks.throughput` is sent to the scripted server of the tests, which runs in a process of its own and
answers lists of chats and of texts at once. Each round runs it with chats rendered here and by the server, in turns.
Figures are processor time, which other work on the machine changes least. The phases are those of `benchmarks.scale`;
*engine* is the engine's thread, which renders, sends, reads answers and stores them.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import add_model, report
from benchmarks.scale import NAMES, measured, session
from benchmarks.started import FOLDER_VARIABLE
from benchmarks.throughput import write_round
from llmrobust.models.http.chat_rendering import VARIABLE
from tests.models.http.fault_server import TEMPLATE

SERVER = """\
import sys
from tests.models.http.fault_server import FaultServer, serve
with serve(FaultServer(context=4096)) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""
WAYS = {"rendered here": "0", "rendered by the server": "1"}
"""Way -> what the environment says."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    found: dict[str, list[dict[str, dict[str, float]]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        add_model(folder / "site", "started", "benchmarks.started:Started")
        (folder / "chat_template.jinja").write_text(TEMPLATE)
        environment = measured(folder) | {FOLDER_VARIABLE: str(folder)}
        command = [sys.executable, "-c", SERVER]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            url = server.stdout.readline().strip()
            for number in range(chosen.rounds + 1):
                place = write_round(folder, chosen.chats, number)
                for way, said in WAYS.items():
                    one = session(
                        place,
                        environment | {VARIABLE: said},
                        ["--llm", f"started:{url}", "--robust-fresh"],
                        "throughput.robust.yaml",
                    )
                    if number:  # the first round compiles everything
                        found[way].append(one)
        finally:
            server.stdin.close()
            server.wait()
    report("phases", [("processor time of a chat, ms", *WAYS), *rows_of(found, chosen.chats)], {"found": found})


def rows_of(found: dict[str, list[dict[str, dict[str, float]]]], chats: int) -> list[tuple[str, ...]]:
    """Median and range of the processor time of each phase, in milliseconds a chat."""
    rows = []
    for name in (one for one in NAMES if one != "children"):
        cells = []
        for rounds in found.values():
            figures = [1000 * one[name]["cpu"] / chats for one in rounds if name in one]
            if figures:
                cells.append(f"{statistics.median(figures):.3f} ({min(figures):.3f} to {max(figures):.3f})")
        if cells:
            rows.append((name, *cells))
    return rows


if __name__ == "__main__":
    main()
