"""Where the strong photos of a query end: by the tail of its scores, moved by what was judged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from photolens.domain import FloatArray, ShelfCuts
from photolens.search.shelves import shelf_cuts, steadied

NONE = np.empty(0, dtype=np.float32)


def bulk(photos: int = 2000, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(photos).astype(np.float32)


def with_answers(answers: int, at: float = 5.0) -> FloatArray:
    found = at + 0.2 * np.random.default_rng(1).standard_normal(answers)
    return np.concatenate([bulk(), found]).astype(np.float32)


def deviation(scores: FloatArray) -> float:
    return 1.4826 * float(np.median(np.abs(scores - np.median(scores))))


@pytest.mark.parametrize("answers", [5, 40, 200])
def test_a_group_that_stands_out_is_strong_whatever_its_size(answers: int) -> None:
    scores = with_answers(answers)
    cuts = shelf_cuts(scores, NONE, NONE, len(scores))
    assert (scores[-answers:] >= cuts.strong).all()
    assert (scores[:-answers] >= cuts.strong).mean() < 0.01


def test_where_nothing_stands_out_few_are_strong() -> None:
    cuts = shelf_cuts(bulk(), NONE, NONE, 2000)
    assert (bulk() >= cuts.strong).mean() < 0.02
    assert 0.02 < (bulk() >= cuts.maybe).mean() < 0.06


def test_the_unit_of_the_scores_does_not_matter() -> None:
    scores = with_answers(40)
    cuts, other = (shelf_cuts(s.astype(np.float32), NONE, NONE, 2040) for s in (scores, 10 * scores + 3))
    assert other.strong == pytest.approx(10 * cuts.strong + 3, abs=1e-3)
    assert other.maybe == pytest.approx(10 * cuts.maybe + 3, abs=1e-3)


def test_likes_pull_the_cut_down_and_dislikes_push_it_up_by_one_deviation_at_most() -> None:
    scores = with_answers(40)
    before = shelf_cuts(scores, NONE, NONE, 2040).strong
    low, high = np.full(9, before - 1, np.float32), np.full(9, before + 1, np.float32)
    pulled, pushed = (shelf_cuts(scores, *sides, 2040).strong for sides in ((low, NONE), (NONE, high)))
    assert before - deviation(scores) <= pulled < before - 0.2
    assert before + 0.2 < pushed <= before + deviation(scores)


def test_a_like_far_above_and_a_dislike_far_below_change_nearly_nothing() -> None:
    scores = with_answers(40)
    before = shelf_cuts(scores, NONE, NONE, 2040).strong
    far = np.array([100], np.float32)
    assert shelf_cuts(scores, far, -far, 2040).strong == pytest.approx(before, abs=1e-6)


def test_maybe_is_never_above_strong() -> None:
    scores = bulk()
    cuts = shelf_cuts(scores, np.full(20, -3, np.float32), NONE, 2000)
    assert cuts.maybe <= cuts.strong


@pytest.mark.parametrize("photos", [1, 2, 500])
def test_where_all_scores_are_alike_none_is_strong_or_maybe(photos: int) -> None:
    scores = np.full(photos, 0.5, np.float32)
    for liked, disliked in ((NONE, NONE), (scores, NONE), (NONE, scores)):
        cuts = shelf_cuts(scores, liked, disliked, photos)
        assert cuts.strong >= cuts.maybe > 0.5


def test_without_a_background_the_cuts_are_finite() -> None:
    for scores in (NONE, np.array([np.nan, -np.inf], np.float32)):
        cuts = shelf_cuts(scores, NONE, NONE, 0)
        assert np.isfinite(cuts.strong) and cuts.strong >= cuts.maybe


def test_copies_of_one_photo_that_stand_out_are_strong_together() -> None:
    scores = np.concatenate([np.linspace(-1, 1, 100), np.full(3, 9)]).astype(np.float32)
    assert 1 < shelf_cuts(scores, NONE, NONE, 103).strong <= 9


def test_scores_that_are_not_finite_count_for_nothing() -> None:
    scores = with_answers(40)
    spoilt = np.concatenate([scores, [np.nan, np.inf, -np.inf]]).astype(np.float32)
    judged = np.array([np.nan, -np.inf], np.float32)
    assert shelf_cuts(spoilt, judged, judged, 2040) == shelf_cuts(scores, NONE, NONE, 2040)


def test_half_of_the_photos_with_one_score_hide_no_answer() -> None:
    scores = np.concatenate([np.zeros(900), np.full(20, 4)]).astype(np.float32)
    assert 0 < shelf_cuts(scores, NONE, NONE, 920).strong <= 4


def test_of_a_large_library_no_larger_part_is_worth_a_look() -> None:
    scores = bulk(4096)
    shares = [
        (scores >= shelf_cuts(scores, NONE, NONE, count).maybe).mean() for count in (4096, 10**5, 10**6)
    ]
    assert shares[0] > 0.03 and 0.015 < shares[1] < 0.025 and shares[2] * 4096 == 16


@settings(max_examples=200, deadline=None)
@given(data=st.data(), size=st.integers(0, 60), judged=st.integers(0, 6))
def test_any_scores_give_finite_cuts_in_order(data: st.DataObject, size: int, judged: int) -> None:
    numbers = st.floats(-1e6, 1e6, width=32) | st.just(float("nan")) | st.just(float("-inf"))
    scores, liked, disliked = (
        data.draw(arrays(np.float32, length, elements=numbers)) for length in (size, judged, judged)
    )
    cuts = shelf_cuts(scores, liked, disliked, size)
    assert np.isfinite([cuts.strong, cuts.maybe]).all() and cuts.strong >= cuts.maybe


@settings(max_examples=50, deadline=None)
@given(before=st.floats(-5, 8, width=32), rise=st.floats(0, 5, width=32), liked=st.booleans())
def test_the_better_a_judged_photo_scores_the_higher_the_cut(before: float, rise: float, liked: bool) -> None:
    scores = with_answers(40)
    low, high = (np.array([value], np.float32) for value in (before, before + rise))
    one, other = (
        shelf_cuts(scores, judged if liked else NONE, NONE if liked else judged, 2040).strong
        for judged in (low, high)
    )
    assert one <= other + 1e-9


# --- from click to click ----------------------------------------------------------------------


def test_without_judgements_the_cuts_stay_and_with_many_they_are_the_new_ones() -> None:
    random = np.random.default_rng(0)
    base = random.normal(size=1000).astype(np.float32)
    moved = (3 * base + 1).astype(np.float32)
    before, after = ShelfCuts(2.5, 1.75), ShelfCuts(10.0, 7.0)
    assert steadied(before, base, after, base, 0) == before
    assert steadied(before, base, after, moved, 10**9).strong == pytest.approx(10.0, rel=1e-5)
    # Ten judgements: half way between 2.5 and (10 - 1) / 3 deviations, which are 3 times as long now.
    half = steadied(before, base, after, moved, 10)
    assert half.strong == pytest.approx(1 + 3 * (2.5 + 3.0) / 2, abs=0.05)
    assert half.strong >= half.maybe


def test_scores_that_are_all_alike_steady_nothing() -> None:
    level, cuts = np.zeros(9, np.float32), ShelfCuts(1.0, 1.0)
    assert steadied(ShelfCuts(2.0, 2.0), level, cuts, level, 3) == cuts
