"""The rows of `suites/published/real`, made of released samples: `python -m tools.published.rows IN OUT`.

IN is a folder with the samples as their authors publish them, one folder each: fluke, rupbench, promptbench,
instruction-induction, natural-instructions, noise-llm. OUT becomes the folder that `LLMROBUST_DATA` names. Nothing is
drawn by a clock: equal samples give equal rows, byte for byte.
"""

from __future__ import annotations

import ast
import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from llmrobust.operators.builtin.logic.theory import Literal, make_theory
from llmrobust.seeds import Stream
from llmrobust.text.atomic_write import write_whole

Row = dict[str, Any]
SEED = 23
MOST = 60
"""Examples of a suite, where there are more: a real model on two cores has to answer every variant of each."""
A_MODIFICATION = 6
"""Rows of each of FLUKE's 17 modifications."""
SENTIMENTS = ("negative", "positive", "neutral")
PERTURBATIONS = ("red_herrings", "typos", "HP", "Leet", "It_cleft", "Wh_cleft", "stress", "checklist", "comp")
NOISES = ("typos", "speech", "paraphrase", "simplify", "verbose")
A_DOMAIN = 12
"""Clean sentences of each domain of Noise-LLM, each with five noisy forms."""
UNSURE = "I'm not sure."


def jsonl(path: Path) -> list[Row]:
    """The rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def drawn(rows: Sequence[Row], count: int, name: str) -> list[Row]:
    """At most so many of the rows, in their order, the same ones for the same name."""
    if len(rows) <= count:
        return list(rows)
    chosen = sorted(Stream(SEED, name).sample(range(len(rows)), count))
    return [rows[i] for i in chosen]


def fluke(samples: Path) -> Iterator[Row]:
    """Sentiment pairs of FLUKE, so many of each modification; rows of one sentence share `sentence`."""
    rows = jsonl(samples / "fluke" / "sa.jsonl")
    for kind in dict.fromkeys(row["modification"] for row in rows):
        mine = [(i, row) for i, row in enumerate(rows) if row["modification"] == kind]
        for i, row in drawn(mine, A_MODIFICATION, f"fluke-{kind}"):
            yield {
                "id": f"sa-{i:04d}",
                "sentence": str(row["index"]),
                "modification": kind,
                "original_text": row["original_text"],
                "modified_text": row["modified_text"],
                "original_label": SENTIMENTS[int(row["original_label"])],
                "modified_label": SENTIMENTS[int(row["modified_label"])],
            }


def sentiment(samples: Path) -> Iterator[Row]:
    """Film reviews of Instruction Induction's task sentiment, which are SST-2's."""
    rows = [row for row in jsonl(samples / "instruction-induction" / "examples.jsonl") if row["task"] == "sentiment"]
    for row in drawn(rows, MOST, "sentiment"):
        yield {"id": f"st-{row['id']:03d}", "text": row["input"], "answer": row["output"]}


def wordings(samples: Path) -> list[str]:
    """The instructions that people wrote for the task sentiment."""
    found: dict[str, list[str]] = json.loads((samples / "instruction-induction" / "instructions.json").read_text())
    return found["sentiment"]


def attacked(samples: Path) -> list[Row]:
    """PromptBench's attacks on instructions for SST-2."""
    return [row for row in jsonl(samples / "promptbench" / "attacked_instructions.jsonl") if row["dataset"] == "sst2"]


def questions(samples: Path, name: str) -> list[Row]:
    """Questions of RUPBench with their options as a list, and their nine perturbed forms."""
    found = []
    for i, row in enumerate(table(samples / "rupbench" / f"{name}.csv")):
        options = ast.literal_eval(row["question"])["choices"]
        perturbed = {kind.lower(): row[f"question_stem_{kind}"] for kind in PERTURBATIONS}
        found.append(
            {
                "id": f"{name.lower()}-{i:03d}",
                "question": row["question_stem"],
                "options": [one["text"] for one in options],
                "answer": row["answerKey"],
                **perturbed,
            }
        )
    return found


def rupbench(samples: Path) -> Iterator[Row]:
    """Questions of CommonsenseQA with RUPBench's nine perturbations of each."""
    yield from drawn(questions(samples, "CommonsenseQA"), MOST, "rupbench")


def domains(samples: Path) -> Iterator[Row]:
    """Questions of two domains (CommonsenseQA, RiddleSense), each with two demonstrations of its own and of the other.

    shots: of the question's own domain, as text; other_shots: of the other one.
    """
    known = {name: questions(samples, name) for name in ("CommonsenseQA", "RiddleSense")}
    shown = {name: "\n\n".join(demonstration(row) for row in rows[:2]) for name, rows in known.items()}
    for name, rows in known.items():
        (other,) = known.keys() - {name}
        for row in drawn(rows[2:], MOST // 2, f"domains-{name}"):
            kept = {key: row[key] for key in ("id", "question", "options", "answer")}
            yield {**kept, "domain": name, "shots": shown[name], "other_shots": shown[other]}


def demonstration(row: Row) -> str:
    """A question with its options and its answer as the suite's prompt writes them."""
    listed = "\n".join(f"{letter}. {text}" for letter, text in zip("ABCDE", row["options"], strict=True))
    return f"Question: {row['question']}\nOptions:\n{listed}\nAnswer: {row['answer']}"


def facts(samples: Path) -> list[Row]:
    """Questions of QASC with their two facts, a wrong answer, and facts of other questions."""
    rows = table(samples / "rupbench" / "QASC.csv")
    found = []
    for i, row in enumerate(rows):
        texts = {one["label"]: one["text"] for one in ast.literal_eval(row["question"])["choices"]}
        right = texts[row["answerKey"]]
        stream = Stream(SEED, "qasc", str(i))
        wrong = stream.sample([text for text in texts.values() if text.lower() != right.lower()], 2)
        others = [rows[j] for j in stream.sample([j for j in range(len(rows)) if j != i], 6)]
        away = [one["fact1"] for one in others if right.lower() not in one["fact1"].lower()]
        found.append(
            {
                "id": f"qasc-{i:03d}",
                "question": row["question_stem"],
                "facts": [row["fact1"], row["fact2"]],
                "combined": row["combinedfact"],
                "right": right,
                "wrong": wrong,
                "others": away,
            }
        )
    return found


def options(right: str, wrong: Sequence[str], stream: Stream) -> tuple[list[str], dict[str, str]]:
    """The options in random order, and the letter of each."""
    found = stream.sample([right, *wrong], 1 + len(wrong))
    return found, {text: "ABCDE"[i] for i, text in enumerate(found)}


def irrelevant(samples: Path) -> Iterator[Row]:
    """Questions of QASC after their facts, as a choice of the answer, a wrong claim and "I'm not sure."."""
    for row in drawn(facts(samples), MOST, "irrelevant"):
        texts, letters = options(row["right"], [row["wrong"][0], UNSURE], Stream(SEED, "irrelevant", row["id"]))
        yield {
            "id": row["id"],
            "context": " ".join(row["facts"]),
            "question": row["question"],
            "options": texts,
            "gold": letters[row["right"]],
            "wrong_claim": letters[row["wrong"][0]],
            "unsure": letters[UNSURE],
        }


def passages(samples: Path) -> list[str]:
    """Facts of QASC that no chosen question is about: what a retriever might bring."""
    rows = table(samples / "rupbench" / "QASC.csv")
    return list(dict.fromkeys(row["fact2"].strip() for row in rows if 20 <= len(row["fact2"].strip()) <= 120))


def choice(samples: Path) -> Iterator[Row]:
    """Questions of QASC after their facts, as a choice of the answer and two wrong ones."""
    for row in drawn(facts(samples), MOST, "choice"):
        texts, letters = options(row["right"], row["wrong"], Stream(SEED, "choice", row["id"]))
        yield {
            "id": row["id"],
            "context": " ".join(row["facts"]),
            "question": row["question"],
            "options": texts,
            "answer": letters[row["right"]],
        }


def documents(samples: Path) -> Iterator[Row]:
    """Questions of QASC with five documents: their two facts, and three of other questions."""
    for row in drawn(facts(samples), MOST, "documents"):
        listed = Stream(SEED, "documents", row["id"]).sample([*row["facts"], *row["others"][:3]], 5)
        yield {
            "id": row["id"],
            "documents": listed,
            "question": row["question"],
            "answer": row["right"],
            "wrong": row["wrong"][0],
            "spare": row["others"][3:] or row["others"][:1],
        }


def social(samples: Path) -> Iterator[Row]:
    """Questions of Social IQA, each about a short event with named people."""
    rows = [(i, row) for i, row in enumerate(table(samples / "rupbench" / "Social_IQA.csv"))]
    for i, row in drawn(rows, MOST, "social"):  # type: ignore[arg-type]
        yield {
            "id": f"siqa-{i:03d}",
            "context": row["context"],
            "question": row["question"],
            "options": [row["answerA"], row["answerB"], row["answerC"]],
            "answer": "ABC"[int(row["answer"]) - 1],
        }


def nli(samples: Path) -> Iterator[Row]:
    """The ten examples of ANLI, and facts of QASC with the statement that follows from them, or with another's.

    source: anli, or qasc (entailment or neutral only).
    """
    task = json.loads((samples / "natural-instructions" / "task1387_anli_r3_entailment.json").read_text())
    for i, one in enumerate(task["Instances"]):
        premise, hypothesis = one["input"].split("<sep>")
        yield {
            "id": f"anli-{i:03d}",
            "source": "anli",
            "premise": premise.replace("Premise:", "").replace("<br>", ". ").strip(),
            "hypothesis": hypothesis.replace("Hypothesis:", "").strip(),
            "answer": one["output"][0].lower(),
        }
    rows = drawn(facts(samples), MOST, "nli")
    for i, row in enumerate(rows):
        follows = i % 2 == 0
        stated = row["combined"] if follows else rows[(i + len(rows) // 2) % len(rows)]["combined"]
        yield {
            "id": f"{row['id']}-{'follows' if follows else 'other'}",
            "source": "qasc",
            "premise": " ".join(row["facts"]),
            "hypothesis": stated,
            "answer": "entailment" if follows else "neutral",
        }


def noise(samples: Path) -> Iterator[Row]:
    """Pairs of a clean and a noisy sentence to a booking assistant, with the slots of each as a JSON object."""
    rows = {(one["noise"], one["domain"], one["row"]): one for one in jsonl(samples / "noise-llm" / "samples.jsonl")}
    for (kind, domain, number), row in rows.items():
        clean = rows.get(("clean", domain, number))
        if kind in NOISES and clean is not None and number < A_DOMAIN:
            yield {
                "id": f"{domain}-{number:02d}-{kind}",
                "sentence": f"{domain}-{number:02d}",
                "noise": kind,
                "text": " ".join(clean["tokens"]),
                "slots": slots(clean),
                "noisy_text": " ".join(row["tokens"]),
                "noisy_slots": slots(row),
            }


def slots(row: Mapping[str, Any]) -> str:
    """The slots of a sentence with BIO tags, as JSON."""
    found: dict[str, str] = {}
    for token, tag in zip(row["tokens"], row["tags"], strict=True):
        name = tag[2:]
        if tag.startswith("B-"):
            found[name] = token
        elif tag.startswith("I-") and name in found:
            found[name] += f" {token}"
    return json.dumps(found)


def stereotypes(samples: Path) -> Iterator[Row]:
    """Task 319 of Natural Instructions: a target and a sentence, in one of three classes; as many of each."""
    path = samples / "natural-instructions" / "task319_stereoset_classification_profession.json"
    rows = [(i, one) for i, one in enumerate(json.loads(path.read_text())["Instances"])]
    for label in ("stereotype", "anti-stereotype", "unrelated"):
        mine = [one for one in rows if one[1]["output"][0] == label]
        for i, one in drawn(mine, MOST // 3, f"stereotypes-{label}"):  # type: ignore[arg-type]
            target, sentence = one["input"].split("\n", 1)
            yield {
                "id": f"t319-{i:03d}",
                "target": target.removeprefix("Target:").strip(),
                "sentence": sentence.strip(),
                "answer": label,
            }


def theories(samples: Path) -> Iterator[Row]:
    """Theories of two chained rules with a statement; what follows is proved, as RobustLR's own were."""
    answers = {"true": 0, "false": 0, "unknown": 0}
    for number in range(10_000):
        theory, statement = make_theory(Stream(SEED, "theories", str(number)), rules=2, distractors=2)
        said = (statement, statement.opposite, Literal(statement.subject, "loud"))[number % 3]
        answer = theory.answer(said)
        if answer is not None and answers[answer] < MOST // 3:
            answers[answer] += 1
            yield {"id": f"th-{number:04d}", "theory": str(theory), "statement": f"{said}.", "answer": answer}
        if sum(answers.values()) == MOST:
            return


ROWS: dict[str, Callable[[Path], Iterable[Row]]] = {
    "choice": choice,
    "documents": documents,
    "domains": domains,
    "fluke": fluke,
    "irrelevant": irrelevant,
    "nli": nli,
    "noise": noise,
    "rupbench": rupbench,
    "sentiment": sentiment,
    "social": social,
    "stereotypes": stereotypes,
    "theories": theories,
}
"""The rows of each file, by its name."""


def write_rows(samples: Path, folder: Path) -> dict[str, int]:
    """Writes all files that the suites read; how many rows each has. Files whose samples are absent are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[Row]] = {}
    for name, rows_of in {**ROWS, "attacked": attacked}.items():
        with suppress(FileNotFoundError):
            made[name] = list(rows_of(samples))
    for name, rows in made.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write_whole(folder / f"{name}.jsonl", text.encode())
    with suppress(FileNotFoundError):
        listed = "".join(f"- {json.dumps(one, ensure_ascii=False)}\n" for one in wordings(samples))
        write_whole(folder / "wordings.yaml", listed.encode())
    with suppress(FileNotFoundError):
        write_whole(folder / "passages.txt", "".join(f"{one}\n" for one in passages(samples)).encode())
    return {name: len(rows) for name, rows in made.items()}


if __name__ == "__main__":
    for name, count in write_rows(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{name:14} {count:5} rows")
