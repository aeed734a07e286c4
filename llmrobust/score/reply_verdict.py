"""From a reply to a verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

from llmrobust.plan import Case
from llmrobust.request import Failure, Reply, Response
from llmrobust.score.checks import CHECKS
from llmrobust.score.choice import label_index, read_choice
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.judged_answers import judged_answer
from llmrobust.score.normalise import Reading, final_answer
from llmrobust.score.opinions import Opinions
from llmrobust.score.tool_calls import CHECK as TOOL_CALL
from llmrobust.score.tool_calls import read_calls
from llmrobust.score.verdict import Outcome, Verdict
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.thoughts import UNFINISHED, thoughts_unfinished, without_thoughts

_CONTINUED = ("json", TOOL_CALL, "code")
"""Checks that read a whole text: with it belongs its beginning, where the prompt has written that for the model."""


def score(
    case: Case,
    reply: Reply,
    spec: AnswerSpec,
    labels: Sequence[str],
    opinions: Opinions | None = None,
    original: Case | None = None,
) -> Verdict:
    """The answer in a reply, and whether it is right.

    labels: the suite's answers in canonical order, empty for free answers. Log-probabilities decide by the largest
    (the earlier label on a tie); constrained text must be a label; free text is read by the rules of
    `llmrobust.score.choice`. A reply cut off at the token limit is TRUNCATED, unless it has a complete label that no
    other label could still extend. Never raises on any reply. opinions: of the judge, for `check: judge`. original: the
    unperturbed case (else the case itself), whose prompt the judge sees.
    """
    if isinstance(reply, Failure):
        return Verdict(Outcome.NO_ANSWER, reason=f"{reply.kind}: {reply.message}")
    if labels:
        return _closed(case, reply, spec, labels)
    if spec.check == JUDGE and reply.finish_reason != "length":
        return judged_answer(case, original or case, reply, spec, opinions)
    return _free(case, reply, spec)


def _closed(case: Case, reply: Response, spec: AnswerSpec, labels: Sequence[str]) -> Verdict:
    """The verdict for an answer of a closed set."""
    shown = [case.label_map.get(label, label) for label in labels] if case.label_map else labels
    probabilities = _probabilities(reply.label_logprobs, len(labels))
    cut_off = reply.finish_reason == "length"
    found: int | Reading | None
    if reply.scored_by == "logprobs":
        found = (
            Reading(None, f"the labels' log-probabilities cannot be used: {reply.label_logprobs}")
            if probabilities is None
            else max(range(len(labels)), key=lambda i: (probabilities[i], -i))
        )
        cut_off = False
    elif reply.scored_by == "constrained":
        found = _constrained(reply.text, shown, spec.ignore_case, cut_off)
    else:
        text = final_answer(reply.text, spec.after) if spec.after else reply.text
        found = (
            text
            if isinstance(text, Reading)
            else read_choice(text, shown, ignore_case=spec.ignore_case, cut_off=cut_off)
        )
    if isinstance(found, Reading):
        return _unread(reply, cut_off, found.reason)
    answer = labels[found]
    return Verdict(
        Outcome.ANSWERED,
        answer,
        None if case.expected is None else answer == case.expected,
        reply.scored_by,
        probabilities,
        _margin(probabilities),
        reply.text,
        label_mass=_share(reply.label_mass),
        mass_is_bound=reply.mass_is_bound,
    )


def _constrained(text: str, shown: Sequence[str], ignore_case: bool, cut_off: bool) -> int | Reading:
    """The label that a constrained answer is; servers ignore constraints that they do not know, so it is checked."""
    if cut_off and any(label != text.strip() and label.startswith(text.strip()) for label in shown):
        return Reading(None, "the answer was cut off where it could still become another label")
    if text in shown and list(shown).count(text) == 1:
        return list(shown).index(text)
    found = label_index(text, shown, ignore_case=ignore_case)
    return Reading(None, "the server ignored the constraint to the labels") if found is None else found


def _free(case: Case, reply: Response, spec: AnswerSpec) -> Verdict:
    """The verdict for a free answer."""
    if reply.finish_reason == "length":
        return _unread(reply, True, "the answer was cut off at the token limit")
    check, expected = CHECKS.get(spec.check), case.expected
    begun = case.request.messages[-1][1] if case.request.is_prefilled and spec.check in _CONTINUED else ""
    text = final_answer(begun + without_thoughts(reply.text), spec.after)
    if thoughts_unfinished(reply.text):
        read = Reading(None, UNFINISHED)
    elif isinstance(text, Reading):
        read = text
    elif spec.check == TOOL_CALL:
        read = read_calls(text, spec, expected, {shown: name for name, shown in case.label_map.items()})
    else:
        read = check.read(text, spec, expected)
    if read.unknown:
        return Verdict(Outcome.NO_ANSWER, raw=reply.text, reason=read.reason)
    if read.answer is None:
        return _unread(reply, False, read.reason)
    return Verdict(
        Outcome.ANSWERED,
        read.answer,
        None if expected is None else read.answer == check.gold(expected, spec),
        "text",
        raw=reply.text,
        reason=read.reason,
    )


def canonical_answer(text: str, spec: AnswerSpec) -> str | None:
    """A written answer, such as a field of an example, in the form used to compare the model's answers.

    None if it is invalid: not among the labels of a closed set, not a number, or empty.
    """
    return CHECKS.get("choice" if spec.choices else spec.check).gold(text, spec)


def _unread(reply: Response, cut_off: bool, reason: str) -> Verdict:
    outcome = Outcome.TRUNCATED if cut_off else Outcome.UNPARSED
    return Verdict(
        outcome,
        scored_by=reply.scored_by,
        raw=reply.text,
        reason=reason,
        label_mass=_share(reply.label_mass),
        mass_is_bound=reply.mass_is_bound,
    )


def _probabilities(logprobs: Sequence[float] | None, count: int) -> tuple[float, ...] | None:
    """Softmax over the labels; None without one usable log-probability a label."""
    if logprobs is None or len(logprobs) != count or any(math.isnan(value) for value in logprobs):
        return None
    top = max(logprobs)
    if math.isinf(top):
        return None
    weights = [math.exp(value - top) for value in logprobs]
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _share(mass: float | None) -> float | None:
    """The label mass, unless it is not a probability."""
    return mass if mass is not None and 0.0 <= mass <= 1.0 else None


def _margin(probabilities: tuple[float, ...] | None) -> float | None:
    """Best minus second-best probability; None for fewer than two labels."""
    if probabilities is None or len(probabilities) < 2:
        return None
    first, second = sorted(probabilities, reverse=True)[:2]
    return first - second
