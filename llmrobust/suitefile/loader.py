"""From a suite file to a `Suite`, or to every problem that is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from llmrobust.errors import Location, SuiteError
from llmrobust.operators import REGISTRY
from llmrobust.operators.registry import OperatorRegistry
from llmrobust.prompt.protection import GOLD, NOT_GOLD, VARIABLE
from llmrobust.prompt.spans import SpanKind
from llmrobust.suitefile.answer_section import read_answer, read_labels, relabelled
from llmrobust.suitefile.data_files import Row
from llmrobust.suitefile.examples_section import check_present, make_examples, read_rows
from llmrobust.suitefile.gate_section import read_gates
from llmrobust.suitefile.judge_section import with_labels
from llmrobust.suitefile.methods_section import read_methods
from llmrobust.suitefile.paths import baseline_file
from llmrobust.suitefile.perturb_section import PerturbReader
from llmrobust.suitefile.prompt_section import PromptReader
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.request_section import check_rows, fields_needed, read_request
from llmrobust.suitefile.row_selection import ReadRows, chosen
from llmrobust.suitefile.schema import MAY_BE_EMPTY, SuiteSection
from llmrobust.suitefile.suite import (
    CHECKS,
    MessageTemplate,
    MetricFacts,
    NoiseSpec,
    OperatorUse,
    Suite,
    field_text,
)
from llmrobust.suitefile.tools_section import read_tools
from llmrobust.suitefile.validation import kind_of, validated
from llmrobust.suitefile.yaml_source import Source, read_source
from llmrobust.text.phrases import did_you_mean


def load_suite(
    path: Path,
    project_root: Path,
    *,
    metrics: Mapping[str, MetricFacts] | None = None,
    checks: Collection[str] = CHECKS,
    registry: OperatorRegistry = REGISTRY,
    baselines: Path | None = None,
) -> Suite:
    """The suite of a file. Raises SuiteError with all of its problems, each with its location.

    project_root: files that the suite names must be below it (or below the suite's own folder, if that is elsewhere).
    metrics: what gates may name; None leaves names unchecked. checks: what
    `answer.check` may name. baselines: the folder of baselines, else
    `baselines` beside the suite file.
    """
    root = project_root if path.resolve().is_relative_to(project_root.resolve()) else path.parent
    source = read_source(path)
    if not isinstance(source.value, dict):
        what = "is empty" if source.value is None else f"must be a mapping, not {kind_of(source.value)}"
        problem = source.problem(
            f"the suite file {what}", Location(path, 1, 1), "suite: name, prompt: ..., examples: ..."
        )
        raise SuiteError([problem])
    return _Loading(source, root.resolve(), registry, metrics, checks, baselines).suite()


class _Loading:
    """The state of loading one file."""

    def __init__(
        self,
        source: Source,
        root: Path,
        registry: OperatorRegistry,
        metrics: Mapping[str, MetricFacts] | None,
        checks: Collection[str],
        baselines: Path | None,
    ):
        self._source = source
        self._root = root
        self._registry = registry
        self._metrics = metrics
        self._checks = checks
        self._baselines = baselines
        self._files: list[Path] = [source.path.resolve()]

    def suite(self) -> Suite:
        """Everything checked. Raises SuiteError."""
        source, raw = self._source, self._source.value
        check_present(source)
        top = self._top(raw)
        messages, mode = PromptReader(source, self._root, self._files).messages(raw.get("prompt"))
        answer = with_labels(source, read_answer(source, raw.get("answer"), self._checks), self._root, self._files)
        asked = read_request(source, top, raw.get("sampling"), answer, mode)
        tools = read_tools(source, self._root, self._files)
        entries = raw.get("perturb")
        language = raw.get("language", "en")
        reader = PerturbReader(
            source, self._root, self._registry, self._files, language if isinstance(language, str) else "en"
        )
        uses = reader.uses(entries if isinstance(entries, list) else [])
        self._check_language(language, uses)
        self._check_searched(uses)
        read = read_rows(source, self._root, self._files) if "examples" in raw else ReadRows(())
        needed = self._needed(messages, [name for row in read.rows for name in row.fields])
        needed += fields_needed(source, tools, asked.max_tokens_field, read.rows)
        read = chosen(read, answer.field, needed)
        if not read.rows and dict(read.left_out).get("missing"):
            self._source.problem("missing: skip leaves no row", self._source.at_value(("examples", "missing")))
        labels = read_labels(source, raw.get("answer"))
        rows = [relabelled(row, answer.field, labels) for row in read.rows]
        fields = _common_fields([row.fields for row in rows])
        baseline = baseline_file(source.path.resolve(), top.suite if top else "", self._baselines)
        gates = read_gates(
            source,
            raw.get("gate"),
            uses=uses,
            answer=answer,
            metrics=self._metrics,
            fields=fields,
            root=self._root,
            baseline=baseline,
        )
        listed = raw.get("methods")
        methods = read_methods(
            source,
            listed if isinstance(listed, list) else [],
            answer,
            self._root,
            self._files,
            lambda row: relabelled(row, answer.field, labels),
        )
        self._check_cluster(top.cluster if top else None, rows)
        cluster, params = top.cluster if top else None, [use.params for use in uses]
        examples = make_examples(source, rows, answer, needed, labels, cluster, params)
        check_rows(source, tools, asked.max_tokens_field, rows)
        self._check_protect(top.protect if top else [], messages, rows)
        self._stop_at_problems()
        assert top is not None
        suite = Suite(
            name=top.suite,
            path=source.path.resolve(),
            messages=messages,
            examples=tuple(examples),
            answer=answer,
            sampling=asked.sampling,
            perturb=tuple(uses),
            gates=tuple(gates),
            mode=mode,
            seed=top.seed,
            language=top.language,
            language_given="language" in raw,
            repeats=top.repeats,
            noise_floor=None if top.noise_floor is None else NoiseSpec(**top.noise_floor.model_dump()),
            cases=top.cases or ("report" if gates else "strict"),
            protect=tuple(top.protect),
            left_out=read.left_out,
            cluster=top.cluster,
            too_long=top.too_long,
            extra=asked.extra,
            chat_template_kwargs=asked.template,
            tools=tools,
            structured=asked.structured,
            reasoning=top.reasoning,
            max_tokens_field=asked.max_tokens_field,
            methods=tuple(methods),
            accept_unreviewed=top.accept_unreviewed,
        )
        render_prompt(suite, suite.examples[0])
        files = list(dict.fromkeys([*self._files, *(file for m in messages for file in m.template.files)]))
        return _with_files(suite, files, self._root)

    def _top(self, raw: dict[str, Any]) -> SuiteSection | None:
        empty = {name for name, value in raw.items() if value is None and name in MAY_BE_EMPTY}
        shallow = {name: value for name, value in raw.items() if name not in {"answer", "sampling", *empty}}
        return validated(SuiteSection, shallow, self._source, ())

    def _needed(self, messages: Sequence[MessageTemplate], fields: Sequence[str]) -> list[str]:
        """The variables of the prompt; one that no example has is an undefined variable of the template."""
        needed = []
        known = set(fields)
        for message in messages:
            for name in message.template.variables:
                if known and name not in known:
                    at = message.template.place_of(name)
                    text = f'the prompt uses "{name}", which no example has'
                    self._source.problems.append(message.template.diagnostic(text, at, did_you_mean(name, known)))
                else:
                    needed.append(name)
        return list(dict.fromkeys(needed))

    def _check_protect(self, names: Sequence[str], messages: Sequence[MessageTemplate], rows: Sequence[Row]) -> None:
        """What is protected must be there: a misspelled name would protect nothing."""
        texts = [text for message in messages for text in message.template.texts]
        variables = {name for message in messages for name in message.template.variables}
        for i, name in enumerate(names):
            kinds = (*get_args(SpanKind), GOLD, NOT_GOLD)
            known = name in kinds or name.removeprefix(VARIABLE).split(".")[0] in variables
            if not (known or any(name in text for text in texts) or any(_occurs(name, row.fields) for row in rows)):
                hint = did_you_mean(name, {*variables, *get_args(SpanKind), GOLD})
                at = self._source.at_value(("protect", i))
                self._source.problem(f'protect: nothing in the prompts is or contains "{name}"', at, hint)

    def _check_cluster(self, name: str | None, rows: Sequence[Row]) -> None:
        """Every example must belong to a cluster, and not all to one: then nothing could be resampled."""
        if name is None or not rows:
            return
        at = self._source.at_value(("cluster",))
        lacking = [row for row in rows if row.fields.get(name) in (None, "")]
        if lacking:
            known = sorted({field for row in rows for field in row.fields})
            where = (
                "no example has" if len(lacking) == len(rows) else f"{len(lacking):,} of {len(rows):,} examples lack"
            )
            self._source.problem(f'cluster: {where} a field "{name}"', at, did_you_mean(name, known))
        elif len({field_text(row.fields[name]) for row in rows}) < 2:
            self._source.problem(f"cluster: all examples have the same {name}, so no interval can be computed", at)

    def _check_language(self, language: Any, uses: Sequence[OperatorUse]) -> None:
        """An operator written for English makes no good German."""
        if not isinstance(language, str):
            return
        hint = f"`llmrobust operators --language {language}` lists what exists"
        for use in uses:
            for operator in (use.operator, *use.params.operators()):
                if not operator.speaks(language):
                    message = f"{operator.name} is written for {', '.join(operator.languages)}, not for {language}"
                    self._source.problem(message, use.location, hint)

    def _check_searched(self, uses: Sequence[OperatorUse]) -> None:
        """Worst cases found by a search are not comparable with random edits, and are not averaged with them."""
        if any(use.operator.searched for use in uses) and not all(use.operator.searched for use in uses):
            found = next(use for use in uses if use.operator.searched)
            message = f"{found.operator.name} runs the results of a search; it cannot be combined with other operators"
            self._source.problem(message, found.location, "put it in a separate suite with the same prompt file")

    def _stop_at_problems(self) -> None:
        if self._source.problems:
            raise SuiteError(self._source.problems)


def _occurs(text: str, value: Any) -> bool:
    if isinstance(value, dict):
        return any(_occurs(text, part) for part in value.values())
    if isinstance(value, list):
        return any(_occurs(text, part) for part in value)
    return text in str(value)


def _common_fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The fields that every example has, each with its values as text."""
    names = set(rows[0]).intersection(*rows) if rows else set()
    found = {}
    for name in sorted(names):
        values = [row[name] for row in rows]
        if all(isinstance(value, str | int | float | bool) for value in values):
            found[name] = set(map(field_text, values))
    return found


def _with_files(suite: Suite, files: Sequence[Path], root: Path) -> Suite:
    """The suite with every file it was read from, and their digest."""
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
        digest.update(f"{name.as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return replace(suite, files=tuple(files), digest=digest.hexdigest())
