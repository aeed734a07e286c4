"""The summary of a run as lines of styled text; the plugin writes them.

A line is a list of (text, style) pairs; a style is a list of names that pytest's terminal writer knows ("bold red").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import wrap

from llmrobust.gate import Decision, DecisionStatus
from llmrobust.metrics import Measurement
from llmrobust.models.context_length import TOO_LONG
from llmrobust.models.protocol import ADAPTED, BY_ADDRESS, LEFT_OUT, NOT_OPENED, SERVERS, SESSION_ONLY
from llmrobust.plan import ORIGINAL
from llmrobust.report.failure_messages import smallest_diff, smallest_words
from llmrobust.report.matrix_text import matrix_lines
from llmrobust.report.methods_text import method_lines
from llmrobust.report.terminal_lines import WIDTH, Line, inert_line
from llmrobust.results.changes_summary import changed_lines, is_unchanged
from llmrobust.results.cost import cost_of
from llmrobust.results.judge_result import judge_notes
from llmrobust.results.matrix import base_of, matrices
from llmrobust.results.method_comparison import chosen_uses, compare_methods
from llmrobust.results.model_identity import identity_note
from llmrobust.results.run_data import EmbedderFacts, JudgeFacts, Requests
from llmrobust.results.run_result import RunResult
from llmrobust.results.sanity_baselines import baseline_lines
from llmrobust.results.suite_result import ANSWER, SuiteResult
from llmrobust.results.suite_warnings import scoring_note, suite_warnings
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import left_out_words
from llmrobust.text.escaping import visible
from llmrobust.text.phrases import many
from llmrobust.text.word_diff import marked, prompt_diff, short_diff

_NAME = 28
_COLUMNS = (("cases", 8), ("accuracy", 19), ("consistency", 19), ("drop", 9), ("worst", 8), ("mass", 7))
DECISION_STYLES = {
    DecisionStatus.PASS: "green",
    DecisionStatus.FAIL: "red bold",
    DecisionStatus.INCONCLUSIVE: "yellow bold",
    DecisionStatus.NOT_EVALUATED: "yellow bold",
}
IN_FULL = 2
"""Prompts and models of a suite that have tables of their own; of more, the matrix is enough."""
_DIFF = {"same": "", "removed": "red", "added": "green"}


def summary_lines(result: RunResult, flips: int = 10) -> list[Line]:
    """All lines of the summary: the model, then each suite's metrics, at most `flips` flipped cases, and gates."""
    lines = [*model_lines(result), *([(text, "")] for text in changed_lines(result))]
    for matrix in matrices([result]):
        lines += [[], *matrix_lines(matrix)]
    columns = Counter(base_of(suite) for suite in result.suites if suite.column is not None)
    for suite in result.suites:
        if is_unchanged(suite) and not suite.cases:
            continue
        if columns[base_of(suite)] > IN_FULL:
            lines += [[], *column_lines(suite)]
            continue
        lines += [[], *suite_lines(suite), *flip_lines(suite, flips), *decision_lines(suite)]
        if suite.methods and suite.cases:
            lines += [[], *method_lines(compare_methods(result, suite, chosen_uses(suite)))]
    return [inert_line(line) for line in lines]


def column_lines(suite: SuiteResult) -> list[Line]:
    """One of many prompts and models of a suite, of which the matrix shows the figures: its warnings and gates."""
    left = f"  ({len(suite.cases):,} of {suite.planned:,} cases)" if len(suite.cases) < suite.planned else ""
    lines: list[Line] = [[(suite.name, "bold"), (left, "")]]
    for warning in suite_warnings(suite):
        lines += [[(text, "yellow bold")] for text in wrap(f"warning: {warning}", WIDTH, subsequent_indent=" " * 9)]
    return [*lines, *decision_lines(suite)]


def model_lines(result: RunResult) -> list[Line]:
    """Which model answered, and how many prompts it took."""
    model, asked = result.manifest.model, result.requests
    distinct = f", {asked.unique:,} distinct" if asked.unique != asked.planned else ""
    counted = f"{many(asked.planned, 'prompt')}{distinct}: {asked.sent:,} sent, {asked.from_store:,} from the store"
    if result.timing.busy_s > 0 and asked.sent:
        counted += f" ({asked.sent / result.timing.busy_s:,.0f} prompts/s)"
    line: Line = [(counted, "")]
    if asked.failed:
        line.append((f", {asked.failed:,} failed", "red bold"))
    name = f"model {model.spec} ({model.name}, {model.backend})" if model else "no model was opened"
    details = dict(model.details) if model else {}
    not_opened = details.get(NOT_OPENED)
    note = identity_note(result)
    if note:
        line.append((f"; {note}", "yellow" if SESSION_ONLY in note or BY_ADDRESS in note else ""))
    judges: list[Line] = [[(judge_words(one), "")] for one in result.judges]
    cost = cost_of(result)
    return [
        [(name, "bold")],
        *([[(f"not opened: {not_opened}", "yellow")]] if not_opened else []),
        line,
        *([[(tokens_words(asked), "")]] if cost is not None and asked.sent else []),
        *_server_lines(details),
        *judges,
        *([[(embedder_words(one), "")] for one in result.embedders]),
        *([[(cost.words(), "")]] if cost is not None else []),
    ]


def _server_lines(details: Mapping[str, str]) -> list[Line]:
    """What servers refused, how many there were if they came and went, and which were left out."""
    lines: list[Line] = []
    if adapted := details.get(ADAPTED):
        lines.append([(f"adapted to the server: {adapted}", "yellow")])
    if servers := details.get(SERVERS):
        lines.append([(f"servers that took part: {servers}", "")])
    if left_out := details.get(LEFT_OUT):
        lines.append([(f"left out: {left_out}", "yellow")])
    return lines


def judge_words(judge: JudgeFacts) -> str:
    """Which judge was asked, and how many prompts it took."""
    asked, model = judge.requests, judge.model
    name = "never opened" if model is None else f"{model.name}, {model.backend}"
    said = f"judge {' '.join(judge.specs)} ({name}): {many(asked.unique, 'prompt')}: {asked.sent:,} sent, "
    return f"{said}{asked.from_store:,} from the store" + (f", {asked.failed:,} failed" if asked.failed else "")


def tokens_words(asked: Requests) -> str:
    """ "4,200 prompt tokens (1,000 of them cached), 310 generated (120 thinking)"."""
    cached = f" ({asked.cached_tokens:,} of them cached)" if asked.cached_tokens else ""
    thinking = f" ({asked.reasoning_tokens:,} thinking)" if asked.reasoning_tokens else ""
    return f"{asked.prompt_tokens:,} prompt tokens{cached}, {asked.completion_tokens:,} generated{thinking}"


def embedder_words(one: EmbedderFacts) -> str:
    """Which embedder was asked, and for how many texts."""
    asked = one.requests
    tokens = f", {asked.prompt_tokens:,} tokens" if asked.prompt_tokens else ""
    said = f"embedder {one.spec}: {many(asked.unique, 'text')}: {asked.sent:,} sent{tokens}, "
    return f"{said}{asked.from_store:,} from the store"


def suite_lines(suite: SuiteResult) -> list[Line]:
    """The table of a suite's metrics, one row for the suite, each family and each operator, and what was left out."""
    chosen = f"{len(suite.cases):,} of {suite.planned:,} cases" if len(suite.cases) < suite.planned else ""
    if suite.waves is not None:
        chosen = f"{chosen or 'all cases'} in {many(suite.waves, 'wave')}"
    counts = ", ".join(filter(None, (examples_words(suite), chosen)))
    lines: list[Line] = [[(suite.name, "bold"), (f"  {suite.path}  ({counts})", "")]]
    names = _COLUMNS if _known(suite.measurement("label_mass")) else _COLUMNS[:-1]
    lines.append([("".ljust(_NAME) + "".join(name.rjust(width) for name, width in names), "light")])
    clean = suite.measurement("clean_accuracy")
    if clean is not None and clean.value is not None:
        lines.append([(_cells("original", f"{clean.n_examples:,}", with_interval(clean), "", "", "", ""), "")])
    lines += [
        [(_row(suite, scope, group, indent, cases), "bold" if scope == "suite" else "")]
        for scope, group, indent, cases in table_rows(suite)
    ]
    lines += _meters(suite)
    lines += [[(text, "bold")] for line in baseline_lines(suite) for text in wrap(line, WIDTH, subsequent_indent="  ")]
    if suite.noise is not None:
        low, high = (f"{end:.2f}".replace("0.", ".", 1) for end in suite.noise.interval())
        asked = f"{int(suite.noise.asked.sum()):,} identical prompts sent again, {suite.noise.n_examples:,} examples"
        lines.append([(f"noise floor {suite.noise.rate:.3f} [{low},{high}] ({asked})", "")])
    for warning in suite_warnings(suite):
        lines += [[(text, "yellow bold")] for text in wrap(f"warning: {warning}", WIDTH, subsequent_indent=" " * 9)]
    notes = [text for note in table_notes(suite) for text in wrap(note, WIDTH - 2, subsequent_indent="  ")]
    return lines + [[(f"  {note}", "light")] for note in notes]


def flip_lines(suite: SuiteResult, most: int) -> list[Line]:
    """The first flipped cases: example, variant, answers before and after, and the edit."""
    flipped = [case for case in suite.cases if case.status in (Status.FLIPPED, Status.STUCK)]
    if not flipped or most < 1:
        return []
    more = f", the first {most} of {len(flipped):,}" if len(flipped) > most else ""
    lines: list[Line] = [[(f"flipped{more}:", "yellow")]]
    for case in flipped[:most]:
        lines += _flip(case)
        if case.smallest is not None:
            diff = smallest_diff(case.clean_prompt, case.smallest, WIDTH - 16)
            lines.append([(f"      smallest: {diff}", "yellow")])
            lines.append([(f"      {smallest_words(case.smallest)}", "light")])
    return lines


def decision_lines(suite: SuiteResult) -> list[Line]:
    """One line per decision, and the remedy below an undecided one."""
    if not suite.decisions:
        return []
    width = min(40, max(len(decision.id) for decision in suite.decisions))
    lines: list[Line] = [[("gates:", "bold")]]
    for decision in suite.decisions:
        text = f"  {decision.id.ljust(width)}  {measured_words(decision)}"
        lines.append([(f"  {decision.status.upper():13}", DECISION_STYLES[decision.status]), (text, "")])
        if decision.status is DecisionStatus.NOT_EVALUATED:
            lines.append([(f"{'':17}{decision.reason}", "")])
        if decision.remedy:
            lines.append([(f"{'':17}{decision.remedy}", "")])
    return lines


def decision_text(decisions: Sequence[Decision]) -> list[str]:
    """One line per decision, without styles."""
    width = min(40, max((len(one.id) for one in decisions), default=0))
    return [f"{one.status.upper():13}  {one.id.ljust(width)}  {measured_words(one)}" for one in decisions]


def measured_words(decision: Decision) -> str:
    """ "0.912 [.88, .94], at least 0.9"."""
    m = decision.measurement
    if m is None or m.value is None:
        return decision.bound
    early = f", after {decision.early[0]:,} of {decision.early[1]:,} examples" if decision.early else ""
    return f"{with_interval(m)}, {decision.bound}{early}"


def _flip(case: CaseResult) -> list[Line]:
    answers = f"{_answer(case.clean_answer)} -> {_answer(case.answer)}"
    gold = "" if case.expected is None else f" (gold {_answer(case.expected)})"
    column = case.use if case.variant in ("", case.use) else f"{case.use}/{case.variant}"
    head = f"  {visible(case.example)}  {column}  {answers}{gold}"
    room = WIDTH - len(head) - 2
    pieces = short_diff(prompt_diff(case.clean_prompt, case.prompt), room if room >= 40 else WIDTH - 6)
    diff: Line = [(marked([piece]), _DIFF[piece[0]]) for piece in pieces]
    return [[(f"{head}  ", ""), *diff]] if room >= 40 else [[(head, "")], [("      ", ""), *diff]]


def _answer(answer: str | None) -> str:
    shown = "?" if answer is None else visible(answer)
    return shown if len(shown) <= 24 else f"{shown[:23]}…"


def table_rows(suite: SuiteResult) -> list[tuple[str, str, int, int]]:
    """Scope, group, indent and cases of every row; a family with one operator is shown as that operator.

    Variants with names of their own (published modifications and columns) have a row each below their operator.
    The fields of JSON answers that are compared by field come last.
    """
    counts = Counter((case.family, case.operator) for case in suite.cases if case.family != ORIGINAL)
    families: dict[str, list[str]] = {}
    for family, operator in counts:
        families.setdefault(family, []).append(operator)
    rows: list[tuple[str, str, int, int]] = [("suite", "", 0, counts.total())] if counts else []
    for family, operators in families.items():
        if len(operators) > 1:
            rows.append(("family", family, 1, sum(counts[family, name] for name in operators)))
        indent = 2 if len(operators) > 1 else 1
        for name in operators:
            rows.append(("operator", name, indent, counts[family, name]))
            rows += variant_rows(suite, name, indent + 1)
    parts = dict.fromkeys(m.group for m in suite.measurements if m.scope == ANSWER) if counts else {}
    return rows + [(ANSWER, name, 1, counts.total()) for name in parts]


def variant_rows(suite: SuiteResult, operator: str, indent: int) -> list[tuple[str, str, int, int]]:
    """Rows of an operator's variants, if they have names of their own, as published modifications have."""
    counts = Counter(case.column for case in suite.cases if case.operator == operator)
    return [("variant", column, indent, counts[column]) for column in suite.named_variants(operator)]


def row_name(scope: str, group: str) -> str:
    """What a row is called: a family, an operator or a variant, `answer.age` for a field of JSON answers."""
    if scope == "variant":
        return group.partition("/")[2] or group
    return f"{ANSWER}.{group}" if scope == ANSWER else group or "all perturbed"


def _row(suite: SuiteResult, scope: str, group: str, indent: int, cases: int) -> str:
    def found(metric: str) -> Measurement | None:
        return suite.measurement(metric, scope, group)

    accuracy, consistency, drop, worst = map(found, ("accuracy", "consistency", "accuracy_drop", "worst_case_accuracy"))
    mass = found("label_mass")
    bound = "≥" if suite.mass_is_bound else ""
    shown_mass = f"{bound}{mass.value:.3f}" if mass is not None and mass.value is not None else ""
    name = "  " * indent + row_name(scope, group)
    shown_drop = "n/a" if drop is None or drop.value is None else f"{drop.value:+.3f}"
    shown_worst = "n/a" if worst is None or worst.value is None else f"{worst.value:.3f}"
    return _cells(
        name, f"{cases:,}", with_interval(accuracy), with_interval(consistency), shown_drop, shown_worst, shown_mass
    )


def _cells(name: str, *cells: str) -> str:
    shown = name if len(name) < _NAME else f"{name[: _NAME - 2]}…"
    return (shown.ljust(_NAME) + "".join(c.rjust(w) for c, (_, w) in zip(cells, _COLUMNS, strict=True))).rstrip()


def _known(m: Measurement | None) -> bool:
    return m is not None and m.value is not None


def with_interval(m: Measurement | None) -> str:
    """ "0.912 [.88, .94]"; three digits where the interval is narrower than 0.02."""
    if m is None or m.value is None:
        return "n/a"
    if m.low is None or m.high is None:
        return f"{m.value:.3f}"
    digits = 3 if m.high - m.low < 0.02 else 2
    low, high = (f"{round(end, digits) + 0.0:.{digits}f}".replace("0.", ".", 1) for end in (m.low, m.high))
    return f"{m.value:.3f} [{low},{high}]"


def _meters(suite: SuiteResult) -> list[Line]:
    """What to expect of real inputs, and whether the suite shows that the model reads its input at all."""
    traffic = traffic_words(suite)
    return [*([[(traffic, "bold")]] if traffic else []), *_sensitivity(suite)]


def traffic_words(suite: SuiteResult) -> str:
    """ "traffic_flip_rate 0.062 [.04,.09] expected of real inputs"; empty for suites without `weights: traffic`."""
    expected = suite.measurement("traffic_flip_rate")
    if expected is None:
        return ""
    undefined = f" ({expected.undefined})" if expected.undefined else ""
    return f"traffic_flip_rate {with_interval(expected)} expected of real inputs{undefined}"


def _sensitivity(suite: SuiteResult) -> list[Line]:
    """Whether the suite shows that the model reads its input: consistency alone does not."""
    kept, moved = suite.measurement("consistency"), suite.measurement("sensitivity")
    if kept is None or kept.value is None:
        return []
    if moved is None or moved.value is None:
        return [
            [
                (
                    "a model that ignores its input also has a consistency of 1: no edit here must change the answer",
                    "light",
                )
            ]
        ]
    cases = f"{many(moved.n_cases, 'case')} whose answer must change"
    return [[(f"sensitivity {with_interval(moved)}", "bold"), (f" ({cases})", "")]]


def examples_words(suite: SuiteResult) -> str:
    """How many examples, and in how many clusters: "1,642 examples in 337 clusters"."""
    said = many(suite.n_examples, "example")
    return said if suite.n_clusters is None else f"{said} in {many(suite.n_clusters, 'cluster')}"


def sampling_notes(suite: SuiteResult) -> list[str]:
    """Where answers are drawn at random: that flips include chance, and what would measure it."""
    sampling = suite.sampling
    if sampling is None or sampling.temperature == 0 or suite.noise is not None:
        return []
    repeats = f", {suite.repeats} repeats" if suite.repeats > 1 else ""
    return [
        f"temperature {sampling.temperature:g}{repeats}: some flips are chance; `noise_floor: {{examples: 50}}` in the "
        "suite sends unperturbed prompts again, and subtracts how often their answers differ"
    ]


def table_notes(suite: SuiteResult) -> list[str]:
    """What the table does not count, and why values are missing from it."""
    notes = [one for one in (left_out_words(suite.left_out), scoring_note(suite)) if one]
    notes += sampling_notes(suite)
    notes += judge_notes(None if suite.answer is None else suite.answer.judge, suite.judge)
    for counts in (use.counts for use in suite.uses):
        left = [
            (counts.not_applicable, "not applicable"),
            (counts.unchanged, "unchanged"),
            (counts.duplicates, "repeated"),
        ]
        said = ", ".join(f"{number:,} {what}" for number, what in left if number)
        if said:
            notes.append(f"{counts.use}: {said} (no case)")
        notes += [f"{counts.use}: {said}" for said in (counts.said_dropped, counts.said_fewer) if said]
    statuses = suite.statuses()
    unread = [status for status in (Status.UNPARSED, Status.TRUNCATED) if statuses[status]]
    if unread:
        said = ", ".join(f"{statuses[status]:,} {status}" for status in unread)
        notes.append(f"{said} (count as wrong and as flipped)")
    if statuses[Status.NO_ANSWER]:
        too_long = sum(case.status is Status.NO_ANSWER and case.reason.startswith(TOO_LONG) for case in suite.cases)
        if too_long:
            said = "1 prompt is" if too_long == 1 else f"{too_long:,} prompts are"
            notes.append(f"{said} too long for the model: `too_long: skip` in the suite leaves their examples out")
        notes.append(f"{statuses[Status.NO_ANSWER]:,} without an answer (not counted; no gate is decided)")
    shown = {"accuracy", "consistency", "accuracy_drop", "worst_case_accuracy"}
    reasons = dict.fromkeys(m.undefined for m in suite.measurements if m.undefined and m.metric in shown)
    return notes + [f"n/a: {reason}" for reason in reasons]
