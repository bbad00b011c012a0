"""Pages of hits: order, ties, name matches, and that partitioning gives what sorting would."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photolens.domain import Hit, Sections, Shelf, ShelfCuts
from photolens.search.ranker import Candidates, rank


def ids_of(hits: tuple[Hit, ...]) -> list[int]:
    return [hit.photo_id for hit in hits]


def candidates(scores: list[float], **more: Any) -> Candidates:
    """Photos 10, 20, 30 and so on."""
    return Candidates(10 * np.arange(1, len(scores) + 1), np.array(scores, np.float32), **more)


def test_best_first_with_ranks_from_one() -> None:
    found = rank(candidates([0.5, 2.0, -1.0]), limit=2)
    assert found.hits == (Hit(1, 20, 2.0), Hit(2, 10, 0.5))
    assert found.sections == Sections(rest=3)


def test_name_matches_come_first_and_are_marked() -> None:
    found = rank(candidates([0.5, 2.0, -1.0, 1.0], name_matches={30, 10, 99}), limit=3)
    assert found.hits == (Hit(1, 10, 0.5, True), Hit(2, 30, -1.0, True), Hit(3, 20, 2.0))


def test_equal_scores_go_by_id_on_every_page() -> None:
    level = candidates([0.0] * 5)
    pages = [ids_of(rank(level, limit=2, offset=offset).hits) for offset in (0, 2, 4, 6)]
    assert pages == [[10, 20], [30, 40], [50], []]


def test_what_is_no_number_comes_last() -> None:
    hits = rank(candidates([np.nan, -5.0, np.inf]), limit=9).hits
    assert ids_of(hits) == [30, 20, 10]
    assert hits[2].score == -np.inf


def test_nothing_to_rank() -> None:
    assert rank(candidates([]), limit=5).hits == ()
    assert rank(candidates([1.0]), limit=0).hits == ()


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        rank(Candidates(np.array([1, 2]), np.zeros(1, np.float32)), limit=1)
    with pytest.raises(ValueError, match="ascend"):
        rank(Candidates(np.array([2, 1]), np.zeros(2, np.float32)), limit=1)
    with pytest.raises(ValueError, match="negative"):
        rank(candidates([1.0]), limit=-1)
    with pytest.raises(ValueError, match="negative"):
        rank(candidates([1.0]), limit=1, offset=-1)


SHELVED = candidates(
    [9, 8, 7, 6, 5, 4, 3, 2, 1],
    cuts=ShelfCuts(6.5, 3.5),
    liked=[80, 20],
    disliked=[10, 70],
    name_matches={90, 40},
    by_date=None,
)


def test_likes_shelves_and_dislikes_are_stretches_of_one_order() -> None:
    found = rank(SHELVED, limit=99)
    assert ids_of(found.hits) == [80, 20, 40, 90, 30, 50, 60, 10, 70]
    assert found.sections == Sections(liked=2, strong=3, maybe=2, rest=0, disliked=2)
    strong, maybe = Shelf.STRONG, Shelf.MAYBE
    assert [hit.shelf for hit in found.hits] == [None, None, strong, strong, strong, maybe, maybe, None, None]


def test_one_shelf_alone_comes_with_what_was_liked() -> None:
    assert ids_of(rank(SHELVED, limit=99, only=Shelf.STRONG).hits) == [80, 20, 40, 90, 30]
    assert ids_of(rank(SHELVED, limit=2, offset=3, only=Shelf.STRONG).hits) == [90, 30]
    assert ids_of(rank(SHELVED, limit=99, only=Shelf.MAYBE).hits) == [80, 20, 50, 60]
    assert ids_of(rank(SHELVED, limit=99, only=Shelf.REST).hits) == [80, 20]


def test_by_date_is_within_each_shelf() -> None:
    dated = replace(SHELVED, by_date=np.arange(9)[::-1], name_matches=(), cuts=ShelfCuts(4.5, 0.5))
    found = rank(dated, limit=99)
    assert ids_of(found.hits) == [80, 20, 50, 40, 30, 90, 60, 10, 70]
    assert found.sections == Sections(liked=2, strong=3, maybe=2, disliked=2)


def test_what_is_demoted_comes_behind_what_is_not() -> None:
    demoted = np.array([True, False, True, False])
    found = rank(candidates([4, 3, 2, 1], demoted=demoted, disliked=[40]), limit=9)
    assert ids_of(found.hits) == [20, 10, 30, 40]
    assert found.sections == Sections(rest=1, demoted=2, disliked=1)


SCORES = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, float("nan"), float("-inf")])
SOME_IDS = st.sets(st.integers(0, 99), max_size=5)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.dictionaries(st.integers(0, 99), SCORES, max_size=40),
    SOME_IDS,
    SOME_IDS,
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_a_page_is_a_slice_of_the_sorted_whole(
    photos: dict[int, float], names: set[int], disliked: set[int], limit: int, offset: int
) -> None:
    photos = dict(sorted(photos.items()))
    ids, scores = np.array(list(photos), np.int64), np.array(list(photos.values()), np.float32)
    cuts = ShelfCuts(0.75, -0.5)

    def key(photo: int) -> tuple[bool, bool, float, int]:
        score = float("inf") if np.isnan(photos[photo]) else -photos[photo]
        return photo in disliked, photo not in names, 0.0 if photo in disliked else score, photo

    given_ = Candidates(ids, scores, cuts=cuts, name_matches=names, disliked=sorted(disliked))
    found = rank(given_, limit=limit, offset=offset)
    expected = sorted(photos, key=key)[offset : offset + limit]
    assert ids_of(found.hits) == expected
    assert [hit.rank for hit in found.hits] == list(range(offset + 1, offset + 1 + len(expected)))
    assert [hit.matched_name for hit in found.hits] == [photo in names for photo in expected]
    whole = rank(given_, limit=len(ids))
    shelves = [hit.shelf for hit in whole.hits]
    counts = whole.sections
    assert shelves.count(Shelf.STRONG) == counts.strong and shelves.count(Shelf.REST) == counts.rest
    assert shelves == sorted(shelves, key=[Shelf.STRONG, Shelf.MAYBE, Shelf.REST, None].index)


@pytest.mark.parametrize("kind", ["spread", "few values", "all equal", "rising", "mostly not numbers"])
def test_of_many_the_best_are_those_of_a_plain_sort(kind: str) -> None:
    """So many that a sample tells where the best begin."""
    random, count = np.random.default_rng(5), 40_000
    scores = {
        "spread": random.standard_normal(count),
        "few values": random.integers(4, size=count),
        "all equal": np.zeros(count),
        "rising": np.arange(count),
        "mostly not numbers": np.where(random.random(count) < 0.999, np.nan, random.random(count)),
    }[kind].astype(np.float32)
    ids = np.arange(count, dtype=np.int64) * 2 + 1
    values = np.where(np.isnan(scores), -np.inf, scores)
    plain = ids[np.lexsort((ids, -values))]
    disliked = plain[:300].tolist()
    for limit, offset in ((100, 0), (5, 39_600), (3000, 2000), (50_000, 10)):
        hits = rank(Candidates(ids, scores, disliked=disliked), limit=limit, offset=offset).hits
        expected = [*plain[300:].tolist(), *disliked][offset : offset + limit]
        assert [hit.photo_id for hit in hits] == expected
