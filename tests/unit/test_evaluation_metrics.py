"""Figures of tiny rankings, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from photolens.evaluation.metrics import bootstrap_interval, quality

EVERYTHING = np.ones(5, dtype=np.bool_)


def test_average_precision_of_a_ranking_by_hand() -> None:
    scores = np.array([5, 4, 3, 2, 1], np.float32)
    relevant = np.array([False, True, False, True, False])
    found = quality(scores, relevant, EVERYTHING)
    assert found.average_precision == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert (found.hit_at_1, found.hit_at_5, found.hit_at_10) == (0, 1, 1)
    assert np.isnan(found.looked_at)  # there are not ten to find


def test_photos_that_are_not_shown_are_not_in_the_ranking() -> None:
    scores = np.array([5, 4, 3, 2, 1], np.float32)
    relevant = np.array([True, True, False, True, False])
    shown = np.array([False, False, True, True, True])
    found = quality(scores, relevant, shown)  # 3 (wrong), 2 (right), 1 (wrong)
    assert found.average_precision == pytest.approx(1 / 2)


def test_equal_scores_keep_their_order() -> None:
    found = quality(np.zeros(5, np.float32), np.array([False, True, False, False, False]), EVERYTHING)
    assert found.average_precision == pytest.approx(1 / 2)


def test_a_right_photo_that_was_left_out_is_never_found() -> None:
    scores = np.array([5, -np.inf, 3, 2, 1], np.float32)
    found = quality(scores, np.array([True, True, False, False, False]), EVERYTHING)
    assert found.average_precision == pytest.approx(1 / 2)
    nothing = quality(np.full(5, -np.inf, np.float32), np.array([True] * 5), EVERYTHING)
    assert (nothing.average_precision, nothing.hit_at_10) == (0, 0)


def test_photos_looked_at_to_find_ten() -> None:
    scores = -np.arange(30, dtype=np.float32)
    relevant = np.arange(30) % 2 == 1  # at places 2, 4, 6 ...
    assert quality(scores, relevant, np.ones(30, np.bool_)).looked_at == 20
    scores[1] = -np.inf
    relevant[21:] = False  # ten are right, and one of them was left out
    assert quality(scores, relevant, np.ones(30, np.bool_)).looked_at == 30


def test_the_interval_of_equal_differences_is_a_point() -> None:
    assert bootstrap_interval(np.full(20, 0.25)) == (0.25, 0.25)


def test_the_interval_is_that_of_the_normal_approximation() -> None:
    differences = np.random.default_rng(0).normal(0.3, 1.0, 400)
    low, high = bootstrap_interval(differences)
    error = 1.96 * differences.std() / 20
    assert low == pytest.approx(differences.mean() - error, abs=0.02)
    assert high == pytest.approx(differences.mean() + error, abs=0.02)
