"""What the tests of concepts do with the side pane and its dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from photolens.gui.name_dialog import NameDialog
from photolens.gui.side_tree import THING
from photolens.gui.window import MainWindow
from photolens.library import Library
from tests.gui.hands import activate, ask, choose, wait, wait_for_answer

_LEFT = Qt.MouseButton.LeftButton


def names(window: MainWindow) -> list[str]:
    """The rows of the side pane, top to bottom."""
    return [item.text(0) for item in rows(window)]


def rows(window: MainWindow) -> list[QTreeWidgetItem]:
    tree = window.sidebar.concepts.tree
    found = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return [item for item in found if item is not None]


def row(window: MainWindow, name: str) -> QTreeWidgetItem:
    return next(item for item in rows(window) if item.text(0) == name)


def wait_for_names(qtbot: QtBot, window: MainWindow, *wanted: str) -> None:
    wait(qtbot, lambda: names(window) == list(wanted))


def marked(window: MainWindow) -> str:
    """The row that is shown as chosen."""
    return ", ".join(item.text(0) for item in window.sidebar.concepts.tree.selectedItems())


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    tree = window.sidebar.concepts.tree
    qtbot.mouseClick(tree.viewport(), _LEFT, pos=tree.visualItemRect(row(window, name)).center())


def from_menu(window: MainWindow, name: str, text: str) -> None:
    choose(window.sidebar.concepts.menu_of(row(window, name).data(0, THING)), text)


def dialog_of(window: MainWindow) -> NameDialog:
    dialog = window.concepts.changes.dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def answer_dialog(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Type a name instead of that suggested, and press Enter."""
    dialog = dialog_of(window)
    dialog.edit.selectAll()
    qtbot.keyClicks(dialog.edit, name)
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)


def save(qtbot: QtBot, window: MainWindow, text: str, name: str) -> None:
    """Search for it, save it, wait until it is there."""
    ask(qtbot, window, text)
    window.commands["save-concept"].trigger()
    answer_dialog(qtbot, window, name)
    wait(qtbot, lambda: name in names(window) and marked(window) == name)
    activate(qtbot, window)
    wait_for_answer(qtbot, window)


def library_of(window: MainWindow) -> Library:
    assert window.library is not None
    return window.library
