"""Copying, opening and showing the selected photos, near and offline."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.gui import desktop
from photolens.gui.window import MainWindow
from tests.gui.hands import wait, wait_for_answer, wait_for_message

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NEED_A_PHOTO = ("open", "show-in-folder", "copy", "copy-path", "more-like-this", "trash", "view")


def paths(window: MainWindow, rows: list[int]) -> list[str]:
    library = window.library
    assert library is not None
    return [library.photo(window.model.photo_id(row)).path for row in rows]


def select(window: MainWindow, qtbot: QtBot, rows: list[int]) -> None:
    """By mouse, with Ctrl."""
    for at, row in enumerate(rows):
        place = window.grid.visualRect(window.model.index(row, 0)).center()
        keys = _CTRL if at else Qt.KeyboardModifier.NoModifier
        qtbot.mouseClick(window.grid.viewport(), Qt.MouseButton.LeftButton, keys, place)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that the desktop was asked to open."""
    asked: list[str] = []
    monkeypatch.setattr(desktop, "open_file", lambda path: asked.append(path) is None)
    return asked


@pytest.fixture
def revealed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files that the desktop was asked to show."""
    asked: list[str] = []
    monkeypatch.setattr(desktop, "reveal", lambda path: asked.append(path) is None)
    return asked


def test_without_a_selection_there_is_nothing_to_command(gallery_window: MainWindow, qtbot: QtBot) -> None:
    commands = gallery_window.commands
    assert not any(commands[name].isEnabled() for name in _NEED_A_PHOTO)
    gallery_window.grid.select_row(0)
    assert all(commands[name].isEnabled() for name in _NEED_A_PHOTO)


def test_files_are_copied_for_the_file_manager(gallery_window: MainWindow, qtbot: QtBot) -> None:
    select(gallery_window, qtbot, [1, 3])
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_C, _CTRL)
    wait_for_message(qtbot, gallery_window, "2 files copied")
    copied = [url.toLocalFile() for url in QApplication.clipboard().mimeData().urls()]
    assert copied == paths(gallery_window, [1, 3])


def test_paths_are_copied_as_text(gallery_window: MainWindow, qtbot: QtBot) -> None:
    select(gallery_window, qtbot, [2])
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_C, _CTRL | _SHIFT)
    wait_for_message(qtbot, gallery_window, "Path copied")
    assert QApplication.clipboard().text() == paths(gallery_window, [2])[0]


def test_open_and_show_ask_the_desktop(
    gallery_window: MainWindow, qtbot: QtBot, opened: list[str], revealed: list[str]
) -> None:
    select(gallery_window, qtbot, [1, 2])
    wanted = paths(gallery_window, [1, 2])
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_Return, _CTRL)
    wait(qtbot, lambda: opened == wanted)
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_R, _CTRL)
    wait(qtbot, lambda: revealed == wanted[:1])


def test_the_same_commands_work_in_the_viewer(
    gallery_window: MainWindow, qtbot: QtBot, opened: list[str]
) -> None:
    window = gallery_window
    window.grid.select_row(5)
    window.grid.setFocus()
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    qtbot.keyClick(window.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(window.viewer, Qt.Key.Key_Return, _CTRL)
    wait(qtbot, lambda: opened == paths(window, [6]))
    assert window.viewing


def test_many_windows_at_once_are_surely_a_mistake(
    gallery_window: MainWindow, qtbot: QtBot, opened: list[str]
) -> None:
    gallery_window.grid.setFocus()
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_A, _CTRL)
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_Return, _CTRL)
    wait_for_message(qtbot, gallery_window, "Select at most 20 photos")
    assert opened == []


def test_a_system_without_a_program_for_it_is_said(
    gallery_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, "open_file", lambda path: False)
    gallery_window.grid.select_row(0)
    gallery_window.commands["open"].trigger()
    wait_for_message(qtbot, gallery_window, "The system has no program for")


def test_offline_photos_say_so_and_their_paths_can_still_be_copied(
    album_window: MainWindow, album: Path, qtbot: QtBot, opened: list[str], revealed: list[str]
) -> None:
    window, folder = album_window, album / "Pictures"
    shutil.move(folder, album / "unplugged")
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: not window.model.listing.online.any())
    wait_for_answer(qtbot, window)
    window.grid.setFocus()
    window.grid.select_row(1)
    QApplication.clipboard().clear()
    for name in ("open", "show-in-folder", "copy"):
        window.message.hide()
        window.commands[name].trigger()
        wait_for_message(qtbot, window, f"{folder} is offline.")
    assert opened == [] and revealed == []
    copied = QApplication.clipboard().mimeData()
    assert copied is None or not copied.hasUrls()
    window.message.hide()
    window.commands["trash"].trigger()
    wait_for_message(qtbot, window, "offline")
    window.commands["copy-path"].trigger()
    wait_for_message(qtbot, window, "Path copied")
    assert QApplication.clipboard().text() == paths(window, [1])[0]
