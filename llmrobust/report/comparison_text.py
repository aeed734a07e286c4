"""A comparison of two runs for people: lines for a terminal, and Markdown for the comment on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from llmrobust.gate import Decision
from llmrobust.report.terminal_lines import Line, inert_line
from llmrobust.results.comparison import Comparison, Effect, GateChange, Outcome, SuiteComparison, shown_p
from llmrobust.results.pairing import Change, Group, Left, Pair
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.run_result import RunResult
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many
from llmrobust.text.word_diff import marked, prompt_diff, short_diff

CASES = 10
"""Cases of each kind that are shown."""
_WIDTH = 96
SHOWN = (Change.BROKE, Change.HEALED, Change.CHANGED)
STYLES = {Change.BROKE: "red", Change.HEALED: "green", Change.CHANGED: "yellow"}
_OUTCOMES = {Outcome.WORSE: "red bold", Outcome.NOT_WORSE: "green bold", Outcome.UNDECIDED: "yellow bold"}
_NAMES = {"clean_accuracy": "unperturbed"}


def comparison_lines(comparison: Comparison, cases: int = CASES) -> list[Line]:
    """All lines for a terminal. cases: how many of each kind are shown per suite."""
    lines: list[Line] = [
        [("OLD  ", "bold"), (visible(f"{comparison.old_label}  {model_of(comparison.old)}"), "")],
        [("NEW  ", "bold"), (visible(f"{comparison.new_label}  {model_of(comparison.new)}"), "")],
    ]
    for suite in comparison.suites:
        lines += [[], *_suite_lines(suite, comparison.model, cases)]
    if comparison.only_new:
        lines += [[], [(f"in the new run only: {visible(', '.join(comparison.only_new))}", "")]]
    lines.append([])
    lines.append([(headline(comparison), _OUTCOMES[comparison.outcome])])
    lines += [[(f"  {visible(why)}", "")] for why in (*comparison.worse, *comparison.undecided)]
    return [inert_line(line) for line in lines]


def _suite_lines(suite: SuiteComparison, model: str, cases: int) -> Iterator[Line]:
    counted = f"{many(suite.n_examples, 'example')}, {many(len(suite.pairs), 'case')} in both"
    yield [(visible(suite.name), "bold"), (f"  {visible(suite.new.path)}  ({counted})", "")]
    for note in remarks(suite, model):
        yield [(f"  {visible(note)}", "light")]
    if suite.effects:
        yield [(f"  {'':26}{'old':>7}{'new':>9}  difference", "light")]
    for one in suite.effects:
        yield [(f"  {effect_name(one):26}{one.old:7.3f}{one.new:9.3f}  ", ""), (difference_in_words(one), _style(one))]
    yield [(f"  {counts_in_words(suite)}", "bold")]
    for change in SHOWN:
        found = suite.changed(change)
        if found and cases:
            more = f", the first {cases} of {len(found):,}" if len(found) > cases else ""
            yield [(f"  {change}{more}:", STYLES[change])]
            for pair in found[:cases]:
                yield from pair_lines(pair)
    yield from _group_lines(suite, cases)
    changed = [gate for gate in suite.gates if gate.changed]
    kept = len(suite.gates) - len(changed)
    if suite.gates:
        yield [("  gates: ", "bold"), (f"{len(changed):,} with another status, {kept:,} as before", "")]
    for gate in changed:
        yield [(f"    {gate_words(gate)}", "red bold" if gate.broke else "")]


def _group_lines(suite: SuiteComparison, cases: int) -> Iterator[Line]:
    """Examples whose variants have other names than before, by what became of them together."""
    for change in (Change.BROKE, Change.HEALED):
        found = [group for group in suite.groups if group.change is change]
        if found and cases:
            more = f", the first {cases} of {len(found):,}" if len(found) > cases else ""
            yield [(f"  {change}, of the examples under other variants{more}:", STYLES[change])]
            for group in found[:cases]:
                yield [(f"    {visible(_group_name(group))}  {_shares(group)}", "")]


def pair_lines(pair: Pair) -> Iterator[Line]:
    """A case in both runs: its name, its answers, and the prompt if that changed."""
    yield [(f"    {visible(pair.new.family)}::{visible(pair.new.name)}  {_answers(pair)}", "")]
    if pair.old.prompt != pair.new.prompt:
        yield [("        ", ""), (_prompt_change(pair), "")]


def _group_name(group: Group) -> str:
    return f"{group.new[0].use}[{group.new[0].example}]"


def _shares(group: Group) -> str:
    """ "right in 8 of 8 -> 3 of 8 variants"; "kept" without gold answers."""
    word = "right" if group.new[0].expected is not None else "kept"
    counts = [
        f"{round((share or 0) * len(side))} of {len(side)}"
        for share, side in zip(group.shares, (group.old, group.new), strict=True)
    ]
    return f"{word} in {' -> '.join(counts)} variants"


def gate_words(gate: GateChange) -> str:
    """ "accuracy: pass -> fail (0.960 -> 0.780, at least 0.8)"."""
    values = " -> ".join(_value(one) for one in (gate.old, gate.new))
    bounds = list(dict.fromkeys(one.bound for one in (gate.old, gate.new) if one is not None))
    statuses = " -> ".join("no such gate" if one is None else str(one.status) for one in (gate.old, gate.new))
    return f"{visible(gate.id)}: {statuses} ({values}, {' -> '.join(bounds)})"


def headline(comparison: Comparison) -> str:
    """The conclusion of the comparison as text."""
    outcome = comparison.outcome
    if outcome is Outcome.UNDECIDED:
        return "the runs cannot be compared"
    return f"the new run is {outcome}"


def remarks(suite: SuiteComparison, model: str) -> Iterator[str]:
    """What differs besides the answers, and what was not compared."""
    differs = [*suite.differs, *([f"model changed ({model})"] if model else [])]
    if differs and not model:
        differs.append("model unchanged")
    yield "; ".join(differs) if differs else "prompt and model unchanged"
    left = _left(suite.left)
    if left:
        yield f"not compared: {left}"


def _left(left: Left) -> str:
    parts = (
        (left.only_old, "only in the old run"),
        (left.only_new, "only in the new run"),
        (left.other_examples, "of examples whose contents changed"),
        (left.other_variants, "of operators whose version, parameters or seed changed"),
        (left.unanswered, "without an answer in one of them"),
    )
    return ", ".join(f"{many(count, 'case')} {what}" for count, what in parts if count)


def counts_in_words(suite: SuiteComparison) -> str:
    """How many cases broke, healed, changed and stayed."""
    counts, more = suite.counts(), ""
    said = [f"{counts[change]:,} {change}" for change in (Change.BROKE, Change.HEALED)]
    if suite.groups:
        moved = Counter(group.change for group in suite.groups)
        more = f"; {many(len(suite.groups), 'example')} under other variants: "
        more += f"{moved[Change.BROKE]:,} broke, {moved[Change.HEALED]:,} healed"
    return (
        ", ".join([*said, f"{counts[Change.CHANGED]:,} other answers changed", f"{counts[Change.SAME]:,} stayed"])
        + more
    )


def _answers(pair: Pair) -> str:
    gold = "" if pair.new.expected is None else f" (gold {_answer(pair.new.expected)})"
    return f"{_answer(pair.old.answer)} -> {_answer(pair.new.answer)}{gold}"


def _answer(answer: str | None) -> str:
    shown = "?" if answer is None else visible(answer)
    return shown if len(shown) <= 24 else f"{shown[:23]}…"


def _prompt_change(pair: Pair) -> str:
    """What changed in the new prompt; else what the perturbation changed in it."""
    before = pair.old.prompt if pair.old.prompt != pair.new.prompt else pair.new.clean_prompt
    return marked(short_diff(prompt_diff(before, pair.new.prompt), _WIDTH))


def effect_name(one: Effect) -> str:
    """The name of an effect; indented below the suite's for a family."""
    name = _NAMES.get(one.metric, one.metric)
    return name if one.scope == "suite" else f"  {visible(one.group)} {name}"


def difference_in_words(one: Effect) -> str:
    """ "-0.056 [-0.138, +0.037]  p < 0.001"."""
    ends = "" if one.low is None or one.high is None else f" [{one.low:+.3f}, {one.high:+.3f}]"
    return f"{one.difference:+.3f}{ends}{'' if one.p is None else f'  p {shown_p(one.p)}'}"


def _style(one: Effect) -> str:
    return {-1: "red", 0: "", 1: "green"}[one.sign]


def _value(decision: Decision | None) -> str:
    m = None if decision is None else decision.measurement
    return "n/a" if m is None or m.value is None else f"{m.value:.3f}"


def model_of(run: RunResult) -> str:
    """The name of the model that answered a run."""
    model: ModelFacts | None = run.manifest.model
    return f"(model {model.spec})" if model is not None else "(no model was opened)"
