"""A suite file as pytest first meets it: nothing is loaded before it is really collected.

pytest also makes a node for every file beside the requested ones, and then ignores it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llmrobust.errors import DataAbsent, LlmRobustError, SuiteError


class SuiteFile(pytest.File):
    """A `*.robust.yaml` file."""

    def collect(self) -> Iterator[pytest.Collector | pytest.Item]:
        """The suite's families and gates; a suite whose data is not here is skipped if it says so."""
        from llmrobust.plugin.collectors import collectors

        try:
            yield from collectors(self)
        except DataAbsent as absent:
            pytest.skip(f"{self.path.name}: {absent.diagnostics[0].message}", allow_module_level=True)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Mistakes in the suite as diagnostics, without a traceback of ours."""
        error = excinfo.value
        if isinstance(error, LlmRobustError):
            from llmrobust.text.escaping import inert

            if isinstance(error, SuiteError):
                from llmrobust.plugin.session import Session

                Session.of(self.config).add_mistakes(error.diagnostics)
            named = f"{self.path.name}: {error}"
            return inert(error.render(self.config.rootpath) if isinstance(error, SuiteError) else named)
        return super().repr_failure(excinfo)
