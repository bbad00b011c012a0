"""Files that wait to be read, as the window shows them: at once, with names, in their places."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Filters
from photolens.gui import desktop, drops
from photolens.gui.window import MainWindow
from photolens.library import Library
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, wait, wait_for_answer, wait_for_message
from tests.photos import make_photo, make_photos

_COUNT = 120


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Photos that a window cannot show all at once, the first the newest; the last are in a folder below."""
    folder = tmp_path / "Many"
    for number in range(_COUNT):
        place = folder / "Below" if number >= _COUNT - 3 else folder
        file = make_photo(place / f"IMG_{number:03}.jpg", number, (320, 200))
        moment = datetime(2022, 3, 1).timestamp() - 86400 * number
        os.utime(file, (moment, moment))
    return folder


@pytest.fixture
def paused(open_window: Windows, many: Path, qtbot: QtBot) -> MainWindow:
    """A window that has found them, and reads none."""
    window = open_window()
    wait(qtbot, lambda: window.library is not None)
    window.commands["pause"].trigger()
    window.session.add_folders([str(many)])
    wait(qtbot, lambda: waiting(window) == _COUNT)
    window.grid.setFocus()
    return window


def waiting(window: MainWindow) -> int:
    return int((window.model.listing.ids < 0).sum())


def in_sight(window: MainWindow) -> list[int]:
    return [window.model.photo_id(row) for row in window.grid._visible(0)]


def library_of(window: MainWindow) -> Library:
    assert window.library is not None
    return window.library


def test_they_are_there_at_once_with_names_and_thumbnails(paused: MainWindow, qtbot: QtBot) -> None:
    window, grid = paused, paused.grid
    wait(qtbot, lambda: all(photo_id in window.model.names for photo_id in in_sight(window)))
    wait(qtbot, lambda: all(window.thumbnails.get(photo_id) for photo_id in in_sight(window)))
    first = window.model.index(0, 0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "IMG_000.jpg, waiting to be read"
    place = grid.visualRect(first)
    assert grid._spot_at(place.topLeft() + QPoint(12, 12)).button is None  # no heart: see the tool tip
    assert "IMG_000.jpg waits to be read" in grid._tool_tip(grid._spot_at(place.center()))
    assert window.filters.summary.full_text() == "120 waiting to be read; reading is paused"
    wait(qtbot, lambda: window.sidebar.tree.topLevelItemCount() == 2)
    wait(qtbot, lambda: window.sidebar.tree._roots[0].photos == _COUNT)
    assert [Path(node.path).name for node in window.sidebar.tree._roots[0].children] == ["Below"]


def test_a_folder_shows_those_in_it_and_what_needs_a_read_photo_shows_none(
    paused: MainWindow, many: Path, qtbot: QtBot
) -> None:
    window = paused
    window.sidebar.folder_chosen.emit(str(many / "Below"))
    wait_for_answer(qtbot, window)
    assert waiting(window) == len(window.model.listing) == 3
    window.browser.set_filters(Filters(formats=("jpeg",)))
    wait_for_answer(qtbot, window)
    assert len(window.model.listing) == 0


def test_those_in_sight_become_photos_in_their_places(
    paused: MainWindow, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window, bar = paused, paused.grid.verticalScrollBar()
    library = library_of(window)
    bar.setValue(bar.maximum() // 2)
    wait(qtbot, lambda: all(window.thumbnails.get(photo_id) for photo_id in in_sight(window)))
    window.grid.select_row(window.grid._visible(0)[1])
    (chosen,) = window.hand.selected().tolist()
    rows, before, place = list(window.grid._visible(0)), in_sight(window), bar.value()
    window.commands["pause"].trigger()
    wait(qtbot, lambda: min(in_sight(window)) > 0)
    assert list(window.grid._visible(0)) == rows and bar.value() == place
    became = {file.id: file.photo_id for file in library.waiting_files([*before, chosen])}
    assert in_sight(window) == [became[file_id] for file_id in before]
    assert window.hand.selected_ids().tolist() == [became[chosen]]
    assert all(window.thumbnails.get(photo_id) for photo_id in in_sight(window))
    wait_for_photos(window, _COUNT)  # the list itself is asked for again at the end
    assert window.hand.selected_ids().tolist() == [became[chosen]]
    assert window.filters.summary.full_text() == window.filters._hint


def test_they_can_be_opened_and_shown_but_not_judged_or_deleted(
    paused: MainWindow, many: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = paused
    revealed: list[str] = []
    monkeypatch.setattr(desktop, "reveal", lambda path: revealed.append(path) is None)
    window.commands["details"].setChecked(True)
    window.grid.select_row(0)
    wait(qtbot, lambda: window.details._note.text().startswith("It waits to be read."))
    assert window.details._name.text().replace("\u200b", "") == "IMG_000.jpg"
    assert not any(window.commands[name].isEnabled() for name in ("trash", "more-like-this", "why"))
    data = QMimeData()
    window.grid.drag_data_wanted.emit(data)
    assert drops.read(data).paths == [str(many / "IMG_000.jpg")]  # a file like any other
    window.commands["show-in-folder"].trigger()
    wait(qtbot, lambda: revealed == [str(many / "IMG_000.jpg")])
    qtbot.keyClick(window.grid, Qt.Key.Key_L)
    wait_for_message(qtbot, window, "It waits to be read.")
    assert not window.browser.page.clicks
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    assert window.viewing
    assert not any(window.commands[name].isEnabled() for name in ("like", "search-part"))
    wait(qtbot, lambda: window.viewer.canvas.has_picture and bool(window.viewer._ready))
    wait(qtbot, lambda: window.viewer._title.full_text().endswith("IMG_000.jpg"))
    window.commands["pause"].trigger()  # it is read while it is looked at
    wait(qtbot, lambda: (window.viewer.photo_id or -1) > 0)
    assert window.viewer.row == 0 and window.viewer.canvas.has_picture
    wait(qtbot, lambda: window.commands["trash"].isEnabled() and window.commands["search-part"].isEnabled())


def test_what_is_selected_beside_photos_is_left_out_of_what_is_not_for_it(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    make_photos(tmp_path / "Pictures", 3)
    window = open_window([tmp_path / "Pictures"])
    wait_for_photos(window, 3)
    assert library_of(window).wait_idle(30)
    window.commands["pause"].trigger()
    make_photos(tmp_path / "More", 2, first=10)
    window.session.add_folders([str(tmp_path / "More")])
    wait(qtbot, lambda: waiting(window) == 2)
    window.grid.setFocus()
    window.commands["select-all"].trigger()
    assert len(window.hand.selected()) == 5 and len(window.hand.selected_ids()) == 3
    qtbot.keyClick(window.grid, Qt.Key.Key_L)
    wait(qtbot, lambda: len(window.browser.page.clicks.liked) == 3)
    assert min(window.browser.page.clicks.liked) > 0


def test_a_file_that_cannot_be_read_leaves_the_list(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    make_photos(tmp_path / "Pictures", 3)
    (tmp_path / "Pictures" / "notes.jpg").write_text("no photo at all")
    os.utime(tmp_path / "Pictures" / "notes.jpg", (1_500_000_000, 1_500_000_000))
    window = open_window()
    wait(qtbot, lambda: window.library is not None)
    window.commands["pause"].trigger()
    window.session.add_folders([str(tmp_path / "Pictures")])
    wait(qtbot, lambda: waiting(window) == 4)
    wait(qtbot, lambda: np.any([window.thumbnails.failed(photo_id) for photo_id in in_sight(window)]))
    window.commands["pause"].trigger()
    wait_for_photos(window, 3)
    wait(qtbot, lambda: window.status.failures.text() == "1 file could not be read")


def test_in_a_folder_that_goes_offline_they_go_and_come_back_with_it(
    paused: MainWindow, many: Path, qtbot: QtBot
) -> None:
    window = paused
    away = many.rename(many.with_name("Unplugged"))
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: len(window.model.listing) == 0)
    away.rename(many)
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: waiting(window) == _COUNT)


def test_a_library_that_is_opened_again_reads_on_and_says_so(
    paused: MainWindow, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = paused
    wait(qtbot, lambda: "paused" in window.filters.summary.full_text())
    window.session.reopen()
    wait(qtbot, lambda: window.library is None)
    wait(qtbot, lambda: window.library is not None)
    assert not window.commands["pause"].isChecked()
    wait(qtbot, lambda: "paused" not in window.filters.summary.full_text())
    wait_for_photos(window, _COUNT)
