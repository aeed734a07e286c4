"""Prompts with a structure: options, documents, facts, contexts, theories, demonstrations, slots, claims."""

from __future__ import annotations

import json
from ast import literal_eval
from dataclasses import replace
from pathlib import Path

import yaml

from llmrobust.operators import Sample
from llmrobust.operators.builtin.logic.theory import Form, Literal, Rule, make_theory
from llmrobust.seeds import Stream
from tools.reading.files import Row, csv_rows, jsonl, originals, pooled
from tools.reading.rows import reviews

PROMPTS = Path(__file__).parents[2] / "tests" / "operators" / "production_prompts"


def choice_rows(data: Path) -> list[Row]:
    """Multiple choice with typed options, answered by letter."""
    rows = []
    template = (
        "{% instruction %}Answer with {{ options | labels }}.{% endinstruction %}\n"
        "Question: {{ question }}\nOptions:\n{{ options | choices }}\nAnswer:"
    )
    for n, row in enumerate(csv_rows(data / "rupbench" / "CommonsenseQA.csv")):
        options = [choice["text"] for choice in literal_eval(row["question"])["choices"]]
        fields = {"question": row["question_stem"], "options": options}
        rows.append(
            (f"commonsenseqa/{n}", Sample(fields, template, tuple("ABCDE"[: len(options)]), expected=row["answerKey"]))
        )
    return rows


def document_rows(data: Path) -> list[Row]:
    """A question with four retrieved facts, two of which answer it."""
    template = (
        "{% instruction %}Answer the question from the documents.{% endinstruction %}\n{% for d in documents %}"
        "[{{ loop.index }}] {% context %}{{ d }}{% endcontext %}\n{% endfor %}Question: {{ question }}\nAnswer:"
    )
    found = list(csv_rows(data / "rupbench" / "QASC.csv"))
    rows = []
    for n, row in enumerate(found):
        stem = literal_eval(row["question"])
        answer = next(choice["text"] for choice in stem["choices"] if choice["label"] == row["answerKey"])
        other = found[(n + 7) % len(found)]
        facts = [_sentence(fact) for fact in (row["fact1"], other["fact1"], row["fact2"], other["fact2"])]
        wrong = next(choice["text"] for choice in stem["choices"] if choice["label"] != row["answerKey"])
        spare = [_sentence(found[(n + k) % len(found)]["fact2"]) for k in (11, 23)]
        fields = {"documents": facts, "question": stem["stem"], "wrong": wrong, "spare": spare}
        rows.append((f"qasc/{n}", Sample(fields, template, (), expected=answer)))
    return pooled(rows)


def fact_rows(data: Path) -> list[Row]:
    """Two facts in one context, and a question that they answer."""
    template = "Facts: {% context %}{{ facts }}{% endcontext %}\nQuestion: {{ question }}\nAnswer:"
    rows = []
    for n, row in enumerate(csv_rows(data / "rupbench" / "QASC.csv")):
        facts = f"{_sentence(row['fact1'])} {_sentence(row['fact2'])}"
        rows.append(
            (f"facts/{n}", Sample({"facts": facts, "question": literal_eval(row["question"])["stem"]}, template, ()))
        )
    return rows


def premise_rows(data: Path) -> list[Row]:
    """A short story as context, and a statement about it."""
    labels = ("Contradiction", "Neutral", "Entailment")
    template = (
        "{% instruction %}Entailment, Contradiction or Neutral?{% endinstruction %}\n"
        "{% context %}{{ context }}{% endcontext %}\nStatement: {{ statement }}\nAnswer:"
    )
    task = json.loads((data / "natural-instructions" / "task1387_anli_r3_entailment.json").read_text(encoding="utf-8"))
    rows = []
    for n, row in enumerate(task["Instances"][:80]):
        premise, _, statement = row["input"].partition("<sep>")
        fields = {
            "context": premise.rpartition("<br>")[2].removeprefix("Premise:").strip(),
            "statement": statement.replace("Hypothesis:", "").strip(),
        }
        rows.append((f"anli/{n}", Sample(fields, template, labels, expected=row["output"][0])))
    return pooled(rows)


def claim_rows(data: Path) -> list[Row]:
    """Questions on where people of the news were born, with a wrong city and another person, as IrrQA has them."""
    found = [
        next(iter(one.items()))
        for row in originals(data / "fluke" / "ner.jsonl")
        for one in row["original_label"] or ()
    ]
    people = list(dict.fromkeys(name for name, kind in found if kind == "PERSON" and name.count(" ") == 1))
    cities = list(dict.fromkeys(name for name, kind in found if kind == "LOCATION" and name.isalpha()))
    template = "{% instruction %}Answer in one word.{% endinstruction %}\nQuestion: {{ question }}\nAnswer:"
    rows = []
    for n, name in enumerate(people):
        wrong = cities[n % len(cities)]
        fields = {
            "question": f"In what city was {name} born?",
            "subject": name,
            "relation": "place of birth",
            "wrong": wrong,
            "other": people[(n + 1) % len(people)],
            "passage": f"{name} was mentioned in the newspaper.",
            "wrong_passage": f"{wrong} was mentioned in the newspaper.",
        }
        rows.append((f"claims/{n}", Sample(fields, template, ())))
    return rows


def slot_rows(data: Path) -> list[Row]:
    """Spoken requests with their slots as JSON, the longest slot in a field of its own."""
    template = "{% instruction %}Give the slots as JSON.{% endinstruction %}\nRequest: {{ text }}\nSlots:"
    rows = []
    for row in jsonl(data / "noise-llm" / "samples.jsonl"):
        slots: dict[str, str] = {}
        for token, tag in zip(row["tokens"], row["tags"], strict=True):
            if tag != "O":
                slots[tag[2:]] = f"{slots[tag[2:]]} {token}" if tag[0] == "I" and tag[2:] in slots else token
        if row["noise"] == "clean" and slots:
            fields = {"text": " ".join(row["tokens"]), "slot": max(slots.values(), key=len)}
            rows.append(
                (f"slots/{row['domain']}/{row['row']}", Sample(fields, template, (), expected=json.dumps(slots)))
            )
    return rows


def theory_rows(data: Path) -> list[Row]:
    """Theories in English with a statement about each: RobustLR's forms, and ones made in its language."""
    file = data.parent / "cases" / "suites" / "robustlr-english.robust.yaml"
    suite = yaml.safe_load(file.read_text(encoding="utf-8"))
    template, labels = suite["prompt"]["user"], tuple(suite["answer"]["choices"])
    rows = [
        (
            f"robustlr/{n}",
            Sample({"theory": row["theory"], "statement": row["statement"]}, template, labels, expected=row["answer"]),
        )
        for n, row in enumerate(suite["examples"])
    ]
    for n in range(60):
        theory, statement = make_theory(Stream("reading", n), 2 + n % 3)
        fields = {"theory": str(theory), "statement": f"{statement}."}
        rows.append((f"theory/{n}", Sample(fields, template, labels, expected=theory.answer(statement))))
    return rows


def paired_theory_rows(data: Path) -> list[Row]:
    """Theories with two rules of equal conditions or of equal conclusions, or with one that joins two such rules."""
    suite = yaml.safe_load(
        (data.parent / "cases" / "suites" / "robustlr-english.robust.yaml").read_text(encoding="utf-8")
    )
    template, labels = suite["prompt"]["user"], tuple(suite["answer"]["choices"])
    forms: tuple[Form, ...] = ("if-comma-then", "if-then", "trailing", "trailing-plain")
    rows = []
    for n in range(80):
        stream = Stream("reading pairs", n)
        theory, statement = make_theory(stream, 2, 1 + n % 2)
        rule = replace(theory.rules[n % 2], form=forms[n // 2 % 4])
        trailing = replace(rule, form="trailing") if rule.form == "trailing-plain" else rule
        other = Literal(rule.conclusions[0].subject, stream.choice(("shy", "loud", "rich", "calm")), n % 3 != 0)
        made: list[Rule] = [
            rule.with_parts(conclusions=(other,)),
            rule.with_parts(conditions=(other,)),
            trailing.with_parts(conclusions=(*rule.conclusions, other)),
            rule.with_parts(conditions=(*rule.conditions, other), connective="or"),
        ]
        # The last two say in one rule what the first two say in two.
        new = (rule, made[n // 8 % 2]) if n // 16 % 2 else (made[2 + n // 8 % 2],)
        theory = theory.with_sentence(theory.rules[n % 2], *new)
        fields = {"theory": str(theory), "statement": f"{statement}."}
        rows.append((f"pairs/{n}", Sample(fields, template, labels, expected=theory.answer(statement))))
    return rows


def shot_rows(data: Path) -> list[Row]:
    """Reviews after four demonstrations, with a system message."""
    found = reviews(data)[:120]
    texts, golds = [sample.fields["text"] for _, sample in found], [sample.expected for _, sample in found]
    template = (
        "{% for shot in shots %}{% example %}Review: {{ shot.text }}\nSentiment: {{ shot.label }}{% endexample %}\n\n"
        "{% endfor %}Review: {{ text }}\nSentiment:"
    )
    rows = []
    for n in range(0, len(texts) - 5, 5):
        shots = [{"text": texts[n + k], "label": golds[n + k]} for k in range(4)]
        fields = {"shots": shots, "text": texts[n + 4]}
        system = "{% instruction %}You decide whether reviews are positive or negative.{% endinstruction %}"
        rows.append(
            (f"shots/{n}", Sample(fields, template, ("positive", "negative"), expected=golds[n + 4], system=system))
        )
    return rows


def prompt_rows(data: Path) -> list[Row]:
    """Prompts in the manner of production systems, with sections, lists, passages or tools (of the tests)."""
    return [row for file in sorted(PROMPTS.glob("*.yaml")) for row in _prompts(file)]


def language_rows(language: str) -> list[Row]:
    """Prompts in another language, each with the next ones as the other examples of its suite."""
    return pooled(_prompts(Path(__file__).with_name(f"prompts.{language}.yaml")))


def _prompts(file: Path) -> list[Row]:
    rows = []
    for one in yaml.safe_load(file.read_text(encoding="utf-8")):
        labels = tuple(one.get("labels", ()))
        made = Sample(one["fields"], one["user"], labels, expected=one.get("answer"), system=one.get("system", ""))
        rows.append((f"{file.stem}/{one['name']}", made))
    return rows


def _sentence(fact: str) -> str:
    return fact[:1].upper() + fact[1:].rstrip(". ") + "."
