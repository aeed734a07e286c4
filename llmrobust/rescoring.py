"""Stored replies judged again, by a suite whose reading of answers, gold answers or gates changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from llmrobust import __version__
from llmrobust.errors import ReportError
from llmrobust.plan import Case, Plan
from llmrobust.report.references import named_few, other_settings
from llmrobust.report.result import CaseResult, RunResult, SuiteResult
from llmrobust.report.stored import suite_in
from llmrobust.request import Failure, FailureKind, Reply, Response
from llmrobust.run import SuiteRun

Key = tuple[str, str, str, int]
"""Use, variant, example and repeat: which case of a suite it is."""


def rescored(run: RunResult, plan: Plan, path: Path, root: Path) -> tuple[RunResult, SuiteResult]:
    """The run with one suite judged again from its replies, and that suite.

    plan: of the suite as it is now. path: the file that the run was read from, for messages. root: of the project. The
    noise floor stays where answers are read as before, and is not known otherwise: its replies are not kept. An
    unchanged suite gives the identical run. Raises ReportError where replies are not those to the suite's prompts, or
    are of no use to how it reads answers now.
    """
    suite = plan.suite
    stored = suite_in(run, suite, path)
    problem = next(_problems(stored, plan), None)
    if problem is not None:
        raise ReportError(f"{path}: {problem}")
    cases = {_key(case): case for case in plan.cases}
    chosen = [cases[_key_of(case)] for case in stored.cases]
    replies = {now.request: _reply(then) for now, then in zip(chosen, stored.cases, strict=True)}
    noise = stored.noise if stored.answer == suite.answer and suite.noise_floor is not None else None
    again = replace(SuiteRun.of(plan, replies, chosen, run.manifest.model), noise=noise).result(root)
    suites = tuple(again if one is stored else one for one in run.suites)
    return replace(run, suites=suites, manifest=replace(run.manifest, llmrobust=__version__)), again


def changed_verdicts(before: SuiteResult, after: SuiteResult) -> list[tuple[CaseResult, CaseResult]]:
    """The cases whose answer or status is another one after scoring again, as (old, new)."""
    pairs = zip(before.cases, after.cases, strict=True)
    return [(old, new) for old, new in pairs if (old.answer, old.status) != (new.answer, new.status)]


def _problems(stored: SuiteResult, plan: Plan) -> Iterator[str]:
    """Why a suite's replies cannot be judged again, in words; each only holds where those before it do not."""
    if not stored.replies_kept:
        yield "holds no replies, as baselines do not; rescore the run that it was saved from"
        return
    if stored.waves is not None:
        yield "was asked in waves, which its gates have used up; run it again without --robust-sequential"
    sampling = other_settings(stored.sampling, plan.suite.sampling)
    if sampling:
        yield f"answers were drawn otherwise: {sampling}; run it again"
    yield from _other_prompts(stored, plan)
    originals = {(case.example, case.repeat) for case in stored.cases if case.is_original}
    alone = [case.name for case in stored.cases if (case.example, case.repeat) not in originals]
    if alone:
        yield (
            f"{len(alone):,} of its cases stand without the reply to their unperturbed prompt ({named_few(alone)}), "
            "as the originals were not selected; run the whole suite"
        )
    yield from _other_scoring(stored, plan)


def _other_prompts(stored: SuiteResult, plan: Plan) -> Iterator[str]:
    """Cases that only one of run and suite has, and those with other prompts."""
    now = {_key(case): case for case in plan.cases}
    then = {_key_of(case): case for case in stored.cases}
    gone = [case.name for key, case in then.items() if key not in now]
    if gone:
        yield f"{len(gone):,} of its {len(then):,} cases are no longer in the suite ({named_few(gone)}); run it again"
    whole = len(stored.cases) == stored.planned
    new = [_name(case) for key, case in now.items() if key not in then]
    if new and whole:
        yield f"{len(new):,} of the suite's {len(now):,} cases were not asked ({named_few(new)}); run it again"
    others = [case.name for key, case in then.items() if now[key].request.messages != case.prompt]
    if others:
        which = f"{len(others):,} of its {len(then):,} prompts differ ({named_few(others)})"
        yield f"is of another prompt: {which}; run it again"
    if stored.answer is not None and stored.choices == plan.suite.answer.choices:
        scoring = stored.answer.scoring
        if any(replace(now[key].request, scoring=scoring).content_hash() != case.request for key, case in then.items()):
            yield "its prompts are the suite's, but were sent otherwise (as a chat or a completion); run it again"


def _other_scoring(stored: SuiteResult, plan: Plan) -> Iterator[str]:
    """Replies that were taken in a way which says nothing of the answers that are looked for now."""
    answer = plan.suite.answer
    answered = [case for case in stored.cases if case.scored_by is not None]
    if stored.choices != answer.choices:
        bound = [case for case in answered if case.scored_by != "text"]
        if bound:
            ways = " or ".join(sorted({_WAYS[str(case.scored_by)] for case in bound}))
            yield (
                f"{len(bound):,} of its {len(stored.cases):,} cases were scored by {ways} of the choices "
                f"[{', '.join(stored.choices)}]; other choices cannot be scored without asking again"
            )
    scoring = None if stored.answer is None else stored.answer.scoring
    if answer.scoring not in ("auto", scoring):
        others = [case for case in answered if case.scored_by != answer.scoring]
        if others:
            yield (
                f"the suite wants answers scored by {_WAYS[answer.scoring]}, and {len(others):,} of "
                f"{len(stored.cases):,} cases were not; run it again"
            )


_WAYS = {"logprobs": "label log-probabilities", "constrained": "constrained generation", "text": "text"}


def _reply(case: CaseResult) -> Reply:
    """The reply that a case was judged by."""
    if case.scored_by is None:
        kind, _, message = case.reason.partition(": ")
        known: Sequence[Any] = get_args(FailureKind)
        return Failure(kind, message) if kind in known else Failure("malformed", case.reason)  # type: ignore[arg-type]
    return Response(case.text, case.finish_reason, case.scored_by, case.logprobs)  # type: ignore[arg-type]


def _key(case: Case) -> Key:
    return case.use, case.variant, case.example.id, case.repeat


def _key_of(case: CaseResult) -> Key:
    return case.use, case.variant, case.example, case.repeat


def _name(case: Case) -> str:
    return f"{case.use}/{case.variant}[{case.example.id}]"
