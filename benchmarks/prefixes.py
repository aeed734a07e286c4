"""How much of what a suite's prompts share a server's prefix cache can reuse, in the order in which they are sent.

    python -m benchmarks.prefixes --data DATA [--suites noise-llm rbft ...] [--cache-tokens 8192 65536]
    python -m benchmarks.prefixes --data DATA --address http://HOST:PORT/v1 [--suites few-shot]

The prompts of the shipped suites on real rows, and of two larger ones: *few-shot* (288 bank questions, twelve
demonstrations in nine formats) and *long-context* (30 contexts of about a thousand tokens, ten questions each), in
tokens of SmolLM2 and in blocks of 16 as vLLM keeps them. *Ideal* keeps every block for ever: the share of tokens that a
radix tree of the whole set holds more than once; no order does better. The other columns are a cache of so many tokens
that drops what was used longest ago: prompts as the engine sends them, in the order of the plan, and shuffled.
--address sends the prompts to a running vLLM server as well, as sent and shuffled, and reads its own counts of tokens
looked up and found (`vllm:prefix_cache_queries`, `vllm:prefix_cache_hits`); restart it between runs.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import report
from llmrobust.engine import Engine, Limits
from llmrobust.engine.reply_store import Store
from llmrobust.errors import LlmRobustError
from llmrobust.loading import load_plans
from llmrobust.models.protocol import Model, ModelInfo
from llmrobust.request import Reply, Request, Response

BLOCK = 16
"""Tokens in a block of vLLM's cache; only whole blocks are shared."""
SUITES = Path(__file__).parents[1] / "suites" / "published" / "real"
ORDERS = ("as sent", "plan's", "shuffled")
SENT = ("as sent", "shuffled")
Blocks = list[int]
FEW_SHOT = """\
suite: few-shot
prompt:
  user: |
    {{% instruction %}}Say what the customer's question is about, in a few words.{{% endinstruction %}}
{demonstrations}
    Question: {{{{ text }}}}
    Topic:
examples: {{file: few-shot.jsonl}}
answer: {{check: exact}}
perturb:
  - format: {{sample: 8}}
  - typo.keyboard: {{rate: 0.05, samples: 2, target: input}}
cases: report
"""
LONG_CONTEXT = """\
suite: long-context
prompt:
  user: |
    {% instruction %}Answer the question from the notes, or say that they do not tell.{% endinstruction %}
    {{ notes }}
    Question: {{ text }}
    Answer:
examples: {file: long-context.jsonl}
answer: {check: exact}
perturb:
  - typo.keyboard: {rate: 0.05, samples: 3, target: text}
  - casing.upper: {target: text}
  - casing.lower: {target: instruction}
cases: report
"""


class Recorder:
    """A model that answers nothing of interest and keeps the order in which it was asked."""

    spec = "recorder"

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def open(self) -> ModelInfo:
        return ModelInfo(self.spec, self.spec, self.spec, self.spec, 1 << 20, 128, 4)

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        self.asked += batch
        return [Response("", "stop", 0, 0) for _ in batch]

    async def close(self) -> None:
        pass


def write_large(data: Path, folder: Path) -> list[Path]:
    """The two larger suites, made of bank questions and word problems."""
    questions = [json.loads(line) for line in (data / "banking77" / "test.jsonl").open(encoding="utf-8")]
    problems = [json.loads(line)["question"] for line in (data / "gsm8k" / "test.jsonl").open(encoding="utf-8")]
    random.Random(0).shuffle(questions)
    shown = "".join(
        f"    {{% example %}}Question: {one['text'].strip()}\n    Topic: {one['answer']}{{% endexample %}}\n"
        for one in questions[:12]
    )
    (folder / "few-shot.robust.yaml").write_text(FEW_SHOT.format(demonstrations=shown), encoding="utf-8")
    rows = {
        "few-shot": [{"text": one["text"], "answer": one["answer"]} for one in questions[12:]],
        "long-context": [
            {"notes": "\n".join(problems[i % len(problems)] for i in range(15 * c, 15 * c + 15)), "text": one["text"]}
            | {"answer": "It does not tell."}
            for c in range(len(questions) // 10)
            for one in questions[10 * c : 10 * c + 10]
        ],
    }
    (folder / "long-context.robust.yaml").write_text(LONG_CONTEXT, encoding="utf-8")
    for name, made in rows.items():
        text = "".join(json.dumps(row) + "\n" for row in made)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return [folder / f"{name}.robust.yaml" for name in rows]


def ask(model: Model, requests: Sequence[Request]) -> None:
    """Ask a model everything, through an engine with an empty store."""
    engine = Engine(model, lambda: Store(None), Limits())
    try:
        engine.submit(requests)
        engine.replies(requests)
    finally:
        engine.close()


def sent_order(requests: Sequence[Request]) -> list[Request]:
    """The requests as an engine sends them."""
    model = Recorder()
    ask(model, requests)
    return model.asked


def blocks_of(ids: Sequence[int]) -> Blocks:
    """A prompt as hashes of its whole blocks, each with all that comes before; the last token is always computed."""
    found, state = [], hashlib.blake2b(digest_size=8)
    for start in range(0, (len(ids) - 1) // BLOCK * BLOCK, BLOCK):
        state.update(repr(ids[start : start + BLOCK]).encode())
        found.append(int.from_bytes(state.digest(), "big"))
    return found


def reused(prompts: Sequence[Blocks], room: int | None) -> int:
    """Blocks found in a cache of so many blocks (None: any number) that drops what was used longest ago."""
    cache: OrderedDict[int, None] = OrderedDict()
    hits = 0
    for blocks in prompts:
        known = 0
        while known < len(blocks) and blocks[known] in cache:
            known += 1
        hits += known
        for block in reversed(blocks):  # a block goes before the ones that it continues
            cache[block] = None
            cache.move_to_end(block)
        while room is not None and len(cache) > room:
            cache.popitem(last=False)
    return hits


async def real_hits(requests: Sequence[Request], address: str) -> tuple[float, float]:
    """(tokens found in the cache, tokens looked up) by a server that is sent these requests in this order."""
    from llmrobust.models import parse_spec

    before = _counters(address)
    model = parse_spec(address)
    await model.open()
    try:
        room = asyncio.Semaphore(4)

        async def send(batch: Sequence[Request]) -> None:
            async with room:
                await model.answer(batch)

        await asyncio.gather(*(send(requests[i : i + 128]) for i in range(0, len(requests), 128)))
    finally:
        await model.close()
    after = _counters(address)
    return after[0] - before[0], after[1] - before[1]


def _counters(address: str) -> tuple[float, float]:
    import urllib.request

    text = urllib.request.urlopen(address.removesuffix("/v1") + "/metrics", timeout=30).read().decode()
    values = {"hits": 0.0, "queries": 0.0}
    for line in text.splitlines():
        for name in values:
            if line.startswith(f"vllm:prefix_cache_{name}_total"):
                values[name] += float(line.rsplit(" ", 1)[1])
    return values["hits"], values["queries"]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--suites", nargs="*", help="names of suites on real rows, all unless named")
    parser.add_argument("--cache-tokens", type=int, nargs="*", default=[8_192, 65_536])
    parser.add_argument("--most", type=int, default=20_000, help="prompts of a suite, from its start")
    parser.add_argument("--address", help="a vLLM server that is up")
    args = parser.parse_args()
    from llmrobust_smollm2.weights import weights
    from transformers import AutoTokenizer

    from tools.published.rows import write_rows

    tokenizer = AutoTokenizer.from_pretrained(weights("auto").folder)
    columns = [f"{what}, {room:,}" for room in args.cache_tokens for what in ORDERS]
    columns += [f"{what}, vLLM" for what in SENT if args.address]
    rows = [["suite", "prompts", "tokens", "ideal", *columns]]
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_rows(args.data, Path(folder))
        os.environ["LLMROBUST_DATA"] = folder
        for path in [*sorted(SUITES.glob("*.robust.yaml")), *write_large(args.data, Path(folder))]:
            name = path.name.removesuffix(".robust.yaml")
            if args.suites and name not in args.suites:
                continue
            try:
                plans = load_plans(path, path.parent)
            except LlmRobustError as error:
                print(f"{name}: {error}")
                continue
            requests = list(dict.fromkeys(r for plan in plans for r in plan.requests()))[: args.most]
            shuffled = random.Random(0).sample(requests, len(requests))
            texts = ["".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in r.messages) for r in requests]
            blocks = {r: blocks_of(ids) for r, ids in zip(requests, tokenizer(texts)["input_ids"], strict=True)}
            total = sum(map(len, blocks.values()))
            orders = dict(zip(ORDERS, (sent_order(requests), requests, shuffled), strict=True))
            found = {"ideal": reused([blocks[r] for r in requests], None) / max(1, total)}
            for room in args.cache_tokens:
                for what, order in orders.items():
                    hits = reused([blocks[r] for r in order], room // BLOCK)
                    found[f"{what}, {room:,}"] = hits / max(1, total)
            for what in SENT if args.address else ():
                hits, looked_up = asyncio.run(real_hits(orders[what], args.address))
                found[f"{what}, vLLM"] = hits / max(1.0, looked_up)
            figures[name] = {"prompts": len(requests), "tokens": total * BLOCK, **found}
            shares = [f"{100 * value:.1f} %" for value in found.values()]
            rows.append([name, f"{len(requests):,}", f"{total * BLOCK:,}", *shares])
            print("  ".join(rows[-1]), flush=True)
    report("prefixes", rows, figures)


if __name__ == "__main__":
    main()
