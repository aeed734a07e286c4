"""`init`: a first suite from a prompt file, which asks nothing that it can find out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import Diagnostic, OperatorError, SuiteError, WrongUse, readable_file
from llmrobust.scaffold.data_columns import Answers, Data, answers_of, found_answers, found_data, read_data
from llmrobust.scaffold.placeholders import PLACEHOLDER, placeholder_rows
from llmrobust.scaffold.prompt_files import DraftPrompt, read_prompt, without_variable
from llmrobust.scaffold.suite_writer import CANDIDATES, Draft, suite_text

if TYPE_CHECKING:
    from llmrobust.plan import Plan
    from llmrobust.suitefile.suite import Suite

SUFFIX = ".robust.yaml"
TRIED = 40
"""The number of examples that each operator is tried on."""


@command(
    "Write a first suite for a prompt. Detects its variables, the data beside it, the gold answers and the "
    "operators that apply to it, and proposes gates; the file explains every line. The prompt is a Jinja2 template, "
    "a chat as JSON or YAML, or a text with {placeholders} or $variables. An existing file is not overwritten.",
    [
        ("llmrobust init prompts/triage.jinja", "data: triage.jsonl beside it, or the only data file there"),
        ("llmrobust init prompt.txt --data tickets.csv --answer category", "where it cannot be detected"),
        ("llmrobust init chat.json --output suites/", "write the suite to another folder"),
        ("llmrobust init triage-v1.jinja triage-v2.jinja", "several prompts, to be compared side by side"),
    ],
)
@click.argument(
    "prompt", type=ReadableFile("a prompt file"), metavar="PROMPT_FILE...", nargs=-1, required=True, help="the prompt"
)
@click.option("--data", type=PATH, metavar="FILE", help="examples: .jsonl, .csv, .json or .parquet")
@click.option("--answer", metavar="FIELD", help="the column with the gold answers")
@click.option("--output", type=PATH, metavar="SUITE", help="file or folder (default: beside the prompt)")
@click.option("--name", help="the suite's name (default: the prompt file's)")
@click.option("--seed", type=int, metavar="N", default=0, help="seed of all random choices (default: 0)")
@click.option("--force", is_flag=True, help="overwrite an existing suite")
@project_option
def init(chosen: Chosen) -> int:
    """Write a first suite from a prompt file."""
    from llmrobust.plan import plan_suite

    paths = [readable_file(one, "a prompt file") for one in chosen.prompt]
    prompts = _prompts(paths)
    path, stem = paths[0], _stem(paths)
    output = _output(chosen.output, path, stem)
    if output.exists() and not chosen.force:
        raise WrongUse(f"{output} already exists: --force overwrites it, --output writes to another file")
    root = project_of([*paths, output.parent], noconftest=chosen.noconftest).root
    for one, prompt in zip(paths, prompts.values(), strict=True):
        if not _variables(prompt, one, root):
            raise without_variable(one, [message.text for message in prompt.messages])
    prompt = _together(prompts)
    variables = _variables(prompt, path, root)
    data, why = _data(chosen, path, prompt, variables)
    answers, unsure = _answers(chosen, data, variables, prompt)
    rows = () if data else placeholder_rows([message.text for message in prompt.messages], variables)
    everything = dict.fromkeys((name for name, *_ in CANDIDATES), 0)
    name = chosen.name or re.sub(r"[^\w.-]+", "-", stem).strip("-") or "suite"
    draft = Draft(name, prompts, data, answers, rows, everything, chosen.seed)
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = replace(draft, operators=_that_change_something(_loaded(draft, output, root)))
    if not draft.operators:
        raise WrongUse(f"{path}: no operator applies to its prompts; see `llmrobust operators`")
    plans = [plan_suite(suite) for suite in _loaded(draft, output, root)]
    output.write_text(suite_text(draft, output.parent), encoding="utf-8")
    print("\n".join(_said(draft, plans, output, variables, [note for note in (why, unsure) if note])))
    return 0


def _prompts(paths: Sequence[Path]) -> dict[str, DraftPrompt]:
    """The prompts by id, which is what distinguishes their files' names. Raises WrongUse for files that are equal, or
    whose requests differ in more than messages."""
    found: dict[str, DraftPrompt] = {}
    for path in paths:
        name = re.sub(r"[^\w.-]+", "-", _name(path)).strip("-") or f"v{len(found) + 1}"
        if name in found:
            raise WrongUse(f"{path}: another prompt is called {name} too; give the files different names")
        prompt = read_prompt(path)
        first = next(iter(found.values()), prompt)
        if (prompt.body, prompt.sampling) != (first.body, first.sampling):
            raise WrongUse(f"{path}: its tools or sampling are not those of {paths[0]}; prompts of a suite share them")
        found[name] = prompt
    return found


def _together(prompts: Mapping[str, DraftPrompt]) -> DraftPrompt:
    """One prompt with the messages of all: what data and answers must fit."""
    first = next(iter(prompts.values()))
    return replace(first, messages=tuple(one for prompt in prompts.values() for one in prompt.messages))


def _name(path: Path) -> str:
    """A prompt's name, from its file's."""
    first = path.name.split(".")[0]
    return re.sub(r"[._-]?(user|prompt)$", "", first) or first


def _stem(paths: Sequence[Path]) -> str:
    """The suite's name: the prompt file's, or what those of several have in common, without a version."""
    names = [_name(path) for path in paths]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    shared = "".join(letters[0] for letters in alike)
    return names[0] if len(names) == 1 else re.sub(r"[._-]+v?$", "", shared) or names[0]


def _output(wanted: Path | None, prompt: Path, stem: str) -> Path:
    """Where the suite is written. Raises WrongUse for a name that pytest would not collect."""
    if wanted is None:
        return prompt.parent / f"{stem}{SUFFIX}"
    if wanted.is_dir() or not wanted.suffix:
        return wanted / f"{stem}{SUFFIX}"
    if not wanted.name.endswith((SUFFIX, ".robust.yml")):
        raise WrongUse(f"{wanted}: pytest collects only files that end in {SUFFIX}")
    return wanted


def _variables(prompt: DraftPrompt, path: Path, root: Path) -> list[str]:
    """The variables of all messages. Raises SuiteError for an invalid template."""
    from llmrobust.prompt.template import Origin, Template

    found = [Template(message.text, Origin(message.file or path), root).variables for message in prompt.messages]
    return sorted({name for names in found for name in names})


def _data(chosen: Chosen, path: Path, prompt: DraftPrompt, variables: list[str]) -> tuple[Data | None, str]:
    """The data, and why there is none."""
    if chosen.data is not None:
        return read_data(chosen.data, variables), ""
    used = [path, *(message.file for message in prompt.messages if message.file)]
    data, why = found_data(path, variables, used)
    if data is None and chosen.answer is not None:
        raise WrongUse(
            f"--answer names a column, but there is no data: pass it with --data{f' ({why})' if why else ''}"
        )
    return data, why


def _answers(
    chosen: Chosen, data: Data | None, variables: list[str], prompt: DraftPrompt
) -> tuple[Answers | None, str]:
    """The gold answers, and why there are none."""
    if data is None:
        return None, ""
    text = "\n".join(message.text for message in prompt.messages)
    if chosen.answer is not None:
        return answers_of(data, chosen.answer, text)
    return found_answers(data, variables, text)


def _loaded(draft: Draft, output: Path, root: Path) -> list[Suite]:
    """The draft loaded as `check` loads it, from a temporary file. Raises SuiteError, OperatorError."""
    from llmrobust.loading import load_suite_files

    trial = output.with_name(f".{output.name}.trial")
    try:
        trial.write_text(suite_text(draft, output.parent), encoding="utf-8")
        return load_suite_files(trial, root)
    except SuiteError as error:
        raise SuiteError([_at(one, trial, output) for one in error.diagnostics]) from None
    finally:
        trial.unlink(missing_ok=True)


def _at(diagnostic: Diagnostic, trial: Path, output: Path) -> Diagnostic:
    """The mistake as one of the file that would have been written."""
    at = diagnostic.location
    return diagnostic if at.path != trial else replace(diagnostic, location=replace(at, path=output))


def _that_change_something(suites: Sequence[Suite]) -> dict[str, int]:
    """The operators that make cases of the first examples of some prompt, with their number."""
    from llmrobust.plan import plan_suite

    found: dict[str, int] = {}
    for suite in suites:
        few = replace(suite, examples=suite.examples[:TRIED], gates=(), noise_floor=None)
        for use in suite.perturb:
            try:
                counts = plan_suite(replace(few, perturb=(use,))).counts
            except OperatorError:  # it does not get along with these prompts
                continue
            if counts[0].cases:
                found[use.operator.name] = found.get(use.operator.name, 0) + counts[0].cases
    return found


def _said(
    draft: Draft, plans: Sequence[Plan], output: Path, variables: Sequence[str], notes: Sequence[str]
) -> Iterator[str]:
    """What was found out, and what comes next."""
    suite, data, answers = plans[0].suite, draft.data, draft.answers
    yield f"wrote {output}"
    for number, (prompt_id, prompt) in enumerate(draft.prompts.items()):
        roles = " + ".join(message.role for message in prompt.messages)
        named = f"{prompt_id}: {roles}" if len(draft.prompts) > 1 else roles
        ending = f", variables {', '.join(variables)}" if number == 0 else ""
        yield f"  {'' if number else 'prompt':10} {named}{ending}"
        yield from (f"             {note}" for note in prompt.notes)
    if data is not None:
        yield f"  examples   {data.path}: {len(suite.examples):,} of {len(data.rows):,} rows"
        yield from (f"             the prompt's {new} is its {old}" for new, old in data.renamed.items())
    if answers is not None:
        kind = f"one of {', '.join(answers.choices)}" if answers.choices else f"check: {answers.check}"
        yield f"  answers    {answers.column}, {kind}"
    yield f"  operators  {', '.join(draft.operators)} ({sum(len(plan.cases) for plan in plans):,} cases)"
    yield f"  gates      {', '.join(gate.metric for gate in suite.gates)}"
    yield from (f"  note       {note}" for note in notes)
    name = shlex.quote(str(output))
    if data is None:
        yield f"  TO DO      no data was found: replace the rows marked {PLACEHOLDER}; until then the gate cannot pass"
    yield "next:"
    yield f"  llmrobust show {name}"
    yield f"  pytest {name} --llm tiny      # or another model: `llmrobust models` lists the forms"
