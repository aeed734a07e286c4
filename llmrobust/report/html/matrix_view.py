"""Prompts x models x methods on a page: their figures, and who breaks where."""

from __future__ import annotations

from dataclasses import dataclass

from llmrobust.report.matrix_text import FIGURES, conclusions, difference_words, remarks, said_over, shown_value
from llmrobust.results.matrix import Figure as FigureName
from llmrobust.results.matrix import Matrix, MatrixRow

SHADES = 8
_FIGURES: tuple[tuple[FigureName, str], ...] = (*FIGURES, ("tokens", "tokens"), ("requests", "requests"))
_LEAST_SCALE = 0.08
"""What the darkest shade stands for at least: differences below a percent are no breaks."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the table of figures."""

    said: str
    best: bool


@dataclass(frozen=True, slots=True)
class Break:
    """A cell of the table of edits. tone: the class of its colour: `shade` (lost) or `keep` (gained), 0 to 8."""

    said: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of both tables. before, name: all but the last part of its name, and that. begins: whether `before` is not
    that of the row above. test: its adjusted p-value, for a tooltip. breaks: None where it has no such edits."""

    before: str
    name: str
    begins: bool
    figures: tuple[Figure, ...]
    difference: str
    test: str
    tone: str
    breaks: tuple[Break | None, ...]


@dataclass(frozen=True, slots=True)
class MatrixView:
    """A matrix as it is shown. families: (family, how many columns); uses: the columns of the table of edits."""

    found: Matrix
    head: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    families: tuple[tuple[str, int], ...]
    uses: tuple[str, ...]
    lost: str
    most: str
    conclusions: tuple[str, ...]
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, found: Matrix) -> MatrixView:
        """The view of a matrix."""
        uses = found.uses
        lost = {id(row): _lost(found, row) for row in found.shown}
        most = max([_LEAST_SCALE, *(abs(value) for one in lost.values() for value in one.values())])
        families: dict[str, int] = {}
        for family, _ in uses:
            families[family] = families.get(family, 0) + 1
        return cls(
            found=found,
            head=said_over(found),
            headings=tuple(said for _, said in _FIGURES),
            rows=tuple(
                _row(found, row, above, uses, lost[id(row)], most)
                for row, above in zip(found.shown, (None, *found.shown), strict=False)
            ),
            families=tuple(families.items()),
            uses=tuple(use.removeprefix(f"{family}.") for family, use in uses),
            lost=(
                "change of accuracy by the edits, against the unperturbed prompt: orange is a loss, blue a gain"
                if found.measured == "accuracy"
                else "share of the answers that the edits change"
            ),
            most=f"{most:.2f}",
            conclusions=tuple(conclusions(found)),
            remarks=tuple(remarks(found)),
        )


def _lost(found: Matrix, row: MatrixRow) -> dict[tuple[str, str], float]:
    """By use, what its edits cost: accuracy, or without gold answers the share of answers that change."""
    clean = None if row.figures is None else row.figures.unperturbed
    lost = {}
    for part in row.parts:
        if found.measured == "accuracy" and clean is not None and part.accuracy is not None:
            lost[part.family, part.use] = clean - part.accuracy
        elif found.measured != "accuracy" and part.consistency is not None:
            lost[part.family, part.use] = 1 - part.consistency
    return lost


def _row(
    found: Matrix,
    row: MatrixRow,
    above: MatrixRow | None,
    uses: list[tuple[str, str]],
    lost: dict[tuple[str, str], float],
    most: float,
) -> Row:
    told = row.difference is not None and row.difference.told
    *before, name = found.parts(row)
    adjusted = None if row.difference is None else row.difference.holm
    return Row(
        before=" / ".join(before),
        name=name,
        begins=above is None or list(found.parts(above)[:-1]) != before,
        test="" if adjusted is None else f"p = {adjusted:.2g} (sign-flip test, Holm)",
        figures=tuple(_figure(found, row, name) for name, _ in _FIGURES),
        difference=difference_words(row.difference).strip(),
        tone=("good" if row.difference.value > 0 else "bad") if row.difference is not None and told else "",
        breaks=tuple(_break(found, row, use, lost, most) for use in uses),
    )


def _figure(found: Matrix, row: MatrixRow, name: FigureName) -> Figure:
    return Figure(shown_value(name, row.value(name)), found.is_best(row, name))


def _break(
    found: Matrix, row: MatrixRow, use: tuple[str, str], lost: dict[tuple[str, str], float], most: float
) -> Break | None:
    value = lost.get(use)
    if value is None:
        return None
    part = next(one for one in row.parts if (one.family, one.use) == use)
    shade = min(SHADES, round(SHADES * abs(value) / most))
    said = f"{round(-value, 2) + 0.0:+.2f}" if found.measured == "accuracy" else f"{value:.2f}"
    shares = ", ".join(
        f"{what} {share:.3f}"
        for what, share in (("accuracy", part.accuracy), ("consistency", part.consistency))
        if share is not None
    )
    return Break(said, f"{'shade' if value >= 0 else 'keep'}{shade}", f"{found.label(row)}, {use[1]}: {shares}")
