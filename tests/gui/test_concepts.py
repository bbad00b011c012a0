"""Saved searches in the side pane: kept, changed, taken back, taken elsewhere, counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from photolens.gui.side_tree import THING
from photolens.gui.window import MainWindow
from photolens.search import parse
from tests.gui.concept_hands import (
    answer_dialog,
    click,
    dialog_of,
    from_menu,
    library_of,
    marked,
    names,
    row,
    save,
    wait_for_names,
)
from tests.gui.hands import (
    Windows,
    activate,
    ask,
    drop,
    urls,
    wait,
    wait_for_answer,
    wait_for_message,
)

_LEFT = Qt.MouseButton.LeftButton
_UNDO = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
_REDO = (Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)


# --- saving ---------------------------------------------------------------------------------


def test_a_search_is_saved_under_a_name_and_found_again(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    concepts = window.sidebar.concepts
    wait(qtbot, lambda: concepts.empty.isVisible() and concepts.tree.isHidden())
    assert not window.commands["save-concept"].isEnabled()
    ask(qtbot, window, "a harbour, -people")
    window.clicks.judge([window.model.photo_id(3), window.model.photo_id(5)], True)
    window.clicks.judge([window.model.photo_id(9)], False)
    wait_for_answer(qtbot, window)
    asked = window.browser.page.query()
    window.commands["save-concept"].trigger()
    dialog = dialog_of(window)
    assert dialog.edit.text() == "A harbour"
    assert dialog.note.text() == "It keeps: words, 2 likes, 1 dislike."
    answer_dialog(qtbot, window, "Harbours")
    wait_for_names(qtbot, window, "Harbours")
    wait(qtbot, lambda: marked(window) == "Harbours")
    assert window.concepts.changes.dialog is None and concepts.empty.isHidden()
    assert not window.commands["update-concept"].isEnabled()
    (concept,) = library_of(window).concepts()
    assert concept.query.terms == asked.terms and set(concept.query.judgements) == set(asked.judgements)
    activate(qtbot, window)
    window.commands["all-photos"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    assert marked(window) == ""
    click(qtbot, window, "Harbours")
    wait(qtbot, lambda: window.browser.page.concept == concept.id)
    wait_for_answer(qtbot, window, asked=True)
    assert marked(window) == "Harbours"
    assert window.search.edit.text() == "a harbour, -people"
    assert set(window.browser.page.clicks.judgements) == set(asked.judgements)


@pytest.mark.parametrize(
    ("name", "said"),
    [("   ", "Type a name first."), ("harbours", "There is a concept called “Harbours” already.")],
)
def test_a_name_that_cannot_be_taken_is_explained_in_the_dialog(
    gallery_window: MainWindow, qtbot: QtBot, name: str, said: str
) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    ask(qtbot, window, "harbour at night")
    window.commands["save-concept"].trigger()
    dialog = dialog_of(window)
    answer_dialog(qtbot, window, name)
    wait(qtbot, lambda: dialog.error.isVisible() and said in dialog.error.text())
    assert dialog.isVisible() and dialog.save.isEnabled() and names(window) == ["Harbours"]
    qtbot.keyClicks(dialog.edit, " two")
    assert dialog.error.isHidden()
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Escape)
    assert window.concepts.changes.dialog is None
    assert names(window) == ["Harbours"]


def test_a_suggested_name_is_free(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbour")
    window.commands["save-concept"].trigger()
    assert dialog_of(window).edit.text() == "Harbour 2"


def test_changes_are_saved_and_taken_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, library = gallery_window, library_of(gallery_window)
    save(qtbot, window, "harbour", "Harbours")
    (before,) = library.concepts()
    update = window.commands["update-concept"]
    assert not update.isEnabled()
    window.clicks.judge([window.model.photo_id(4)], True)
    wait_for_answer(qtbot, window)
    assert update.isEnabled() and marked(window) == "Harbours"
    assert window.clicks_bar.update_concept.isVisible()
    liked = window.browser.page.clicks.liked
    qtbot.keyClick(window.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait_for_message(qtbot, window, "Changes to “Harbours” saved.")
    wait(qtbot, lambda: not update.isEnabled())
    assert window.clicks_bar.update_concept.isHidden()
    assert [judged.photo_id for judged in library.concept(before.id).query.judgements] == list(liked)
    window.message.button.click()
    wait(qtbot, lambda: library.concept(before.id).query == before.query)
    wait(qtbot, update.isEnabled)  # the page has kept the click
    qtbot.keyClick(window.grid, *_REDO)
    wait(qtbot, lambda: len(library.concept(before.id).query.judgements) == 1)


# --- what can be done with one ---------------------------------------------------------------


def test_renaming_can_be_taken_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    save(qtbot, window, "beach", "Beaches")
    tree = window.sidebar.concepts.tree
    tree.setFocus()
    tree.setCurrentItem(row(window, "Harbours"))
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    assert dialog_of(window).edit.text() == "Harbours"
    answer_dialog(qtbot, window, "beaches")
    wait(qtbot, lambda: dialog_of(window).error.isVisible())
    answer_dialog(qtbot, window, "Alongside")
    wait_for_names(qtbot, window, "Alongside", "Beaches")
    activate(qtbot, window)
    qtbot.keyClick(window.grid, *_UNDO)
    wait_for_names(qtbot, window, "Beaches", "Harbours")
    qtbot.keyClick(window.grid, *_REDO)
    wait_for_names(qtbot, window, "Alongside", "Beaches")


def test_a_duplicate_can_be_taken_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    from_menu(window, "Harbours", "Duplicate")
    wait_for_names(qtbot, window, "Harbours", "Harbours copy")
    one, other = library_of(window).concepts()
    assert one.query == other.query and one.id != other.id
    qtbot.keyClick(window.grid, *_UNDO)
    wait_for_names(qtbot, window, "Harbours")
    qtbot.keyClick(window.grid, *_REDO)
    wait_for_names(qtbot, window, "Harbours", "Harbours copy")


def test_deleting_asks_nothing_and_can_be_taken_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, library = gallery_window, library_of(gallery_window)
    save(qtbot, window, "harbour", "Harbours")
    (before,) = library.concepts()
    tree = window.sidebar.concepts.tree
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    wait_for_names(qtbot, window)
    wait_for_message(qtbot, window, "Deleted “Harbours”.")
    assert QApplication.activeModalWidget() is None
    assert library.concepts() == [] and window.sidebar.concepts.empty.isVisible()
    window.message.button.click()
    wait_for_names(qtbot, window, "Harbours")
    (after,) = library.concepts()
    assert (after.id, after.query, after.created_at) == (before.id, before.query, before.created_at)
    assert marked(window) == "Harbours"
    qtbot.keyClick(window.grid, *_REDO)
    wait_for_names(qtbot, window)


def test_quick_undoing_and_redoing_ends_where_it_should(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    for _ in range(6):
        window.commands["undo"].trigger()
        window.commands["redo"].trigger()
    window.commands["undo"].trigger()
    wait_for_names(qtbot, window)
    window.commands["redo"].trigger()
    wait_for_names(qtbot, window, "Harbours")
    assert not window.message.isVisible()


def test_the_menu_of_a_row(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    tree = window.sidebar.concepts.tree
    tree.customContextMenuRequested.emit(tree.visualItemRect(row(window, "Harbours")).center())
    menu = QApplication.activePopupWidget()
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Open", "Rename…", "Duplicate", "Save changes to the concept", "Export…", "Delete"]
    menu.close()
    tree.customContextMenuRequested.emit(QPoint(5, tree.height() + 50))
    assert QApplication.activePopupWidget() is None


# --- files ----------------------------------------------------------------------------------


def test_a_concept_travels_to_another_library(
    gallery_window: MainWindow,
    qtbot: QtBot,
    open_window: Windows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour")
    window.clicks.judge([window.model.photo_id(2)], True)
    wait_for_answer(qtbot, window)
    window.commands["save-concept"].trigger()
    answer_dialog(qtbot, window, "Harbours: mine")
    wait_for_names(qtbot, window, "Harbours: mine")
    suggested: list[str] = []
    target = tmp_path / "sent"  # without the ending

    def where(*args: object) -> tuple[str, str]:
        suggested.append(Path(str(args[2])).name)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", where)
    from_menu(window, "Harbours: mine", "Export")
    wait_for_message(qtbot, window, "Exported to")
    assert window.message.button.text() == "Show"
    assert suggested == ["Harbours_ mine.photolens-concept"]
    file = tmp_path / "sent.photolens-concept"
    assert file.exists()
    other = open_window(library=tmp_path / "other library")
    wait(qtbot, lambda: other.library is not None)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(file), ""))
    other.commands["import-concept"].trigger()
    wait_for_names(qtbot, other, "Harbours: mine")
    wait(qtbot, lambda: marked(other) == "Harbours: mine")
    assert other.search.edit.text() == "harbour"
    assert len(other.browser.page.clicks.examples) == 1
    assert not other.commands["update-concept"].isEnabled()
    other.commands["undo"].trigger()
    wait_for_names(qtbot, other)


def test_a_file_that_is_no_concept_is_explained(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    file = tmp_path / "wrong.photolens-concept"
    file.write_bytes(b"no concept at all")
    window.concepts.changes.import_files([str(file)])
    wait_for_message(qtbot, window, "wrong.photolens-concept")
    assert names(window) == []


def test_a_concept_dropped_on_the_window_is_taken_in(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    kept = library_of(window).save_concept("Harbours", parse("harbour"))
    file = tmp_path / "sent.photolens-concept"
    library_of(window).export_concept(kept.id, file)
    library_of(window).delete_concept(kept.id)
    assert drop(window, urls(file))
    wait_for_names(qtbot, window, "Harbours")


def test_an_export_that_cannot_be_written_is_explained(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    target = tmp_path / "nowhere" / "concept"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    from_menu(window, "Harbours", "Export")
    wait_for_message(qtbot, window, "nowhere")


# --- the pane -------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "folders"), [(420, 100), (900, 400)])
def test_the_folders_keep_most_of_the_room(
    gallery_window: MainWindow, qtbot: QtBot, height: int, folders: int
) -> None:
    window, library = gallery_window, library_of(gallery_window)
    for number in range(30):
        library.save_concept(f"Concept {number:02}", parse(f"word {number}"))
    window.resize(1000, height)
    wait(qtbot, lambda: len(names(window)) == 30)
    sidebar = window.sidebar
    wait(qtbot, lambda: sidebar.tree.height() >= folders)
    assert 0 < sidebar.concepts.tree.height() <= 0.31 * sidebar.height()
    assert sidebar.tree.height() > sidebar.concepts.tree.height()


def test_opened_by_another_program_concepts_can_be_read_but_not_changed(
    gallery_window: MainWindow, qtbot: QtBot, open_window: Windows, gallery_library: Path, tmp_path: Path
) -> None:
    save(qtbot, gallery_window, "harbour", "Harbours")
    reader = open_window(library=gallery_library, state=tmp_path / "other.ini")
    wait_for_names(qtbot, reader, "Harbours")
    click(qtbot, reader, "Harbours")
    wait(qtbot, lambda: marked(reader) == "Harbours")
    wait_for_answer(qtbot, reader, asked=True)
    menu = reader.sidebar.concepts.menu_of(row(reader, "Harbours").data(0, THING))
    enabled = [action.text() for action in menu.actions() if action.isEnabled()]
    assert enabled == ["Open", "Export…"]
    reader.sidebar.concepts.tree.setFocus()
    qtbot.keyClick(reader.sidebar.concepts.tree, Qt.Key.Key_Delete)
    reader.commands["save-concept"].trigger()
    wait_for_message(qtbot, reader, "Another PhotoLens")
    assert names(reader) == ["Harbours"] and not reader.commands["import-concept"].isEnabled()
