"""The examples of a suite: from data to frozen rows with ids and gold answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from llmrobust.errors import DataAbsent, Diagnostic, SuiteError
from llmrobust.operators.operator import Params
from llmrobust.prompt.sentinels import unusable_character
from llmrobust.suitefile.answer_section import as_answer, comparable
from llmrobust.suitefile.data_files import Row, file_rows, hub_rows
from llmrobust.suitefile.paths import absent_data, project_file
from llmrobust.suitefile.row_selection import ReadRows, selected
from llmrobust.suitefile.schema import FileData, HubData
from llmrobust.suitefile.suite import MEETS_CRITERIA, AnswerSpec, Example, field_text
from llmrobust.suitefile.tools_section import call_problem
from llmrobust.suitefile.validation import kind_of, validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

KEY: Key = ("examples",)
_STRUCTURED = ("json", "ranking", "multilabel", "slots", "tool_call")
"""Checks whose gold answers may be lists or objects."""
MOST_ALIKE = 5
"""Problems of one kind that are listed; a wrong field name is wrong in every row."""


def check_present(source: Source) -> None:
    """Raises DataAbsent where the suite's data file is not on this machine and the suite says `absent: skip`."""
    value = source.value.get("examples")
    if not isinstance(value, dict) or value.get("absent") != "skip" or not isinstance(value.get("file"), str):
        return
    reason = absent_data(value["file"], source.path)
    if reason:
        at = source.at_value((*KEY, "file"))
        raise DataAbsent([Diagnostic(f"its data is missing: {reason}", at, "", source.line(at.line))])


def read_rows(source: Source, root: Path, files: list[Path]) -> ReadRows:
    """The rows that `examples:` gives; problems are noted in the source. Data files are added to `files`."""
    value = source.value.get("examples")
    if isinstance(value, list):
        return ReadRows(tuple(_inline(source, value)))
    if not isinstance(value, dict):
        source.problem(
            f"examples must be a list of rows, or name a file or dataset, not {kind_of(value)}",
            source.at_value(KEY),
            "examples: [{text: ..., answer: ...}], or examples: {file: data.jsonl}",
        )
        return ReadRows(())
    try:
        return _external(source, value, root, files)
    except SuiteError as error:
        source.problems += error.diagnostics
        return ReadRows(())


def _inline(source: Source, items: Sequence[Any]) -> list[Row]:
    if not items:
        source.problem("there are no examples", source.at_value(KEY), "a suite needs at least one")
    rows = []
    for i, item in enumerate(items):
        at = source.at_value((*KEY, i))
        if not isinstance(item, dict):
            source.problem(f"an example must be a mapping of fields, not {kind_of(item)}", at)
        else:
            words = {name: _as_written(source, (*KEY, i, name), value) for name, value in item.items()}
            rows.append(Row(i + 1, at, words))
    return rows


def _as_written(source: Source, key: Key, value: Any) -> Any:
    """Truth values as the word that was written: a label is a word, even if YAML reads it as something else."""
    node = source.values.get(key)
    return node.value if isinstance(value, bool) and isinstance(node, yaml.ScalarNode) else value


def _external(source: Source, value: dict[str, Any], root: Path, files: list[Path]) -> ReadRows:
    wanted: FileData | HubData | None
    if "hf" in value:
        wanted = validated(HubData, value, source, KEY)
        rows = hub_rows(wanted, source.at_value(KEY)) if wanted else []
    else:
        wanted = validated(FileData, value, source, KEY)
        path = project_file(source, (*KEY, "file"), wanted.file, root) if wanted else None
        if path is not None:
            files.append(path)
        rows = file_rows(path, wanted.delimiter if wanted else None) if path is not None else []
        if path is not None and not rows:
            source.problem("the data file has no rows", source.at_value((*KEY, "file")))
    return ReadRows(()) if wanted is None else selected(source, rows, wanted)


def make_examples(
    source: Source,
    rows: Sequence[Row],
    answer: AnswerSpec,
    needed: Sequence[str],
    labels: Mapping[str, str] | None = None,
    cluster: str | None = None,
    params: Sequence[Params] = (),
) -> list[Example]:
    """Examples with ids, checked against the template's variables and the answers; problems are noted.

    labels: how the data writes answers -> the answers, which the rows have already. cluster: the field that says which
    examples belong together; rows of a cluster may share an id if `variant_id` distinguishes them, which is then a part
    of their ids. params: of the operators in use, which may complain of an example.
    """
    complaints = _Complaints(source)
    examples: list[Example] = []
    first: dict[str, Row] = {}
    for row in rows:
        given = row.fields.get("id")
        name = f"ex-{row.position:03d}" if given in (None, "") else str(given)
        variant = row.fields.get("variant_id")
        if cluster is not None and given not in (None, "") and variant not in (None, ""):
            name = f"{name}.{variant}"
        unusable = unusable_character(row.fields)
        if unusable:
            message = f"the example contains a character that is not allowed in a prompt: {unusable}"
            complaints.add("unusable", row, message, "remove it")
            continue
        if name in first:
            before = first[name]
            place = (
                f"in line {before.location.line}" if before.location != row.location else f"in row {before.position}"
            )
            hint = f"first {place}"
            if cluster is not None:
                hint += "; a field variant_id distinguishes rows of one id"
            complaints.add("id", row, f'duplicate id "{name}"', hint)
        elif any(ord(character) < 32 or character in "[]" for character in name) or "::" in name:
            complaints.add("id", row, f'the id "{name}" cannot be part of a test\'s name', 'without "::", "[" and "]"')
        first.setdefault(name, row)
        for variable in needed:
            if row.fields.get(variable) is None:
                hint = did_you_mean(variable, row.fields)
                complaints.add(variable, row, f'example {name} has no field "{variable}", which the prompt uses', hint)
        written = source.values.get((*KEY, row.position - 1, answer.field or ""))
        gold = _gold(complaints, row, name, answer, str(written.value) if written else "", labels or {})
        for wrong in dict.fromkeys(filter(None, (one.complaint(row.fields, gold) for one in params))):
            complaints.add("operator", row, f"example {name}: {wrong}", "")
        group = None if cluster is None else field_text(row.fields.get(cluster, ""))
        examples.append(Example(name, MappingProxyType(row.fields), gold, group))
    complaints.note()
    return examples


def _gold(
    complaints: _Complaints, row: Row, name: str, answer: AnswerSpec, written: str, labels: Mapping[str, str]
) -> str | None:
    """The gold answer of a row; `written` is how the suite file spells it, "1.50" for what YAML reads as 1.5."""
    if answer.field is None:
        return MEETS_CRITERIA if answer.has_gold else None
    value = row.fields.get(answer.field)
    if value is None and answer.check == "tool_call" and answer.field in row.fields:
        return "null"
    if value is None:
        hint = did_you_mean(answer.field, row.fields)
        complaints.add("answer", row, f'example {name} has no field "{answer.field}", which answer.field names', hint)
        return None
    if answer.check == "tool_call":
        gold = (
            json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else as_answer(value)
        )
        complaint = call_problem(gold)
        if complaint:
            hint = "{name: get_weather, arguments: {city: Oslo}}, a list of calls, or null for none"
            complaints.add("call", row, f"the answer of example {name} {complaint}", hint)
        return gold
    if answer.fields:
        complaint = _lacking(value, answer)
        if complaint:
            complaints.add(
                "fields", row, f"the answer of example {name} {complaint}", "a field without a value is null"
            )
    if isinstance(value, dict | list) and (answer.fields or answer.check in _STRUCTURED):
        return json.dumps(value, ensure_ascii=False, default=str)
    gold = as_answer(value)
    if answer.choices and gold not in answer.choices:
        written = labels.get(written, written)
        if written in answer.choices:
            return written
        plain = comparable(gold, answer.ignore_case)
        same = [choice for choice in answer.choices if comparable(choice, answer.ignore_case) == plain]
        if len(same) == 1:
            return same[0]
        hint = did_you_mean(gold, [*answer.choices, *labels])
        complaints.add("choice", row, f'the answer "{gold}" of example {name} is none of the choices', hint)
    return gold


def _lacking(value: Any, answer: AnswerSpec) -> str:
    """What keeps a gold answer from being compared field by field; empty if nothing does."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return "is not JSON, and answer.fields compares objects"
    if not isinstance(value, dict):
        return f"must be an object with the fields of answer.fields, not {kind_of(value)}"
    for field in answer.fields:
        inner: Any = value
        for key in field.name.split("."):
            if isinstance(inner, list) and key.isdecimal() and int(key) < len(inner):
                inner = inner[int(key)]
            elif isinstance(inner, dict) and key in inner:
                inner = inner[key]
            else:
                return f'has no field "{field.name}"'
    return ""


class _Complaints:
    """Problems of rows; only the first few of a kind are listed."""

    def __init__(self, source: Source):
        self._source = source
        self._found: dict[str, list[Diagnostic]] = {}

    def add(self, kind: str, row: Row, message: str, hint: str) -> None:
        at = row.location
        shown = self._source.line(at.line) if at.path == self._source.path else row.shown
        self._found.setdefault(kind, []).append(Diagnostic(message, at, hint, shown))

    def note(self) -> None:
        for found in self._found.values():
            self._source.problems += found[:MOST_ALIKE]
            if len(found) > MOST_ALIKE:
                last = found[MOST_ALIKE]
                more = f"and {len(found) - MOST_ALIKE} more examples like this"
                self._source.problems.append(Diagnostic(more, last.location, "", last.source_line))
