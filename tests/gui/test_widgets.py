"""Small parts: the message bar, labels that shorten, rows that wrap."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui.widgets import ElidedLabel, FlowLayout, MessageBar, label


def test_a_label_shows_markup_as_it_is_written(qtbot: QtBot) -> None:
    made = label("<b>name</b>.jpg")
    qtbot.addWidget(made)
    assert made.textFormat() == Qt.TextFormat.PlainText


def test_a_message_is_shown_until_it_is_closed(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.say("Something happened.")
    assert bar.isVisible()
    assert (bar.label.text(), bar.accessibleName()) == ("Something happened.", "Something happened.")
    assert not bar.button.isVisible()
    (close,) = bar.findChildren(QToolButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_the_button_of_a_message_acts_once_and_closes_it(qtbot: QtBot) -> None:
    bar, acted = MessageBar(), list[bool]()
    qtbot.addWidget(bar)
    bar.acted.connect(lambda: acted.append(True))
    bar.say("3 files moved to the trash.", "Undo")
    assert bar.button.isVisible()
    assert bar.button.text() == "Undo"
    qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    assert (acted, bar.isHidden()) == ([True], True)


def test_a_later_message_has_no_button_of_an_earlier_one(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say("3 files moved to the trash.", "Undo")
    bar.say("The disk is full.", danger=True)
    assert bar.label.text() == "The disk is full."
    assert not bar.button.isVisible()


def test_a_label_that_is_too_long_loses_its_middle_and_tells_all_under_the_mouse(qtbot: QtBot) -> None:
    text = "/home/ann/Pictures/a very long folder name/another long folder name/photo.jpg"
    made = ElidedLabel(text)
    qtbot.addWidget(made)
    made.resize(120, 20)
    made.show()
    assert "…" in made.text()
    assert made.text()[0] == "/"
    assert made.text()[-1] == "g"
    assert (made.toolTip(), made.full_text(), made.accessibleName()) == (text, text, text)
    made.resize(5000, 20)
    assert (made.text(), made.toolTip()) == (text, "")
    made.set_text("636 photos")
    made.resize(25, 20)
    assert (made.text(), made.toolTip()) == ("", "636 photos")  # rather than "6"


def test_a_row_that_is_full_goes_on_below(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder, spacing=10)
    boxes = [QLabel() for _ in range(5)]
    for box in boxes:
        box.setFixedSize(100, 20)
        layout.addWidget(box)
    assert [layout.heightForWidth(width) for width in (540, 530, 320, 210, 50)] == [20, 50, 50, 80, 140]
    holder.resize(320, 100)
    holder.show()
    assert [(box.x(), box.y()) for box in boxes] == [(0, 0), (110, 0), (220, 0), (0, 30), (110, 30)]
    assert layout.takeAt(7) is None
    taken = layout.takeAt(0)
    assert taken is not None
    assert taken.widget() is boxes[0]
    assert layout.count() == 4
