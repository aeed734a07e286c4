"""Ways to tell whether two short answers mean the same, beside the labels of a person and beside each other.

    python -m benchmarks.meanings [--pairs FILE] [--judge SPEC [--question same]] [--embedder minilm] [--store FILE]
        [--seconds 500]

Reads the 100 pairs of `examples/data/meanings.jsonl`, or another file of labelled pairs, and prints two tables:
Cohen's kappa of each way with the labels, with its 95 % interval, and of the ways with each other. A judge is asked
`question: same` and `question: entailment`, a few pairs at a time; its verdicts are kept in the store, so that a run
that ends after `--seconds` goes on where it was. A judge's contradictions and unparsed verdicts are a third verdict,
which agrees with no label.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llmrobust.engine import Engine, Store
from llmrobust.models import parse_specs
from llmrobust.models.http.keys import judge_settings
from llmrobust.score.embedding import cosine, embed, vectors_kept_in
from llmrobust.score.judge_questions import Question
from llmrobust.score.model_judge import Judges
from llmrobust.score.ngrams import ngram_score
from llmrobust.score.opinions import Opinions
from llmrobust.stats import cohens_kappa, counted, kappa_interval
from llmrobust.suitefile.suite import AnswerSpec, JudgeSpec

PAIRS = Path(__file__).parents[1] / "examples" / "data" / "meanings.jsonl"
UNDECIDED = 2
AT_A_TIME = 10
"""Pairs that a judge is asked about before its verdicts are stored."""
LEAST = {"chrf": 0.3, "rouge": 0.3, "bleu": 0.5}
Verdicts = Sequence[int]
"""Of each pair: 0 for another meaning, 1 for the same, UNDECIDED."""


def kappa_of(first: Verdicts, second: Verdicts) -> str:
    """Cohen's kappa of two ways with its interval, as it is printed."""
    table = counted(list(zip(first, second, strict=True)), 3)
    value, interval = cohens_kappa(table), kappa_interval(table)
    if value != value or interval is None:
        return "undefined"
    return f"{value:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def tables(labels: Verdicts, ways: Mapping[str, Verdicts]) -> Iterator[str]:
    """The two tables: each way with the labels, and the ways with each other."""
    yield "| way | agrees with the labels | undecided | kappa with the labels (95 % interval) |"
    yield "|---|---|---|---|"
    for name, said in ways.items():
        few = labels[: len(said)]
        agreeing = sum(one == other for one, other in zip(few, said, strict=True))
        undecided = sum(one == UNDECIDED for one in said)
        yield f"| {name} | {agreeing} of {len(said)} | {undecided} | {kappa_of(few, said)} |"
    names = list(ways)
    yield ""
    yield f"| kappa with | {' | '.join(names[1:])} |"
    yield "|---" * len(names) + "|"
    for i, name in enumerate(names[:-1]):
        cells = []
        for j, other in enumerate(names[1:], 1):
            size = min(len(ways[name]), len(ways[other]))
            cells.append(kappa_of(ways[name][:size], ways[other][:size]) if j > i else "")
        yield f"| {name} | {' | '.join(cells)} |"


def by_value(values: Sequence[float], least: float) -> list[int]:
    """The verdicts of a measure with a bound."""
    return [int(value >= least) for value in values]


def judged(judges: Judges, spec: str, question: str, pairs: Sequence[Mapping[str, str]], until: float) -> list[int]:
    """The judge's verdicts on the pairs, as far as the time goes."""
    judge = JudgeSpec((spec,), question=question)  # type: ignore[arg-type]
    opinions = judges.opinions(AnswerSpec(check="judge", judge=judge))
    assert isinstance(opinions, Opinions)
    said: list[int] = []
    for start in range(0, len(pairs), AT_A_TIME):
        if time.monotonic() > until:
            break
        some = [Question.same(one["first"], one["second"]) for one in pairs[start : start + AT_A_TIME]]
        for one in some:
            opinions.of(one)
        opinions.settle()
        said += [UNDECIDED if (holds := opinions.of(one).holds) is None else int(holds) for one in some]
    return said


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--judge", help="a model, as --llm takes it")
    parser.add_argument("--question", choices=("same", "entailment"), help="what the judge is asked; both by default")
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--store", type=Path, default=Path("meanings.sqlite"))
    parser.add_argument("--seconds", type=float, default=500.0)
    given = parser.parse_args()
    until = time.monotonic() + given.seconds
    pairs = [json.loads(line) for line in given.pairs.read_text("utf-8").splitlines()]
    labels = [int(one["label"] == "yes") for one in pairs]
    ways: dict[str, Verdicts] = {}
    with vectors_kept_in(given.store):
        embed((text for one in pairs for text in (one["first"], one["second"])), given.embedder)
        values = [cosine(one["first"], one["second"], given.embedder) for one in pairs]
    ways.update({f"similarity, min {least}": by_value(values, least) for least in (0.6, 0.8, 0.9)})
    for check, least in LEAST.items():
        ways[f"{check}, min {least}"] = by_value(
            [ngram_score(check, one["second"], one["first"]) for one in pairs], least
        )
    if given.judge:
        judges = Judges(lambda specs: Engine(parse_specs(specs, judge_settings(())), lambda: Store(given.store)))
        try:
            for question, name in (("same", "judge, same"), ("entailment", "judge, entailment both ways")):
                if given.question not in (None, question):
                    continue
                said = judged(judges, given.judge, question, pairs, until)
                ways |= {name: said} if said else {}
        finally:
            judges.close()
    print("\n".join(tables(labels, ways)))


if __name__ == "__main__":
    main()
