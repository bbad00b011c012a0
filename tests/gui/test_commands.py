"""Commands in menus, under headings, and where their keys work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from photolens.gui.commands import Commands, Scope
from photolens.gui.shortcuts_dialog import ShortcutsDialog
from photolens.gui.undo import Step, UndoStack


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def commands(window: QWidget) -> Commands:
    return Commands(window)


def test_every_key_is_one_that_qt_knows(commands: Commands) -> None:
    for name in commands:
        keys = commands[name].shortcuts()
        assert keys, name
        for key in keys:
            assert not key.isEmpty(), name
            assert key[0].key() != Qt.Key.Key_unknown, name
            assert QKeySequence(key.toString()) == key


def test_all_commands_are_under_a_heading_once(commands: Commands) -> None:
    grouped = [action.objectName() for _, actions in commands.groups() for action in actions]
    assert sorted(grouped) == sorted(commands)
    assert len({heading for heading, _ in commands.groups()}) == len(list(commands.groups()))


def test_a_menu_has_the_commands_and_separators_asked_for(commands: Commands, window: QWidget) -> None:
    menu = commands.fill(QMenu(window), "open", "", "trash")
    assert [a.isSeparator() or a.objectName() for a in menu.actions()] == ["open", True, "trash"]


def test_a_key_of_the_grid_works_in_the_grid_only(commands: Commands, window: QWidget, qtbot: QtBot) -> None:
    column, grid, other = QVBoxLayout(window), QWidget(), QWidget()
    for place in (grid, other):
        place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(place)
    commands.attach(window, Scope.WINDOW)
    commands.attach(grid, Scope.GRID)
    seen: list[str] = []
    for name in ("view", "search"):
        commands[name].triggered.connect(lambda checked=False, name=name: seen.append(name))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for place in (other, grid):
        place.setFocus()
        qtbot.keyClick(place, Qt.Key.Key_Return)
        qtbot.keyClick(place, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert seen == ["search", "view", "search"]


def test_the_list_of_keys_names_commands_as_they_are_called_at_all_times(
    commands: Commands, window: QWidget
) -> None:
    stack = UndoStack(commands["undo"], commands["redo"], window)
    stack.push(Step("like", lambda: None, lambda: None))
    stack.push(Step("trash", lambda: None, lambda: None))
    stack.undo()
    assert (commands["undo"].text(), commands["redo"].text()) == ("Undo: like", "Redo: trash")
    listed = dict(ShortcutsDialog(commands, window).rows)
    assert listed["Undo"] == "Ctrl+Z" and listed["Redo"].startswith("Ctrl+Y")
    assert listed["Settings"] == "Ctrl+,"
    assert not [name for name in listed if ":" in name and name.startswith(("Undo", "Redo"))]
