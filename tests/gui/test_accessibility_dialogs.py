"""For hands without a mouse and eyes without a screen: what opens over the window, and where Tab goes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QListView, QMenu, QWidget
from pytestqt.qtbot import QtBot

from photolens.domain import Filters
from photolens.gui.filter_row import DatesDialog
from photolens.gui.name_dialog import NameDialog
from photolens.gui.notice_bar import Banner, Choice
from photolens.gui.settings_dialog import SettingsDialog
from photolens.gui.vanished_dialog import VanishedDialog
from photolens.gui.window import MainWindow
from tests.gui.conftest import Speak
from tests.gui.dialogs import each_dialog, pages
from tests.gui.hands import Windows, ask, wait
from tests.gui.test_accessibility import assert_accessible, focusable, said

_TAB = Qt.FocusPolicy.TabFocus
MAKERS: dict[str, Callable[[QWidget], QDialog]] = {
    "dates": lambda parent: DatesDialog(Filters(), parent),
    "vanished": lambda parent: VanishedDialog("/photos", ["/photos/a.jpg", "/photos/b.jpg"], 5, parent),
    "name": lambda parent: NameDialog("Save as concept", "Snow", "Save", "It keeps: words.", parent),
}


def passed_by_tab(qtbot: QtBot, window: QWidget) -> list[QWidget]:
    """Where the Tab key leads, once round."""
    passed: list[QWidget] = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in passed[:-1]:
            break
        if focused not in passed:  # a page of text has Tab go from link to link
            passed.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return passed


def reached(window: QWidget) -> set[QWidget]:
    return {widget for widget in focusable(window) if widget.focusPolicy() & _TAB and widget is not window}


def assert_read_in_order(window: QWidget, passed: list[QWidget]) -> None:
    """From top to bottom: each ends below where the one before it begins, but for the end of the round."""
    places = [(w.mapTo(window, QPoint(0, 0)).y(), w.height(), w) for w in passed]
    first = min(range(len(places)), key=lambda n: places[n][0])
    places = places[first:] + places[:first]
    for (top, height, one), (below, _, other) in pairwise(places):
        assert below + 2 >= top or below + height > top, (said(one), said(other))


@pytest.mark.parametrize("name", MAKERS)
def test_every_control_of_a_small_dialog_has_a_name_and_is_reached_in_order(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = MAKERS[name](parent)
    dialog.show()
    dialog.activateWindow()
    wait(qtbot, dialog.isActiveWindow)
    assert dialog.windowTitle()
    assert_accessible(dialog)
    passed = passed_by_tab(qtbot, dialog)
    assert set(passed) == reached(dialog)
    assert_read_in_order(dialog, passed)


@each_dialog
def test_tab_leads_through_a_dialog_from_top_to_bottom(
    gallery_window: MainWindow, qtbot: QtBot, name: str
) -> None:
    for dialog in pages(qtbot, gallery_window, name):
        dialog.activateWindow()
        wait(qtbot, dialog.isActiveWindow)
        if isinstance(dialog, SettingsDialog):
            models = dialog.models
            dialog.tabs.tabBar().setFocus()
            wait(qtbot, lambda: models.table.rowCount() > 1)  # noqa: B023
        passed = passed_by_tab(qtbot, dialog)
        assert reached(dialog) <= set(passed)
        assert_read_in_order(dialog, passed)
    dialog.close()


def test_the_details_and_their_reasons_have_names(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    window.commands["details"].setChecked(True)
    ask(qtbot, window, "harbour")
    window.grid.select_row(0)
    window.commands["like"].trigger()
    window.grid.select_row(1)
    wait(qtbot, window.details.why.isVisible)
    assert_accessible(window.details)


def test_suggestions_and_menus_have_names(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    wait(qtbot, lambda: window.facts.facts is not None)  # folders to suggest
    qtbot.keyClicks(window.search.edit, "folder:")
    wait(qtbot, lambda: isinstance(QApplication.activePopupWidget(), QListView))
    popup = QApplication.activePopupWidget()
    assert popup is not None and said(popup)
    assert QAccessible.queryAccessibleInterface(popup).role() is QAccessible.Role.List
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    row = window.filters
    for button in (row.folder, row.date, row.camera, row.more, row.order, window.clicks_bar.menu):
        menu = button if isinstance(button, QMenu) else button.menu()
        assert menu is not None
        menu.aboutToShow.emit()
        entries = [action for action in menu.actions() if not action.isSeparator()]
        assert entries and all(action.text() for action in entries)


def test_a_notice_and_an_empty_page_have_names(
    open_window: Windows, qtbot: QtBot, tmp_path: Path, speak: Speak
) -> None:
    speak("de")
    window = open_window()
    wait(qtbot, window.empty.button.isVisible)
    window.notices.put(Banner("one", "Etwas ist anders.", (Choice("Zeigen", lambda: None),)))
    wait(qtbot, window.notices.isVisible)
    assert_accessible(window)
    assert said(window.notices.rows[0]) == "Etwas ist anders."
