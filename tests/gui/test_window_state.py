"""What the window remembers, and what it makes of a broken memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from photolens.gui.grid.photo_view import DEFAULT_SIZE, MAX_SIZE
from photolens.gui.window import MainWindow
from photolens.library import Order
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, ask, name_of, wait

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "config" / "window.ini"


def on_screen(window: MainWindow) -> bool:
    return QGuiApplication.primaryScreen().availableGeometry().contains(window.geometry().center())


def test_a_second_window_looks_like_the_first(
    open_window: Windows, gallery_library: Path, state: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window(library=gallery_library, state=state)
    wait_for_photos(window, 40)
    assert window.sidebar.isVisible() and window.details.isHidden()
    window.setGeometry(40, 30, 760, 600)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.keyClick(window, Qt.Key.Key_I, _CTRL)
    qtbot.keyClick(window, Qt.Key.Key_T, _CTRL)
    qtbot.keyClick(window, Qt.Key.Key_3, _CTRL)
    window.splitter.setSizes([0, 480, 280])
    window.status.tile_size.setValue(240)
    wait(qtbot, lambda: window.details.width() == 280)
    ask(qtbot, window, "red")  # a search is not remembered
    open_window.close(window)

    second = open_window(library=gallery_library, state=state)
    wait_for_photos(second, 40)
    assert second.geometry().getRect() == (40, 30, 760, 600)
    assert second.sidebar.isHidden() and second.details.isVisible()
    assert abs(second.details.width() - 280) <= 2
    assert second.commands["squares"].isChecked() and not second.commands["sidebar"].isChecked()
    assert second.grid.tile_size == second.status.tile_size.value() == 240
    first, other = (second.grid.visualRect(second.model.index(row, 0)) for row in (0, 1))
    assert abs(first.width() - first.height()) <= 1 and first.height() == other.height()
    assert second.browser.page.order == Order.NAME and second.commands["by-name"].isChecked()
    assert name_of(second, 0) == "beach_0.jpg"
    assert second.search.edit.text() == ""


def test_a_window_closed_while_viewing_comes_back_with_its_panes(
    open_window: Windows, gallery_library: Path, state: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window(library=gallery_library, state=state)
    wait_for_photos(window, 40)
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Down)
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    assert window.viewing and window.sidebar.isHidden()
    open_window.close(window)
    second = open_window(library=gallery_library, state=state)
    wait_for_photos(second, 40)
    assert second.sidebar.isVisible() and second.sidebar.width() >= 150


_BROKEN = {
    "nothing": b"",
    "no ini": b"\x00\xff\xfe" * 300,
    "a picture": b"\xff\xd8\xff\xe0" + bytes(range(256)),
    "wrong values": b"[General]\nsize=banana\norder=upside-down\ndetails=perhaps\ngeometry=7\nsplitter=x\n",
    "wrong bytes": b"[General]\ngeometry=@ByteArray(\\x1\\xd9)\nsplitter=@ByteArray(abc)\nsize=99999\n",
    "wrong types": b"[General]\nsize=@Variant(\\0\\0\\0\\x11)\nsidebar=@Rect(1 2)\norder=@Invalid()\n",
}


@pytest.mark.parametrize("content", _BROKEN.values(), ids=_BROKEN)
def test_a_broken_memory_gives_the_defaults_and_is_replaced(
    open_window: Windows, gallery_library: Path, state: Path, content: bytes, wait_for_photos: WaitForPhotos
) -> None:
    state.parent.mkdir()
    state.write_bytes(content)
    window = open_window(library=gallery_library, state=state)
    wait_for_photos(window, 40)
    assert on_screen(window) and window.width() >= 640
    assert window.grid.tile_size in (DEFAULT_SIZE, MAX_SIZE)
    assert window.browser.page.order == Order.NEWEST
    window.status.tile_size.setValue(140)
    open_window.close(window)
    second = open_window(library=gallery_library, state=state)
    assert second.grid.tile_size == 140


def test_a_screen_that_went_away_does_not_take_the_window_along(
    open_window: Windows, gallery_library: Path, state: Path, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window(library=gallery_library, state=state)
    window.setGeometry(5000, 4000, 700, 500)
    assert window.pos() != QPoint(0, 0) and not on_screen(window)
    open_window.close(window)
    second = open_window(library=gallery_library, state=state)
    assert on_screen(second)
    assert second.width() == 700


def test_a_memory_that_cannot_be_written_is_no_reason_to_stay(
    open_window: Windows, gallery_library: Path, state: Path, wait_for_photos: WaitForPhotos
) -> None:
    state.parent.write_text("a file where the folder should be")
    window = open_window(library=gallery_library, state=state)
    wait_for_photos(window, 40)
    open_window.close(window)
    assert not state.exists()
