"""`@llmrobust.suite`: the cases of a suite as the parameter of a Python test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from llmrobust.errors import LlmRobustError, SuiteError
from llmrobust.plan import Case, case_name
from llmrobust.plugin.selection import Selectable
from llmrobust.plugin.session import Session
from llmrobust.plugin.session_suite import SessionSuite
from llmrobust.prompt import Prompt
from llmrobust.score.case_result import CaseResult

F = TypeVar("F", bound=Callable[..., Any])


def suite(path: str | Path) -> Callable[[F], F]:
    """Give the decorated test an argument `case` for every case of a suite file.

    path: relative to the file of the test. All prompts are sent in the background before the first test runs; an
    attribute such as `case.answer` waits for the response.
    """

    def mark(function: F) -> F:
        marked: F = pytest.mark.robust_suite(path)(function)
        return marked

    return mark


class SuiteCase(Selectable):
    """A case as a Python test sees it; attributes about the answer wait for it."""

    def __init__(self, suite: SessionSuite, case: Case):
        self.suite = suite
        self.planned = case

    def __repr__(self) -> str:
        return f"<case {self.id}>"

    def select(self) -> None:
        """Select the case, for a test function."""
        self.suite.add(self.planned)
        self.suite.as_tests = True

    def is_in_shard(self) -> bool:
        """Whether the case's example belongs to the session's shard."""
        return self.suite.takes(self.planned)

    @property
    def id(self) -> str:
        """Family, operator, variant and example, as in node ids of suite files; before them the prompt and the model,
        where there are several."""
        return "::".join([*self.suite.levels, self.planned.family, case_name(self.planned)])

    @property
    def fields(self) -> dict[str, Any]:
        """The example's fields."""
        return dict(self.planned.example.fields)

    @property
    def prompt(self) -> Prompt:
        """The prompt as it was sent."""
        return self.planned.prompt

    @property
    def expected(self) -> str | None:
        """The gold answer, if there is one."""
        return self.planned.expected

    @property
    def answer(self) -> str | None:
        """The answer read from the response; None if it could not be read."""
        return self.judged.answer

    @property
    def original_answer(self) -> str | None:
        """The answer to the original prompt."""
        return self.judged.clean_answer

    @property
    def text(self) -> str:
        """The response's text."""
        return self.judged.text

    @property
    def correct(self) -> bool | None:
        """Whether the answer is right; None without a gold answer."""
        return self.judged.correct

    @property
    def flipped(self) -> bool:
        """Whether the answer differs from the original one."""
        return self.judged.answer is None or self.answer != self.original_answer

    @property
    def status(self) -> str:
        """The status that the suite's own item would show: passed, flipped, wrong, ..."""
        return str(self.judged.status)

    @property
    def judged(self) -> CaseResult:
        """Everything that is known of the case once it is answered. Raises ModelError; skips the test where the case
        is unchanged and was never answered."""
        judged = self.suite.judged(self.planned)
        if judged is None:
            pytest.skip(self.suite.why_not_asked)
        return judged


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Parametrize a function marked by `suite`."""
    if "case" not in metafunc.fixturenames:
        pytest.fail(
            f"{metafunc.function.__name__} is decorated with @llmrobust.suite but takes no argument named 'case'",
            pytrace=False,
        )
    path = (metafunc.definition.path.parent / marker.args[0]).resolve()
    try:
        suites = Session.of(metafunc.config).suites(path)
    except SuiteError as error:
        raise pytest.fail.Exception(error.render(metafunc.config.rootpath), pytrace=False) from None
    except LlmRobustError as error:
        raise pytest.fail.Exception(f"{path.name}: {error}", pytrace=False) from None
    cases = [SuiteCase(suite, case) for suite in suites for case in suite.plan.cases]
    metafunc.parametrize("case", cases, ids=[case.id for case in cases])
