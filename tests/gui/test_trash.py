"""To the trash and back, by keys and buttons."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import answer_question, name_of, wait, wait_for_answer, wait_for_message

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="tests must not use the real trash, which only Linux can move"
)

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def trash(user_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The trash of this test alone: send2trash asks for its place only once, when it is imported."""
    from send2trash import plat_other

    data = user_folders / ".local" / "share"
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", os.fsencode(data))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", os.fsencode(data / "Trash"))
    monkeypatch.setattr("send2trash.send2trash", plat_other.send2trash)
    return data / "Trash" / "files"


@pytest.fixture
def window(album_window: MainWindow, trash: Path) -> MainWindow:
    return album_window


@pytest.fixture
def pictures(album: Path) -> Path:
    return album / "Pictures"


def press_delete(qtbot: QtBot, window: MainWindow, answer: str) -> str:
    """Press Delete where the focus is and answer the question; returns the question."""
    asked: list[str] = []
    answer_question(answer, asked)
    qtbot.keyClick(window.viewer if window.viewing else window.grid, Qt.Key.Key_Delete)
    wait(qtbot, lambda: len(asked) == 1 and window.isActiveWindow())
    return asked[0]


def test_cancel_keeps_the_photo(window: MainWindow, pictures: Path, qtbot: QtBot) -> None:
    window.grid.select_row(2)
    assert press_delete(qtbot, window, "Cancel") == "Move this photo to the trash?"
    assert len(list(pictures.rglob("*.jpg"))) == 12
    assert len(window.model.listing) == 12
    assert not window.commands["undo"].isEnabled()


def test_a_photo_goes_to_the_trash_and_ctrl_z_brings_back_the_same(
    window: MainWindow, trash: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    before = window.model.listing.ids.tolist()
    window.grid.select_row(2)
    name = name_of(window, 2)
    press_delete(qtbot, window, "Move to trash")
    wait_for_message(qtbot, window, "1 file moved to the trash.")
    wait_for_photos(window, 11)
    assert before[2] not in window.model.listing.ids
    assert [file.name for file in trash.iterdir()] == [name]
    qtbot.keyClick(window.grid, Qt.Key.Key_Z, _CTRL)
    wait_for_photos(window, 12)
    assert window.model.listing.ids.tolist() == before
    assert list(trash.iterdir()) == []
    wait_for_message(qtbot, window, "Put back")
    assert not window.commands["undo"].isEnabled()


def test_several_photos_come_back_with_the_button_of_the_message(
    window: MainWindow, trash: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    before = window.model.listing.ids.tolist()
    qtbot.keyClick(window.grid, Qt.Key.Key_A, _CTRL)
    assert press_delete(qtbot, window, "Move to trash") == "Move 12 photos to the trash?"
    wait(qtbot, lambda: window.stack.currentWidget() is window.empty)
    wait_for_message(qtbot, window, "12 files moved to the trash.")
    assert len(list(trash.iterdir())) == 12
    qtbot.mouseClick(window.message.button, Qt.MouseButton.LeftButton)
    wait_for_photos(window, 12)
    assert window.model.listing.ids.tolist() == before


def test_undo_goes_back_step_by_step(
    window: MainWindow, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    names = [name_of(window, row) for row in (0, 1)]
    for left in (11, 10):
        window.grid.select_row(0)
        press_delete(qtbot, window, "Move to trash")
        wait_for_photos(window, left)
    qtbot.keyClick(window.grid, Qt.Key.Key_Z, _CTRL)
    wait_for_photos(window, 11)
    assert name_of(window, 0) == names[1]
    qtbot.keyClick(window.grid, Qt.Key.Key_Z, _CTRL)
    wait_for_photos(window, 12)
    assert name_of(window, 0) == names[0]


def test_copies_are_counted_in_the_question(
    window: MainWindow, pictures: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    original = pictures / name_of(window, 0)
    (pictures / "copy.jpg").write_bytes(original.read_bytes())
    photo_id, library = window.model.photo_id(0), window.library
    assert library is not None
    wait(qtbot, lambda: len(library.files(photo_id)) == 2)
    wait_for_answer(qtbot, window)
    (row,) = (row for row in range(12) if window.model.photo_id(row) == photo_id)
    window.grid.select_row(row)
    question = press_delete(qtbot, window, "Move to trash")
    assert question == "Move this photo to the trash? With all their copies these are 2 files."
    wait_for_photos(window, 11)
    assert not original.exists() and not (pictures / "copy.jpg").exists()


def test_delete_in_the_viewer_goes_on_to_the_next_photo(
    window: MainWindow, trash: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window.grid.select_row(4)
    after, name = window.model.photo_id(5), name_of(window, 4)
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    press_delete(qtbot, window, "Move to trash")
    wait(qtbot, lambda: window.viewer.photo_id == after)
    assert window.viewing
    assert [file.name for file in trash.iterdir()] == [name]
    qtbot.keyClick(window.viewer, Qt.Key.Key_Z, _CTRL)
    wait_for_photos(window, 12)
    assert window.viewing and window.viewer.photo_id == after


def test_delete_in_the_search_box_deletes_letters(window: MainWindow, qtbot: QtBot) -> None:
    window.grid.select_row(2)
    window.search.edit.setFocus()
    qtbot.keyClicks(window.search.edit, "ab")
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Home)
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Delete)
    assert window.search.edit.text() == "b"


def test_a_file_whose_place_is_taken_is_said_and_stays_in_the_trash(
    window: MainWindow,
    pictures: Path,
    trash: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
) -> None:
    window.grid.select_row(2)
    name = name_of(window, 2)
    press_delete(qtbot, window, "Move to trash")
    wait_for_photos(window, 11)
    (pictures / name).write_text("somebody else's")
    qtbot.keyClick(window.grid, Qt.Key.Key_Z, _CTRL)
    wait_for_message(qtbot, window, "could not be put back")
    assert (pictures / name).read_text() == "somebody else's"
    assert len(list(trash.iterdir())) == 1
