"""Prompts of real rows: word problems, bank questions, reviews, news sentences, tasks, multiple choice, facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from llmrobust.operators import Sample
from tools.reading.files import Row, jsonl, originals, pooled, raw

SOLVE = "{% instruction %}Solve the problem. Give only the final number.{% endinstruction %}"
JUDGE = "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}"


def text_rows(data: Path) -> list[Row]:
    """Rows whose input is running text, every kind in its own prompt."""
    return [*_word_problems(data), *_bank_questions(data), *reviews(data), *_sentences(data), *tasks(data)]


def instruction_rows(data: Path) -> list[Row]:
    """Rows whose instruction people wrote: PromptBench, Instruction Induction, Natural Instructions."""
    rows = []
    seen = set()
    for n, row in enumerate(jsonl(data / "promptbench" / "instructions.jsonl")):
        if (text := row["instruction"].strip()) not in seen:
            seen.add(text)
            fields = {"text": "The film is a bit long, but the cast of three makes up for it."}
            rows.append((f"promptbench/{n}", Sample(fields, f"{raw(text)}\nSentence: {{{{ text }}}}\nAnswer:", ())))
    induction = json.loads((data / "instruction-induction" / "instructions.json").read_text(encoding="utf-8"))
    inputs = {row["task"]: row for row in jsonl(data / "instruction-induction" / "examples.jsonl")}
    for task, told in induction.items():
        for n, text in enumerate(told if isinstance(told, list) else told["annotations"]):
            given = str(inputs.get(task, {}).get("input", "cat"))
            template = f"{raw(text.strip())}\nInput: {{{{ text }}}}\nOutput:"
            rows.append((f"instruction-induction/{task}/{n}", Sample({"text": given}, template, ())))
    return [*rows, *tasks(data)]


def usual_rows(data: Path) -> list[Row]:
    """Reviews under instructions as most prompts have them, each with the names that reviews go by."""
    told = (
        "Decide whether the {thing} is positive or negative.",
        "Is the following {thing} positive or negative?",
        "Classify the {thing} as positive or negative.",
        "Read the {thing} and answer with positive or negative.",
        "Answer with positive or negative.",
        "Answer the question with positive or negative.",
    )
    things = ("review", "text", "sentence", "comment", "message", "statement")
    rows = []
    for n, (name, sample) in enumerate(reviews(data)[: 4 * len(told) * len(things)]):
        instruction = told[n % len(told)].format(thing=things[n // len(told) % len(things)])
        template = f"{{% instruction %}}{instruction}{{% endinstruction %}}\nText: {{{{ text }}}}\nAnswer:"
        rows.append((f"usual/{name}", Sample(sample.fields, template, sample.labels, expected=sample.expected)))
    return rows


def _word_problems(data: Path) -> list[Row]:
    template = SOLVE + "\nProblem: {{ question }}\nAnswer:"
    rows = list(jsonl(data / "gsm8k" / "test.jsonl"))
    return pooled(
        [
            (
                f"gsm8k/{n}",
                Sample(
                    {"question": row["question"], "solution": row["solution"]}, template, (), expected=row["answer"]
                ),
            )
            for n, row in enumerate(rows)
        ]
    )


def _bank_questions(data: Path) -> list[Row]:
    rows = list(jsonl(data / "banking77" / "test.jsonl"))
    labels = tuple(sorted({row["answer"] for row in rows}))
    template = (
        f"{{% instruction %}}Name the topic of the customer's question: {', '.join(labels)}.{{% endinstruction %}}\n"
        "Customer: {{ text }}\nTopic:"
    )
    # The file is sorted by topic: neighbours are of several.
    order = [n for start in range(30) for n in range(start, len(rows), 30)]
    return pooled(
        [
            (f"banking77/{n}", Sample({"text": rows[n]["text"]}, template, labels, expected=rows[n]["answer"]))
            for n in order
        ]
    )


def reviews(data: Path) -> list[Row]:
    template = JUDGE + "\nReview: {{ text }}\nSentiment:"
    rows = []
    for n, row in enumerate(originals(data / "fluke" / "sa.jsonl")):
        gold = "positive" if str(row["original_label"]) == "1" else "negative"
        rows.append(
            (f"sst2/{n}", Sample({"text": row["original_text"]}, template, ("positive", "negative"), expected=gold))
        )
    return pooled(rows)


def _sentences(data: Path) -> Iterator[Row]:
    refer = "{% instruction %}Say what the pronoun stands for.{% endinstruction %}\n"
    refer += "Text: {{ text }}\nPronoun: {{ pronoun }}\nAnswer:"
    for n, row in enumerate(originals(data / "fluke" / "coref.jsonl")):
        fields = {"text": row["original_text"], "pronoun": str(row["original_pronoun"])}
        label = row["original_label"]
        gold = None if label is None else row["original_candidates"][int(label)]
        yield f"knowref/{n}", Sample(fields, refer, (), expected=gold)
    names = "{% instruction %}Give the names in the text and their kinds as JSON.{% endinstruction %}\n"
    names += "Text: {{ text }}\nNames:"
    for n, row in enumerate(originals(data / "fluke" / "ner.jsonl")):
        yield (
            f"fewnerd/{n}",
            Sample({"text": row["original_text"]}, names, (), expected=json.dumps(row["original_label"])),
        )


def tasks(data: Path) -> Iterator[Row]:
    for file in sorted((data / "natural-instructions").glob("*.json")):
        task = json.loads(file.read_text(encoding="utf-8"))
        definition = " ".join(task["Definition"]) if isinstance(task["Definition"], list) else task["Definition"]
        template = f"{raw(definition)}\nInput: {{{{ text }}}}\nOutput:"
        labels = sorted({row["output"][0] for row in task["Instances"]})
        for n, row in enumerate(task["Instances"][:30]):
            chosen = tuple(labels) if len(labels) <= 6 else ()
            yield f"{file.stem}/{n}", Sample({"text": row["input"]}, template, chosen, expected=row["output"][0])
