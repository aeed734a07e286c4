"""Warnings shown before a suite's numbers: scores of answers that the model would not write, and degenerate models.

Each is one sentence on what was seen and what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from llmrobust.gate.low_mass import REMEDY, MassSummary
from llmrobust.metrics import Measurement
from llmrobust.operators.frozen_variants import UNREVIEWED
from llmrobust.results.sanity_baselines import baseline_warnings
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.verdict import Status
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many

NEARLY_ALL = 0.9
"""An answer to this share of examples, or this share of unparsed responses, is worth a warning."""
MOSTLY = 0.8
"""Share of gold answers that are one, from which it is right to give nearly always that one."""
FEW = 8
"""Fewer examples show nothing about a model's habits."""
UNREAD = 0.1
TRUNCATED = 0.02


def suite_warnings(suite: SuiteResult) -> list[str]:
    """The warnings of a suite's run, the most serious first."""
    return [
        *_unreviewed(suite),
        *_mass(suite),
        *_format(suite),
        *_unread(suite),
        *_truncated(suite),
        *_one_answer(suite),
        *_chance(suite),
        *baseline_warnings(suite),
    ]


def label_mass_of(suite: SuiteResult) -> MassSummary | None:
    """The share of the probability on the labels, over a suite's prompts; None where it, or more than a lower bound of
    it, is unknown."""
    known = [case.label_mass for case in suite.cases if case.label_mass is not None and not case.mass_is_bound]
    return MassSummary.of(known)


def scoring_note(suite: SuiteResult) -> str:
    """How labels were scored if the suite left it open, and their share of the probability; else empty."""
    if suite.scoring is not None:
        return suite.scoring.reason
    mass = label_mass_of(suite)
    return "" if mass is None or mass.is_low else f"scoring: logprobs: {mass.sentence}"


def _unreviewed(suite: SuiteResult) -> Iterator[str]:
    """Cases whose variants were generated and reviewed by nobody."""
    cases = [case for case in suite.cases if case.variant.endswith(UNREVIEWED)]
    if cases:
        told = f"{many(len(cases), 'case')} of {len(suite.cases):,}: a model wrote the variants and nobody has reviewed"
        yield f"UNREVIEWED: {told} them: `llmrobust review FILE`, or do not allow unreviewed variants"


def _mass(suite: SuiteResult) -> Iterator[str]:
    mass = label_mass_of(suite)
    if mass is None or not mass.is_low:
        return
    answer = suite.answer
    if answer is not None and answer.accept_low_mass:
        todo = "accepted by the suite (accept_low_mass: true)"
    elif answer is not None and answer.scoring == "logprobs":
        todo = f"no gate on them passes; {REMEDY}"
    else:
        todo = "use scoring: text"
    yield f"LOW LABEL MASS: {mass.sentence}. These scores do not show what the model writes: {todo}"


def _format(suite: SuiteResult) -> Iterator[str]:
    """A server that ignores the format that it was asked for; and one whose obedience cannot be verified."""
    found = suite.format
    if found is None or not found.answers:
        return
    if found.kept is None:
        yield f"whether answers keep to the {found.kind} of the suite cannot be verified here"
    elif found.ignored:
        count = f"{found.ignored:,} of {found.answers:,} answers do not keep to the {found.kind} of the suite"
        todo = "use a server that enforces it, and do not trust scoring: constrained there"
        yield f"FORMAT IGNORED: {count}: {todo}"


def _unread(suite: SuiteResult) -> Iterator[str]:
    asked = [case for case in suite.cases if case.status is not Status.NO_ANSWER]
    unread = [case for case in asked if case.status is Status.UNPARSED]
    if not asked or len(unread) < max(2, UNREAD * len(asked)):
        return
    how = "all" if len(unread) == len(asked) else f"{len(unread):,} of {len(asked):,}"
    if suite.answer is not None and suite.answer.judge is not None:
        why = "it contradicted itself, refused, or could not be read"
        yield f"the judge has no opinion on {how} answers ({why}): use a better judge"
        return
    if suite.choices:
        todo = "list the answers in the prompt and ask for nothing else"
    else:
        todo = "check that `answer.check` matches what the prompt asks for"
    sample = next((case.text for case in unread if case.text.strip()), "")
    shown = f', "{visible(sample.strip())[:60]}" for example' if sample else ""
    yield f"{how} answers could not be parsed{shown}: {todo}, or use a model that follows it"


def _truncated(suite: SuiteResult) -> Iterator[str]:
    cut = sum(case.status is Status.TRUNCATED for case in suite.cases)
    if cut >= max(2, TRUNCATED * len(suite.cases)):
        limit = f" of {suite.sampling.max_tokens}" if suite.sampling is not None else ""
        todo = "raise sampling.max_tokens, or ask for shorter answers"
        yield f"{many(cut, 'answer')} ended at the token limit{limit}: {todo}"


def _one_answer(suite: SuiteResult) -> Iterator[str]:
    """The same answer to nearly every example, although the gold answers differ."""
    clean = [case for case in suite.cases if case.is_original and case.answer is not None]
    if len({case.example for case in clean}) < FEW:
        return
    answer, times = Counter(case.answer for case in clean).most_common(1)[0]
    gold = [case.expected for case in clean if case.expected is not None]
    rightly = gold and sum(one == answer for one in gold) >= MOSTLY * len(gold)
    if times >= NEARLY_ALL * len(clean) and not rightly:
        told = f'"{visible(str(answer))[:40]}" is the answer to {times:,} of {len(clean):,} unperturbed prompts'
        todo = "reword the prompt or use a better model"
        yield f"{told}: a model that always gives one answer is consistent on any input; {todo}"


def _chance(suite: SuiteResult) -> Iterator[str]:
    """An accuracy that a constant answer would also reach."""
    found = suite.measurement("clean_accuracy")
    gold = Counter(case.expected for case in suite.cases if case.is_original and case.expected is not None)
    if not suite.choices or not gold or not _is_known(found) or gold.total() < FEW or len(gold) < 2:
        return
    assert found is not None
    assert found.value is not None
    chance = max(gold.most_common(1)[0][1] / gold.total(), 1 / len(suite.choices))
    if found.low is not None and found.low <= chance:
        accuracy = f"an accuracy of {found.value:.3f} on unperturbed prompts"
        seen = f"{accuracy} cannot be distinguished from chance ({chance:.3f})"
        todo = "use more examples, another prompt or a better model"
        yield f"{seen}: the robustness of a model that cannot do the task means nothing; {todo}"


def _is_known(found: Measurement | None) -> bool:
    return found is not None and found.value is not None
