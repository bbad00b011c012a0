"""Reading photos as the window shows it: progress, pause, failures, closing in the middle."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.domain import Filters, PhotosAdded
from photolens.gui import desktop
from photolens.gui.failures_dialog import FailuresDialog
from photolens.gui.window import MainWindow
from photolens.library import Library
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, wait, wait_for_message
from tests.photos import make_photo

_LEFT = Qt.MouseButton.LeftButton
_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many photos that something can happen while they are read."""
    folder = tmp_path / "Many"
    for number in range(160):
        make_photo(folder / f"photo_{number:03}.jpg", number, (640, 480))
    return folder


def files_listed(dialog: FailuresDialog) -> dict[str, str]:
    """File names and reasons."""
    model = dialog.table.model()
    return {
        str(model.index(row, 0).data()): str(model.index(row, 1).data()) for row in range(model.rowCount())
    }


def show_failures(qtbot: QtBot, window: MainWindow) -> FailuresDialog:
    """Click the link in the status bar."""
    wait(qtbot, window.status.failures.isVisible)
    qtbot.mouseClick(window.status.failures, _LEFT)
    dialog = window.dialogs.failures
    assert dialog is not None
    wait(qtbot, lambda: dialog.isVisible() and bool(files_listed(dialog)))
    return dialog


def count_added(window: MainWindow) -> set[int]:
    """Ids of the photos that have come since; grows."""
    added: set[int] = set()

    def count(events: list[object]) -> None:
        for event in events:
            if isinstance(event, PhotosAdded):
                added.update(event.ids)

    window.bridge.events.connect(count)
    return added


def test_progress_is_told_and_then_what_has_come(
    open_window: Windows, many: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window([many])
    told: list[str] = []
    window.bridge.events.connect(lambda events: told.append(window.status.text.full_text()))
    wait_for_photos(window, 160)
    wait(qtbot, lambda: window.status.text.full_text() == "Up to date: 160 new")
    assert any(text.startswith("Reading photos: ") and " of 160" in text for text in told)
    assert window.status.progress.isHidden() and window.status.pause.isHidden()
    assert window.status.count.text() == "160 photos"


def test_the_folder_on_screen_is_read_before_the_rest(
    open_window: Windows, many: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    old = many / "Old"
    for number in range(6):
        file = make_photo(old / f"{number}.jpg", 500 + number)
        os.utime(file, (number, number))
    window = open_window([many])
    order: list[int] = []

    def note(events: list[object]) -> None:
        for event in events:
            if isinstance(event, PhotosAdded):
                order.extend(event.ids)

    window.bridge.events.connect(note)
    wait(qtbot, lambda: bool(order))
    window.commands["pause"].trigger()
    wait(qtbot, lambda: window.status.text.full_text().startswith("Paused at "))
    window.filters.filters_chosen.emit(Filters(folders=(str(old),)))
    window.commands["pause"].trigger()
    wait_for_photos(window, 6)
    window.commands["all-photos"].trigger()
    wait_for_photos(window, 166)
    assert window.library is not None
    places = [n for n, photo in enumerate(window.library.photos(order)) if Path(photo.path).parent == old]
    assert len(places) == 6 and max(places) < 160  # by age they would have been the last


def test_pause_and_go_on(
    open_window: Windows, many: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window([many])
    added = count_added(window)
    wait(qtbot, lambda: bool(added))
    qtbot.keyClick(window.search.edit, Qt.Key.Key_P, _CTRL)
    wait(qtbot, lambda: window.status.text.full_text().startswith("Paused at "))
    assert window.status.pause.isVisible()
    assert window.commands["pause"].isChecked()
    assert window.commands["pause"].text() == "Go on reading photos"

    def photos() -> int:
        return int((window.model.listing.ids > 0).sum())

    wait(qtbot, lambda: photos() == len(added))  # what has been read can be looked at
    assert 0 < len(added) < 160 == len(window.model.listing)
    text = window.status.text.full_text()
    qtbot.wait(300)
    assert window.status.text.full_text() == text and photos() == len(added)
    qtbot.mouseClick(window.status.pause, _LEFT)
    wait_for_photos(window, 160)
    assert not window.commands["pause"].isChecked()
    assert window.commands["pause"].text() == "Pause reading photos"


def test_what_cannot_be_read_is_counted_and_listed_with_reasons(
    album_window: MainWindow, album: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, broken = album_window, album / "Pictures"
    revealed: list[str] = []
    monkeypatch.setattr(desktop, "reveal", lambda path: revealed.append(path) is None)
    dialog = show_failures(qtbot, window)
    assert window.status.failures.text() == "2 files could not be read"
    listed = files_listed(dialog)
    assert set(listed) == {"notes.png", "empty.png"}
    assert all(reason.endswith(".") for reason in listed.values())
    qtbot.keyClicks(dialog.search, "NOTES")
    assert set(files_listed(dialog)) == {"notes.png"}
    assert not dialog.reveal.isEnabled()
    dialog.table.selectRow(0)
    qtbot.mouseClick(dialog.reveal, _LEFT)
    wait(qtbot, lambda: revealed == [str(broken / "notes.png")])
    dialog.search.clear()
    qtbot.mouseClick(dialog.copy, _LEFT)
    copied = {line.split("\t")[0] for line in QApplication.clipboard().text().splitlines()}
    assert copied == {str(broken / "notes.png"), str(broken / "empty.png")}


def test_a_repaired_file_leaves_the_list_and_the_link_goes_with_the_last(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = album_window
    dialog = show_failures(qtbot, window)
    for number, name in enumerate(("notes.png", "empty.png")):
        make_photo(album / "Pictures" / name, 20 + number)
        qtbot.mouseClick(dialog.retry, _LEFT)
        wait(qtbot, lambda name=name: name not in files_listed(dialog))
    wait_for_photos(window, 14)
    wait(qtbot, window.status.failures.isHidden)
    assert dialog.summary.text() == "No file has failed."
    assert not dialog.retry.isEnabled() and not dialog.copy.isEnabled()


def test_closing_in_the_middle_leaves_nothing_running_and_loses_nothing(
    open_window: Windows, many: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window([many])
    added = count_added(window)
    wait(qtbot, lambda: bool(added))
    open_window.close(window)  # and the fixture that watches threads and files does the rest
    with Library(tmp_path / "library") as library:
        assert added <= set(library.photo_ids().tolist())
        assert library.index(timeout=60)
        assert library.status().photos == 160
        assert library.check().clean


@pytest.mark.parametrize("moment", ["before it is open", "while a search is on its way", "while viewing"])
def test_the_window_may_be_closed_at_any_moment(
    open_window: Windows,
    gallery_library: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
    moment: str,
) -> None:
    window = open_window(library=gallery_library)
    if moment != "before it is open":
        wait_for_photos(window, 40)
    if moment == "while a search is on its way":
        qtbot.keyClicks(window.search.edit, "red")
        qtbot.keyClick(window.search.edit, Qt.Key.Key_Return)
    if moment == "while viewing":
        qtbot.keyClick(window.search.edit, Qt.Key.Key_Down)
        qtbot.keyClick(window.grid, Qt.Key.Key_Return)
        assert window.viewing
    qtbot.keyClick(window, Qt.Key.Key_Q, _CTRL)
    assert not window.isVisible()
    open_window.close(window)


def test_a_second_window_can_search_and_take_over_when_the_first_is_gone(
    open_window: Windows, gallery_library: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    holder = Library(gallery_library)
    window = open_window(library=gallery_library)
    wait_for_photos(window, 40)
    wait_for_message(qtbot, window, "Another PhotoLens is reading photos into this library")
    for name in ("add-folder", "rescan", "pause"):
        assert not window.commands[name].isEnabled()
    window.grid.select_row(0)
    assert not window.commands["trash"].isEnabled()
    assert window.commands["copy"].isEnabled()
    qtbot.keyClicks(window.search.edit, "red")
    wait(qtbot, lambda: window.browser.answer is not None and window.browser.answer.query is not None)
    assert len(window.model.listing) == 40
    holder.close()
    qtbot.mouseClick(window.message.button, _LEFT)
    wait(qtbot, window.commands["add-folder"].isEnabled)
    assert window.session.writable
    wait_for_photos(window, 40)
    assert window.search.edit.text() == "red"
