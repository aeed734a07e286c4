"""The cases of a suite across runs: the edit of each, and what every model answered, with filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from llmrobust import __version__
from llmrobust.plan import CaseKey
from llmrobust.report.html.page import STATUS_MARKS, environment, markup, policy, style_text
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.text.word_diff import Piece, prompt_diff, short_diff

SHOWN = {"all": "all cases", "failed": "some model did not pass", "differ": "models differ"}
PAGE = 50
"""Cases on a page."""
_DIFF_WIDTH = 200


@dataclass(frozen=True, slots=True)
class RunColumn:
    """A run of the suite. label: its model, and its prompt where there are several. run: the id of the stored run."""

    label: str
    run: str
    saved: str
    suite: SuiteResult


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases are wanted. show: a key of `SHOWN`; operator: empty for all; text: in the example's id, the answers
    or the replies; page: from 1."""

    show: str = "all"
    operator: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """From the query of an address; what makes no sense there is the default."""
        show, page = asked.get("show", ""), asked.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
        return cls(show if show in SHOWN else "all", asked.get("operator", ""), asked.get("text", ""), max(1, number))


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in every run. pieces: what the edit changes in the prompt; clean: whether there is none. cases: None where
    a run has no such case."""

    first: CaseResult
    pieces: tuple[Piece, ...]
    cases: tuple[CaseResult | None, ...]
    links: tuple[str, ...]


def rows_of(columns: Sequence[RunColumn], filters: Filters) -> list[tuple[CaseKey, list[CaseResult | None]]]:
    """The cases of all runs by key, as far as the filters want them, in the order of the runs."""
    by_key = [{case.key: case for case in one.suite.cases} for one in columns]
    keys = dict.fromkeys(key for cases in by_key for key in cases)
    found = []
    for key in keys:
        cases = [one.get(key) for one in by_key]
        if _is_wanted(cases, filters):
            found.append((key, cases))
    return found


def _is_wanted(cases: Sequence[CaseResult | None], filters: Filters) -> bool:
    there = [case for case in cases if case is not None]
    if filters.operator and there[0].operator != filters.operator:
        return False
    if filters.show == "failed" and all(case.status is Status.PASSED for case in there):
        return False
    if filters.show == "differ" and len({(case.answer, case.status) for case in there}) < 2:
        return False
    if not filters.text:
        return True
    wanted = filters.text.casefold()
    texts = (text for case in there for text in (case.example, case.use, case.answer or "", case.text))
    return any(wanted in text.casefold() for text in texts)


def cases_page(suites: Sequence[str], suite: str, columns: Sequence[RunColumn], filters: Filters) -> str:
    """The page of a suite's cases. suites: the names of all suites; columns: runs of this one, at least one."""
    found = rows_of(columns, filters)
    pages = max(1, -(-len(found) // PAGE))
    page = min(filters.page, pages)
    rows = [
        _row(next(case for case in cases if case is not None), cases, columns)
        for _, cases in found[(page - 1) * PAGE : page * PAGE]
    ]
    asked = {"suite": suite, "show": filters.show, "operator": filters.operator, "text": filters.text}
    style = style_text()
    return str(
        environment()
        .get_template("cases.html.jinja")
        .render(
            version=__version__,
            policy=policy(style, "").replace("form-action 'none'", "form-action 'self'"),
            style=markup(style),
            suites=suites,
            suite=suite,
            columns=columns,
            filters=filters,
            shown=SHOWN,
            operators=list(dict.fromkeys(case.operator for one in columns for case in one.suite.cases)),
            rows=rows,
            found=len(found),
            page=page,
            pages=pages,
            links=[(said, urlencode({**asked, "page": to}, errors="replace")) for said, to in _steps(page, pages)],
            status_marks=STATUS_MARKS,
        )
    )


def _steps(page: int, pages: int) -> list[tuple[str, int]]:
    steps = [("← earlier", page - 1)] * (page > 1)
    return steps + [("later →", page + 1)] * (page < pages)


def _row(first: CaseResult, cases: Sequence[CaseResult | None], columns: Sequence[RunColumn]) -> CaseRow:
    diff = () if first.is_original else short_diff(prompt_diff(first.clean_prompt, first.prompt), _DIFF_WIDTH)
    links = tuple(
        "" if case is None else f"/run/{one.run}#{urlencode({'case': _node(one.suite, case)}, errors='replace')}"
        for case, one in zip(cases, columns, strict=True)
    )
    return CaseRow(first, tuple(diff), tuple(cases), links)


def _node(suite: SuiteResult, case: CaseResult) -> str:
    levels = suite.column.levels if suite.column is not None else ()
    return "::".join([suite.path, *levels, case.family, case.name])
