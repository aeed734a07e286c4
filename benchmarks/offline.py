"""Cases per second of pytest sessions on `vllm-offline:`, beside `vllm.LLM.generate` itself.

    python -m benchmarks.offline [--prompts 4000] [--rounds 3] [--models toy tiny FOLDER] [--dtype float32]

A session on `vllm-offline:` loads the model, which takes many times what a small model computes. So whole sessions of
one tenth of the prompts and of all of them are timed in turns, and the rate is that of the prompts between the two;
`LLM.generate`, whose process stays up, is timed on as many prompts. Suites, prompts and settings are those of
`benchmarks.throughput`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import report, wall_s
from benchmarks.throughput import Generator, model_at, write_round

ARGUMENTS = "enforce-eager=true&max-model-len=1024"


def measure(model: Path, dtype: str, prompts: int, rounds: int, folder: Path) -> tuple[list[float], list[float]]:
    """Prompts per second, one figure a round: of `LLM.generate` and of sessions."""
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_LOGGING_LEVEL": "ERROR", "HF_HUB_OFFLINE": "1"}
    session = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "throughput.robust.yaml"]
    session += ["--robust-fresh", "--llm", f"vllm-offline:{model}?{ARGUMENTS}&dtype={dtype}"]
    few = prompts // 10
    direct, ours = [], []
    for number in range(rounds):
        whole = write_round(folder, prompts, 2 * number)
        part = write_round(folder, few, 2 * number + 1)
        between = [wall_s(session, cwd=place, env=environment) for place in (whole, part)]
        generator = Generator(model, dtype, environment)
        try:
            generator.seconds(part / "data.jsonl")  # warms up
            alone = generator.seconds(whole / "data.jsonl")
        finally:
            generator.close()
        direct.append(prompts / alone)
        ours.append((prompts - few) / (between[0] - between[1]))
        print(f"round {number}: LLM.generate {direct[-1]:.0f}/s, session {ours[-1]:.0f}/s", file=sys.stderr)
    return direct, ours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dtype", default="auto", help="what the model computes in, for both")
    parser.add_argument("--models", nargs="+", default=["toy", "tiny"], help="toy, tiny or a model's folder")
    chosen = parser.parse_args()
    rows: list[tuple[str, ...]] = [("model", "LLM.generate", "vllm-offline: session", "ratio")]
    figures = {}
    for name in chosen.models:
        with tempfile.TemporaryDirectory() as folder:
            direct, ours = measure(
                model_at(name, Path(folder)), chosen.dtype, chosen.prompts, chosen.rounds, Path(folder)
            )
        ratios = [session / alone for session, alone in zip(ours, direct, strict=True)]
        figures[name] = {"direct": direct, "session": ours, "ratio": ratios}
        middle = statistics.median
        ratio = f"{middle(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        rows.append((name, f"{middle(direct):,.0f}/s", f"{middle(ours):,.0f}/s", ratio))
    report("offline", rows, figures)


if __name__ == "__main__":
    main()
