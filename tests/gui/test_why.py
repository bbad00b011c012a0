"""Why this photo: headline, bars, and the judged photos it is most like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import (
    ChangeTerm,
    Explanation,
    ImageTerm,
    Neighbour,
    Region,
    Shelf,
    ShelfCuts,
    TermReason,
    TextTerm,
)
from photolens.gui import theme
from photolens.gui.theme import Theme
from photolens.gui.why import THUMBNAIL, WhyView, _Bar, _ReasonRow

SNOW = TermReason(TextTerm("snow"), 2.3, 2.1)
PEOPLE = TermReason(TextTerm("people", -1.0), 1.8, -0.4)
PLAIN = Explanation(9, 4.1, (SNOW, PEOPLE), 0.0, 0.8, Shelf.STRONG, ShelfCuts(3.2, 1.8))


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[WhyView]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    made = WhyView()
    qtbot.addWidget(made)
    made.resize(260, 400)
    made.show()
    yield made
    QLocale.setDefault(before)


def texts(view: WhyView) -> list[str]:
    QApplication.processEvents()
    return [found.text() for found in view.findChildren(QLabel) if found.isVisible()]


def rows(view: WhyView) -> list[_ReasonRow]:
    QApplication.processEvents()
    return [row for row in view.findChildren(_ReasonRow) if row.isVisible()]


def buttons(view: WhyView) -> list[QToolButton]:
    QApplication.processEvents()
    return [button for button in view.findChildren(QToolButton) if button.isVisible()]


def red() -> QPixmap:
    made = QPixmap(320, 200)
    made.fill(QColor("red"))
    return made


def test_it_says_which_shelf_and_how_far_it_is(view: WhyView) -> None:
    view.show_explanation(PLAIN, {})
    assert texts(view)[:2] == ["Among the best", "score 4.1, among the best from 3.2"]
    view.show_explanation(replace(PLAIN, shelf=Shelf.MAYBE, score=2.0), {})
    assert texts(view)[:2] == ["Maybe", "score 2.0, among the best from 3.2"]
    view.show_explanation(replace(PLAIN, shelf=Shelf.REST, score=-0.41), {})
    assert texts(view)[:2] == ["Not close", "score −0.4, maybe from 1.8"]


def test_what_decides_the_place_is_the_headline(view: WhyView) -> None:
    for changes, headline in (
        ({"liked": True}, "You liked it"),
        ({"liked": False}, "You disliked it"),
        ({"matched_name": True}, "Its file name is what you typed"),
    ):
        view.show_explanation(replace(PLAIN, **changes), {})
        assert texts(view)[0] == headline


def test_each_part_of_the_question_has_a_row(view: WhyView) -> None:
    view.show_explanation(PLAIN, {})
    assert texts(view)[2:] == ["snow", "+2.1", "−people", "−0.4", "your clicks", "+0.8"]
    assert [row.accessibleName() for row in rows(view)] == [
        "snow: adds 2.1", "−people: takes away 0.4", "your clicks: adds 0.8",
    ]  # fmt: skip
    assert "2.3" in rows(view)[0].toolTip()


def test_pictures_and_changes_have_names_and_zero_has_no_sign(view: WhyView) -> None:
    terms = (
        TermReason(ImageTerm(7), 0.0, -0.01),
        TermReason(ImageTerm(7, -1.0, Region(0, 0, 0.5, 0.5)), 0.0, 0.04),
        TermReason(ChangeTerm("%2", "%1"), 0.0, 0.0),
    )
    view.show_explanation(replace(PLAIN, terms=terms, learned=0.0, constant=-1.26), {})
    assert texts(view)[2:] == [
        "picture", "0.0", "−part of a picture", "0.0", "%2 instead of %1", "0.0", "taken together", "−1.3",
    ]  # fmt: skip


def test_without_clicks_no_row_speaks_of_them(view: WhyView) -> None:
    view.show_explanation(replace(PLAIN, learned=0.0), {})
    assert "your clicks" not in texts(view)
    assert not buttons(view)


def test_the_largest_contribution_sets_the_scale_and_small_ones_stay_small(view: WhyView) -> None:
    view.show_explanation(PLAIN, {})
    shares = [row.findChildren(_Bar)[0].share for row in rows(view)]
    assert shares == pytest.approx([0.7, -0.4 / 3, 0.8 / 3])
    huge = replace(PLAIN, terms=(replace(SNOW, contribution=6.0), replace(PEOPLE, contribution=-3.0)))
    view.show_explanation(huge, {})
    assert [round(row.findChildren(_Bar)[0].share, 2) for row in rows(view)] == [1.0, -0.5, 0.13]


def painted(bar: QWidget, color: str) -> list[int]:
    """In which columns of a bar this colour is."""
    image: QImage = bar.grab().toImage()
    y, wanted = image.height() // 2, QColor(color)
    return [x for x in range(image.width()) if image.pixelColor(x, y) == wanted]


@pytest.mark.parametrize("name", ["light", "dark"])
def test_bars_have_the_colours_of_the_theme_and_follow_the_direction_of_reading(
    qapp: QApplication, view: WhyView, name: str
) -> None:
    style, sheet, palette = qapp.style().name(), qapp.styleSheet(), qapp.palette()
    dressed = Theme(qapp)
    try:
        dressed.choose(name)
        for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
            view.setLayoutDirection(direction)
            view.show_explanation(PLAIN, {})
            adds, takes, _ = (row.findChildren(_Bar)[0] for row in rows(view))
            middle, forward = adds.width() / 2, direction == Qt.LayoutDirection.LeftToRight
            for bar, color, right in (
                (adds, theme.colors().accent, forward),
                (takes, theme.colors().danger, not forward),
            ):
                columns = painted(bar, color)
                assert columns
                assert all((x + 1 > middle) is right or abs(x - middle) <= 1 for x in columns)
    finally:
        dressed.choose("system")
        dressed.close()
        qapp.setStyle(style)
        qapp.setStyleSheet(sheet)
        qapp.setPalette(palette)


def test_in_a_right_to_left_window_names_are_at_the_right_and_signs_stay_in_front(view: WhyView) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.show_explanation(PLAIN, {})
    name, number = rows(view)[1].findChildren(QLabel)
    assert name.x() > number.x()
    assert number.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_a_long_name_is_shortened_and_its_tooltip_has_all_of_it(view: WhyView) -> None:
    text = "a very long description of what the photo that is wanted should look like in the end"
    view.show_explanation(replace(PLAIN, terms=(replace(SNOW, term=TextTerm(text)),)), {})
    name = rows(view)[0].findChildren(QLabel)[0]
    assert name.text().endswith("…")
    assert name.toolTip() == text
    assert all(row.geometry().right() <= view.width() for row in rows(view))
    assert number_is_inside(view)


def number_is_inside(view: WhyView) -> bool:
    labels = rows(view)[0].findChildren(QLabel)
    return labels[1].mapTo(view, QPoint(labels[1].width(), 0)).x() <= view.width()


def test_the_nearest_judged_photos_are_shown_and_can_be_gone_to(view: WhyView, qtbot: QtBot) -> None:
    clicked: list[int] = []
    view.photo_clicked.connect(clicked.append)
    near = replace(PLAIN, nearest_liked=Neighbour(5, 0.874), nearest_disliked=Neighbour(6, 0.31))
    view.show_explanation(near, {5: red()})
    said = texts(view)
    assert said[-4:] == [
        "Most like what you liked",
        "87 % alike",
        "Most like what you disliked",
        "31 % alike",
    ]
    liked, disliked = buttons(view)
    assert liked.accessibleName() == "Most like what you liked, 87 % alike"
    image = liked.icon().pixmap(THUMBNAIL, THUMBNAIL).toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2) == QColor("red")
    assert not disliked.icon().isNull()
    qtbot.mouseClick(liked, Qt.MouseButton.LeftButton)
    disliked.setFocus()
    qtbot.keyClick(disliked, Qt.Key.Key_Space)
    assert clicked == [5, 6]


def test_a_picture_from_elsewhere_leads_nowhere(view: WhyView, qtbot: QtBot) -> None:
    view.show_explanation(replace(PLAIN, nearest_liked=Neighbour(0, 0.5)), {})
    (button,) = buttons(view)
    with qtbot.assertNotEmitted(view.photo_clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.toolTip() == "This picture is not in your library"


def test_nothing_of_the_photo_before_is_left(view: WhyView) -> None:
    view.show_explanation(replace(PLAIN, nearest_liked=Neighbour(5, 0.9)), {5: red()})
    assert view.photo_id == 9
    view.show_explanation(replace(PLAIN, photo_id=3, terms=(SNOW,), learned=0.0), {})
    assert (view.photo_id, len(rows(view)), buttons(view)) == (3, 1, [])
    view.clear()
    assert (view.photo_id, rows(view), "".join(texts(view))) == (None, [], "")


def test_a_judged_photo_that_is_nothing_like_it_is_not_named(view: WhyView) -> None:
    view.show_explanation(replace(PLAIN, nearest_liked=Neighbour(3, 0.05)), {})
    assert not any("liked" in text for text in texts(view))
    view.show_explanation(replace(PLAIN, nearest_liked=Neighbour(3, 0.5)), {})
    assert any("Most like what you liked" in text for text in texts(view))
