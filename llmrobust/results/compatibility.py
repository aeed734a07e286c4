"""May this stored run be used with the suite as it is now? One table of checks for each use that is made of a run."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from llmrobust.errors import ReportError
from llmrobust.gate import Incompatibility, Reference
from llmrobust.gate.incompatibility import SAVE
from llmrobust.models.choices import spec_again
from llmrobust.plan import Case, Plan
from llmrobust.request import Request
from llmrobust.results.differences import (
    changed_cases,
    changed_contents,
    changed_examples,
    changed_model,
    changed_parameters,
    changed_sampling,
    changed_settings,
    changed_uses,
    changed_versions,
    named_few,
)
from llmrobust.results.digests import prompt_digest
from llmrobust.results.json_reader import lacks, read_run, stored_table, suite_in
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.verdict import Status
from llmrobust.suitefile.paths import baseline_file
from llmrobust.suitefile.suite import Side, Suite
from llmrobust.text.phrases import many

Use = Literal["gates", "reference", "baseline", "save", "rescore"]
"""What a stored run is used for: to decide its suite's gates again, as a run that gates compare with (`against: FILE`),
as the suite's baseline, to be saved as a baseline, to judge its replies again."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A stored run of a suite and the suite as it is now. plan: where the use needs its cases."""

    stored: SuiteResult
    use: Use
    now: Suite | None
    planned: Plan | None

    @property
    def suite(self) -> Suite:
        assert self.now is not None, self.use
        return self.now

    @property
    def plan(self) -> Plan:
        assert self.planned is not None, self.use
        return self.planned

    @property
    def again(self) -> str:
        """How to get a run that can be used."""
        return _AGAIN[self.use]


Check = Callable[[_Pair], Iterator[Incompatibility]]
_AGAIN: Mapping[Use, str] = {
    "gates": "run it again: pytest --robust-json",
    "reference": "store a run of the suite as it is now",
    "baseline": SAVE,
    "save": "run the whole suite",
    "rescore": "run it again",
}
_WAYS = {"logprobs": "label log-probabilities", "constrained": "constrained generation", "text": "text"}


def incompatibilities(
    use: Use, stored: SuiteResult, suite: Suite | None = None, plan: Plan | None = None
) -> Iterator[Incompatibility]:
    """Every reason why a suite's stored run cannot be used, the plainest first.

    suite, plan: the suite as it is now; "save" needs neither, "gates" and "rescore" need the plan. A later reason of
    "rescore" may follow from an earlier one.
    """
    pair = _Pair(stored, use, plan.suite if plan is not None else suite, plan)
    for check in CHECKS[use]:
        found = list(check(pair))
        yield from found
        if found and found[0].kind in _FINAL:
            return


def _holds_cases(pair: _Pair) -> Iterator[Incompatibility]:
    if not pair.stored.cases:
        yield Incompatibility("empty", "it has no cases", "")


def _keeps_replies(pair: _Pair) -> Iterator[Incompatibility]:
    if not pair.stored.replies_kept:
        yield Incompatibility("replies", "it keeps no replies (baselines do not)", "rescore the run it was saved from")


def _at_once(pair: _Pair) -> Iterator[Incompatibility]:
    if pair.stored.waves is not None:
        remedy = pair.again if pair.use == "baseline" else "run it again without --robust-sequential"
        yield Incompatibility("partial", "it was asked in waves, so each gate saw only part of the cases", remedy)


def _whole(pair: _Pair) -> Iterator[Incompatibility]:
    missing = lacks(pair.stored)
    if missing:
        failed = len(pair.stored.cases) == pair.stored.planned
        remedy = "gates judge whole suites only" if pair.use == "gates" else pair.again
        yield Incompatibility("unanswered" if failed else "partial", missing, remedy)


def _all_asked(pair: _Pair) -> Iterator[Incompatibility]:
    if pair.stored.waves is None and len(pair.stored.cases) != pair.stored.planned:
        yield Incompatibility("partial", lacks(pair.stored), pair.again)


def _all_answered(pair: _Pair) -> Iterator[Incompatibility]:
    failed = pair.stored.statuses()[Status.NO_ANSWER]
    if failed:
        reason = f"{failed:,} of its {pair.stored.planned:,} cases got no answer"
        yield Incompatibility("unanswered", reason, "find out why, and run it again")


def _gates_pass(pair: _Pair) -> Iterator[Incompatibility]:
    """An unevaluated gate against the baseline itself does not count: a new baseline is what it needs."""
    gates = pair.stored.decisions
    failing = [one for one in gates if not one.tolerated and not one.cause.startswith("baseline-")]
    for status in dict.fromkeys(one.status for one in failing):
        names = [one.id for one in failing if one.status is status]
        yield Incompatibility("gates", f"{len(names)} of its {len(gates)} gates: {status} ({named_few(names)})", "")


def _same_cases(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_cases(pair.stored, pair.plan)
    kind = "stale"
    if not changed:
        kind, changed = "operator-versions", changed_versions(pair.stored, pair.suite)
    if changed:
        yield Incompatibility(kind, f"it was made from another version of the suite: {changed}", pair.again)


def _same_versions(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_versions(pair.stored, pair.suite)
    if changed:
        yield Incompatibility("operator-versions", changed, pair.again)


def _same_contents(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_contents(pair.stored, pair.suite)
    if changed:
        reason = (
            f"{len(changed)} of its examples had different contents ({changed[0]} first); "
            "give each example its own `id`, so that like is compared with like"
        )
        yield Incompatibility("stale", reason, pair.again)


def _same_examples(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_examples(pair.stored, pair.suite)
    if changed:
        yield Incompatibility("stale", f"the examples have changed: {changed}", pair.again)


def _same_uses(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_uses(pair.stored, pair.suite)
    if changed:
        yield Incompatibility("operators", f"the operators have changed ({changed})", pair.again)


def _same_parameters(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_parameters(pair.stored, pair.suite)
    if changed:
        yield Incompatibility("operator-parameters", changed, pair.again)


def _same_reading(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_settings(pair.stored.answer, pair.suite.answer)
    if changed:
        remedy = f"{pair.again}, or: llmrobust rescore RUN SUITE"
        yield Incompatibility("answer", f"answers were read differently: {changed}", remedy)


def _same_verdicts(pair: _Pair) -> Iterator[Incompatibility]:
    """Like `_same_reading`; how much agreement gates demand of a judge is a bound, which is for them to change."""
    then, now = pair.stored.answer, pair.suite.answer
    if then is not None and then.judge is not None and now.judge is not None:
        then = replace(then, judge=replace(then.judge, kappa_min=now.judge.kappa_min))
    changed = "" if then is None else changed_settings(then, now)
    if changed:
        yield Incompatibility("answer", f"answers were read differently: {changed}", "llmrobust rescore RUN SUITE")


def _same_sampling(pair: _Pair) -> Iterator[Incompatibility]:
    changed = changed_sampling(pair.stored, pair.suite, repeats=pair.use == "baseline")
    if changed:
        yield Incompatibility("sampling", f"answers were sampled differently: {changed}", pair.again)


def _same_prompts(pair: _Pair) -> Iterator[Incompatibility]:
    stored, again = pair.stored, pair.again
    now = {case.key: case for case in pair.plan.cases}
    then = {case.key: case for case in stored.cases}
    gone = [case.name for key, case in then.items() if key not in now]
    if gone:
        reason = f"{len(gone):,} of its {len(then):,} cases are no longer in the suite ({named_few(gone)})"
        yield Incompatibility("stale", reason, again)
        return
    new = [_name(case) for key, case in now.items() if key not in then]
    if new and len(stored.cases) == stored.planned:
        reason = f"{len(new):,} of the suite's {len(now):,} cases were not asked ({named_few(new)})"
        yield Incompatibility("stale", reason, again)
    changed = [case.name for key, case in then.items() if now[key].request.messages != case.prompt]
    if changed:
        reason = f"the prompt has changed: {len(changed):,} of its {len(then):,} prompts differ ({named_few(changed)})"
        yield Incompatibility("prompt", reason, again)
    comparable = stored.answer is not None and stored.choices == pair.suite.answer.choices
    if comparable and any(_as_sent(now[key], pair).content_hash() != case.request for key, case in then.items()):
        reason = "it has the suite's prompts, but they were sent differently (as a chat or a completion)"
        yield Incompatibility("prompt", reason, again)


def _as_sent(case: Case, pair: _Pair) -> Request:
    """The request of a case of the plan, scored and limited as in the stored run: another check may have changed both.

    The seed is that of its repeat, and the limit that of its example where the suite names a field for it.
    """
    stored, request = pair.stored, case.request
    sampling = request.sampling
    if stored.sampling is not None and pair.suite.max_tokens_field is None:
        sampling = replace(sampling, max_tokens=stored.sampling.max_tokens)
    return replace(request, scoring=stored.answer.scoring if stored.answer else request.scoring, sampling=sampling)


def _has_originals(pair: _Pair) -> Iterator[Incompatibility]:
    cases = pair.stored.cases
    originals = {(case.example, case.repeat) for case in cases if case.is_original}
    alone = [case.name for case in cases if (case.example, case.repeat) not in originals]
    if alone:
        reason = f"{many(len(alone), 'case')} came without the reply to the unperturbed prompt ({named_few(alone)})"
        yield Incompatibility("partial", reason, "the originals were not selected: run the whole suite")


def _same_scoring(pair: _Pair) -> Iterator[Incompatibility]:
    """Replies scored in a way that does not give the answers that are wanted now."""
    stored, answer = pair.stored, pair.suite.answer
    answered = [case for case in stored.cases if case.scored_by is not None]
    if stored.choices != answer.choices:
        bound = [case for case in answered if case.scored_by != "text"]
        if bound:
            ways = " or ".join(sorted({_WAYS[str(case.scored_by)] for case in bound}))
            reason = (
                f"{len(bound):,} of its {len(stored.cases):,} cases were scored by {ways} of the choices "
                f"[{', '.join(stored.choices)}]"
            )
            yield Incompatibility("scoring", reason, "other choices cannot be scored without asking again")
    scoring = None if stored.answer is None else stored.answer.scoring
    if answer.scoring not in ("auto", scoring):
        others = [case for case in answered if case.scored_by != answer.scoring]
        if others:
            reason = (
                f"the suite wants answers scored by {_WAYS[answer.scoring]}, and {len(others):,} of "
                f"{len(stored.cases):,} cases were not"
            )
            yield Incompatibility("scoring", reason, pair.again)


CHECKS: Mapping[Use, tuple[Check, ...]] = {
    "gates": (_at_once, _whole, _same_cases, _same_verdicts),
    "reference": (_whole, _same_versions, _same_contents, _same_parameters, _same_reading),
    "baseline": (
        _at_once,
        _whole,
        _same_versions,
        _same_examples,
        _same_uses,
        _same_parameters,
        _same_reading,
        _same_sampling,
    ),
    "save": (_holds_cases, _at_once, _all_asked, _all_answered, _gates_pass),
    "rescore": (_keeps_replies, _at_once, _same_sampling, _same_prompts, _has_originals, _same_scoring),
}
"""What each use of a stored run demands of it, in the order in which reasons are given."""
_FINAL = ("empty", "replies")
"""Kinds after which nothing else can be said."""


def stored_reference(path: Path, suite: Suite, model: ModelFacts | None = None, baseline: bool = False) -> Reference:
    """A suite's cases in a stored run, or why they cannot be compared with.

    model: the model of the run that is compared with it. baseline: whether the run is the suite's baseline, which must
    have the same cases, asked in the same way; of other runs, the cases that both have are compared.
    """
    if not path.is_file():
        return Reference(problem=_missing(path, suite, model, baseline))
    try:
        run = read_run(path)
        stored = suite_in(run, suite, path)
        problem = next(incompatibilities("baseline" if baseline else "reference", stored, suite), None)
        if problem is not None:
            return Reference(problem=problem)
        return Reference(stored_table(stored, suite), None, _differing(stored, suite, run.manifest.model, model))
    except ReportError as error:
        remedy = SAVE if baseline else f"store it again with: pytest --robust-json .../{path.name}"
        return Reference(problem=Incompatibility(error.kind, str(error).removeprefix(f"{path}: "), remedy))


def _missing(path: Path, suite: Suite, model: ModelFacts | None, baseline: bool) -> Incompatibility:
    if not baseline:
        remedy = f"store it with: pytest --robust-json .../{path.name} (paths are relative to the suite file)"
        return Incompatibility("missing", "it does not exist", remedy)
    elsewhere = "" if path == baseline_file(suite.path, suite.name) else f" --to {shlex.quote(str(path.parent))}"
    here = suite.path.relative_to(Path.cwd()) if suite.path.is_relative_to(Path.cwd()) else suite.path
    asked = "" if model is None else f" --llm {shlex.quote(spec_again(model.spec))}"
    run = f"pytest {shlex.quote(str(here))}{asked} --robust-json run.json"
    remedy = f"{run}, then: llmrobust baseline save run.json{elsewhere}"
    return Incompatibility("missing", f"it does not exist in {path.parent.name}/", remedy)


def _differing(stored: SuiteResult, suite: Suite, then: ModelFacts | None, now: ModelFacts | None) -> dict[Side, str]:
    """Which of prompt and model has changed, with what is known of the difference."""
    found: dict[Side, str] = {}
    if stored.prompt_digest != prompt_digest(suite):
        found["prompt"] = ""
    if then is None or now is None or then.fingerprint != now.fingerprint:
        found["model"] = changed_model(then, now)
    return found


def _name(case: Case) -> str:
    return f"{case.use}/{case.variant}[{case.example.id}]"
