"""From answers to codes: what metrics of agreement, classes, probabilities and texts are computed from."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.label_set_overlap import jaccard
from llmrobust.metrics.ranking_quality import kendall_tau_of, ndcg_of, overlap_of, rank_shift_of, reciprocal_rank_of
from llmrobust.metrics.table import NO_CASE, UNREAD, Answers, Codes, Floats
from llmrobust.metrics.texts import clusters, edit_similarity, slots, token_f1
from llmrobust.score.embedding import NoVectors, embed, has_embedder, unit_vector
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.label_sets import label_set
from llmrobust.score.normalise import normalised
from llmrobust.score.rankings import gold_grades, ranked
from llmrobust.score.reply_verdict import canonical_answer
from llmrobust.score.slot_pairs import slot_pairs
from llmrobust.suitefile.suite import AnswerSpec


class AnswerGrid:
    """Answers and gold answers of a grid of cells; for repeats of one cell the most common answer (the first one on a
    tie), with probabilities averaged."""

    def __init__(self, shape: tuple[int, int], choices: Sequence[str], answer: AnswerSpec | None = None):
        self.shape = shape
        self.answer = answer
        self.choices = tuple(choices)
        self._given: dict[tuple[int, int], str | None] = {}
        self._repeats: dict[tuple[int, int], list[str | None]] = {}
        self._gold: dict[tuple[int, int], str] = {}
        self._forms: dict[str, str] = {}
        self._shares: dict[tuple[int, int], list[tuple[float, ...]]] = {}
        self._mass: dict[tuple[int, int], list[float]] = {}
        self.mass_is_bound = False

    def add(
        self,
        row: int,
        column: int,
        answer: str | None,
        gold: str | None,
        probabilities: tuple[float, ...] | None = None,
        mass: float | None = None,
        bound: bool = False,
    ) -> None:
        """One response. answer: None for one that could not be read. probabilities, mass: of the labels.
        bound: whether the mass is a lower bound."""
        cell = (row, column)
        if cell in self._given:
            self._repeats.setdefault(cell, [self._given[cell]]).append(answer)
        else:
            self._given[cell] = answer
        if gold is not None:
            self._gold[cell] = gold
        if self.choices and probabilities is not None:
            self._shares.setdefault(cell, []).append(probabilities)
        if self.choices and mass is not None:
            self._mass.setdefault(cell, []).append(mass)
            self.mass_is_bound |= bound

    @property
    def texts(self) -> Mapping[tuple[int, int], str | None]:
        """The answer of each cell, None for one that could not be read."""
        if not self._repeats:
            return self._given
        return self._given | {cell: _commonest(given) for cell, given in self._repeats.items()}

    @property
    def gold(self) -> Mapping[tuple[int, int], str]:
        """The gold answer of each cell that has one, as it is written."""
        return self._gold

    def canonical_gold(self) -> dict[tuple[int, int], str]:
        """The gold answers in the form used to compare answers."""
        if self.choices:
            return dict(self._gold)
        return {cell: self.canonical(gold) for cell, gold in self._gold.items()}

    def canonical(self, gold: str) -> str:
        """A gold answer of an open set in the form in which answers are compared."""
        found = self._forms.get(gold)
        if found is None:
            read = None if self.answer is None else canonical_answer(gold, self.answer)
            found = self._forms[gold] = _normal(gold) if read is None else read
        return found

    def shares(self) -> Floats | None:
        """(rows, columns, choices), NaN where unknown; None where nothing is known."""
        if not self._shares:
            return None
        values = np.full((*self.shape, len(self.choices)), np.nan)
        for cell, several in self._shares.items():
            values[cell] = several[0] if len(several) == 1 else np.mean(several, axis=0)
        return values

    def mass(self) -> Floats | None:
        """(rows, columns) the probability of all labels together, NaN where unknown; None where it never is known."""
        if not self._mass:
            return None
        values = np.full(self.shape, np.nan)
        for cell, several in self._mass.items():
            values[cell] = sum(several) / len(several)
        return values


def answers_of(grid: AnswerGrid, clean: AnswerGrid, agrees: Floats) -> Answers:
    """The answers of a table's cells and of its unperturbed prompts. agrees: as in the table."""
    given, before = grid.texts, clean.texts
    gold, clean_gold = grid.canonical_gold(), clean.canonical_gold()
    said = (*given.values(), *before.values(), *gold.values(), *clean_gold.values())
    labels = tuple(dict.fromkeys((*grid.choices, *(text for text in said if text is not None))))
    codes = {label: code for code, label in enumerate(labels)}
    clean_mass = clean.mass()
    shares, clean_shares = _shares(grid, clean)
    return Answers(
        labels=labels,
        given=_coded(given, grid.shape, codes),
        clean=_coded(before, clean.shape, codes)[:, 0],
        gold=_coded(gold, grid.shape, codes),
        clean_gold=_coded(clean_gold, clean.shape, codes)[:, 0],
        closed=len(grid.choices),
        probabilities=shares,
        clean_probabilities=clean_shares,
        texts={} if grid.choices else _measures(grid, before, agrees),
        mass=grid.mass(),
        clean_mass=None if clean_mass is None else clean_mass[:, 0],
        mass_is_bound=grid.mass_is_bound or clean.mass_is_bound,
    )


def _shares(grid: AnswerGrid, clean: AnswerGrid) -> tuple[Floats | None, Floats | None]:
    after, before = grid.shares(), clean.shares()
    return (None, None) if after is None or before is None else (after, before[:, 0])


def _coded(texts: Mapping[tuple[int, int], str | None], shape: tuple[int, int], codes: Mapping[str, int]) -> Codes:
    values = np.full(shape, NO_CASE, dtype=np.int32)
    for cell, text in texts.items():
        values[cell] = UNREAD if text is None else codes[text]
    return values


def _measures(grid: AnswerGrid, before: Mapping[tuple[int, int], str | None], agrees: Floats) -> dict[str, Floats]:
    """Measures of free answers by name; only those that some cell has."""
    found: dict[str, Floats] = {}

    def put(name: str, cell: tuple[int, int], value: float) -> None:
        found.setdefault(name, np.full(grid.shape, np.nan))[cell] = value

    given = grid.texts
    check, top = ("", None) if grid.answer is None else (grid.answer.check, grid.answer.top)
    for cell, gold in grid.gold.items():
        answer = given[cell] or ""
        for name, value in _beside_gold(check, given[cell], gold, grid.canonical(gold), top):
            put(name, cell, value)
        put("token_f1", cell, token_f1(answer, gold))
        wanted = None if check == "slots" else slots(gold)
        if wanted is not None:
            said = slots(answer) or frozenset()
            put("slot_f1", cell, 2 * len(said & wanted) / max(1, len(said) + len(wanted)))
            put("slots_right", cell, len(said & wanted))
            put("slots_given", cell, len(said))
            put("slots_gold", cell, len(wanted))
    staying = {cell: text or "" for cell, text in given.items() if not np.isnan(agrees[cell])}
    for cell, text in staying.items():
        put("edit_similarity", cell, edit_similarity(text, before.get((cell[0], 0)) or ""))
        for name, value in _beside_clean(check, given[cell], before.get((cell[0], 0)), top):
            put(name, cell, value)
    if check == JUDGE:
        for row, cells in _by_row(staying).items():
            texts_of_row = [before.get((row, 0)), *(given[cell] for cell in cells)]
            for cell in cells:
                put("meaning_entropy", cell, _entropy(_meanings(texts_of_row)))
    spec = "" if grid.answer is None else grid.answer.embedder
    vectors: dict[str, Floats] = {}
    if has_embedder(spec) and staying:
        texts = sorted({*staying.values(), *(text or "" for text in before.values())})
        with contextlib.suppress(NoVectors):  # undefined, as without an embedder
            embed(texts, spec)
            vectors = {text: unit_vector(text, spec) for text in texts}
    if vectors:
        for row, cells in _by_row(staying).items():
            first = before.get((row, 0)) or ""
            meanings = clusters(np.stack([vectors[first], *(vectors[staying[cell]] for cell in cells)]))
            for cell in cells:
                put("semantic_similarity", cell, _cosine(vectors[first], vectors[staying[cell]]))
                if check != JUDGE:
                    put("meaning_entropy", cell, _entropy(meanings))
    return found


def _beside_gold(
    check: str, answer: str | None, gold: str, canonical: str, top: int | None
) -> Iterator[tuple[str, float]]:
    """Measures of an answer of several parts beside the gold answer. answer: None where it could not be read."""
    if check == "ranking":
        items, grades = ranked(answer), gold_grades(gold) or {}
        yield from (("ndcg", value := ndcg_of(items, grades, top)), ("ndcg_std", value))
        yield "reciprocal_rank", reciprocal_rank_of(items, grades)
        yield "kendall_tau", kendall_tau_of(items, grades)
    elif check == "multilabel":
        given, wanted = label_set(answer), label_set(canonical)
        yield "label_jaccard", 0.0 if answer is None else jaccard(given, wanted)
        yield "label_f1", 0.0
        yield from (("labels_right", len(given & wanted)), ("labels_given", len(given)), ("labels_gold", len(wanted)))
    elif check == "slots":
        said, want = Counter(slot_pairs(answer)), Counter(slot_pairs(canonical))
        right = (said & want).total()
        yield "slot_f1", 2 * right / max(1, said.total() + want.total())
        yield from (("slots_right", right), ("slots_given", said.total()), ("slots_gold", want.total()))


def _beside_clean(check: str, answer: str | None, clean: str | None, top: int | None) -> Iterator[tuple[str, float]]:
    """Measures of an answer of several parts beside the unperturbed one; what could not be read agrees in nothing."""
    if check == "ranking":
        items, before = ranked(answer), ranked(clean)
        yield "rank_agreement", kendall_tau_of(items, {item: -place for place, item in enumerate(before)})
        yield "top_overlap", overlap_of(items, before, top)
        yield "rank_shift", rank_shift_of(items, before)
    elif check == "multilabel":
        yield "label_overlap", 0.0 if answer is None or clean is None else jaccard(label_set(answer), label_set(clean))


def _by_row(cells: Mapping[tuple[int, int], str]) -> dict[int, list[tuple[int, int]]]:
    rows: dict[int, list[tuple[int, int]]] = {}
    for cell in cells:
        rows.setdefault(cell[0], []).append(cell)
    return rows


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / length if length > 0 else 0.0


def _meanings(said: Sequence[str | None]) -> list[int]:
    """The meaning of each of several answers that a judge compared: equal texts; what could not be read is alone."""
    numbers: dict[str | int, int] = {}
    return [numbers.setdefault(i if text is None else text, len(numbers)) for i, text in enumerate(said)]


def _entropy(meanings: Sequence[int]) -> float:
    share = np.bincount(meanings) / len(meanings)
    return float(-(share * np.log2(share)).sum())


def _commonest(given: Sequence[str | None]) -> str | None:
    return Counter(given).most_common(1)[0][0]


@lru_cache(maxsize=65536)
def _normal(text: str) -> str:
    return normalised(text)
