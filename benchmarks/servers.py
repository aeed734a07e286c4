"""Prompts a second before and after a server is added to a run's list of servers, and taken away again.

python -m benchmarks.servers [--seconds 10]

The servers are stand-ins: each answers one list at a time and takes a fixed time for it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from benchmarks.measure import report
from llmrobust.engine import Engine, Limits, Store
from llmrobust.models import parse_specs
from tests.models.http.fault_server import FaultServer, serve
from tests.models.requests import brief, completion

LIST = 10
IN_FLIGHT = 40
"""Prompts at each server."""
LIST_S = 0.05
SETTLE_S = 4.0
"""For two looks at the file, and an added server's answers to the probes."""


class Busy(FaultServer):
    """A server that answers one list at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """As any; lists take their time."""
        body = await request.json() if request.method == "POST" else {}
        if isinstance(body.get("prompt"), list) and len(body["prompt"]) == LIST:
            async with self._turn:
                await asyncio.sleep(LIST_S)
        return await super().handle(request)


def rates(seconds: float) -> Iterator[tuple[str, float]]:
    """Prompts a second with one server, with a second one, and with one again, for so many seconds each."""
    with tempfile.TemporaryDirectory() as folder, serve(Busy()) as first, serve(Busy()) as second:
        file = Path(folder) / "servers.txt"
        file.write_text(f"{first.url}\n")
        engine = Engine(
            parse_specs([f"servers:{file}"]), lambda: Store(None), Limits(max_prompts=IN_FLIGHT, max_list=LIST)
        )
        try:
            engine.opened()
            enough = int(4 * (seconds + SETTLE_S) * LIST / LIST_S)
            engine.submit(completion(*(f"good {number}" for number in range(enough)), sampling=brief()))
            for name, lines in (("1 server", (first,)), ("2 servers", (first, second)), ("the other one", (second,))):
                file.write_text("".join(f"{server.url}\n" for server in lines))
                time.sleep(SETTLE_S)
                yield name, _rate(engine, seconds)
        finally:
            engine.close()


def _rate(engine: Engine, seconds: float) -> float:
    before, began = engine.stats().answered, time.perf_counter()
    time.sleep(seconds)
    return (engine.stats().answered - before) / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=int, default=3)
    chosen = parser.parse_args()
    runs = [dict(rates(chosen.seconds)) for _ in range(chosen.times)]
    names = list(runs[0])
    alone = names[0]
    rows = [("", "prompts/s, median", "of one server: median, least, most")]
    for name in names:
        ratios = [run[name] / run[alone] for run in runs]
        said = f"{statistics.median(ratios):.2f}, {min(ratios):.2f}, {max(ratios):.2f}"
        rows.append((name, f"{statistics.median(run[name] for run in runs):,.0f}", said))
    report("servers", rows, {"runs": runs})


if __name__ == "__main__":
    main()
