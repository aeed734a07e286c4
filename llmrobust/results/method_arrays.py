"""From the cases of a stored run to the arrays that methods answer from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from llmrobust.methods import NO_CASE, UNREAD, Asked
from llmrobust.methods.method import LEAST_LOG, Floats
from llmrobust.methods.method import Sent as SentAnswers
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.seeds import Stream

_UNREAD = (Status.UNPARSED, Status.TRUNCATED)


def asked_of(stored: SuiteResult) -> Asked:
    """What a suite's run asked and was answered; half of its clusters of examples, drawn by its seed, are to choose on.

    Repeats of a case count as their most frequent answer and their mean probabilities. An answer that was judged right
    counts as the gold answer, in whichever words it is.
    """
    rows: dict[str, int] = {}
    columns, families = {"": 0}, [""]
    cells: dict[tuple[int, int], list[CaseResult]] = {}
    for case in stored.cases:
        row = rows.setdefault(case.example, len(rows))
        column = 0
        if not case.is_original:
            name = case.column
            column = columns.setdefault(name, len(columns))
            if column == len(families):
                families.append(case.family)
        if case.status is not Status.NO_ANSWER:
            cells.setdefault((row, column), []).append(case)
    codes = {label: code for code, label in enumerate(stored.choices)}
    closed, shape = len(codes), (len(rows), len(columns))
    given, gold = (np.full(shape, NO_CASE, dtype=np.int32) for _ in range(2))
    stays = np.zeros(shape, dtype=bool)
    there: list[tuple[int, int]] = []
    known: list[Sequence[float]] = []
    for place, cases in cells.items():
        first = cases[0]
        if first.expected is not None:
            gold[place] = codes.setdefault(first.expected, len(codes))
        answer = _said(first) if len(cases) == 1 else Counter(map(_said, cases)).most_common(1)[0][0]
        given[place] = UNREAD if answer is None else codes.setdefault(answer, len(codes))
        stays[place] = first.is_original or first.agrees is not None
        scored = [one.probabilities for one in cases if one.probabilities is not None]
        scored = [one for one in scored if len(one) == closed]
        if scored:
            there.append(place)
            known.append(scored[0] if len(scored) == 1 else [float(one) for one in np.mean(scored, axis=0)])
    sent = _sent(stored, rows, columns, codes, closed)
    shares = np.full((*shape, closed), np.nan)
    if known:
        at = np.array(there, dtype=np.intp)
        shares[at[:, 0], at[:, 1]] = np.array(known)
    examples = list(rows)
    clusters = cluster_numbers_of(examples, dict(stored.clusters))
    return Asked(
        labels=tuple(codes),
        closed=closed,
        given=given,
        gold=gold,
        stays=stays,
        logprobs=_logs(shares) if known else None,
        columns=tuple(columns),
        families=tuple(families),
        examples=tuple(examples),
        clusters=clusters,
        choosing=chosen_half(clusters, stored.seed),
        seed=stored.seed,
        content_free=_content_free(stored, columns),
        sent=sent,
    )


def _content_free(stored: SuiteResult, columns: Mapping[str, int]) -> dict[str, Floats]:
    """By kind of content, the log-probabilities for each column, (columns, labels); NaN where it was not asked."""
    found: dict[str, Floats] = {}
    for prior in stored.priors:
        values = found.setdefault(prior.content, np.full((len(columns), len(stored.choices)), np.nan))
        if prior.column in columns:
            values[columns[prior.column]] = np.maximum(_logs(np.array(prior.probabilities)), LEAST_LOG)
    return found


def _sent(
    stored: SuiteResult, rows: Mapping[str, int], columns: Mapping[str, int], codes: dict[str, int], closed: int
) -> dict[str, SentAnswers]:
    """By label, the answers of the methods that sent prompts of their own. codes: new answers are added."""
    shape = (len(rows), len(columns))
    found = {}
    for one in stored.sent:
        given = np.full(shape, NO_CASE, dtype=np.int32)
        shares = np.full((*shape, closed), np.nan) if one.probabilities else None
        drawn, right = (np.zeros(shape, dtype=np.int32) for _ in range(2))
        failed = set(one.failed)
        for number, (case, answer) in enumerate(zip(stored.cases, one.answers, strict=False)):
            if case.repeat or number in failed:
                continue
            at = rows[case.example], columns["" if case.is_original else case.column]
            given[at] = UNREAD if answer is None else codes.setdefault(answer, len(codes))
            known = one.probabilities[number] if shares is not None else None
            if shares is not None and known is not None and len(known) == closed:
                shares[at] = known
            if one.votes:
                drawn[at], right[at] = one.votes[number]
        found[one.label] = SentAnswers(
            given=given,
            shares=shares,
            requests=one.requests,
            tokens=one.tokens,
            once=one.once,
            notes=one.notes,
            right=right if one.votes else None,
            drawn=drawn if one.votes else None,
            unusable=one.unusable,
        )
    return found


def cluster_numbers_of(examples: Sequence[str], clusters: Mapping[str, str]) -> NDArray[np.intp]:
    """The number of each example's cluster, (examples,), in order of appearance; without clusters each is its own."""
    if not clusters.keys() >= set(examples):
        return np.arange(len(examples), dtype=np.intp)
    place = {name: number for number, name in enumerate(dict.fromkeys(clusters[one] for one in examples))}
    return np.array([place[clusters[one]] for one in examples], dtype=np.intp)


def chosen_half(clusters: NDArray[np.intp], seed: int) -> NDArray[np.bool_]:
    """Which examples are to choose on, (examples,): those of half of the clusters, drawn by the seed."""
    names = list(range(int(clusters.max(initial=-1)) + 1))
    drawn = Stream(seed, "methods", "halves").sample(names, len(names) // 2)
    return np.isin(clusters, np.array(drawn, dtype=np.intp))


def _said(case: CaseResult) -> str | None:
    """The answer, in the words of the gold answer where it was judged right; None where it could not be read."""
    if case.status in _UNREAD or case.answer is None:
        return None
    return case.expected if case.correct and case.expected is not None else case.answer


def _logs(shares: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(shares))
