"""Pages of hits: order, ties, name matches, and that partitioning gives what sorting would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.domain import Hit
from photolens.search.ranker import rank


def ids_of(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.photo_id for hit in hits]


def test_best_first_with_ranks_from_one() -> None:
    hits = rank(np.array([10, 20, 30]), np.array([0.5, 2.0, -1.0], np.float32), limit=2)
    assert hits == (Hit(1, 20, 2.0), Hit(2, 10, 0.5))


def test_name_matches_come_first_and_are_marked() -> None:
    scores = np.array([0.5, 2.0, -1.0, 1.0], np.float32)
    hits = rank(np.array([10, 20, 30, 40]), scores, limit=3, name_matches={30, 10, 99})
    assert hits == (Hit(1, 10, 0.5, True), Hit(2, 30, -1.0, True), Hit(3, 20, 2.0))


def test_equal_scores_go_by_id_on_every_page() -> None:
    ids, scores = np.array([5, 3, 9, 1, 7]), np.zeros(5, np.float32)
    assert [ids_of(rank(ids, scores, limit=2, offset=offset)) for offset in (0, 2, 4, 6)] == [
        [1, 3],
        [5, 7],
        [9],
        [],
    ]


def test_what_is_no_number_comes_last() -> None:
    scores = np.array([np.nan, -5.0, np.inf], np.float32)
    hits = rank(np.array([1, 2, 3]), scores, limit=9)
    assert ids_of(hits) == [3, 2, 1]
    assert hits[2].score == -np.inf


def test_nothing_to_rank() -> None:
    assert rank(np.array([], np.int64), np.array([], np.float32), limit=5) == ()
    assert rank(np.array([1]), np.array([1.0], np.float32), limit=0) == ()


def test_impossible_requests_are_refused() -> None:
    ids, scores = np.array([1, 2]), np.array([1.0, 2.0], np.float32)
    with pytest.raises(ValueError, match="one length"):
        rank(ids, scores[:1], limit=1)
    with pytest.raises(ValueError, match="negative"):
        rank(ids, scores, limit=-1)
    with pytest.raises(ValueError, match="negative"):
        rank(ids, scores, limit=1, offset=-1)


SCORES = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, float("nan"), float("-inf")])


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.dictionaries(st.integers(0, 99), SCORES, max_size=40),
    st.sets(st.integers(0, 99), max_size=5),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_a_page_is_a_slice_of_the_sorted_whole(
    photos: dict[int, float], names: set[int], limit: int, offset: int
) -> None:
    ids, scores = np.array(list(photos), np.int64), np.array(list(photos.values()), np.float32)

    def key(photo: int) -> tuple[bool, float, int]:
        score = photos[photo]
        return photo not in names, float("inf") if np.isnan(score) else -score, photo

    hits = rank(ids, scores, limit=limit, offset=offset, name_matches=names)
    expected = sorted(photos, key=key)[offset : offset + limit]
    assert ids_of(hits) == expected
    assert [hit.rank for hit in hits] == list(range(offset + 1, offset + 1 + len(expected)))
    assert [hit.matched_name for hit in hits] == [photo in names for photo in expected]


def test_tiers_come_in_order_and_name_matches_lead_within_theirs() -> None:
    ids, scores = np.array([1, 2, 3, 4, 5]), np.array([9, 8, 1, 2, 7], np.float32)
    tiers = np.array([2, 0, -1, -1, 0], np.int8)
    hits = rank(ids, scores, limit=9, name_matches={5, 1}, tiers=tiers)
    assert ids_of(hits) == [4, 3, 5, 2, 1]
    assert ids_of(rank(ids, scores, limit=2, offset=3, name_matches={5, 1}, tiers=tiers)) == [2, 1]
