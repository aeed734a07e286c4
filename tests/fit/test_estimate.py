"""Rates are recovered from texts to which operators were applied at known ones."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.errors import WrongUse
from llmrobust.fit import bundled_calibration, calibrated, counted, fitted, fitted_from
from llmrobust.fit.application import applied, made_by
from llmrobust.fit.calibration import Response, calibration_from
from llmrobust.fit.counting import Counted
from llmrobust.fit.features import BY_NAME
from tests.fit.conftest import CLEAN, MEASURED, repeated


def with_operator(texts, name, share, rate=None, seed=5):
    """The texts; the operator of a feature was applied to each with the same probability."""
    operator, params = made_by(BY_NAME[name], rate)
    chance = random.Random(f"{name} {seed}")
    return [
        applied(text, operator, params, seed, str(number)) if chance.random() < share else text
        for number, text in enumerate(texts)
    ]


def test_clean_texts_have_nothing_beyond_clean_ones(calibration):
    found = fitted(counted(CLEAN), calibration)
    assert not found.there
    assert all(one.low == 0 for one in found.estimates if one.share is not None)


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_known_share_is_within_the_interval(calibration, name, share):
    texts = repeated(CLEAN, 6)
    new = with_operator(texts, name, share, 0.05 if BY_NAME[name].rates else None)
    truth = np.mean([one != old for one, old in zip(new, texts, strict=True)])
    one = fitted(counted(new), calibration).of(name)
    assert one.is_there
    assert one.low <= truth <= one.high
    assert abs(one.share - truth) < 0.08


def test_several_features_at_once_do_not_disturb_each_other(calibration):
    texts = repeated(CLEAN, 6)
    new = texts
    shares = {"thanks": 0.2, "typo.keyboard": 0.25, "no_final_mark": 0.3, "lower": 0.2}
    for name, share in shares.items():
        new = with_operator(new, name, share, 0.05 if name == "typo.keyboard" else None)
    found = fitted(counted(new), calibration)
    for name, share in shares.items():
        assert found.of(name).low <= share <= found.of(name).high, name
    assert {one.feature for one in found.there} == set(shares)


def test_what_another_operator_does_to_a_detector_is_taken_off(calibration):
    """A small start makes texts without another capital look as if they were all in small letters."""
    found = fitted(counted(with_operator(repeated(CLEAN, 6), "small_start", 0.5)), calibration)
    looks_lower = found.of("lower").found / found.n
    assert looks_lower > 0.1
    assert found.of("lower").low == 0
    assert found.of("small_start").low <= 0.5 <= found.of("small_start").high


def test_the_rate_of_a_heavier_hand_is_higher(calibration):
    texts = repeated(CLEAN, 6)
    light, heavy = (
        fitted(counted(with_operator(texts, "typo.swap", 0.4, rate)), calibration).of("typo.swap")
        for rate in (0.03, 0.15)
    )
    assert light.rate_low <= 0.03 <= light.rate_high
    assert heavy.rate_low <= 0.15 <= heavy.rate_high
    assert light.rate_high < heavy.rate


def test_users_who_repeat_themselves_widen_the_interval(calibration):
    texts = with_operator(CLEAN, "lower", 0.3)
    alone = fitted(counted(repeated(texts, 6)), calibration)
    owned = fitted(counted(repeated(texts, 6), [str(n) for n in range(len(texts))] * 6), calibration)
    assert owned.n_clusters == len(texts)
    assert owned.of("lower").share == alone.of("lower").share
    assert owned.of("lower").high - owned.of("lower").low > 1.5 * (alone.of("lower").high - alone.of("lower").low)


def test_what_cannot_be_told_says_why(calibration):
    response = calibration.responses["lower"][0]
    rare = replace(response, changed=4)
    blind = replace(response, gained={"lower": 2})
    for changed, why in ((rare, "changes only 4 of 60"), (blind, "finds only")):
        other = replace(calibration, responses={**calibration.responses, "lower": (changed,)})
        one = fitted(counted(CLEAN), other).of("lower")
        assert one.share is None
        assert why in one.why_not


def test_too_few_texts_are_refused(calibration):
    with pytest.raises(WrongUse, match="29 texts"):
        fitted(counted(CLEAN[:29]), calibration)
    with pytest.raises(WrongUse, match="at least 30 are needed"):
        calibrated(CLEAN[:3], "three")


def test_everything_survives_json(calibration):
    found = fitted(counted(with_operator(CLEAN, "lower", 0.5)), calibration)
    assert fitted_from(json.loads(json.dumps(found.as_json())), "x") == found
    assert calibration_from(json.loads(json.dumps(calibration.as_json()))) == calibration
    for wrong in ({}, {**found.as_json(), "version": 99}, {**found.as_json(), "estimates": [{"x": 1}]}):
        with pytest.raises(WrongUse, match="rates"):
            fitted_from(wrong, "rates.fit.json")


def test_no_text_is_kept(calibration):
    kept = json.dumps(fitted(counted(with_operator(CLEAN, "lower", 0.5)), calibration).as_json())
    assert "account" not in kept


def test_the_bundled_calibration_knows_every_feature():
    bundled = bundled_calibration()
    assert set(bundled.responses) == set(BY_NAME)
    assert not bundled.skipped
    for name, responses in bundled.responses.items():
        assert tuple(one.rate for one in responses) == (BY_NAME[name].rates or (None,))


def test_the_bundled_calibration_is_what_operators_make_today(shared_data):
    """After an operator has changed: `python -m benchmarks.fit --data DATA --calibrate`."""
    lines = (shared_data / "banking77" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    names = ("misspelling", "chat", "shouted_words", "opener", "filler", "lower")
    now = calibrated([json.loads(line)["text"] for line in lines], "", features=[BY_NAME[name] for name in names])
    bundled = bundled_calibration()
    assert now.base == {name: count for name, count in bundled.base.items() if name in names}
    for name in names:
        kept = [
            replace(one, gained=_of(one.gained, names), lost=_of(one.lost, names)) for one in bundled.responses[name]
        ]
        assert list(now.responses[name]) == kept


def _of(counts, names):
    return {name: count for name, count in counts.items() if name in names}


@given(st.integers(30, 400), st.floats(0, 1), st.integers(0, 2**32))
def test_intervals_hold_their_estimates(n, share, seed):
    """Also of hits that no operator explains."""
    chance = random.Random(seed)
    names = ("lower", "upper")
    hits = np.array([[chance.random() < share, chance.random() < 0.1] for _ in range(n)], dtype=np.int64)
    counts = Counted(names, hits, np.full(n, 5))
    response = Response(None, 20, 20, {"lower": 18}, {})
    calibration = replace(
        bundled_calibration(),
        n=40,
        base={"lower": 4, "upper": 0},
        base_hits={"lower": 4, "upper": 0},
        responses={"lower": (response,), "upper": (replace(response, gained={"upper": 15, "lower": 2}),)},
    )
    for one in fitted(counts, calibration).estimates:
        if one.share is not None:
            assert 0 <= one.low <= one.share <= one.high <= 1
