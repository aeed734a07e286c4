"""Whole pytest sessions on one suite and one store, against a server that takes its time and counts what it answers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.models.http.fault_server import Body, Fault, FaultServer

EXAMPLES = 150
SAMPLES = 4
PROMPTS = EXAMPLES * (1 + SAMPLES)
IN_FLIGHT = 32
"""Prompts that a session has under way, at most."""
DELAY_S = 0.05
"""What the server takes for a list, so that many prompts are under way when a session is killed."""
SUITE = f"""\
suite: load
prompt: {{user: "{{{{ text }}}}"}}
examples: {{file: load.jsonl}}
answer: {{check: contains, field: answer}}
sampling: {{max_tokens: 4}}
perturb: [typo.keyboard: {{samples: {SAMPLES}, target: input}}]
gate: [accuracy: {{min: 0.0}}]
"""
PROBE = 40
"""Characters; prompts of the suite are longer, and what a session asks to learn what the server can do is shorter."""


class CountingServer(FaultServer):
    """A slow server that counts how often it was asked each prompt."""

    def __init__(self) -> None:
        self.served: Counter[str] = Counter()
        super().__init__(faults=[Fault(when=self._count)])

    @property
    def again(self) -> int:
        """How often prompts were asked beyond the first time."""
        return sum(self.served.values()) - len(self.served)

    def _count(self, body: Body) -> bool:
        """Never a fault."""
        for chat in body.get("messages", ()):
            if isinstance(chat, list) and len(chat[-1]["content"]) > PROBE:
                self.served[chat[-1]["content"]] += 1
        return False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """As fast as any for what is not a list of chats."""
        if request.path.endswith("/batch"):
            await asyncio.sleep(DELAY_S)
        return await super().handle(request)


def write_suite(folder: Path) -> None:
    """A suite of so many examples and variants."""
    words = "The quick brown fox jumps over the lazy dog and runs home before the night"
    rows = (json.dumps({"text": f"{words} number {n}", "answer": "+"}) for n in range(EXAMPLES))
    (folder / "load.jsonl").write_text("\n".join(rows))
    (folder / "load.robust.yaml").write_text(SUITE)


def start_session(folder: Path, url: str, name: str = "run") -> subprocess.Popen[bytes]:
    """A pytest session on the suite, with the store of the folder. name: of the run that it writes."""
    command = [sys.executable, "-m", "pytest", "load.robust.yaml", "-q", "--llm", url]
    command += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # which takes half of the start
    command += ["--robust-store", "store.sqlite", "--robust-json", f"{name}.json"]
    command += ["--robust-max-prompts", str(IN_FLIGHT), "--robust-trust-store"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def requests_of(folder: Path, name: str = "run") -> dict[str, Any]:
    """What a session that wrote its run counted of requests."""
    counts: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())["requests"]
    return counts


def answered(counts: dict[str, Any]) -> int:
    """Prompts of a run that have an answer."""
    return int(counts["from_store"] + counts["sent"] - counts["failed"])
