"""The same suites on several backends: equal verdicts, or the cases that differ.

    python -m benchmarks.backends --data FOLDER --llm SPEC --llm SPEC ... [--only banking77] [--out runs]

FOLDER holds banking77/test.jsonl and gsm8k/test.jsonl. Each suite is run by each spec, the first of which is the
reference, in a pytest process of its own; a run whose report lies in `--out` is not made again, and replies are stored
there, so a run that ends early (`--seconds`) goes on where it was. Prints a Markdown table, and every case with another
status, answer or text. Give every spec the same precision (`?dtype=float32`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BANKING = """\
suite: banking77
prompt:
  user: |
    {{% instruction %}}Classify the customer's question. Answer with one of: {choices}.{{% endinstruction %}}
    Question: {{{{ text }}}}
    Topic:
examples: {{file: "${{LLMROBUST_DATA}}/banking77/test.jsonl", limit: {rows}, seed: 7}}
answer: {{field: answer, choices: [{choices}], scoring: text}}
perturb:
  - punctuation.strip_final: {{target: input}}
  - typo.keyboard: {{target: input, rate: 0.05}}
  - instruction.edit: {{edits: [polite]}}
gate:
  accuracy: {{min: 0}}
"""
GSM = """\
suite: gsm8k
prompt:
  user: |
    {{% instruction %}}Think step by step. End with a line "Answer: " and the number.{{% endinstruction %}}
    {{{{ question }}}}
examples: {{file: "${{LLMROBUST_DATA}}/gsm8k/test.jsonl", limit: {rows}, seed: 7}}
answer: {{field: answer, check: number, after: "Answer:"}}
sampling: {{max_tokens: {tokens}}}
perturb:
  - typo.keyboard: {{target: input, rate: 0.03}}
  - instruction.edit: {{edits: [polite]}}
gate:
  accuracy: {{min: 0}}
"""
Cases = Mapping[tuple[str, str, str], Mapping[str, Any]]
COMPARED = ("status", "answer", "text")
SHOWN = 100
"""Characters of a text."""


def suites(data: Path, rows: Mapping[str, int], tokens: int) -> dict[str, str]:
    """The text of each suite by its name."""
    file = data / "banking77" / "test.jsonl"
    labels = {json.loads(line)["answer"] for line in file.read_text("utf-8").splitlines()}
    choices = ", ".join(sorted(labels))
    return {
        "banking77": BANKING.format(rows=rows["banking77"], choices=choices),
        "gsm8k": GSM.format(rows=rows["gsm8k"], tokens=tokens),
    }


def cases_of(report: Path) -> Cases:
    """The cases of a run's only suite."""
    (suite,) = json.loads(report.read_text("utf-8"))["suites"]
    return {(one["example"], one["use"], one["variant"]): one for one in suite["cases"]}


def differences(one: Cases, other: Cases) -> list[tuple[tuple[str, str, str], str]]:
    """(case, the first of COMPARED that is not equal) of each case that differs. Raises ValueError for other cases."""
    if one.keys() != other.keys():
        raise ValueError("the two runs are not of the same cases")
    found = []
    for key, case in one.items():
        unlike = next((name for name in COMPARED if case.get(name) != other[key].get(name)), None)
        if unlike is not None:
            found.append((key, unlike))
    return found


def table(runs: Mapping[str, Mapping[str, Cases]], reference: str) -> Iterator[str]:
    """runs: by suite, by backend. Rows of suites and backends, then every case that differs."""
    yield f"| suite | backend | cases | other status or answer than {reference} | other text |"
    yield "|---|---|---|---|---|"
    listed = []
    for suite, by_backend in runs.items():
        if reference not in by_backend:
            continue
        for backend, cases in by_backend.items():
            if backend == reference:
                continue
            unlike = differences(by_backend[reference], cases)
            verdicts = sum(name != "text" for _, name in unlike)
            yield f"| {suite} | {backend} | {len(cases)} | {verdicts} | {len(unlike)} |"
            listed += [(suite, backend, key, by_backend[reference][key], cases[key]) for key, _ in unlike]
    yield ""
    for suite, backend, key, one, two in listed:
        said = [f"{case['status']}, {json.dumps(case.get('text', '')[:SHOWN])}" for case in (one, two)]
        yield f"- {suite} {' '.join(key)}: {reference} {said[0]}; {backend} {said[1]}"


def made(folder: Path, data: Path, suite: str, text: str, spec: str, seconds: float) -> bool:
    """Whether the report of a suite on a backend is there, made now if it was not."""
    report = folder / f"{suite}.{name_of(spec)}.json"
    if report.exists():
        return True
    path = folder / f"{suite}.robust.yaml"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", path.name, "-q", "-p", "no:cacheprovider", "--llm", spec]
    command += ["--robust-store", "replies.sqlite", "--robust-json", report.name]
    try:
        environment = {**os.environ, "LLMROBUST_DATA": str(data.resolve())}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1):
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    return report.exists()


def name_of(spec: str) -> str:
    """A backend's name in files and tables."""
    return re.sub(r"\W+", "-", spec)[:60].strip("-")


def main(given: Sequence[str] | None = None) -> None:
    """Make the runs, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--llm", action="append", required=True)
    parser.add_argument("--only", action="append", choices=("banking77", "gsm8k"))
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--seconds", type=float, default=500.0)
    parser.add_argument("--rows", type=int, nargs=2, default=(20, 5), metavar=("BANKING77", "GSM8K"))
    parser.add_argument("--tokens", type=int, default=96)
    chosen = parser.parse_args(given)
    until = time.monotonic() + chosen.seconds
    chosen.out.mkdir(parents=True, exist_ok=True)
    rows = dict(zip(("banking77", "gsm8k"), chosen.rows, strict=True))
    runs: dict[str, dict[str, Cases]] = {}
    for suite, text in suites(chosen.data, rows, chosen.tokens).items():
        if chosen.only and suite not in chosen.only:
            continue
        for spec in chosen.llm:
            left = until - time.monotonic()
            if left > 0 and made(chosen.out, chosen.data, suite, text, spec, left):
                found = cases_of(chosen.out / f"{suite}.{name_of(spec)}.json")
                runs.setdefault(suite, {})[name_of(spec)] = found
    print("\n".join(table(runs, name_of(chosen.llm[0]))))


if __name__ == "__main__":
    main()
