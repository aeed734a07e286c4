"""The `answer:` section: which answers there are, and how they are read and compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from llmrobust.errors import without_credentials
from llmrobust.suitefile.answer_fields import read_fields
from llmrobust.suitefile.data_files import Row
from llmrobust.suitefile.judge_section import judge_of
from llmrobust.suitefile.schema import AnswerSection
from llmrobust.suitefile.suite import CHECKS, NGRAM_CHECKS, AnswerSpec, FieldSpec
from llmrobust.suitefile.validation import shown, validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.patterns import problem_of
from llmrobust.text.phrases import did_you_mean

KEY: Key = ("answer",)
CHOICES: Key = ("answer", "choices")
LABELS: Key = ("answer", "labels")
_BELONG = {
    "tolerance": ("number",),
    "json_path": ("json",),
    "coerce": ("json", "tool_call"),
    "fields": ("json", "regex", "tool_call"),
    "top": ("ranking",),
    "classes": ("multilabel",),
    "min": ("similarity", *NGRAM_CHECKS),
    "judge": ("judge",),
}
"""Keys that only these checks read."""
_RANGE = re.compile(r"([A-Z])\.\.([A-Z])|([a-z])\.\.([a-z])|(\d{1,3})\.\.(\d{1,3})")


def read_answer(source: Source, value: Any, checks: Collection[str] = CHECKS) -> AnswerSpec:
    """How answers are judged; problems are noted in the source. checks: the names that `check` may have."""
    if value is None:
        return AnswerSpec()
    given = dict(value) if isinstance(value, dict) else value
    if isinstance(given, dict) and "choices" in given:
        given["choices"] = _choices(source, given["choices"])
    if isinstance(given, dict) and isinstance(given.get("fields"), dict):
        plain = {name: {"check": one} if isinstance(one, str) else one for name, one in given["fields"].items()}
        given["fields"] = {str(name): {} if one is None else one for name, one in plain.items()}
    if isinstance(given, dict) and isinstance(given.get("labels"), dict):
        given["labels"] = labels = {k: _word(source, (*LABELS, k), v) for k, v in given["labels"].items()}
        if "choices" not in given and given.get("check") in (None, "choice"):
            given["choices"] = list(dict.fromkeys(labels.values()))
    section = validated(AnswerSection, given, source, KEY)
    if section is None:
        return AnswerSpec()
    if section.check is not None and section.check not in checks:
        known = [*CHECKS, *sorted(set(checks) - {*CHECKS})]
        message = f"check: must be {', '.join(known[:-1])} or {known[-1]}, not {shown(section.check)}"
        source.problem(message, source.at_value((*KEY, "check")))
        return AnswerSpec()
    _check_labels(source, section)
    _check_choices(source, section)
    check = section.check or ("choice" if section.choices else "exact")
    for name, needed in _BELONG.items():
        if name in section.model_fields_set and check not in needed:
            wanted = " or ".join(filter(None, (", ".join(needed[:-1]), needed[-1])))
            message = f"{name} does not apply here: it belongs to check: {wanted}, and the check is {check}"
            source.problem(message, source.at_key((*KEY, name)))
    if section.pattern is not None:
        problem = problem_of(section.pattern, section.ignore_case)
        if problem:
            hint = "avoid repeats within repeats, such as (a+)+" if "takes longer" in problem else ""
            source.problem(f"pattern: {problem}", source.at_value((*KEY, "pattern")), hint)
    if (check == "regex") != (section.pattern is not None):
        hint = "answer: {check: regex, pattern: 'Answer: (.*)'}"
        source.problem("check: regex and pattern belong together", source.at_key(KEY), hint)
    if section.accept_low_mass and section.scoring != "logprobs":
        message = f"accept_low_mass belongs to scoring: logprobs, and this is {section.scoring}"
        source.problem(message, source.at_key((*KEY, "accept_low_mass")))
    if section.after and section.scoring == "constrained":
        message = (
            "scoring: constrained writes a label at once, but after needs text before it; use scoring: auto or text"
        )
        source.problem(message, source.at_key((*KEY, "after")))
    fields = read_fields(source, section.fields, section.pattern if check == "regex" else None)
    if check == "tool_call" and fields:
        fields = _of_calls(source, fields)
    if check in NGRAM_CHECKS:
        _check_ngrams(source, section, check)
    if section.embedder:
        _check_embedder(source, section)
    if check == "judge" and section.judge is None:
        hint = "answer: {check: judge, judge: {llm: vllm:MODEL, labels: labels.jsonl}}"
        source.problem("check: judge needs a judge", source.at_key(KEY), hint)
    plain = section.model_dump(exclude={"labels", "judge"})
    plain["judge"] = None if section.judge is None else judge_of(source, section.judge, section.field)
    lists = {"choices": tuple(section.choices), "classes": tuple(section.classes), "fields": fields}
    return AnswerSpec(**{**plain, "check": check, **lists})


def _of_calls(source: Source, fields: tuple[FieldSpec, ...]) -> tuple[FieldSpec, ...]:
    """The fields of tool calls: the name, which is always compared, and arguments."""
    for field in fields:
        if field.name != "name" and not field.name.startswith("arguments."):
            message = f'fields: a tool call has a name and arguments, and no "{field.name}"'
            source.problem(message, source.at_key((*KEY, "fields", field.name)), f"arguments.{field.name}: exact")
    named = [field for field in fields if field.name == "name"]
    return fields if named else (FieldSpec("name"), *fields)


def read_labels(source: Source, value: Any) -> dict[str, str]:
    """How the data writes answers -> the answers; empty where nothing, or nothing that can be used, is said."""
    labels = value.get("labels") if isinstance(value, dict) else None
    if not isinstance(labels, dict):
        return {}
    return {str(name): str(_word(source, (*LABELS, name), answer)) for name, answer in labels.items()}


def relabelled(row: Row, name: str | None, labels: Mapping[str, str]) -> Row:
    """A row whose gold answer, and those of its variants in a long layout, are the answers that labels mean."""
    if name is None or not labels:
        return row
    changed = {
        field: labels[as_answer(value)]
        for field, value in row.fields.items()
        if field.split("@")[0] == name and not isinstance(value, dict | list) and as_answer(value) in labels
    }
    return replace(row, fields={**row.fields, **changed}) if changed else row


def as_answer(value: Any) -> str:
    """A gold answer as text: true and false in lower case as JSON writes them, whole floats without ".0"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def comparable(answer: str, ignore_case: bool) -> str:
    """An answer as it is compared with others: composed, without space around it, and in one case if so wanted."""
    text = unicodedata.normalize("NFC", answer).strip()
    return text.casefold() if ignore_case else text


def _choices(source: Source, value: Any) -> Any:
    """Choices as words: labels such as 1 or true as they were written, and `A..D` as A, B, C and D."""
    if isinstance(value, list):
        return [_word(source, (*CHOICES, i), choice) for i, choice in enumerate(value)]
    found = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    first, last = (end for end in found.groups() if end)
    if first.isdecimal():
        words = [str(number) for number in range(int(first), int(last) + 1)]
    else:
        words = [chr(code) for code in range(ord(first), ord(last) + 1)]
    if not words:
        source.problem(f"choices: {value} runs backwards", source.at_value(CHOICES), f"{last}..{first}")
    return words


def _word(source: Source, key: Key, value: Any) -> Any:
    if isinstance(value, bool | int | float):
        node = source.values.get(key)
        return str(node.value) if node is not None else as_answer(value)
    return value


def _check_ngrams(source: Source, section: AnswerSection, check: str) -> None:
    """No value fits all data, so the suite must choose one; and the library must be there."""
    if "min" not in section.model_fields_set:
        source.problem(
            f"check: {check} needs min", source.at_value((*KEY, "check")), f"answer: {{check: {check}, min: 0.4}}"
        )
    package = "rouge_score" if check == "rouge" else "sacrebleu"
    if find_spec(package) is None:
        message = f"check: {check} needs the package {package.replace('_', '-')}"
        source.problem(message, source.at_value((*KEY, "check")), "pip install 'llmrobust[ngrams]'")


def _check_embedder(source: Source, section: AnswerSection) -> None:
    """An embedder must be known and installed, and there must be free answers to embed."""
    at = source.at_value((*KEY, "embedder"))
    if section.choices:
        source.problem("embedder does not apply here: choices have no vectors", source.at_key((*KEY, "embedder")))
    if without_credentials(section.embedder) != section.embedder:
        hint = "put keys in the environment: LLMROBUST_EMBEDDER_API_KEY"
        source.problem("embedder: a suite file must hold no credentials", at, hint)


def _check_labels(source: Source, section: AnswerSection) -> None:
    """Labels must mean answers that exist, and a field must hold them."""
    if section.labels and section.field is None:
        source.problem("labels need a field that holds them", source.at_key(LABELS), "answer: {field: label}")
    for name, answer in section.labels.items():
        if section.choices and answer not in section.choices:
            hint = did_you_mean(answer, section.choices)
            source.problem(f'labels: "{answer}" is none of the choices', source.at_value((*LABELS, name)), hint)


def _check_choices(source: Source, section: AnswerSection) -> None:
    if section.choices and section.check not in (None, "choice"):
        source.problem(f"check: with choices it must be choice, not {section.check}", source.at_value((*KEY, "check")))
    if section.check == "choice" and not section.choices:
        source.problem("check: choice needs choices", source.at_value((*KEY, "check")))
    if len(section.choices) == 1:
        source.problem("choices: name at least two", source.at_value(CHOICES))
    seen: dict[str, str] = {}
    for i, choice in enumerate(section.choices):
        plain = comparable(choice, section.ignore_case)
        if not plain:
            source.problem("a choice must not be empty", source.at_value((*CHOICES, i)))
        elif plain in seen:
            hint = "" if choice == seen[plain] or not section.ignore_case else "or set ignore_case: false"
            message = f'the choices "{seen[plain]}" and "{choice}" are indistinguishable'
            source.problem(message, source.at_value((*CHOICES, i)), hint)
        seen.setdefault(plain, choice)
