"""Which hits are fetched, and under which headings they stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from photolens.domain import Hit, Listing, Query, Ranking, Sections, Shelf, ShelfCuts
from photolens.gui.shown import DISLIKED, FOLDED_AT_FIRST, Shown
from tests.gui.listings import listing as listing_of

COUNTS = Sections(liked=2, strong=3, maybe=4, rest=100, disliked=2)
CUTS = ShelfCuts(3.0, 2.0)


def hits(first: int, last: int) -> tuple[Hit, ...]:
    """Hits of these ranks; the photo of rank r has the id 1000 + r."""
    return tuple(Hit(rank, 1000 + rank, 0.0) for rank in range(first, last + 1))


def listing(found: tuple[Hit, ...], *missing: int) -> Listing:
    return listing_of([hit.photo_id for hit in found if hit.photo_id not in missing])


def fetched(*pages: tuple[int, int], counts: Sections = COUNTS) -> Shown:
    shown = Shown.of(Ranking(Query(), (), 0, sections=counts, cuts=CUTS))
    for first, last in pages:
        found = hits(first, last)
        shown = shown.with_page(found, listing(found))
    return shown


def test_headings_stand_over_their_photos_and_dislikes_are_folded() -> None:
    shown = fetched((1, 20))
    everything, sections = shown.laid_out(FOLDED_AT_FIRST)
    assert [(s.key, s.count, s.start, s.end, s.folded) for s in sections] == [
        ("liked", 2, 0, 2, False),
        (DISLIKED, 2, 2, 2, True),
        ("strong", 3, 2, 5, False),
        ("maybe", 4, 5, 9, False),
        ("rest", 100, 9, 20, False),
    ]
    assert everything.ids.tolist() == list(range(1001, 1021))
    assert sections[0].scale < sections[2].scale == 1.0


def test_what_is_fetched_later_joins_its_stretch() -> None:
    shown = fetched((1, 5), (6, 12))
    assert shown.fetched() == 12 and shown.next_offset(()) == 12
    everything, _ = shown.laid_out(FOLDED_AT_FIRST)
    assert everything.ids.tolist() == list(range(1001, 1013))


def test_folded_stretches_are_not_fetched() -> None:
    shown = fetched((1, 6))
    assert shown.next_offset({"maybe"}) == 9  # the first of the rest
    shown = shown.with_page(hits(10, 12), listing(hits(10, 12)))
    everything, _ = shown.laid_out({"maybe", DISLIKED})
    assert everything.ids.tolist() == [1001, 1002, 1003, 1004, 1005, 1010, 1011, 1012]
    assert shown.fetched() == 6  # there is a hole behind
    assert shown.next_offset({"maybe", "rest"}) is None
    assert shown.next_offset(()) == 6


def test_photos_that_are_gone_meanwhile_are_asked_for_once() -> None:
    found = hits(1, 12)
    shown = Shown.of(Ranking(Query(), (), 0, sections=COUNTS, cuts=CUTS)).with_page(
        found, listing(found, 1004, 1010)
    )
    everything, sections = shown.laid_out(FOLDED_AT_FIRST)
    assert len(everything) == 10 and shown.next_offset(()) == 12
    assert [(s.start, s.end) for s in sections if s.key in ("strong", "rest")] == [(2, 4), (8, 10)]


def test_a_hit_that_comes_twice_is_shown_once() -> None:
    shown = fetched((1, 12), (10, 14))
    assert shown.laid_out(FOLDED_AT_FIRST)[0].ids.tolist() == list(range(1001, 1015))


def test_without_a_strong_match_the_first_heading_says_so() -> None:
    for counts, first in ((Sections(maybe=3, rest=5), "maybe"), (Sections(rest=8), "rest")):
        _, sections = fetched((1, 8), counts=counts).laid_out(())
        assert sections[0].key == first and "Nothing stands out" in sections[0].note
    _, sections = fetched((1, 12)).laid_out(())
    assert not any(section.note for section in sections)


def test_without_shelves_everything_needs_no_heading() -> None:
    shown = Shown.of(Ranking(Query(), (), 8, sections=Sections(rest=8)))
    assert shown.with_page(hits(1, 8), listing(hits(1, 8))).laid_out(())[1] == ()


def test_only_strong_matches_have_no_other_headings() -> None:
    ranking = Ranking(Query(shelf=Shelf.STRONG), (), 5, sections=COUNTS, cuts=CUTS)
    shown = Shown.of(ranking).with_page(hits(1, 5), listing(hits(1, 5)))
    assert [section.key for section in shown.laid_out(FOLDED_AT_FIRST)[1]] == ["liked", DISLIKED, "strong"]
    assert shown.next_offset(()) is None


@pytest.mark.parametrize("counts", [Sections(), Sections(disliked=3), Sections(liked=1, disliked=3)])
def test_whether_there_is_anything_but_dislikes(counts: Sections) -> None:
    assert fetched(counts=counts).all_disliked is (counts.disliked > 0 and not counts.liked)
    assert np.array_equal(fetched(counts=counts).laid_out(FOLDED_AT_FIRST)[0].ids, [])


def test_where_only_strong_matches_are_wanted_and_none_is_that_is_said() -> None:
    counts = Sections(liked=1, maybe=4, disliked=1)
    ranking = Ranking(Query(shelf=Shelf.STRONG), (), 1, sections=counts, cuts=CUTS)
    shown = Shown.of(ranking).with_page(hits(1, 1), listing(hits(1, 1)))
    *_, last = shown.laid_out(FOLDED_AT_FIRST)[1]
    assert (last.key, last.count, last.start, last.end) == ("strong", 0, 1, 1)
    assert "what comes near is hidden" in last.note
    nothing = Shown.of(replace(ranking, sections=Sections(maybe=4)))
    assert nothing.laid_out(FOLDED_AT_FIRST)[1] == ()  # a page of its own says it


def test_where_everything_is_disliked_the_heading_says_how_to_go_on() -> None:
    (only,) = fetched(counts=Sections(disliked=3)).laid_out(())[1]
    assert (only.key, only.count) == (DISLIKED, 3) and "takes a click back" in only.note
