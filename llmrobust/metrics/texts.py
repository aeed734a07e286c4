"""Measures of free-form answers, and the metrics based on them.

The measures (token F1, edit similarity, slots) are pure functions of two texts; `metrics.answer_codes` fills the
table's `answers.texts` with them where a suite's answers are free.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmrobust.metrics.metric_registry import Floats, Ratio, Sums, divided, metric
from llmrobust.metrics.table import Table

ALIKE = 0.85
"""Answers whose vectors have at least this cosine mean the same."""
_WORD = re.compile(r"\w+")
_ARTICLES = frozenset(("a", "an", "the"))


def token_f1(answer: str, gold: str) -> float:
    """F1 of the words of an answer and of the gold answer, without case, punctuation and articles.

    1 where neither has a word. Source: Rajpurkar et al. 2016, "SQuAD".
    """
    given, wanted = _tokens(answer), _tokens(gold)
    if not given or not wanted:
        return float(given == wanted)
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted))


def edit_similarity(first: str, second: str) -> float:
    """1 - Levenshtein distance / length of the longer text; 1 for two empty texts."""
    longest = max(len(first), len(second))
    return 1.0 if longest == 0 else 1 - edit_distance(first, second) / longest


@lru_cache(maxsize=65536)
def edit_distance(first: str, second: str) -> int:
    """How many characters must be inserted, deleted or replaced to make one text of the other.

    Source: Levenshtein 1966, by the bit-parallel algorithm of Myers 1999 in the form of Hyyroe 2003.
    """
    if not first or not second:
        return len(first) + len(second)
    places: dict[str, int] = {}
    for i, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << i
    ones = (1 << len(first)) - 1
    last = 1 << (len(first) - 1)
    up, down, distance = ones, 0, len(first)
    for letter in second:
        equal = places.get(letter, 0)
        diagonal = (((equal & up) + up) ^ up) | equal | down
        right_up, right_down = down | ~(diagonal | up) & ones, up & diagonal
        distance += bool(right_up & last) - bool(right_down & last)
        right_up, right_down = (right_up << 1 | 1) & ones, right_down << 1 & ones
        up, down = right_down | ~(diagonal | right_up) & ones, right_up & diagonal
    return distance


def slots(text: str) -> frozenset[tuple[str, str]] | None:
    """The (slot, value) pairs of a JSON object, a pair for each member of a list; None for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frozenset(_pairs(value)) if isinstance(value, dict) else None


def clusters(vectors: NDArray[np.float64], alike: float = ALIKE) -> list[int]:
    """The meaning of each of several texts: texts are grouped through chains of similar texts.

    vectors: (texts, dimensions), of any length; a text with the zero vector is not grouped. Meanings are numbered from
    0."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    group = list(range(len(vectors)))
    for i, j in combinations(range(len(vectors)), 2):
        if float(unit[i] @ unit[j]) >= alike and group[i] != group[j]:
            old, new = max(group[i], group[j]), min(group[i], group[j])
            group = [new if one == old else one for one in group]
    numbers = {one: number for number, one in enumerate(dict.fromkeys(group))}
    return [numbers[one] for one in group]


def _pairs(value: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for name, inner in value.items():
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                found += _pairs(one, f"{prefix}{name}.")
            elif one is not None:
                found.append((f"{prefix}{name}".lower(), " ".join(_WORD.findall(str(one).lower()))))
    return found


def _tokens(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _ARTICLES]


@metric(
    "token_f1",
    formula="mean over cases of 2 shared words / (words of the answer + words of the gold answer)",
    source='Rajpurkar et al. 2016, "SQuAD"',
    reads="texts",
    interval="bca",
    undefined="no free answer with a gold answer",
    needs=("gold",),
)
def token_f1_metric(table: Table) -> Ratio:
    """How many words free answers share with the gold answers."""
    return mean_of(table, "token_f1")


@metric(
    "slot_f1",
    formula="2 right slots / (slots answered + gold slots), over all cases",
    source='Dong et al. 2023 (Noise-LLM); field standard ("micro F1" of slots)',
    reads="texts",
    interval="bca",
    undefined="no gold answer is a JSON object",
    needs=("gold",),
)
def slot_f1(table: Table) -> Sums:
    """F1 of slots and their values, where gold answers are JSON objects; any other answer has no slot right."""
    texts = table.answers.texts if table.answers is not None else {}
    names = ("slots_right", "slots_given", "slots_gold")
    parts = np.column_stack([np.nan_to_num(texts[name]).sum(axis=1) for name in names])
    return Sums(parts, lambda totals: divided(2 * totals[:, 0], totals[:, 1] + totals[:, 2]))


@metric(
    "edit_similarity",
    formula="mean over cases of 1 - Levenshtein distance to the unperturbed answer / length of the longer",
    source="Levenshtein 1966",
    reads="texts",
    interval="bca",
    undefined="no free answer that must stay",
    paired=True,
)
def edit_similarity_metric(table: Table) -> Ratio:
    """How alike free answers are to the unperturbed ones, letter by letter."""
    return mean_of(table, "edit_similarity")


@metric(
    "semantic_similarity",
    formula="mean over cases of the cosine of the answer's vector and the unperturbed answer's",
    source="Reimers and Gurevych 2019; Zhang et al. 2020; vectors of the suite's embedder",
    reads="texts",
    interval="bca",
    range=(-1.0, 1.0),
    undefined="there is no embedder (`answer: {embedder: minilm}`), or no free answer must stay",
    paired=True,
    needs=("embedder",),
)
def semantic_similarity(table: Table) -> Ratio:
    """How alike free answers are to the unperturbed ones in meaning."""
    return mean_of(table, "semantic_similarity")


@metric(
    "meaning_entropy",
    formula="mean over examples of the entropy (bits) of the meanings of its answers",
    source='Kuhn et al. 2023, "Semantic Uncertainty"; meanings joined by the judge, or by cosine >= 0.85',
    reads="texts",
    interval="bca",
    range=(0.0, float("inf")),
    better="lower",
    undefined="there is no embedder (`answer: {embedder: minilm}`) and no judge, or no free answer must stay",
    needs=("embedder",),
)
def meaning_entropy(table: Table) -> Ratio:
    """How many different meanings the answers to an example have, in bits."""
    texts = table.answers.texts if table.answers is not None else {}
    values = texts["meaning_entropy"]
    known = ~np.isnan(values)
    count = known.sum(axis=1).astype(np.float64)
    some: Floats = (count > 0).astype(np.float64)
    return Ratio(np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1.0), some)


def mean_of(table: Table, name: str) -> Ratio:
    """The mean of a measure over its known cells."""
    values: Floats = table.answers.texts[name] if table.answers is not None else np.empty(table.correct.shape)
    known = ~np.isnan(values)
    return Ratio(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))
