"""For hands without a mouse and eyes without a screen: names, keys, and icons that exist."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from photolens.gui import commands as commands_module
from photolens.gui import theme
from photolens.gui.commands import Commands, Scope
from photolens.gui.window import MainWindow
from tests.gui.dialogs import each_dialog, pages
from tests.gui.hands import ask, drop, urls, wait
from tests.photos import make_photo

# Widgets that we paint ourselves. Qt lets no Python code say what they are; their names tell how to use them.
_OUR_OWN = {"Chip", "TermChip", "PictureChip", "GridView", "Viewer", "DetailsPane", "Card", "QScrollArea"}


def focusable(window: QWidget) -> Iterator[QWidget]:
    """What the Tab key may come to and a user can see."""
    for widget in (window, *window.findChildren(QWidget)):
        if (
            widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and widget.focusProxy() is None
            and not _inner(widget)
        ):
            yield widget


def _inner(widget: QWidget) -> bool:
    """Part of another control, which speaks for it."""
    return widget.objectName().startswith("qt_") or isinstance(widget, QTabBar)


def nameless(window: QWidget) -> list[str]:
    found = []
    for widget in focusable(window):
        text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
        if not (widget.accessibleName() or text):
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def clickable(window: QWidget) -> Iterator[QAbstractButton]:
    """Buttons, also those that the Tab key passes by."""
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and not _inner(button):
            yield button


def said(widget: QWidget, kind: QAccessible.Text = QAccessible.Text.Name) -> str:
    """What a screen reader gets to hear."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(kind)


def assert_accessible(window: QWidget) -> None:
    """Everything that takes keys or clicks says what it is called and what it is."""
    assert nameless(window) == []
    buttons = list(clickable(window))
    assert buttons
    assert [type(button.parentWidget()).__name__ for button in buttons if not said(button)] == []
    unknown = set()
    for widget in focusable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface.role() in (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Border):
            unknown.add(type(widget).__name__)
    assert unknown <= _OUR_OWN


def icons_used() -> set[str]:
    """Every name of an icon in the sources of the window."""
    found = set()
    for file in Path(commands_module.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("icon", "icon_button", "IconView", "set_icon") and node.args:
                found |= {
                    leaf.value
                    for leaf in ast.walk(node.args[0])
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
            elif name == "_say" and len(node.args) > 2 and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def overlap(one: Scope, other: Scope) -> bool:
    """Whether keys of both can be meant at the same time."""
    return (
        one == other
        or Scope.WINDOW in (one, other)
        or (Scope.PHOTOS in (one, other) and {one, other} <= {Scope.PHOTOS, Scope.GRID, Scope.VIEWER})
    )


def test_every_control_of_the_window_has_a_name(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    window.commands["details"].setChecked(True)
    drop(window, urls(make_photo(tmp_path / "mine.jpg")))
    ask(qtbot, window, "harbour -people since:2019")
    window.say("Something to read.", "Do it")
    window.grid.select_row(0)
    wait(qtbot, lambda: window.details._buttons.isVisible())
    names = [type(widget).__name__ for widget in focusable(window)]
    assert len(names) > 25 and {"GridView", "Chip", "SearchEdit", "QSlider"} <= set(names)
    assert_accessible(window)


def test_every_control_of_the_viewer_has_a_name(gallery_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(gallery_window.search.edit, Qt.Key.Key_Down)
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_Return)
    assert gallery_window.viewing
    assert_accessible(gallery_window)


@each_dialog
def test_every_control_of_the_dialogs_has_a_name(gallery_window: MainWindow, qtbot: QtBot, name: str) -> None:
    for dialog in pages(qtbot, gallery_window, name):
        assert list(focusable(dialog))
        assert_accessible(dialog)


@pytest.mark.parametrize("command", ["save-concept", "narrow"])
def test_every_control_of_the_dialogs_about_a_search_has_a_name(
    gallery_window: MainWindow, qtbot: QtBot, command: str
) -> None:
    ask(qtbot, gallery_window, "harbour")
    before = set(QApplication.topLevelWidgets())
    gallery_window.commands[command].trigger()

    def opened() -> list[QWidget]:
        return [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]

    wait(qtbot, lambda: any(len(list(clickable(widget))) > 1 for widget in opened()))
    (dialog,) = opened()
    assert_accessible(dialog)
    dialog.close()


def test_the_photo_under_the_keys_is_described(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, kind = gallery_window, QAccessible.Text.Description
    window.grid.setFocus()
    window.grid.select_row(0)
    wait(qtbot, lambda: said(window.grid, kind) == "Photo of 22 December 2022, 1 of 40")
    qtbot.keyClick(window.grid, Qt.Key.Key_Right)
    wait(qtbot, lambda: said(window.grid, kind) == "Photo of 21 December 2022, 2 of 40")
    qtbot.keyClick(window.grid, Qt.Key.Key_L)
    wait(qtbot, lambda: said(window.grid, kind) == "Photo of 21 December 2022, liked, 2 of 40")
    window.hand.view(2)
    wait(qtbot, lambda: said(window.viewer, kind) == "Photo of 20 December 2022, 3 of 40")


def test_tab_leads_from_the_question_to_the_photos_and_on_to_the_last_line(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    """As one reads the window: the search box, filters, folders, photos, details, the last line."""
    window = gallery_window
    window.commands["details"].setChecked(True)
    window.grid.select_row(0)
    wait(qtbot, lambda: window.details._buttons.isVisible())
    window.search.edit.setFocus()
    order = (window.search, window.filters, window.sidebar, window.grid, window.details, window.status)
    passed: list[QWidget] = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        part = next(p for p in order if p is focused or p.isAncestorOf(focused))
        if part is window.search and len(passed) > 1:
            break
        if not passed or passed[-1] is not part:
            passed.append(part)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert tuple(passed) == order


def test_tab_goes_round_the_window_and_comes_by_the_main_parts(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    visited: list[QWidget] = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None and focused.isVisible()
        if focused in visited:
            break
        visited.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    for part in (window.search.edit, window.sidebar.tree, window.grid, window.status.tile_size):
        assert part in visited


def test_every_command_has_words_and_keys(gallery_window: MainWindow) -> None:
    for name in gallery_window.commands:
        action = gallery_window.commands[name]
        assert action.text(), name
        assert action.shortcuts() and not any(keys.isEmpty() for keys in action.shortcuts()), name
        keys = action.shortcuts()[0].toString(QKeySequence.SequenceFormat.NativeText)
        assert keys in action.toolTip(), name


def test_no_keys_mean_two_things_at_once(gallery_window: MainWindow) -> None:
    commands: Commands = gallery_window.commands
    clashes = [
        (one, other, keys.toString())
        for one, other in combinations(commands, 2)
        if overlap(commands._scopes[one], commands._scopes[other])
        for keys in commands[one].shortcuts()
        if keys in commands[other].shortcuts()
    ]
    assert clashes == []


def test_the_shortcuts_page_lists_every_command_with_its_keys(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    gallery_window.grid.setFocus()
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_Question)
    dialog = gallery_window.dialogs.shortcuts
    assert dialog is not None and dialog.isVisible()
    listed = dict(dialog.rows)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    for name in gallery_window.commands:
        action = gallery_window.commands[name]
        text = action.text().rstrip("…")
        for keys in action.shortcuts():
            assert keys.toString(QKeySequence.SequenceFormat.NativeText) in listed[text], name
        assert text in shown and listed[text] in shown, name
    wait(qtbot, dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_menu_leads_to_every_command(gallery_window: MainWindow) -> None:
    in_menus = {
        action.objectName()
        for menu in gallery_window.findChildren(QWidget)
        for action in menu.actions()
        if menu.metaObject().className() == "QMenu"
    }
    assert set(gallery_window.commands) - in_menus == {"menu"}


def test_every_icon_exists(gallery_window: MainWindow) -> None:
    names = icons_used() | {command.icon for group in commands_module._COMMANDS.values() for command in group}
    names.discard("")
    assert len(names) > 40
    for name in sorted(names):
        image = theme.icon(name).pixmap(QSize(32, 32)).toImage()
        painted = sum(image.pixelColor(x, y).alpha() > 128 for x in range(32) for y in range(32))
        assert 5 < painted < 32 * 32, name


def test_screen_readers_hear_the_photos(gallery_window: MainWindow) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    assert gallery_window.model.index(0, 0).data(role) == "Photo of 22 December 2022"
