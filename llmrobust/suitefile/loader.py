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
from llmrobust.suitefile.prompts_section import PROMPTS, read_prompts
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
    """The suite of a file with one prompt, see `load_suites`. Raises SuiteError, also for one with several prompts."""
    found = load_suites(path, project_root, metrics=metrics, checks=checks, registry=registry, baselines=baselines)
    return only_prompt(found)


def only_prompt(suites: Sequence[Suite], prompt: str | None = None) -> Suite:
    """The suite with the only prompt of a file, or with the one of this id. Raises SuiteError where that is none."""
    found = [suite for suite in suites if prompt in (None, suite.prompt)]
    if len(found) == 1:
        return found[0]
    source = read_source(suites[0].path)
    at = source.at_key((PROMPTS,) if PROMPTS in source.value else ("prompt",))
    ids = ", ".join(suite.prompt for suite in suites if suite.prompt)
    if prompt is not None:
        hint = f"its prompts are {ids}" if ids else "it has one prompt, without an id"
        raise SuiteError([source.problem(f'the suite has no prompt "{prompt}"', at, hint)])
    message = f"one prompt is needed here, and the suite has several: {ids}"
    raise SuiteError([source.problem(message, at, "name one of them, where the command has --prompt ID")])


def load_suites(
    path: Path,
    project_root: Path,
    *,
    metrics: Mapping[str, MetricFacts] | None = None,
    checks: Collection[str] = CHECKS,
    registry: OperatorRegistry = REGISTRY,
    baselines: Path | None = None,
) -> list[Suite]:
    """The suites of a file, one for each of its prompts. Raises SuiteError with all problems, each with its location.

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
    return _Loading(source, root.resolve(), registry, metrics, checks, baselines).suites()


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
        self._files: list[Path] = []
        """Files that all prompts share, but for the suite file."""

    def suites(self) -> list[Suite]:
        """Everything checked, a suite for each prompt. Raises SuiteError."""
        source, raw = self._source, self._source.value
        check_present(source)
        top = self._top(raw)
        prompts = read_prompts(source, self._root)
        messages = [message for prompt in prompts for message in prompt.messages]
        answer = with_labels(source, read_answer(source, raw.get("answer"), self._checks), self._root, self._files)
        sent = [read_request(source, top, raw.get("sampling"), answer, prompt.mode) for prompt in prompts]
        limit = sent[0].max_tokens_field
        entries = raw.get("perturb")
        language = raw.get("language", "en")
        reader = PerturbReader(
            source, self._root, self._registry, self._files, language if isinstance(language, str) else "en"
        )
        uses = reader.uses(entries if isinstance(entries, list) else [])
        self._check_language(language, uses)
        self._check_searched(uses)
        self._check_shares(raw.get("weights"), uses)
        read = read_rows(source, self._root, self._files) if "examples" in raw else ReadRows(())
        needed = self._needed(messages, [name for row in read.rows for name in row.fields])
        for prompt in prompts:
            needed += fields_needed(source, prompt.tools, limit, read.rows)
        needed = list(dict.fromkeys(needed))
        read = chosen(read, answer.field, needed)
        if not read.rows and dict(read.left_out).get("missing"):
            self._source.problem("missing: skip leaves no row", self._source.at_value(("examples", "missing")))
        labels = read_labels(source, raw.get("answer"))
        rows = [relabelled(row, answer.field, labels) for row in read.rows]
        fields = _common_fields([row.fields for row in rows])
        base = top.suite if top else ""
        names = [f"{base}[{prompt.id}]" if prompt.id else base for prompt in prompts]
        gates = [
            read_gates(
                source,
                raw.get("gate"),
                uses=uses,
                answer=answer,
                metrics=self._metrics,
                fields=fields,
                root=self._root,
                baseline=baseline_file(source.path.resolve(), name, self._baselines),
            )
            for name in names
        ]
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
        for prompt in prompts:
            check_rows(source, prompt.tools, limit, rows)
        self._check_protect(top.protect if top else [], messages, rows)
        self._stop_at_problems()
        assert top is not None
        suites = []
        for name, prompt, asked, own_gates in zip(names, prompts, sent, gates, strict=True):
            suite = Suite(
                name=name,
                path=source.path.resolve(),
                messages=prompt.messages,
                examples=tuple(examples),
                answer=answer,
                sampling=asked.sampling,
                perturb=tuple(uses),
                gates=tuple(own_gates),
                mode=prompt.mode,
                seed=top.seed,
                language=top.language,
                language_given="language" in raw,
                repeats=top.repeats,
                noise_floor=None if top.noise_floor is None else NoiseSpec(**top.noise_floor.model_dump()),
                cases=top.cases or ("report" if own_gates else "strict"),
                protect=tuple(top.protect),
                left_out=read.left_out,
                cluster=top.cluster,
                too_long=top.too_long,
                extra=asked.extra,
                chat_template_kwargs=asked.template,
                tools=prompt.tools,
                structured=asked.structured,
                reasoning=top.reasoning,
                max_tokens_field=asked.max_tokens_field,
                methods=tuple(methods),
                accept_unreviewed=top.accept_unreviewed,
                weights=top.weights or "",
                prompt=prompt.id,
                base=base if prompt.id else "",
            )
            render_prompt(suite, suite.examples[0])
            included = (file for message in prompt.messages for file in message.template.files)
            files = [source.path.resolve(), *prompt.files, *self._files, *included]
            suites.append(_with_files(suite, list(dict.fromkeys(files)), self._root))
        return suites

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

    def _check_shares(self, weights: Any, uses: Sequence[OperatorUse]) -> None:
        """Either every use has a share of real inputs, or none has."""
        if weights is None:
            for use in uses:
                if use.share is not None:
                    message = f"{use.label} has a share, which only `weights: traffic` reads"
                    self._source.problem(message, use.location, "add weights: traffic, or take the share out")
            return
        if not uses and not self._source.problems:
            self._source.problem("weights: the suite perturbs nothing", self._source.at_key(("weights",)))
        for use in uses:
            if use.share is None:
                message = f"{use.label} has no share of real inputs, which `weights: traffic` needs"
                self._source.problem(message, use.location, "share: 0.12, for example; `llmrobust fit` estimates it")

    def _stop_at_problems(self) -> None:
        if self._source.problems:
            raise SuiteError(list(dict.fromkeys(self._source.problems)))


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
