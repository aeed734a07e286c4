"""The `answer:` section: which answers there are, and how they are read and compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from importlib.util import find_spec
from typing import Any

from llmrobust.suitefile.schema import AnswerSection
from llmrobust.suitefile.suite import CHECKS, AnswerSpec, FieldSpec
from llmrobust.suitefile.validation import shown, validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.patterns import group_names, problem_of

KEY: Key = ("answer",)
_LIBRARIES = {"date": ("dateutil", "python-dateutil"), "quantity": ("pint", "pint")}
CHOICES: Key = ("answer", "choices")
_BELONG = {"tolerance": "number", "json_path": "json", "coerce": "json", "top": "ranking", "labels": "labels"}
"""Keys that only one check reads."""
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
    section = validated(AnswerSection, given, source, KEY)
    if section is None:
        return AnswerSpec()
    if section.check is not None and section.check not in checks:
        known = [*CHECKS, *sorted(set(checks) - {*CHECKS})]
        message = f"check: must be {', '.join(known[:-1])} or {known[-1]}, not {shown(section.check)}"
        source.problem(message, source.at_value((*KEY, "check")))
        return AnswerSpec()
    _check_choices(source, section)
    check = section.check or ("choice" if section.choices else "exact")
    for name, needed in (
        ("tolerance", "number"),
        ("json_path", "json"),
        ("coerce", "json"),
        ("top", "ranking"),
        ("labels", "labels"),
    ):
        if name in section.model_fields_set and check != needed:
            message = f"{name} does not apply here: it belongs to check: {needed}, and the check is {check}"
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
    if section.fields and check not in ("json", "regex"):
        message = f"fields does not apply here: it belongs to check: json or regex, and the check is {check}"
        source.problem(message, source.at_key((*KEY, "fields")))
    if check == "regex" and section.pattern is not None:
        for name in sorted(section.fields.keys() - group_names(section.pattern)):
            message = f'fields: the pattern has no group named "{name}"'
            source.problem(message, source.at_key((*KEY, "fields", name)), f"(?P<{name}>...)")
    fields = tuple(FieldSpec(name, **one.model_dump()) for name, one in section.fields.items())
    _check_fields(source, fields)
    return AnswerSpec(
        **{
            **section.model_dump(),
            "check": check,
            "choices": tuple(section.choices),
            "labels": tuple(section.labels),
            "fields": fields,
        }
    )


def _check_fields(source: Source, fields: Sequence[FieldSpec]) -> None:
    """Options that mean nothing for a field's check, and libraries that are not installed."""
    for field in fields:
        key: Key = (*KEY, "fields", field.name)
        for name, given, needed in (
            ("tolerance", field.tolerance > 0, ("number", "quantity")),
            ("unit", bool(field.unit), ("quantity",)),
            ("day_first", field.day_first is not None, ("date",)),
        ):
            if given and field.check not in needed:
                message = f"{name} does not apply here: it belongs to check: {' or '.join(needed)}"
                source.problem(
                    f"{message}, and the check of {field.name} is {field.check}", source.at_key((*key, name))
                )
        library = _LIBRARIES.get(field.check)
        if library is not None and find_spec(library[0]) is None:
            message = f"the field {field.name} is a {field.check}, which needs the package {library[1]}"
            source.problem(message, source.at_value(key), "pip install 'llmrobust[values]'")
        elif field.check == "quantity" and field.unit:
            problem = unit_problem(field.unit)
            if problem:
                source.problem(
                    f"unit: {problem}", source.at_value((*key, "unit")), "a unit that pint knows, such as kg"
                )


def unit_problem(unit: str) -> str:
    """Why pint does not know a unit; empty where it does."""
    import pint

    try:
        pint.UnitRegistry().Unit(unit)
    except Exception as error:  # pint raises whatever its parser meets
        return str(error).split("\n")[0] or "it cannot be read"
    return ""


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
