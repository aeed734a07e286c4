"""What a data file reveals: which of its columns a prompt uses, and which one has the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from llmrobust.errors import WrongUse, readable_file

SUFFIXES = (".jsonl", ".csv", ".json", ".parquet")
ANSWER_NAMES = (
    "answer", "label", "gold", "gold_answer", "gold_label", "expected", "expected_output", "target", "ground_truth",
    "correct", "correct_answer", "solution", "class", "category", "sentiment", "intent", "output", "reference", "y",
)  # fmt: skip
NO_ANSWERS = (
    "id",
    "uid",
    "uuid",
    "index",
    "idx",
    "key",
    "split",
    "source",
    "url",
    "date",
    "time",
    "created_at",
    "meta",
    "metadata",
)
MOST_CHOICES, LONGEST_CHOICE, LONGEST_ANSWER, MOST_FIELDS = 20, 40, 60, 12
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MEASURED = re.compile(r"[-+]?[\d,.]*\d\s?(?:[kcmµ]?m|k?g|mg|[mc]?l|lb|oz|km/h|mph|m/s|°C|°F|k?W|k?Wh|V|A|s|min|h)")
"""A number with one of the units that are written most."""
_RANKS = re.compile(r"\b(?:rank(?:ing|ed|s)?|re-?rank|order(?:ed)?|sort(?:ed)?)\b", re.IGNORECASE)
"""What a prompt asks for whose answers are in order."""
LIMIT = 200
"""Rows of a data file that a first suite samples; more would cost requests and add little."""


@dataclass(frozen=True, slots=True)
class Data:
    """A data file's rows. renamed: variable of the prompt -> column, where they differ only in how they are written."""

    path: Path
    rows: tuple[Mapping[str, Any], ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """The column with gold answers.

    check: choice, number, exact, json, ranking, multilabel, slots or tool_call. choices: the closed set of a choice.
    classes: that of sets of labels. fields: those of JSON objects, each with how it is compared; empty where they are
    compared as a whole.
    """

    column: str
    check: str
    choices: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


def found_data(prompt: Path, variables: Sequence[str], used: Sequence[Path]) -> tuple[Data | None, str]:
    """The data file beside a prompt that has its variables: of the same name, else the only one; or why there is none.

    used: files that are parts of the prompt.
    """
    near = sorted(p for p in prompt.parent.iterdir() if p.suffix in SUFFIXES and p.is_file() and p not in used)
    stem = prompt.name.split(".")[0]
    named = [path for path in near if path.name.split(".")[0] == stem]
    found = [_usable(path, variables) for path in named or near]
    fitting = [data for data in found if isinstance(data, Data)]
    if len(fitting) == 1:
        return fitting[0], ""
    if fitting:
        names = ", ".join(data.path.name for data in fitting)
        return None, f"several data files match ({names}): choose one with --data"
    return None, str(found[0]) if found else ""


def read_data(path: Path, variables: Sequence[str]) -> Data:
    """A data file that the user named. Raises WrongUse if a variable of the prompt is not one of its columns."""
    data = _usable(readable_file(path, "a data file"), variables)
    if isinstance(data, str):
        raise WrongUse(data)
    return data


def _usable(path: Path, variables: Sequence[str]) -> Data | str:
    """The file as data for these variables, or the reason why it cannot be."""
    from llmrobust.errors import SuiteError
    from llmrobust.suitefile.data_files import file_rows

    try:
        rows = tuple(row.fields for row in file_rows(path))
    except SuiteError as error:
        return str(error)
    if not rows:
        return f"{path}: has no rows"
    common = {name for name in rows[0] if all(row.get(name) is not None for row in rows)}
    plain = {_plain(name): name for name in sorted(common)}
    renamed = {name: plain[_plain(name)] for name in variables if name not in common and _plain(name) in plain}
    missing = [name for name in variables if name not in common and name not in renamed]
    if missing:
        has = ", ".join(dict.fromkeys(name for row in rows[:100] for name in row))
        return f"{path}: has no {', '.join(missing)} in every row, which the prompt uses; its columns are {has}"
    return Data(path, rows, renamed)


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def found_answers(data: Data, variables: Sequence[str], prompt: str) -> tuple[Answers | None, str]:
    """The column that looks like gold answers; or None, with advice."""
    used = {*variables, *data.renamed.values()}
    free = [name for name in data.rows[0] if name not in used and _is_full(data, name)]
    named = sorted((n for n in free if n.casefold() in ANSWER_NAMES), key=lambda n: ANSWER_NAMES.index(n.casefold()))
    if named:
        return answers_of(data, named[0], prompt)
    likely = [
        name
        for name in free
        if name.casefold() not in NO_ANSWERS
        and (_choices(data, name, prompt) or all(_is_json(row[name]) for row in data.rows))
    ]
    if len(likely) == 1:
        return answers_of(data, likely[0], prompt)
    if likely:
        return None, f"the answers may be in {' or '.join(likely)}: choose one with --answer"
    return None, "no column looks like gold answers; if there is one, name it with --answer"


def answers_of(data: Data, column: str, prompt: str) -> tuple[Answers | None, str]:
    """How the answers in a column are compared; None, and why, where a text is too long to be compared."""
    if not _is_full(data, column):
        known = ", ".join(data.rows[0])
        raise WrongUse(f"{data.path}: not every row has {column}; its columns are {known}")
    values = [row[column] for row in data.rows]
    if all(map(_is_call, values)):
        return Answers(column, "tool_call"), ""
    if all(_is_json(value) for value in values):
        return _of_parts(
            column, [json.loads(value) if isinstance(value, str) else value for value in values], prompt
        ), ""
    choices = _choices(data, column, prompt)
    if choices:
        return Answers(column, "choice", choices), ""
    if all(_is_number(value) for value in values):
        return Answers(column, "number"), ""
    if max(len(str(value)) for value in values) > LONGEST_ANSWER:
        return None, (
            f"the answers in {column} are long texts, which cannot be compared exactly: left out; to compare their "
            f"meaning, write `answer: {{field: {column}, check: similarity, embedder: minilm}}`, or check: judge"
        )
    return Answers(column, "exact"), ""


def _of_parts(column: str, values: Sequence[Any], prompt: str) -> Answers:
    """How objects or lists are compared: as rankings, sets of labels, slots, or JSON."""
    ranks = _RANKS.search(prompt) is not None
    lists = [[str(item) for item in value] for value in values if _is_list_of_names(value)]
    if len(lists) == len(values) and all(len(one) == len(set(one)) for one in lists):
        if ranks:
            return Answers(column, "ranking")
        found = sorted({item for one in lists for item in one})
        again = 2 * len(found) <= sum(map(len, lists)) and max(map(len, lists)) > 1
        if 2 <= len(found) <= MOST_CHOICES and max(map(len, found)) <= LONGEST_CHOICE and again:
            return Answers(column, "multilabel", classes=tuple(found))
    if all(isinstance(value, dict) for value in values):
        if ranks and all(value and all(map(_is_grade, value.values())) for value in values):
            return Answers(column, "ranking")
        if all(isinstance(value.get("tokens"), list) and isinstance(value.get("tags"), list) for value in values):
            return Answers(column, "slots")
        scalar = all(not isinstance(one, dict | list) for value in values for one in value.values())
        if scalar and len({frozenset(value) for value in values}) > 1:
            return Answers(column, "slots")
    return Answers(column, "json", fields=_fields(values))


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str | int) and not isinstance(one, bool) for one in value)


def _is_grade(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_call(value: Any) -> bool:
    """Whether a value is a tool call, or a list of them."""
    if isinstance(value, list):
        return bool(value) and all(map(_is_call, value))
    inner = value.get("function", value) if isinstance(value, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("name"), str) and "arguments" in inner


def _is_full(data: Data, column: str) -> bool:
    return all(row.get(column) not in (None, "") for row in data.rows)


def _choices(data: Data, column: str, prompt: str) -> tuple[str, ...]:
    """The column's values, if they are a closed set: few short ones that come again, or that the prompt names."""
    from llmrobust.suitefile.answer_section import as_answer

    values = [row[column] for row in data.rows]
    if not all(isinstance(value, str | int | bool) for value in values):
        return ()
    texts = [as_answer(value).strip() for value in values]
    distinct = list(dict.fromkeys(texts))
    if not 2 <= len(distinct) <= MOST_CHOICES or len({text.casefold() for text in distinct}) < len(distinct):
        return ()
    if max(map(len, distinct)) > LONGEST_CHOICE or any("\n" in text for text in distinct):
        return ()
    said = prompt.casefold()
    named = all(text.casefold() in said for text in distinct) and not all(_is_number(text) for text in distinct)
    if not named and 2 * len(distinct) > len(texts):
        return ()
    if named:
        return tuple(sorted(distinct, key=lambda text: (said.index(text.casefold()), text)))
    return tuple(sorted(distinct))


def _fields(values: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """The fields that all answers have, each with how its values are compared; none where they differ, or are lists."""
    parsed = list(values)
    if not all(isinstance(value, dict) and value.keys() == parsed[0].keys() for value in parsed):
        return ()
    if not 1 <= len(parsed[0]) <= MOST_FIELDS or any("." in name for name in parsed[0]):
        return ()
    return tuple((name, _field_check([value[name] for value in parsed])) for name in parsed[0])


def _field_check(values: Sequence[Any]) -> str:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return "number"
    if known and all(isinstance(value, list) for value in known):
        return "list"
    dates = known and all(isinstance(value, str) and _DATE.fullmatch(value) for value in known)
    if dates and find_spec("dateutil") is not None:
        return "date"
    measured = known and all(isinstance(value, str) and _MEASURED.fullmatch(value) for value in known)
    return "quantity" if measured and find_spec("pint") is not None else "exact"


def _is_json(value: Any) -> bool:
    """Whether a value is an object or a list, or the JSON text of one."""
    if not isinstance(value, str):
        return isinstance(value, dict | list)
    try:
        return isinstance(json.loads(value), dict | list)
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(str(value).replace(",", ""))
    except ValueError:
        return False
    return True
