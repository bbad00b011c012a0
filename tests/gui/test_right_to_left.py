"""Where text runs from right to left the window begins at the right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.commands import Commands
from photolens.gui.grid.headers import HeaderPainter
from photolens.gui.grid.layout import GridLayout, Tile
from photolens.gui.grid.sections import Section
from photolens.gui.window import MainWindow
from tests.gui.hands import ask, word_chips


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    before = qapp.layoutDirection()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(before)


@pytest.mark.parametrize("justified", [True, False])
def test_rows_begin_at_the_right(justified: bool) -> None:
    aspects = np.array([1.5, 0.7, 1.0, 2.0, 1.3, 0.4], dtype=np.float32)
    plain = GridLayout(aspects, 500, 150, 6, justified=justified)
    other = GridLayout(aspects, 500, 150, 6, justified=justified, mirrored=True)
    assert other.rows == plain.rows > 1
    for index in range(len(aspects)):
        tile, there = plain.tile(index), other.tile(index)
        assert there == Tile(500 - tile.x - tile.width, tile.y, tile.width, tile.height)
        assert other.index_at(there.x, there.y) == index
    assert other.of(aspects).tile(0) == other.tile(0)
    assert not other.has_shape(500, 150, justified=justified)


@pytest.mark.usefixtures("mirrored")
def test_the_left_arrow_key_goes_on_to_the_next_photo(gallery_window: MainWindow) -> None:
    grid = gallery_window.grid
    grid.setFocus()
    grid.select_row(0)
    first = grid.visualRect(grid.currentIndex())
    assert first.right() > grid.viewport().width() * 0.9
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.currentIndex().row() == 1
    assert grid.visualRect(grid.currentIndex()).right() < first.left()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == 0


@pytest.mark.usefixtures("mirrored")
def test_keys_and_arrows_forward_are_those_to_the_left(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    commands = Commands(window)
    assert commands["next"].shortcut().toString() == "Left"
    assert commands["previous"].shortcut().toString() == "Right"
    assert [key.toString() for key in commands["back"].shortcuts()] == ["Esc", "Alt+Right"]


@pytest.mark.usefixtures("mirrored")
def test_chips_stand_from_the_right_and_the_menu_opens_into_the_window(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    ask(qtbot, window, "beach, sunset -people")
    chips = word_chips(window)
    assert [chip.x() for chip in chips] == sorted((chip.x() for chip in chips), reverse=True)
    row = chips[0].parentWidget()
    assert row is not None and chips[0].geometry().right() > row.width() - 20
    button = next(b for b in window.findChildren(QToolButton) if b.defaultAction() is window.commands["menu"])
    window.move(400, 0)
    window.commands["menu"].trigger()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    start = button.mapToGlobal(button.rect().topLeft()).x()
    room = window.screen().availableGeometry().right() + 1 - menu.width()
    assert menu.x() == min(start, room)
    menu.close()


def test_arrows_are_mirrored(qapp: QApplication) -> None:
    plain = _ink(_drawn("arrow-left"))
    other = _ink(_drawn("arrow-right"))
    try:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        assert _ink(_drawn("arrow-left")) == other != plain
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_title_of_a_section_begins_at_the_right() -> None:
    section = Section("strong", "Strong", 12, 0, 12, False, "", 1.0)

    def columns(direction: Qt.LayoutDirection) -> np.ndarray:
        image = QImage(400, 32, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setLayoutDirection(direction)
        headers = HeaderPainter()
        headers.begin(painter, theme.LIGHT)
        headers.draw(QRect(0, 0, 400, 32), section, hovered=False)
        painter.end()
        return (_ink(image, raw=True) < 250).sum(axis=0)

    plain = columns(Qt.LayoutDirection.LeftToRight)
    other = columns(Qt.LayoutDirection.RightToLeft)
    words = slice(0, 120)
    assert plain[words].sum() > 2 * other[words].sum()
    assert other[::-1][words].sum() == pytest.approx(plain[words].sum(), rel=0.2), "nothing over each other"


def _drawn(name: str) -> QImage:
    return theme.icon(name).pixmap(QSize(24, 24)).toImage()


def _ink(image: QImage, *, raw: bool = False):  # type: ignore[no-untyped-def]
    grey = image.convertToFormat(QImage.Format.Format_Alpha8 if not raw else QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return pixels[:, : grey.width()].copy() if raw else pixels[:, : grey.width()].tobytes()
