"""Write the matrix of docs/side-by-side.md: `python docs/matrix_table.py DATA [--llm SPEC ...]`.

DATA holds `fluke/sa.jsonl` as its authors publish it: film reviews of SST-2. Makes a suite of 50 short ones in four
prompts of PromptSource (Bach et al. 2022, Apache-2.0), runs it on three models, keeps the run and its page beside the
suite, and prints the matrix. What was answered once is in the reply store: a run that was cut off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

from llmrobust.report.matrix_text import matrix_lines
from llmrobust.results.json_reader import read_run
from llmrobust.results.matrix import matrices

SEED = 23
EACH = 25
"""Reviews of each class."""
WORDS = range(5, 15)
"""How many words a review has."""
MODELS = ("smollm2=smollm2?source=gguf", "bfloat16=smollm2?source=gguf&dtype=bfloat16", "tiny")
SUITE = """\
suite: films
prompts:                                  # four wordings of PromptSource, for SST-2 and Rotten Tomatoes
  - id: following
    user: "{% instruction %}Does the following sentence have a positive or negative sentiment?{% endinstruction %}\\n{{ text }}"
  - id: after
    user: "{{ text }}\\n{% instruction %}Question: Was that sentence positive or negative? Answer:{% endinstruction %}"
  - id: review
    user: "I'm reading a review that says \\"{{ text }}\\".\\n\\n{% instruction %}Do you think the review is positive or negative?{% endinstruction %}"
  - id: choices
    user: "{{ text }} \\n{% instruction %}Is this review positive or negative?{% endinstruction %}"
examples: {file: films.jsonl}
answer: {field: answer, choices: [negative, positive], scoring: logprobs, accept_low_mass: true}
seed: 23
perturb:
  - casing.upper: {target: input}
  - typo.keyboard: {rate: 0.1, target: input}
methods: [batch-calibration, contextual-calibration]
gate:
  accuracy: {min: 0.7, confidence: 0.95}
  consistency: {min: 0.9, confidence: 0.95}
"""  # noqa: E501


def reviews(data: Path) -> list[dict[str, str]]:
    """The examples: as many positive as negative reviews, drawn by the seed."""
    found: dict[str, tuple[int, int]] = {}
    for line in (data / "fluke" / "sa.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["original_label"] in (0, 1):
            found.setdefault(row["original_text"], (row["original_label"], row["index"]))
    stream, rows = random.Random(SEED), []
    for label, answer in enumerate(("negative", "positive")):
        some = [(text, at) for text, (own, at) in found.items() if own == label and len(text.split()) in WORDS]
        rows += [{"id": f"sst-{at}", "text": text, "answer": answer} for text, at in stream.sample(some, EACH)]
    stream.shuffle(rows)
    return rows


def main() -> None:
    """Run the suite and print the matrix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--llm", nargs="+", default=MODELS)
    parser.add_argument(
        "--work", type=Path, default=Path(".llmrobust", "side-by-side"), help="where suite, run and page are put"
    )
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    (chosen.work / "pytest.ini").write_text("[pytest]\n")
    (chosen.work / "films.robust.yaml").write_text(SUITE)
    (chosen.work / "films.jsonl").write_text("".join(json.dumps(row) + "\n" for row in reviews(chosen.data)))
    options = ["-q", "-p", "no:cacheprovider", "--robust-json", "films.json", "--robust-html", "films.html"]
    models = [part for spec in chosen.llm for part in ("--llm", spec)]
    command = [sys.executable, "-m", "pytest", "films.robust.yaml", *options, *models]
    subprocess.run(command, cwd=chosen.work, stdout=sys.stderr, check=False)  # the gates fail
    for found in matrices([read_run(chosen.work / "films.json")]):
        print("\n".join("".join(text for text, _ in line) for line in matrix_lines(found)))


if __name__ == "__main__":
    main()
