"""The same prompts against the same vLLM server by llmrobust and by other tools, as whole commands.

    python -m benchmarks.peers [--prompts 2000] [--rounds 2] [--python PYTHON] [--promptfoo PROGRAM]

Per round, with new distinct chats of `benchmarks.throughput` (toy model, 4 new tokens), in turns: llmrobust as one
pytest session, lm-evaluation-harness (`local-chat-completions`), inspect_ai (`openai-api`) and promptfoo
(`openai:chat`), each with as many requests in flight as it is told: 128. Wall time from the start of the process to
its exit, imports and reports included. --python: a Python with `lm-eval[api]` and `inspect-ai`, which want versions of
their own; --promptfoo: its program, installed by npm. What is absent is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import report, wall_s
from benchmarks.throughput import serve, write_round
from tests.models.toy import make_toy

IN_FLIGHT = 128
ASK = "Decide whether the review is positive or negative.\nReview: {}\nSentiment:"
LM_EVAL = """\
task: throughput
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{ask}"
doc_to_target: ""
generation_kwargs: {{until: [], max_gen_toks: 4, temperature: 0}}
metric_list: [{{metric: exact_match}}]
"""
INSPECT = """\
from inspect_ai import Task, task
from inspect_ai.dataset import Sample, json_dataset
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import match
from inspect_ai.solver import generate

@task
def throughput():
    data = json_dataset({data!r}, lambda row: Sample(input={ask!r}.format(row["text"]), target="x"))
    return Task(dataset=data, solver=generate(), scorer=match(), config=GenerateConfig(max_tokens=4, temperature=0))
"""
PROMPTFOO = """\
prompts: ["Decide whether the review is positive or negative.\\nReview: {{{{text}}}}\\nSentiment:"]
providers:
  - id: openai:chat:model
    config: {{apiBaseUrl: {url}, apiKey: none, max_tokens: 4, temperature: 0}}
tests: {tests}
"""


def ours(place: Path, url: str) -> float:
    """Seconds of a session of llmrobust, without stored replies."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "throughput.robust.yaml"]
    paths = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    return wall_s([*command, "--llm", url, "--robust-fresh"], cwd=place, env=os.environ | paths)


def lm_eval(python: str, place: Path, url: str) -> float:
    """Seconds of lm-evaluation-harness."""
    ask = ASK.format("{{text}}").replace("\n", "\\n")
    (place / "task.yaml").write_text(LM_EVAL.format(data=place / "data.jsonl", ask=ask))
    told = f"model=model,base_url={url}/chat/completions,num_concurrent={IN_FLIGHT},max_retries=1"
    command = [
        python,
        "-m",
        "lm_eval",
        "--model",
        "local-chat-completions",
        "--model_args",
        f"{told},tokenizer_backend=none",
    ]
    command += ["--tasks", "throughput", "--include_path", ".", "--apply_chat_template"]
    offline = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": str(place / "hf")}
    return wall_s(command, cwd=place, env=os.environ | offline | {"OPENAI_API_KEY": "none"})


def inspect_ai(python: str, place: Path, url: str) -> float:
    """Seconds of inspect_ai."""
    (place / "task.py").write_text(INSPECT.format(data=str(place / "data.jsonl"), ask=ASK))
    command = [python, "-m", "inspect_ai", "eval", "task.py", "--model", "openai-api/bench/model", "--no-log-samples"]
    command += ["--max-connections", str(IN_FLIGHT), "--max-samples", str(IN_FLIGHT), "--display", "none"]
    return wall_s(command, cwd=place, env=os.environ | {"BENCH_API_KEY": "none", "BENCH_BASE_URL": url})


def promptfoo(program: str, place: Path, url: str) -> float:
    """Seconds of promptfoo."""
    rows = [json.loads(line) for line in (place / "data.jsonl").open(encoding="utf-8")]
    (place / "tests.json").write_text(json.dumps([{"vars": {"text": row["text"]}} for row in rows]))
    (place / "promptfooconfig.yaml").write_text(PROMPTFOO.format(url=url, tests=f"file://{place / 'tests.json'}"))
    command = [program, "eval", "-c", "promptfooconfig.yaml", "-j", str(IN_FLIGHT), "--no-cache", "--no-table"]
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CONFIG_DIR": str(place)}
    return wall_s([*command, "--no-progress-bar", "--output", "out.json"], cwd=place, env=os.environ | quiet)


def has(python: str, module: str) -> bool:
    """Whether a Python has a module."""
    return subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--promptfoo")
    chosen = parser.parse_args()
    tools: dict[str, Callable[[Path, str], float]] = {"llmrobust": ours}
    if has(chosen.python, "lm_eval"):
        tools["lm-evaluation-harness"] = lambda place, url: lm_eval(chosen.python, place, url)
    if has(chosen.python, "inspect_ai"):
        tools["inspect_ai"] = lambda place, url: inspect_ai(chosen.python, place, url)
    if chosen.promptfoo:
        tools["promptfoo"] = lambda place, url: promptfoo(str(Path(chosen.promptfoo).resolve()), place, url)
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_LOGGING_LEVEL": "ERROR", "HF_HUB_OFFLINE": "1"}
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_toy(folder / "toy")
        server, url = serve(folder / "toy", "float32", environment)
        try:
            for number in range(chosen.rounds + 1):
                place = write_round(folder, chosen.prompts if number else 50, number)
                for tool, run in tools.items():
                    gone = run(place, url)
                    if number:  # the first round warms up
                        seconds[tool].append(gone)
                        print(f"{tool}: {gone:.1f} s", flush=True)
        finally:
            server.terminate()
            server.wait()
    first = seconds["llmrobust"]
    rows = [("tool", "seconds", "prompts/s", "times llmrobust's")]
    for tool, gone in seconds.items():
        ratios = [one / ours_s for one, ours_s in zip(gone, first, strict=True)]
        told = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
        rows.append((tool, f"{statistics.median(gone):.1f}", f"{chosen.prompts / statistics.median(gone):,.0f}", told))
    report("peers", rows, {"seconds": seconds, "prompts": chosen.prompts})


if __name__ == "__main__":
    main()
