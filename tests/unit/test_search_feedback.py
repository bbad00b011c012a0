"""What judgements do to scores: properties that hold for every library, and the seed's rule by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.domain import FloatArray
from photolens.search import Examples, FeatureSpace, feature_space, feedback
from photolens.search.logistic import Labelled, fit

DIMENSION = 16


def unit(vectors: np.ndarray) -> FloatArray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def library(photos: int = 200, seed: int = 0) -> FloatArray:
    """Unit vectors around four centres."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((4, DIMENSION))
    return unit(centres[np.arange(photos) % 4] + 0.5 * random.standard_normal((photos, DIMENSION)))


def examples(vectors: FloatArray, rows: list[int], liked: list[bool], scores: FloatArray) -> Examples:
    return Examples(vectors[rows], scores[rows], np.array(liked, dtype=np.bool_))


def learn(
    rows: list[int], liked: list[bool], vectors: FloatArray | None = None, scores: FloatArray | None = None
) -> FloatArray:
    """What the default adds to the score of every photo of a library."""
    vectors = library() if vectors is None else vectors
    scores = np.zeros(len(vectors), dtype=np.float32) if scores is None else scores
    rest = [row for row in range(len(vectors)) if row not in rows][:50]
    judged = examples(vectors, rows, liked, scores)
    unjudged = examples(vectors, rest, [False] * len(rest), scores)
    return feedback.learned(judged, unjudged, feature_space(vectors)).of(vectors)


def test_without_judgements_scores_stay_as_they_are_bit_for_bit() -> None:
    scores = np.random.default_rng(3).standard_normal(200).astype(np.float32)
    assert (scores + learn([], [], scores=scores)).tobytes() == scores.tobytes()


def by_kind(added: FloatArray) -> list[float]:
    return [float(added[np.arange(200) % 4 == kind].mean()) for kind in range(4)]


def test_a_like_pulls_its_near_neighbours_up() -> None:
    added = learn([0], [True])
    nearest = np.argsort(-library() @ library()[0])[:20]
    assert added[nearest].min() > np.sort(added)[-80]
    assert by_kind(added)[0] > 0.2 > max(by_kind(added)[1:])


def test_dislikes_beside_likes_push_their_kind_down() -> None:
    likes, both = learn([0, 4], [True, True]), learn([0, 4, 1, 5], [True, True, False, False])
    assert by_kind(both)[1] - by_kind(both)[0] < by_kind(likes)[1] - by_kind(likes)[0] - 0.1


def test_the_judged_photos_themselves_are_told_apart() -> None:
    added = learn([0, 4, 8, 12], [True, False, True, False])
    assert added[[0, 8]].min() > added[[4, 12]].max()


@pytest.mark.parametrize("liked", [True, False])
def test_judgements_of_one_kind_alone_are_finite(liked: bool) -> None:
    assert np.isfinite(learn(list(range(50)), [liked] * 50)).all()


def test_dislikes_alone_move_less_than_likes() -> None:
    assert np.ptp(learn([0, 4, 8], [False] * 3)) < np.ptp(learn([0, 4, 8], [True] * 3)) / 2


def test_the_more_judgements_the_more_they_change() -> None:
    def gap(judgements: int) -> float:  # between the kind that is liked and the rest
        rows = list(range(judgements))
        kinds = by_kind(learn(rows, [row % 4 == 0 for row in rows]))
        return kinds[0] - max(kinds[1:])

    assert gap(4) < gap(8) < gap(20)


def test_like_and_dislike_of_exact_duplicates_is_defined() -> None:
    vectors = library()
    vectors[1] = vectors[0]
    added = learn([0, 1], [True, False], vectors)
    assert np.isfinite(added).all() and added[0] == added[1]


@pytest.mark.parametrize("photos", [1, 2, 5])
def test_a_library_of_copies_of_one_photo_is_left_as_it_is(photos: int) -> None:
    vectors = np.repeat(library(1), photos, axis=0)
    assert np.ptp(learn([0], [True], vectors)) == 0


def test_very_large_scores_do_not_make_the_regression_diverge() -> None:
    scores = np.random.default_rng(3).standard_normal(200).astype(np.float32) * 1000
    assert np.isfinite(learn([0, 4, 1, 5], [True, False, True, False], scores=scores)).all()


@settings(max_examples=40, deadline=None)
@given(clicks=st.dictionaries(st.integers(0, 199), st.booleans(), min_size=1, max_size=50), data=st.data())
def test_the_order_of_clicks_does_not_matter(clicks: dict[int, bool], data: st.DataObject) -> None:
    rows = list(clicks)
    shuffled = data.draw(st.permutations(rows))
    vectors, scores = library(), np.random.default_rng(1).standard_normal(200).astype(np.float32)
    one = learn(rows, [clicks[row] for row in rows], vectors, scores)
    other = learn(shuffled, [clicks[row] for row in shuffled], vectors, scores)
    assert np.isfinite(one).all()
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_the_same_clicks_give_the_same_bits() -> None:
    rows, liked = [3, 17, 40, 41], [True, False, False, True]
    assert learn(rows, liked).tobytes() == learn(rows, liked).tobytes()


# --- the regression -------------------------------------------------------------------------


def test_the_regression_ends_where_its_slope_is_nothing() -> None:
    random = np.random.default_rng(5)
    sides = np.where(random.random(30) < 0.5, 1.0, -1.0)
    features, importance = random.standard_normal((30, 8)), random.random(30)
    scores = random.standard_normal(30)
    weights = fit(Labelled(features, sides, importance, scores), penalty=1.0)

    def loss(w: np.ndarray, b: float) -> float:
        margins = sides * (scores + features @ w + b)
        return float(importance @ np.logaddexp(0, -margins) + 0.5 * w @ w + 0.0005 * b * b)

    def best(w: np.ndarray) -> float:  # over the intercept, which is not part of the answer
        return min(loss(w, b) for b in np.linspace(-4, 4, 4001))

    for direction in np.eye(8):
        assert best(weights) <= best(weights + 0.05 * direction) + 1e-6
        assert best(weights) <= best(weights - 0.05 * direction) + 1e-6


# --- what it is compared with ---------------------------------------------------------------


def test_the_nearest_judged_photo_decides_and_a_tie_is_liked() -> None:
    similarities = np.array([[0.9, 0.1, 0.5], [0.2, 0.3, 0.5]], np.float32)
    assert feedback.nearest_liked(similarities, np.array([True, False])).tolist() == [True, False, True]
    assert feedback.nearest_liked(similarities, np.array([False, True])).tolist() == [False, True, True]


@pytest.mark.parametrize("liked", [True, False])
def test_with_judgements_of_one_kind_every_nearest_one_is_of_it(liked: bool) -> None:
    similarities = np.array([[0.9, -0.1], [0.2, 0.3]], np.float32)
    assert feedback.nearest_liked(similarities, np.array([liked, liked])).tolist() == [liked, liked]


def test_rocchio_adds_half_the_mean_liked_and_takes_a_quarter_of_the_disliked() -> None:
    space = FeatureSpace(np.array([0.1, 0.0]), 2.0, 0.5, np.eye(2))
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    judged = Examples(vectors, np.zeros(2, np.float32), np.array([True, False]))
    # Features (.45, 0) and (-.05, .5). Moved by .5 (.45, 0) - .25 (-.05, .5) = (.2375, -.125), over the
    # spread (.475, -.25).
    correction = feedback.rocchio(judged, space)
    assert correction.of(vectors).tolist() == pytest.approx([0.45 * 0.475, -0.05 * 0.475 - 0.5 * 0.25])


def test_soft_nearest_tends_to_the_nearest_as_beta_grows() -> None:
    similarities = np.array([[0.9, 0.1], [0.8, 0.4]], np.float32)
    soft = feedback.soft_nearest(similarities, np.array([True, False]), beta=1000)
    assert soft.tolist() == pytest.approx([0.1, -0.3], abs=1e-3)


def test_plain_regression_and_soft_nearest_are_finite_without_an_example_of_one_kind() -> None:
    vectors = library()
    scores = np.zeros(200, np.float32)
    judged = examples(vectors, [0, 1], [True, True], scores)
    nobody = examples(vectors, [], [], scores)
    assert np.isfinite(feedback.logistic(judged, nobody, feature_space(vectors)).of(vectors)).all()
    assert np.isfinite(feedback.soft_nearest(vectors[[0, 1]] @ vectors.T, np.array([False, False]))).all()


def test_features_have_length_one_and_no_mean_on_average() -> None:
    vectors = library()
    space = feature_space(vectors)
    features = (vectors - space.mean) / space.radius
    products = features @ features.T
    assert np.square(features).sum(axis=1).mean() == pytest.approx(1, rel=1e-5)
    assert np.abs(features.mean(axis=0)).max() < 1e-6
    assert np.sqrt(np.square(products).mean()) == pytest.approx(space.spread, rel=1e-4)
    assert np.square(features @ space.whitening).sum(axis=1).mean() == pytest.approx(1, rel=1e-5)
