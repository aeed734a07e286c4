"""What each guard of generated variants catches: 100 pairs that mean the same and 100 that do not, and 60 held out.

The same: FLUKE's reviewed modifications that keep the label (casual, temporal, length, discourse, passive), wordings of
one task that people wrote (instruction induction), and instructions for one data set (PromptBench). Not the same:
tests/generate/changed_pairs.tsv. Held out: tests/generate/held_out_pairs.tsv, after which no guard was written. Caught
means that the guard failed the second text as a paraphrase of the first one. The oracle is measured on FLUKE's
modifications, half of which change the label, as its suite needs labels.

    python -m benchmarks.guards --data DATA [--perplexity hf:PATH] [--judge SPEC] [--oracle SPEC]
    python -m benchmarks.guards --data DATA --only judge --judge SPEC --pairs 20   # a part of it, for slow machines

DATA: a folder with fluke/sa.jsonl, instruction-induction/instructions.json and promptbench/instructions.jsonl.
`--judge` is asked two things: whether both texts ask for the same, and whether each entails the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import measure
from llmrobust.engine import Engine, Store
from llmrobust.generate.guards import Candidate, Guard
from llmrobust.generate.guards.model_guards import Embedding, Oracle, Perplexity, SecondModel
from llmrobust.generate.guards.text_guards import text_guards
from llmrobust.generate.kinds import BY_NAME
from llmrobust.generate.subjects import Subject
from llmrobust.loading import load_suite_file
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
SENTIMENT = """\
suite: sentiment
prompt:
  user: |
    {% instruction %}Is the review positive or negative? Answer with one word.{% endinstruction %}
    Review: {{ text }}
    Answer:
answer: {field: label, choices: [negative, positive]}
"""
"""What the oracle is asked; the examples' labels say nothing, as it is compared with itself."""


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
    rows = _fluke(data)
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


def _fluke(data: Path) -> list[dict[str, Any]]:
    """FLUKE's texts on films, in the order of their hashes."""
    rows = [json.loads(line) for line in (data / "fluke" / "sa.jsonl").read_text(encoding="utf-8").splitlines()]
    return sorted(rows, key=lambda row: hashlib.sha256(row["modified_text"].encode()).hexdigest())


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


def oracle_pairs(data: Path) -> list[Pair]:
    """FLUKE's texts and modifications: all that change the label, and as many that keep it."""
    rows = _fluke(data)
    changed = [row for row in rows if row["original_label"] != row["modified_label"]]
    kept = [row for row in rows if row["original_label"] == row["modified_label"]][: len(changed)]
    return [
        Pair(
            f"FLUKE {row['modification']}",
            ("negative", "positive"),
            row["original_text"],
            row["modified_text"],
            row["original_label"] == row["modified_label"],
        )
        for row in (*changed, *kept)
    ]


def oracle_scores(pairs: Sequence[Pair], spec: str) -> list[GuardScore]:
    """What a reference model's answers to a suite of sentiment say of each pair."""
    examples = [{"id": f"pair-{number}", "text": pair.first, "label": "negative"} for number, pair in enumerate(pairs)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentiment.robust.yaml"
        path.write_text(f"{SENTIMENT}examples: {json.dumps(examples)}\n", encoding="utf-8")
        suite = load_suite_file(path, Path(folder))
        engine = Engine(parse_specs((spec,)), lambda: Store(None))
        try:
            made = [
                replace(candidate(pair, number), subject=Subject("text", f"pair-{number}", pair.first))
                for number, pair in enumerate(pairs)
            ]
            return Oracle(suite, engine, Path(folder)).scores(made)
        finally:
            engine.close()


def guards_of(args: argparse.Namespace) -> Iterator[Guard]:
    """The guards, those that cost little first."""
    yield from text_guards()
    yield Embedding(args.embedder)
    yield Perplexity(bits_a_word(args.perplexity) if args.perplexity else None)
    for question in ("same", "entailment") if args.judge else ():
        judge = SecondModel((args.judge,), lambda specs: Engine(parse_specs(specs), lambda: Store(None)), question)
        judge.name = "judge" if question == "same" else "entailment"
        yield judge
        judge.close()


def spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """So many of the pairs, evenly spaced; all of them where there are no more."""
    count = min(most, len(pairs))
    return [pairs[at * len(pairs) // count] for at in range(count)]


def main() -> None:
    """Measure and report; every guard's row is printed as soon as it has run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--judge", default="")
    parser.add_argument("--perplexity", default="")
    parser.add_argument("--oracle", default="")
    parser.add_argument("--only", default="", help="guards, by name; default: all")
    parser.add_argument("--pairs", type=int, default=100, help="of the same meaning, and as many changed ones")
    args = parser.parse_args()
    pairs = [one for some in (same_pairs(args.data), changed_pairs()) for one in spread(some, args.pairs)]
    held_out = spread(held_out_pairs(), args.pairs)
    scores: dict[str, list[GuardScore]] = {}
    apart: dict[str, list[GuardScore]] = {}
    for guard in guards_of(args):
        if args.only and guard.name not in args.only.split(","):
            continue
        scores[guard.name] = scored(pairs, [guard])[guard.name]
        apart[guard.name] = scored(held_out, [guard])[guard.name]
        mine = [table(some, {guard.name: every[guard.name]})[1] for some, every in ((pairs, scores), (held_out, apart))]
        print(*("  ".join(row) for row in mine), sep=" | held out: ", flush=True)
        print(Counter(one.why.split("(")[0][:70] for one in scores[guard.name] if one.verdict == "not run"), flush=True)
    rows, changes, others = table(pairs, scores), by_change(pairs, scores), table(held_out, apart)
    measure.report("guards", rows, {"table": rows, "by_change": changes, "held_out": others})
    measure.report("guards_held_out", others, {})
    measure.report("guards_by_change", changes, {})
    limits_of = {"embedding": (0.5, 0.6, 0.7, 0.8, 0.9), "perplexity": (-1.0, -2.0, -3.0, -4.0, -6.0)}
    for name, limits in limits_of.items():
        if name not in scores:
            continue
        for limit in limits:
            sign = 1 if name == "embedding" else -1
            hits = [one.score is not None and sign * one.score < limit for one in scores[name]]
            caught = sum(hit and not pair.same for hit, pair in zip(hits, pairs, strict=True))
            alarms = sum(hit and pair.same for hit, pair in zip(hits, pairs, strict=True))
            print(f"{name}, limit {sign * limit:g}: {caught} of the changed, {alarms} of the same")
    for guard_name, column in scores.items():
        for pair, one in zip(pairs, column, strict=True):
            if pair.same and one.verdict == "failed" and guard_name not in ("judge", "entailment"):
                print(f"false alarm of {guard_name}: {one.why} | {pair.first[:80]} | {pair.second[:80]}")
    if args.oracle:
        asked = spread(oracle_pairs(args.data), 2 * args.pairs)
        measure.report("guards_oracle", table(asked, {"oracle": oracle_scores(asked, args.oracle)})[:2], {})


if __name__ == "__main__":
    main()
