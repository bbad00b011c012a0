"""Photos move to their new places when the order changes, so that the eye can follow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.grid.moving import FLASH_MS, MOVE_MS, Movement, between
from photolens.gui.grid.sections import Section
from photolens.gui.grid.view import GridView
from tests.gui.listings import listing, place_of, point_at, shown_grid

_IDS = list(range(1, 501))
_AGAIN = [3, 1, 2, *range(500, 3, -1)]


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[GridView]:
    """Five hundred photos, ids from 1."""
    with shown_grid(qtbot) as made:
        made.show_listing(listing(_IDS), keep_place=False)
        yield made


def painted(grid: GridView, now: float) -> dict[int, tuple[QRect, float]]:
    """Place and opacity of every photo that is painted at this moment."""
    ids = grid.model().listing.ids  # type: ignore[attr-defined]
    return {int(ids[row]): (place, opacity) for row, place, opacity in grid._tiles_in_sight(now)}


def in_sight(grid: GridView) -> dict[int, QRect]:
    ids = grid.model().listing.ids.tolist()  # type: ignore[attr-defined]
    room = grid.viewport().rect()
    return {i: place_of(grid, i) for i in ids[:200] if place_of(grid, i).intersects(room)}


def started(grid: GridView) -> float:
    assert grid._movement is not None
    return grid._movement.started


def reorder(grid: GridView, ids: list[int] = _AGAIN) -> None:
    grid.show_listing(listing(ids), keep_place=True, animate=True)


def wait_for_rest(grid: GridView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not grid._frames.isActive(), timeout=5000)


def test_a_photo_begins_where_it_was_and_ends_where_it_belongs(grid: GridView, qtbot: QtBot) -> None:
    before = in_sight(grid)
    reorder(grid)
    begin = started(grid)
    at_first, at_last = painted(grid, begin), painted(grid, begin + MOVE_MS / 1000)
    for photo_id in (1, 2, 3):
        assert at_first[photo_id] == (before[photo_id], 1.0)
        assert at_last[photo_id] == (place_of(grid, photo_id), 1.0)
    middle = painted(grid, begin + MOVE_MS / 4000)[1][0]
    assert before[1].left() < middle.left() < place_of(grid, 1).left()
    wait_for_rest(grid, qtbot)
    assert grid._movement is None
    assert painted(grid, time.perf_counter())[3] == (place_of(grid, 3), 1.0)


def test_others_fade_in_and_those_that_leave_are_followed_out(grid: GridView) -> None:
    before = in_sight(grid)
    reorder(grid)
    begin = started(grid)
    assert painted(grid, begin)[500] == (place_of(grid, 500), 0.0)
    assert 0.0 < painted(grid, begin + 0.05)[500][1] < 1.0
    assert painted(grid, begin)[5] == (before[5], 1.0)
    room = grid.viewport().rect()
    assert not painted(grid, begin + MOVE_MS / 1000)[5][0].intersects(room)
    assert len(painted(grid, begin)) <= len(before) + len(in_sight(grid))  # of five hundred


def test_input_works_at_once_on_the_new_places(grid: GridView, qtbot: QtBot) -> None:
    grid.judging_enabled = True
    reorder(grid)
    assert grid._movement is not None
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place_of(grid, 3).center())
    assert grid.selected_ids().tolist() == [3]
    point_at(grid, place_of(grid, 1).topLeft() + QPoint(10, 10))
    with qtbot.waitSignal(grid.judged, timeout=1000) as judged:
        qtbot.mouseClick(
            grid.viewport(), Qt.MouseButton.LeftButton, pos=place_of(grid, 1).topLeft() + QPoint(10, 10)
        )
    assert judged.args == [[1], True]


def test_what_is_seen_moves(grid: GridView, qtbot: QtBot) -> None:
    grid.clearFocus()
    still = grid.viewport().grab().toImage()
    reorder(grid, [*_IDS[3:], 1, 2, 3])
    moving = grid.viewport().grab().toImage()
    wait_for_rest(grid, qtbot)
    settled = grid.viewport().grab().toImage()
    assert still == settled  # all photos of this list look alike
    assert moving != settled


def test_without_animations_all_is_in_place_at_once(grid: GridView) -> None:
    grid.animations = False
    reorder(grid)
    assert grid._movement is None
    assert not grid._frames.isActive()
    assert painted(grid, time.perf_counter())[3] == (place_of(grid, 3), 1.0)


def test_a_list_shown_without_asking_does_not_move(grid: GridView) -> None:
    grid.show_listing(listing(_AGAIN), keep_place=True)
    assert grid._movement is None


def test_a_second_change_begins_where_the_photos_are_seen_now(grid: GridView) -> None:
    reorder(grid)
    first = grid._movement
    assert first is not None
    while time.perf_counter() < first.started + 0.03:
        pass
    low = painted(grid, time.perf_counter())
    reorder(grid, _IDS)
    high = painted(grid, started(grid))
    assert grid._movement is not first
    ends = [place.left() for place, _ in (low[1], high[1])]
    assert ends[0] <= ends[1] + 1 and high[1][0] != place_of(grid, 1)


def test_photos_that_arrive_meanwhile_do_not_cut_it_short(grid: GridView) -> None:
    reorder(grid)
    grid.show_listing(listing([*_AGAIN, 501, 502]), keep_place=True)
    assert grid._movement is not None
    assert painted(grid, started(grid))[3][0] != place_of(grid, 3)


def test_the_page_stays_as_far_down_as_it_was(grid: GridView) -> None:
    grid.verticalScrollBar().setValue(700)
    reorder(grid)
    assert grid.verticalScrollBar().value() == 700
    reorder(grid, [1, 2, 3])  # shorter than that
    assert grid.verticalScrollBar().value() == 0


def test_scrolling_takes_the_moving_photos_along(grid: GridView) -> None:
    reorder(grid)
    begin = started(grid)
    place = painted(grid, begin)[1][0]
    grid.verticalScrollBar().setValue(40)
    assert painted(grid, begin)[1][0] == place.translated(0, -40)


def test_titles_move_too(grid: GridView) -> None:
    def sections(cut: int) -> tuple[Section, ...]:
        return Section("a", "A", cut, 0, cut), Section("b", "B", 500 - cut, cut, 500)

    def top(now: float) -> int:
        (found,) = (place.top() for section, place, _ in grid._headers_in_sight(now) if section.key == "b")
        return found

    grid.show_listing(listing(_IDS), keep_place=False, sections=sections(2))
    before = top(0.0)
    grid.show_listing(listing(_IDS), keep_place=True, sections=sections(5), animate=True)
    assert top(started(grid)) == before
    after = grid._layout.headers()[1][1] + grid._origin().y()
    assert top(started(grid) + MOVE_MS / 1000) == after > before
    assert before < top(started(grid) + MOVE_MS / 4000) < after


def test_another_size_ends_the_movement(grid: GridView) -> None:
    reorder(grid)
    grid.resize(700, 500)
    assert grid._movement is None
    assert painted(grid, time.perf_counter())[3] == (place_of(grid, 3), 1.0)


def test_a_movement_is_quick_first_and_slow_at_the_end() -> None:
    movement = Movement(10.0, {1: QRect(0, 0, 10, 10)}, {"a": 0}, ())
    shares = [movement.share(10.0 + MOVE_MS / 1000 * step / 4) for step in range(5)]
    steps = [later - sooner for sooner, later in pairwise(shares)]
    assert shares[0] == 0.0 and shares[-1] == pytest.approx(1.0)
    assert steps == sorted(steps, reverse=True)
    assert movement.share(9.0) == 0.0 and movement.share(99.0) == 1.0
    assert not movement.over(10.0) and movement.over(10.001 + MOVE_MS / 1000)
    assert movement.tile(1, QRect(100, 200, 30, 50), 0.5) == (QRect(50, 100, 20, 30), 1.0)
    assert movement.tile(2, QRect(100, 200, 30, 50), 0.5) == (QRect(100, 200, 30, 50), 0.5)
    assert movement.header("a", 100, 0.5) == (50, 1.0)
    assert movement.header("b", 100, 0.25) == (100, 0.25)
    assert between(QRect(0, 0, 10, 10), QRect(1, 1, 11, 11), 1.0) == QRect(1, 1, 11, 11)


# --- marks ---------------------------------------------------------------------------------------


def ring_color(grid: GridView, photo_id: int) -> QColor:
    place = place_of(grid, photo_id)
    return grid.viewport().grab().toImage().pixelColor(place.center().x(), place.top() - 3)


@pytest.mark.parametrize("animations", [True, False])
def test_what_was_changed_is_marked_for_a_moment(grid: GridView, qtbot: QtBot, animations: bool) -> None:
    grid.animations = animations
    plain = ring_color(grid, 2)
    grid.flash([2])
    marked = ring_color(grid, 2)
    assert marked != plain == ring_color(grid, 4)
    if not animations:
        assert marked == QColor(theme.colors().accent)
    wait_for_rest(grid, qtbot)
    assert ring_color(grid, 2) == plain
    assert grid._flashes == {}


def test_a_mark_fades_evenly(grid: GridView) -> None:
    now = time.perf_counter()
    grid.flash([2])
    brightness = [grid._flash_of(2, now + FLASH_MS / 1000 * share) for share in (0.25, 0.5, 0.75, 1.1)]
    assert brightness == pytest.approx([0.75, 0.5, 0.25, 0.0], abs=0.05)
    assert grid._flash_of(3, now) == 0.0
