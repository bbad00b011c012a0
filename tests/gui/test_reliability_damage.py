"""A damaged catalog, as the window tells it: what is lost, which backup there is, and the way back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from photolens.domain import CatalogDamage
from photolens.gui import desktop
from photolens.gui.backup_words import when
from photolens.gui.backups_dialog import BackupsDialog
from photolens.gui.window import MainWindow
from photolens.library import Library, backups
from photolens.library.backups import Reason
from photolens.search import parse
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, activate, answer_question, wait
from tests.gui.test_first_run import wait_for_page

_LEFT = Qt.MouseButton.LeftButton


def damage(library: Path) -> None:
    """Overwrite most of the catalog, but for its first bytes, by which it still looks like one."""
    file = library / "catalog.db"
    content = bytearray(file.read_bytes())
    content[2000:-2000] = b"\x5a" * (len(content) - 4000)
    file.write_bytes(content)


@pytest.fixture
def damaged_album(album: Path) -> Path:
    """The album's library with a backup that holds a concept, and a catalog that was damaged since."""
    with Library(album / "library") as library:
        library.save_concept("Beach", parse("beach"))
        library.back_up()
    damage(album / "library")
    return album / "library"


@contextmanager
def american() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def buttons(window: MainWindow) -> list[str]:
    """The words of the page's buttons."""
    return [button.text() for button in window.empty.findChildren(QPushButton) if button.isVisible()]


def listed(dialog: BackupsDialog) -> list[list[str]]:
    """Of each backup in the list: why it was made, its photos and concepts."""
    items = [dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount())]
    return [[item.text(column) for column in (1, 2, 3)] for item in items if item is not None]


def banner(window: MainWindow) -> str:
    return " ".join(row.label.text() for row in window.notices.rows)


def test_the_newest_good_backup_is_offered_and_brings_everything_back(
    open_window: Windows, damaged_album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    before = (damaged_album / "catalog.db").read_bytes()
    window = open_window(library=damaged_album)
    wait_for_page(qtbot, window, "The catalog is damaged")
    wait(qtbot, lambda: len(buttons(window)) == 3)
    assert re.search(r"backup is of today, .*, with 12 photos, 1 concept\.", window.empty.text.text())
    assert window.empty.text.text().startswith("Your photos are not affected")
    assert buttons(window)[0].startswith("Restore the backup of today, ")
    assert buttons(window)[1:] == ["Start again from the photos…", "Show the folder"]
    qtbot.mouseClick(window.empty.button, _LEFT)
    wait_for_photos(window, 12)
    assert window.library is not None and [c.name for c in window.library.concepts()] == ["Beach"]
    wait(qtbot, window.notices.isVisible)
    assert banner(window).startswith("The backup of today, ")
    (kept,) = damaged_album.glob("damaged-*")
    assert kept.name in banner(window)
    assert (kept / "catalog.db").read_bytes() == before
    assert window.session.writable


def test_who_starts_again_is_asked_and_gets_all_photos_back(
    open_window: Windows, damaged_album: Path, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = open_window(library=damaged_album)
    wait(qtbot, lambda: len(buttons(window)) == 3)
    asked: list[str] = []
    answer_question("Cancel", asked)
    qtbot.mouseClick(window.empty.other, _LEFT)
    wait(qtbot, lambda: len(asked) == 1)
    assert "Every photo is read again" in asked[0] and "stays where it is" in asked[0]
    assert buttons(window)[0].startswith("Restore")
    answer_question("Start again", asked)
    qtbot.mouseClick(window.empty.other, _LEFT)
    wait(qtbot, lambda: window.session.library is not None)
    activate(qtbot, window)
    assert banner(window).startswith("Started again from the photos. The catalog of before is kept in ")
    window.session.add_folders([str(album / "Pictures")])
    wait_for_photos(window, 12)
    assert Reason.MANUAL in [backup.reason for backup in backups.list_backups(damaged_album)]


def test_without_a_backup_the_page_says_what_is_lost(
    open_window: Windows, damaged_album: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    revealed: list[str] = []
    monkeypatch.setattr(desktop, "reveal", lambda path: revealed.append(path) is None)
    shutil.rmtree(damaged_album / "backups")
    window = open_window(library=damaged_album)
    wait_for_page(qtbot, window, "The catalog is damaged")
    wait(qtbot, lambda: len(buttons(window)) == 2)
    assert "There is no good backup." in window.empty.text.text()
    assert buttons(window) == ["Start again from the photos…", "Show the folder"]
    qtbot.mouseClick(window.empty.other, _LEFT)
    wait(qtbot, lambda: revealed == [str(damaged_album)])


def test_a_damaged_backup_is_not_offered(open_window: Windows, damaged_album: Path, qtbot: QtBot) -> None:
    for file in (damaged_album / "backups").iterdir():
        file.write_bytes(file.read_bytes()[:5000])
    window = open_window(library=damaged_album)
    wait(qtbot, lambda: len(buttons(window)) == 2)
    assert "There is no good backup." in window.empty.text.text()


def test_damage_found_at_work_is_told_above_the_photos_and_leads_to_the_page(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = album_window
    window.commands["back-up"].trigger()
    wait(qtbot, lambda: window.status.text.full_text().startswith("Backed up: 12 photos"))
    window.bridge.hear(CatalogDamage("It is damaged. Run `photolens check --repair`."))
    wait(qtbot, window.notices.isVisible)
    assert banner(window) == (
        "The catalog is damaged; nothing more is written to it. Your photos are not affected."
    )
    assert len(window.model.listing) == 12 and window.stack.currentWidget() is window.photos
    qtbot.mouseClick(window.notices.rows[0].buttons[0], _LEFT)
    wait_for_page(qtbot, window, "The catalog is damaged")
    assert window.library is None and window.notices.isHidden()
    assert window.status.count.text() == "" and window.status.failures.isHidden()
    wait(qtbot, lambda: len(buttons(window)) == 3)
    qtbot.mouseClick(window.empty.button, _LEFT)
    wait_for_photos(window, 12)


def test_the_window_may_be_closed_while_the_page_looks_for_backups(
    open_window: Windows, damaged_album: Path, qtbot: QtBot
) -> None:
    window = open_window(library=damaged_album)
    wait_for_page(qtbot, window, "The catalog is damaged")
    open_window.close(window)


# --- the list of backups --------------------------------------------------------------------


def test_a_sound_library_goes_back_to_a_backup_and_forth_again(
    album_window: MainWindow, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window, library = album_window, album_window.library
    assert library is not None
    library.save_concept("Beach", parse("beach"))
    qtbot.keyClick(
        window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    dialog = window.backups.dialog
    assert dialog is not None and dialog.isVisible()
    assert not dialog.restore.isEnabled()
    qtbot.mouseClick(dialog.make, _LEFT)
    wait(qtbot, lambda: ["By hand", "12", "1"] in listed(dialog))
    item = dialog.list.topLevelItem(0)
    library.delete_concept(library.concept("Beach").id)
    dialog.list.setCurrentItem(item)
    asked: list[str] = []
    answer_question("Restore", asked)
    qtbot.mouseClick(dialog.restore, _LEFT)
    wait(qtbot, lambda: window.session.library not in (None, library))
    assert "It holds 12 photos, 1 concept." in asked[0]
    wait_for_photos(window, 12)
    assert window.library is not None and [c.name for c in window.library.concepts()] == ["Beach"]
    assert not dialog.isVisible()
    window.commands["backups"].trigger()
    wait(qtbot, lambda: ["Before a restore", "12", "0"] in listed(dialog))


def test_who_may_only_read_can_look_at_backups_but_change_nothing(
    open_window: Windows, album: Path, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    with Library(album / "library") as holder:
        holder.back_up()
        window = open_window(library=album / "library")
        wait_for_photos(window, 12)
        assert not window.commands["back-up"].isEnabled()
        window.commands["backups"].trigger()
        dialog = window.backups.dialog
        assert dialog is not None
        wait(qtbot, lambda: ["By hand", "12", "0"] in listed(dialog))
        dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
        assert dialog.reveal.isEnabled()
        assert not dialog.make.isEnabled() and not dialog.restore.isEnabled()


def test_days_are_said_as_people_say_them() -> None:
    noon = datetime.now().astimezone().replace(hour=12, minute=5).astimezone(UTC)
    with american():
        said = [when(noon - timedelta(days=days), noon).replace("\u202f", " ") for days in (0, 1)]
        assert said == ["today, 12:05 PM", "yesterday, 12:05 PM"]
        assert when(datetime(2019, 3, 1, 12, tzinfo=UTC), noon).startswith("3/1/19, ")
        assert when(noon + timedelta(days=1), noon)[0].isdigit()  # a clock was set back
