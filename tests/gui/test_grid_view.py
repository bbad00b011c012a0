"""The grid keeps what is selected and in sight, and the keys and the rubber band select what they should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from photolens.gui.bridge import Bridge
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.photo_view import MAX_SIZE, MIN_SIZE
from photolens.gui.grid.thumbnails import Thumbnails
from photolens.gui.grid.view import GridView
from tests.gui.listings import listing

_Cursor = QAbstractItemView.CursorAction
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALL = list(range(1, 501))


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[GridView]:
    """Five hundred photos, 3:2, ids from 1, in a window that shows some rows of them."""
    bridge = Bridge()
    made = GridView(PhotoModel(), Thumbnails(bridge, 16, lambda photo_id: None))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.show_listing(listing(_ALL), keep_place=False)
    yield made
    bridge.close()


def top_of(grid: GridView, photo_id: int) -> int:
    """How far below the upper edge this photo is seen."""
    row = grid.model().listing.ids.tolist().index(photo_id)  # type: ignore[attr-defined]
    return grid.visualRect(grid.model().index(row, 0)).top()


def select(grid: GridView, *rows: int) -> None:
    grid.clearSelection()
    for row in rows:
        grid.selectionModel().select(grid.model().index(row, 0), QItemSelectionModel.SelectionFlag.Select)


def first_in_sight(grid: GridView) -> int:
    return int(grid.model().listing.ids[grid.first_visible_row()])  # type: ignore[attr-defined]


@pytest.mark.parametrize("before", [1, 7, 200])
def test_photos_that_come_before_move_nothing(grid: GridView, before: int) -> None:
    grid.select_row(250)
    select(grid, 250, 251, 300)
    seen, top = first_in_sight(grid), top_of(grid, 251)
    grid.show_listing(listing([*range(1000, 1000 + before), *_ALL]), keep_place=True)
    assert grid.selected_ids().tolist() == [251, 252, 301]
    assert grid.selected_rows().tolist() == [250 + before, 251 + before, 300 + before]
    assert grid.current_id() == 251
    # Rows may break elsewhere, so the photo that was first may now be in the middle of the row.
    rows = [top_of(grid, photo_id) for photo_id in (seen, 251)]
    assert grid.viewport().rect().contains(QPoint(20, max(rows[0], 0)))
    assert abs(rows[1] - top) <= 200


def test_a_whole_row_that_comes_before_moves_nothing_at_all(grid: GridView) -> None:
    grid.select_row(0)
    columns = grid.moveCursor(_Cursor.MoveDown, _NO_KEYS).row()
    grid.scroll_to_row(250)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().value() + 17)
    seen = first_in_sight(grid)
    top = top_of(grid, seen)
    grid.show_listing(listing([*range(1000, 1000 + columns), *_ALL]), keep_place=True)
    assert (first_in_sight(grid), top_of(grid, seen)) == (seen, top)


def test_at_the_top_new_photos_are_seen(grid: GridView) -> None:
    grid.show_listing(listing([1000, *_ALL]), keep_place=True)
    assert grid.verticalScrollBar().value() == 0
    assert first_in_sight(grid) == 1000


def test_removed_photos_are_selected_no_more_and_the_others_stay(grid: GridView) -> None:
    grid.select_row(10)
    select(grid, 9, 10, 11, 400)
    grid.show_listing(listing([i for i in _ALL if i not in (11, 12)]), keep_place=True)
    assert grid.selected_ids().tolist() == [10, 401]
    assert grid.current_id() == 13  # took the place of the current one


def test_where_the_only_selected_photo_goes_the_next_is_selected(grid: GridView) -> None:
    grid.select_row(10)
    grid.show_listing(listing([i for i in _ALL if i != 11]), keep_place=True)
    assert grid.current_id() == 12
    assert grid.selected_ids().tolist() == [12]


def test_when_all_are_removed_nothing_is_selected(grid: GridView) -> None:
    grid.select_row(400)
    grid.show_listing(listing([]), keep_place=True)
    assert grid.selected_rows().tolist() == []
    assert grid.selected_ids().tolist() == []
    assert grid.current_id() is None
    assert not grid.moveCursor(_Cursor.MoveDown, _NO_KEYS).isValid()
    assert grid.verticalScrollBar().maximum() == 0


def test_another_list_begins_at_the_top_with_nothing_selected(grid: GridView) -> None:
    grid.select_row(400)
    grid.show_listing(listing(_ALL), keep_place=False)
    assert grid.verticalScrollBar().value() == 0
    assert grid.selected_ids().tolist() == []


def test_a_changed_list_tells_once_that_the_selection_may_have_changed(grid: GridView) -> None:
    grid.select_row(3)
    told: list[bool] = []
    grid.selection_changed.connect(lambda: told.append(True))
    grid.show_listing(listing(_ALL[1:]), keep_place=True)
    assert told == [True]


@pytest.mark.parametrize(
    ("start", "action", "end"),
    [
        (0, _Cursor.MoveLeft, 0),
        (0, _Cursor.MoveUp, 0),
        (0, _Cursor.MovePageUp, 0),
        (0, _Cursor.MoveHome, 0),
        (0, _Cursor.MoveRight, 1),
        (0, _Cursor.MoveEnd, 499),
        (499, _Cursor.MoveRight, 499),
        (499, _Cursor.MoveDown, 499),
        (499, _Cursor.MovePageDown, 499),
        (499, _Cursor.MoveEnd, 499),
        (499, _Cursor.MovePrevious, 498),
        (499, _Cursor.MoveHome, 0),
        (250, _Cursor.MoveNext, 251),
    ],
)
def test_the_cursor_stays_within_the_list(
    grid: GridView, start: int, action: QAbstractItemView.CursorAction, end: int
) -> None:
    grid.select_row(start)
    assert grid.moveCursor(action, _NO_KEYS).row() == end


def test_up_is_the_way_back_from_down(grid: GridView) -> None:
    grid.select_row(250)
    below = grid.moveCursor(_Cursor.MoveDown, _NO_KEYS)
    assert below.row() > 250
    assert grid.visualRect(below).top() > grid.visualRect(grid.currentIndex()).bottom()
    grid.setCurrentIndex(below)
    assert grid.moveCursor(_Cursor.MoveUp, _NO_KEYS).row() == 250


def test_a_page_is_about_what_is_in_sight(grid: GridView) -> None:
    grid.select_row(250)
    before = grid.visualRect(grid.currentIndex()).top()
    moved = grid.visualRect(grid.moveCursor(_Cursor.MovePageDown, _NO_KEYS)).top() - before
    assert grid.viewport().height() / 2 < moved <= grid.viewport().height() + 20


def test_shift_selects_from_where_it_began(grid: GridView, qtbot: QtBot) -> None:
    grid.select_row(10)
    for _ in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Right, _SHIFT)
    assert grid.selected_rows().tolist() == [10, 11, 12, 13]
    for _ in range(5):
        qtbot.keyClick(grid, Qt.Key.Key_Left, _SHIFT)
    assert grid.selected_rows().tolist() == [8, 9, 10]
    qtbot.keyClick(grid, Qt.Key.Key_End, _SHIFT)
    assert grid.selected_rows().tolist() == list(range(10, 500))


def test_shift_and_a_click_select_from_the_photo_clicked_before(grid: GridView, qtbot: QtBot) -> None:
    for row, keys in ((1, _NO_KEYS), (5, _SHIFT)):
        at = grid.visualRect(grid.model().index(row, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, keys, at)
    assert grid.selected_rows().tolist() == [1, 2, 3, 4, 5]


def test_the_rubber_band_selects_what_it_touches(grid: GridView) -> None:
    model = grid.model()
    below = (grid.select_row(1), grid.moveCursor(_Cursor.MoveDown, _NO_KEYS))[1]
    first, last = grid.visualRect(model.index(1, 0)), grid.visualRect(below)
    # Drawn from the lower right to the upper left.
    band = QRect(last.center(), first.center())
    grid.setSelection(band, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    touched = [row for row in range(40) if band.normalized().intersects(grid.visualRect(model.index(row, 0)))]
    assert grid.selected_rows().tolist() == touched
    assert {1, below.row()} <= set(touched)


def test_the_rubber_band_in_a_gap_selects_nothing(grid: GridView) -> None:
    first = grid.visualRect(grid.model().index(0, 0))
    gap = QRect(QPoint(first.left(), first.bottom() + 2), QSize(300, 2))
    grid.setSelection(gap, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert grid.selected_rows().tolist() == []


def test_the_photo_at_the_top_stays_there_in_another_size(grid: GridView) -> None:
    grid.scroll_to_row(300)
    seen = first_in_sight(grid)
    grid.set_tile_size(MAX_SIZE + 100)
    assert grid.tile_size == MAX_SIZE
    assert grid.viewport().rect().intersects(grid.visualRect(grid.model().index(seen - 1, 0)))
    grid.set_tile_size(1)
    assert grid.tile_size == MIN_SIZE


def test_a_chosen_row_comes_into_sight(grid: GridView) -> None:
    for row in (499, 0, 250):
        grid.select_row(row)
        assert grid.viewport().rect().contains(grid.visualRect(grid.model().index(row, 0)))
        assert grid.selected_rows().tolist() == [row]
    grid.select_row(500)
    assert grid.selected_rows().tolist() == [250]
