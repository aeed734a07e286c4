"""`search`: the worst wording, or the best and the worst format, of a suite's prompt."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, complete_recipes, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import readable_file

if TYPE_CHECKING:
    from llmrobust.operators.findings import Findings
    from llmrobust.search.evaluate import Questions

PROMPTS_A_WORDING_SEARCH = 300
"""Default budget in wordings, as many as the published attacks use per prompt; each is sent with every example."""


@command(
    "Search for the wording of the instruction with the worst answers (an attack recipe), or for the "
    "formats with the best and worst answers (format). The results are written to a file for review; "
    "`attack.wording` and `format.found` run them in a separate suite.",
    [
        ("llmrobust search suites/triage.robust.yaml --recipe textbugger", "the worst wording of the instruction"),
        ("llmrobust search suites/triage.robust.yaml --recipe format --budget 2000", "the best and worst format"),
    ],
)
@click.argument(
    "suite", type=ReadableFile("a suite file"), help="suite file; its perturb and gate sections are not used"
)
@click.option("--llm", metavar="SPEC", multiple=True, help="as for pytest (default: as for pytest)")
@click.option(
    "--recipe",
    default="deepwordbug",
    shell_complete=complete_recipes,
    help="deepwordbug, textbugger, charattack, textfooler, wordattack, or format",
)
@click.option("--budget", type=int, metavar="N", help="most prompts to send (default: 300 per example)")
@click.option("--examples", type=int, metavar="N", help="use the first N examples only")
@click.option("--formats", type=int, metavar="N", default=320, help="formats to sample (default: 320)")
@click.option("--at-once", type=int, metavar="N", default=1, help="formats tried per step (default: 1)")
@click.option("--seed", type=int, help="seed to use instead of the suite's")
@click.option("--embedding", type=PATH, metavar="FILE", help="word vectors, for recipes that swap words")
@click.option(
    "--out", type=PATH, metavar="FILE", help="where to write (default: SUITE.RECIPE.found.yaml beside the suite)"
)
@click.option("--prompt", metavar="ID", help="which of several prompts of the suite")
@click.option("--store", type=PATH, metavar="FILE", help="store replies in this file")
@project_option
def search(chosen: Chosen) -> int:
    """Search for the worst wording or format of a prompt."""
    from dataclasses import replace

    from llmrobust.engine import Engine, Store
    from llmrobust.loading import load_suite_file
    from llmrobust.models import parse_specs
    from llmrobust.models.choices import only_model
    from llmrobust.plan import plan_suite
    from llmrobust.score.suite_asker import SuiteAsker
    from llmrobust.search import RECIPES
    from llmrobust.search.evaluate import Questions

    wrong = _wrong_use(chosen, [*RECIPES, "format"])
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    path = readable_file(chosen.suite, "a suite file")
    project = project_of([path], noconftest=chosen.noconftest)
    suite = load_suite_file(path, project.root, prompt=chosen.prompt)
    if chosen.seed is not None:
        suite = replace(suite, seed=chosen.seed)
    engine = Engine(parse_specs(only_model(chosen.llm or project.settings.specs)), lambda: Store(chosen.store))
    try:
        asker = SuiteAsker(engine, plan_suite(suite))
        questions = Questions.of(suite, asker, chosen.examples)
        if asker.choice is not None:
            print(asker.choice.reason)
        found = _formats(chosen, questions) if chosen.recipe == "format" else _wordings(chosen, questions)
        info = engine.info()
    finally:
        engine.close()
    found = found.model_copy(update={"model": info.name if info else "", "prompts": questions.prompts})
    out = chosen.out or chosen.suite.with_name(f"{suite.name}.{chosen.recipe}.found.yaml")
    out.write_text(found.text(), encoding="utf-8")
    print(f"{questions.prompts:,} prompts sent; wrote {out}")
    print("\n".join(next_steps(found, out)))
    return 0


def next_steps(found: Findings, out: Path) -> Iterator[str]:
    """How to run what was found."""
    if not (found.wordings or found.formats):
        yield "no wording with worse answers was found"
        return
    operator = "attack.wording" if found.wordings else "format.found"
    yield "review it, set `reviewed: true`, and run it in a separate suite in the same folder:"
    yield "perturb:"
    yield f"  - {operator}: {{file: {json.dumps(out.name, ensure_ascii=False)}}}"


def _wrong_use(chosen: Chosen, recipes: list[str]) -> str:
    if chosen.recipe not in recipes:
        return f'unknown recipe "{chosen.recipe}"; available: {", ".join(recipes)}'
    for name in ("budget", "examples", "formats", "at_once"):
        value = getattr(chosen, name)
        if value is not None and value < 1:
            return f"--{name.replace('_', '-')} must be at least 1, not {value}"
    return ""


def _wordings(chosen: Chosen, questions: Questions) -> Findings:
    from llmrobust.errors import OperatorError
    from llmrobust.operators.findings import Findings, FoundWording
    from llmrobust.search import RECIPES, Attack
    from llmrobust.search.evaluate import attackable, attacked
    from llmrobust.search.word_vectors import Embedding

    recipe = RECIPES[chosen.recipe]
    if recipe.needs_embedding and chosen.embedding is None:
        raise OperatorError(
            f"{recipe.name} replaces words by their neighbours in an embedding: pass one with --embedding"
        )
    near = Embedding.read(chosen.embedding).near if chosen.embedding is not None else None
    block = attackable(questions)
    count = len(questions.examples)
    budget = PROMPTS_A_WORDING_SEARCH if chosen.budget is None else max(1, chosen.budget // count)
    found = attacked(questions, Attack(block.text, block.protected, recipe, budget, questions.suite.seed, near))
    print(f"{recipe.name}: {found.evaluations} wordings over {count} examples")
    print(f"accuracy before {found.clean.right:.3f}, after {found.score.right:.3f}, drop rate {found.drop_rate:.3f}")
    print(f"  {found.original}\n  {found.text}")
    wordings: tuple[FoundWording, ...] = ()
    if found.words:
        wordings = (
            FoundWording(
                id=f"{recipe.name}-1",
                recipe=recipe.name,
                original=found.original,
                text=found.text,
                clean=found.clean.right,
                attacked=found.score.right,
                evaluations=found.evaluations,
                unchecked=recipe.unchecked,
            ),
        )
    suite = questions.suite
    return Findings(suite=suite.name, model="", examples=count, seed=suite.seed, prompts=0, wordings=wordings)


def _formats(chosen: Chosen, questions: Questions) -> Findings:
    from llmrobust.operators.findings import Findings, FoundFormat
    from llmrobust.search.evaluate import formats_searched

    count = len(questions.examples)
    budget = PROMPTS_A_WORDING_SEARCH * count if chosen.budget is None else chosen.budget
    result = formats_searched(questions, chosen.formats, budget, at_once=chosen.at_once)
    found = result.found
    formats = []
    for name, index in (("best", found.best), ("worst", found.worst)):
        arm = found.arms[index]
        values = {key: str(value) for key, value in result.variants[index].detail.items()}
        formats.append(FoundFormat(id=name, values=values, accuracy=arm.accuracy, note=result.names[index]))
        print(f"{name}: {arm.accuracy:.3f} over {arm.asked} prompts: {result.names[index]}")
    print(f"original {result.original:.3f}, spread {found.spread:.3f}, {len(found.arms)} formats")
    suite = questions.suite
    return Findings(
        suite=suite.name,
        model="",
        examples=count,
        seed=suite.seed,
        prompts=0,
        clean=result.original,
        formats=tuple(formats),
    )
