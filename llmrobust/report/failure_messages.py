"""Failure messages of cases and gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from llmrobust.gate import Decision
from llmrobust.score.case_result import CaseResult, SmallestEdit
from llmrobust.score.verdict import Outcome, Status
from llmrobust.text.edit_script import Messages
from llmrobust.text.escaping import inert, visible
from llmrobust.text.phrases import many
from llmrobust.text.word_diff import marked, prompt_diff, short_diff

WIDTH = 96
_TEXT = 200
_WORST = 5
"""Examples, or reasons, that are named where many cases failed."""

_SAID = {
    Status.FLIPPED: "the answer changed from {clean} to {answer}, but it must stay",
    Status.WRONG: "the answer is {answer}, expected {expected}",
    Status.STUCK: "the answer stayed {answer}, but this edit must change it",
    Status.UNPARSED: "the answer cannot be read: {reason}",
    Status.TRUNCATED: "the answer was cut off: {reason}",
    Status.NO_ANSWER: "no answer: {reason}",
    Status.PASSED: "the answer is {answer}, as expected",
}


def explain_case(case: CaseResult) -> str:
    """What happened in a case: one sentence, the response, and the edits of the prompt."""
    said = case_words(case.status, case.clean_answer, case.answer, case.expected, case.reason)
    lines = [f"{case.family}::{case.name}: {said}"]
    if case.text:
        lines.append(f"  response:  {_cut(case.text)}")
    if case.expected is not None and case.status is not Status.WRONG:
        lines.append(f"  expected:  {visible(case.expected)}")
    if case.is_original:
        lines.append(f"  prompt:    {_cut(case.prompt[-1][1])}")
    else:
        lines.append(f"  prompt:    {one_line_diff(case)}")
    if case.smallest is not None:
        lines.append(f"  smallest:  {smallest_diff(case.clean_prompt, case.smallest)}")
        lines.append(f"             {smallest_words(case.smallest)}")
    return inert("\n".join(lines))


def explain_cases(failed: Sequence[CaseResult], judged: Sequence[CaseResult]) -> str:
    """How many of an item's cases failed and how, and the examples with most failures, each with one of its cases.

    failed: some of `judged`.
    """
    statuses = Counter(one.status for one in failed)
    counts = ", ".join(f"{count:,} {status}" for status, count in statuses.most_common())
    lines = [f"{len(failed):,} of {many(len(judged), 'case')} failed: {counts}", "  worst examples:"]
    by_example: dict[str, list[CaseResult]] = {}
    for one in failed:
        by_example.setdefault(one.example, []).append(one)
    of = Counter(one.example for one in judged if one.example in by_example)
    worst = sorted(by_example.items(), key=lambda pair: -len(pair[1]))
    for example, cases in worst[:_WORST]:
        one = cases[0]
        said = case_words(one.status, one.clean_answer, one.answer, one.expected, one.reason)
        lines.append(
            f"    {visible(example)}: {len(cases):,} of {many(of[example], 'case')}, such as {one.name}: {said}"
        )
        lines.append(f"      {_cut(one.prompt[-1][1], WIDTH) if one.is_original else one_line_diff(one)}")
    more = len(worst) - _WORST
    lines += [f"    and {many(more, 'more example')}; the run file has all of them"] if more > 0 else []
    return inert("\n".join(lines))


def explain_unanswered(unanswered: Sequence[CaseResult], judged: Sequence[CaseResult]) -> str:
    """How many of an item's cases got no answer and why, by reason, with an example of each; and what else failed."""
    reasons: dict[str, list[CaseResult]] = {}
    for one in unanswered:
        own = one.outcome is Outcome.NO_ANSWER
        reasons.setdefault(one.reason if own else "no answer to the original prompt", []).append(one)
    lines = [f"no answer in {len(unanswered):,} of {many(len(judged), 'case')}"]
    for reason, cases in sorted(reasons.items(), key=lambda pair: -len(pair[1]))[:_WORST]:
        lines.append(f"  {len(cases):,}, such as {cases[0].name}: {reason}")
    more = len(reasons) - _WORST
    return inert("\n".join([*lines, *([f"  and {many(more, 'more reason')}"] if more > 0 else [])]))


def case_words(status: Status, clean: str | None, answer: str | None, expected: str | None, reason: str) -> str:
    """How a case ended, as half a sentence."""
    return _SAID[status].format(
        clean=quoted(clean, "no readable answer"),
        answer=quoted(answer, "none"),
        expected=quoted(expected, "none"),
        reason=reason,
    )


def explain_decision(decision: Decision, cases: Sequence[CaseResult] = ()) -> str:
    """Why a gate did not pass: what was measured, the bound, what would decide it, and the worst examples.

    cases: the suite's; with them each example named shows what was changed in one of its prompts.
    """
    lines = [f"{decision.id}: {decision.status.upper()}", f"  {decision.reason}"]
    if decision.remedy:
        lines.append(f"  {decision.remedy}")
    if decision.worst:
        lines.append("  worst examples:")
    named = {worst.example for worst in decision.worst}
    cases = [one for one in cases if one.example in named]
    shown = {(one.example, one.column): one for one in cases}
    originals = {(one.example, one.repeat): one for one in cases if one.is_original}
    for worst in decision.worst:
        names = ", ".join(worst.columns[:3]) + (f" and {len(worst.columns) - 3} more" if len(worst.columns) > 3 else "")
        lines.append(f"    {visible(worst.example)}: {names}")
        found = next((shown[key] for column in worst.columns if (key := (worst.example, column)) in shown), None)
        if found is not None and not found.is_original:
            clean = originals[found.example, found.repeat]
            answers = f"{quoted(clean.answer, clean.outcome)} -> {quoted(found.answer, found.outcome)}"
            lines.append(f"      {answers}  {one_line_diff(found)}")
    return inert("\n".join(lines))


def one_line_diff(case: CaseResult, width: int = WIDTH) -> str:
    """What the case changed in its prompt, on one line."""
    return marked(short_diff(prompt_diff(case.clean_prompt, case.prompt), width))


def smallest_diff(before: Messages, smallest: SmallestEdit, width: int = WIDTH) -> str:
    """The smallest edit that flips the answer, on one line."""
    return marked(short_diff(prompt_diff(before, smallest.prompt(before)), width))


def smallest_words(smallest: SmallestEdit) -> str:
    """How small the smallest edit is: "1 edit of 4 flips it to "praise" (7 prompts tried)"."""
    edits = many(len(smallest.edits), "edit")
    flips = "flips" if len(smallest.edits) == 1 else "flip"
    answer = quoted(smallest.answer, "another answer")
    tried = f"{many(smallest.probes, 'prompt')} tried"
    of = f" (the variant changed {many(smallest.of, 'place')}; {tried}"
    return f"{edits} {flips} it to {answer}{of}{'' if smallest.minimal else ', then the budget ended'})"


def quoted(answer: str | None, otherwise: str) -> str:
    """An answer in quotes on one line, or a substitute if there is none."""
    return otherwise if answer is None else f'"{_cut(answer, 60)}"'


def _cut(text: str, most: int = _TEXT) -> str:
    shown = visible(text.strip())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
