"""Passages that answer a question: news sentences with a gap, in the prompts that people write for retrieval."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmrobust.operators import Sample
from tools.reading.files import POOL, Row, jsonl, originals

ASKED = {
    "PERSON": "Which person",
    "LOCATION": "Which place",
    "ORGANIZATION": "Which organisation",
    "EVENT": "Which event",
    "PRODUCT": "Which product",
    "BUILDING": "Which building",
    "ART": "Which work",
}
"""How the missing name is asked for, by its kind."""
KEEP = ("active_to_passive", "discourse", "punctuation", "length_bias", "compound_word")
"""Modifications of FLUKE that say the same of the names in a sentence: such a variant is a second sound passage."""
_BLOCKS = (
    "{% instruction %}Answer the question from the documents.{% endinstruction %}\n{% for d in documents %}"
    "[{{ loop.index }}] {% context %}{{ d }}{% endcontext %}\n{% endfor %}Question: {{ question }}\nAnswer:"
)
_TAGS = (
    "{% instruction %}Answer with a name from the documents.{% endinstruction %}\n\n<documents>\n"
    "{% for d in documents %}<document>\n{{ d }}\n</document>\n{% endfor %}</documents>\n\n"
    "Question: {{ question }}\nAnswer:"
)
_MARKDOWN = (
    "# Task\nAnswer the question from the passages below.\n\n# Passages\n"
    "{% for d in documents %}{{ loop.index }}. {{ d }}\n{% endfor %}\n# Question\n{{ question }}\n"
)
SHAPES = {"blocks": _BLOCKS, "tags": _TAGS, "markdown": _MARKDOWN}


def passage_rows(data: Path) -> list[Row]:
    """A question with a gap, the sentence that fills it (or two that do), others beside it, and a wrong name."""
    told = _promptfoo(data)
    rows = []
    for n, row in enumerate(gaps(data)):
        documents = [*row["sound"], *row["beside"]]
        documents = documents[n % len(documents) :] + documents[: n % len(documents)]
        shape, template = [*SHAPES.items(), ("promptfoo", told)][n % (len(SHAPES) + 1)]
        fields = {**row, "documents": documents, "query": row["question"], "context": "\n\n".join(documents)}
        if shape == "promptfoo":
            # The passages are one text, as in the prompt that promptfoo publishes.
            fields["documents"] = fields["context"]
        rows.append((f"gap-{shape}/{n}", Sample(fields, template, (), expected=row["answer"])))
    return _with_others(rows, 12)


def context_rows(data: Path) -> list[Row]:
    """The same questions with one context, as extractive question answering has it."""
    template = (
        "{% instruction %}Answer the question with a name from the text.{% endinstruction %}\n"
        "Text: {% context %}{{ context }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:"
    )
    rows = []
    for n, row in enumerate(gaps(data)):
        fields = {**row, "context": " ".join([*row["sound"][:1], *row["beside"][:1]])}
        rows.append((f"gap-context/{n}", Sample(fields, template, (), expected=row["answer"])))
    return _with_others(rows, POOL)


def field_rows(data: Path) -> list[Row]:
    """Those of both whose missing name is a person's or a place's, of one word or two: what a field of names holds."""
    rows = [*context_rows(data), *passage_rows(data)]
    fields = [sample.fields for _, sample in rows]
    short = [one["kind"] in ("PERSON", "LOCATION") and len(one["name"].split()) < 3 for one in fields]
    return _with_others([row for row, fits in zip(rows, short, strict=True) if fits], 12)


def gaps(data: Path) -> list[dict[str, Any]]:
    """A row for each name that a sentence of FLUKE's Few-NERD has once, and no other sentence has.

    question, answer, kind (of name), name (the answer again, as a field of its own), wrong (a name of the same kind),
    sound (the sentence, and where people have one: a variant that says the same), beside and spare (other sentences).
    """
    file = data / "fluke" / "ner.jsonl"
    said: dict[str, list[str]] = defaultdict(list)
    for row in jsonl(file):
        if row["modification"] in KEEP and row["modified_text"] != row["original_text"]:
            said[row["original_text"]].append(row["modified_text"])
    sentences = [row["original_text"] for row in originals(file)]
    found = []
    names: dict[str, list[str]] = defaultdict(list)
    for row in originals(file):
        for one in row["original_label"] or ():
            name, kind = next(iter(one.items()))
            text = row["original_text"]
            if kind in ASKED and text.count(name) == 1 and sum(name in other for other in sentences) == 1:
                names[kind].append(name)
                found.append((text, name, kind))
    rows = []
    for n, (text, name, kind) in enumerate(found):
        others = [one for one in sentences if one != text]
        beside = [others[(7 * n + k * 31) % len(others)] for k in range(5)]
        wrong = names[kind][(names[kind].index(name) + 3) % len(names[kind])]
        again = [one for one in said[text] if name in one][:1] if n % 2 else []
        rows.append(
            {
                "question": f'{ASKED[kind]} is missing here? "{text.replace(name, "_____")}"',
                "answer": name,
                "name": name,
                "kind": kind,
                "wrong": wrong,
                "sound": [text, *again],
                "beside": beside[: 3 - len(again)],
                "spare": beside[3:],
            }
        )
    return rows


def _promptfoo(data: Path) -> str:
    """The retrieval prompt that promptfoo publishes among its examples."""
    rows = [
        json.loads(line) for line in (data / "prompts" / "promptfoo.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return str(next(row["prompt"] for row in rows if row["path"].endswith("standard-rag.txt"))).strip()


def _with_others(rows: Sequence[Row], reach: int) -> list[Row]:
    """The rows with those of the next ones as a pool that ask for a name of the same kind."""
    full = []
    for n, (name, sample) in enumerate(rows):
        next_ones = [rows[(n + k) % len(rows)] for k in range(1, reach * 4)]
        alike = [one for one in next_ones if one[1].fields["kind"] == sample.fields["kind"]][:reach]
        pool = tuple((other, one.fields) for other, one in [(name, sample), *alike])
        full.append((name, Sample(sample.fields, sample.template, (), expected=sample.expected, pool=pool)))
    return full
