"""The arrays that metrics are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from llmrobust.suitefile.suite import Share

UNREAD = -1
"""The code of an unparsed or truncated answer: distinct from every answer, never right."""
NO_CASE = -2
"""The code of a missing case, gold answer, or reply."""

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was answered, as codes into `labels`.

    labels: canonical answers; those of a closed set first, in its order. given: (examples, variants); clean:
    (examples,) the unperturbed answers; gold: (examples, variants) and clean_gold: (examples,) what they should be.
    closed: how many of the labels are the suite's closed set (0: answers are free).
    probabilities: (examples, variants, closed) of the labels of a closed set, NaN where unknown; clean_probabilities:
    (examples, closed). None where the model gives none.
    mass: (examples, variants) the probability of all labels together, and clean_mass: (examples,), NaN where unknown;
    None where the model gives none.
    texts: measures of free answers by name, (examples, variants) each, NaN where unknown (see `metrics.texts`).
    """

    labels: tuple[str, ...]
    given: Codes
    clean: Codes
    gold: Codes
    clean_gold: Codes
    closed: int = 0
    probabilities: Floats | None = None
    clean_probabilities: Floats | None = None
    texts: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    mass: Floats | None = None
    clean_mass: Floats | None = None
    mass_is_bound: bool = False
    """Whether some of the label masses are lower bounds."""

    def rows(self, index: NDArray[np.intp]) -> Answers:
        """Only these examples."""
        return replace(
            self,
            given=self.given[index],
            clean=self.clean[index],
            gold=self.gold[index],
            clean_gold=self.clean_gold[index],
            probabilities=None if self.probabilities is None else self.probabilities[index],
            clean_probabilities=None if self.clean_probabilities is None else self.clean_probabilities[index],
            texts={name: values[index] for name, values in self.texts.items()},
            mass=None if self.mass is None else self.mass[index],
            clean_mass=None if self.clean_mass is None else self.clean_mass[index],
        )

    def columns(self, index: NDArray[np.intp]) -> Answers:
        """Only these variants."""
        return replace(
            self,
            given=self.given[:, index],
            gold=self.gold[:, index],
            probabilities=None if self.probabilities is None else self.probabilities[:, index],
            texts={name: values[:, index] for name, values in self.texts.items()},
            mass=None if self.mass is None else self.mass[:, index],
        )

    def only(self, cells: NDArray[np.bool_]) -> Answers:
        """Nothing but these cells (examples, variants) of perturbed prompts."""
        unknown = np.where(cells, 0.0, np.nan)
        return replace(
            self,
            given=np.where(cells, self.given, NO_CASE).astype(np.int32),
            gold=np.where(cells, self.gold, NO_CASE).astype(np.int32),
            probabilities=None if self.probabilities is None else self.probabilities + unknown[:, :, None],
            texts={name: values + unknown for name, values in self.texts.items()},
            mass=None if self.mass is None else self.mass + unknown,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Verdicts of a selection of cases, one row per example, one column per variant.

    correct: (examples, variants) float, 1 right, 0 wrong (also unparsed and truncated), NaN where there is no case
    (not applicable, unchanged, not selected) or no gold answer.
    agrees: (examples, variants) float, 1 if the answer equals the unperturbed one, else 0 (also when either was
    unparsed or truncated), NaN where there is no case, or where the edit moves the answer, so that agreement is not a
    merit.
    clean_correct: (examples,) float, the unperturbed answers, NaN without a gold answer.
    columns: names of the variants; operators and families: those of each column. examples: ids of the rows.
    moves: (examples, variants) float, where the edit moves the answer: 1 if it became the required answer (or, if none
    is given, differs from the unperturbed one), else 0; NaN where the answer must stay or is unknown. None for a table
    without such cases.
    answers: the answers themselves, None where only verdicts are known. severities: of each column, None without.
    clusters: for each example the cluster of examples that it belongs to (rows of one document); empty: none.
    by: for each example the value of the field that a gate names, None if it names none. references: tables of other
    runs to compare with.
    Repeats are averaged beforehand: a cell of a case sent five times is a multiple of 0.2, with the most common answer.
    """

    correct: Floats
    agrees: Floats
    clean_correct: Floats
    columns: tuple[str, ...]
    operators: tuple[str, ...]
    families: tuple[str, ...]
    examples: tuple[str, ...]
    unanswered: int = 0
    """Cases whose request failed, originals included. With any, the table is incomplete and decides nothing."""
    moves: Floats | None = None
    answers: Answers | None = None
    severities: tuple[int | None, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The examples' short fields as text, one value per row, for selections of examples."""
    by: tuple[str, ...] | None = None
    references: tuple[Table, ...] = ()
    parts: Mapping[str, Table] = field(default_factory=lambda: MappingProxyType({}))
    """Of each field of JSON answers that a suite compares by field; of the whole table only, not of selections."""
    clusters: tuple[str, ...] = ()
    shares: Mapping[str, Share] = field(default_factory=lambda: MappingProxyType({}))
    """Of real inputs, the share that has what a use of an operator makes, by the use's label."""

    @property
    def n_clusters(self) -> int | None:
        """How many clusters of examples there are; None where each example is its own."""
        return len(set(self.clusters)) if self.clusters else None

    @property
    def moved(self) -> Floats:
        """`moves`, NaN everywhere in a table without such cases."""
        return np.full(self.correct.shape, np.nan) if self.moves is None else self.moves

    @property
    def cells(self) -> NDArray[np.bool_]:
        """(examples, variants), True where there is a case."""
        known: NDArray[np.bool_] = ~(np.isnan(self.correct) & np.isnan(self.agrees) & np.isnan(self.moved))
        return known if self.answers is None else known | (self.answers.given != NO_CASE)

    def rows(self, keep: NDArray[np.bool_]) -> Table:
        """Only the examples where `keep` (one bool per row) is True; everything, without a copy, where all are."""
        if keep.all():
            return self
        index = np.flatnonzero(keep)
        return replace(
            self,
            correct=self.correct[index],
            agrees=self.agrees[index],
            clean_correct=self.clean_correct[index],
            examples=_picked(self.examples, index),
            moves=None if self.moves is None else self.moves[index],
            answers=None if self.answers is None else self.answers.rows(index),
            fields={name: _picked(values, index) for name, values in self.fields.items()},
            by=None if self.by is None else _picked(self.by, index),
            clusters=_picked(self.clusters, index) if self.clusters else (),
        )

    def select(self, keep: NDArray[np.bool_]) -> Table:
        """The same examples with only the columns where `keep` (one bool per column) is True."""
        if keep.all():
            return self
        index = np.flatnonzero(keep)
        uses = {name.rsplit("/", 1)[0] for name, kept in zip(self.columns, keep, strict=True) if not kept}
        uses -= {self.columns[place].rsplit("/", 1)[0] for place in index}
        return replace(
            self,
            shares={use: share for use, share in self.shares.items() if use not in uses},
            correct=self.correct[:, index],
            agrees=self.agrees[:, index],
            columns=_picked(self.columns, index),
            operators=_picked(self.operators, index),
            families=_picked(self.families, index),
            moves=None if self.moves is None else self.moves[:, index],
            answers=None if self.answers is None else self.answers.columns(index),
            severities=_picked(self.severities, index) if self.severities else (),
        )


def _picked(values: tuple[str, ...] | tuple[int | None, ...], index: NDArray[np.intp]) -> tuple:  # type: ignore[type-arg]
    return tuple(values[i] for i in index)
