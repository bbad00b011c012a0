"""Recent searches: only those worth it, newest first, to go back to or to forget."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Query
from photolens.gui import window_recent
from photolens.gui.side_tree import THING
from photolens.gui.window import MainWindow
from photolens.search import parse
from tests.gui.hands import Windows, ask, choose, wait, wait_for_answer, wait_for_message

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at an answer need not last three seconds."""
    monkeypatch.setattr(window_recent, "_LOOKED_MS", 150)
    monkeypatch.setattr(window_recent, "_CLICKED_MS", 50)


def searches(window: MainWindow) -> list[str]:
    """The rows, top to bottom."""
    tree = window.sidebar.recent.tree
    items = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return [item.text(0) for item in items if item is not None]


def query_in(window: MainWindow, row: int) -> Query:
    item = window.sidebar.recent.tree.topLevelItem(row)
    assert item is not None
    query = item.data(0, THING)
    assert isinstance(query, Query)
    return query


def look_at(qtbot: QtBot, window: MainWindow, text: str) -> None:
    ask(qtbot, window, text)
    wait(qtbot, lambda: searches(window)[:1] == [text])


def test_what_was_looked_at_is_remembered_newest_first(
    quick_look: None, gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    assert window.sidebar.recent.isHidden() and not window.commands["forget-searches"].isEnabled()
    for text in ("harbour", "beach, -people", "harbour"):
        look_at(qtbot, window, text)
    assert searches(window) == ["harbour", "beach, -people"]
    assert window.sidebar.recent.isVisible()


def test_a_search_that_is_left_at_once_is_not(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    for text in ("harbour", "beach"):
        ask(qtbot, window, text)
    window.commands["all-photos"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    qtbot.wait(300)
    library = window.library
    assert library is not None and library.recent_searches() == []


def test_one_whose_photo_was_opened_is_remembered_at_once(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour")
    window.grid.setFocus()
    window.grid.select_row(1)
    qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    assert window.viewing
    wait(qtbot, lambda: searches(window) == ["harbour"])


def test_clicks_make_it_another_but_not_one_more(
    quick_look: None, gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    look_at(qtbot, window, "harbour")
    window.clicks.judge([window.model.photo_id(2), window.model.photo_id(4)], True)
    wait(qtbot, lambda: searches(window) == ["harbour + 2 likes"])
    window.clicks.judge([window.model.photo_id(6)], False)
    wait(qtbot, lambda: searches(window) == ["harbour + 2 likes, 1 dislike"])


def test_a_click_goes_back_to_it(quick_look: None, gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    look_at(qtbot, window, "harbour")
    liked = window.model.photo_id(2)
    window.clicks.judge([liked], True)
    wait(qtbot, lambda: searches(window) == ["harbour + 1 like"])
    look_at(qtbot, window, "beach")
    window.sidebar.recent.fold(False, by_hand=True)
    tree = window.sidebar.recent.tree
    item = tree.topLevelItem(1)
    assert item is not None
    wait(qtbot, lambda: tree.visualItemRect(item).isValid() and tree.isVisible())
    qtbot.mouseClick(tree.viewport(), _LEFT, pos=tree.visualItemRect(item).center())
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour"
    assert window.browser.page.clicks.liked == (liked,)


def test_one_or_all_can_be_forgotten(quick_look: None, gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, library = gallery_window, gallery_window.library
    assert library is not None
    for text in ("harbour", "beach", "city"):
        look_at(qtbot, window, text)
    choose(window.sidebar.recent.menu_of(query_in(window, 1)), "Forget this search")
    wait(qtbot, lambda: searches(window) == ["city", "harbour"])
    window.sidebar.recent.fold(False, by_hand=True)
    tree = window.sidebar.recent.tree
    tree.setFocus()
    tree.setCurrentItem(tree.topLevelItem(1))
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    wait(qtbot, lambda: searches(window) == ["city"])
    window.commands["forget-searches"].trigger()
    wait_for_message(qtbot, window, "Recent searches forgotten.")
    assert searches(window) == [] and library.recent_searches() == []
    assert window.sidebar.recent.isHidden()
    window.message.button.click()
    wait(qtbot, lambda: searches(window) == ["city"])
    window.commands["redo"].trigger()
    wait(qtbot, lambda: searches(window) == [])


def test_what_was_forgotten_stays_so_while_it_is_still_shown(
    quick_look: None, gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    look_at(qtbot, window, "harbour")
    window.sidebar.recent.forget_wanted.emit(query_in(window, 0))
    wait(qtbot, lambda: searches(window) == [])
    window.browser.refresh()
    wait_for_answer(qtbot, window)
    qtbot.wait(400)
    assert searches(window) == []


def test_at_most_eight_are_shown(quick_look: None, gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, library = gallery_window, gallery_window.library
    assert library is not None
    for number in range(10):
        library.remember_search(parse(f"word {number}"))
    look_at(qtbot, window, "harbour")
    assert searches(window) == ["harbour", *(f"word {number}" for number in range(9, 2, -1))]


def test_folding_is_remembered(
    quick_look: None,
    open_window: Windows,
    gallery_window: MainWindow,
    gallery_library: Path,
    qtbot: QtBot,
) -> None:
    window = gallery_window
    window.resize(1100, 820)
    look_at(qtbot, window, "harbour")
    recent = window.sidebar.recent
    wait(qtbot, lambda: not recent.folded and recent.tree.isVisible())
    qtbot.mouseClick(recent.head, _LEFT)
    assert recent.folded and recent.tree.isHidden() and recent.isVisible()
    window.resize(1100, 840)
    assert recent.folded
    open_window.close(window)
    again = open_window(library=gallery_library)
    wait(qtbot, lambda: searches(again) == ["harbour"])
    assert again.sidebar.recent.folded


def test_a_small_window_folds_them(quick_look: None, gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    look_at(qtbot, window, "harbour")
    window.resize(700, 420)
    wait(qtbot, lambda: window.sidebar.recent.folded)
    window.resize(1100, 840)
    wait(qtbot, lambda: not window.sidebar.recent.folded)


def test_a_look_at_how_it_was_before_the_clicks_is_no_search(
    quick_look: None, gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    look_at(qtbot, window, "harbour")
    window.grid.setFocus()
    window.grid.select_row(2)
    window.commands["like"].trigger()
    wait(qtbot, lambda: searches(window) == ["harbour + 1 like"])
    window.commands["before-clicks"].trigger()
    wait_for_answer(qtbot, window)
    qtbot.wait(400)
    assert searches(window) == ["harbour + 1 like"]
