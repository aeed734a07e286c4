"""Each method's formula against a hand computation, and against the published algorithm written out in loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from llmrobust.methods import ABSTAINED, METHODS, NO_CASE, UNREAD, NotUsable, use_of
from llmrobust.methods.abstention import AbstainParams, lowest_threshold, sureness
from llmrobust.methods.calibration import BatchParams, running_means
from llmrobust.methods.ensembles import EnsembleParams, drawn_ensembles, inverse_entropies, majority
from llmrobust.metrics import table
from tests.methods.asked import asked


def answers(name: str, one, **params):
    method = METHODS.get(name)
    return method.answers(one, method.params(**params))


def test_codes_are_those_of_metric_tables():
    assert (NO_CASE, UNREAD) == (table.NO_CASE, table.UNREAD)
    assert ABSTAINED not in (table.NO_CASE, table.UNREAD)


def test_batch_calibration_by_hand():
    # Two examples, one format: P(a) = .8 and .6. Mean log P: a (ln .8 + ln .6)/2 = -.3670, b (ln .2 + ln .4)/2 = -1.2629.
    # ln .8 + .3670 = .1438 > ln .2 + 1.2629 = -.3466 -> a; ln .6 + .3670 = -.1438 < ln .4 + 1.2629 = .3466 -> b.
    one = asked([[[0.8, 0.2]], [[0.6, 0.4]]], gold=[0, 1])
    assert answers("batch-calibration", one).given[:, 0].tolist() == [0, 1]
    assert answers("plain", one).given[:, 0].tolist() == [0, 0]


def test_batch_calibration_uses_each_formats_own_mean():
    one = asked([[[0.8, 0.2], [0.3, 0.7]], [[0.6, 0.4], [0.1, 0.9]]], gold=[0, 1])
    assert answers("batch-calibration", one).given.tolist() == [[0, 0], [1, 1]]


def test_running_mean_is_over_the_means_of_the_batches_so_far():
    scores = np.log(np.array([0.9, 0.5, 0.2, 0.6, 0.7]))[:, None, None]
    found = running_means(scores, 2)[:, 0, 0]
    means, seen = [], []
    for start in range(0, 5, 2):  # as in solve_with_rank_based_scoring: the current batch is part of its own mean
        batch = scores[start : start + 2, 0, 0]
        seen.append(sum(batch) / len(batch))
        means += [sum(seen) / len(seen)] * len(batch)
    assert found == pytest.approx(means)


def test_the_running_mean_over_one_batch_is_the_mean_over_all_examples():
    rng = np.random.default_rng(1)
    one = asked(rng.dirichlet([1, 1, 1], size=(9, 4)), gold=rng.integers(0, 3, 9))
    whole = answers("batch-calibration", one)
    assert (answers("batch-calibration", one, running=True, batch=9).given == whole.given).all()
    assert (answers("batch-calibration", one, running=True, batch=2).given != whole.given).any()
    assert BatchParams().running is False


def test_contextual_calibration_is_the_diagonal_matrix_of_zhao_et_al():
    rng = np.random.default_rng(2)
    shares = rng.dirichlet([1, 1, 1], size=(20, 3))
    prior = rng.dirichlet([1, 1, 1], size=3)
    one = asked(shares, gold=rng.integers(0, 3, 20), content_free={"no-content": np.log(prior)})
    found = answers("contextual-calibration", one)
    for example in range(20):
        for column in range(3):
            weighted = np.diag(1 / prior[column]) @ shares[example, column]  # W = diag(p_cf)^-1, b = 0
            assert found.given[example, column] == weighted.argmax()
            assert found.shares[example, column] == pytest.approx(weighted / weighted.sum())


def test_domain_calibration_reads_its_own_prior():
    one = asked([[[0.6, 0.4]]], gold=[1], content_free={"domain-words": np.log([[0.7, 0.3]])})
    assert answers("domain-calibration", one).given.tolist() == [[1]]  # .6/.7 = .857 < .4/.3 = 1.333
    with pytest.raises(NotUsable, match="prompts without content, which the run did not send"):
        answers("contextual-calibration", one)


def test_a_format_without_a_prior_keeps_the_models_answer():
    prior = np.log([[0.9, 0.1], [np.nan, np.nan]])
    one = asked([[[0.6, 0.4], [0.6, 0.4]]], gold=[1], content_free={"no-content": prior})
    assert answers("contextual-calibration", one).given.tolist() == [[1, 0]]


def test_template_ensemble_is_the_mean_of_probabilities_by_hand():
    # P(a) .9, .4, .4: mean .5667 -> a, though two of three formats say b.
    one = asked(
        [[[0.5, 0.5], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]]], gold=[0], families=["", "format", "format", "format"]
    )
    found = answers("template-ensemble", one, k=3)
    assert found.given[0, 1] == 0
    assert found.shares[0, 1] == pytest.approx([1.7 / 3, 1.3 / 3])
    assert answers("template-vote", one, k=3).given[0, 1] == 1
    assert found.requests == 3


def test_inverse_entropy_weights_by_hand():
    shares = np.array([[[0.9, 0.1], [0.6, 0.4]]])
    entropies = [-(p * math.log(p) + (1 - p) * math.log(1 - p)) for p in (0.9, 0.6)]
    first, second = 1 / entropies[0], 1 / entropies[1]
    assert inverse_entropies(shares)[0] == pytest.approx([first / (first + second), second / (first + second)])


def test_a_format_that_is_certain_outweighs_all_others_and_gives_no_nan():
    one = asked([[[0.5, 0.5], [1.0, 0.0], [0.2, 0.8], [0.2, 0.8]]], gold=[0], families=["", *["format"] * 3])
    found = answers("template-entropy", one, k=3)
    assert found.given[0, 1] == 0
    assert not np.isnan(found.shares).any()


def test_the_home_ensemble_has_the_unperturbed_prompt():
    one = asked([[[0.9, 0.1], [0.2, 0.8], [0.2, 0.8]]], gold=[0], families=["", "format", "format"])
    found = answers("template-ensemble", one, k=2)
    assert found.shares[0, 0] == pytest.approx([0.55, 0.45])
    assert found.shares[0, 1] == pytest.approx([0.2, 0.8])


def test_majority_breaks_ties_by_the_seed_and_by_nothing_else():
    one = asked(
        [[[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]] for _ in range(60)], gold=[0] * 60, families=["", *["format"] * 2]
    )
    members = np.array([1, 2])
    tied = majority(one, members)
    assert set(tied.tolist()) == {0, 1}
    assert (majority(one, members) == tied).all()
    fewer = asked(
        [[[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]] for _ in range(30)], gold=[0] * 30, families=["", *["format"] * 2]
    )
    assert (majority(fewer, members) == tied[:30]).all()


def test_unread_answers_do_not_vote():
    one = asked([[[0.9, 0.1]] * 4], gold=[0], families=["", *["format"] * 3], given=[[0, UNREAD, UNREAD, 0]])
    assert majority(one, np.array([1, 2, 3])).tolist() == [0]
    assert majority(one, np.array([1, 2])).tolist() == [UNREAD]


def test_ensembles_are_different_sets():
    found = drawn_ensembles(12, 5, 10, seed=3)
    assert len(set(found)) == 10
    assert all(len(set(one)) == 5 for one in found)
    assert drawn_ensembles(12, 5, 10, seed=3) == found != drawn_ensembles(12, 5, 10, seed=4)
    assert len(drawn_ensembles(4, 3, 10, seed=0)) == 4  # there are no more


def test_an_ensemble_needs_formats_that_every_example_has():
    one = asked([[[0.9, 0.1]] * 3] * 2, gold=[0, 0], families=["", "format", "typo"])
    with pytest.raises(NotUsable, match=r"at least 2 variants of format, paraphrase or instruction.*the run has 1"):
        answers("template-vote", one)
    whole = asked([[[0.9, 0.1]] * 4] * 2, gold=[0, 0], families=["", *["format"] * 3])
    whole.given[1, 3] = NO_CASE
    found = answers("template-vote", whole, k=2)
    assert found.stands_for.tolist() == [1, 2]
    assert any("1 variants that not every example has" in note for note in found.notes)


def test_few_formats_are_said():
    one = asked([[[0.9, 0.1]] * 4], gold=[0], families=["", *["format"] * 3])
    assert "only 3 formats were asked, so that an ensemble has 3" in answers("template-vote", one).notes
    assert EnsembleParams().k == 5


def test_sureness_by_hand():
    shares = np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]])
    assert sureness(shares, "margin") == pytest.approx([0.5, 1.0])
    entropy = -sum(p * math.log(p) for p in (0.7, 0.2, 0.1)) / math.log(3)
    assert sureness(shares, "entropy") == pytest.approx([1 - entropy, 1.0])


def test_the_lowest_threshold_that_keeps_the_risk():
    sure = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    found = lowest_threshold(sure, right, 0.25)  # risks from the surest on: 0, 0, 1/3, 1/4, 2/5
    assert (found.at, found.risk, found.coverage) == (0.6, 0.25, 0.8)
    assert lowest_threshold(sure, ~right, 0.25).at == np.inf


def test_equal_sureness_is_answered_together_or_not_at_all():
    found = lowest_threshold(np.array([0.9, 0.5, 0.5]), np.array([True, True, False]), 0.2)
    assert (found.at, found.coverage) == (0.9, pytest.approx(1 / 3))


def test_abstention_looks_at_gold_answers_of_the_choosing_half_only():
    shares = [[[0.9, 0.1], [0.9, 0.1]], [[0.6, 0.4], [0.6, 0.4]], [[0.6, 0.4], [0.6, 0.4]]]
    one = asked(shares, gold=[0, 1, 0], choosing=[True, True, False])
    found = answers("abstain", one)
    assert found.given[:, 1].tolist() == [0, ABSTAINED, ABSTAINED]
    swapped = asked(shares, gold=[0, 1, 1], choosing=[True, True, False])
    assert (answers("abstain", swapped).given == found.given).all()
    assert AbstainParams().risk == 0.05


def test_calibration_warns_of_classes_that_are_far_from_balanced():
    far = asked([[[0.6, 0.4]]] * 10, gold=[0] * 8 + [1] * 2)
    assert answers("batch-calibration", far).notes == (
        "assumes balanced classes, but 80% of the examples are a (50% if balanced): it pulls answers away from them",
    )
    near = asked([[[0.6, 0.4]]] * 10, gold=[0] * 6 + [1] * 4)
    assert answers("batch-calibration", near).notes == ()
    none = asked([[[0.6, 0.4]]] * 10, gold=[NO_CASE] * 10)
    assert "nobody knows" in answers("batch-calibration", none).notes[0]


def test_methods_of_probabilities_say_that_there_are_none():
    one = asked(None, gold=[0, 0], given=[[0, 1, 1], [0, 0, 1]], families=["", "format", "format"])
    for name in METHODS.names():
        if "probabilities" in METHODS.get(name).needs and METHODS.get(name).sending is None:
            with pytest.raises(NotUsable, match="no probabilities of labels"):
                use_of(name).answers(one)


def test_every_method_says_what_it_assumes_needs_and_costs():
    assert len(METHODS) >= 8
    for method in METHODS:
        assert method.summary
        assert method.source
        assert method.assumes
        assert method.cost
