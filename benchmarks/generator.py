"""What a model can and cannot generate: every kind, of real texts, as JSON, past the guards, and as a person reads it.

    python -m benchmarks.generator write --data DATA --llm smollm2 --out made.jsonl   # asks; resumes from its store
    python -m benchmarks.generator show made.jsonl                                    # the texts, numbered, to be read
    python -m benchmarks.generator table made.jsonl --read read.tsv

DATA: a folder with banking77/test.jsonl, gsm8k/test.jsonl and natural-instructions. The suites are those of SUITES:
the instruction of each, two BANKING77 questions, one GSM8K problem and one pair of language inference. A reading
is a line "label, suite, target, example, name, verdict" for each text: `fit` where it is what was asked for, else what
is wrong.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import measure
from llmrobust.engine import Engine, Store
from llmrobust.generate.guards.text_guards import text_guards
from llmrobust.generate.kinds import KINDS
from llmrobust.generate.make import UNFORCED, ask, at_once, guarded
from llmrobust.generate.questions import Question, questions_of
from llmrobust.generate.subjects import subjects_of
from llmrobust.generate.written import Unusable, written
from llmrobust.loading import load_suite_file
from llmrobust.models import parse_specs
from llmrobust.request import Response
from llmrobust.suitefile import Suite

TEMPERATURE = 0.0
"""Greedy, so that models in this process compute many answers together."""
MOST, LIST = 160, 10
"""Tokens of an answer; requests after which what came back is written."""
SUITES = {
    "banking": """\
prompt:
  user: |
    {% instruction %}Sort the customer's message by its topic.
    Answer with one of: card arrival, lost or stolen card, exchange rate.{% endinstruction %}
    Message: {{ text }}
    Topic:
answer: {field: answer, choices: [card arrival, lost or stolen card, exchange rate]}
""",
    "gsm8k": """\
prompt:
  user: |
    {% instruction %}Solve the problem step by step.
    End with "The answer is N", where N is a number.{% endinstruction %}
    {{ text }}
answer: {field: answer, check: number}
""",
    "nli": """\
prompt:
  user: |
    {% instruction %}In this task, you will be presented with a premise and a hypothesis sentence.
    Determine whether the hypothesis sentence entails, contradicts, or is neutral with respect to the given premise
    sentence. Classify your answers into "Contradiction", "Neutral", or "Entailment".{% endinstruction %}
    {{ text }}
    Answer:
answer: {field: answer, choices: [Contradiction, Neutral, Entailment]}
""",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A reply to one question. why: why it holds no variant, empty where it does. failed: the guards that it failed."""

    suite: str
    target: str
    example: str
    name: str
    kind: str
    original: str
    reply: str
    text: str
    answer: str
    why: str
    failed: list[str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is a variant of, and which."""
        return self.suite, self.target, self.example, self.name


def suites(data: Path, folder: Path) -> Iterator[Suite]:
    """The suites of SUITES with the rows that are asked about."""
    for name, body in SUITES.items():
        path = folder / f"{name}.robust.yaml"
        rows = json.dumps(_rows(name, data), ensure_ascii=False)
        path.write_text(f"suite: {name}\n{body}examples: {rows}\n", encoding="utf-8")
        yield load_suite_file(path, folder)


def _rows(name: str, data: Path) -> list[dict[str, str]]:
    if name == "banking":
        rows = [json.loads(line) for line in (data / "banking77" / "test.jsonl").read_text("utf-8").splitlines()]
        return [next(row for row in rows if row["answer"] == "exchange rate"), rows[1]]
    if name == "gsm8k":
        (row, *_) = [json.loads(line) for line in (data / "gsm8k" / "test.jsonl").read_text("utf-8").splitlines()]
        return [{"id": row["id"], "text": row["question"], "answer": row["answer"]}]
    task = json.loads((data / "natural-instructions" / "task1387_anli_r3_entailment.json").read_text("utf-8"))
    given = task["Instances"][0]
    said = given["output"][0] if isinstance(given["output"], list) else given["output"]
    return [{"id": "nli-000", "text": given["input"], "answer": said}]


def asked_of(suite: Suite, enforced: bool) -> Iterator[list[Question]]:
    """Lists of questions: every kind of the instruction, then of the examples' texts, at first one sub-type of each."""
    subjects = [*subjects_of(suite, "text"), *subjects_of(suite, "instruction")]
    every = list(questions_of(subjects, KINDS, 1, seed=0, temperature=TEMPERATURE, max_tokens=MOST, enforced=enforced))
    first = {(one.subject, one.kind.name): one for one in reversed(every)}.values()
    ordered = [*(one for one in every if one in first), *(one for one in every if one not in first)]
    for start in range(0, len(ordered), LIST):
        yield ordered[start : start + LIST]


def write(data: Path, llm: str, out: Path, only: Sequence[str] = ()) -> None:
    """Ask for everything, list by list, and write what came back as it comes."""
    out.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(parse_specs((llm,)), lambda: Store(out.with_suffix(".sqlite")), trust_store=True)
        try:
            engine.submit([])
            info = engine.opened()
            every = [
                (suite, questions)
                for suite in suites(data, Path(folder))
                if not only or suite.name in only
                for questions in asked_of(suite, info.backend not in UNFORCED)
            ]
            for suite, questions in every:
                asked = ask(questions, engine, None, print, at_once(info, TEMPERATURE))
                made = iter(guarded(asked, text_guards(), info).variants)
                with out.open("a", encoding="utf-8") as file:
                    for question, reply in asked.replies:
                        found = written(question, reply)
                        one = None if isinstance(found, Unusable) else next(made)
                        text = Text(
                            suite.name,
                            question.subject.target,
                            question.subject.example or "",
                            question.name,
                            question.kind.full_name(question.subtype),
                            question.subject.text,
                            reply.text if isinstance(reply, Response) else "",
                            one.text if one else "",
                            "" if isinstance(found, Unusable) else found.answer or "",
                            found.reason if isinstance(found, Unusable) else "",
                            list(one.failed) if one else [],
                        )
                        file.write(json.dumps(asdict(text), ensure_ascii=False) + "\n")
                print(f"{out}: {suite.name}, {len(asked.replies)} more", flush=True)
        finally:
            engine.close()


def read(path: Path) -> list[Text]:
    """What `write` wrote."""
    return [Text(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def show(texts: Sequence[Text]) -> Iterator[str]:
    """The texts to be read, under their originals."""
    for number, one in enumerate(texts):
        yield f"[{number}] {one.suite} {one.kind}: {one.original}"
        said = one.text or f"({one.why}) {one.reply!r}"
        yield f"    -> {said}{' = ' + one.answer if one.answer else ''}  {one.failed or ''}"


def table(texts: Sequence[Text], verdicts: dict[tuple[str, ...], str]) -> list[list[str]]:
    """By kind: asked, JSON with a text, passed every guard that asks no model, fit; and what of the passed is fit."""
    rows = [["kind", "asked", "usable", "passed", "fit", "fit of the passed"]]
    kinds = dict.fromkeys(one.kind.split(".")[0] for one in texts)
    for kind in (*kinds, "all"):
        mine = [one for one in texts if kind in ("all", one.kind.split(".")[0])]
        usable = [one for one in mine if not one.why]
        through = [one for one in usable if not one.failed]
        fit = [one for one in usable if verdicts.get(one.key) == "fit"]
        both = sum(not one.failed for one in fit)
        rows.append([kind, *map(str, (len(mine), len(usable), len(through), len(fit), both))])
    return rows


def main() -> None:
    """Write, show or count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("--data", type=Path, required=True)
    writing.add_argument("--llm", default="smollm2")
    writing.add_argument("--out", type=Path, required=True)
    writing.add_argument("--suite", action="append", default=[], choices=list(SUITES))
    showing = commands.add_parser("show")
    showing.add_argument("made", type=Path)
    counting = commands.add_parser("table")
    counting.add_argument("made", type=Path)
    counting.add_argument("--label", default="vllm")
    counting.add_argument("--read", type=Path, required=True)
    args = parser.parse_args()
    if args.command == "write":
        write(args.data, args.llm, args.out, args.suite)
        return
    texts = read(args.made)
    if args.command == "show":
        print("\n".join(show(texts)))
        return
    lines = [line.split("\t") for line in args.read.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    verdicts = {tuple(line[1:5]): line[5] for line in lines if line[0] == args.label}
    missing = [one.key for one in texts if not one.why and one.key not in verdicts]
    if missing:
        raise SystemExit(f"{len(missing)} texts have no reading, the first: {missing[0]}")
    rows = table(texts, verdicts)
    measure.report("generator", rows, {"table": rows, "verdicts": Counter(verdicts.values())})


if __name__ == "__main__":
    main()
