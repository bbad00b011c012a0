"""Photos out of reach, as the window tells it: their thumbnail, where they are, and no waiting at its end."""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from photolens.gui.side_tree import NOTE
from photolens.gui.window import MainWindow
from photolens.imaging.workers import Decoders
from photolens.library import facade
from tests.gui.hands import Windows, wait
from tests.photos import make_photo
from tests.reliability.bad_worker import COMMAND

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


def test_the_program_ends_although_a_photo_never_arrives(
    open_window: Windows, album: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facade, "Decoders", partial(Decoders, command=COMMAND))
    window = open_window(library=album / "library")
    wait(qtbot, lambda: window.library is not None)
    library, silent = window.library, make_photo(album / "hang.jpg")
    assert library is not None
    window.bridge.run(lambda: library.preview(str(silent)))
    wait(qtbot, lambda: len(library._decoders._busy) == 1)
    began = time.monotonic()
    open_window.close(window)
    assert time.monotonic() - began < 30  # not the minute that a decoder has
