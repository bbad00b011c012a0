"""Help me narrow: six photos, yes or no, and the answer gets better."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.gui.narrow_dialog import NarrowDialog
from photolens.gui.window import MainWindow
from tests.gui.hands import activate, ask, wait, wait_for_answer

_LEFT = Qt.MouseButton.LeftButton


def open_narrow(qtbot: QtBot, window: MainWindow) -> NarrowDialog:
    """With its photos."""
    qtbot.keyClick(window.grid, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = window.concepts.narrow.dialog
    assert dialog is not None
    wait(qtbot, lambda: dialog.isVisible() and bool(dialog.cards))
    wait(qtbot, dialog.isActiveWindow)
    return dialog


@pytest.fixture
def dialog(gallery_window: MainWindow, qtbot: QtBot) -> NarrowDialog:
    ask(qtbot, gallery_window, "harbour")
    gallery_window.grid.setFocus()
    return open_narrow(qtbot, gallery_window)


def test_it_is_there_when_something_is_asked(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    assert not window.commands["narrow"].isEnabled()
    ask(qtbot, window, "harbour")
    assert window.commands["narrow"].isEnabled()


def test_six_photos_are_shown_with_their_thumbnails(
    gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog
) -> None:
    assert len(set(dialog.photos)) == 6
    library = gallery_window.library
    assert library is not None
    assert dialog.photos == list(library.narrow(gallery_window.browser.page.query(), 6))
    wait(qtbot, lambda: all(not card._pixmap.isNull() for card in dialog.cards))
    assert not dialog.isModal()
    assert dialog.cards[0].hasFocus()


def test_answers_are_clicks_on_photos(gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog) -> None:
    window, photos = gallery_window, dialog.photos
    qtbot.mouseClick(dialog.cards[0].yes, _LEFT)
    qtbot.mouseClick(dialog.cards[1].no, _LEFT)
    clicks = window.browser.page.clicks
    assert (clicks.liked, clicks.disliked) == ((photos[0],), (photos[1],))
    assert [card.liked for card in dialog.cards] == [True, False, None, None, None, None]
    assert dialog.cards[2].hasFocus() and dialog.photos == photos
    wait_for_answer(qtbot, window)
    assert window.model.photo_id(0) == photos[0]  # your picks
    qtbot.mouseClick(dialog.cards[0].yes, _LEFT)  # taken back
    assert window.browser.page.clicks.liked == () and dialog.cards[0].liked is None
    assert dialog.cards[0].accessibleName() == "Photo 1: not answered"
    assert dialog.cards[1].accessibleName() == "Photo 2: no"


def test_the_keys_do_all_of_it(gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog) -> None:
    window, photos = gallery_window, dialog.photos

    def focused() -> int:
        return next(n for n, card in enumerate(dialog.cards) if card.hasFocus())

    for key, at in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 4),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_6, 5),
    ):
        qtbot.keyClick(dialog.focusWidget(), key)
        assert focused() == at
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_L)
    assert window.browser.page.clicks.liked == (photos[5],) and focused() == 0
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_D)
    assert window.browser.page.clicks.disliked == (photos[0],) and focused() == 1
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_1)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_U)
    assert window.browser.page.clicks.disliked == () and focused() == 0
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.browser.page.clicks.disliked == (photos[0],)
    assert dialog.cards[0].liked is False
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_none_of_these_says_no_to_the_rest(
    gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog
) -> None:
    window, photos = gallery_window, dialog.photos
    qtbot.mouseClick(dialog.cards[2].yes, _LEFT)
    assert not dialog.more.isEnabled()
    qtbot.mouseClick(dialog.none, _LEFT)
    clicks = window.browser.page.clicks
    assert clicks.liked == (photos[2],) and set(clicks.disliked) == set(photos) - {photos[2]}
    assert not dialog.none.isEnabled() and dialog.more.isEnabled()
    assert dialog.more.hasFocus()
    window.commands["undo"].trigger()  # one step for all of them
    assert window.browser.page.clicks.disliked == ()
    assert dialog.none.isEnabled() and not dialog.more.isEnabled()


def test_six_more_are_others(gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog) -> None:
    first = dialog.photos
    qtbot.mouseClick(dialog.none, _LEFT)
    qtbot.keyClick(dialog.more, Qt.Key.Key_Return)
    wait(qtbot, lambda: bool(dialog.photos) and not set(dialog.photos) & set(first))
    assert len(dialog.photos) == 6 and [card.liked for card in dialog.cards] == [None] * 6
    qtbot.mouseClick(dialog.done_button, _LEFT)
    assert not dialog.isVisible()
    activate(qtbot, gallery_window)
    again = open_narrow(qtbot, gallery_window)
    assert again is dialog and not set(again.photos) & set(first)


def test_when_no_photo_is_left_it_says_so(
    gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog
) -> None:
    window = gallery_window
    library = window.library
    assert library is not None
    window.clicks.judge(library.photo_ids().tolist(), True)
    wait_for_answer(qtbot, window)
    wait(qtbot, dialog.more.isEnabled)
    qtbot.mouseClick(dialog.more, _LEFT)
    wait(qtbot, lambda: dialog.title.text() == "There is no photo left to ask about.")
    assert dialog.cards == [] and dialog.none.isHidden() and dialog.more.isHidden()
    assert dialog.done_button.isVisible() and dialog.done_button.text() == "Close"


def test_another_question_brings_other_photos(
    gallery_window: MainWindow, qtbot: QtBot, dialog: NarrowDialog
) -> None:
    window, library = gallery_window, gallery_window.library
    assert library is not None
    activate(qtbot, window)
    ask(qtbot, window, "night")
    expected = list(library.narrow(window.browser.page.query(), 6))
    wait(qtbot, lambda: dialog.photos == expected)
    window.commands["all-photos"].trigger()
    wait(qtbot, lambda: dialog.title.text() == "Search for something first.")
    assert dialog.cards == []


def test_a_card_keeps_the_shape_of_its_photo(qtbot: QtBot, dialog: NarrowDialog) -> None:
    wait(qtbot, lambda: all(not card._pixmap.isNull() for card in dialog.cards))
    for card in dialog.cards:
        shown, source = card._fitted(card.size()).size(), card._pixmap.size()
        assert abs(shown.width() / shown.height() - source.width() / source.height()) < 0.05
