"""A run as Markdown, for the comment on a pull request and the summary of a job."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.gate import Decision, DecisionStatus
from llmrobust.metrics import Measurement
from llmrobust.report.failure_messages import smallest_diff, smallest_words
from llmrobust.report.markdown_blocks import (
    COMMENT_LIMIT,
    Block,
    cell,
    code,
    details,
    fitted,
    html_code,
    marker,
    row,
    table,
)
from llmrobust.report.matrix_text import matrix_markdown
from llmrobust.report.methods_text import methods_markdown
from llmrobust.report.problems import undecided
from llmrobust.report.run_terminal import (
    examples_words,
    row_name,
    table_notes,
    table_rows,
    traffic_words,
    with_interval,
)
from llmrobust.results.matrix import matrices
from llmrobust.results.method_comparison import chosen_uses, compare_methods
from llmrobust.results.model_identity import identity_note
from llmrobust.results.run_result import RunResult
from llmrobust.results.run_verdict import Outcome, run_verdict
from llmrobust.results.sanity_baselines import baseline_lines
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.text.phrases import many
from llmrobust.text.word_diff import marked, prompt_diff, short_diff

CASES = 20
"""Cases of a suite that are shown; the stored run has all."""
BROKEN = (Status.FLIPPED, Status.STUCK, Status.WRONG, Status.UNPARSED, Status.TRUNCATED, Status.NO_ANSWER)
WHOLE = "The stored run (`--robust-json`) has all of it."
_SIGNS = {Outcome.PASSED: "✅", Outcome.WARNED: "✅", Outcome.FAILED: "❌"}
_OPEN = "⚠️"
_STATUS_SIGNS = {
    DecisionStatus.PASS: "✅",
    DecisionStatus.FAIL: "❌",
    DecisionStatus.INCONCLUSIVE: "⚠️",
    DecisionStatus.NOT_EVALUATED: "⚠️",
}
_WIDTH = 110
_NAME = 60
_HEAD, _GATES, _TABLES, _CASES = range(4)


def run_markdown(result: RunResult, limit: int = COMMENT_LIMIT, key: str = "", cases: int = CASES) -> str:
    """The run in at most `limit` bytes: the verdict first, then each suite's gates, metrics and broken cases.

    key: distinguishes the comments of several jobs on one pull request (see `marker`; raises ValueError).
    cases: how many of a suite's broken cases are shown.
    """
    found = run_verdict(result)
    head = [
        marker(key),
        f"## {_SIGNS.get(found.outcome, _OPEN)} llmrobust: {found.outcome}",
        "",
        found.sentence,
        "",
        *(f"- {code(note, 400)}" for note in found.notes),
        *([""] if found.notes else []),
        _model(result),
    ]
    blocks = [Block(head, rank=_HEAD)]
    for matrix in matrices([result]):
        blocks.append(Block(["", *matrix_markdown(matrix)], rank=_HEAD))
    for suite in result.suites:
        blocks += _suite(suite, cases)
        if suite.methods and suite.cases:
            compared = compare_methods(result, suite, chosen_uses(suite))
            blocks.append(Block(["", *methods_markdown(compared)], rank=_TABLES, what="lines on methods"))
    return fitted(blocks, limit, WHOLE)


def _model(result: RunResult) -> str:
    model, asked = result.manifest.model, result.requests
    named = "No model was opened"
    if model is not None:
        named = f"Model {code(model.spec)} ({code(model.name, _NAME)}, {code(model.backend, _NAME)})"
    counted = f"{many(asked.planned, 'prompt')}, {asked.unique:,} distinct: {asked.sent:,} sent"
    counted += f", {asked.from_store:,} from the store"
    note = identity_note(result)
    counted += f" · {note}" if note else ""
    return f"{named} · {counted}{f', **{asked.failed:,} failed**' if asked.failed else ''}"


def _suite(suite: SuiteResult, cases: int) -> Iterator[Block]:
    counts = examples_words(suite)
    asked = (
        f"{len(suite.cases):,}" if len(suite.cases) == suite.planned else f"{len(suite.cases):,} of {suite.planned:,}"
    )
    yield Block(["", f"### {code(suite.name, _NAME)}", f"{code(suite.path)} · {counts}, {asked} cases"], rank=_HEAD)
    why = undecided(suite)
    if why:
        yield Block(["", f"**Not decided**: {why}"], rank=_HEAD)
    if suite.decisions:
        headings = ("", "gate", "measured", "bound", "examples")
        ordered = sorted(suite.decisions, key=lambda one: one.passed)
        yield Block([_gate(one) for one in ordered], ["", *table(headings, 1)], (), _GATES, "gates")
    reasons = [f"- {code(one.id, _NAME)}: {code(_why(one), 400)}" for one in suite.decisions if not one.passed]
    if reasons:
        yield details("Why", reasons, _GATES, "reasons")
    masses = ("mass",) if _has_mass(suite) else ()
    rows = [*_clean(suite), *(_metrics(suite, *one) for one in table_rows(suite))]
    notes = [f"- {code(note, 300)}" for note in (*baseline_lines(suite), *table_notes(suite))]
    yield Block(
        rows,
        ["", *table(("", "cases", "accuracy", "consistency", "drop", "worst", *masses), 5 + len(masses))],
        (),
        _TABLES,
        "rows of metrics",
    )
    traffic = traffic_words(suite)
    if traffic:
        yield Block(["", code(traffic, 300)], rank=_TABLES, what="lines on real inputs")
    if notes:
        yield details("Notes", notes, _TABLES, "notes")
    broken = [case for case in suite.cases if case.status in BROKEN]
    if broken and cases:
        shown = f", the first {cases}" if len(broken) > cases else ""
        summary = f"{many(len(broken), 'case')} of {html_code(suite.name, _NAME)} did not pass{shown}"
        listed = [_case(case) for case in broken[:cases]]
        yield details(summary, listed, _CASES, "cases", max(0, len(broken) - cases))


def _gate(decision: Decision) -> str:
    said = f"{_STATUS_SIGNS[decision.status]} {decision.status}"
    m = decision.measurement
    examples = "" if m is None else f"{m.n_examples:,}"
    if m is not None and m.n_clusters is not None:
        examples += f" in {m.n_clusters:,}"
    return row([said, cell(decision.id, _NAME), with_interval(m), decision.bound, examples])


def _why(decision: Decision) -> str:
    return f"{decision.reason}; {decision.remedy}" if decision.remedy else decision.reason


def _clean(suite: SuiteResult) -> Iterator[str]:
    clean = suite.measurement("clean_accuracy")
    if clean is not None and clean.value is not None:
        yield row(
            ["unperturbed", f"{clean.n_examples:,}", with_interval(clean), *[""] * (4 if _has_mass(suite) else 3)]
        )


def _metrics(suite: SuiteResult, scope: str, group: str, indent: int, cases: int) -> str:
    def found(metric: str) -> Measurement | None:
        return suite.measurement(metric, scope, group)

    drop, worst, mass = map(found, ("accuracy_drop", "worst_case_accuracy", "label_mass"))
    name = f"{'&nbsp;' * 4 * (indent - 1)}{cell(row_name(scope, group), _NAME)}" if group else "all perturbed"
    return row(
        [
            name,
            f"{cases:,}",
            with_interval(found("accuracy")),
            with_interval(found("consistency")),
            "n/a" if drop is None or drop.value is None else f"{drop.value:+.3f}",
            "n/a" if worst is None or worst.value is None else f"{worst.value:.3f}",
            *([] if mass is None or mass.value is None else [f"{'≥' if suite.mass_is_bound else ''}{mass.value:.3f}"]),
        ]
    )


def _has_mass(suite: SuiteResult) -> bool:
    mass = suite.measurement("label_mass")
    return mass is not None and mass.value is not None


def _case(case: CaseResult) -> str:
    answer = f"{_answer(case.clean_answer)} → {_answer(case.answer)}" if not case.is_original else _answer(case.answer)
    gold = "" if case.expected is None else f", gold {code(case.expected, 24)}"
    where = f"{code(case.example, _NAME)} {code(case.column if not case.is_original else 'unperturbed', _NAME)}"
    said = f"- {case.status}: {where} {answer}{gold}"
    if case.reason:
        said += f", {code(case.reason, 200)}"
    if case.is_original:
        return said
    said = f"{said}: {code(marked(short_diff(prompt_diff(case.clean_prompt, case.prompt), _WIDTH)), _WIDTH + 50)}"
    if case.smallest is None:
        return said
    diff = smallest_diff(case.clean_prompt, case.smallest, _WIDTH)
    return f"{said}; smallest: {code(diff, _WIDTH + 50)}, {code(smallest_words(case.smallest), 200)}"


def _answer(answer: str | None) -> str:
    return "?" if answer is None else code(answer, 24)
