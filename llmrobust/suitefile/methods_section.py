"""The entries of `methods:`: ways of answering with their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from llmrobust.errors import SuiteError
from llmrobust.methods import METHODS, MethodUse, Params
from llmrobust.operators.frozen_variants import demonstrations_of, looks_frozen
from llmrobust.suitefile.data_files import Row, file_rows
from llmrobust.suitefile.entries import free_label, named_entry
from llmrobust.suitefile.paths import project_file
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.suitefile.validation import validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

_HINT = "- batch-calibration, or - template-ensemble: {k: 3}"


def read_methods(
    source: Source,
    items: Sequence[Any],
    answer: AnswerSpec,
    root: Path,
    files: list[Path],
    relabel: Callable[[Row], Row] = lambda row: row,
) -> list[MethodUse]:
    """Every method, in file order, each with a unique label; problems are noted in the source.

    root: files of demonstrations must be below it; they are added to `files`.
    relabel: what becomes of rows whose answers the suite calls by other names.
    """
    uses: list[MethodUse] = []
    for i, item in enumerate(items):
        named = named_entry(source, ("methods", i), item, kind="method", params="{k: 3}", hint=_HINT)
        if named is None:
            continue
        name, given, at = named
        method = METHODS.find(name)
        if method is None:
            hint = did_you_mean(name, METHODS.names(), "`llmrobust methods --list` describes them")
            source.problem(f'unknown method "{name}"', source.at_key(at), hint)
            continue
        if "probabilities" in method.needs and not answer.choices:
            message = f"{name} needs the probabilities of a closed set of answers"
            source.problem(message, source.at_key(at), "list the answers under answer.choices")
        if "gold" in method.needs and answer.field is None:
            message = f"{name} needs gold answers"
            source.problem(message, source.at_key(at), "name their field under answer.field")
        if "probabilities" in method.needs and answer.choices and answer.scoring == "text":
            message = f"{name} needs the labels' probabilities, which scoring: text does not give"
            source.problem(message, source.at_key(at), "answer: {scoring: logprobs} (or auto) gives them")
        params = validated(method.params, given, source, at)
        if params is not None:
            for key, what in params.required.items():
                if not getattr(params, key):
                    hint = f"- {name}: {params.written}"
                    source.problem(f"{name} needs {what}, as `{key}`", source.at_key(at), hint)
            pool = _pool(source, at, params, answer, root, files, relabel) if "pool" in method.needs else ()
            uses.append(MethodUse(method, params, free_label(name, [use.label for use in uses]), pool))
    return uses


def _pool(
    source: Source,
    at: Key,
    params: Params,
    answer: AnswerSpec,
    root: Path,
    files: list[Path],
    relabel: Callable[[Row], Row],
) -> tuple[Mapping[str, Any], ...]:
    """The rows of the file of demonstrations, each with an answer; problems are noted."""
    named = getattr(params, "pool", "")
    if not named:
        return ()
    if answer.field is None:
        source.problem("demonstrations need answers", source.at_key(at), "name their field under answer.field")
        return ()
    place = source.at_value((*at, "pool"))
    path = project_file(source, (*at, "pool"), named, root)
    if path is None:
        return ()
    files.append(path)
    try:
        begin = path.read_text(encoding="utf-8", errors="replace")
        if looks_frozen(begin):
            rows = [Row(n, place, row) for n, row in enumerate(demonstrations_of(begin, answer.field), 1)]
        else:
            rows = [relabel(row) for row in file_rows(path)]
    except ValueError as error:
        source.problem(f"{named}: {error}", place)
        return ()
    except SuiteError as error:
        source.problems.extend(error.diagnostics)
        return ()
    for row in rows:
        given = str(row.fields.get(answer.field, ""))
        if not given:
            source.problem(f'demonstration {row.position} of {named} has no "{answer.field}"', place)
        elif answer.choices and given not in answer.choices:
            source.problem(
                f'demonstration {row.position} of {named} has the answer "{given}", which is none of answer.choices',
                place,
            )
        else:
            continue
        return ()
    if not rows:
        source.problem(f"{named} has no demonstrations", place)
    return tuple(row.fields for row in rows)
