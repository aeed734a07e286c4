"""The runs of all shards of a run put together, judged and gated as if one machine had run everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from llmrobust import __version__
from llmrobust.errors import ReportError
from llmrobust.gate import NoiseFloor
from llmrobust.models.protocol import IDENTIFIED_BY, SESSION_ONLY
from llmrobust.plan import CaseKey, Plan
from llmrobust.results.judge_result import JudgeResult
from llmrobust.results.run_data import EmbedderFacts, JudgeFacts, ModelFacts, ModelRun, Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.runner import rescored
from llmrobust.score.case_result import CaseResult
from llmrobust.score.opinions import Opinions
from llmrobust.score.priors import Prior
from llmrobust.shard import Shard
from llmrobust.text.phrases import many

Runs = Sequence[tuple[Path, RunResult]]
LoadPlan = Callable[[SuiteResult], Plan]
"""Finds a stored suite's file and plans it. Raises ReportError where that cannot be done."""
_OF_SUITE: Mapping[str, str] = {
    "digest": "the suite file",
    "prompt_digest": "the prompt",
    "digests": "the examples",
    "clusters": "the clusters of the examples",
    "uses": "the operators or what they made of the examples",
    "answer": "how answers are read",
    "sampling": "how answers are sampled",
    "seed": "the seed",
    "repeats": "the number of repeats",
    "methods": "the methods that are compared",
    "strict": "whether cases are strict",
    "scoring": "how labels are scored",
    "changed": "what changed since a revision",
}
"""What all shards of a suite have in common, and how a message calls it."""


def merged_run(runs: Runs, load_plan: LoadPlan, root: Path) -> RunResult:
    """One run from those of all shards: equal to that of one machine but for the counts of requests and the time.

    runs: each with the file that it was read from, in any order. root: of the project. The replies are judged again
    together and the gates decided on all of them. Raises ReportError, which names the file, where a shard is missing
    or there twice, where shards are of different suites, models or versions, or lack cases.
    """
    labels = [one.label for one in runs[0][1].models]
    for path, run in runs:
        if [one.label for one in run.models] != labels:
            raise ReportError(f"{path}: is of other models than {runs[0][0]}; run all shards with the same arguments")
    if not labels:
        return _merged_of_model(runs, load_plan, root)
    wholes = {
        label: _merged_of_model([(path, run.by_model(label)) for path, run in runs], load_plan, root)
        for label in labels
    }
    suites = {suite.name: suite for label, whole in wholes.items() for suite in _by_model(whole, label)}
    facts = [(label, whole.manifest.model) for label, whole in wholes.items() if whole.manifest.model is not None]
    first = wholes[labels[0]]
    return replace(
        first,
        manifest=replace(first.manifest, model=ModelFacts.together(facts) if facts else None),
        suites=tuple(suites[suite.name] for suite in runs[0][1].suites),
        requests=Requests.total([whole.requests for whole in wholes.values()]),
        timing=Timing(max(run.timing.busy_s for _, run in runs)),
        models=tuple(ModelRun(label, whole.manifest.model, whole.requests) for label, whole in wholes.items()),
    )


def _by_model(run: RunResult, label: str) -> list[SuiteResult]:
    return [suite.by_model(label) for suite in run.suites]


def _merged_of_model(runs: Runs, load_plan: LoadPlan, root: Path) -> RunResult:
    """One run from those of all shards of one model."""
    ordered = _in_order(runs)
    first_path, first = ordered[0]
    model = _same_model(ordered)
    _same_versions(ordered)
    names = [(suite.name, suite.path) for suite in first.suites]
    for path, run in ordered:
        if [(suite.name, suite.path) for suite in run.suites] != names:
            raise ReportError(f"{path}: holds other suites than {first_path}; run all shards with the same arguments")
    merged = RunResult(
        replace(first.manifest, shard="", model=model),
        (),
        Requests.total([run.requests for _, run in ordered]),
        Timing(max(run.timing.busy_s for _, run in ordered)),
        _judges([run for _, run in ordered]),
        embedders=_embedders([run for _, run in ordered]),
        prices=first.prices if all(run.prices == first.prices for _, run in ordered) else None,
    )
    for number in range(len(names)):
        parts = [(path, run.suites[number]) for path, run in ordered]
        plan = load_plan(parts[0][1])
        whole = _whole_suite(parts, plan)
        _, judged = rescored(replace(merged, suites=(whole,)), plan, first_path, root)
        marks = {case.key: case.changed for case in whole.cases}
        cases = tuple(replace(case, changed=marks[case.key]) for case in judged.cases)
        merged = replace(merged, suites=(*merged.suites, replace(judged, cases=cases, changed=whole.changed)))
    return merged


def _in_order(runs: Runs) -> list[tuple[Path, RunResult]]:
    """The runs by the numbers of their shards, which are all there."""
    found: dict[int, tuple[Path, RunResult]] = {}
    of = 0
    for path, run in runs:
        if not run.manifest.shard:
            raise ReportError(
                f"{path}: is not one shard of a run; pytest --robust-shard K/N --robust-json FILE makes one"
            )
        shard = Shard.read(run.manifest.shard)
        if of and shard.of != of:
            raise ReportError(f"{path}: is shard {shard}, but {runs[0][0]} is one of {of}")
        of = shard.of
        if shard.number in found:
            raise ReportError(f"{path}: is shard {shard}, and so is {found[shard.number][0]}")
        found[shard.number] = path, run
    missing = [f"{number}/{of}" for number in range(1, of + 1) if number not in found]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5:,} more" if len(missing) > 5 else "")
        raise ReportError(f"{many(len(missing), 'shard')} missing: {shown}; gates need all of them")
    return [found[number] for number in sorted(found)]


def _same_model(runs: Runs) -> ModelFacts | None:
    """The model that answered; shards without a case asked none."""
    first: tuple[Path, ModelFacts] | None = None
    for path, run in runs:
        model = run.manifest.model
        if model is None or not any(suite.cases for suite in run.suites):
            continue
        if first is None:
            first = path, model
        elif model.fingerprint != first[1].fingerprint:
            unknown = dict(model.details).get(IDENTIFIED_BY, "").startswith(SESSION_ONLY)
            why = "; a server that cannot be identified counts as another one in every session" if unknown else ""
            raise ReportError(
                f"{path}: was answered by another model ({model.spec}) than {first[0]} ({first[1].spec}){why}"
            )
    return None if first is None else first[1]


def _same_versions(runs: Runs) -> None:
    """Raises ReportError where shards, or this llmrobust, are of different versions."""
    first_path, first = runs[0]
    for path, run in runs:
        for what, mine, others in (
            ("llmrobust", run.manifest.llmrobust, first.manifest.llmrobust),
            ("the English pipeline", run.manifest.english, first.manifest.english),
        ):
            if mine != others:
                raise ReportError(
                    f"{path}: was made with {what} {mine or '(none)'}, {first_path} with {others or '(none)'}"
                )
    if first.manifest.llmrobust != __version__:
        made = first.manifest.llmrobust
        raise ReportError(
            f"{first_path}: was made with llmrobust {made}; merge it with that version, this is {__version__}"
        )


def _whole_suite(parts: Sequence[tuple[Path, SuiteResult]], plan: Plan) -> SuiteResult:
    """The suite with the cases of all shards in the plan's order, and all else that shards have a part of."""
    first_path, first = next((pair for pair in parts if pair[1].cases), parts[0])
    for path, part in parts:
        for name, called in _OF_SUITE.items():
            is_known = part.cases or name != "scoring"  # decided by replies
            if is_known and getattr(part, name) != getattr(first, name):
                raise ReportError(f"{path}: {part.name}: {called} is not the same as in {first_path}")
    if first.digest != plan.suite.digest:
        raise ReportError(
            f"{first_path}: {first.name}: {first.path} has changed since; merge where the shards were run"
        )
    held: dict[CaseKey, CaseResult] = {}
    for path, part in parts:
        if part.sent:
            asked = ", ".join(one.label for one in part.sent)
            raise ReportError(f"{path}: {part.name}: methods that send prompts of their own need one run: {asked}")
        if not part.replies_kept:
            raise ReportError(f"{path}: {part.name}: keeps no replies (baselines do not)")
        for case in part.cases:
            if case.key in held:
                raise ReportError(f"{path}: {part.name}: {case.name} is in another shard, too")
            held[case.key] = case
    skipped = sum(dict(part.left_out).get("too_long", 0) for _, part in parts)
    _all_there(parts, plan, held, skipped)
    left_out = [pair for pair in first.left_out if pair[0] != "too_long"]
    return replace(
        first,
        cases=tuple(held[case.key] for case in plan.cases if case.key in held),
        planned=len(held),
        left_out=(*left_out, *([("too_long", skipped)] if skipped else [])),
        noise=_noise([part for _, part in parts], plan),
        priors=_priors([part for _, part in parts], plan),
        judge=_judged([part for _, part in parts], plan),
    )


def _all_there(
    parts: Sequence[tuple[Path, SuiteResult]], plan: Plan, held: Mapping[CaseKey, CaseResult], skipped: int
) -> None:
    """Raises ReportError where shards lack cases of their examples, or have cases that are not planned."""
    planned = {case.key: case for case in plan.cases}
    strange = next((case for key, case in held.items() if key not in planned), None)
    if strange is not None:
        raise ReportError(
            f"{parts[0][1].name}: the suite as it is here has no case {strange.name}; its data has changed"
        )
    missing = [case for case in plan.cases if case.key not in held]
    whole = {case.example.id for case in missing} - {key.example for key in held}
    if skipped and len(whole) == skipped and all(case.example.id in whole for case in missing):
        return  # too long for the model, left out by `too_long: skip`
    if missing:
        shard = next(
            str(path)
            for number, (path, _) in enumerate(parts, 1)
            if Shard(number, len(parts)).holds(plan.suite.name, missing[0].example)
        )
        raise ReportError(
            f"{shard}: {plan.suite.name}: {len(missing):,} of {many(len(plan.cases), 'case')} are missing, such as "
            f"{missing[0].use}/{missing[0].variant}[{missing[0].example.id}]: run the shard to its end, and without -k"
        )


def _noise(parts: Sequence[SuiteResult], plan: Plan) -> NoiseFloor | None:
    """The noise floor of all shards; None unless every probe was answered."""
    asked: dict[str, int] = {}
    flipped: dict[str, int] = {}
    for noise in (part.noise for part in parts if part.noise is not None):
        for name, times, differs in zip(noise.examples, noise.asked, noise.flipped, strict=True):
            asked[name], flipped[name] = int(times), int(differs)
    order = dict.fromkeys(probe.example.id for probe in plan.probes)
    if not order or any(name not in asked for name in order):
        return None
    return NoiseFloor.of({name: asked[name] for name in order}, flipped)


def _priors(parts: Sequence[SuiteResult], plan: Plan) -> tuple[Prior, ...]:
    """What formats make of inputs without content, in the plan's order."""
    found = {(one.content, one.column): one for part in parts for one in part.priors}
    order = dict.fromkeys((one.content, one.column) for one in plan.content_free)
    return tuple(found[key] for key in order if key in found)


def _judged(parts: Sequence[SuiteResult], plan: Plan) -> JudgeResult | None:
    """All opinions of the suite's judge."""
    known = {key: one for part in parts if part.judge is not None for key, one in part.judge.opinions}
    spec = plan.suite.answer.judge
    return None if spec is None or not known else JudgeResult.of(Opinions(spec, known))


def _embedders(runs: Sequence[RunResult]) -> tuple[EmbedderFacts, ...]:
    """The embedders of all shards, with what they were sent in all of them."""
    by_spec: dict[str, list[Requests]] = {}
    for run in runs:
        for one in run.embedders:
            by_spec.setdefault(one.spec, []).append(one.requests)
    return tuple(EmbedderFacts(spec, Requests.total(some)) for spec, some in by_spec.items())


def _judges(runs: Sequence[RunResult]) -> tuple[JudgeFacts, ...]:
    """The judges of all shards, with what they were sent in all of them."""
    by_specs: dict[tuple[str, ...], list[JudgeFacts]] = {}
    for run in runs:
        for one in run.judges:
            by_specs.setdefault(one.specs, []).append(one)
    return tuple(
        JudgeFacts(
            specs, next((one.model for one in some if one.model), None), Requests.total([one.requests for one in some])
        )
        for specs, some in by_specs.items()
    )
