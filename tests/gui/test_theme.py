"""Colours can be read, and everything follows when they change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.theme import DARK, LIGHT, Colors, Theme
from photolens.gui.widgets import as_list, number_field
from tests.gui.hands import wait

_PALETTES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
_GROUNDS = ("window", "surface", "raised", "hover", "selected")


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Theme]:
    """A theme in force; afterwards the application looks as before."""
    style, sheet, palette = qapp.style().name(), qapp.styleSheet(), qapp.palette()
    made = Theme(qapp)
    yield made
    made.choose("system")
    made.close()
    qapp.setStyle(style)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def strongest_color(icon: QIcon) -> tuple[int, int, int]:
    """Of the pixel that is most opaque."""
    image = icon.pixmap(QSize(32, 32)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    color = max(pixels, key=lambda pixel: pixel.alpha())
    assert color.alpha() > 200
    return color.red(), color.green(), color.blue()


def rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colors", _PALETTES)
@pytest.mark.parametrize("ground", _GROUNDS)
@pytest.mark.parametrize("text", ["text", "muted", "accent", "danger"])
def test_words_can_be_read_on_every_ground(colors: Colors, ground: str, text: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", _PALETTES)
def test_words_can_be_read_on_the_accent(colors: Colors) -> None:
    assert contrast(colors.on_accent, colors.accent) >= 4.5


@pytest.mark.parametrize(("name", "colors"), [("dark", DARK), ("light", LIGHT)])
def test_a_chosen_theme_is_used_at_once(
    dressed: Theme, qapp: QApplication, name: str, colors: Colors
) -> None:
    dressed.choose("light" if name == "dark" else "dark")
    dressed.choose(name)
    assert theme.colors() is colors
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == colors.window
    assert qapp.palette().color(QPalette.ColorRole.Text).name() == colors.text
    assert f"background: {colors.surface}" in qapp.styleSheet()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_in_qts_own_widgets_can_be_read(dressed: Theme, qapp: QApplication, name: str) -> None:
    dressed.choose(name)
    role = QPalette.ColorRole
    pairs = (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.ToolTipText, role.ToolTipBase),
        (role.PlaceholderText, role.Base),
        (role.HighlightedText, role.Highlight),
        (role.Link, role.Base),
        (role.LinkVisited, role.Base),
        (role.BrightText, role.Window),
    )
    palette = qapp.palette()
    for text, ground in pairs:
        assert contrast(palette.color(text).name(), palette.color(ground).name()) >= 4.5, text


@pytest.mark.parametrize("colors", _PALETTES)
@pytest.mark.parametrize("ground", _GROUNDS)
def test_signs_and_the_ring_of_the_focus_can_be_seen(colors: Colors, ground: str) -> None:
    for sign in (colors.accent, colors.muted, colors.text):  # rings, boxes to tick, arrows
        assert contrast(sign, getattr(colors, ground)) >= 3


def test_an_icon_made_before_takes_the_colours_of_the_new_theme(dressed: Theme) -> None:
    dressed.choose("light")
    icon = theme.icon("folder", "text")
    for name, colors in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        dressed.choose(name)
        found = strongest_color(icon)
        assert all(abs(a - b) <= 8 for a, b in zip(found, rgb(colors.text), strict=True))


def test_icons_have_the_colour_of_their_role_and_are_grey_when_disabled(dressed: Theme) -> None:
    dressed.choose("light")
    found = strongest_color(theme.icon("warning", "danger"))
    assert all(abs(a - b) <= 8 for a, b in zip(found, rgb(LIGHT.danger), strict=True))
    image = theme.icon("warning", "danger").pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    assert 60 < max(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32)) < 200


def test_a_font_is_a_share_of_the_systems(qapp: QApplication) -> None:
    size = qapp.font().pointSizeF()
    assert theme.font(2.0).pointSizeF() == pytest.approx(2 * size)
    assert theme.font(bold=True).bold()
    assert not theme.font().bold()


class _WithIcons(QProxyStyle):
    """As a desktop that wants icons on the buttons of dialogs; the offscreen one does not."""

    def styleHint(  # noqa: N802
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 1
        return super().styleHint(hint, option, widget, returned)


def test_buttons_of_dialogs_have_no_icons_of_qt(dressed: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    qapp.setStyle(_WithIcons("Fusion"))
    kind = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(kind.Save | kind.Cancel | kind.Close)
    question = QMessageBox(QMessageBox.Icon.Question, "Remove", "Really?", QMessageBox.StandardButton.Cancel)
    for made in (buttons, question):
        qtbot.addWidget(made)
    icons = [button.icon().isNull() for button in (*buttons.buttons(), *question.buttons())]
    assert icons == [True] * 4


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_number_begins_where_the_words_of_other_fields_do(dressed: Theme, qtbot: QtBot, name: str) -> None:
    dressed.choose(name)
    window, words, number = QWidget(), QLineEdit("30 minutes"), number_field(1, 60, 30, "Every")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(words)
    column.addWidget(number)
    window.show()
    begins = []
    for edit in (words, number.lineEdit()):
        edit.setCursorPosition(0)
        begins.append(edit.mapTo(window, edit.cursorRect().center()).x())
    assert begins[0] == begins[1]
    assert number.lineEdit().geometry().right() < number.width() - theme.HUGE  # the arrows are beside it


@pytest.mark.parametrize(("name", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_a_list_to_choose_from_has_one_thin_frame(
    dressed: Theme, qtbot: QtBot, name: str, colors: Colors
) -> None:
    dressed.choose(name)
    combo = QComboBox()
    qtbot.addWidget(combo)
    combo.addItems(["All reasons", "Damaged", "Too large"])
    combo.show()
    combo.showPopup()
    popup = combo.view().window()
    wait(qtbot, popup.isVisible)
    image = popup.grab().toImage()
    combo.hidePopup()
    width, middle = image.width(), image.height() // 2
    frame = {image.pixelColor(x, y).name() for x in (0, width - 1) for y in range(image.height())}
    frame |= {image.pixelColor(x, y).name() for y in (0, image.height() - 1) for x in range(width)}
    assert frame == {colors.line}
    assert {image.pixelColor(x, middle).name() for x in (1, 2, width - 3, width - 2)} == {colors.raised}


def first_ink(image: QImage) -> int:
    """The first column that is not all of one colour."""
    for x in range(image.width()):
        if len({image.pixel(x, y) for y in range(image.height())}) > 1:
            return x
    raise AssertionError("there is nothing on it")


def test_a_heading_stands_over_its_column_and_does_not_change_with_the_row_chosen(
    dressed: Theme, qtbot: QtBot
) -> None:
    dressed.choose("light")
    table = QTableWidget(2, 2)
    qtbot.addWidget(table)
    as_list(table)
    table.setHorizontalHeaderLabels(["HEADING", "HOW"])
    for row in range(2):
        table.setItem(row, 0, QTableWidgetItem("HEADING"))
    table.show()
    header = table.horizontalHeader()
    before = header.grab().toImage()
    cell = table.visualItemRect(table.item(0, 0))
    below = table.viewport().grab(cell.adjusted(0, 2, 0, -2)).toImage()
    heading = before.copy(0, 2, cell.width(), header.height() - 4)
    assert cell.topLeft() == QPoint(0, 0)
    assert first_ink(below) == first_ink(heading) > 5
    table.selectRow(1)
    assert header.grab().toImage() == before
