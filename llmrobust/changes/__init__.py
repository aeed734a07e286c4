"""What changed since a revision of git: which suites, which of their cases, and why.

`git` is the edge: it reads a commit beside the working tree. `plan_diff` is pure: two plans in, reasons and changed
cases out. `detect` puts them together for the suites of a run.
"""

from llmrobust.changes.git import ChangesError, History
from llmrobust.changes.plan_diff import SuiteChange

__all__ = ["ChangesError", "History", "SuiteChange"]
