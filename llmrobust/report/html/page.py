"""The page itself: templates, style and script put together under a policy that allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from llmrobust import __version__
from llmrobust.prices import shown_money
from llmrobust.report.html.comparison_view import ComparisonView
from llmrobust.report.html.explorer import payload
from llmrobust.report.html.matrix_view import MatrixView
from llmrobust.report.html.methods_view import MethodsView
from llmrobust.report.html.view import SuiteView, first_bad
from llmrobust.results.comparison import compare
from llmrobust.results.cost import cost_of, cost_parts
from llmrobust.results.matrix import base_of, matrices
from llmrobust.results.method_comparison import chosen_uses, compare_methods
from llmrobust.results.model_identity import identity_note
from llmrobust.results.run_result import RunResult
from llmrobust.results.run_verdict import Outcome, run_verdict
from llmrobust.text.escaping import visible

SCRIPTS = ("unpack", "parts", "diff", "list", "detail", "explorer", "main")
"""The script's parts in their order; together they are one closure."""
TONES = {
    Outcome.PASSED: "good",
    Outcome.WARNED: "good",
    Outcome.FAILED: "bad",
    Outcome.UNDECIDED: "open",
    Outcome.SHARD: "open",
    Outcome.UNGATED: "open",
    Outcome.EMPTY: "bad",
}
MARKS = {"good": "✓", "bad": "✗", "open": "?"}
STATUS_MARKS = {
    "passed": "✓",
    "flipped": "⇄",
    "wrong": "✗",
    "stuck": "=",
    "unparsed": "?",
    "truncated": "…",
    "no-answer": "∅",
}


def html_report(run: RunResult, other: RunResult | None = None, home: str = "") -> str:
    """The report of a run as one self-contained page; other: the run that it is compared with (the older one). home:
    the address of a page of many runs that it belongs to.

    The text can always be encoded in UTF-8. Raises ReportError if cases contradict each other.
    """
    compared = None if other is None else compare(other, run, ("", ""))
    verdict = run_verdict(run)
    decisions = [decision for suite in run.suites for decision in suite.decisions]
    owners = {id(decision): suite.name for suite in run.suites for decision in suite.decisions}
    style, script = style_text(), _script()
    return str(
        environment()
        .get_template("page.html.jinja")
        .render(
            version=__version__,
            home=home,
            policy=policy(style, script),
            style=markup(style),
            script=markup(script),
            run=run,
            cost=cost_of(run),
            costs=cost_parts(run),
            identity=identity_note(run),
            verdict=verdict,
            tone=TONES[verdict.outcome],
            blocking=[(owners[id(one)] if len(run.suites) > 1 else "", one) for one in first_bad(decisions)],
            suites=[SuiteView.of(number, suite) for number, suite in enumerate(run.suites)],
            methods=_methods(run),
            matrices=[MatrixView.of(one) for one in matrices([run])],
            comparison=None if compared is None else ComparisonView.of(compared),
            payload=payload(run, compared),
            cases=sum(len(suite.cases) for suite in run.suites),
            examples=sum({base_of(suite): suite.n_examples for suite in run.suites}.values()),
            marks=MARKS,
            status_marks=STATUS_MARKS,
        )
    )


def _methods(run: RunResult) -> dict[int, MethodsView]:
    """The methods of each suite that compares some, by its place in the run."""
    return {
        number: MethodsView.of(compare_methods(run, suite, chosen_uses(suite)))
        for number, suite in enumerate(run.suites)
        if suite.methods and suite.cases
    }


def policy(style: str, script: str) -> str:
    """A content security policy that allows exactly this style and this script, and no loading of anything."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def style_text() -> str:
    """The style; dark colours apply if the reader chose them, or if the system prefers them and no script runs."""
    dark = _read("dark.css")
    system = f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme]) {{\n{dark}}} }}\n"
    return f'\n{_read("report.css")}{system}:root[data-theme="dark"] {{\n{dark}}}\n'


def _script() -> str:
    parts = [_read(f"script/{name}.js") for name in SCRIPTS]
    return '\n"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();\n"


@lru_cache
def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def markup(text: str) -> Any:
    """Trusted text that is inserted into the page unescaped."""
    from markupsafe import Markup

    return Markup(text)


def _shown(value: Any) -> Any:
    """The output of a template for a value: control characters in texts are made visible and encodable."""
    return visible(value) if type(value) is str else value


@lru_cache(maxsize=1)
def environment() -> Any:
    """Where templates are found, with their filters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("llmrobust.report.html", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    environment.filters |= {
        "share": _share,
        "signed": _signed,
        "count": _count,
        "money": shown_money,
        "percent": _percent,
        "capitalize_first": _begun,
    }
    return environment


def _share(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "n/a" if value is None else f"{round(value, 3) + 0.0:+.3f}"


def _count(value: float) -> str:
    return f"{int(value):,}"


def _percent(part: float, whole: float) -> str:
    """A share in percent: 0 and 100 only where they are exact."""
    if not whole or part in (0, whole):
        return "100 %" if whole and part else "0 %"
    return f"{min(99.9, max(0.1, 100 * part / whole)):.1f} %"


def _begun(text: str) -> str:
    """A text as the start of a sentence."""
    return text[:1].upper() + text[1:]
