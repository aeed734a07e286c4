"""From a suite file to a `Suite`, or to every problem that is in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmrobust.errors import Location, SuiteError
from llmrobust.perturb import REGISTRY
from llmrobust.perturb.contract import Registry
from llmrobust.prompt.template import Origin, Template
from llmrobust.request import Mode, Sampling
from llmrobust.suitefile.entries import PerturbReader, read_gates
from llmrobust.suitefile.examples import as_answer, comparable, make_examples, read_rows
from llmrobust.suitefile.files import project_file
from llmrobust.suitefile.model import AnswerSpec, MessageTemplate, MetricFacts, Suite
from llmrobust.suitefile.render import render_prompt
from llmrobust.suitefile.schema import AnswerSection, PromptSection, SamplingSection, SuiteSection, TextFile
from llmrobust.suitefile.sections import did_you_mean, kind_of, validated
from llmrobust.suitefile.source import Key, Source, read_source, read_text

PROMPT: Key = ("prompt",)


def load_suite(
    path: Path,
    project_root: Path,
    *,
    metrics: Mapping[str, MetricFacts] | None = None,
    registry: Registry = REGISTRY,
) -> Suite:
    """The suite of a file. Raises SuiteError with all of its problems, each at its place.

    project_root: files that the suite names must lie below it (or below the suite's own folder, if that lies
    elsewhere). metrics: what gates may name; None leaves names unchecked.
    """
    root = project_root if path.resolve().is_relative_to(project_root.resolve()) else path.parent
    source = read_source(path)
    if not isinstance(source.value, dict):
        what = "is empty" if source.value is None else f"must be a mapping, not {kind_of(source.value)}"
        problem = source.problem(
            f"the suite file {what}", Location(path, 1, 1), "suite: name, prompt: ..., examples: ..."
        )
        raise SuiteError([problem])
    return _Loading(source, root.resolve(), registry, metrics).suite()


class _Loading:
    """The state of loading one file."""

    def __init__(self, source: Source, root: Path, registry: Registry, metrics: Mapping[str, MetricFacts] | None):
        self._source = source
        self._root = root
        self._registry = registry
        self._metrics = metrics
        self._files: list[Path] = [source.path.resolve()]

    def suite(self) -> Suite:
        """Everything checked. Raises SuiteError."""
        source, raw = self._source, self._source.value
        top = self._top(raw)
        messages, mode = self._messages(raw.get("prompt"))
        answer = self._answer(raw.get("answer"))
        sampling = self._sampling(raw.get("sampling"))
        entries = raw.get("perturb")
        uses = PerturbReader(source, self._root, self._registry, self._files).uses(
            entries if isinstance(entries, list) else []
        )
        gates = read_gates(source, raw.get("gate"), uses, answer, self._metrics)
        rows = read_rows(source, self._root, self._files) if "examples" in raw else []
        needed = self._needed(messages, [name for row in rows for name in row.fields])
        examples = make_examples(source, rows, answer, needed)
        self._stop_at_problems()
        assert top is not None
        suite = Suite(
            name=top.suite,
            path=source.path.resolve(),
            messages=messages,
            examples=tuple(examples),
            answer=answer,
            sampling=sampling,
            perturb=tuple(uses),
            gates=tuple(gates),
            mode=mode,
            seed=top.seed,
            repeats=top.repeats,
            cases=top.cases or ("report" if gates else "strict"),
            protect=tuple(top.protect),
        )
        render_prompt(suite, suite.examples[0])
        files = list(dict.fromkeys([*self._files, *(file for m in messages for file in m.template.files)]))
        return _with_files(suite, files, self._root)

    def _top(self, raw: dict[str, Any]) -> SuiteSection | None:
        shallow = {name: value for name, value in raw.items() if name not in ("answer", "sampling")}
        return validated(SuiteSection, shallow, self._source, ())

    def _messages(self, value: Any) -> tuple[tuple[MessageTemplate, ...], Mode]:
        if value is None:
            return (), "chat"
        if isinstance(value, str):
            return self._templates([("user", value, PROMPT)]), "chat"
        section = validated(PromptSection, value, self._source, PROMPT)
        if section is None:
            return (), "chat"
        given = [name for name in ("user", "messages", "completion") if getattr(section, name) is not None]
        if len(given) != 1 or (section.system is not None and given != ["user"]):
            message = "the prompt is given by user (and system), or by messages, or by completion"
            self._source.problem(message, self._source.at_key(PROMPT))
            return (), "chat"
        if section.completion is not None:
            return self._templates([("user", section.completion, (*PROMPT, "completion"))]), "completion"
        if section.messages is not None:
            if not section.messages:
                self._source.problem("messages is empty", self._source.at_value((*PROMPT, "messages")))
            texts = [
                (message.role, message.content, (*PROMPT, "messages", i, "content"))
                for i, message in enumerate(section.messages)
            ]
            return self._templates(texts), "chat"
        texts = [("system", section.system, (*PROMPT, "system"))] if section.system is not None else []
        return self._templates([*texts, ("user", section.user, (*PROMPT, "user"))]), "chat"

    def _templates(self, texts: Sequence[tuple[str, str | TextFile | None, Key]]) -> tuple[MessageTemplate, ...]:
        found = [(role, self._template(text, key)) for role, text, key in texts if text is not None]
        return tuple(MessageTemplate(role, t, t.origin.path) for role, t in found if t is not None)

    def _template(self, text: str | TextFile, key: Key) -> Template | None:
        try:
            if isinstance(text, str):
                if not text.strip():
                    self._source.problem("the prompt is empty", self._source.at_value(key))
                    return None
                return Template(text, self._source.origin(key), self._root)
            path = project_file(self._source, (*key, "file"), text.file, self._root)
            if path is None:
                return None
            self._files.append(path)
            content = read_text(path)
            if not content.strip():
                self._source.problem(f"the file {text.file} is empty", self._source.at_value((*key, "file")))
                return None
            return Template(content, Origin(path), self._root)
        except SuiteError as error:
            self._source.problems += error.diagnostics
            return None

    def _answer(self, value: Any) -> AnswerSpec:
        source = self._source
        if value is None:
            return AnswerSpec()
        given = dict(value) if isinstance(value, dict) else value
        if isinstance(given, dict) and isinstance(given.get("choices"), list):
            given["choices"] = [
                self._word(("answer", "choices", i), choice) for i, choice in enumerate(given["choices"])
            ]
        section = validated(AnswerSection, given, source, ("answer",))
        if section is None:
            return AnswerSpec()
        choices = tuple(section.choices)
        self._check_choices(choices, section)
        check = section.check or ("choice" if choices else "exact")
        if section.pattern is not None:
            try:
                re.compile(section.pattern)
            except re.error as error:
                source.problem(f"pattern: no regular expression: {error}", source.at_value(("answer", "pattern")))
        if (check == "regex") != (section.pattern is not None):
            hint = "answer: {check: regex, pattern: 'Answer: (.*)'}"
            source.problem("check: regex and pattern belong together", source.at_key(("answer",)), hint)
        return AnswerSpec(
            section.field,
            choices,
            check,
            section.scoring,
            section.pattern,
            section.tolerance,
            section.json_path,
            section.ignore_case,
        )

    def _word(self, key: Key, value: Any) -> Any:
        """A choice as text, as it was written: labels such as 1 or true are words."""
        if isinstance(value, bool | int | float):
            node = self._source.values.get(key)
            return str(node.value) if node is not None else as_answer(value)
        return value

    def _check_choices(self, choices: tuple[str, ...], section: AnswerSection) -> None:
        source, at = self._source, ("answer", "choices")
        if choices and section.check not in (None, "choice"):
            source.problem(
                f"check: with choices it is choice, not {section.check}", source.at_value(("answer", "check"))
            )
        if section.check == "choice" and not choices:
            source.problem("check: choice needs choices", source.at_value(("answer", "check")))
        if len(choices) == 1:
            source.problem("one choice is no choice: name at least two", source.at_value(at))
        seen: dict[str, str] = {}
        for i, choice in enumerate(choices):
            plain = comparable(choice, section.ignore_case)
            if not plain:
                source.problem("a choice must not be empty", source.at_value((*at, i)))
            elif plain in seen:
                hint = "" if choice == seen[plain] or not section.ignore_case else "or set ignore_case: false"
                message = f'the choices "{seen[plain]}" and "{choice}" cannot be told apart'
                source.problem(message, source.at_value((*at, i)), hint)
            seen.setdefault(plain, choice)

    def _sampling(self, value: Any) -> Sampling:
        section = validated(SamplingSection, value, self._source, ("sampling",)) if value is not None else None
        if section is None:
            return Sampling()
        values = section.model_dump()
        return Sampling(**{**values, "stop": tuple(values["stop"])})

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

    def _stop_at_problems(self) -> None:
        if self._source.problems:
            raise SuiteError(self._source.problems)


def _with_files(suite: Suite, files: Sequence[Path], root: Path) -> Suite:
    """The suite with every file it was read from, and their digest."""
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
        digest.update(f"{name.as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return replace(suite, files=tuple(files), digest=digest.hexdigest())
