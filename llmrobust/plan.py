"""From a suite to its cases: which prompts are asked, under which names, with which requests.

Pure: the same suite gives byte-identical cases in every process and on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from llmrobust.perturb.contract import NO_LABELS, Relation
from llmrobust.prompt.spans import Prompt
from llmrobust.request import Request
from llmrobust.suite.model import Example

ORIGINAL = "original"
"""The family, operator and variant name of unperturbed cases."""


@dataclass(frozen=True, slots=True)
class Case:
    """An example, perturbed in one way (or not at all), asked once: the unit that pytest shows.

    use: label of the operator's use in the suite. variant: the variant's name, a column of the metrics' tables.
    expected: the gold answer as a canonical label (before `label_map`), or None. label_map: canonical label ->
    label as shown in this prompt.
    """

    suite: str
    example: Example
    family: str
    operator: str
    use: str
    variant: str
    repeat: int
    prompt: Prompt
    request: Request
    expected: str | None
    relation: Relation = Relation.SAME
    label_map: Mapping[str, str] = field(default=NO_LABELS)
    severity: int | None = None

    @property
    def is_original(self) -> bool:
        """True for the unperturbed prompt."""
        return self.family == ORIGINAL

    @property
    def column(self) -> str:
        """The variant's column in tables: use and variant name."""
        return f"{self.use}/{self.variant}"


@dataclass(frozen=True, slots=True)
class UseCounts:
    """What became of one operator use over all examples (counts of examples x variants)."""

    use: str
    cases: int = 0
    not_applicable: int = 0
    unchanged: int = 0
