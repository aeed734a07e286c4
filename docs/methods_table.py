"""Write the tables of docs/methods.md: `python docs/methods_table.py DATA [--llm smollm2]`.

DATA holds `natural-instructions/` and `banking77/` as their authors publish them. Makes a suite of each task in ten
formats of the FormatSpread grammar, runs it, keeps the run beside the suites, and prints the methods side by side as
Markdown.
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
gate:
  accuracy: {{min: 0.0}}
"""


def of_each_class(rows: list[dict[str, str]], each: int) -> list[dict[str, str]]:
    """So many rows of each class, in one random order."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row["answer"], []).append(row)
    chosen = [row for some in found.values() for row in some[:each]]
    random.Random(SEED).shuffle(chosen)
    return [{"id": f"ex-{number:03}", **row} for number, row in enumerate(chosen)]


def tasks(data: Path) -> Iterator[tuple[str, str, str, list[dict[str, str]]]]:
    """Name, instruction, fields of the prompt, and rows of each task."""
    folder = data / "natural-instructions"
    task = json.loads((folder / "task319_stereoset_classification_profession.json").read_text())
    rows = []
    for one in task["Instances"]:
        target, sentence = one["input"].removeprefix("Target: ").split("\n", 1)
        rows.append({"target": target.strip(), "sentence": sentence.strip(), "answer": one["output"][0]})
    fields = "    Target: {{ target }}\n    Sentence: {{ sentence }}\n    Answer:"
    yield "task319-stereoset", task["Definition"][0], fields, of_each_class(rows, 16)
    task = json.loads((folder / "task114_is_the_given_word_longest.json").read_text())
    rows = []
    for one in task["Instances"]:
        sentence, question = one["input"].removeprefix("Sentence: ").split(". Is ", 1)
        rows.append({"sentence": sentence, "question": f"Is {question}", "answer": one["output"][0]})
    fields = "    Sentence: {{ sentence }}\n    Question: {{ question }}\n    Answer:"
    yield "task114-longest-word", task["Definition"][0], fields, of_each_class(rows, 16)
    rows = [json.loads(line) for line in (data / "banking77" / "test.jsonl").read_text().splitlines()]
    rows = [{"text": row["text"], "answer": row["answer"]} for row in rows]
    instruction = "Which of the bank's topics is the customer's question about?"
    yield "banking77", instruction, "    Question: {{ text }}\n    Topic:", of_each_class(rows, 3)


def main() -> None:
    """Run the suites and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--llm", default="smollm2")
    parser.add_argument(
        "--work", type=Path, default=Path(".llmrobust", "methods"), help="where suites and runs are put"
    )
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    (chosen.work / "pytest.ini").write_text("[pytest]\n")
    for name, instruction, fields, rows in tasks(chosen.data):
        choices = json.dumps(sorted({row["answer"] for row in rows}))
        text = HEAD.format(name=name, instruction=instruction.replace("'", "’"), fields=fields, choices=choices)
        (chosen.work / f"{name}.robust.yaml").write_text(text)
        (chosen.work / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
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
