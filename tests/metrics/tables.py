"""Tables for tests of metrics: from verdicts, or from answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import ArrayLike, NDArray

from llmrobust.metrics import NO_CASE, UNREAD, Answers, Table, metric_names

NAN = float("nan")
BUILT_IN = tuple(metric_names())
"""All metrics before any distribution's are loaded."""
LABELS = ("yes", "no", "maybe")


def table_of(
    correct: ArrayLike,
    agrees: ArrayLike | None = None,
    clean: ArrayLike | None = None,
    moves: ArrayLike | None = None,
) -> Table:
    """A table of verdicts only."""
    right = np.array(correct, dtype=float)
    examples, variants = right.shape
    return Table(
        right,
        right if agrees is None else np.array(agrees, dtype=float),
        np.ones(examples) if clean is None else np.array(clean, dtype=float),
        tuple(f"op/{i}" for i in range(variants)),
        ("f.op",) * variants,
        ("f",) * variants,
        tuple(f"ex-{i}" for i in range(examples)),
        moves=None if moves is None else np.array(moves, dtype=float),
    )


def answered(
    given: ArrayLike,
    clean: ArrayLike,
    gold: ArrayLike,
    probabilities: ArrayLike | None = None,
    clean_probabilities: ArrayLike | None = None,
    severities: Sequence[int | None] | None = None,
    by: Sequence[str] | None = None,
    references: Sequence[Table] = (),
) -> Table:
    """A table of answers as codes (-1 unread, -2 no case), every answer of which must stay; gold: one an example."""
    codes, before, right = (np.array(one, dtype=np.int32) for one in (given, clean, gold))
    n, m = codes.shape
    known = codes != NO_CASE
    wanted = np.where(known & (right != NO_CASE)[:, None], right[:, None], NO_CASE).astype(np.int32)
    correct = np.where(wanted == NO_CASE, NAN, (codes == wanted).astype(float))
    agrees = np.where(known, ((codes == before[:, None]) & (codes != UNREAD)).astype(float), NAN)
    answers = Answers(
        LABELS,
        codes,
        before,
        wanted,
        right,
        len(LABELS),
        None if probabilities is None else np.array(probabilities, dtype=float),
        None if clean_probabilities is None else np.array(clean_probabilities, dtype=float),
    )
    return Table(
        correct,
        agrees,
        np.where(right == NO_CASE, NAN, (before == right).astype(float)),
        tuple(f"op/{i}" for i in range(m)),
        tuple(f"f.op{i % 2}" for i in range(m)),
        ("f",) * m,
        tuple(f"ex-{i}" for i in range(n)),
        answers=answers,
        severities=tuple(severities) if severities is not None else (None,) * m,
        by=None if by is None else tuple(by),
        references=tuple(references),
    )


def shares(rng: np.random.Generator, *shape: int) -> NDArray[np.float64]:
    """Random distributions over the labels."""
    return rng.dirichlet(np.ones(len(LABELS)), size=shape)


def random_table(seed: int, n: int = 30, m: int = 8, gaps: bool = True) -> Table:
    """A table of answers with everything that metrics read."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, len(LABELS), n)
    after, before = shares(rng, n, m), shares(rng, n)
    given, clean = after.argmax(axis=2), before.argmax(axis=1)
    given = np.where(rng.random((n, m)) < 0.5, gold[:, None], given)
    if gaps:
        given = np.where(rng.random((n, m)) < 0.1, UNREAD, given)
        given = np.where(rng.random((n, m)) < 0.1, NO_CASE, given)
        after[given == NO_CASE] = NAN
    severities = [i % 4 + 1 for i in range(m)]
    by = [f"t{i % 5}" for i in range(n)]
    other = table_of(rng.integers(0, 2, (n, m)), clean=rng.integers(0, 2, n))
    other = replace(other, operators=tuple(f"f.op{i % 2}" for i in range(m)))
    third = replace(other, correct=1 - other.correct * (rng.random((n, m)) < 0.5), clean_correct=np.ones(n))
    return answered(given, clean, gold, after, before, severities, by, [other, third])


CELLS = st.sampled_from([0.0, 1.0, NAN])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Small tables: verdicts only, or answers with everything that metrics read."""
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    if draw(st.booleans()):
        correct = draw(npst.arrays(float, (n, m), elements=CELLS))
        agrees = np.where(
            np.isnan(correct), NAN, draw(npst.arrays(float, (n, m), elements=st.sampled_from([0.0, 1.0])))
        )
        return table_of(correct, agrees, draw(npst.arrays(float, n, elements=st.sampled_from([0.0, 1.0]))))
    codes = st.sampled_from([NO_CASE, UNREAD, 0, 1, 2])
    table = random_table(draw(st.integers(0, 10_000)), n, m, gaps=False)
    assert table.answers is not None
    return answered(
        draw(npst.arrays(np.int32, (n, m), elements=codes)),
        draw(npst.arrays(np.int32, n, elements=st.sampled_from([UNREAD, 0, 1, 2]))),
        draw(npst.arrays(np.int32, n, elements=st.sampled_from([0, 1, 2]))),
        table.answers.probabilities,
        table.answers.clean_probabilities,
        table.severities,
        table.by,
        table.references,
    )


def shuffled(table: Table, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Table:
    """The same table with examples and variants in another order (or drawn with repetition)."""
    answers = table.answers
    return replace(
        table,
        correct=table.correct[rows][:, columns],
        agrees=table.agrees[rows][:, columns],
        clean_correct=table.clean_correct[rows],
        columns=tuple(table.columns[i] for i in columns),
        operators=tuple(table.operators[i] for i in columns),
        examples=tuple(table.examples[i] for i in rows),
        moves=None if table.moves is None else table.moves[rows][:, columns],
        answers=None if answers is None else answers.rows(rows).columns(columns),
        severities=tuple(table.severities[i] for i in columns) if table.severities else (),
        by=None if table.by is None else tuple(table.by[i] for i in rows),
    )
