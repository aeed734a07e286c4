"""What a watcher sees: what was saved, what that changed, and what the gates say now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from llmrobust.gate import DecisionStatus
from llmrobust.report.comparison_text import SHOWN, STYLES, counts_in_words, pair_lines, remarks
from llmrobust.report.run_terminal import DECISION_STYLES, flip_lines, measured_words
from llmrobust.report.terminal_lines import WIDTH, Line, inert_line
from llmrobust.results.comparison import Comparison, SuiteComparison
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.score.verdict import Status
from llmrobust.text.phrases import many
from llmrobust.watch.warm import Answered

KEYS = (
    ("r", "rerun"),
    ("f", "only what failed"),
    ("a", "all"),
    ("m", "more cases"),
    ("h", "help"),
    ("q", "quit"),
)
HELP = (
    "r or Enter  run all suites again; servers are asked anew which model they have",
    "f           run only the cases that did not pass in the last whole run, now and on every save, without gates",
    "a           run all cases again, now and on every save",
    "m           show more, or fewer, of the cases that changed",
    "q, Ctrl-C   quit",
)
FEW = 6
MOST = 10_000
"""Lines for the cases of a suite: at least, and where all are wanted."""
FOOTER = 3
FIGURES = (("clean_accuracy", "unperturbed"), ("accuracy", "accuracy"), ("consistency", "consistency"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A suite file as it stands. answered: its last run, None before the first; compared: that beside the last whole
    run before. problem: why there is no run of it now, empty if there is. took_s: of the run."""

    path: Path
    answered: Answered | None = None
    compared: Comparison | None = None
    problem: str = ""
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that is shown. saved: names of the files that the last run was made for. ran: the suite files that it
    was of. doing: what is going on, empty if nothing is."""

    models: str
    root: Path
    seen: tuple[Seen, ...]
    saved: tuple[str, ...] = ()
    ran: frozenset[Path] = frozenset()
    only_failed: bool = False
    more: bool = False
    help: bool = False
    problem: str = ""
    clock: str = ""


def screen_lines(screen: Screen, height: int = 40) -> list[Line]:
    """The whole screen. height: lines of the terminal; of a small one, cases are given what is left."""
    mode = "  only what failed" if screen.only_failed else ""
    head = f"  {many(len(screen.seen), 'suite')} on {screen.models}" if screen.models else ""
    lines: list[Line] = [
        [("llmrobust watch", "bold"), (head, ""), (mode, "yellow bold"), ("  ", ""), (screen.clock, "light")]
    ]
    if screen.saved:
        lines.append([("saved ", "light"), (", ".join(screen.saved), "")])
    if screen.problem:
        lines += [[], *problem_lines(screen.problem)]
    help: list[Line] = [[], *([(text, "")] for text in HELP)] if screen.help else []
    blocks = _blocks(screen, 0)
    left = height - FOOTER - len(lines) - len(help) - sum(len(block) + 1 for block in blocks)
    shown = sum(seen.path in screen.ran for seen in screen.seen) or 1
    for block in _blocks(screen, MOST if screen.more else max(FEW, left // shown)):
        lines += [[], *block]
    return [inert_line(line) for line in (*lines, *help)]


def _blocks(screen: Screen, room: int) -> list[list[Line]]:
    """The lines of every suite file. room: lines for the cases of each."""
    return [
        list(
            seen_lines(seen, screen.root, room)
            if seen.path in screen.ran or len(screen.seen) == 1
            else brief_lines(seen, screen.root)
        )
        for seen in screen.seen
    ]


def footer(doing: str = "") -> str:
    """The last line: what is going on, or the keys."""
    return doing or "   ".join(f"{key} {meaning}" for key, meaning in KEYS)


def seen_lines(seen: Seen, root: Path, room: int) -> Iterator[Line]:
    """A suite file that was run: every suite in it. room: lines for cases."""
    if seen.problem:
        yield [(_name(seen.path, root), "bold")]
        yield from problem_lines(seen.problem)
        return
    if seen.answered is None:
        yield [(_name(seen.path, root), "bold"), ("  not run yet", "light")]
        return
    run = seen.answered.result
    compared = {} if seen.compared is None else {id(one.new): one for one in seen.compared.suites}
    sent = f"{seen.answered.sent:,} sent" if seen.answered.sent else "nothing sent"
    for suite in run.suites:
        cases = f"{len(suite.cases):,} of {many(suite.planned, 'case')}" if seen.answered.partial else ""
        counted = ", ".join(filter(None, (cases or many(len(suite.cases), "case"), sent, f"{seen.took_s:.1f} s")))
        yield [(suite.name, "bold"), (f"  {suite.path}  ({counted})", "")]
        beside = compared.get(id(suite))
        yield from suite_lines(suite, beside, seen, room)
    if not run.suites:
        yield [(_name(seen.path, root), "bold"), ("  no cases", "yellow")]


def suite_lines(suite: SuiteResult, beside: SuiteComparison | None, seen: Seen, room: int) -> Iterator[Line]:
    """What a suite's run changed, and its gates. beside: it and the last whole run before."""
    partial = seen.answered is not None and seen.answered.partial
    yield [(f"  {figures(suite, None if partial or beside is None else beside.old)}", "")]
    for warning in suite_warnings(suite):
        yield from (
            [(text, "yellow")] for text in wrap(warning, WIDTH, initial_indent="  warning: ", subsequent_indent="  ")
        )
    if beside is None:
        yield from flip_lines(suite, room // 2)
    else:
        if not partial:
            yield [(f"  {next(remarks(beside, '' if seen.compared is None else seen.compared.model))}", "light")]
        yield [(f"  {counts_in_words(beside)}", "bold")]
        changed = list(_changed_lines(beside, room))
        yield from changed or flip_lines(suite, room // 2)
    if partial:
        yield [("  gates need all cases: press a", "yellow")]
    else:
        yield from gate_lines(suite, beside)


def _changed_lines(beside: SuiteComparison, room: int) -> Iterator[Line]:
    """The cases that broke, healed or changed, as many as there is room for."""
    kinds = [(change, found) for change in SHOWN if (found := beside.changed(change))]
    for change, found in kinds:
        few = max(0, room // len(kinds) - 1) // 2
        if not few:
            continue
        more = f", the first {few} of {len(found):,} (m: more)" if len(found) > few else ""
        yield [(f"  {change}{more}:", STYLES[change])]
        for pair in found[:few]:
            yield from pair_lines(pair)


def gate_lines(suite: SuiteResult, beside: SuiteComparison | None) -> Iterator[Line]:
    """One line for each gate, with what it was before if that changed; below them why some were not evaluated."""
    before = {} if beside is None else {gate.id: gate.old for gate in beside.gates}
    width = min(40, max((len(one.id) for one in suite.decisions), default=0))
    for one in suite.decisions:
        old = before.get(one.id, one)
        was = f"  (was {old.status})" if old is not None and old.status != one.status else ""
        style = DECISION_STYLES[one.status]
        yield [
            (f"  {one.status.upper():13}", style),
            (f"  {one.id.ljust(width)}  {measured_words(one)}", ""),
            (was, "bold"),
        ]
    why = [f"{one.reason}; {one.remedy}" for one in suite.decisions if one.status is DecisionStatus.NOT_EVALUATED]
    yield from ([(f"  {text}", "yellow")] for text in dict.fromkeys(why))
    if not suite.decisions:
        yield [("  no gates", "yellow")]


def brief_lines(seen: Seen, root: Path) -> Iterator[Line]:
    """A suite file that was not run this time, in one line."""
    if seen.problem:
        yield [(_name(seen.path, root), "bold"), ("  ", ""), (seen.problem.split("\n")[0], "red")]
    elif seen.answered is None:
        yield [(_name(seen.path, root), "bold"), ("  not run yet", "light")]
    run = None if seen.answered is None or seen.problem else seen.answered.result
    for suite in () if run is None else run.suites:
        passed = sum(one.passed for one in suite.decisions)
        style = "red" if run is None or has_failed(run) else "green"
        yield [(suite.name, "bold"), (f"  {passed:,} of {many(len(suite.decisions), 'gate')} pass", style)]


def problem_lines(problem: str) -> list[Line]:
    """An error, line by line."""
    return [[(f"  {line}", "red")] for line in problem.splitlines()]


def figures(suite: SuiteResult, old: SuiteResult | None) -> str:
    """ "accuracy 0.980 -> 0.950, consistency 0.980, 3 -> 4 flips"."""
    said = []
    for metric, name in FIGURES:
        now = _value(suite, metric)
        then = now if old is None else _value(old, metric)
        if now != "n/a":
            said.append(f"{name} {now}" if then in (now, "n/a") else f"{name} {then} -> {now}")
    flips, before = _flips(suite), None if old is None else _flips(old)
    said.append(many(flips, "flip") if before in (None, flips) else f"{before:,} -> {many(flips, 'flip')}")
    return ", ".join(said)


def has_failed(run: RunResult) -> bool:
    """Whether anything of a run is short of a pass: a gate, or without gates a case."""
    gates = [gate.passed for gate in run.gates]
    if gates:
        return not all(gates)
    return any(case.status is not Status.PASSED for suite in run.suites for case in suite.cases)


def shown_names(paths: Sequence[Path], root: Path) -> tuple[str, ...]:
    """The names of files for a reader, the first three of them."""
    more = (f"and {len(paths) - 3:,} more",) if len(paths) > 3 else ()
    return (*(_name(path, root) for path in paths[:3]), *more)


def _flips(suite: SuiteResult) -> int:
    return sum(case.status in (Status.FLIPPED, Status.STUCK) for case in suite.cases)


def _value(suite: SuiteResult, metric: str) -> str:
    found = suite.measurement(metric)
    return "n/a" if found is None or found.value is None else f"{found.value:.3f}"


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
