"""A greedy search for the wording of a text that a model answers worst.

Words are ranked by how much worse the answers get without them; then, from the most important on, everything that
the recipe tries in a word's place is scored in one batch, and the worst is kept if it lowers the score further.
Source: the greedy search with word importance ranking of TextAttack's recipes, with the accuracy over examples as
score and no early stop, as in Agrawal et al. 2025 (arXiv 2504.02733).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from llmrobust.operators.editing.random_edits import word_spots
from llmrobust.search.recipes import Neighbours, Recipe
from llmrobust.seeds import Stream

STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have he her his i if in into is it its "
    "may might must my no nor not of on or our she should so some such than that the their them then there these they "
    "this those to was we were what when where which while who whom whose why will with would you your".split()
)
UNKNOWN = "[UNK]"


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """How well a wording does: the share of right answers, and the mean probability of the right answer.

    The probability decides between equal shares; it is 0 where the model gives none.
    """

    right: float
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class AttackFound:
    """What an attack found. evaluations: wordings scored. words: (original word, its replacement)."""

    original: str
    text: str
    clean: Score
    score: Score
    evaluations: int
    words: tuple[tuple[str, str], ...]

    @property
    def drop_rate(self) -> float:
        """Performance drop rate, 1 - attacked / clean; 0 where nothing was right before (PromptBench's convention)."""
        return 1 - self.score.right / self.clean.right if self.clean.right else 0.0


Asking = Generator[list[str], list[Score], AttackFound]
"""Yields wordings to be scored in one batch, is sent their scores, returns what was found."""


@dataclass(slots=True)
class Attack:
    """A search over wordings of one text.

    fixed: pieces of the text that stay (labels, placeholders). budget: wordings that may be scored, at least 1.
    """

    text: str
    fixed: Sequence[str]
    recipe: Recipe
    budget: int
    seed: int = 0
    near: Neighbours | None = None
    _pieces: list[str] = field(default_factory=list)
    _spots: list[int] = field(default_factory=list)
    _used: int = 0

    def run(self) -> Asking:
        """The search. Never yields more wordings than the budget allows."""
        self._cut()
        (clean,) = yield from self._scores([self.text])
        now = clean
        pieces = list(self._pieces)
        for spot in (yield from self._by_importance(clean)):
            options = self._options(pieces, spot)
            scores = yield from self._scores([self._with(pieces, spot, new) for new in options])
            if scores and min(scores) < now:
                now = min(scores)
                pieces[spot] = options[scores.index(now)]
            if self._used >= self.budget:
                break
        words = tuple((old, new) for old, new in zip(self._pieces, pieces, strict=True) if old != new)
        return AttackFound(self.text, "".join(pieces), clean, now, self._used, words)

    def _cut(self) -> None:
        """The text as pieces, and which of them are words that may be attacked."""
        end = 0
        for start, stop in word_spots(self.text, self.fixed):
            self._pieces += [self.text[end:start], self.text[start:stop]]
            if self.text[start:stop].lower() not in STOP_WORDS:
                self._spots.append(len(self._pieces) - 1)
            end = stop
        self._pieces.append(self.text[end:])

    def _by_importance(self, clean: Score) -> Generator[list[str], list[Score], list[int]]:
        """The words from the most to the least important; ties in reading order.

        Words for which the budget leaves no evaluation are left out.
        """
        instead = UNKNOWN if self.recipe.importance == "unk" else ""
        scores = yield from self._scores([self._with(self._pieces, spot, instead) for spot in self._spots])
        ranked = sorted(zip(scores, self._spots, strict=False), key=lambda pair: pair[0])
        return [spot for _, spot in ranked]

    def _options(self, pieces: Sequence[str], spot: int) -> list[str]:
        """The replacements at the spot that the recipe and its constraint allow."""
        stream = Stream(self.seed, self.recipe.name, self.text, spot)
        options = self.recipe.candidates(self._pieces[spot], stream, self.near)
        most = self.recipe.most_edits
        if most is None:
            return options
        return [new for new in options if levenshtein(self.text, self._with(pieces, spot, new), most) <= most]

    def _scores(self, wordings: list[str]) -> Generator[list[str], list[Score], list[Score]]:
        """The scores of as many wordings as the budget allows, in order."""
        asked = wordings[: self.budget - self._used]
        if not asked:
            return []
        self._used += len(asked)
        scores = yield asked
        return scores

    @staticmethod
    def _with(pieces: Sequence[str], spot: int, new: str) -> str:
        return "".join([*pieces[:spot], new, *pieces[spot + 1 :]])


def levenshtein(a: str, b: str, most: int | None = None) -> int:
    """The least number of characters inserted, deleted or replaced that turns one text into the other.

    most: a larger distance is returned as most + 1, which is faster.
    """
    limit = max(len(a), len(b)) if most is None else most
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    row = {j: j for j in range(min(len(b), limit) + 1)}
    for i, x in enumerate(a, 1):
        new: dict[int, int] = {}
        for j in range(max(0, i - limit), min(len(b), i + limit) + 1):
            best = row.get(j, limit) + 1
            if j:
                best = min(best, new.get(j - 1, limit) + 1, row.get(j - 1, limit + 1) + (x != b[j - 1]))
            new[j] = best
        row = new
    return min(row.get(len(b), limit + 1), limit + 1)
