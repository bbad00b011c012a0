"""The first start: a page that leads to photos, and folders that cannot be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, wait, wait_for_message
from tests.photos import make_photo, make_photos

_NOBODY = 65534


def wait_for_page(qtbot: QtBot, window: MainWindow, title: str) -> None:
    def shown() -> None:
        assert window.stack.currentWidget() is window.empty
        assert window.empty.title.text() == title

    wait(qtbot, shown)


def choose_folder(monkeypatch: pytest.MonkeyPatch, folder: Path | str) -> None:
    """What the system's folder chooser answers."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(folder))


@contextmanager
def no_longer_root() -> Iterator[None]:
    """Root may look into everything; be somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="the system tells the folder, not the environment")
def test_a_click_on_the_first_page_adds_the_pictures_folder(
    open_window: Windows, user_folders: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    make_photos(user_folders / "Pictures", 3)
    window = open_window()
    wait_for_page(qtbot, window, "Find any photo by describing it")
    assert window.empty.button.text() == "Add ~/Pictures"
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    wait_for_photos(window, 3)
    assert window.stack.currentWidget() is window.photos


@pytest.mark.skipif(os.name == "nt", reason="user-dirs.dirs is of the freedesktop")
def test_the_pictures_folder_may_have_another_name(
    open_window: Windows, user_folders: Path, qtbot: QtBot
) -> None:
    (user_folders / "Bilder").mkdir()
    config = user_folders / ".config" / "user-dirs.dirs"
    config.parent.mkdir()
    config.write_text('XDG_PICTURES_DIR="$HOME/Bilder"\n')
    window = open_window()
    wait_for_page(qtbot, window, "Find any photo by describing it")
    assert window.empty.button.text() == "Add ~/Bilder"


def test_another_folder_can_be_chosen(
    open_window: Windows,
    pictures: Path,
    user_folders: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    wait_for_photos: WaitForPhotos,
) -> None:
    (user_folders / "Pictures").mkdir()
    choose_folder(monkeypatch, pictures)
    window = open_window()
    wait(qtbot, window.empty.other.isVisible)
    assert window.empty.other.text() == "Choose another folder…"
    qtbot.mouseClick(window.empty.other, Qt.MouseButton.LeftButton)
    wait_for_photos(window, 12)


def test_without_a_pictures_folder_there_is_one_button(
    open_window: Windows, pictures: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_folder(monkeypatch, "")  # the chooser is cancelled
    window = open_window()
    wait_for_page(qtbot, window, "Find any photo by describing it")
    assert window.empty.button.text() == "Choose a folder…"
    assert window.empty.other.isHidden()
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    assert window.library is not None and window.library.folders() == []
    assert window.message.isHidden()


@pytest.mark.skipif(os.name == "nt", reason="the system tells the folder, not the environment")
@pytest.mark.parametrize("there", [True, False])
def test_choosing_begins_in_a_folder_that_exists(
    open_window: Windows, user_folders: Path, qtbot: QtBot, there: bool
) -> None:
    pictures = user_folders / "Pictures"
    if there:
        pictures.mkdir()
    window = open_window()
    wait(qtbot, window.empty.button.isVisible)
    seen: list[tuple[str, str]] = []

    def look() -> None:
        chooser = QApplication.activeModalWidget()
        if not isinstance(chooser, QFileDialog):
            return
        timer.stop()
        (field,) = chooser.findChildren(QLineEdit, "fileNameEdit")
        seen.append((chooser.directory().path(), field.text()))
        (buttons,) = chooser.findChildren(QDialogButtonBox)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).click()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    window.commands["add-folder"].trigger()
    assert seen == [(str(pictures if there else user_folders), "")]


def test_folders_given_at_the_start_are_added(
    open_window: Windows, pictures: Path, wait_for_photos: WaitForPhotos, qtbot: QtBot
) -> None:
    window = open_window([pictures])
    wait_for_photos(window, 12)
    wait(qtbot, lambda: window.status.count.text() == "12 photos")


def test_a_folder_that_does_not_exist_is_said_and_nothing_else_happens(
    open_window: Windows, pictures: Path, tmp_path: Path, wait_for_photos: WaitForPhotos, qtbot: QtBot
) -> None:
    window = open_window([tmp_path / "not there", pictures])
    wait_for_message(qtbot, window, "not there")
    wait_for_photos(window, 12)
    assert window.library is not None
    assert [folder.path for folder in window.library.folders()] == [str(pictures)]


def test_a_file_is_no_folder(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_photo(tmp_path / "photo.jpg")
    window = open_window([file])
    wait_for_message(qtbot, window, "photo.jpg")
    wait_for_page(qtbot, window, "Find any photo by describing it")


@pytest.mark.skipif(os.name == "nt", reason="permissions are otherwise there")
def test_a_folder_without_permission_is_said_and_nothing_else_happens(
    open_window: Windows,
    pictures: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    wait_for_photos: WaitForPhotos,
) -> None:
    window = open_window([pictures])
    wait_for_photos(window, 12)
    assert window.library is not None and window.library.wait_idle(20)
    locked = tmp_path / "locked"
    make_photo(locked / "photo.jpg")
    locked.chmod(0)
    choose_folder(monkeypatch, locked)
    with no_longer_root():
        qtbot.keyClick(window.grid, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        wait_for_message(qtbot, window, str(locked))
    locked.chmod(0o700)
    assert "permission" in window.message.label.text().lower()
    assert len(window.model.listing) == 12


def test_an_empty_folder_gets_a_page_of_its_own_and_photos_show_up_by_themselves(
    open_window: Windows, tmp_path: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    folder = tmp_path / "Empty"
    folder.mkdir()
    window = open_window([folder])
    wait_for_page(qtbot, window, f"No photos in {folder}")
    make_photo(folder / "new.jpg")
    wait_for_photos(window, 1)


def test_a_folder_of_files_that_cannot_be_read_leads_to_their_list(
    open_window: Windows, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "Broken").mkdir()
    (tmp_path / "Broken" / "notes.jpg").write_text("no photo")
    window = open_window([tmp_path / "Broken"])
    wait_for_page(qtbot, window, "No photo could be read")
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    dialog = window.dialogs.failures
    assert dialog is not None
    wait(qtbot, lambda: dialog.table.model().rowCount() == 1)


def test_a_library_that_cannot_be_opened_says_why_and_can_be_tried_again(
    open_window: Windows, tmp_path: Path, qtbot: QtBot
) -> None:
    in_the_way = tmp_path / "broken library"
    in_the_way.write_text("a file where the library's folder should be")
    window = open_window(library=in_the_way)
    wait_for_page(qtbot, window, "The library cannot be opened")
    assert str(in_the_way) in window.empty.text.text()
    in_the_way.unlink()
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    wait_for_page(qtbot, window, "Find any photo by describing it")
