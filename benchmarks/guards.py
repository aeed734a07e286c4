"""What each guard of generated variants catches: 100 pairs that mean the same, and 100 that do not.

The same: FLUKE's reviewed modifications that keep the label (casual, temporal, length, discourse, passive), wordings of
one task that people wrote (instruction induction), and instructions for one data set (PromptBench). Not the same:
tests/generate/changed_pairs.tsv. Caught means that the guard failed the second text as a paraphrase of the first one.

    python -m benchmarks.guards --data DATA [--embedder minilm] [--judge SPEC] [--perplexity hf:PATH]

DATA: a folder with fluke/sa.jsonl, instruction-induction/instructions.json and promptbench/instructions.jsonl.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks import measure
from llmrobust.engine import Engine, Store
from llmrobust.generate.guards import Candidate, Guard
from llmrobust.generate.guards.model_guards import Embedding, Perplexity, SecondModel
from llmrobust.generate.guards.text_guards import text_guards
from llmrobust.generate.kinds import BY_NAME
from llmrobust.generate.subjects import Subject
from llmrobust.models import parse_specs
from llmrobust.models.local.perplexity import bits_a_word
from llmrobust.operators.frozen_variants import INSTRUCTION, GuardScore

TESTS = Path(__file__).parents[1] / "tests" / "generate"
CHANGED, HELD_OUT = TESTS / "changed_pairs.tsv", TESTS / "held_out_pairs.tsv"
FLUKE = {
    "casual": "casual",
    "temporal_bias": "temporal",
    "length_bias": "length",
    "discourse": "discourse",
    "active_to_passive": "active_to_passive",
}
"""FLUKE's modifications, and the kinds that ask for them."""
OF_EACH, WORDINGS, INSTRUCTIONS = 10, 36, 14


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts. what: where a pair of the same meaning is from, or what was changed. same: whether they mean the
    same."""

    what: str
    labels: tuple[str, ...]
    first: str
    second: str
    same: bool


def changed_pairs() -> list[Pair]:
    """The pairs that do not require the same answer."""
    return [
        Pair(what, tuple(filter(None, labels.split(","))), one, other, False)
        for what, labels, one, other in _rows(CHANGED)
    ]


def held_out_pairs() -> list[Pair]:
    """30 pairs that keep the answer and 30 that do not, which no guard was written after."""
    return [
        Pair(what, tuple(filter(None, labels.split(","))), one, other, same == "same")
        for same, what, labels, one, other in _rows(HELD_OUT)
    ]


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def same_pairs(data: Path) -> list[Pair]:
    """The pairs that mean the same, from published data; which rows is decided by hash."""
    rows = [json.loads(line) for line in (data / "fluke" / "sa.jsonl").read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: hashlib.sha256(row["modified_text"].encode()).hexdigest())
    found = []
    for kind in FLUKE:
        mine = [row for row in rows if row["modification"] == kind and row["original_label"] == row["modified_label"]]
        found += [Pair(f"FLUKE {kind}", (), row["original_text"], row["modified_text"], True) for row in mine[:OF_EACH]]
    tasks = json.loads((data / "instruction-induction" / "instructions.json").read_text(encoding="utf-8"))
    wordings = (Pair("wordings of a task", (), *two, True) for two in _two_by_two(tasks.values(), 2))  # type: ignore[arg-type]
    found += islice(wordings, WORDINGS)
    sets: dict[str, list[str]] = defaultdict(list)
    for line in (data / "promptbench" / "instructions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if (row["style"], row["model"]) == ("task", "chatgpt"):
            sets[row["dataset"]].append(row["instruction"])
    instructions = (Pair("instructions for a data set", (), *two, True) for two in _two_by_two(sets.values(), 4))  # type: ignore[arg-type]
    return [*found, *islice(instructions, INSTRUCTIONS)]


def _two_by_two(groups: object, times: int) -> Iterator[tuple[str, str]]:
    """The first texts of each group in pairs, so many pairs of each."""
    for texts in groups:  # type: ignore[attr-defined]
        yield from zip(texts[: 2 * times : 2], texts[1 : 2 * times : 2], strict=False)


def candidate(pair: Pair, number: int) -> Candidate:
    """The second text as a variant of the first one: a paraphrase, or of the kind that FLUKE says."""
    target = INSTRUCTION if pair.labels else "text"
    subject = Subject(target, None if pair.labels else f"pair-{number}", pair.first, pair.labels)
    kind = BY_NAME[FLUKE.get(pair.what.removeprefix("FLUKE "), "paraphrase")]
    return Candidate(subject, kind, "", "paraphrase-1", pair.second)


def scored(pairs: Sequence[Pair], guards: Sequence[Guard]) -> dict[str, list[GuardScore]]:
    """What each guard says of each pair; each pair is looked at as if there were no other."""
    made = [candidate(pair, number) for number, pair in enumerate(pairs)]
    return {guard.name: guard.scores(made) for guard in guards}


def table(pairs: Sequence[Pair], scores: dict[str, list[GuardScore]]) -> list[list[str]]:
    """Caught of the changed, false alarms on the same, precision and recall: of each guard, and of all together."""
    failed = {name: [one.verdict == "failed" for one in column] for name, column in scores.items()}
    run = {name: sum(one.verdict != "not run" for one in column) for name, column in scores.items()}
    texts = ("contract", "logic", "question", "places", "leak", "language", "length", "duplicate")
    groups = {name: [name] for name in scores}
    groups["all that need only the texts"] = [name for name in texts if name in scores]
    groups["these and roles"] = [name for name in (*texts, "roles") if name in scores]
    groups["all that ran"] = [name for name in scores if run[name]]
    rows = [["guard", "run on", "caught of the changed", "failed of the same", "precision", "recall"]]
    for title, names in groups.items():
        hit = [any(failed[name][at] for name in names) for at in range(len(pairs))]
        caught = sum(one and not pair.same for one, pair in zip(hit, pairs, strict=True))
        alarms = sum(one and pair.same for one, pair in zip(hit, pairs, strict=True))
        changed = sum(not pair.same for pair in pairs)
        precision = f"{caught / (caught + alarms):.2f}" if caught + alarms else "-"
        on = run[names[0]] if len(names) == 1 else len(pairs)
        rows.append([title, str(on), str(caught), str(alarms), precision, f"{caught / max(1, changed):.2f}"])
    return rows


def by_change(pairs: Sequence[Pair], scores: dict[str, list[GuardScore]]) -> list[list[str]]:
    """Of each kind of change, how many each guard caught."""
    kinds = Counter(pair.what for pair in pairs if not pair.same)
    names = [name for name, column in scores.items() if any(one.verdict != "not run" for one in column)]
    rows = [["what changed", "pairs", *names, "any"]]
    for kind, count in kinds.items():
        mine = [at for at, pair in enumerate(pairs) if pair.what == kind]
        hits = {name: sum(scores[name][at].verdict == "failed" for at in mine) for name in names}
        together = sum(any(scores[name][at].verdict == "failed" for name in names) for at in mine)
        rows.append([kind, str(count), *(str(hits[name]) for name in names), str(together)])
    return rows


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--judge", default="")
    parser.add_argument("--perplexity", default="")
    args = parser.parse_args()
    pairs = [*same_pairs(args.data), *changed_pairs()]
    judge = SecondModel(
        (args.judge,) if args.judge else (), lambda specs: Engine(parse_specs(specs), lambda: Store(None))
    )
    guards: list[Guard] = [
        *text_guards(),
        Embedding(args.embedder),
        judge,
        Perplexity(bits_a_word(args.perplexity) if args.perplexity else None),
    ]
    scores = scored(pairs, guards)
    judge.close()
    rows, changes = table(pairs, scores), by_change(pairs, scores)
    measure.report("guards", rows, {"table": rows, "by_change": changes})
    measure.report("guards_by_change", changes, {})
    cosines = [one.score for one in scores["embedding"]]
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        caught = sum(c is not None and c < low and not p.same for c, p in zip(cosines, pairs, strict=True))
        alarms = sum(c is not None and c < low and p.same for c, p in zip(cosines, pairs, strict=True))
        print(f"cosine below {low}: {caught} of the changed, {alarms} of the same")
    for guard in ("contract", "logic", "length", "duplicate", "perplexity", "leak"):
        for pair, one in zip(pairs, scores[guard], strict=True):
            if pair.same and one.verdict == "failed":
                print(f"false alarm of {guard}: {one.why} | {pair.first[:80]} | {pair.second[:80]}")
    print(Counter(one.why.split("(")[0][:70] for one in scores["judge"] if one.verdict == "not run").most_common(5))


if __name__ == "__main__":
    main()
