"""The page that stands where photos would be: words before the icon, every button there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.gui.message_page import MessagePage

_LONG = (
    "Your photos are not affected, only what PhotoLens has noted about them. The newest good backup is of "
    "yesterday, 09:41, with 31,022 photos, 12 concepts. Photos that came later are read again."
)


def test_words_are_never_cut_off_and_the_icon_gives_way(qtbot: QtBot) -> None:
    page = MessagePage()
    qtbot.addWidget(page)
    done: list[str] = []
    choices = [(name, lambda name=name: done.append(name)) for name in ("Restore", "Start again", "Show")]
    page.resize(800, 600)
    page.show()
    page.say("warning", "The catalog is damaged", _LONG, *choices)
    QApplication.processEvents()
    assert page._icon.isVisible()
    page.resize(420, 340)  # a window of 640 x 480
    QApplication.processEvents()
    QApplication.processEvents()
    assert not page._icon.isVisible()
    for part in (page.title, page.text):
        assert part.height() >= part.heightForWidth(part.width())
    for button in (page.button, page.other, page.last):
        assert page.rect().contains(button.geometry())
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["Restore", "Start again", "Show"]
    page.say("warning", "Short", "")
    QApplication.processEvents()
    assert page._icon.isVisible() and page.last.isHidden()
