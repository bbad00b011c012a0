"""Folders, dates, cameras and kinds of photos, chosen rather than typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDateEdit, QDialogButtonBox, QToolButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from photolens.domain import Filters, Orientation
from photolens.gui.filter_row import DatesDialog
from photolens.gui.window import MainWindow
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, answer_question, ask, choose, name_of, wait, wait_for_answer
from tests.photos import make_photos

_LEFT = Qt.MouseButton.LeftButton
_ALT = Qt.KeyboardModifier.AltModifier


def tree_item(window: MainWindow, name: str) -> QTreeWidgetItem:
    matching = window.sidebar.tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    assert len(matching) == 1, name
    return matching[0]


def click_folder(qtbot: QtBot, window: MainWindow, name: str) -> None:
    tree = window.sidebar.tree
    wait(qtbot, lambda: tree.topLevelItemCount() > 1)
    at = tree.visualItemRect(tree_item(window, name)).center()
    qtbot.mouseClick(tree.viewport(), _LEFT, pos=at)
    wait_for_answer(qtbot, window)


def pick(qtbot: QtBot, window: MainWindow, button: QToolButton, text: str) -> None:
    """An entry of the menu below this button."""
    wait(qtbot, lambda: window.facts.facts is not None)
    menu = button.menu()
    assert menu is not None
    choose(menu, text)
    wait_for_answer(qtbot, window)


def test_a_folder_of_the_sidebar_shows_its_photos_and_those_below(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    click_folder(qtbot, window, "Pictures")
    assert len(window.model.listing) == 40
    assert window.filters.folder.text() == "Pictures"
    root = tree_item(window, "Pictures")
    root.setExpanded(True)
    assert [root.child(n).text(0) for n in range(root.childCount())] == ["City", "Holiday 2019"]
    click_folder(qtbot, window, "City")
    assert len(window.model.listing) == 8
    assert {name_of(window, row)[:5] for row in range(8)} == {"night"}
    click_folder(qtbot, window, "All photos")
    assert len(window.model.listing) == 40
    assert not window.browser.page.filters


def test_the_folder_is_chosen_with_the_keys_too(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    tree = window.sidebar.tree
    wait(qtbot, lambda: tree.topLevelItemCount() == 2)
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(tree, key)
    wait_for_answer(qtbot, window)
    assert len(window.model.listing) == 8  # City
    assert tree.hasFocus()


_ENTRIES = (  # menu, entry, what the button says then, and how many photos are left
    ("folder", "Pictures", "Pictures", 40),
    ("date", "2019", "2019", 9),
    ("date", "2022", "2022", 23),
    ("date", "Today", "since ", 0),
    ("camera", "Canon EOS R5", "Canon EOS R5", 9),
    ("camera", "FUJIFILM X-T5", "FUJIFILM X-T5", 8),
    ("more", "Portrait", "Portrait", 4),
    ("more", "PNG", "PNG", 4),
    ("more", "With a place", "with a place", 0),
    ("more", "Without a place", "without a place", 40),
)


def test_every_entry_of_the_menus_narrows_the_photos_and_can_be_cleared(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    for which, entry, shown, count in _ENTRIES:
        button: QToolButton = getattr(window.filters, which)
        pick(qtbot, window, button, entry)
        assert len(window.model.listing) == count, entry
        assert button.text().startswith(shown) and button.property("active"), entry
        qtbot.keyClick(window, "0", _ALT)
        wait_for_answer(qtbot, window)
        assert len(window.model.listing) == 40
        assert button.text().startswith("Any ") and not button.property("active"), entry


def test_filters_add_up_and_each_can_be_taken_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    pick(qtbot, window, window.filters.date, "2022")
    pick(qtbot, window, window.filters.more, "Portrait")
    assert len(window.model.listing) == 4
    pick(qtbot, window, window.filters.date, "Any date")
    pick(qtbot, window, window.filters.more, "Any shape")
    assert len(window.model.listing) == 40
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Escape)
    wait_for_answer(qtbot, window)
    assert window.browser.page.filters == Filters(orientation=Orientation.PORTRAIT)


def test_chosen_filters_and_typed_words_work_together(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    pick(qtbot, window, window.filters.date, "2019")
    ask(qtbot, window, "beach camera:canon since:2019-07-05")
    assert len(window.model.listing) == 5
    assert {name_of(window, row)[:5] for row in range(5)} == {"beach"}
    qtbot.mouseClick(window.filters._clear, _LEFT)
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "beach camera:canon since:2019-07-05"


def test_filters_that_hide_everything_offer_to_be_cleared(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    pick(qtbot, window, window.filters.date, "2019")
    pick(qtbot, window, window.filters.camera, "FUJIFILM X-T5")
    ask(qtbot, window, "red")
    wait(qtbot, lambda: window.stack.currentWidget() is window.empty)
    assert window.empty.title.text() == "No photo meets these filters"
    assert window.empty.button.text() == "Clear filters"
    assert window.empty.other.text() == "Show all photos"
    qtbot.mouseClick(window.empty.button, _LEFT)
    wait_for_answer(qtbot, window, asked=True)
    assert len(window.model.listing) == 40
    assert window.search.edit.text() == "red"
    assert window.stack.currentWidget() is window.photos


def test_two_dates_are_chosen_in_any_order(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    days = {"From": date(2021, 11, 6), "To": date(2019, 7, 8)}

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, DatesDialog)
        for edit in dialog.findChildren(QDateEdit):
            day = days[edit.accessibleName()]
            edit.setDate(QDate(day.year, day.month, day.day))
        (buttons,) = dialog.findChildren(QDialogButtonBox)
        buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    QTimer.singleShot(200, fill)
    pick(qtbot, window, window.filters.date, "Between two dates")
    assert window.browser.page.filters == Filters(since=date(2019, 7, 8), until=date(2021, 11, 6))
    assert len(window.model.listing) == 2 + 6


def test_the_menu_marks_what_is_in_force(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    pick(qtbot, window, window.filters.date, "2019")
    menu = window.filters.date.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["2019  (9)"]


def test_removing_a_folder_asks_and_its_photos_leave_the_grid(
    open_window: Windows, pictures: Path, tmp_path: Path, wait_for_photos: WaitForPhotos, qtbot: QtBot
) -> None:
    other = tmp_path / "Other"
    make_photos(other, 2, first=50)
    window = open_window([pictures, other])
    wait_for_photos(window, 14)
    wait(qtbot, lambda: window.sidebar.tree.topLevelItemCount() == 3)
    click_folder(qtbot, window, "Other")
    assert len(window.model.listing) == 2
    asked: list[str] = []
    answer_question("Cancel", asked)
    window.sidebar.forget_wanted.emit(str(other))
    assert asked[0].startswith(f"Remove {other} from PhotoLens?")
    answer_question("Remove", asked)
    window.sidebar.forget_wanted.emit(str(other))
    wait_for_photos(window, 12)
    assert len(asked) == 2
    assert len(list(other.iterdir())) == 2  # the files stay
    wait(qtbot, lambda: window.sidebar.tree.topLevelItemCount() == 2)
