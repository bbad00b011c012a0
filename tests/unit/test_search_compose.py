"""Base scores on numbers small enough to follow by hand, and what must hold for any numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from photolens.domain import Combination
from photolens.search.compose import (
    TermSimilarity,
    background_rows,
    base_scores,
    fit_mixture,
    hubness_bias,
)


def term(
    similarities: list[float], weight: float = 1.0, background: list[float] | None = None
) -> TermSimilarity:
    own = similarities if background is None else background
    return TermSimilarity(np.array(similarities, np.float32), np.array(own, np.float32), weight)


def order(scores: np.ndarray) -> list[int]:
    return [int(row) for row in np.argsort(-scores, kind="stable")]


def test_one_term_is_its_z_score_on_the_background() -> None:
    scores = base_scores([term([0.5, 0.1], background=[0.1, 0.3])], [], balance=0.65)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [3.0, -1.0], rtol=1e-5)  # mean .2, deviation .1


def test_words_and_pictures_meet_at_the_balance() -> None:
    # z of the words 1, -1, 1, -1 and of the pictures 1, 1, -1, -1: .65 and .35 of them have deviation .738.
    words, pictures = term([0.3, 0.1, 0.3, 0.1]), term([0.9, 0.9, 0.5, 0.5])
    expected = np.array([1.0, -0.3, 0.3, -1.0]) / np.hypot(0.65, 0.35)
    np.testing.assert_allclose(base_scores([words], [pictures], 0.65), expected, rtol=1e-4)
    np.testing.assert_allclose(base_scores([words], [pictures], 1.0), [1, -1, 1, -1], rtol=1e-4)
    np.testing.assert_allclose(base_scores([words], [pictures], 0.0), [1, 1, -1, -1], rtol=1e-4)


def test_balance_does_not_matter_without_pictures() -> None:
    words = term([0.3, 0.1, 0.2])
    np.testing.assert_array_equal(base_scores([words], [], 0.0), base_scores([words], [], 1.0))


def test_a_second_text_does_not_drown_the_picture() -> None:
    words, pictures = term([0.3, 0.1, 0.3, 0.1]), term([0.9, 0.9, 0.5, 0.5])
    once, twice = (base_scores([words] * n, [pictures], 0.5) for n in (1, 2))
    np.testing.assert_allclose(once, twice, atol=1e-6)


def test_a_heavier_word_counts_more_beside_another_and_beside_a_picture() -> None:
    first, second = [0.3, 0.1, 0.2, 0.2], [0.2, 0.2, 0.3, 0.1]
    for texts, images in (([term(first, 3.0), term(second)], []), ([term(first, 3.0)], [term(second)])):
        assert order(base_scores(texts, images, 0.5)) == [0, 2, 3, 1]


def test_a_negative_touches_only_what_it_clearly_shows() -> None:
    wanted = term([0.8, 0.7, 0.6, 0.5])
    unwanted = term([0.9, 0.2, 0.21, 0.19])  # only the first is more than a deviation above its mean
    assert order(base_scores([wanted, term(unwanted.similarities.tolist(), -10.0)], [], 0.65)) == [1, 2, 3, 0]
    assert order(base_scores([wanted, term(unwanted.similarities.tolist(), -0.1)], [], 0.65)) == [0, 1, 2, 3]


def test_a_negative_by_hand() -> None:
    # z of the wanted: 1, -1; of the unwanted on this background: 3 and 0. The first loses 1/2 (3 - 1).
    wanted = term([0.4, 0.2], background=[0.4, 0.2])
    unwanted = term([0.5, 0.2], -1.0, background=[0.3, 0.1])
    # Background left as it is (z of 1 and -1 there: nothing exceeds 1), so the scores are 1 - 1 and -1.
    np.testing.assert_allclose(base_scores([wanted, unwanted], [], 0.65), [0.0, -1.0], atol=1e-4)


def test_weights_are_relative_to_each_other() -> None:
    wanted, unwanted = [0.8, 0.7, 0.6, 0.5], [0.9, 0.2, 0.21, 0.19]
    light, heavy = (base_scores([term(wanted, w), term(unwanted, -w)], [], 0.65) for w in (1.0, 3.0))
    np.testing.assert_allclose(light, heavy, atol=1e-5)
    assert heavy[0] < base_scores([term(wanted, 3.0), term(unwanted, -1.0)], [], 0.65)[0]


def test_scores_are_deviations_from_the_mean_with_negatives_too() -> None:
    scores = base_scores([term([0.8, 0.7, 0.6, 0.5]), term([0.9, 0.2, 0.21, 0.19], -2.0)], [], 0.65)
    np.testing.assert_allclose([scores.mean(), scores.std()], [0, 1], atol=1e-5)


def test_a_picture_can_be_pushed_away_from_words() -> None:
    wanted, unwanted = term([0.8, 0.7, 0.6, 0.5]), term([0.9, 0.2, 0.21, 0.19], -10.0)
    assert order(base_scores([wanted], [unwanted], 0.65)) == [1, 2, 3, 0]


def test_only_negatives_turn_the_order_round_without_ties() -> None:
    scores = base_scores([term([0.1, 0.4, 0.2, 0.3], -1.0)], [], 0.65)
    assert order(scores) == [0, 2, 3, 1]
    assert len(set(scores.tolist())) == 4


def test_a_weight_of_zero_is_as_if_absent() -> None:
    kept, ignored = term([0.3, 0.1, 0.2]), term([0.1, 0.9, 0.5], 0.0)
    np.testing.assert_array_equal(base_scores([kept, ignored], [], 0.65), base_scores([kept], [], 0.65))
    np.testing.assert_array_equal(base_scores([kept], [ignored], 0.2), base_scores([kept], [], 0.65))
    np.testing.assert_array_equal(base_scores([ignored], [], 0.65), [0, 0, 0])


@pytest.mark.parametrize("weight", [1.0, -1.0])
@pytest.mark.parametrize("similarities", [[], [0.3], [0.3, 0.3, 0.3]])
def test_tiny_and_constant_libraries_score_zero(similarities: list[float], weight: float) -> None:
    one = term(similarities, weight)
    np.testing.assert_array_equal(base_scores([one], [one], 0.65), np.zeros(len(similarities)))


def test_candidates_without_a_background_keep_their_order() -> None:
    assert order(base_scores([term([0.1, 0.3, 0.2], background=[])], [], 0.65)) == [1, 2, 0]
    assert order(base_scores([term([0.1, 0.3, 0.2], background=[0.2])], [], 0.65)) == [1, 2, 0]


def test_a_broken_vector_spoils_no_other_score() -> None:
    broken = base_scores([term([0.1, np.nan, 0.3], background=[0.1, np.nan, 0.3])], [], 0.65)
    assert np.isnan(broken[1])
    np.testing.assert_allclose(broken[[0, 2]], [-1, 1], rtol=1e-4)


def test_impossible_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        base_scores([], [], 0.65)
    with pytest.raises(ValueError, match="same"):
        base_scores([term([0.1])], [term([0.1, 0.2])], 0.65)


COSINES = hnp.arrays(np.float32, st.integers(1, 30), elements=st.floats(-1, 1, width=32))


@settings(deadline=None)  # a busy machine is no failure
@given(COSINES, st.floats(0.1, 10), st.booleans())
def test_one_positive_term_keeps_the_cosines_order(cosines: np.ndarray, weight: float, as_text: bool) -> None:
    one = [TermSimilarity(cosines, cosines, weight)]
    scores = base_scores(one, [], 0.65) if as_text else base_scores([], one, 0.65)
    assert (np.diff(scores[np.argsort(cosines, kind="stable")]) >= 0).all()


@settings(deadline=None)  # a busy machine is no failure
@given(st.data(), st.integers(1, 12), st.floats(0, 1))
def test_scores_are_finite_whatever_the_weights(data: st.DataObject, size: int, balance: float) -> None:
    cosines = hnp.arrays(np.float32, size, elements=st.floats(-1, 1, width=32))
    weights = st.sampled_from([-10.0, -1.0, -0.001, 0.0, 0.001, 1.0, 10.0])
    sides = []
    for _ in range(2):
        drawn = data.draw(st.lists(st.tuples(cosines, weights), max_size=3))
        sides.append([TermSimilarity(c, c[: size // 2 + 1], w) for c, w in drawn])
    if not any(sides):
        return
    scores = base_scores(sides[0], sides[1], balance)
    assert scores.shape == (size,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_hubness_bias_is_a_quarter_of_the_mean_of_the_nearest_sixteen() -> None:
    bank = np.array([[1.0, 0.0]] * 16 + [[-1.0, 0.0]] * 20, np.float32)
    photos = np.array([[1.0, 0.0], [0.6, 0.8], [-1.0, 0.0]], np.float32)
    np.testing.assert_allclose(hubness_bias(photos, bank), [0.25, 0.15, 0.25], rtol=1e-6)
    np.testing.assert_allclose(hubness_bias(photos, bank[15:17]), [0.0, 0.0, 0.0], atol=1e-7)  # fewer than 16


def test_hubness_bias_without_bank_or_photos_and_over_many_blocks() -> None:
    bank = np.eye(3, dtype=np.float32)
    assert hubness_bias(bank, bank[:0]).tolist() == [0, 0, 0]
    assert hubness_bias(bank[:0], bank).shape == (0,)
    many = np.resize(bank, (9_001, 3))
    np.testing.assert_allclose(hubness_bias(many, bank), np.full(9_001, 0.25 / 3), rtol=1e-6)


def test_the_background_is_everything_while_it_is_small() -> None:
    assert background_rows(np.array([7, 3, 9]), size=3).tolist() == [0, 1, 2]
    assert background_rows(np.array([], np.int64)).tolist() == []


@settings(deadline=None)  # a busy machine is no failure
@given(st.sets(st.integers(1, 2**62), min_size=6, max_size=60), st.randoms(use_true_random=False))
def test_a_new_photo_replaces_at_most_one_of_the_background(ids: set[int], random: object) -> None:
    *old, new = sorted(ids, key=lambda _: random.random())  # type: ignore[attr-defined]
    before = {old[row] for row in background_rows(np.array(old), size=5)}
    after = {[*old, new][row] for row in background_rows(np.array([*old, new]), size=5)}
    assert len(before) == len(after) == 5
    assert before - after == set() or (len(before - after) == 1 and after - before == {new})


def test_the_background_is_spread_over_the_ids() -> None:
    rows = background_rows(np.arange(1, 100_001), size=1000)
    assert (np.histogram(rows, bins=10, range=(0, 100_000))[0] > 80).all()


# --- a mixture for any photos -----------------------------------------------------------------

MIXED = st.tuples(
    st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0]), min_size=1, max_size=4),
    st.integers(0, 4),
    st.floats(0, 1),
)


def made(weights: list[float], texts: int, balance: float, combination: Combination) -> tuple[Any, ...]:
    """A mixture on a background of 200 photos, and the similarities of 50 others."""
    random = np.random.default_rng(len(weights) + texts)
    background, others = (random.normal(0.2, 0.05, (len(weights), n)).astype(np.float32) for n in (200, 50))
    chosen = np.array(weights, np.float32)
    return fit_mixture(background, chosen, min(texts, len(weights)), balance, combination), others


@settings(deadline=None)
@given(MIXED, st.sampled_from(Combination))
def test_contributions_and_a_constant_make_the_score(
    asked: tuple[list[float], int, float], rule: Combination
) -> None:
    mixture, others = made(*asked, rule)
    z = mixture.z(others)
    constant = mixture.scores(others) - mixture.contributions(z).sum(axis=0)
    if mixture.product is None:  # the product has no constant that is the same for every photo
        np.testing.assert_allclose(constant, constant[0], atol=1e-4)
    for term, weight in enumerate(asked[0]):
        if weight == 0:
            np.testing.assert_array_equal(mixture.contributions(z)[term], 0)


@settings(deadline=None)
@given(MIXED)
def test_one_direction_scores_as_all_terms_do(asked: tuple[list[float], int, float]) -> None:
    weights, texts, balance = asked
    random = np.random.default_rng(0)
    vectors = random.normal(size=(len(weights), 16)).astype(np.float32)
    photos = random.normal(size=(300, 16)).astype(np.float32)
    bias = random.normal(size=300).astype(np.float32)
    biased = (np.arange(len(weights)) < texts).astype(np.float32)
    similarities = vectors @ photos.T - biased[:, None] * bias
    mixture = fit_mixture(similarities, np.array(weights, np.float32), min(texts, len(weights)), balance)
    direction, beta, constant = mixture.direction(vectors, biased)
    away = np.flatnonzero(mixture.excess)
    scores = photos @ direction - beta * bias + constant + mixture.only(away).scores(similarities[away])
    np.testing.assert_allclose(scores, mixture.scores(similarities), atol=2e-3)


def test_the_product_wants_both_sides() -> None:
    # z of words and pictures: the first photo is good in one, the second fair in both.
    words = term([2.0, 1.0], background=[1.0, -1.0, 1.0, -1.0])
    pictures = term([-0.5, 1.0], background=[1.0, 1.0, -1.0, -1.0])
    added = base_scores([words], [pictures], 0.5)
    multiplied = base_scores([words], [pictures], 0.5, Combination.PRODUCT)
    assert order(multiplied) == [1, 0]
    # u = (z + 2) / 6: .667 and .25 make .167 - .0840, .5 and .5 make .25 - .1; on the background u is .5 or
    # .167, so that (u_t, u_v) give .15, .0389, .0389 and .0167: mean .0611, deviation .0523.
    expected = (np.array([0.16667 - 0.08403, 0.15]) - 0.06111) / 0.05225
    np.testing.assert_allclose(multiplied, expected, rtol=2e-2)
    assert added[1] - added[0] < multiplied[1] - multiplied[0]


def test_the_product_of_words_alone_is_their_sum() -> None:
    words = [term([0.3, 0.1, 0.2]), term([0.1, 0.2, 0.4])]
    np.testing.assert_array_equal(
        base_scores(words, [], 0.65, Combination.PRODUCT), base_scores(words, [], 0.65)
    )
