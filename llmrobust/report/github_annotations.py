"""Annotations of GitHub Actions: workflow commands that a runner reads from a step's output.

A step shows ten errors and ten warnings, so the most important come first and the last one sums up the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmrobust.errors import Diagnostic
from llmrobust.report.problems import Level, Place, Places, Problem, problems
from llmrobust.results.run_result import RunResult

SHOWN = 10
"""Annotations of a level that GitHub shows of a step."""
MESSAGE = 2000
"""Characters of an annotation's message; GitHub cuts at 4 KB, and every character may be escaped."""
_TITLE = 200
_WORST = 3


def annotation_lines(result: RunResult, places: Places = str) -> list[str]:
    """Workflow commands for the errors and warnings of a run; none for a run that passed."""
    found = [one for one in problems(result, places) if one.level != "note"]
    prompts = list(_prompts(found))
    lines: list[str] = []
    levels: tuple[Level, ...] = ("error", "warning")
    for level in levels:
        gates = [one for one in found if one.level == level and not one.rule.startswith("case/")]
        cases = [one for one in found if one.level == level and one.rule.startswith("case/")]
        own = [one for one in prompts if one.level == level]
        lines += _shown([*gates[: SHOWN - 1 - len(own)], *own, *gates[SHOWN - 1 - len(own) :], *cases], level)
    return lines


def mistake_lines(found: Sequence[Diagnostic], places: Places = str) -> list[str]:
    """Workflow commands for mistakes in suites, on their lines."""
    mistakes = [
        Problem(
            rule="suite",
            level="error",
            suite="",
            title="the suite cannot be read",
            message=text,
            place=Place(places(str(at.path)), at.line),
            key="suite",
        )
        for at, text in ((one.location, "\n".join(filter(None, (one.message, one.hint)))) for one in found)
    ]
    return list(_shown(mistakes, "error"))


def command(level: Level, message: str, place: Place | None = None, title: str = "") -> str:
    """A workflow command on one line; nothing in its parts can end it or start another."""
    properties = {} if place is None else {"file": place.path, "line": str(place.line)}
    if title:
        properties["title"] = title[:_TITLE]
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level}{' ' if given else ''}{given}::{_data(message[:MESSAGE])}"


def _shown(found: Sequence[Problem], level: Level) -> Iterator[str]:
    kept = found if len(found) <= SHOWN else found[: SHOWN - 1]
    for one in kept:
        worst = [place.text for place in one.related if place.path == one.place.path][:_WORST]
        message = "\n".join([one.message, *(f"worst: {text}" for text in worst)])
        yield command(one.level, message, one.place, one.title)
    if len(kept) < len(found):
        more = (
            f"{len(found) - len(kept):,} more {level}s, which GitHub does not show beside files; the summary has them"
        )
        yield command(level, more, None, "llmrobust")


def _prompts(found: Sequence[Problem]) -> Iterator[Problem]:
    """A problem for each prompt file whose suite's gates do not pass: a pull request shows that file, not the suite."""
    files: dict[tuple[str, str], list[tuple[Problem, Place]]] = {}
    for one in found:
        for place in one.related if not one.rule.startswith("case/") else ():
            if place.path != one.place.path:
                files.setdefault((one.suite, place.path), []).append((one, place))
    for (suite, _), entries in files.items():
        titles = list(dict.fromkeys(one.title.removeprefix(f"{suite}: ") for one, _ in entries))
        level: Level = "error" if any(one.level == "error" for one, _ in entries) else "warning"
        message = f"with this prompt: {', '.join(titles)}"
        first = entries[0][1]
        place = Place(first.path, min(place.line for _, place in entries))
        yield Problem(
            rule="prompt",
            level=level,
            suite=suite,
            title=f"{suite}: {len(titles)} not passed",
            message=message,
            place=place,
            key="prompt",
        )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
