"""The comparison of two runs as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.gate import Decision
from llmrobust.report.comparison_text import (
    CASES,
    SHOWN,
    _answers,
    _group_name,
    _prompt_change,
    _shares,
    counts_in_words,
    difference_in_words,
    effect_name,
    headline,
    remarks,
)
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
from llmrobust.results.comparison import Comparison, Outcome, SuiteComparison
from llmrobust.results.pairing import Change
from llmrobust.results.run_result import RunResult
from llmrobust.text.phrases import many

_SIGNS = {Outcome.WORSE: "❌", Outcome.NOT_WORSE: "✅", Outcome.UNDECIDED: "⚠️"}


_WHOLE = "`llmrobust diff --format json` has all of it."


_HEAD, _GATES, _TABLES, _CASES = range(4)


def comparison_markdown(
    comparison: Comparison, limit: int = COMMENT_LIMIT, key: str = "diff", cases: int = CASES
) -> str:
    """The comparison in at most `limit` bytes: the verdict first, then each suite's gates, effects and cases.

    key: see `markdown.marker`; raises ValueError. cases: as for `comparison_lines`.
    """
    outcome = comparison.outcome
    why = [f"- {code(one, 300)}" for one in (*comparison.worse, *comparison.undecided)]
    sides = (("Old", comparison.old_label, comparison.old), ("New", comparison.new_label, comparison.new))
    head = [
        marker(key),
        f"## {_SIGNS[outcome]} llmrobust: {headline(comparison)}",
        "",
        *why,
        *([""] if why else []),
        " · ".join(f"{which}: {code(label)}{_model_code(run)}" for which, label, run in sides),
    ]
    if comparison.only_new:
        head += ["", f"In the new run only: {', '.join(code(name) for name in comparison.only_new)}"]
    blocks = [Block(head, rank=_HEAD)]
    for suite in comparison.suites:
        blocks += _suite_blocks(suite, comparison.model, cases)
    return fitted(blocks, limit, _WHOLE)


def _suite_blocks(suite: SuiteComparison, model: str, cases: int) -> Iterator[Block]:
    counted = f"{many(suite.n_examples, 'example')}, {many(len(suite.pairs), 'case')} in both"
    notes = [f"- {code(note, 300)}" for note in remarks(suite, model)]
    opening = [
        "",
        f"### {code(suite.name)}",
        f"{code(suite.new.path)} · {counted} · **{counts_in_words(suite)}**",
        "",
        *notes,
    ]
    yield Block(opening, rank=_HEAD)
    changed = [gate for gate in suite.gates if gate.changed]
    if changed:
        rows = [
            row((cell(gate.id), _status(gate.old), _status(gate.new), cell(gate.new.reason if gate.new else "", 200)))
            for gate in changed
        ]
        yield Block(rows, ["", *table(("gate", "old", "new", "why"))], rank=_GATES, what="gates")
    rows = [
        row((cell(effect_name(one).strip()), f"{one.old:.3f}", f"{one.new:.3f}", difference_in_words(one)))
        for one in suite.effects
    ]
    if rows:
        yield Block(rows, ["", *table(("", "old", "new", "difference"), numbers=3)], rank=_TABLES, what="rows")
    for change in SHOWN:
        found = suite.changed(change)
        if found and cases:
            summary = f"{many(len(found), 'case')} {change} in {html_code(suite.name)}"
            rows = [
                row(
                    (cell(f"{pair.new.family}::{pair.new.name}"), cell(_answers(pair)), cell(_prompt_change(pair), 240))
                )
                for pair in found[:cases]
            ]
            yield details(
                summary, [*table(("case", "answers", "prompt")), *rows], _CASES, "cases", len(found) - len(rows)
            )
    for change in (Change.BROKE, Change.HEALED):
        rows = _group_rows(suite, change, cases)
        if rows:
            count = sum(group.change is change for group in suite.groups)
            summary = f"{many(count, 'example')} {change} under other variants in {html_code(suite.name)}"
            head = table(("example", "variants"))
            yield details(summary, [*head, *rows], _CASES, "examples", count - len(rows))


def _group_rows(suite: SuiteComparison, change: Change, cases: int) -> list[str]:
    found = [group for group in suite.groups if group.change is change]
    return [row((cell(_group_name(group)), cell(_shares(group)))) for group in found[:cases]]


def _status(decision: Decision | None) -> str:
    return "none" if decision is None else str(decision.status)


def _model_code(run: RunResult) -> str:
    model = run.manifest.model
    return f" ({code(model.spec)})" if model is not None else ""
