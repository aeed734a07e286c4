"""`replay`: one case against a model, with everything that there is to see."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import Chosen, colour_option, command, json_option, project_option
from llmrobust.cli.node_ids import case_named, column_named, split_node_id, suite_path
from llmrobust.cli.project import project_of
from llmrobust.errors import WrongUse, without_credentials
from llmrobust.text.colour import wants_colour

if TYPE_CHECKING:
    from llmrobust.engine import Store
    from llmrobust.models.protocol import Model, ModelInfo
    from llmrobust.plan import Case, Plan
    from llmrobust.report.case_details import CloseUp
    from llmrobust.request import Reply, Request
    from llmrobust.score.model_judge import Judges


@command(
    "Rerun one case of a suite together with its unperturbed prompt. Shows the prompt with its edits marked, its "
    "tokens, the request, the answers, the label probabilities, and how the answers were read. The reply store is "
    "not used by default. Exit code 1: the case did not pass every time.",
    [
        (
            "llmrobust replay 'suites/triage.robust.yaml::typo::keyboard-0[ex-001]'",
            "quoted: shells expand brackets",
        ),
        ("llmrobust replay --times 20 'suites/triage.robust.yaml::original::plain[ex-001]'", "is it noise?"),
    ],
)
@click.argument(
    "node",
    type=click.Path(),
    metavar="NODEID",
    nargs=-1,
    required=True,
    help="the test's id as pytest prints it, in quotes",
)
@click.option("--llm", metavar="SPEC", multiple=True, help="as for pytest (default: as for pytest)")
@click.option("--times", type=int, metavar="N", default=1, help="send N times (default: 1)")
@click.option("--use-store", is_flag=True, help="use pytest's reply store where it has a reply, and store new ones")
@json_option()
@colour_option
@project_option
def replay(chosen: Chosen) -> int:
    """Ask one case again and print everything about it."""
    from llmrobust.engine import Store
    from llmrobust.loading import load_plans
    from llmrobust.models import parse_specs
    from llmrobust.report.case_details import closeup_json, closeup_lines
    from llmrobust.score.embedding import keep_vectors_in
    from llmrobust.score.model_judge import Judges

    if chosen.times < 1:
        raise WrongUse(f"--times must be at least 1, not {chosen.times}")
    options = _options(chosen)
    path, name = split_node_id(chosen.node, options)
    project = project_of([path if path.exists() else Path.cwd()], noconftest=chosen.noconftest)
    path = suite_path(path, project.root)
    given = project.settings if not chosen.llm else replace(project.settings, specs=tuple(chosen.llm))
    plan, name, named = column_named(load_plans(path, project.root), name, given.models, path)
    case = case_named(plan, name, path, options)
    specs = named or given.one_model
    settings = replace(project.settings, specs=specs)
    keep_vectors_in(settings.store, specs)
    model = parse_specs(specs)
    kept = project.settings.store if chosen.use_store else None
    store, judges = Store(kept), Judges(replace(settings, store=kept).judge_engine_of)
    try:
        seen = asyncio.run(_seen(model, store, plan, case, chosen, judges))
    finally:
        store.close()
        judges.close()
    if chosen.json:
        print(json.dumps(closeup_json(seen), indent=2, ensure_ascii=False))
    else:
        print("\n".join(closeup_lines(seen, wants_colour(chosen.color))))
    return 0 if seen.passed else 1


def _options(chosen: Chosen) -> str:
    """The options that another `replay` needs to ask the same model in the same project, as typed."""
    words = [word for spec in chosen.llm for word in ("--llm", spec)] + ["--noconftest"] * chosen.noconftest
    return "".join(f" {shlex.quote(without_credentials(word))}" for word in words)


async def _seen(model: Model, store: Store, plan: Plan, case: Case, chosen: Chosen, judges: Judges) -> CloseUp:
    """The case, sent as often as requested and judged. Raises ModelError."""
    from llmrobust.models.protocol import TellsTokens
    from llmrobust.report.case_details import Asked, CloseUp
    from llmrobust.score.judging import judge
    from llmrobust.score.scoring_choice import as_text

    original = plan.originals()[case.example.id, case.repeat]
    try:
        info = await model.open()
        written = await _is_written(model, info, store, plan)
        first, second = (as_text(one.request) if written else one.request for one in (original, case))
        asked = [*_again(first, chosen.times), *_again(second, chosen.times)]
        replies, stored = await _replies(model, info, store, list(dict.fromkeys(asked)))
        tokens = await model.prompt_tokens(case.request) if isinstance(model, TellsTokens) else ()
    finally:
        await model.close()
    originals = [replies[request] for request in asked[: chosen.times]]
    opinions = judges.opinions(plan.suite.answer)

    def judged() -> list[Asked]:
        return [
            Asked(
                reply,
                judge(plan.suite, case, reply, original, clean, opinions),
                clean,
                judge(plan.suite, original, clean, original, clean, opinions),
            )
            for reply, clean in zip((replies[request] for request in asked[chosen.times :]), originals, strict=True)
        ]

    times = judged()
    while opinions is not None and opinions.settle():
        times = judged()
    return CloseUp(chosen.node[0], info, case, original, tuple(times), tokens, stored)


async def _is_written(model: Model, info: ModelInfo, store: Store, plan: Plan) -> bool:
    """Whether the suite's run reads what the model writes, because its sample for `scoring: auto` decided it."""
    from llmrobust.score.scoring_choice import as_text, candidate_of, is_open, scoring_choice, scoring_sample

    if not is_open(plan) or info.scoring[:1] == ("text",):
        return False
    sample = scoring_sample(plan)
    scored, _ = await _replies(model, info, store, list(dict.fromkeys(one.request for one in sample)))
    best = [scored[one.request] for one in sample]
    if candidate_of(best) == "text":
        return False
    written, _ = await _replies(model, info, store, list(dict.fromkeys(as_text(one.request) for one in sample)))
    choice = scoring_choice(plan, sample, best, [written[as_text(one.request)] for one in sample])
    return choice.way == "text"


def _again(request: Request, times: int) -> list[Request]:
    """The request and its repeats, distinguished by a number like those for the noise floor."""
    from llmrobust.plan import PROBE

    return [request, *(replace(request, repeat=PROBE + number) for number in range(times - 1))]


async def _replies(
    model: Model, info: ModelInfo, store: Store, requests: Sequence[Request]
) -> tuple[dict[Request, Reply], int]:
    """Every request's reply, and how many of them were in the store."""
    from llmrobust.engine.reply_store import store_key
    from llmrobust.request import Response

    keys = {request: store_key(info.fingerprint, request) for request in requests}
    kept = store.find(list(keys.values()))
    replies: dict[Request, Reply] = {request: kept[key] for request, key in keys.items() if key in kept}
    batches: dict[object, list[Request]] = {}
    for request in requests:
        if request not in replies:
            batches.setdefault(request.batch_key(), []).append(request)
    for batch in batches.values():
        for start in range(0, len(batch), info.max_batch):
            part = batch[start : start + info.max_batch]
            answers = await model.answer(part)
            replies.update(zip(part, answers, strict=True))
            store.keep(
                (keys[one], reply) for one, reply in zip(part, answers, strict=True) if isinstance(reply, Response)
            )
    return replies, len(kept)
