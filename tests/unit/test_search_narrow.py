"""Which photos to ask about: the best of an answer, and each of another kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.domain import FloatArray
from photolens.search.narrow import most_telling


def unit(vectors: np.ndarray) -> FloatArray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def kinds(photos: int = 60, of: int = 6, seed: int = 0) -> FloatArray:
    """Photo n is of kind n mod `of`."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((of, 16))
    return unit(centres[np.arange(photos) % of] + 0.3 * random.standard_normal((photos, 16)))


def falling(photos: int) -> FloatArray:
    return -np.arange(photos, dtype=np.float32)


def test_each_kind_among_the_best_is_asked_about_once() -> None:
    chosen = most_telling(kinds(), falling(60))
    assert sorted(chosen % 6) == [0, 1, 2, 3, 4, 5]


def test_a_kind_that_fills_the_answer_leaves_room_for_the_others() -> None:
    axes = np.eye(40)
    vectors = unit(np.concatenate([axes[0] + 0.3 * axes[1:19], axes[19:]]))  # 18 of cosine .92, then 21
    chosen = most_telling(vectors, falling(39))
    assert (chosen < 18).sum() <= 2


def test_only_the_best_are_asked_about_best_first() -> None:
    scores = np.random.default_rng(2).permutation(60).astype(np.float32)
    chosen = most_telling(kinds(60, of=60), scores)
    assert len(chosen) == 6 and scores[chosen].min() >= 60 - 24
    assert (np.diff(scores[chosen]) < 0).all()


def test_copies_of_a_photo_are_asked_about_once() -> None:
    vectors = np.repeat(kinds(10, of=10), 3, axis=0)
    chosen = most_telling(vectors, falling(30))
    assert len(set((chosen // 3).tolist())) == 6
    assert (chosen % 3 == 0).all()  # the best of the copies


def test_an_answer_of_copies_alone_gives_one() -> None:
    assert most_telling(np.repeat(kinds(1), 9, axis=0), falling(9)).tolist() == [0]


def test_what_has_no_score_is_not_asked_about() -> None:
    scores = falling(30)
    scores[:25] = -np.inf
    scores[25] = np.nan
    assert most_telling(kinds(30, of=30), scores).tolist() == [26, 27, 28, 29]


@pytest.mark.parametrize("photos", [0, 1, 5])
def test_a_short_answer_is_asked_about_whole(photos: int) -> None:
    vectors = kinds(6, of=6)[:photos]
    assert most_telling(vectors, falling(photos)).tolist() == list(range(photos))


@settings(max_examples=60, deadline=None)
@given(photos=st.integers(0, 80), count=st.integers(0, 9), seed=st.integers(0, 9))
def test_whatever_is_given_the_choice_is_short_and_without_repetition(
    photos: int, count: int, seed: int
) -> None:
    vectors = kinds(max(photos, 1), of=7, seed=seed)[:photos]
    scores = np.random.default_rng(seed).standard_normal(photos).astype(np.float32)
    chosen = most_telling(vectors, scores, count)
    assert len(set(chosen.tolist())) == len(chosen) <= count
    assert (chosen == most_telling(vectors, scores, count)).all()
