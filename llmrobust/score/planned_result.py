"""Results of cases in columns, which leave their prompts and the hashes of their requests to the plan."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from llmrobust.compact_cases import CompactCases
from llmrobust.score.case_result import CaseResult
from llmrobust.text.edit_script import Messages


class PlannedResult(CaseResult):
    """A result whose prompt and request are made again from the plan's columns whenever somebody looks at them: half
    of the memory of one that holds them.

    The place of the prompt holds the case's number until one is given, and that of the request the columns. Equal to
    any other result with the same contents.
    """

    __slots__ = ()

    @classmethod
    def instead_of(cls, result: CaseResult, cases: CompactCases, number: int) -> CaseResult:
        """The result, which becomes one of a plan. number: of its case in the columns."""
        _prompt.__set__(result, number)
        _request.__set__(result, cases)
        object.__setattr__(result, "__class__", cls)
        return result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CaseResult) and _contents(self) == _contents(other)

    __hash__ = CaseResult.__hash__


def _contents(result: CaseResult) -> list[Any]:
    return [getattr(result, name) for name in _NAMES]


def _messages(result: CaseResult) -> Messages:
    """(role, text) pairs as sent."""
    kept: Any = _prompt.__get__(result)
    if isinstance(kept, tuple):
        return kept
    cases: CompactCases = _request.__get__(result)
    return cases.messages(kept)


def _hash(result: CaseResult) -> str:
    """The content hash of what was sent."""
    kept: Any = _request.__get__(result)
    return kept.digest(_prompt.__get__(result)).hex() if isinstance(kept, CompactCases) else str(kept)


_NAMES = tuple(one.name for one in fields(CaseResult))
_prompt: Any = CaseResult.__dict__["prompt"]
_request: Any = CaseResult.__dict__["request"]
PlannedResult.prompt = property(_messages, _prompt.__set__)  # type: ignore[assignment, misc]
PlannedResult.request = property(_hash, _request.__set__)  # type: ignore[assignment, misc]
