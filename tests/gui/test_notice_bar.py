"""Notices above the photos: at most two, problems first, nothing lost when many come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui.notice_bar import Banner, Choice, NoticeBar

_LEFT = Qt.MouseButton.LeftButton
_LONG = "The disk that holds the library is full. Make room, then try again; nothing is lost by this at all."


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[NoticeBar]:
    """In a window of 900 pixels, above something else."""
    window = QWidget()
    qtbot.addWidget(window)
    made = NoticeBar()
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(900, 400)
    window.show()
    yield made
    window.close()


def said(bar: NoticeBar) -> list[str]:
    settle()
    return [row.label.text() for row in bar.rows if row.isVisible()]


def settle() -> None:
    QApplication.processEvents()
    QApplication.processEvents()


def test_two_are_shown_problems_first_and_the_others_can_be_reached(bar: NoticeBar, qtbot: QtBot) -> None:
    assert bar.isHidden()
    for text in ("one", "two", "three"):
        bar.put(Banner(text, text))
    bar.put(Banner("full", "The disk is full.", danger=True))
    assert said(bar) == ["The disk is full.", "one"]
    assert bar.more.isVisible() and bar.more.text() == "2 more"
    seen = set(said(bar))
    for _ in range(3):
        qtbot.mouseClick(bar.more, _LEFT)
        seen |= set(said(bar))
    assert seen == {"The disk is full.", "one", "two", "three"}
    bar.take("two")
    bar.take("full")
    assert sorted(said(bar)) == ["one", "three"] and bar.more.isHidden()
    bar.clear()
    assert said(bar) == [] and bar.isHidden()


def test_a_tip_waits_behind_questions_and_two_problems_hide_nothing(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.put(Banner("tip", "There are better models.", tip=True))
    bar.put(Banner("gone", "2 files are gone."))
    assert said(bar) == ["2 files are gone.", "There are better models."]
    bar.put(Banner("full", "The disk is full.", danger=True))
    bar.put(Banner("damaged", "The catalog is damaged.", danger=True))
    assert said(bar) == ["The disk is full.", "The catalog is damaged."]
    qtbot.mouseClick(bar.more, _LEFT)
    assert sorted(said(bar)) == ["2 files are gone.", "There are better models."]
    bar.put(Banner("other", "3 files are new."))  # from then on problems are first again
    assert said(bar) == ["The disk is full.", "The catalog is damaged."]


def test_a_number_that_changes_leaves_the_buttons_and_the_focus_where_they_are(
    bar: NoticeBar, qtbot: QtBot
) -> None:
    done: list[str] = []
    for number in (1, 2):
        call = lambda number=number: done.append(f"call {number}")  # noqa: E731
        bar.put(Banner("gone", f"{number} files are gone.", (Choice("Deleted", call),)))
        if number == 1:
            first = bar.rows[0]
            qtbot.waitUntil(bar.window().isActiveWindow)
            first.buttons[0].setFocus()
    assert bar.rows == [first] and said(bar) == ["2 files are gone."]
    assert first.accessibleName() == "2 files are gone."
    assert QApplication.focusWidget() is first.buttons[0]
    qtbot.keyClick(first.buttons[0], Qt.Key.Key_Space)
    assert done == ["call 2"]


def test_the_cross_closes_one_and_tells_whoever_put_it(bar: NoticeBar, qtbot: QtBot) -> None:
    closed: list[str] = []
    bar.put(Banner("one", "one", closed=lambda: closed.append("one")))
    bar.put(Banner("two", "two", closed=lambda: closed.append("two")))
    cross = bar.rows[0].findChildren(QToolButton)[0]
    assert cross.accessibleName()
    qtbot.mouseClick(cross, _LEFT)
    assert closed == ["one"] and said(bar) == ["two"]
    bar.take("two")
    assert closed == ["one"]


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_where_there_is_little_room_the_buttons_come_below(
    bar: NoticeBar, direction: Qt.LayoutDirection
) -> None:
    window = bar.window()
    window.setLayoutDirection(direction)
    choices = (Choice("They were deleted", print), Choice("Keep them", print), Choice("Show which…", print))
    bar.put(Banner("gone", _LONG, choices))
    settle()
    row = bar.rows[0]
    beside = row.buttons[0].geometry()
    assert row.label.geometry().top() < beside.center().y() < row.label.geometry().bottom()
    window.resize(420, 400)
    settle()
    assert row.buttons[0].y() > row.label.geometry().bottom()
    for part in (row.label, *row.buttons):
        assert row.rect().contains(part.geometry())
        assert part.height() >= part.sizeHint().height() or part is row.label
    needed = row.label.heightForWidth(row.label.width())
    assert row.label.height() >= needed


def test_larger_text_is_not_cut_off(bar: NoticeBar) -> None:
    font = bar.font()
    font.setPointSizeF(2 * font.pointSizeF())
    bar.window().setFont(font)
    bar.put(Banner("full", _LONG, (Choice("Try again", print),), danger=True))
    bar.window().resize(640, 480)
    settle()
    row = bar.rows[0]
    assert row.label.height() >= row.label.heightForWidth(row.label.width())
    assert row.rect().contains(row.buttons[0].geometry())
