"""Cases per second of a whole pytest session, beside vLLM in process and beside one blocking call a test.

    python -m benchmarks.throughput [--prompts 4000] [--rounds 3] [--models toy tiny FOLDER] [--dtype float32]
        [--no-blocking]

Per round, with new distinct prompts (so that no prefix cache helps), 4 new tokens each, in turns:

(a) `vllm.LLM.generate` in process with all prompts at once; only the call is timed;
(b) `pytest` with a suite of the same prompts against a server that is up, called as one that the run started
    (`vllm:FOLDER`): wall time of the whole session, from process start to exit with summary and gates, less the time
    of a Python process that does nothing;
(s) the same with `LLMROBUST_SERVER_RENDERS=1`;
(k) the same as (b) with `--robust-bulk`: an item an operator instead of one a case;
(c) `pytest` with one test a prompt that makes a blocking call with the `openai` client, as people write it today,
    timed like (b).

With the toy (two layers, random weights) there is next to no computing, so front-end cost is all that is seen. On a
processor without AVX-512, vLLM multiplies in bfloat16, its default, several times more slowly than with
`--dtype float32`, and the model decides again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import add_model, interpreter_start_s, report, wall_s
from benchmarks.started import FOLDER_VARIABLE
from llmrobust.models.http.chat_rendering import VARIABLE
from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.models.server.process import free_port
from tests.models.toy import make_toy

SUITE = """\
suite: throughput
prompt:
  user: |
    {{% instruction %}}Decide whether the review is positive or negative.{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples: {{file: {data}}}
answer: {{check: exact}}
sampling: {{temperature: 0, max_tokens: 4}}
cases: report
"""
BLOCKING = """\
import json, os
import openai
import pytest

ROWS = [json.loads(line) for line in open({data!r})]
client = openai.OpenAI(base_url=os.environ["URL"], api_key="none")

@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_case(row):
    prompt = (
        "Decide whether the review is positive or negative.\\nReview: " + row["text"] + "\\nSentiment:"
    )
    answer = client.chat.completions.create(
        model="model", messages=[{{"role": "user", "content": prompt}}], temperature=0, max_tokens=4
    )
    assert answer.choices[0].message.content is not None
"""
GENERATE = """\
import json, os, sys, time
sys.stdout, real = sys.stderr, sys.stdout
import vllm
llm = vllm.LLM(sys.argv[1], dtype=sys.argv[2], enforce_eager=True, max_model_len=1024, disable_log_stats=True)
sampling = vllm.SamplingParams(temperature=0, max_tokens=4)
template = llm.get_tokenizer().apply_chat_template
print("ready", file=real, flush=True)
for line in sys.stdin:
    texts = [json.loads(row)["text"] for row in open(line.strip())]
    ask = "Decide whether the review is positive or negative.\\nReview: {}\\nSentiment:"
    prompts = [
        template([{"role": "user", "content": ask.format(t)}], tokenize=False, add_generation_prompt=True)
        for t in texts
    ]
    start = time.perf_counter()
    outputs = llm.generate(prompts, sampling, use_tqdm=False)
    elapsed = time.perf_counter() - start
    assert len(outputs) == len(texts)
    print(elapsed, file=real, flush=True)
"""
WORDS = "plot acting music story pace cast scene ending dialogue camera script humour costume".split()


def write_round(folder: Path, prompts: int, number: int) -> Path:
    """A round's data, suite and blocking tests in a folder of their own."""
    place = folder / f"round{number}"
    place.mkdir()
    draw = random.Random(number)
    rows = [
        {"text": f"{draw.randrange(10**6)}: the {draw.choice(WORDS)} and the {draw.choice(WORDS)} of film {i}."}
        for i in range(prompts)
    ]
    data = place / "data.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (place / "throughput.robust.yaml").write_text(SUITE.format(data=data.name))
    (place / "test_blocking.py").write_text(BLOCKING.format(data=str(data)))
    (place / "pytest.ini").write_text("[pytest]\n")
    return place


def model_at(name: str, folder: Path) -> Path:
    """The folder of the model called toy (made in `folder`) or tiny, or of another one."""
    if name != "toy":
        return WEIGHTS if name == "tiny" else Path(name).resolve()
    make_toy(folder / "toy")
    return folder / "toy"


class Generator:
    """`vllm.LLM` in a process of its own that stays up between rounds."""

    def __init__(self, model: Path, dtype: str, environment: dict[str, str]):
        self._process = subprocess.Popen(
            [sys.executable, "-c", GENERATE, str(model), dtype],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self._line()

    def seconds(self, data: Path) -> float:
        self._process.stdin.write(f"{data}\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()

    def _line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("vllm.LLM ended early")
        return line


def serve(model: Path, dtype: str, environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """A vLLM server that is up, and its address."""
    import time
    import urllib.request

    port = free_port()
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model), "--dtype", dtype]
    command += ["--served-model-name", "model", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--enforce-eager", "--max-model-len", "1024", "--disable-log-stats", "--disable-uvicorn-access-log"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
            return process, f"http://127.0.0.1:{port}/v1"
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the vLLM server ended early") from None
            time.sleep(0.5)
    raise SystemExit("the vLLM server did not come up")


def measure(model: Path, dtype: str, prompts: int, rounds: int, folder: Path, ways: str) -> dict[str, list[float]]:
    """Cases per second, one figure a round, for each way."""
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_LOGGING_LEVEL": "ERROR", "HF_HUB_OFFLINE": "1"}
    server, url = serve(model, dtype, environment)
    generator = Generator(model, dtype, environment)
    rates: dict[str, list[float]] = {way: [] for way in ways}
    add_model(folder / "site", "started", "benchmarks.started:Started")
    paths = [str(folder / "site"), str(Path(__file__).parent.parent)]
    ours = os.environ | {"PYTHONPATH": os.pathsep.join(paths), FOLDER_VARIABLE: str(model)}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    try:
        start = interpreter_start_s()
        for number in range(rounds + 1):
            place = write_round(folder, prompts, number)
            suite = [*pytest, "throughput.robust.yaml", "--llm", f"started:{url}", "--robust-fresh"]
            runs = {
                "b": (suite, ours | {VARIABLE: "0"}),
                "s": (suite, ours | {VARIABLE: "1"}),
                "k": ([*suite, "--robust-bulk"], ours | {VARIABLE: "0"}),
                "c": ([*pytest, "test_blocking.py"], os.environ | {"URL": url}),
            }
            seconds = {"a": generator.seconds(place / "data.jsonl")}
            for way in ways[1:]:
                command, environment = runs[way]
                seconds[way] = wall_s(command, cwd=place, env=environment) - start
            print(f"round {number}:", {way: round(prompts / gone) for way, gone in seconds.items()}, file=sys.stderr)
            if number:  # the first round warms up
                for way, gone in seconds.items():
                    rates[way].append(prompts / gone)
    finally:
        generator.close()
        server.terminate()
        server.wait()
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-blocking", action="store_true", help="leave out (c), which takes longest")
    parser.add_argument("--dtype", default="auto", help="what the model computes in, for every way")
    parser.add_argument("--models", nargs="+", default=["toy", "tiny"], help="toy, tiny or a model's folder")
    chosen = parser.parse_args()
    ways = {"a": "LLM.generate", "b": "llmrobust", "s": "server renders", "k": "bulk", "c": "blocking"}
    pairs = [("b", "a"), ("k", "a"), ("b", "s"), ("b", "c")]
    if chosen.no_blocking:
        del ways["c"]
        del pairs[-1]
    rows = [("model", *(f"({way}) {name}" for way, name in ways.items()), *(f"{x}/{y}" for x, y in pairs))]
    figures = {}
    for name in chosen.models:
        with tempfile.TemporaryDirectory() as folder:
            rates = measure(
                model_at(name, Path(folder)), chosen.dtype, chosen.prompts, chosen.rounds, Path(folder), "".join(ways)
            )
        ratios = {f"{x}/{y}": [m / n for m, n in zip(rates[x], rates[y], strict=True)] for x, y in pairs}
        figures[name] = {"cases_per_s": rates, "ratios": ratios}
        cells = [f"{statistics.median(rates[way]):,.0f}/s" for way in ways]
        cells += [f"{statistics.median(ratios[r]):.2f} ({min(ratios[r]):.2f}-{max(ratios[r]):.2f})" for r in ratios]
        rows.append((name, *cells))
    report("throughput", rows, figures)


if __name__ == "__main__":
    main()
