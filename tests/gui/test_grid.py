"""The grid: moving about, selecting, sizes, and what stays where it was when photos arrive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.gui.grid.photo_view import MAX_SIZE, MIN_SIZE, SIZE_STEP
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import ask, drag_mouse, wait, wait_for_answer, wheel
from tests.photos import make_photo, make_photos

_KEY = Qt.Key
_LEFT = Qt.MouseButton.LeftButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier


def selected(window: MainWindow) -> list[int]:
    return window.grid.selected_rows().tolist()


def center(window: MainWindow, row: int) -> QPoint:
    """The middle of a tile, in the viewport."""
    return window.grid.visualRect(window.model.index(row, 0)).center()


def click(qtbot: QtBot, window: MainWindow, row: int, keys: Qt.KeyboardModifier | None = None) -> None:
    keys = keys or Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(window.grid.viewport(), _LEFT, keys, center(window, row))


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    for key in keys:
        qtbot.keyClick(window.grid, key, held or Qt.KeyboardModifier.NoModifier)


def fully_in_sight(window: MainWindow, row: int) -> bool:
    grid = window.grid
    return bool(grid.viewport().rect().contains(grid.visualRect(window.model.index(row, 0))))


@pytest.fixture
def window(gallery_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The gallery, with the keys going to the grid and large tiles, so that there is something to scroll."""
    gallery_window.grid.set_tile_size(300)
    qtbot.keyClick(gallery_window.search.edit, _KEY.Key_Down)
    assert selected(gallery_window) == [0]
    return gallery_window


def test_arrows_move_one_photo_along_or_one_row_up_and_down(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_Right, _KEY.Key_Right, _KEY.Key_Left)
    assert selected(window) == [1]
    press(qtbot, window, _KEY.Key_Down)
    (below,) = selected(window)
    assert below > 1 and center(window, below).y() > center(window, 1).y()
    press(qtbot, window, _KEY.Key_Up)
    assert selected(window) == [1]
    press(qtbot, window, _KEY.Key_Left, _KEY.Key_Left)  # before the first there is nothing
    assert selected(window) == [0]


def test_home_end_and_pages_go_far_and_keep_the_photo_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_End)
    assert selected(window) == [39] and fully_in_sight(window, 39)
    bar = window.grid.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    press(qtbot, window, _KEY.Key_Home)
    assert selected(window) == [0] and bar.value() == 0
    press(qtbot, window, _KEY.Key_PageDown)
    (paged,) = selected(window)
    assert paged > 1 and fully_in_sight(window, paged)
    press(qtbot, window, _KEY.Key_PageUp)
    assert selected(window) == [0]


def test_shift_selects_a_range_that_shrinks_and_turns_over(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, 2)
    press(qtbot, window, _KEY.Key_Right, _KEY.Key_Right, held=_SHIFT)
    assert selected(window) == [2, 3, 4]
    press(qtbot, window, _KEY.Key_Left, held=_SHIFT)
    assert selected(window) == [2, 3]
    press(qtbot, window, _KEY.Key_Left, _KEY.Key_Left, held=_SHIFT)
    assert selected(window) == [1, 2]
    press(qtbot, window, _KEY.Key_End, held=_SHIFT)
    assert selected(window) == list(range(2, 40))
    press(qtbot, window, _KEY.Key_Left)
    assert selected(window) == [38]


def test_shift_and_click_select_a_range_from_the_last_click(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, 1)
    click(qtbot, window, 4, _SHIFT)
    assert selected(window) == [1, 2, 3, 4]
    click(qtbot, window, 0, _SHIFT)
    assert selected(window) == [0, 1]


def test_ctrl_and_click_add_and_take_away(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, 0)
    click(qtbot, window, 2, _CTRL)
    click(qtbot, window, 4, _CTRL)
    assert selected(window) == [0, 2, 4]
    click(qtbot, window, 2, _CTRL)
    assert selected(window) == [0, 4]
    assert window.status.count.text() == "2 of 40 selected"


def test_select_all_and_none(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_A, held=_CTRL)
    assert selected(window) == list(range(40))
    assert window.status.count.text() == "40 of 40 selected"
    press(qtbot, window, _KEY.Key_A, held=_CTRL | _SHIFT)
    assert selected(window) == []
    assert window.status.count.text() == "40 photos"


def test_a_rubber_band_selects_what_it_touches(window: MainWindow, qtbot: QtBot) -> None:
    end = center(window, 1)
    drag_mouse(window.grid.viewport(), QPoint(2, 2), end)
    assert selected(window) == [0, 1]
    assert window.grid._band is None
    room = window.grid.viewport().rect()
    drag_mouse(window.grid.viewport(), QPoint(2, 2), QPoint(5, room.height() - 5))
    assert selected(window) == []  # only the margin


def test_a_click_beside_the_photos_selects_nothing(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.grid.viewport(), _LEFT, pos=QPoint(3, 3))
    assert selected(window) == []


def test_ctrl_and_the_wheel_change_the_size_and_keep_the_place(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.grid
    grid.scroll_to_row(20)
    first = grid.first_visible_row()
    at = QPointF(grid.viewport().rect().center())
    size = grid.tile_size
    wheel(grid.viewport(), -1, at, _CTRL)
    assert grid.tile_size == size - SIZE_STEP == window.status.tile_size.value()
    assert grid.first_visible_row() <= first <= grid.first_visible_row() + 4
    for _ in range(40):
        wheel(grid.viewport(), -1, at, _CTRL)
    assert grid.tile_size == MIN_SIZE
    for _ in range(40):
        wheel(grid.viewport(), 1, at, _CTRL)
    assert grid.tile_size == MAX_SIZE


def test_size_has_keys_and_a_slider(window: MainWindow, qtbot: QtBot) -> None:
    size = window.grid.tile_size
    press(qtbot, window, _KEY.Key_Minus, held=_CTRL)
    assert window.grid.tile_size == size - SIZE_STEP
    press(qtbot, window, _KEY.Key_Plus, held=_CTRL)
    assert window.grid.tile_size == size
    window.status.tile_size.setFocus()
    qtbot.keyClick(window.status.tile_size, _KEY.Key_Left)
    assert window.grid.tile_size == size - SIZE_STEP


def test_the_wheel_alone_scrolls(window: MainWindow, qtbot: QtBot) -> None:
    wheel(window.grid.viewport(), -2, QPointF(50, 50))
    assert window.grid.verticalScrollBar().value() > 0


def test_square_tiles_are_square(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_T, held=_CTRL)
    sizes = {window.grid.visualRect(window.model.index(row, 0)).size().toTuple() for row in range(40)}
    heights = {height for _, height in sizes}
    assert len(heights) == 1 and all(abs(width - height) <= 1 for width, height in sizes)


def test_a_letter_goes_to_the_search_box(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.grid, "b")
    assert window.search.edit.hasFocus() and window.search.edit.text() == "b"
    qtbot.keyClicks(window.search.edit, "each")
    wait_for_answer(qtbot, window, asked=True)
    assert window.browser.page.text == "beach"


def test_one_letter_alone_is_asked_too(window: MainWindow, qtbot: QtBot) -> None:
    typed = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "犬")
    QApplication.sendEvent(window.grid, typed)
    wait_for_answer(qtbot, window, asked=True)
    assert window.browser.page.text == "犬"


def test_slash_goes_to_the_search_box_without_being_typed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.grid, "/")
    assert window.search.edit.hasFocus() and window.search.edit.text() == ""


def test_thumbnails_come_for_what_is_in_sight_only(window: MainWindow, qtbot: QtBot) -> None:
    wait(qtbot, lambda: window.thumbnails.waiting == 0 and window.thumbnails.used_bytes > 0)
    ids = window.model.listing.ids.tolist()
    assert window.thumbnails.get(ids[0]) is not None
    assert window.thumbnails.get(ids[39]) is None
    press(qtbot, window, _KEY.Key_End)
    wait(qtbot, lambda: window.thumbnails.get(ids[39]) is not None)


def test_selection_and_place_survive_photos_that_arrive(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = album_window
    window.grid.set_tile_size(MAX_SIZE)
    window.grid.scroll_to_row(8)
    click(qtbot, window, 8)
    click(qtbot, window, 9, _CTRL)
    before = window.grid.selected_ids()
    for number in range(12):  # before all others in order of name
        make_photo(album / "Pictures" / f"a_{number:02}.jpg", 30 + number)
    wait_for_photos(window, 24)
    wait(qtbot, lambda: selected(window) == [20, 21])
    assert np.array_equal(window.grid.selected_ids(), before)
    assert window.grid.current_id() == before[1]
    assert window.grid.viewport().rect().contains(center(window, 20))
    press(qtbot, window, _KEY.Key_Right)
    assert selected(window) == [22]


def test_new_photos_do_not_move_the_answer_that_is_looked_at(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = album_window
    ask(qtbot, window, "red")
    press(qtbot, window, _KEY.Key_Right)
    make_photos(album / "Pictures" / "new", 2, first=50)
    wait(qtbot, lambda: window.message.isVisible())
    assert window.message.label.text() == "There are new photos."
    assert len(window.model.listing) == 12
    qtbot.mouseClick(window.message.button, _LEFT)
    wait_for_photos(window, 14)
    assert window.message.isHidden()


def test_the_years_lead_to_their_first_photo(window: MainWindow, qtbot: QtBot) -> None:
    window.grid.set_tile_size(MAX_SIZE)
    scrubber = window.scrubber
    assert scrubber.isVisible()
    marks = {text: y for y, text in scrubber.marks()}
    assert set(marks) == {"2022", "2021", "2019"}
    qtbot.mouseClick(scrubber, _LEFT, pos=QPoint(10, marks["2019"] + 1))
    first_of_2019 = 23 + 8
    wait(qtbot, lambda: window.grid.first_visible_row() > 20)
    assert window.grid.first_visible_row() <= first_of_2019
    assert (
        window.grid.viewport().rect().intersects(window.grid.visualRect(window.model.index(first_of_2019, 0)))
    )
    ask(qtbot, window, "red")
    assert not scrubber.isVisible()
