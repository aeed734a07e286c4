"""Whether clauses can all hold at once: unit propagation and splitting (Davis, Putnam, Logemann and Loveland 1962)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Signed = int
"""An atom's number, from 1; negative where the atom is denied."""
Clause = tuple[Signed, ...]
"""At least one of these holds."""
MOST_SPLITS = 20_000


def satisfiable(clauses: Iterable[Clause], assumed: Sequence[Signed] = ()) -> bool:
    """Whether some world makes every clause and every assumption true.

    Raises ValueError after MOST_SPLITS guesses.
    """
    budget = [MOST_SPLITS]
    return _holds([*clauses, *((one,) for one in assumed)], budget)


def _holds(clauses: list[Clause], budget: list[int]) -> bool:
    while True:
        unit = next((clause[0] for clause in clauses if len(clause) == 1), None)
        if unit is None:
            break
        reduced = _given(clauses, unit)
        if reduced is None:
            return False
        clauses = reduced
    if not clauses:
        return True
    budget[0] -= 1
    if budget[0] < 0:
        raise ValueError(f"a theory that takes more than {MOST_SPLITS} guesses is too large to prove")
    guess = min(clauses, key=len)[0]
    for choice in (guess, -guess):
        reduced = _given(clauses, choice)
        if reduced is not None and _holds(reduced, budget):
            return True
    return False


def _given(clauses: Sequence[Clause], true: Signed) -> list[Clause] | None:
    """The clauses once a literal is true; None where that leaves one that cannot hold."""
    left = []
    for clause in clauses:
        if true in clause:
            continue
        rest = tuple(one for one in clause if one != -true) if -true in clause else clause
        if not rest:
            return None
        left.append(rest)
    return left
