"""Whether a stored run may be compared with a suite as it is now, and the table that it is compared by."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from llmrobust.errors import ReportError
from llmrobust.gate import Problem, Reference
from llmrobust.gate.reference_runs import SAVE
from llmrobust.models.protocol import SESSION_ONLY
from llmrobust.plan import Case, Plan, case_key
from llmrobust.results.digests import english_of, example_digest, prompt_digest, use_digest
from llmrobust.results.json_reader import lacks, read_run, stored_table, suite_in
from llmrobust.results.run_result import ModelFacts
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.verdict import Status
from llmrobust.suitefile.paths import baseline_file
from llmrobust.suitefile.suite import Side, Suite


def unusable(stored: SuiteResult, plan: Plan) -> str:
    """Why gates cannot be decided on a stored run; empty if they can."""
    if stored.waves is not None:
        return "was asked in waves, which its gates have used up; run it again without --robust-sequential"
    missing = lacks(stored)
    if missing:
        return f"{missing}; gates judge whole suites only"
    other = unlike(stored, plan)
    return f"was made from another version of the suite: {other}; run it again: pytest --robust-json" if other else ""


NAMED = 3
"""Examples or operators that a reason names."""
UNKNOWN = "one of them is not known"


def stored_reference(path: Path, suite: Suite, model: ModelFacts | None = None, baseline: bool = False) -> Reference:
    """A suite's cases in a stored run, or why they cannot be compared with.

    model: of the run that is compared with it. baseline: whether the run is the suite's baseline, which must have the
    same cases, asked in the same way; of other runs those cases are compared that both have.
    """
    if not path.is_file():
        return Reference(problem=_missing(path, suite, model, baseline))
    try:
        run = read_run(path)
        stored = suite_in(run, suite, path)
        problem = next(_problems(stored, suite, baseline), None)
        if problem is not None:
            return Reference(problem=problem)
        return Reference(stored_table(stored, suite), None, _differing(stored, suite, run.manifest.model, model))
    except ReportError as error:
        remedy = SAVE if baseline else f"store it again with: pytest --robust-json .../{path.name}"
        return Reference(problem=Problem(error.kind, str(error).removeprefix(f"{path}: "), remedy))


def unlike(stored: SuiteResult, plan: Plan) -> str:
    """How a suite's run differs from what a plan asks and expects now, in words; empty if it does not."""
    now = {(case.request.content_hash(), case.expected) for case in plan.cases}
    then = {(case.request, case.expected) for case in stored.cases}
    if {prompt for prompt, _ in now} != {prompt for prompt, _ in then}:
        kept = len({prompt for prompt, _ in now} & {prompt for prompt, _ in then})
        return f"{kept:,} of the suite's {len({prompt for prompt, _ in now}):,} prompts are in it"
    if now != then:
        return f"{len(now - then):,} gold answers are others now"
    return changed_versions(stored, plan.suite)


def changed_versions(stored: SuiteResult, suite: Suite) -> str:
    """Which operator of a suite had another version in a stored run, in words; empty if none."""
    versions = {use.operator: (use.version, use.english) for use in stored.uses}
    for use in suite.perturb:
        then, english = versions.get(use.operator.name, (None, ""))
        now, reads_with = use.operator.version, english_of(use)
        if then is not None and then != now:
            return f"{use.operator.name} had version {then} then and has version {now} now"
        if then is not None and english != reads_with:
            then_with, now_with = english or "nothing", reads_with or "nothing"
            return f"{use.operator.name} analysed English with {then_with} then, with {now_with} now"
    return ""


def named_few(names: Sequence[str]) -> str:
    """The first names of a list, and how many there are more."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def model_words(then: ModelFacts | None, now: ModelFacts | None) -> str:
    """How two models differ, in words: their names, or the first version or setting that is another."""
    if then is None or now is None:
        return UNKNOWN
    if then.name != now.name:
        return f"{then.name} then, {now.name} now"
    if then.backend != now.backend:
        return f"{then.backend} then, {now.backend} now"
    unknown = next((one for one in (now, then) if one.identified_by.startswith(SESSION_ONLY)), None)
    if unknown is not None:
        return f"{unknown.name} cannot be identified ({unknown.identified_by.removeprefix(SESSION_ONLY + ': ')})"
    before, after = dict(then.details), dict(now.details)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            return f"{name} {before.get(name) or 'none'} then, {after.get(name) or 'none'} now"
    return f"another build or other weights of {now.name}"


def _missing(path: Path, suite: Suite, model: ModelFacts | None, baseline: bool) -> Problem:
    if not baseline:
        remedy = f"store it with: pytest --robust-json .../{path.name} (paths are relative to the suite file)"
        return Problem("missing", "it does not exist", remedy)
    elsewhere = "" if path == baseline_file(suite.path, suite.name) else f" --to {shlex.quote(str(path.parent))}"
    here = suite.path.relative_to(Path.cwd()) if suite.path.is_relative_to(Path.cwd()) else suite.path
    asked = "" if model is None else "".join(f" --llm {shlex.quote(spec)}" for spec in model.spec.split())
    run = f"pytest {shlex.quote(str(here))}{asked} --robust-json run.json"
    remedy = f"{run}, then: llmrobust baseline save run.json{elsewhere}"
    return Problem("missing", f"it does not exist in {path.parent.name}/", remedy)


def _problems(stored: SuiteResult, suite: Suite, baseline: bool) -> Iterator[Problem]:
    """Everything that speaks against comparing, the plainest first."""
    again = SAVE if baseline else "store a run of the suite as it is now"
    if stored.waves is not None and baseline:
        yield Problem("partial", "it was asked in waves, so each gate saw its own part of the cases", again)
    missing = lacks(stored)
    if missing:
        failed = len(stored.cases) == stored.planned and stored.statuses()[Status.NO_ANSWER]
        yield Problem("unanswered" if failed else "partial", missing, again)
    versions = changed_versions(stored, suite)
    if versions:
        yield Problem("operator-versions", versions, again)
    if baseline:
        yield from _stale(stored, suite)
    else:
        others = _other_contents(stored, suite)
        if others:
            reason = (
                f"{len(others)} of its examples had other contents ({others[0]} first); give examples an `id` of their "
                "own, so that the same ones are compared"
            )
            yield Problem("stale", reason, again)
    parameters = _other_operators(stored, suite, baseline)
    if parameters is not None:
        yield Problem(*parameters, again)
    answer = other_settings(stored.answer, suite.answer)
    if answer:
        yield Problem("answer", f"answers were read otherwise: {answer}", f"{again}, or: llmrobust rescore RUN SUITE")
    if baseline:
        sampling = other_settings(stored.sampling, suite.sampling)
        if not sampling and stored.repeats != suite.repeats:
            sampling = f"repeats was {stored.repeats} then and is {suite.repeats} now"
        if sampling:
            yield Problem("sampling", f"answers were drawn otherwise: {sampling}", again)


def _other_contents(stored: SuiteResult, suite: Suite) -> list[str]:
    """The examples that both have, with other contents."""
    digests = dict(stored.digests)
    return [one.id for one in suite.examples if digests.get(one.id, now := example_digest(one)) != now]


def _stale(stored: SuiteResult, suite: Suite) -> Iterator[Problem]:
    then, now = [name for name, _ in stored.digests], [example.id for example in suite.examples]
    groups = (
        ("with other contents", _other_contents(stored, suite)),
        ("new", [name for name in now if name not in set(then)]),
        ("gone", [name for name in then if name not in set(now)]),
    )
    said = [f"{len(names):,} {what} ({named_few(names)})" for what, names in groups if names]
    if said:
        yield Problem("stale", f"the examples are others now: {', '.join(said)}", SAVE)


def _other_operators(stored: SuiteResult, suite: Suite, baseline: bool) -> tuple[str, str] | None:
    """Kind and words for operators that would make other variants."""
    then, now = {use.label: use.digest for use in stored.uses}, {use.label: use_digest(use) for use in suite.perturb}
    new, gone = [name for name in now if name not in then], [name for name in then if name not in now]
    if baseline and (new or gone):
        said = [f"{what}: {named_few(names)}" for what, names in (("new", new), ("gone", gone)) if names]
        return "operators", f"the operators are others now ({'; '.join(said)})"
    changed = [name for name in now if name in then and then[name] != now[name]]
    if changed:
        return "operator-parameters", f"other parameters of {named_few(changed)}"
    for name, before, after in (
        ("seed", stored.seed, suite.seed),
        ("language", stored.language, suite.language),
        ("protect", list(stored.protect), list(suite.protect)),
    ):
        if before != after:
            return "operator-parameters", f"{name} was {before} then and is {after} now, so variants are others"
    return None


def other_settings(then: object, now: object) -> str:
    """The first setting of two equal kinds of settings that differs, in words; empty if none does."""
    if then is None:
        return "how is not known"
    for one in fields(now):  # type: ignore[arg-type]
        before, after = getattr(then, one.name), getattr(now, one.name)
        if before != after:
            return f"{one.name} was {_shown(before)} then and is {_shown(after)} now"
    return ""


def _shown(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)


def _differing(stored: SuiteResult, suite: Suite, then: ModelFacts | None, now: ModelFacts | None) -> dict[Side, str]:
    """Which of prompt and model is another one now, with what is known of the difference."""
    found: dict[Side, str] = {}
    if stored.prompt_digest != prompt_digest(suite):
        found["prompt"] = ""
    if then is None or now is None or then.fingerprint != now.fingerprint:
        found["model"] = model_words(then, now)
    return found


def obstacles(suite: SuiteResult) -> Iterator[str]:
    """Why a suite's run should not be what later ones are compared with, each in words.

    A gate against the baseline itself is none when it could not be evaluated: a new baseline is its remedy.
    """
    if not suite.cases:
        yield "it holds no case"
        return
    if suite.waves is not None:
        yield "it was asked in waves, so each gate saw its own part of the cases: run it without --robust-sequential"
    elif len(suite.cases) != suite.planned:
        yield f"{lacks(suite)}: run the whole suite"
    failed = suite.statuses()[Status.NO_ANSWER]
    if failed:
        yield f"{failed:,} of its {suite.planned:,} cases got no answer: find out why, and run it again"
    open_ = [one for one in suite.decisions if not one.tolerated and not one.cause.startswith("baseline-")]
    for status in dict.fromkeys(one.status for one in open_):
        names = [one.id for one in open_ if one.status is status]
        yield f"{len(names)} of its {len(suite.decisions)} gates: {status} ({named_few(names)})"


def rescoring_problems(stored: SuiteResult, plan: Plan) -> Iterator[str]:
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
    now = {case_key(case): case for case in plan.cases}
    then = {case.key: case for case in stored.cases}
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


def _name(case: Case) -> str:
    return f"{case.use}/{case.variant}[{case.example.id}]"
