"""What lists of chats cost a vLLM server's front end, rendered here and rendered by it, without pytest around.

    python -m benchmarks.chat_lists [--chats 4000] [--rounds 3]

A server with the toy model is up; each round sends new chats in lists, as the engine does, both ways in turns. Chats
per second, and processor time a chat: of the server's front end (the process that takes the calls) and of this process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.measure import report
from benchmarks.throughput import serve
from llmrobust.models.http.openai_model import LIST_SIZE, LISTS_IN_FLIGHT, OpenAiModel
from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.request import Failure, Request, Sampling
from tests.models.toy import make_toy

TEXT = "Decide whether the review is positive or negative.\nReview: {}: the plot and the cast of film {}.\nSentiment:"
FIGURES = ("chats/s", "server's front end, ms", "this process, ms")


def processor_s(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(url: str, server: int, template: ChatTemplate | None, chats: int, tag: str) -> tuple[float, ...]:
    """FIGURES of one round."""
    model = OpenAiModel(url, is_ours=True, template=template)
    await model.open()
    sampling = Sampling(max_tokens=4)
    requests = [Request((("user", TEXT.format(tag, i)),), sampling=sampling) for i in range(chats)]
    slots = asyncio.Semaphore(LISTS_IN_FLIGHT)

    async def answered(batch: list[Request]) -> bool:
        async with slots:
            return not any(isinstance(reply, Failure) for reply in await model.answer(batch))

    before = time.perf_counter(), processor_s(server), time.process_time()
    good = await asyncio.gather(*(answered(requests[i : i + LIST_SIZE]) for i in range(0, chats, LIST_SIZE)))
    wall, front, own = (
        now - then
        for now, then in zip((time.perf_counter(), processor_s(server), time.process_time()), before, strict=True)
    )
    await model.close()
    if not all(good):
        raise SystemExit("the server failed")
    return chats / wall, 1000 * front / chats, 1000 * own / chats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_LOGGING_LEVEL": "ERROR", "HF_HUB_OFFLINE": "1"}
    with tempfile.TemporaryDirectory() as name:
        folder = make_toy(Path(name) / "toy")
        ways = {"rendered here": ChatTemplate.of_folder(folder), "rendered by the server": None}
        found: dict[str, list[tuple[float, ...]]] = {way: [] for way in ways}
        server, url = serve(folder, "float32", environment)
        try:
            for number in range(chosen.rounds + 1):
                for way, template in ways.items():
                    one = asyncio.run(measure(url, server.pid, template, chosen.chats, f"{way} {number}"))
                    if number:  # the first round warms up
                        found[way].append(one)
        finally:
            server.terminate()
            server.wait()
    rows = [("lists of chats", *FIGURES)]
    for way, rounds in found.items():
        columns = list(zip(*rounds, strict=True))
        rows.append((way, *(f"{statistics.median(c):,.4g} ({min(c):,.4g} to {max(c):,.4g})" for c in columns)))
    report("chat_lists", rows, {"found": found})


if __name__ == "__main__":
    main()
