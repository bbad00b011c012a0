"""Help, Copy diagnostics: what `photolens doctor` prints, on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from photolens.gui.window import MainWindow
from tests.gui.hands import wait_for_message


def test_a_report_is_copied(gallery_window: MainWindow, qtbot: QtBot) -> None:
    QApplication.clipboard().clear()
    gallery_window.commands["diagnostics"].trigger()
    wait_for_message(qtbot, gallery_window, "Paste it into your report")
    text = QApplication.clipboard().text()
    assert text.startswith("PhotoLens ")
    assert "40, of which 40 are read with it" in text
    assert "In use        by a running PhotoLens" in text
    assert "beach_" not in text


def test_about_names_the_licence_of_the_program_and_that_of_its_model(gallery_window: MainWindow) -> None:
    said: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.extend((box.text(), box.informativeText()))
        box.accept()

    QTimer.singleShot(0, read)
    gallery_window.commands["about"].trigger()
    assert "GNU General Public License" in said[0]
    assert said[1] == "PhotoLens mini. Licence: CC BY-NC 4.0 (not for commercial use)."
