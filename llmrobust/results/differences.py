"""Describes what has changed between a stored run and a suite or a model as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace

from llmrobust.models.protocol import LEFT_OUT, RENDERED, SERVERS, SESSION_ONLY
from llmrobust.plan import Plan
from llmrobust.results.digests import english_of, example_digest, use_digest
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.suite_result import SuiteResult
from llmrobust.suitefile.suite import Suite, usual_max_tokens
from llmrobust.text.phrases import many

NAMED = 3
"""Examples or operators that a reason names."""
UNKNOWN = "one of them is unknown"


def named_few(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def changed_versions(stored: SuiteResult, suite: Suite) -> str:
    """Which operator's version has changed; empty if none has."""
    versions = {use.operator: (use.version, use.english) for use in stored.uses}
    for use in suite.perturb:
        then, english = versions.get(use.operator.name, (None, ""))
        now, reads_with = use.operator.version, english_of(use)
        if then is not None and then != now:
            return f"{use.operator.name} had version {then} then and has version {now} now"
        if then is not None and english != reads_with:
            then_with, now_with = english or "nothing", reads_with or "nothing"
            return f"{use.operator.name} analysed English with {then_with} then and does with {now_with} now"
    return ""


def changed_cases(stored: SuiteResult, plan: Plan) -> str:
    """How a run's prompts and gold answers differ from a plan's; empty if they do not."""
    now = {(case.request.content_hash(), case.expected) for case in plan.cases}
    then = {(case.request, case.expected) for case in stored.cases}
    prompts = {prompt for prompt, _ in now}
    if prompts != {prompt for prompt, _ in then}:
        kept = len(prompts & {prompt for prompt, _ in then})
        return f"{kept:,} of the suite's {len(prompts):,} prompts are in it"
    changed = len(now - then)
    return f"{many(changed, 'gold answer')} {'has' if changed == 1 else 'have'} changed" if changed else ""


def changed_contents(stored: SuiteResult, suite: Suite) -> list[str]:
    """The ids of the examples that both have, with other contents."""
    digests = dict(stored.digests)
    return [one.id for one in suite.examples if digests.get(one.id, now := example_digest(one)) != now]


def changed_examples(stored: SuiteResult, suite: Suite) -> str:
    """Which examples are new, gone or have other contents; empty if none."""
    then, now = [name for name, _ in stored.digests], [example.id for example in suite.examples]
    groups = (
        ("with other contents", changed_contents(stored, suite)),
        ("new", [name for name in now if name not in set(then)]),
        ("gone", [name for name in then if name not in set(now)]),
    )
    return ", ".join(f"{len(names):,} {what} ({named_few(names)})" for what, names in groups if names)


def changed_uses(stored: SuiteResult, suite: Suite) -> str:
    """Which uses of operators are new or gone; empty if none."""
    then, now = [use.label for use in stored.uses], [use.label for use in suite.perturb]
    new, gone = [name for name in now if name not in then], [name for name in then if name not in now]
    return "; ".join(f"{what}: {named_few(names)}" for what, names in (("new", new), ("gone", gone)) if names)


def changed_parameters(stored: SuiteResult, suite: Suite) -> str:
    """Which parameters or settings make operators write other variants now; empty if none do."""
    then, now = {use.label: use.digest for use in stored.uses}, {use.label: use_digest(use) for use in suite.perturb}
    changed = [name for name in now if name in then and then[name] != now[name]]
    if changed:
        return f"other parameters of {named_few(changed)}"
    for name, before, after in (
        ("seed", stored.seed, suite.seed),
        ("language", stored.language, suite.language),
        ("protect", list(stored.protect), list(suite.protect)),
    ):
        if before != after:
            return f"{name} was {before} then and is {after} now, which makes other variants"
    return ""


def changed_settings(then: object, now: object) -> str:
    """The first setting that differs between two values of one dataclass; empty if none does."""
    if then is None:
        return "how is unknown"
    for one in fields(now):  # type: ignore[arg-type]
        before, after = getattr(then, one.name), getattr(now, one.name)
        if before != after and is_dataclass(before) and is_dataclass(after):
            return f"{one.name}.{changed_settings(before, after)}"
        if before != after:
            return f"{one.name} was {_shown(before)} then and is {_shown(after)} now"
    return ""


def changed_sampling(stored: SuiteResult, suite: Suite, repeats: bool) -> str:
    """How sampling differs; empty if it does not. repeats: whether the number of repeats counts.

    Token limits that are both the usual one of their kind of answer do not differ: nobody chose them.
    """
    then, now = stored.sampling, suite.sampling
    if then is not None and stored.answer is not None:
        usual = tuple(usual_max_tokens(one.check, after=one.after) for one in (stored.answer, suite.answer))
        if (then.max_tokens, now.max_tokens) == usual:
            then = replace(then, max_tokens=now.max_tokens)
    changed = changed_settings(then, now)
    if not changed and repeats and stored.repeats != suite.repeats:
        return f"repeats was {stored.repeats} then and is {suite.repeats} now"
    return changed


def changed_model(then: ModelFacts | None, now: ModelFacts | None) -> str:
    """How two models differ: their names, or the first version or setting that has changed."""
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
        if name not in (RENDERED, SERVERS, LEFT_OUT) and before.get(name) != after.get(name):
            return f"{name} {before.get(name) or 'none'} then, {after.get(name) or 'none'} now"
    return f"another build or other weights of {now.name}"


def _shown(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
