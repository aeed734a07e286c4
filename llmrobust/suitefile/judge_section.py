"""`answer: {judge: ...}`: the second model, what it is asked, and the people's labels that show whether to trust it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmrobust.errors import Diagnostic, SuiteError, without_credentials
from llmrobust.suitefile.data_files import Row, file_rows
from llmrobust.suitefile.paths import project_file
from llmrobust.suitefile.schema import JudgeSection
from llmrobust.suitefile.suite import AnswerSpec, JudgeSpec, LabelledTexts
from llmrobust.suitefile.yaml_source import Key, Source

KEY: Key = ("answer", "judge")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
NAMES = {"same": ("first", "second"), "entailment": ("first", "second"), "criteria": ("answer", "reference")}
"""The fields of a label's texts, by what the judge is asked."""


def judge_of(source: Source, section: JudgeSection, gold: str | None) -> JudgeSpec:
    """The judge of a validated section; problems are noted in the source. gold: the field with gold answers, if any."""
    given = [section.llm] if isinstance(section.llm, str) else section.llm
    if not given or not all(given):
        hint = "judge: {llm: vllm:MODEL}, or an address: http://127.0.0.1:8000/v1"
        source.problem("judge: llm names no model", source.at_value((*KEY, "llm")), hint)
    for one in given:
        if without_credentials(one) != one:
            hint = "put keys in the environment: LLMROBUST_JUDGE_API_KEY"
            source.problem("judge: a suite file must hold no credentials", source.at_value((*KEY, "llm")), hint)
    criteria = " ".join(section.criteria.split())
    question = section.question or ("criteria" if criteria and gold is None else "same")
    if question == "criteria" and not criteria:
        hint = "criteria: The answer is polite and promises nothing."
        source.problem("judge: question: criteria needs criteria", source.at_value((*KEY, "question")), hint)
    if "min" in section.model_fields_set and section.scale != "1..5":
        source.problem("judge: min belongs to scale: 1..5", source.at_key((*KEY, "min")))
    if question == "entailment" and section.scale == "1..5":
        source.problem("judge: entailment is answered yes or no, not on a scale", source.at_value((*KEY, "scale")))
    return JudgeSpec(
        llm=tuple(given),
        question=question,
        criteria=criteria,
        scale=section.scale,
        min=section.min,
        labels=section.labels or "",
        kappa_min=section.kappa_min,
    )


def with_labels(source: Source, answer: AnswerSpec, root: Path, files: list[Path]) -> AnswerSpec:
    """The answer section with the labels that its judge names; problems are noted, the file is added to `files`."""
    judge = answer.judge
    if judge is None or not judge.labels:
        return answer
    path = project_file(source, (*KEY, "labels"), judge.labels, root)
    if path is None:
        return answer
    files.append(path)
    try:
        labelled = tuple(_labelled(file_rows(path), judge))
    except SuiteError as error:
        source.problems += error.diagnostics
        return answer
    parts = [(one.first, one.second, one.prompt, one.holds) for one in labelled]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
    return replace(answer, judge=replace(judge, labelled=labelled, digest=digest))


def _labelled(rows: Sequence[Row], judge: JudgeSpec) -> Iterator[LabelledTexts]:
    """The labels in the rows of a file. Raises SuiteError with all rows that are none."""
    problems, seen = [], dict[tuple[str, ...], int]()
    first, second = NAMES[judge.question]
    needed = (first,) if judge.question == "criteria" else (first, second)
    for row in rows:
        label = row.fields.get("label")
        holds = _holds(label, judge)
        absent = [name for name in needed if not isinstance(row.fields.get(name), str) or not row.fields[name].strip()]
        if absent:
            wanted = ", ".join((*needed, "label"))
            message = f"a label of a judge with question: {judge.question} needs {wanted}; {absent[0]} is not a text"
            problems.append(Diagnostic(message, row.location, "", row.shown))
        elif holds is None:
            known = "yes or no" if judge.scale == "yes/no" else "yes, no, or 1 to 5"
            problems.append(Diagnostic(f"label: must be {known}, not {label!r}", row.location, "", row.shown))
        else:
            texts = row.fields[first], str(row.fields.get(second) or "")
            one = LabelledTexts(*texts, holds, str(row.fields.get("prompt") or ""))
            asked = (*(texts if judge.question == "criteria" else sorted(texts)), one.prompt)
            if asked in seen:
                message = f"the same texts are labelled in row {seen[asked]}: a label twice is no further evidence"
                problems.append(Diagnostic(message, row.location, "", row.shown))
            seen.setdefault(asked, row.position)
            yield one
    if problems:
        raise SuiteError(problems)


def _holds(label: Any, judge: JudgeSpec) -> bool | None:
    """What a label says; None for one that is none."""
    if isinstance(label, bool):
        return label
    text = str(label).strip().lower()
    if text in _YES_NO:
        return _YES_NO[text]
    if judge.scale == "1..5" and text in ("1", "2", "3", "4", "5"):
        return int(text) >= judge.min
    return None
