"""One photo fills the window: in and out, along the list, zoom, and files that go away meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from photolens.gui.grid.photo_view import MAX_SIZE
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, ask, drag_mouse, name_of, wait, wheel
from tests.photos import make_photos

_KEY = Qt.Key
_LEFT = Qt.MouseButton.LeftButton


def tile(window: MainWindow, row: int) -> QPoint:
    return window.grid.visualRect(window.model.index(row, 0)).center()


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key | str) -> None:
    for key in keys:
        qtbot.keyClick(window.viewer, key)


def view(qtbot: QtBot, window: MainWindow, row: int) -> None:
    """Open the viewer and wait until the photo itself is there, with its name."""
    window.grid.setFocus()
    window.grid.select_row(row)
    qtbot.keyClick(window.grid, _KEY.Key_Return)
    wait_until_loaded(qtbot, window)


def wait_until_loaded(qtbot: QtBot, window: MainWindow) -> None:
    name = name_of(window, window.viewer.row)

    def loaded() -> None:
        assert window.viewing and window.viewer.canvas.has_picture
        assert name in window.viewer._title.full_text()
        assert window.viewer.photo_id in window.viewer._ready

    wait(qtbot, loaded)


def point_of_photo(window: MainWindow, at: QPointF) -> tuple[float, float]:
    """Which point of the photo is seen there, in shares of its sides."""
    point = window.viewer.canvas._to_photo(at)
    return point.x(), point.y()


@pytest.mark.parametrize("way", ["Enter", "Space", "double click"])
def test_a_photo_is_opened_and_left(gallery_window: MainWindow, qtbot: QtBot, way: str) -> None:
    window = gallery_window
    qtbot.mouseClick(window.grid.viewport(), _LEFT, pos=tile(window, 4))
    if way == "double click":
        qtbot.mouseDClick(window.grid.viewport(), _LEFT, pos=tile(window, 4))
    else:
        qtbot.keyClick(window.grid, _KEY.Key_Return if way == "Enter" else _KEY.Key_Space)
    assert window.viewing and window.viewer.hasFocus()
    assert window.viewer.photo_id == window.model.photo_id(4)
    wait_until_loaded(qtbot, window)
    assert window.viewer._place.text() == "5 of 40"
    assert window.viewer._title.full_text() == name_of(window, 4)
    assert not window.search.isVisible() and not window.sidebar.isVisible()
    press(qtbot, window, _KEY.Key_Escape if way == "double click" else _KEY.Key_Space)
    assert not window.viewing and window.grid.hasFocus()
    assert window.grid.selected_rows().tolist() == [4]
    assert window.search.isVisible() and window.sidebar.isVisible()


def test_keys_go_along_the_list_and_the_grid_follows(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    view(qtbot, window, 0)
    press(qtbot, window, _KEY.Key_Left)  # nothing is before the first
    assert window.viewer.row == 0
    for keys, row in (
        ([_KEY.Key_Right, _KEY.Key_PageDown], 2),
        ([_KEY.Key_Left], 1),
        ([_KEY.Key_End], 39),
        ([_KEY.Key_Right], 39),
        ([_KEY.Key_PageUp, _KEY.Key_Backspace], 37),
        ([_KEY.Key_Home], 0),
        ([_KEY.Key_Right] * 30, 30),
    ):
        press(qtbot, window, *keys)
        assert window.viewer.row == row
    wait_until_loaded(qtbot, window)
    press(qtbot, window, _KEY.Key_Escape)
    assert window.grid.selected_rows().tolist() == [30]
    assert window.grid.viewport().rect().contains(tile(window, 30))


def test_buttons_go_along_too(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    view(qtbot, window, 3)
    window.commands["next"].trigger()
    window.commands["next"].trigger()
    window.commands["previous"].trigger()
    assert window.viewer.row == 4


def test_the_photos_of_an_answer_are_looked_at_in_its_order(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "night")
    second = window.model.photo_id(1)
    view(qtbot, window, 0)
    press(qtbot, window, _KEY.Key_Right)
    assert window.viewer.photo_id == second
    press(qtbot, window, _KEY.Key_Escape)  # the viewer first, the search stays
    assert not window.viewing and window.search.edit.text() == "night"


def test_zoom_by_keys(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    assert canvas.fits and canvas.zoom < 1.0
    fitting = canvas.zoom
    press(qtbot, window, "1")
    assert canvas.zoom == 1.0
    wait(qtbot, lambda: window.viewer._sharp == window.viewer.photo_id)  # every pixel of it
    press(qtbot, window, "+")
    assert canvas.zoom == pytest.approx(1.25)
    assert window.viewer._zoom_label.text() == "125 %"
    press(qtbot, window, "-", "-")
    assert canvas.zoom == pytest.approx(0.8)
    press(qtbot, window, "0")
    assert canvas.fits and canvas.zoom == pytest.approx(fitting)
    press(qtbot, window, "1", _KEY.Key_Right)  # the next photo is seen whole
    assert canvas.fits


def test_the_photo_that_leafing_quickly_ends_at_can_be_seen_sharp(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    view(qtbot, window, 2)
    press(qtbot, window, *[_KEY.Key_Right] * 12, *[_KEY.Key_End, _KEY.Key_Home] * 3, _KEY.Key_Right)
    wait_until_loaded(qtbot, window)
    qtbot.wait(100)  # loads that came too late to be stopped arrive
    press(qtbot, window, "1")
    wait(qtbot, lambda: window.viewer._sharp == window.model.photo_id(1))


def test_the_wheel_zooms_and_keeps_the_point_under_the_cursor(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    at = QPointF(canvas.width() * 0.6, canvas.height() * 0.4)
    wheel(canvas, 2, at)  # larger than the window in both directions: before, it is kept in the middle
    before = point_of_photo(window, at)
    for _ in range(4):
        wheel(canvas, 1, at)
    assert canvas.zoom > 1.0
    assert point_of_photo(window, at) == pytest.approx(before, abs=0.002)
    wait(qtbot, lambda: window.viewer._sharp == window.viewer.photo_id)
    assert point_of_photo(window, at) == pytest.approx(before, abs=0.002)
    for _ in range(30):
        wheel(canvas, -1, at)
    assert canvas.zoom == pytest.approx(canvas._fit_zoom())


def test_a_drag_moves_the_photo_with_the_mouse_and_never_beyond_its_edge(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    press(qtbot, window, "1")
    start, end = QPoint(400, 300), QPoint(330, 260)
    before = point_of_photo(window, QPointF(start))
    drag_mouse(canvas, start, end)
    assert point_of_photo(window, QPointF(end)) == pytest.approx(before, abs=0.001)
    for _ in range(6):
        drag_mouse(canvas, QPoint(100, 100), QPoint(700, 600))
    assert point_of_photo(window, QPointF(0, 0)) == pytest.approx((0.0, 0.0), abs=0.001)


def test_a_double_click_shows_every_pixel_and_another_the_whole(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 1)
    qtbot.mouseDClick(canvas, _LEFT, pos=QPoint(100, 100))
    assert canvas.zoom == 1.0
    qtbot.mouseDClick(canvas, _LEFT, pos=QPoint(100, 100))
    assert canvas.fits


def test_the_window_may_change_its_size_meanwhile(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    before = canvas.zoom
    window.resize(700, 450)
    wait(qtbot, lambda: canvas.zoom < before)
    press(qtbot, window, _KEY.Key_Escape)
    assert window.grid.selected_rows().tolist() == [0]


def test_full_screen_and_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    view(qtbot, window, 0)
    press(qtbot, window, _KEY.Key_F11)
    wait(qtbot, window.isFullScreen)
    press(qtbot, window, _KEY.Key_F11)
    wait(qtbot, lambda: not window.isFullScreen())
    assert window.viewing


def test_details_can_be_read_beside_the_photo(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    view(qtbot, window, 25)
    press(qtbot, window, "i")
    assert window.details.isVisible()
    name = name_of(window, 25)
    wait(qtbot, lambda: window.details._name.text().replace("\u200b", "") == name)
    press(qtbot, window, _KEY.Key_Right)
    other = name_of(window, 26)
    wait(qtbot, lambda: window.details._name.text().replace("\u200b", "") == other)


def test_a_photo_deleted_while_it_is_shown_gives_way_to_the_next(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    window = album_window
    view(qtbot, window, 3)
    shown, after = window.model.photo_id(3), window.model.photo_id(4)
    (album / "Pictures" / name_of(window, 3)).unlink()
    wait(qtbot, lambda: window.viewer.photo_id == after)
    wait_until_loaded(qtbot, window)
    assert window.viewer.note.isHidden()
    assert shown not in window.model.listing.ids
    assert window.viewer._place.text() == "4 of 11"


def test_the_last_photo_deleted_while_it_is_shown_is_asked_about_and_leads_to_a_page(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    (file,) = make_photos(tmp_path / "One", 1)
    window = open_window([file.parent])
    wait_for_photos(window, 1)
    view(qtbot, window, 0)
    file.unlink()
    wait(qtbot, lambda: not window.model.listing.online.any())
    press(qtbot, window, _KEY.Key_Escape)
    wait(qtbot, window.notices.isVisible)  # nothing is left of the folder: perhaps it was not deleted
    window.notices.rows[0].buttons[0].click()
    wait(qtbot, lambda: window.stack.currentWidget() is window.empty)
    assert window.stack.currentWidget() is window.empty
    wait(qtbot, lambda: window.empty.title.text() == f"No photos in {file.parent}")
    assert window.search.isVisible()


def test_a_folder_taken_away_leaves_thumbnails_and_the_viewer_says_why(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    window, folder = album_window, album / "Pictures"
    window.grid.set_tile_size(MAX_SIZE)
    view(qtbot, window, 0)
    shutil.move(folder, album / "unplugged")
    press(qtbot, window, _KEY.Key_End)
    wait(qtbot, lambda: "offline" in window.viewer.note.text())
    assert str(folder) in window.viewer.note.text() and "Plug in" in window.viewer.note.text()
    press(qtbot, window, _KEY.Key_F5)
    wait(qtbot, lambda: not window.model.listing.online.any())
    assert window.viewing and window.viewer.row == 11
    press(qtbot, window, _KEY.Key_Escape)
    assert len(window.model.listing) == 12
    middle = window.model.photo_id(6)
    assert window.thumbnails.get(middle) is None  # never on screen before
    window.grid.scroll_to_row(6)
    wait(qtbot, lambda: window.thumbnails.get(middle) is not None)
    shutil.move(album / "unplugged", folder)
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: bool(window.model.listing.online.all()))
    view(qtbot, window, 8)
    assert window.viewer.note.isHidden()


def test_a_broken_file_shows_its_thumbnail_and_the_reason(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    window = album_window
    wait(qtbot, lambda: window.thumbnails.waiting == 0 and window.thumbnails.used_bytes > 0)
    qtbot.keyClick(window.search.edit, _KEY.Key_P, Qt.KeyboardModifier.ControlModifier)
    (album / "Pictures" / name_of(window, 5)).write_bytes(b"broken")
    window.grid.setFocus()
    window.grid.select_row(5)
    qtbot.keyClick(window.grid, _KEY.Key_Return)
    wait(qtbot, lambda: window.viewer.note.isVisible() and "thumbnail" in window.viewer.note.text())
    assert window.viewer.canvas.has_picture
