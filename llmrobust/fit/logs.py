"""Real inputs from a file: JSONL, JSON, CSV, TSV or Parquet with a field, or plain text with one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llmrobust.errors import Diagnostic, Location, SuiteError, WrongUse
from llmrobust.suitefile.data_files import FORMATS, Row, file_rows
from llmrobust.suitefile.yaml_source import read_text
from llmrobust.text.language import language_of
from llmrobust.text.phrases import did_you_mean
from llmrobust.text.short_language import short_language

USUAL = ("text", "input", "prompt", "question", "query", "message", "content", "utterance", "user_input")
"""Fields that are taken without being named, the first that every row has."""


@dataclass(frozen=True, slots=True)
class Logs:
    """Texts of real inputs. field: where they were found, empty for plain text. clusters: whose each text is."""

    path: Path
    texts: tuple[str, ...]
    field: str = ""
    clusters: tuple[str, ...] = ()
    empty: int = 0
    """Rows without any text, which do not count."""


def read_logs(path: Path, field: str | None = None, cluster: str | None = None) -> Logs:
    """The texts of a file. field: where they are; None takes a usual name. cluster: the field that says whose they are.

    Raises SuiteError with the place of a row without the field, which does not show the row, and WrongUse where the
    field is not clear or nothing is left.
    """
    try:
        return _read(path, field, cluster)
    except SuiteError as error:
        raise SuiteError([replace(one, source_line="") for one in error.diagnostics]) from None


def in_english(logs: Logs) -> tuple[Logs, Counter[str]]:
    """The logs without texts in other languages, and how many there are of each; texts too short to tell stay.

    Detectors of another language's words would find typing errors in each of them. Raises WrongUse if nothing is left.
    """
    spoken = [language_of([text]) or short_language(text) for text in logs.texts]
    keep = [number for number, one in enumerate(spoken) if one in ("", "en")]
    foreign = Counter(one for one in spoken if one not in ("", "en"))
    if not keep:
        raise WrongUse(f"{logs.path}: no text is in English, and the detectors know English only ({said(foreign)})")
    return replace(
        logs,
        texts=tuple(logs.texts[number] for number in keep),
        clusters=tuple(logs.clusters[number] for number in keep) if logs.clusters else (),
    ), foreign


def said(languages: Counter[str]) -> str:
    """ "de 97, fr 2"."""
    return ", ".join(f"{language} {count:,}" for language, count in languages.most_common())


def _read(path: Path, field: str | None, cluster: str | None) -> Logs:
    if path.suffix.lower() not in FORMATS:
        if field is not None or cluster is not None:
            raise WrongUse(f"{path}: plain text has no fields; those of {', '.join(FORMATS)} files do")
        lines = [line.strip() for line in read_text(path).splitlines()]
        return _kept(path, lines, "", ())
    rows = file_rows(path)
    if not rows:
        raise WrongUse(f"{path}: has no rows")
    name = field or _usual(path, rows)
    texts = [_text(row, name) for row in rows]
    owners = [str(_value(row, cluster)) for row in rows] if cluster is not None else []
    return _kept(path, texts, name, owners)


def _kept(path: Path, texts: Sequence[str], field: str, owners: Sequence[str]) -> Logs:
    keep = [number for number, text in enumerate(texts) if text.strip()]
    if not keep:
        raise WrongUse(f"{path}: no row has any text")
    return Logs(
        path,
        tuple(texts[number] for number in keep),
        field,
        tuple(owners[number] for number in keep) if owners else (),
        len(texts) - len(keep),
    )


def _usual(path: Path, rows: Sequence[Row]) -> str:
    shared = [name for name in rows[0].fields if all(isinstance(row.fields.get(name), str) for row in rows)]
    for name in USUAL:
        if name in shared:
            return name
    if len(shared) == 1:
        return shared[0]
    listed = ", ".join(rows[0].fields)
    raise WrongUse(f"{path}: name the field with the texts by --field; its fields are {listed}")


def _text(row: Row, name: str) -> str:
    value = _value(row, name)
    if value is None:
        return ""
    if not isinstance(value, str):
        message = f'the field "{name}" holds no text'
        raise SuiteError([Diagnostic(message, row.location, "name another one by --field")])
    return value


def _value(row: Row, name: str) -> Any:
    fields: Mapping[str, Any] = row.fields
    if name not in fields:
        place = Location(row.location.path, row.location.line, row.location.column)
        hint = did_you_mean(name, fields)
        raise SuiteError([Diagnostic(f'the row has no field "{name}"', place, hint)])
    return fields[name]
