"""New texts that are no longer like those that were fitted are said to have moved, and others are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmrobust.fit import counted, drift_between, fitted
from tests.fit.conftest import CLEAN, repeated
from tests.fit.test_estimate import with_operator


def drift(calibration, old, new, owners=()):
    counts = counted(new, owners)
    return drift_between(fitted(counted(old), calibration), fitted(counts, calibration), counts)


def test_the_same_traffic_has_not_moved(calibration):
    texts = repeated(CLEAN, 3)
    found = drift(calibration, with_operator(texts, "lower", 0.2), with_operator(texts, "lower", 0.2, seed=9))
    assert not found.moved
    assert found.outside == 0
    assert 0 < found.interval.high < 0.05


def test_a_share_that_moved_is_named(calibration):
    texts = repeated(CLEAN, 3)
    found = drift(calibration, with_operator(texts, "lower", 0.2), with_operator(texts, "lower", 0.5))
    assert [(one.feature, one.what) for one in found.moved] == [("lower", "share")]
    assert found.outside == 0, "the suite makes texts in small letters"


def test_a_rate_that_moved_is_named(calibration):
    texts = repeated(CLEAN, 3)
    old, new = (with_operator(texts, "typo.swap", 0.5, rate) for rate in (0.02, 0.2))
    assert ("typo.swap", "rate") in {(one.feature, one.what) for one in drift(calibration, old, new).moved}


def test_what_the_suite_does_not_make_is_outside(calibration):
    texts = repeated(CLEAN, 3)
    new = with_operator(texts, "thanks", 0.3)
    found = drift(calibration, texts, new)
    assert found.outside == sum(one != old for one, old in zip(new, texts, strict=True))
    assert found.interval.low <= found.outside / found.n <= found.interval.high
    longer = drift(calibration, texts, [*texts[:-1], "word " * 100])
    assert longer.outside == 1


def test_users_count_and_not_their_texts(calibration):
    """One user of a few, who writes everything in small letters, is no change of the traffic."""
    texts = repeated(CLEAN, 3)
    new = [text.lower() if number % 20 == 0 else text for number, text in enumerate(texts)]
    alone = drift(calibration, texts, new)
    owned = drift(calibration, texts, new, [str(number % 20) for number in range(len(texts))])
    p = {which: {one.feature: one.p for one in found.compared}["lower"] for which, found in
         (("alone", alone), ("owned", owned))}  # fmt: skip
    assert p["alone"] < 0.05 < p["owned"]


def test_features_of_another_version_are_passed_over(calibration):
    texts = repeated(CLEAN, 1)
    old = fitted(counted(texts), calibration)
    less = replace(old, estimates=tuple(one for one in old.estimates if one.feature != "lower"))
    new = [text.lower() for text in texts]
    found = drift_between(less, fitted(counted(new), calibration), counted(new))
    assert "lower" not in {one.feature for one in found.compared}


@pytest.mark.parametrize("confidence", [0.9, 0.99])
def test_the_error_rate_is_that_of_the_fit(calibration, confidence):
    texts = repeated(CLEAN, 1)
    counts = counted(texts)
    found = drift_between(fitted(counts, calibration, confidence), fitted(counts, calibration), counts)
    assert found.alpha == pytest.approx(1 - confidence)
