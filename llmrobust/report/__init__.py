"""What a run shows and leaves behind: terminal lines, JSON, properties for JUnit, messages of failures.

Everything here is a pure function of a `RunResult` (or of a judged case or a decision), except the writer of the JSON
file. Nothing that could be a secret reaches a report.
"""

from llmrobust.report.result import CaseResult, Manifest, ModelFacts, RunResult, SuiteResult, Timing

__all__ = ["CaseResult", "Manifest", "ModelFacts", "RunResult", "SuiteResult", "Timing"]
