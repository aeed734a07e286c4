"""A run as SARIF 2.1.0: a result for each gate that does not pass and each case of a strict suite that fails."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from llmrobust.metrics import METRICS
from llmrobust.report.problems import UNDECIDED, Place, Places, Problem, problems
from llmrobust.results.judge_result import judge_notes
from llmrobust.results.run_result import RunResult
from llmrobust.score.verdict import Status

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""The name of the repository's root, which paths are relative to."""
MOST_RESULTS = 25_000
"""Results that GitHub takes of one run."""
_CASES = {
    Status.FLIPPED: "The answer changed although it must stay, or did not change as required.",
    Status.WRONG: "The answer is not the gold answer.",
    Status.STUCK: "The answer stayed although the edit must change it.",
    Status.UNPARSED: "The answer could not be read.",
    Status.TRUNCATED: "The answer was cut off at the limit of tokens.",
    Status.NO_ANSWER: "The prompt, or the original one, got no answer.",
}


def to_sarif(result: RunResult, places: Places = str) -> dict[str, Any]:
    """The run as a SARIF log. places: from paths of the run to ones relative to the repository."""
    found = problems(result, places)
    kept = found[:MOST_RESULTS]
    rules = sorted({one.rule for one in found} | _metrics_of(result))
    index = {rule: number for number, rule in enumerate(rules)}
    notes = _notes(result, len(found) - len(kept))
    model = result.manifest.model
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "llmrobust",
                        "semanticVersion": result.manifest.llmrobust,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "automationDetails": {"id": "llmrobust/"},
                "invocations": [
                    {"executionSuccessful": not result.requests.failed, "toolExecutionNotifications": notes}
                ],
                "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, index) for one in kept],
                "properties": {"model": model.spec if model is not None else None, "sent": result.requests.sent},
            }
        ],
    }


def sarif_text(result: RunResult, places: Places = str) -> str:
    """The log as the text of a file."""
    return json.dumps(to_sarif(result, places), indent=1) + "\n"


def _metrics_of(result: RunResult) -> set[str]:
    return {f"gate/{decision.target.gate.metric}" for suite in result.suites for decision in suite.decisions}


def _rule(rule: str) -> dict[str, Any]:
    kind, _, name = rule.partition("/")
    if rule == UNDECIDED:
        short = "A suite was not decided"
        full = "Not all cases of the suite were answered, or it has neither gates nor strict cases."
    elif kind == "gate":
        short = f"The gate on {name} does not pass"
        formula = METRICS.get(name).formula if name in METRICS.names() else "a metric of a plugin"
        full = f"{name} is {formula}. A gate that could not be evaluated does not pass."
    else:
        short, full = f"A case of a strict suite: {name}", _CASES[Status(name)]
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.replace("/", "-").replace("_", "-").split("-")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": f"{full} `llmrobust metrics` explains every metric."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["llm", "robustness"]},
    }


def _result(problem: Problem, index: dict[str, int]) -> dict[str, Any]:
    print_ = fingerprint(problem)
    located = {
        "ruleId": problem.rule,
        "ruleIndex": index[problem.rule],
        "level": problem.level,
        "message": {"text": _text(f"{problem.title}\n{problem.message}")},
        "locations": [_location(problem.place)],
        "partialFingerprints": {"primaryLocationLineHash": f"{print_}:1", "llmrobust/v1": print_},
    }
    related = [{"id": number, **_location(place)} for number, place in enumerate(problem.related, 1)]
    return {**located, "relatedLocations": related} if related else located


def fingerprint(problem: Problem) -> str:
    """Identifies a problem, independent of its line and the measured values."""
    parts = [problem.place.path, problem.suite, problem.rule, problem.key]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _location(place: Place) -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(place.path), "region": {"startLine": max(1, place.line)}}
    located: dict[str, Any] = {"physicalLocation": physical}
    return {**located, "message": {"text": _text(place.text)}} if place.text else located


def _artifact(path: str) -> dict[str, str]:
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": ROOT}


def _notes(result: RunResult, left_out: int) -> list[dict[str, Any]]:
    """Why the run is incomplete, and what judges are worth."""
    said = [f"{result.requests.failed:,} prompts got no answer"] if result.requests.failed else []
    said += [f"{left_out:,} results were left out: GitHub takes {MOST_RESULTS:,}"] if left_out else []
    judges = [
        f"{suite.name}: {note}"
        for suite in result.suites
        for note in judge_notes(None if suite.answer is None else suite.answer.judge, suite.judge)
    ]
    found = [*(("error", text) for text in said), *(("note", text) for text in judges)]
    return [{"level": level, "message": {"text": _text(text)}} for level, text in found]


def _text(text: str) -> str:
    """A message's text: braces would be placeholders in it, and brackets before parentheses a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
