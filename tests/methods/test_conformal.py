"""Conformal sets against a hand computation, and where edits break their promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from llmrobust.methods import ABSTAINED, METHODS, NotUsable
from llmrobust.methods.conformal import ConformalParams, conformal, strangest
from tests.methods.asked import asked


def test_the_limit_by_hand():
    strange = np.array([0.5, 0.1, 0.4, 0.2, 0.3])
    assert strangest(strange, 0.5) == 0.3  # ceil(6 * .5) = 3rd smallest
    assert strangest(strange, 0.8) == 0.5  # ceil(4.8) = 5th
    assert math.isinf(strangest(strange, 0.9))  # ceil(5.4) = 6th of 5


def test_sets_of_one_label_are_answers_and_others_none():
    # Calibrated on P(right) of .9, .8, .7 and .6 with coverage .6: the 3rd smallest of .1, .2, .3, .4 is .3.
    shares = [[[p, 1 - p]] for p in (0.9, 0.8, 0.7, 0.6)] + [[[0.75, 0.25]], [[0.5, 0.5]], [[0.2, 0.8]]]
    found = conformal(asked(shares, [0] * 7, choosing=[True] * 4 + [False] * 3), ConformalParams(coverage=0.6))
    # At least .7 in the set: {a}, {} and {b}.
    assert found.given[4:, 0].tolist() == [0, ABSTAINED, 1]
    assert found.withholds
    assert found.notes[0] == "sets hold labels of at least 0.700, from 4 unperturbed examples"
    assert found.notes[1].startswith("unperturbed prompts: 0.333 of the sets hold the right label")


def test_too_few_examples_put_every_label_into_every_set():
    found = conformal(asked([[[0.9, 0.1]]] * 4, [0] * 4, choosing=[True, True, False, False]), ConformalParams())
    assert (found.given == ABSTAINED).all()
    assert found.notes[0] == "2 unperturbed examples are too few for sets of 0.9: all labels are in every set"


def drawn(columns: int, edited_share: float, examples: int = 400):
    """A model that is sure by a uniform draw, and that edits make wrong with a chance."""
    random = np.random.default_rng(0)
    p = random.uniform(0.3, 1, size=(examples, columns))
    broken = random.uniform(size=(examples, columns)) < edited_share
    broken[:, 0] = False
    p = np.where(broken, 1 - p, p)
    return asked(np.stack([p, 1 - p], axis=2), [0] * examples, choosing=[n % 2 == 0 for n in range(examples)])


def test_the_promise_holds_on_prompts_like_those_that_calibrated():
    found = conformal(drawn(4, 0.0), ConformalParams(coverage=0.9))
    unperturbed, edited = (float(note.split(": ")[1][:5]) for note in found.notes[1:])
    assert unperturbed == pytest.approx(0.9, abs=0.06)
    assert edited == pytest.approx(0.9, abs=0.06)
    assert "promised" not in " ".join(found.notes)


def test_edits_that_flip_answers_break_the_promise_and_the_note_says_so():
    found = conformal(drawn(4, 0.6), ConformalParams(coverage=0.9))
    assert "promised" not in found.notes[1]
    assert found.notes[2].endswith(": less than the 0.9 promised")


def test_it_needs_gold_answers():
    with pytest.raises(NotUsable, match="needs unperturbed examples with gold answers"):
        METHODS.get("conformal").answers(asked([[[0.9, 0.1]]] * 4, [-2] * 4))
