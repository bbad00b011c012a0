"""Photos of a folder that is away, as the window tells it: their thumbnail, and where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from photolens.gui.side_tree import NOTE
from photolens.gui.window import MainWindow
from tests.gui.hands import wait

_WHY = "On Pictures, which is offline. Plug it in or connect to it to see the photo itself."


def test_the_viewer_shows_the_thumbnail_and_says_where_the_photo_is_until_it_is_back(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    window, folder = album_window, album / "Pictures"
    away = album / "unplugged"
    shutil.move(folder, away)
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: not window.model.listing.online.any())
    item = window.sidebar.tree.topLevelItem(1)
    wait(qtbot, lambda: item is not None)
    window.commands["details"].setChecked(True)
    window.grid.setFocus()
    window.grid.select_row(4)
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    window.thumbnails.forget_all()
    qtbot.keyClick(window.viewer, Qt.Key.Key_Right)  # to one of which nothing is in memory
    wait(qtbot, lambda: window.viewer.note.isVisible() and window.viewer.note.text() == _WHY)
    wait(qtbot, lambda: window.viewer.canvas.has_picture)
    said = [label.text() for label in window.details.findChildren(QLabel) if label.isVisible()]
    wait(qtbot, lambda: _WHY in said or not said)
    shutil.move(away, folder)
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: window.viewer.note.isHidden())
    photo = window.viewer.photo_id
    wait(qtbot, lambda: photo in window.viewer._ready)
    root = window.sidebar.tree.topLevelItem(1)
    wait(qtbot, lambda: root is not None)
    wait(qtbot, lambda: _notes(window) == ["", ""])


def _notes(window: MainWindow) -> list[str]:
    tree = window.sidebar.tree
    items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [str(item.data(0, NOTE) or "") for item in items if item is not None]
