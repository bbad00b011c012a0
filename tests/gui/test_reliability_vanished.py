"""Many files gone at once, as the window tells it: a question above the photos that may wait for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from photolens.gui.notice_bar import BannerRow
from photolens.gui.side_tree import NOTE
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, choose, name_of, wait

_LEFT = Qt.MouseButton.LeftButton
_DELETED, _KEEP, _WHICH = 0, 1, 2  # the buttons of the question


def delete(album: Path, count: int) -> list[Path]:
    """Delete so many photos of the album; gives their old paths."""
    gone = sorted((album / "Pictures").glob("*.jpg"))[:count]
    for file in gone:
        file.unlink()
    return gone


def question(qtbot: QtBot, window: MainWindow) -> BannerRow:
    """The one that stands above the photos, once it is there."""
    wait(qtbot, lambda: len(window.notices.rows) == 1 and window.notices.isVisible())
    return window.notices.rows[0]


def choose_when_it_opens(text: str) -> None:
    """Trigger this entry of the next menu that opens."""

    def look() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.close()
        choose(menu, text)

    QTimer.singleShot(100, look)


def mark(window: MainWindow) -> str:
    """The word beside the folder in the side pane."""
    item = window.sidebar.tree.topLevelItem(1)
    return str(item.data(0, NOTE)) if item is not None else ""


def test_files_that_vanish_together_are_asked_about_and_stay_until_it_is_answered(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = album_window
    delete(album, 7)
    row = question(qtbot, window)
    wait(qtbot, lambda: row.label.text() == "7 of 14 files in Pictures are gone. Were they deleted?")
    wait(qtbot, lambda: mark(window) == "7 gone")
    wait(qtbot, lambda: int(window.model.listing.online.sum()) == 5)
    assert len(window.model.listing) == 12
    assert QApplication.activeModalWidget() is None
    qtbot.mouseClick(row.buttons[_DELETED], _LEFT)
    wait_for_photos(window, 5)
    wait(qtbot, lambda: window.notices.isHidden() and mark(window) == "")


def test_where_nothing_is_left_another_drive_is_thought_of_and_keeping_comes_first(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    for file in (album / "Pictures").rglob("*.*"):
        file.unlink()
    question(qtbot, album_window)
    text = "None of the 14 photos of Pictures is there. Another drive may be in its place."
    wait(qtbot, lambda: album_window.notices.rows[0].label.text() == text)
    buttons = album_window.notices.rows[0].buttons
    assert [button.text() for button in buttons[:2]] == ["Keep them", "They were deleted"]


def test_files_that_come_back_end_the_question(album_window: MainWindow, album: Path, qtbot: QtBot) -> None:
    window, folder = album_window, album / "Pictures"
    kept = Path(shutil.copytree(folder, album / "kept"))
    gone = delete(album, 7)
    question(qtbot, window)
    for file in gone:
        shutil.copy2(kept / file.name, file)
    window.commands["rescan"].trigger()
    wait(qtbot, window.notices.isHidden)
    wait(qtbot, lambda: bool(window.model.listing.online.all()) and mark(window) == "")
    assert len(window.model.listing) == 12


def test_who_keeps_them_is_not_asked_again_before_the_next_start_unless_they_want(
    album_window: MainWindow,
    open_window: Windows,
    album: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
) -> None:
    window = album_window
    delete(album, 7)
    row = question(qtbot, window)
    qtbot.mouseClick(row.buttons[_KEEP], _LEFT)
    wait(qtbot, window.notices.isHidden)
    window.commands["rescan"].trigger()
    wait(qtbot, lambda: mark(window) == "7 gone")
    window.facts.refresh()
    qtbot.wait(300)
    assert window.notices.isHidden()
    qtbot.waitUntil(lambda: len(window.model.listing) == 12)

    tree = window.sidebar.tree
    item = tree.topLevelItem(1)
    assert item is not None and "7 files are gone" in item.toolTip(0)
    choose_when_it_opens("Files are gone…")
    tree.customContextMenuRequested.emit(tree.visualItemRect(item).center())
    qtbot.mouseClick(question(qtbot, window).buttons[_KEEP], _LEFT)
    assert window.notices.isHidden()

    open_window.close(window)
    again = open_window(library=album / "library")
    wait_for_photos(again, 12)
    row = question(qtbot, again)
    wait(qtbot, lambda: row.label.text().startswith("7 "))
    qtbot.mouseClick(row.buttons[_DELETED], _LEFT)
    wait_for_photos(again, 5)


def test_the_files_in_question_can_be_looked_at(album_window: MainWindow, album: Path, qtbot: QtBot) -> None:
    window = album_window
    gone = delete(album, 6)
    row = question(qtbot, window)
    wait(qtbot, lambda: row.label.text().startswith("6 "))
    qtbot.mouseClick(row.buttons[_WHICH], _LEFT)
    wait(qtbot, lambda: window.banners.dialog is not None and window.banners.dialog.isVisible())
    dialog = window.banners.dialog
    assert dialog is not None and not dialog.isModal()
    listed = [dialog.files.item(row).text() for row in range(dialog.files.count())]
    assert sorted(listed) == [file.name for file in gone]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_photo_whose_file_is_in_question_says_so(
    album_window: MainWindow, album: Path, qtbot: QtBot
) -> None:
    window = album_window
    gone = delete(album, 7)
    wait(qtbot, lambda: int(window.model.listing.online.sum()) == 5)
    row = next(row for row in range(12) if name_of(window, row) == gone[3].name)
    window.commands["details"].setChecked(True)
    window.grid.select_row(row)
    said = "Its file in Pictures is gone, with many others. It is kept until you say they were deleted."

    def told() -> bool:
        return said in [label.text() for label in window.details.findChildren(QLabel) if label.isVisible()]

    wait(qtbot, told)
    window.message.hide()
    window.commands["open"].trigger()
    wait(qtbot, lambda: window.message.isVisible() and window.message.label.text() == said)
