"""The settings dialog: what it changes at once, what it refuses, what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from photolens import paths, settings
from photolens.gui import theme
from photolens.gui.settings_dialog import SettingsDialog
from photolens.gui.window import MainWindow
from photolens.settings import Settings
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import activate, answer_question, wait
from tests.photos import make_photos

_LEFT = Qt.MouseButton.LeftButton
_SAVE, _CANCEL = QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel


def open_settings(qtbot: QtBot, window: MainWindow) -> SettingsDialog:
    activate(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, lambda: window.dialogs.settings is not None and window.dialogs.settings.isVisible())
    dialog = window.dialogs.settings
    assert dialog is not None
    return dialog


def click(qtbot: QtBot, dialog: SettingsDialog, button: QDialogButtonBox.StandardButton) -> None:
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(button), _LEFT)


def saved() -> Settings:
    """What a next start would read."""
    loaded = settings.load(paths.settings_file())
    assert loaded.notice is None
    return loaded.settings


def test_the_theme_changes_at_once_and_is_kept(gallery_window: MainWindow, qtbot: QtBot) -> None:
    for name, colors in (("dark", theme.DARK), ("light", theme.LIGHT)):
        dialog = open_settings(qtbot, gallery_window)
        dialog.tabs.setCurrentIndex(3)
        dialog.theme.setFocus()
        qtbot.keyClicks(dialog.theme, name[0])
        assert dialog.theme.currentData() == name
        click(qtbot, dialog, _SAVE)
        wait(qtbot, lambda dialog=dialog: not dialog.isVisible())
        assert theme.colors() is colors
        assert QApplication.palette().window().color().name() == colors.window
        wait(qtbot, lambda name=name: saved().theme == name)
    assert len(gallery_window.model.listing) == 40  # the library was not opened again for that


def test_cancel_changes_nothing(gallery_window: MainWindow, qtbot: QtBot) -> None:
    before = gallery_window.library
    dialog = open_settings(qtbot, gallery_window)
    dialog.threads.setValue(3)
    dialog.theme.setCurrentIndex(2)
    click(qtbot, dialog, _CANCEL)
    assert gallery_window.session.settings == Settings()
    assert gallery_window.library is before
    assert not paths.settings_file().exists()
    again = open_settings(qtbot, gallery_window)
    assert again.threads.value() == 0


def test_other_threads_open_the_library_again_with_its_photos(
    gallery_window: MainWindow, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = gallery_window
    before = window.library
    dialog = open_settings(qtbot, window)
    dialog.threads.setValue(1)
    dialog.memory.setValue(128)
    click(qtbot, dialog, _SAVE)
    wait(qtbot, lambda: window.library is not None and window.library is not before)
    wait_for_photos(window, 40)
    assert window.library is not None and window.library.settings.threads == 1
    assert window.session.writable
    wait(qtbot, lambda: saved() == Settings(threads=1, thumbnail_memory_mb=128))
    wait(qtbot, lambda: window.thumbnails.waiting == 0 and window.thumbnails.used_bytes > 0)


def test_the_library_may_be_opened_again_while_a_photo_fills_the_window(
    gallery_window: MainWindow, qtbot: QtBot, wait_for_photos: WaitForPhotos
) -> None:
    window = gallery_window
    window.grid.setFocus()
    window.grid.select_row(3)
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    dialog = open_settings(qtbot, window)
    dialog.threads.setValue(2)
    click(qtbot, dialog, _SAVE)
    wait_for_photos(window, 40)
    wait(qtbot, lambda: not window.viewing and window.stack.currentWidget() is window.photos)


def test_folders_are_added_and_removed_while_it_is_open(
    gallery_window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_for_photos: WaitForPhotos,
) -> None:
    window, other = gallery_window, tmp_path / "Other"
    make_photos(other, 2, first=80)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(other))
    dialog = open_settings(qtbot, window)
    wait(qtbot, lambda: dialog.folders.count() == 1)
    assert dialog.folders.item(0).text().endswith("  (40)")
    qtbot.mouseClick(dialog._add, _LEFT)
    wait_for_photos(window, 42)
    wait(qtbot, lambda: dialog.folders.count() == 2)
    row = next(r for r in range(2) if str(other) in dialog.folders.item(r).text())
    dialog.folders.setCurrentRow(row)
    asked: list[str] = []
    answer_question("Remove", asked)
    qtbot.mouseClick(dialog._forget, _LEFT)
    wait(qtbot, lambda: dialog.folders.count() == 1)
    wait_for_photos(window, 40)
    assert len(asked) == 1


def test_reading_can_be_made_to_wait_for_the_charger(gallery_window: MainWindow, qtbot: QtBot) -> None:
    dialog = open_settings(qtbot, gallery_window)
    dialog.tabs.setCurrentIndex(2)
    assert dialog.on_battery.isVisible() and not dialog.on_battery.isChecked()
    dialog.on_battery.setChecked(True)
    click(qtbot, dialog, _SAVE)
    wait(qtbot, lambda: saved().pause_on_battery)
    wait(qtbot, lambda: gallery_window.library is not None)
    assert gallery_window.library is not None and gallery_window.library.settings.pause_on_battery


def test_a_settings_file_that_cannot_be_written_is_said(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    paths.settings_file().parent.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file().parent.write_text("a file where the folder should be")
    dialog = open_settings(qtbot, gallery_window)
    dialog.animations.setChecked(False)
    click(qtbot, dialog, _SAVE)
    wait(qtbot, gallery_window.message.isVisible)
    assert "settings" in gallery_window.message.label.text().lower()
    assert len(gallery_window.model.listing) == 40
    assert gallery_window.stack.currentWidget() is gallery_window.photos
    assert not gallery_window.grid.animations  # in force until the end all the same
