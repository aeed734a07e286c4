"""`plan`: what a suite asks and what its gates can detect, before any request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, json_option, project_option
from llmrobust.cli.project import plans_in_project
from llmrobust.errors import readable_file
from llmrobust.text.phrases import many

if TYPE_CHECKING:
    from llmrobust.gate.forecast import Forecast
    from llmrobust.models.choices import ModelChoice
    from llmrobust.plan import Plan
    from llmrobust.prices import Prices


@command(
    "Estimate, before any request, how many cases, prompts and tokens a suite has, and the smallest "
    "difference its gates can detect. Exit code 1: a gate can never pass, or never fail.",
    [
        ("llmrobust plan suites/triage.robust.yaml", "cases, prompts, tokens, and the power of each gate"),
        (
            "llmrobust plan suites/triage.robust.yaml --likeness 0.9",
            "if the variants of an example get nearly the same answers",
        ),
        ("llmrobust plan suites/triage.robust.yaml --prices prices.yaml --llm gpt=http://HOST/v1#gpt", "in money too"),
    ],
)
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file")
@click.option(
    "--likeness",
    type=float,
    metavar="R",
    default=0.5,
    help="correlation of the answers to variants of one example, 0 to 1 (default: 0.5)",
)
@click.option("--llm", metavar="SPEC", multiple=True, help="as for pytest (default: as for pytest)")
@click.option("--prices", type=PATH, metavar="FILE", help="prices of models (default: as for pytest)")
@json_option()
@project_option
def plan(chosen: Chosen) -> int:
    """Print what a suite asks and what its gates can detect."""
    from llmrobust.gate.forecast import forecast
    from llmrobust.models.choices import model_choices
    from llmrobust.models.specs import known_context

    if not 0 <= chosen.likeness <= 1:
        print("--likeness must be between 0 and 1", file=sys.stderr)
        return 2
    plans, project = plans_in_project(chosen)
    models = model_choices(chosen.llm) if chosen.llm else project.settings.models
    contexts = [size for model in models if (size := known_context(model.specs))]
    found = [forecast(one, chosen.likeness, min(contexts, default=0)) for one in plans]
    prices = project.settings.prices if chosen.prices is None else _prices(chosen.prices)
    money = [] if prices is None else [_money(found, model, prices) for model in models]
    if chosen.json:
        forms = [one.as_json() for one in found]
        if prices is not None:
            forms[0]["cost"] = {"currency": prices.currency, "models": [one.form for one in money]}
        print(json.dumps(forms[0] if len(forms) == 1 else forms, indent=2, ensure_ascii=False))
    else:
        print("\n".join(line for one in found for line in one.lines()))
        if len(plans) > 1 or len(models) > 1:
            print("\n".join(_together(plans, models)))
        for one in money:
            print(one.words)
    return 1 if any(gate.hopeless for one in found for gate in one.gates) else 0


def _prices(path: Path) -> Prices:
    """The prices of a file. Raises SuiteError, or WrongUse where there is none."""
    from llmrobust.suitefile.prices_file import read_prices

    return read_prices(readable_file(path, "a file of prices"))


class _Money(NamedTuple):
    """What a model would cost, for a person and for machines."""

    words: str
    form: dict[str, Any]


def _money(found: Sequence[Forecast], model: ModelChoice, prices: Prices) -> _Money:
    """What all prompts of a suite cost on a model that has answered none of them yet; None in the form without a price.

    The judge's and the embedder's tokens depend on the answers, and are not in it.
    """
    from llmrobust.prices import shown_money
    from llmrobust.results.cost import spec_names

    price = prices.of(model.label, *(name for spec in model.specs for name in spec_names(spec)))
    if price is None:
        words = f"cost on {model.label}: unknown, as the prices have no model of this name"
        return _Money(words, {"model": model.label, "input": None, "output_at_most": None})
    read = price.money(sum(one.tokens_with_methods for one in found), 0, 0)
    written = price.money(0, 0, sum(one.new_tokens for one in found))
    judged = sum(one.judged for one in found)
    words = (
        f"cost on {model.label}: about {shown_money(read, prices.currency)} for prompts, at most "
        f"{shown_money(written, prices.currency)} for answers, if nothing is in the store"
    )
    if judged:
        words += f"; {many(judged, 'prompt')} for the judge come on top"
    return _Money(words, {"model": model.label, "input": read, "output_at_most": written})


def _together(plans: Sequence[Plan], models: Sequence[ModelChoice]) -> Iterator[str]:
    """What prompts and models ask together: equal prompts of one model are sent once."""
    distinct = len({request for plan in plans for request in plan.requests()})
    asked = f"{many(len(plans), 'prompt')} of the suite: {distinct:,} distinct prompts together"
    if len(models) > 1:
        asked += f", {distinct * len(models):,} for the {len(models)} models {', '.join(one.label for one in models)}"
    yield asked
