"""How fast operators make variants: each operator alone, beside nlpaug where it has the same one, and a whole suite.

A variant is counted with everything a suite pays for it: spans, the proof of the contract, the rendered messages.
Rates of operators are by processor time.
nlpaug (`pip install nlpaug`) works on plain strings; it is asked for one augmented text a call, as its users do.

    python -m benchmarks.perturb [--rounds 5] [--operators typo,word]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import measure
from llmrobust.operators import REGISTRY, Draw, Operator
from llmrobust.operators.operator import Sample
from llmrobust.report.catalogue.sample_variants import first_variant, fitting_sample, sample_prompt

TEXTS = tuple(
    f"The waiter at table {i} brought the soup because we were hungry, and it wasn't bad, but the room was too loud."
    for i in range(50)
)
"""About 120 characters each."""
SECONDS = 0.2
SUITE = """\
suite: big
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples: {file: big.jsonl}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - typo.keyboard: {samples: 20}
  - format: {sample: 40}
  - context.irrelevant: {samples: 20}
  - punctuation.commas: {samples: 20}
"""
PEERS: dict[str, Callable[[Any, Any], Any]] = {
    "typo.keyboard": lambda char, word: char.KeyboardAug(
        aug_char_p=0.05, aug_word_p=1, include_special_char=False, include_numeric=False, aug_char_max=None
    ),
    "typo.swap": lambda char, word: char.RandomCharAug(action="swap", aug_char_p=0.05, aug_word_p=1),
    "typo.drop": lambda char, word: char.RandomCharAug(action="delete", aug_char_p=0.05, aug_word_p=1),
    "typo.insert": lambda char, word: char.RandomCharAug(action="insert", aug_char_p=0.05, aug_word_p=1),
    "character.ocr": lambda char, word: char.OcrAug(aug_char_p=0.05, aug_word_p=1),
    "character.space": lambda char, word: word.SplitAug(aug_p=0.05),
    "spelling.misspell": lambda char, word: word.SpellingAug(aug_p=0.1),
    "word.swap": lambda char, word: word.RandomWordAug(action="swap", aug_p=0.1),
    "word.drop": lambda char, word: word.RandomWordAug(action="delete", aug_p=0.1),
}
"""nlpaug's augmenter for the same edit, at a like rate."""


def ours_per_s(operator: Operator) -> float | None:
    """Variants a second of an operator with one variant a prompt; None where it applies to none of the texts."""
    samples = [operator.sample] * 50 if operator.sample is not None else [Sample({"text": text}) for text in TEXTS]
    params = operator.params(**samples[0].params)
    if first_variant(operator, samples[0], sample_prompt(samples[0])) is None:
        fitting = fitting_sample(operator)
        if fitting is None:
            return None
        samples = [fitting] * 50
    prompts = [sample_prompt(sample) for sample in samples]
    made = rounds = 0
    start = time.process_time()
    while (elapsed := time.process_time() - start) < SECONDS:
        for i, (sample, prompt) in enumerate(zip(samples, prompts, strict=True)):
            pool = sample.pool or (("ex", sample.fields),)
            draw = Draw(rounds, operator.name, f"ex-{i}", sample.fields, sample.labels, sample.expected, pool)
            for variant in operator.variants(prompt, params, draw):
                variant.prompt.as_messages()
                made += 1
        rounds += 1
    return made / elapsed if made else None


def peers_per_s(name: str) -> float | None:
    """Texts a second of nlpaug's augmenter; None where it is not installed or has none."""
    try:
        import nlpaug.augmenter.char as char
        import nlpaug.augmenter.word as word
    except ImportError:
        return None
    if name not in PEERS:
        return None
    augmenter = PEERS[name](char, word)
    made = 0
    start = time.process_time()
    while (elapsed := time.process_time() - start) < SECONDS:
        for text in TEXTS:
            augmenter.augment(text)
            made += 1
    return made / elapsed


def planned() -> tuple[int, float, float]:
    """Cases of a suite of 1,060 examples, seconds to plan them in a process of its own, its peak memory in GiB."""
    import json

    code = (
        "import time, resource, sys\nstart = time.perf_counter()\nfrom pathlib import Path\n"
        "from llmrobust.loading import load_plan\nplan = load_plan(Path(sys.argv[1]), Path(sys.argv[1]).parent)\n"
        "print(len(plan.cases), time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with tempfile.TemporaryDirectory() as folder:
        rows = ({"id": f"e{i}", "text": f"{TEXTS[i % 50]} {i}", "answer": "positive"} for i in range(1060))
        Path(folder, "big.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        Path(folder, "big.robust.yaml").write_text(SUITE, encoding="utf-8")
        command = [sys.executable, "-c", code, str(Path(folder, "big.robust.yaml"))]
        cases, seconds, kilobytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    unit = 1024 if sys.platform != "darwin" else 1
    return int(cases), float(seconds), int(kilobytes) * unit / 2**30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, ours and nlpaug's in turn")
    parser.add_argument("--operators", default="", help="only families or operators that begin so, with commas")
    chosen = parser.parse_args()
    wanted = tuple(filter(None, chosen.operators.split(","))) or ("",)
    rows = [("operator", "variants/s", "nlpaug texts/s", "ratio")]
    figures: dict[str, Any] = {}
    for name in REGISTRY.names():
        operator = REGISTRY.get(name)
        if operator is None or not name.startswith(wanted):
            continue
        ours, theirs = [], []
        for _ in range(chosen.rounds):
            ours.append(ours_per_s(operator))
            theirs.append(peers_per_s(name))
        mine = [value for value in ours if value is not None]
        peer = [value for value in theirs if value is not None]
        ratio = statistics.median(mine) / statistics.median(peer) if mine and peer else None
        figures[name] = {"variants_per_s": mine, "nlpaug_per_s": peer, "ratio": ratio}
        rows.append(
            (
                name,
                f"{statistics.median(mine):,.0f}" if mine else "does not apply",
                f"{statistics.median(peer):,.0f}" if peer else "",
                f"{ratio:.1f}" if ratio else "",
            )
        )
    plans = [planned() for _ in range(chosen.rounds)]
    cases = plans[0][0]
    seconds, memory = ([plan[i] for plan in plans] for i in (1, 2))
    figures["plan"] = {"cases": cases, "seconds": seconds, "gib": memory}
    rows.append((f"planning {cases:,} cases", f"{measure.spread(seconds)} s", f"{max(memory):.2f} GiB", ""))
    measure.report("perturb", rows, figures)
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
