"""Write the tables of docs/methods.md: `python docs/methods_table.py DATA [--llm smollm2]`.

DATA holds `natural-instructions/` and `banking77/` as their authors publish them. Makes a suite of each task in ten
formats of the FormatSpread grammar, runs it, keeps the run beside the suites, and prints the methods side by side as
Markdown. What was answered once is in the reply store: a run that was cut off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from llmrobust.report.methods_text import methods_markdown
from llmrobust.results.json_reader import read_run
from llmrobust.results.method_comparison import chosen_uses, compare_methods

SEED = 23
EACH = 12
"""Examples of each class of a task of Natural Instructions: 24 and 36 examples."""
TOPICS, QUESTIONS = 10, 2
"""The most topics of BANKING77, evenly spread over the alphabet, and the questions about each: 20 examples."""
SHOTS = 8
"""Further rows of each class that demonstrations are taken from."""
HEAD = """\
suite: {name}
prompt:
  completion: |
    {{% instruction %}}{instruction}{{% endinstruction %}}
{fields}
examples: {{file: {name}.jsonl}}
answer: {{field: answer, choices: {choices}, scoring: logprobs, accept_low_mass: true}}
seed: 23
perturb:
  - format: {{sample: 10, seed: 23}}
methods:
  - batch-calibration
  - contextual-calibration
  - template-ensemble
  - template-entropy
  - template-vote
  - abstain: {{risk: 0.2}}
  - conformal: {{coverage: 0.8}}
{sending}gate:
  accuracy: {{min: 0.0}}
"""
ASIDE = ("task319-stereoset",)
"""Tasks that are run only if they are named: long instructions take long."""
SENDING = """\
  - few-shot: {{pool: {name}-shots.jsonl, k: 2, choose: {choose}}}
  - self-denoising
  - sensitivity-aware: {{k: 3, noise: shared}}
"""


def of_each_class(rows: list[dict[str, str]], each: int, shots: int) -> tuple[list[dict[str, str]], ...]:
    """So many rows of each class, in one random order; and further ones of each to show, in file order."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row["answer"], []).append(row)
    chosen = [row for some in found.values() for row in some[:each]]
    random.Random(SEED).shuffle(chosen)
    numbered = [{"id": f"ex-{number:03}", **row} for number, row in enumerate(chosen)]
    return numbered, [row for some in found.values() for row in some[each : each + shots]]


def tasks(data: Path) -> Iterator[tuple[str, str, str, tuple[list[dict[str, str]], ...]]]:
    """Name, instruction, fields of the prompt, and rows (asked, and to show) of each task."""
    folder = data / "natural-instructions"
    task = json.loads((folder / "task319_stereoset_classification_profession.json").read_text())
    rows = []
    for one in task["Instances"]:
        target, sentence = one["input"].removeprefix("Target: ").split("\n", 1)
        rows.append({"target": target.strip(), "sentence": sentence.strip(), "answer": one["output"][0]})
    fields = "    Target: {{ target }}\n    Sentence: {{ sentence }}\n    Answer:"
    yield "task319-stereoset", task["Definition"][0], fields, of_each_class(rows, EACH, SHOTS)
    task = json.loads((folder / "task114_is_the_given_word_longest.json").read_text())
    rows = []
    for one in task["Instances"]:
        sentence, question = one["input"].removeprefix("Sentence: ").split(". Is ", 1)
        rows.append({"sentence": sentence, "question": f"Is {question}", "answer": one["output"][0]})
    fields = "    Sentence: {{ sentence }}\n    Question: {{ question }}\n    Answer:"
    yield "task114-longest-word", task["Definition"][0], fields, of_each_class(rows, EACH, SHOTS)
    rows = [json.loads(line) for line in (data / "banking77" / "test.jsonl").read_text().splitlines()]
    rows = [{"text": row["text"], "answer": row["answer"]} for row in rows]
    topics = sorted({row["answer"] for row in rows})
    chosen = {topics[number * len(topics) // TOPICS] for number in range(TOPICS)}
    rows = [row for row in rows if row["answer"] in chosen]
    instruction = "Which of the bank's topics is the customer's question about?"
    yield "banking77", instruction, "    Question: {{ text }}\n    Topic:", of_each_class(rows, QUESTIONS, QUESTIONS)


def main() -> None:
    """Run the suites and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument(
        "--work", type=Path, default=Path(".llmrobust", "methods"), help="where suites and runs are put"
    )
    parser.add_argument("--only", default="", help="the one task of this name (task319-stereoset: only so)")
    parser.add_argument("--no-sending", action="store_true", help="without the methods that send prompts of their own")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    (chosen.work / "pytest.ini").write_text("[pytest]\n")
    for name, instruction, fields, (rows, shots) in tasks(chosen.data):
        if name != chosen.only and (chosen.only or name in ASIDE):
            continue
        choices = json.dumps(sorted({row["answer"] for row in rows}))
        how = "nearest" if name == "banking77" else "fixed"
        sending = "" if chosen.no_sending else SENDING.format(name=name, choose=how)
        text = HEAD.format(
            name=name, instruction=instruction.replace("'", "’"), fields=fields, choices=choices, sending=sending
        )
        (chosen.work / f"{name}.robust.yaml").write_text(text)
        for file, some in ((name, rows), (f"{name}-shots", shots)):
            (chosen.work / f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
        options = ["-q", "-p", "no:cacheprovider", "--robust-json", f"{name}.json", "--llm", chosen.llm]
        command = [sys.executable, "-m", "pytest", f"{name}.robust.yaml", *options]
        subprocess.run(command, cwd=chosen.work, stdout=sys.stderr, check=True)
        run = read_run(chosen.work / f"{name}.json")
        print(
            "\n".join(methods_markdown(compare_methods(run, run.suites[0], chosen_uses(run.suites[0])))),
            "\n",
            flush=True,
        )


if __name__ == "__main__":
    main()
