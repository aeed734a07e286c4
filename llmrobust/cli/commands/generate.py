"""`generate`: variants of a suite's instruction or inputs, written by a model, into a frozen file for review."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, project_option
from llmrobust.cli.project import Project, project_of
from llmrobust.errors import ModelError, SuiteError, WrongUse, readable_file

if TYPE_CHECKING:
    from llmrobust.engine import Asker, Engine
    from llmrobust.generate.guards import Guard
    from llmrobust.generate.kinds import Kind
    from llmrobust.generate.make import Generated
    from llmrobust.operators.frozen_variants import FrozenFile
    from llmrobust.suitefile import Suite

BUNDLED = "numpy"
"""The backend of the model that the package holds."""
RELATIONS = ("same", "follows", "must-change", "no-promise")


@command(
    "Have a model write variants of a suite's instruction or inputs, once. Guards score each of them; those that fail "
    "none are appended to a frozen file, unreviewed. `llmrobust review` decides on them, and suites run them with "
    "`- frozen: {file: ...}` under `perturb:`. The token budget is shown before anything is sent, and kept. Replies "
    "are stored, so an interrupted run asks nothing twice, and variants that the file has already are not asked for. "
    "Exit code 1: no variant was kept.",
    [
        (
            "llmrobust generate suites/triage.robust.yaml --llm http://127.0.0.1:8000/v1 -n 3",
            "paraphrases of the inputs",
        ),
        (
            "llmrobust generate SUITE --kind negation,dialect.singlish --judge hf:./other",
            "with a second model as judge",
        ),
        ("llmrobust generate SUITE --of instruction --kind paraphrase,formal -n 5", "of the prompt's instruction"),
        ("llmrobust generate SUITE --kind paraphrase --budget 20000 --dry-run", "what it would cost"),
        ("llmrobust generate --list", "every kind and its sub-types"),
    ],
)
@click.argument("suite", type=ReadableFile("a suite file"), required=False, help="suite file")
@click.option("--llm", metavar="SPEC", multiple=True, help="the generator, as for pytest (default: as for pytest)")
@click.option("--kind", metavar="A,B", default="", help="kinds, with or without sub-type (default: paraphrase)")
@click.option("--prompt", type=PATH, metavar="FILE", help="a prompt of your own instead, with {{ text }} in it")
@click.option("--relation", type=click.Choice(RELATIONS), default="same", help="with --prompt: of the answer")
@click.option("--of", "target", metavar="NAME", default="input", help="instruction, input (the default), or a variable")
@click.option("-n", "count", type=click.IntRange(1), metavar="N", default=1, help="variants of each kind (default: 1)")
@click.option("--examples", type=click.IntRange(1), metavar="N", help="the first N examples only")
@click.option("--budget", type=click.IntRange(1), metavar="TOKENS", help="most tokens of prompts and answers to spend")
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.8, help="of the generator (default: 0.8)")
@click.option("--max-tokens", type=click.IntRange(1), metavar="N", help="of an answer (default: by the text's length)")
@click.option("--seed", type=int, help="seed to use instead of the suite's")
@click.option("--embedder", metavar="SPEC", default="", help="guard: vectors of texts, as answer.embedder (minilm)")
@click.option("--judge", metavar="SPEC", multiple=True, help="guard: a second model is asked if the answer stays")
@click.option("--perplexity", metavar="SPEC", default="", help="guard: naturalness, by hf:NAME_OR_PATH")
@click.option("--oracle", metavar="SPEC", multiple=True, help="guard: a reference model answers with and without it")
@click.option("--keep-failed", is_flag=True, help="also keep variants that failed a guard; the failures stay visible")
@click.option("--out", type=PATH, metavar="FILE", help="frozen file (default: frozen/NAME.jsonl beside the suite)")
@click.option("--store", type=PATH, metavar="FILE", help="reply store (default: that of the project)")
@click.option("--dry-run", is_flag=True, help="only show what would be asked for, and what it costs at most")
@click.option("--list", "listing", is_flag=True, help="list the kinds and their sub-types")
@project_option
def generate(chosen: Chosen) -> int:
    """Ask, guard and write."""
    from llmrobust.engine import Engine, Store
    from llmrobust.generate.kinds import KINDS
    from llmrobust.generate.make import UNFORCED, Estimate, ask, at_once, guarded, summary
    from llmrobust.generate.questions import questions_of
    from llmrobust.generate.subjects import subjects_of
    from llmrobust.models import parse_specs
    from llmrobust.models.choices import only_model
    from llmrobust.text.atomic_write import write_whole

    if chosen.listing:
        print("\n".join(_listed()))
        return 0
    if chosen.suite is None:
        raise WrongUse("name a suite file; --list shows the kinds")
    kinds = _kinds(chosen)
    path = readable_file(chosen.suite, "a suite file")
    _check_guards(chosen)
    project = project_of([path], noconftest=chosen.noconftest)
    suite = _loaded(path, project.root)
    out = chosen.out or path.parent / "frozen" / f"{suite.name}.jsonl"
    file = _there(out, suite.name)
    subjects = subjects_of(suite, chosen.target)
    if chosen.examples and subjects[0].example is not None:
        first = list(dict.fromkeys(one.example for one in subjects))[: chosen.examples]
        subjects = [one for one in subjects if one.example in first]
    specs = only_model(chosen.llm or project.settings.specs)
    store = chosen.store or project.settings.store

    def engine_of(which: Sequence[str]) -> Engine:
        return Engine(parse_specs(which), lambda: Store(store), project.settings.limits, trust_store=True)

    there = {(*one.place, one.name, one.original_sha256) for one in file.variants}
    engine = engine_of(specs)
    guards: list[Guard] = []
    try:
        engine.submit([])  # so that the model loads
        info = engine.opened()
        if info.backend == BUNDLED:
            raise WrongUse(
                f"{info.name} is the bundled model, which sorts short texts and writes none: name a generator, such as "
                "--llm http://127.0.0.1:8000/v1, --llm hf:NAME or --llm smollm2 (`llmrobust models` lists the forms)"
            )
        every = list(
            questions_of(
                subjects,
                kinds,
                chosen.count,
                seed=suite.seed if chosen.seed is None else chosen.seed,
                temperature=chosen.temperature,
                max_tokens=chosen.max_tokens,
                enforced=info.backend not in UNFORCED,
            )
        )
        questions = [one for one in every if _key(one) not in there]
        if len(questions) < len(every):
            print(f"{len(every) - len(questions):,} of {len(every):,} are in {out} already")
        left_out = [one.name for one in kinds if one.name not in {question.kind.name for question in every}]
        if not every:
            fitting = ", ".join(kind.name for kind in KINDS if "instruction" in kind.targets)
            raise WrongUse(
                f"--kind: {', '.join(left_out)}: made of inputs only; of the instruction there are {fitting}"
            )
        if left_out:
            print(f"left out, as they are made of inputs only: {', '.join(left_out)}")
        estimate = Estimate.of(questions)
        print(f"{info.name}: {estimate}")
        if chosen.budget is not None:
            print(f"budget: {chosen.budget:,} tokens")
        if chosen.dry_run or not questions:
            return 0
        asked = ask(
            questions,
            engine,
            chosen.budget,
            lambda said: print(said, file=sys.stderr),
            at_once(info, chosen.temperature),
        )
        print(f"spent {asked.tokens:,} tokens on {len(asked.replies):,} replies (those in the store cost nothing)")
        if asked.unasked:
            print(
                f"BUDGET REACHED: {asked.unasked:,} of {len(questions):,} requests were not sent; the same command "
                "with a larger --budget goes on from here"
            )
        guards = _guards(chosen, suite, file, engine_of, project)
        made = guarded(asked, guards, info)
    finally:
        engine.close()
        for guard in guards:
            getattr(guard, "close", lambda: None)()
    print("\n".join(summary(made)))
    kept = made.variants if chosen.keep_failed else made.kept
    if kept:
        out.parent.mkdir(parents=True, exist_ok=True)
        after = file.with_variants(kept)
        replaced = len(file.variants) + len(kept) - len(after.variants)
        if replaced:
            print(f"replaced {replaced:,} stale variants, whose originals had changed")
        write_whole(out, after.text().encode("utf-8", "backslashreplace"))
    print("\n".join(_next_steps(made, len(kept), out, suite)))
    return 0 if kept else 1


def _check_guards(chosen: Chosen) -> None:
    """Raises ModelError for a wrong spec of a guard's model, before anything is spent."""
    from llmrobust.models import parse_specs
    from llmrobust.models.embedders import check_embedder_spec
    from llmrobust.models.local.perplexity import bits_a_word

    if chosen.embedder:
        check_embedder_spec(chosen.embedder)
    if chosen.perplexity:
        bits_a_word(chosen.perplexity)
    for option, specs in (("--judge", chosen.judge), ("--oracle", chosen.oracle)):
        try:
            if specs:
                parse_specs(specs)
        except ModelError as error:
            raise WrongUse(f"{option}: {error}") from None


def _loaded(path: Path, root: Path) -> Suite:
    """The suite. Raises SuiteError, and WrongUse for a frozen file in its place."""
    from llmrobust.loading import load_suite_file
    from llmrobust.operators.frozen_variants import looks_frozen

    if looks_frozen(path.read_text(encoding="utf-8", errors="replace")[:200]):
        raise WrongUse(f"{path} is a frozen file: name the suite that it is made for; `llmrobust review` reads it")
    try:
        return load_suite_file(path, root)
    except SuiteError as error:
        if re.search(r'the file "[^"]*\.jsonl" does not exist', str(error)) and "frozen" in str(error):
            said = "where the file that is missing is the one to be generated, add its entry under perturb: afterwards"
            raise WrongUse(f"{error}\n{said}") from None
        raise


def _key(question: object) -> tuple[object, ...]:
    from llmrobust.generate.questions import Question
    from llmrobust.operators.frozen_variants import text_hash

    assert isinstance(question, Question)
    subject = question.subject
    return (subject.target, subject.example, question.name, text_hash(subject.text))


def _kinds(chosen: Chosen) -> list[Kind]:
    from llmrobust.generate.kinds import chosen_kinds
    from llmrobust.generate.questions import own_kind

    names = [name.strip() for name in chosen.kind.split(",") if name.strip()]
    if any(" " in name for name in names):
        raise WrongUse(
            f'--kind: separate kinds by commas, not spaces: "{",".join(chosen.kind.replace(",", " ").split())}"'
        )
    if chosen.prompt is None:
        return chosen_kinds(names or ["paraphrase"])
    if names:
        raise WrongUse("--kind and --prompt: give one of them")
    file = readable_file(chosen.prompt, "a prompt file")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise WrongUse(f"{file}: is not UTF-8") from None
    try:
        return [own_kind(file.stem, text, chosen.relation)]
    except WrongUse as error:
        raise WrongUse(f"{file}: {error}") from None


def _there(out: Path, suite: str) -> FrozenFile:
    """What the frozen file holds already. Raises WrongUse for another file."""
    from llmrobust.operators.frozen_variants import FrozenFile, read_frozen

    if out.is_dir():
        raise WrongUse(f"--out: {out} is a folder: name a file in it, such as {out / suite}.jsonl")
    if not out.exists():
        return FrozenFile(suite)
    try:
        return read_frozen(out.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise WrongUse(f"{out}: cannot be added to: {error}") from None


def _guards(chosen: Chosen, suite: Suite, file: FrozenFile, engine_of: object, project: Project) -> list[Guard]:
    from llmrobust.generate.guards.model_guards import Embedding, Oracle, Perplexity, SecondModel
    from llmrobust.generate.guards.text_guards import text_guards
    from llmrobust.models.local.perplexity import bits_a_word

    assert callable(engine_of)
    oracle: Asker | None = engine_of(chosen.oracle) if chosen.oracle else None
    known = [(one.target, one.example, one.text) for one in file.variants]
    return [
        *text_guards(known),
        Embedding(chosen.embedder),
        SecondModel(tuple(chosen.judge), engine_of),
        Perplexity(bits_a_word(chosen.perplexity) if chosen.perplexity else None),
        Oracle(suite, oracle, project.root),
    ]


def _next_steps(made: Generated, kept: int, out: Path, suite: Suite) -> list[str]:
    if not kept:
        return ["no variant was kept; --keep-failed keeps those that failed a guard"]
    lines = [f"wrote {out}: {kept:,} new, unreviewed", f"review them: llmrobust review {out}"]
    if not any(use.operator.name in ("frozen", "paraphrase") for use in suite.perturb):
        folder = suite.path.parent.resolve()
        shown = out.resolve().relative_to(folder) if out.resolve().is_relative_to(folder) else out
        lines.append(f"run them with this entry under perturb:\n  - frozen: {{file: {shown.as_posix()}}}")
    return lines


def _listed() -> list[str]:
    from llmrobust.generate.kinds import KINDS

    width = max(len(kind.name) for kind in KINDS)
    lines = []
    for kind in KINDS:
        of = "instruction or input" if "instruction" in kind.targets else "input"
        lines.append(f"{kind.name:<{width}}  {kind.relation:<10}  of {of}: {kind.task.split('. ')[0].rstrip('.')}")
        if kind.subtypes:
            lines.append(f"{'':<{width}}  {'':<10}  {', '.join(kind.subtypes)}")
    return lines
