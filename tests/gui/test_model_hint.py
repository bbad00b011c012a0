"""That there are better models than the built-in one is said to who searches with words, once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.gui.window import MainWindow
from photolens.settings import BUILT_IN_MODEL
from tests.gui.hands import ask, wait

_KEY = "model-hint"


def search(qtbot: QtBot, window: MainWindow, *texts: str) -> None:
    for text in texts:
        ask(qtbot, window, text)


def test_it_is_said_above_the_fourth_search(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    assert window.session.settings.model == BUILT_IN_MODEL
    search(qtbot, window, "beach", "harbour", "a dog", "a dog in the snow", "a do")
    assert _KEY not in window.notices  # still the same search being typed
    search(qtbot, window, "city")
    (row,) = window.notices.rows
    assert "larger" in row.label.text()
    qtbot.mouseClick(row.buttons[0], Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: window.dialogs.settings is not None and window.dialogs.settings.isVisible())
    dialog = window.dialogs.settings
    assert dialog is not None
    assert dialog.tabs.currentWidget() is dialog.models
    dialog.reject()
    assert _KEY not in window.notices
    search(qtbot, window, "night", "trees")
    assert _KEY not in window.notices
    assert window.state.flag(_KEY, False)


def test_who_closes_it_is_left_in_peace(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    search(qtbot, window, "beach", "harbour", "snow", "city")
    window.notices.rows[0].closed.emit()
    assert _KEY not in window.notices
    assert window.state.flag(_KEY, False)


def test_other_models_are_not_called_small(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    window.session.settings = replace(window.session.settings, model="ViT-B-32-256/datacomp_s34b_b86k")
    search(qtbot, window, "beach", "harbour", "snow", "city", "night")
    assert _KEY not in window.notices
