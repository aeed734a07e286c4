"""Methods over stored runs of models whose true behaviour is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from llmrobust.methods import use_of
from llmrobust.results.json_reader import read_run
from llmrobust.results.method_arrays import asked_of
from llmrobust.results.method_comparison import EDITS, FORMATS, MethodComparison, compare_methods
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import MethodChosen
from llmrobust.score.priors import Prior
from tests.results.stored_runs import biased, noisy, stored, unbalanced


def compared(run: RunResult, *names: str, **options) -> MethodComparison:
    return compare_methods(run, run.suites[0], [use_of(name) for name in names], **options)


def test_calibration_repairs_a_biased_model():
    found = compared(stored(*biased()), "batch-calibration", "template-vote")
    plain, repaired = found.row("plain").figures, found.row("batch-calibration")
    assert plain.accuracy < 0.7
    assert repaired.figures.accuracy > 0.95
    assert repaired.difference.told
    assert repaired.difference.low > 0.2
    assert found.chosen == "batch-calibration"
    assert "it is better than plain" in found.conclusion


def test_votes_repair_a_noisy_model():
    found = compared(stored(*noisy()), "template-vote", "batch-calibration")
    voted = found.row("template-vote")
    # Five votes that are right with .7 each: .7^5 + 5 .7^4 .3 + 10 .7^3 .3^2 = .837.
    assert voted.figures.accuracy == pytest.approx(0.837, abs=0.06)
    assert found.row("plain").figures.accuracy == pytest.approx(0.7, abs=0.06)
    assert voted.difference.told
    assert found.chosen == "template-vote"
    assert not found.row("batch-calibration").difference.told


def test_calibration_hurts_where_classes_are_far_from_balanced():
    found = compared(stored(*unbalanced()), "batch-calibration")
    hurt = found.row("batch-calibration")
    assert found.row("plain").figures.accuracy == 1
    assert hurt.figures.accuracy < 0.8
    assert hurt.difference.told
    assert hurt.difference.high < 0
    assert found.chosen == "plain"
    assert found.conclusion.endswith("plain; no method did better there")
    assert any("balanced classes, but 90% of the examples are yes" in note for note in hurt.notes)


def test_no_difference_is_told_where_there_is_none():
    shares = np.repeat(biased(formats=1)[0][:, :1], 7, axis=1)
    found = compared(stored(shares, biased(formats=1)[1]), "template-vote", "template-ensemble")
    for row in found.rows[1:]:
        assert row.difference.value == 0
        assert not row.difference.told
        assert row.difference.low < 0 < row.difference.high
        assert row.spread_difference.low < 0 < row.spread_difference.high
    assert found.chosen == "plain"


def test_few_examples_tell_little():
    shares, gold = noisy(examples=8)
    found = compared(stored(shares, gold), "template-vote")
    assert found.reporting == 4
    assert not found.row("template-vote").difference.told


def test_the_difference_is_of_example_means_on_the_reporting_half():
    shares, gold = noisy(examples=40)
    run = stored(shares, gold)
    reporting = ~asked_of(run.suites[0]).choosing
    row = compared(run, "batch-calibration").row("batch-calibration")
    logs = np.log(shares)
    calibrated = (logs - logs.mean(axis=0)).argmax(axis=2)
    right = calibrated[:, 1:] == np.array(gold)[:, None]
    before = shares.argmax(axis=2)[:, 1:] == np.array(gold)[:, None]
    assert row.figures.accuracy == pytest.approx(right[reporting].mean())
    assert row.difference.value == pytest.approx((right.mean(axis=1) - before.mean(axis=1))[reporting].mean())
    assert row.figures.spread == pytest.approx(np.ptp(right[reporting].mean(axis=0)))
    assert row.figures.median == pytest.approx(np.median(right[reporting].mean(axis=0)))
    assert row.figures.worst_case == pytest.approx(right[reporting].all(axis=1).mean())
    assert row.figures.consistency == pytest.approx((calibrated[:, 1:] == calibrated[:, :1])[reporting].mean())
    clean = (calibrated[:, 0] == np.array(gold))[reporting].mean()
    assert dict(row.figures.drops) == {"format": pytest.approx(clean - right[reporting].mean())}


def test_an_ensembles_difference_is_to_the_formats_it_is_made_of():
    shares, gold = noisy(examples=40, formats=6)
    typos = np.repeat([[[0.99, 0.01]]], 40, axis=0).repeat(3, axis=1)
    run = stored(np.concatenate([shares, typos], axis=1), gold, families=[*["format"] * 6, *["typo"] * 3])
    alone = compared(stored(shares, gold), "template-vote").row("template-vote")
    beside = compared(run, "template-vote")
    assert beside.over == FORMATS
    assert beside.columns == 6
    assert beside.row("template-vote").difference == alone.difference
    assert {name for name, _ in beside.row("plain").figures.drops} == {"format", "typo"}


def test_gold_answers_of_the_reporting_half_choose_nothing():
    shares, gold = biased()
    run = stored(shares, gold)
    reporting = ~asked_of(run.suites[0]).choosing
    swapped = [1 - g if r else g for g, r in zip(gold, reporting, strict=True)]
    assert compared(stored(shares, swapped)).chosen == compared(run).chosen == "batch-calibration"
    assert "it is worse than plain" in compared(stored(shares, swapped), "batch-calibration").conclusion


def test_gold_answers_of_the_choosing_half_are_in_no_figure():
    shares, gold = biased()
    run = stored(shares, gold)
    choosing = asked_of(run.suites[0]).choosing
    swapped = [1 - g if c else g for g, c in zip(gold, choosing, strict=True)]
    first, second = (compared(one, "batch-calibration", "template-vote") for one in (run, stored(shares, swapped)))
    assert [row.figures for row in first.rows] == [row.figures for row in second.rows]
    assert second.chosen != first.chosen


def test_halves_are_of_clusters():
    shares, gold = noisy(examples=60)
    names = [f"document-{e // 5}" for e in range(60)]
    run = stored(shares, gold, clusters=names)
    asked = asked_of(run.suites[0])
    chosen = {name for name, c in zip(names, asked.choosing, strict=True) if c}
    assert len(chosen) == 6
    assert not chosen & {name for name, c in zip(names, asked.choosing, strict=True) if not c}
    found = compared(run, "template-vote")
    assert (found.choosing, found.reporting, found.unit) == (6, 6, "cluster")
    alone = compared(stored(shares, gold), "template-vote").row("template-vote").difference
    within = found.row("template-vote").difference
    assert within.high - within.low > alone.high - alone.low  # six independent observations instead of thirty


def test_p_values_are_adjusted_for_every_method_compared():
    run = stored(*noisy(examples=30))
    one = compared(run, "template-vote").row("template-vote").difference
    many = compared(run, "template-vote", "batch-calibration", "template-entropy").row("template-vote").difference
    assert one.holm == one.p
    assert many.p == one.p
    assert many.holm > one.holm


def test_stored_runs_give_the_same_table_without_a_request(tmp_path: Path):
    run = stored(
        *noisy(),
        methods=(MethodChosen("votes", "template-vote", '{"k": 3}'),),
        priors=(Prior("no-content", "", 3, (0.4, 0.6)), Prior("no-content", "format/v1", 3, (0.3, 0.7))),
    )
    run.save(tmp_path / "run.json")
    again = read_run(tmp_path / "run.json")
    assert again.suites[0].methods == run.suites[0].methods
    assert again.suites[0].priors == run.suites[0].priors
    first, second = (compare_methods(one, one.suites[0]) for one in (run, again))
    assert first == second
    assert first.row("votes").requests == 3
    assert first.row("contextual-calibration").once == 6


def test_answers_that_are_no_closed_set_can_vote():
    shares, gold = noisy()
    run = stored(shares, gold, has_shares=False)
    suite = replace(run.suites[0], choices=(), answer=None)
    found = compare_methods(run, suite)
    assert found.row("template-vote").difference.told
    assert "no probabilities of labels" in found.row("batch-calibration").unusable


def test_without_gold_answers_consistency_is_compared():
    shares, _ = noisy()
    found = compared(stored(shares, [None] * 80), "template-vote")
    assert (found.measured, found.criterion) == ("consistency", "consistency")
    assert found.row("template-vote").figures.accuracy is None
    assert found.row("template-vote").difference.value > 0.1


def test_without_formats_all_edits_are_compared():
    shares, gold = biased()
    found = compared(stored(shares, gold, families=["typo"] * 8), "batch-calibration", "template-vote")
    assert found.over == EDITS
    assert found.row("batch-calibration").difference.told
    assert "at least 2 variants of format" in found.row("template-vote").unusable


def test_cost_is_in_requests_and_tokens():
    found = compared(stored(*noisy()), "template-vote")
    assert (found.row("plain").requests, found.row("plain").tokens) == (1, 42)
    assert (found.row("template-vote").requests, found.row("template-vote").tokens) == (5, 210)


def test_abstention_shows_risk_and_coverage_of_the_other_half():
    rng = np.random.default_rng(3)
    gold = rng.integers(0, 2, 200)
    sure = rng.uniform(0.5, 1, (200, 5))
    right = rng.random((200, 5)) < sure  # a calibrated model
    yes = np.where(right == (gold == 1)[:, None], sure, 1 - sure)
    found = compared(stored(np.stack([1 - yes, yes], axis=2), [int(g) for g in gold]), "abstain")
    row = found.row("abstain")
    assert row.difference is None
    assert 0.05 < row.selective.coverage < 0.6
    assert row.selective.risk < 1 - found.row("plain").figures.accuracy
    assert row.selective.low <= row.selective.risk <= row.selective.high
    assert row.selective.units <= found.reporting
    assert found.chosen == "plain"


def test_families_to_compare_over_can_be_named():
    shares, gold = biased(formats=8)
    run = stored(shares, gold, families=[*["format"] * 4, *["paraphrase"] * 4])
    assert compared(run).columns == 8
    assert compared(run, over=["paraphrase"]).columns == 4
