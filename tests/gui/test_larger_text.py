"""With text half as large again, as some need it, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from photolens.gui.widgets import ElidedLabel
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.dialogs import each_dialog, pages
from tests.gui.hands import Windows, ask, wait

_SHARE = 1.5
_SCREEN = QSize(1280, 800)  # of a small laptop


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[None]:
    """The system's text size is set before the program starts."""
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(font.pointSizeF() * _SHARE)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


@pytest.fixture
def large_window(
    large_text: None,
    qapp: QApplication,
    open_window: Windows,
    gallery_library: Path,
    wait_for_photos: WaitForPhotos,
) -> MainWindow:
    window = open_window(library=gallery_library)
    wait_for_photos(window, 40)
    window.resize(1000, 700)
    size = qapp.font().pointSizeF()
    assert window.status.tile_size.font().pointSizeF() == size
    return window


def cut_off(window: QWidget) -> list[str]:
    """Texts for which there is too little room: those that neither wrap, nor are shortened, nor scroll."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, (QLabel, QPushButton, QCheckBox)) or isinstance(widget, ElidedLabel):
            continue
        text = widget.text()
        if not widget.isVisible() or not text:
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed = QSize(0, widget.heightForWidth(widget.width()))
        else:
            needed = widget.minimumSizeHint() if isinstance(widget, QLabel) else widget.sizeHint()
        if widget.width() < needed.width() or widget.height() < needed.height():
            found.append(f"{text!r}: {widget.size().toTuple()} for {needed.toTuple()}")
    return found


def outside(window: QWidget) -> list[str]:
    """Controls that reach beyond the window and cannot be scrolled to."""
    found = []
    for widget in window.findChildren(QAbstractButton):
        if not widget.isVisible() or _scrolls(widget, window):
            continue
        place = widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))
        if not window.rect().contains(place):
            found.append(f"{widget.accessibleName() or widget.text()!r}: {place.getRect()}")
    return found


def _scrolls(widget: QWidget, window: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def test_the_window_has_room_for_its_words(large_window: MainWindow, qtbot: QtBot) -> None:
    window = large_window
    window.commands["details"].setChecked(True)
    window.grid.select_row(0)
    qtbot.wait(50)
    assert cut_off(window) == [] and outside(window) == []
    ask(qtbot, window, "harbour -people since:2019")
    window.say("Something to read.", "Do it")
    qtbot.wait(50)
    assert cut_off(window) == [] and outside(window) == []
    assert window.minimumSizeHint().width() <= 1000


def test_the_details_need_no_more_than_their_pane(large_window: MainWindow, qtbot: QtBot) -> None:
    window = large_window
    window.resize(900, 600)
    window.commands["details"].setChecked(True)
    assert window.library is not None
    photo = window.library.photo(window.model.photo_id(0))
    window.details.show_photo(replace(photo, path="/photos/ComputerVision_12/IMG_0001.jpg"), [])
    wait(qtbot, lambda: window.details.viewport().width() > 100)
    inner = window.details.widget()
    assert inner.minimumSizeHint().width() <= window.details.viewport().width()


@each_dialog
def test_dialogs_have_room_for_their_words(large_window: MainWindow, qtbot: QtBot, name: str) -> None:
    for dialog in pages(qtbot, large_window, name):
        qtbot.wait(50)
        assert cut_off(dialog) == [] and outside(dialog) == []
    if name == "settings":  # names of models are what one chooses by
        table = dialog.models.table
        assert table.rowCount() > 1 and table.columnWidth(0) >= table.sizeHintForColumn(0)
    least = dialog.minimumSizeHint()
    assert least.width() <= _SCREEN.width() and least.height() <= _SCREEN.height()


def test_the_check_sees_a_label_that_is_cut(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label = QLabel("A sentence that needs room", window)
    button = QPushButton("Here", window)
    window.resize(200, 100)
    label.setGeometry(0, 0, 30, 20)
    button.setGeometry(180, 10, 80, 40)
    window.show()
    assert len(cut_off(window)) == 1 and len(outside(window)) == 1
