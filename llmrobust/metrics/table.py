"""The arrays that metrics are computed from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Table:
    """Verdicts of a selection of cases, one row an example, one column a variant.

    correct: (examples, variants) float, 1 right, 0 wrong (also unparsed and truncated), NaN where there is no case
    (not applicable, unchanged, not selected) or no gold answer.
    agrees: (examples, variants) float, 1 if the answer equals the unperturbed one, else 0 (also when either was
    unparsed or truncated), NaN where there is no case, or where the edit moves the answer, so that agreeing is no
    virtue.
    clean_correct: (examples,) float, the unperturbed answers, NaN without a gold answer.
    columns: names of the variants; operators and families: those of each column. examples: ids of the rows.
    moves: (examples, variants) float, where the edit moves the answer: 1 if it became what it must (or, where nothing
    says what, is no longer the unperturbed one), else 0; NaN where the answer must stay or is not known. None stands
    for a table without such cases.
    Repeats are averaged before: a cell of a case asked five times is a multiple of 0.2.
    """

    correct: NDArray[np.float64]
    agrees: NDArray[np.float64]
    clean_correct: NDArray[np.float64]
    columns: tuple[str, ...]
    operators: tuple[str, ...]
    families: tuple[str, ...]
    examples: tuple[str, ...]
    unanswered: int = 0
    """Cases whose request failed, originals included. With any, the table is incomplete and decides nothing."""
    moves: NDArray[np.float64] | None = None

    @property
    def moved(self) -> NDArray[np.float64]:
        """`moves`, NaN everywhere in a table without such cases."""
        return np.full(self.correct.shape, np.nan) if self.moves is None else self.moves

    @property
    def cells(self) -> NDArray[np.bool_]:
        """(examples, variants), True where there is a case."""
        known: NDArray[np.bool_] = ~(np.isnan(self.correct) & np.isnan(self.agrees) & np.isnan(self.moved))
        return known

    def rows(self, keep: NDArray[np.bool_]) -> Table:
        """Only the examples where `keep` (one bool a row) is True."""
        index = np.flatnonzero(keep)
        examples = tuple(self.examples[i] for i in index)
        return replace(
            self,
            correct=self.correct[index],
            agrees=self.agrees[index],
            clean_correct=self.clean_correct[index],
            examples=examples,
            moves=None if self.moves is None else self.moves[index],
        )

    def select(self, keep: NDArray[np.bool_]) -> Table:
        """The same examples with only the columns where `keep` (one bool a column) is True."""
        index = np.flatnonzero(keep)
        return Table(
            self.correct[:, index],
            self.agrees[:, index],
            self.clean_correct,
            tuple(self.columns[i] for i in index),
            tuple(self.operators[i] for i in index),
            tuple(self.families[i] for i in index),
            self.examples,
            self.unanswered,
            None if self.moves is None else self.moves[:, index],
        )
