"""What server faults, killed sessions and shared stores cost, with a stand-in for a server that fails on command.

python -m benchmarks.faults [--kills 100] [--only faults kills sessions]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import report
from tests.engine.load import FAULTS, PROMPTS, Outcome, under_load
from tests.models.http.fault_server import Body, Fault, FaultServer, serve

EXAMPLES = 150
SAMPLES = 4
DELAY_S = 0.05
"""What the server takes for a list in the runs that are killed, so that many are under way when they are."""
SUITE = f"""\
suite: load
prompt: {{user: "{{{{ text }}}}"}}
examples: {{file: load.jsonl}}
answer: {{check: contains, field: answer}}
sampling: {{max_tokens: 4}}
perturb: [typo.keyboard: {{samples: {SAMPLES}, target: input}}]
gate: [accuracy: {{min: 0.0}}]
"""


def faults() -> Iterator[tuple[str, ...]]:
    """Each fault at a lone server and at one of three replicas."""
    yield "fault, while 120 prompts are asked", "one server", "one of three replicas"
    for name in FAULTS:
        yield name, *(shown(under_load(name, servers)) for servers in (1, 3))


def shown(found: Outcome) -> str:
    """The outcome of the prompts in a few words."""
    parts = [f"{found.right} answered"]
    parts += [f"{count} {kind}" for kind, count in sorted(found.failed.items())]
    parts += [f"{found.unanswered} not asked, run ended"] if found.gone else []
    wrong = {"wrong": found.wrong, "lost": found.lost, "asked twice": found.again, "hung": int(found.hung)}
    return ", ".join(parts + [f"{count} {kind.upper()}" for kind, count in wrong.items() if count])


PROBE = 40
"""Characters; prompts of the suite are longer, and what a session asks to learn what the server can do is shorter."""


class Slow(FaultServer):
    """A server that takes its time, and counts how often it answered each prompt."""

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()
        super().__init__(faults=[Fault(when=self.count)])

    def count(self, body: Body) -> bool:
        """Never a fault."""
        for chat in body.get("messages", ()):
            if isinstance(chat, list) and len(chat[-1]["content"]) > PROBE:
                self.served[chat[-1]["content"]] += 1
        return False

    async def handle(self, request):  # type: ignore[no-untyped-def]
        """As fast as any for what is not a list of chats."""
        if request.path.endswith("/batch"):
            await asyncio.sleep(DELAY_S)
        return await super().handle(request)


def suite_in(folder: Path) -> None:
    """A suite of so many examples and variants."""
    words = "The quick brown fox jumps over the lazy dog and runs home before the night"
    rows = (json.dumps({"text": f"{words} number {n}", "answer": "+"}) for n in range(EXAMPLES))
    (folder / "load.jsonl").write_text("\n".join(rows))
    (folder / "load.robust.yaml").write_text(SUITE)


def session(folder: Path, url: str, name: str = "run.json") -> subprocess.Popen[bytes]:
    """A pytest session on the suite, with the store of the folder; at most 64 prompts in flight."""
    command = [sys.executable, "-m", "pytest", "load.robust.yaml", "-q", "-p", "no:cacheprovider", "--llm", url]
    command += ["--robust-store", "store.sqlite", "--robust-json", name, "--robust-max-prompts", str(IN_FLIGHT)]
    command += ["--robust-trust-store"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


IN_FLIGHT = 32
MOST_BEFORE_A_KILL = 200


def answered(counts: dict[str, int]) -> int:
    """Prompts of a run that have an answer."""
    return counts["from_store"] + counts["sent"] - counts["failed"]


def kills(times: int) -> Iterator[tuple[str, ...]]:
    """Sessions killed at random moments until so many were, each suite finished by a last one."""
    rng = random.Random(7)
    killed = suites = asked = again = missing = 0
    while killed < times:
        suites += 1
        here = 0
        with tempfile.TemporaryDirectory() as name, serve(Slow()) as server:
            folder = Path(name)
            suite_in(folder)
            while True:
                started = session(folder, server.url)
                enough = sum(server.served.values()) + rng.randint(0, MOST_BEFORE_A_KILL)
                while started.poll() is None and sum(server.served.values()) < enough:
                    time.sleep(0.01)
                time.sleep(rng.uniform(0, 2 * DELAY_S))
                if started.poll() is not None:
                    break
                started.kill()
                started.wait()
                here += 1
            run = json.loads((folder / "run.json").read_text())
            unique = run["requests"]["unique"]
            missing += unique - answered(run["requests"])
            asked += unique
            again += sum(server.served.values()) - len(server.served)
            killed += here
    yield "kills", "suites finished", "prompts", "without an answer", "asked again", "in flight at the kills, at most"
    yield str(killed), str(suites), f"{asked:,}", str(missing), str(again), f"{killed * IN_FLIGHT:,}"


def sessions() -> Iterator[tuple[str, ...]]:
    """Three sessions at once on one store, and one more afterwards."""
    with tempfile.TemporaryDirectory() as name, serve(Slow()) as server:
        folder = Path(name)
        suite_in(folder)
        running = [session(folder, server.url, f"{number}.json") for number in range(3)]
        codes = [one.wait() for one in running]
        first = sum(server.served.values())
        last = session(folder, server.url, "last.json").wait()
        runs = [json.loads((folder / f"{name}.json").read_text())["requests"] for name in ("0", "1", "2", "last")]
    yield "sessions at once", "exit codes", "prompts each", "answered in all", "sent by one more session afterwards"
    yield (
        "3",
        f"{sorted({*codes, last})}",
        str(runs[0]["unique"]),
        str(sum(map(answered, runs[:3]))),
        str(runs[3]["sent"]),
    )
    assert first == sum(run["sent"] for run in runs[:3])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--only", nargs="+", choices=("faults", "kills", "sessions"))
    chosen = parser.parse_args()
    parts = {"faults": faults, "kills": lambda: kills(chosen.kills), "sessions": sessions}
    for name in chosen.only or parts:
        report(f"faults-{name}", list(parts[name]()), {"prompts": PROMPTS})


if __name__ == "__main__":
    main()
