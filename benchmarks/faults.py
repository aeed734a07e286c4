"""What server faults, killed sessions and shared stores cost, with a stand-in for a server that fails on command.

python -m benchmarks.faults [--kills 100] [--rounds 5] [--only faults kills sessions claims]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.measure import report, spread
from llmrobust.engine import Engine, Store
from llmrobust.engine.reply_store import NO_CLAIM, Claim
from llmrobust.request import Response
from tests.engine.load import FAULTS, Outcome, under_load
from tests.engine.scripted import ScriptedModel, ask
from tests.engine.sessions import (
    DELAY_S,
    IN_FLIGHT,
    PROMPTS,
    CountingServer,
    answered,
    requests_of,
    start_session,
    write_suite,
)
from tests.models.http.fault_server import serve

SESSIONS = 3
ROUNDS = 5


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


MOST_BEFORE_A_KILL = 200


def kills(times: int) -> Iterator[tuple[str, ...]]:
    """Sessions killed at random moments until so many were, each suite finished by a last one."""
    rng = random.Random(7)
    killed = suites = asked = again = missing = 0
    while killed < times:
        suites += 1
        here = 0
        with tempfile.TemporaryDirectory() as name, serve(CountingServer()) as server:
            folder = Path(name)
            write_suite(folder)
            while True:
                started = start_session(folder, server.url)
                enough = sum(server.served.values()) + rng.randint(0, MOST_BEFORE_A_KILL)
                while started.poll() is None and sum(server.served.values()) < enough:
                    time.sleep(0.01)
                time.sleep(rng.uniform(0, 2 * DELAY_S))
                if started.poll() is not None:
                    break
                started.kill()
                started.wait()
                here += 1
            run = requests_of(folder)
            unique = run["unique"]
            missing += unique - answered(run)
            asked += unique
            again += server.again
            killed += here
    yield "kills", "suites finished", "prompts", "without an answer", "asked again", "in flight at the kills, at most"
    yield str(killed), str(suites), f"{asked:,}", str(missing), str(again), f"{killed * IN_FLIGHT:,}"


def sessions(times: int) -> Iterator[tuple[str, ...]]:
    """Sessions at once on one store, all left alone or one of them killed, and one more session afterwards."""
    rng = random.Random(7)
    yield "sessions at once", "prompts", "without an answer", "asked again", "sent by one more session", "seconds"
    for killed in (0, 1):
        rounds = [together(killed, rng) for _ in range(times)]
        *counts, lasted = zip(*rounds, strict=True)
        sums = (f"{sum(column):,}" for column in counts)
        yield f"{times} x {SESSIONS}, {killed} killed", *sums, spread(lasted)


def together(killed: int, rng: random.Random) -> tuple[int, int, int, int, float]:
    """Different prompts, those without an answer, prompts asked again, those sent afterwards; and seconds."""
    with tempfile.TemporaryDirectory() as name, serve(CountingServer()) as server:
        folder = Path(name)
        write_suite(folder)
        began = time.perf_counter()
        running = [start_session(folder, server.url, str(number)) for number in range(SESSIONS)]
        enough = rng.randint(1, PROMPTS)
        while killed and sum(server.served.values()) < enough:
            time.sleep(0.01)
        for one in running[:killed]:
            one.kill()
            one.wait()
        codes = {one.wait() for one in running[killed:]}
        lasted = time.perf_counter() - began
        codes.add(start_session(folder, server.url, "last").wait())
        assert codes == {0}
        runs = [requests_of(folder, str(number)) for number in range(killed, SESSIONS)]
        missing = sum(run["unique"] - answered(run) for run in runs)
        return len(server.served), missing, server.again, requests_of(folder, "last")["sent"], lasted


class Unclaiming(Store):
    """A store as if nobody shared it."""

    _numbers = count(1)

    def claim(self, keys: Sequence[bytes]) -> Claim:
        """Nothing is anybody else's."""
        return Claim(number=next(self._numbers))

    def keep(self, rows: Iterable[tuple[bytes, Response]], claim: Claim = NO_CLAIM) -> None:
        """Responses only."""
        super().keep(rows)


def claims() -> Iterator[tuple[str, ...]]:
    """What claims cost a session that is alone, in processor time, with a model that answers at once."""
    yield "prompts in a list", "without claims, µs a prompt", "with claims, µs a prompt", "difference, µs"
    for most in (1, 32, 128):
        times = [(engine_us(Unclaiming, most), engine_us(Store, most)) for _ in range(ROUNDS)]
        without, with_claims = zip(*times, strict=True)
        yield str(most), spread(without), spread(with_claims), spread([b - a for a, b in times])


def engine_us(kind: type[Store], most: int) -> float:
    """Microseconds of processor time a prompt, from submitting requests to their replies. most: prompts in a list."""
    requests = [ask(f"{'A word and another one. ' * 20}{number}") for number in range(20 * max(most, 64))]
    with tempfile.TemporaryDirectory() as name:
        model = ScriptedModel(lambda request: Response("positive", "stop"), max_batch=most)
        engine = Engine(model, lambda: kind(Path(name) / "replies.sqlite"))
        engine.opened()
        began = time.process_time()
        engine.submit(requests)
        engine.replies(requests)
        lasted = time.process_time() - began
        engine.close()
    return 1e6 * lasted / len(requests)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5, help="of sessions at once, without a kill and with one")
    parser.add_argument("--only", nargs="+", choices=("faults", "kills", "sessions", "claims"))
    chosen = parser.parse_args()
    parts = {
        "faults": faults,
        "kills": lambda: kills(chosen.kills),
        "sessions": lambda: sessions(chosen.rounds),
        "claims": claims,
    }
    for name in chosen.only or parts:
        rows = list(parts[name]())
        report(f"faults-{name}", rows, {"table": rows})


if __name__ == "__main__":
    main()
