"""Shards of a run: which examples of a suite a machine takes when several share it without talking to each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmrobust.plan import Plan
from llmrobust.seeds import derived_seed
from llmrobust.suitefile.suite import Example

_WRITTEN = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run. number: from 1. of: how many there are."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Shard:
        """A shard written as "3/8". Raises ValueError with what is wrong with it."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"must be K/N, such as 3/8, not {text!r}")
        number, of = map(int, found.groups())
        if number > of:
            raise ValueError(f"there is no shard {number} of {of}; the last one is {of}/{of}")
        return cls(number, of)

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, suite: str, example: Example) -> bool:
        """Whether an example of the suite with this name belongs to the shard.

        Decided by a hash of the suite's name and the example's id, or its cluster where it has one, and by nothing
        else: neither the order of the examples nor other examples matter, so stored replies stay useful when rows are
        added. Shards are of equal size only on average.
        """
        group = ("example", example.id) if example.cluster is None else ("cluster", example.cluster)
        return derived_seed("shard", suite, *group) % self.of == self.number - 1

    def part(self, plan: Plan) -> Plan:
        """The plan with only the shard's cases, probes and prompts without content."""
        name = plan.suite.name
        mine = {one.id for one in plan.suite.examples if self.holds(name, one)}
        return plan.of_examples(mine)
