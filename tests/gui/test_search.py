"""Words in the search box: asking, stepping back, filters as they are typed, mistakes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Facets, TextTerm
from photolens.gui.chips import Chip
from photolens.gui.page import Page
from photolens.gui.window import MainWindow
from tests.gui.hands import (
    activate,
    ask,
    error_text,
    name_of,
    wait,
    wait_for_answer,
    word_chips,
)

_KEY = Qt.Key
_ODD_TEXTS = (
    "word " * 2000,
    "כלב על החוף",
    "🏖️ 👩‍👩‍👧 sunset",
    'a " quote',
    "% ' \\ <b>bold</b> &amp;",
    "-",
    "…",
)


def cross(chip: Chip) -> None:
    """Click the cross of a chip."""
    chip._cross.click()


def chips_are(window: MainWindow, *texts: str) -> Callable[[], bool]:
    """Whether these chips are to be seen, in this order."""
    return lambda: [one.text for one in word_chips(window)] == list(texts)


def chip(window: MainWindow, text: str) -> Chip:
    (found,) = (one for one in word_chips(window) if one.text == text)
    return found


def test_words_and_enter_lead_to_the_best_matches(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "a red car")
    answer = window.browser.answer
    assert answer is not None and answer.query is not None
    assert [term.text for term in answer.query.terms if isinstance(term, TextTerm)] == ["a red car"]
    assert len(window.model.listing) == answer.total == 40
    assert window.grid.hasFocus()
    assert window.filters.summary.full_text() == "40 photos, the best matches first"
    assert window.filters.order.text() == "Best match first"
    assert not window.commands["by-name"].isEnabled() and window.commands["newest"].isEnabled()


def test_a_file_name_finds_that_photo_first(gallery_window: MainWindow, qtbot: QtBot) -> None:
    ask(qtbot, gallery_window, "beach_4.jpg")
    assert name_of(gallery_window, 0) == "beach_4.jpg"


def test_results_come_a_moment_after_the_last_key_and_only_once(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    asked: list[tuple[float, Page]] = []
    window.browser.page_changed.connect(lambda page: asked.append((time.monotonic(), page)))
    qtbot.keyClicks(window.search.edit, "red car", delay=30)
    last_key = time.monotonic()
    wait(qtbot, lambda: bool(asked))
    ((at, page),) = asked
    assert page.text == "red car"
    assert 0.2 <= at - last_key < 2
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.hasFocus()
    assert window.search.edit.text() == "red car"


def test_down_goes_to_the_first_photo(gallery_window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(gallery_window.search.edit, _KEY.Key_Down)
    assert gallery_window.grid.hasFocus()
    assert gallery_window.grid.selected_rows().tolist() == [0]


def test_down_with_an_answer_on_its_way_goes_to_the_photos_too(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    qtbot.keyClicks(window.search.edit, "beach")
    wait_for_answer(qtbot, window, asked=False)
    qtbot.keyClick(window.search.edit, _KEY.Key_Down)
    assert window.grid.hasFocus()
    wait_for_answer(qtbot, window, asked=True)


def test_escape_goes_back_to_all_photos_in_one_step(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    before = window.model.listing.ids.tolist()
    qtbot.keyClicks(window.search.edit, "red")
    wait_for_answer(qtbot, window, asked=True)
    ask(qtbot, window, "blue sky")
    qtbot.keyClick(window.grid, _KEY.Key_Escape)
    wait_for_answer(qtbot, window, asked=False)
    assert window.search.edit.text() == ""
    assert window.model.listing.ids.tolist() == before
    qtbot.keyClick(window.grid, _KEY.Key_Escape)  # nowhere further to go
    assert window.browser.page == Page()
    assert not window.search._back.isVisible()


def test_escape_works_from_the_search_box(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "red")
    window.search.edit.setFocus()
    qtbot.keyClick(window.search.edit, _KEY.Key_Escape)
    wait_for_answer(qtbot, window, asked=False)
    assert window.search.edit.text() == ""


def test_ctrl_f_marks_the_text_so_that_typing_replaces_it(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "red")
    qtbot.keyClick(window.grid, _KEY.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.search.edit.hasFocus()
    qtbot.keyClicks(window.search.edit, "blue")
    assert window.search.edit.text() == "blue"


def test_clearing_the_search_shows_all_photos(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "red")
    qtbot.mouseClick(window.search._clear, Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, window, asked=False)
    assert window.search.edit.hasFocus() and window.search.edit.text() == ""
    assert len(window.model.listing) == 40


def test_chips_teach_what_was_understood_and_removing_one_changes_the_text(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour -people since:2020")
    wait(qtbot, chips_are(window, "+ harbour", "− people", "since:2020-01-01"))
    assert len(window.model.listing) == 31
    cross(chip(window, "since:2020-01-01"))
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour, -people"
    assert len(window.model.listing) == 40
    wait(qtbot, chips_are(window, "+ harbour", "− people"))
    cross(chip(window, "− people"))
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour"
    assert word_chips(window) == []  # plain words need no chip


def test_a_chip_goes_by_key_too(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour -people")
    wait(qtbot, chips_are(window, "+ harbour", "− people"))
    activate(qtbot, window)
    chip(window, "− people").setFocus()
    wait(qtbot, chip(window, "− people").hasFocus)
    with qtbot.waitSignal(window.browser.answered):
        window.commands["rescan"].trigger()  # an answer that comes meanwhile does not take the focus away
    assert chip(window, "− people").hasFocus()
    qtbot.keyClick(chip(window, "− people"), _KEY.Key_Delete)
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour"


def test_filters_alone_need_no_words(gallery_window: MainWindow, qtbot: QtBot) -> None:
    ask(qtbot, gallery_window, "since:2021 until:2021-11-04")
    assert sorted(name_of(gallery_window, row) for row in range(4)) == [f"night_{n}.jpg" for n in range(4)]
    assert len(gallery_window.model.listing) == 4


@pytest.mark.parametrize(
    ("wrong", "said", "right"),
    [
        ("since:banana", "banana", "since:2020"),
        ("foldr:x", "folder:x", "folder:Night"),
        ("red is:round", "round", "red is:landscape"),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained_and_correcting_it_ends_that(
    gallery_window: MainWindow, qtbot: QtBot, wrong: str, said: str, right: str
) -> None:
    window = gallery_window
    qtbot.keyClicks(window.search.edit, wrong)
    qtbot.keyClick(window.search.edit, _KEY.Key_Return)
    wait(qtbot, lambda: said in error_text(window))
    assert len(window.model.listing) == 40  # what was there stays
    ask(qtbot, window, right)
    assert error_text(window) == ""
    assert window.browser.answer is not None and window.browser.answer.page.text == right


def test_a_mistake_after_a_question_without_photos_leaves_no_words_about_that_one(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    ask(qtbot, window, "folder:nothing")
    wait(qtbot, lambda: window.empty.title.text() == "No photo meets these filters")
    assert window.sidebar.tree.selectedItems() == []  # it is not all photos
    window.search.edit.setText("date:20x")
    qtbot.keyClick(window.search.edit, _KEY.Key_Return)
    wait(qtbot, lambda: "20x" in error_text(window))
    assert window.empty.title.text() == "There is no answer to this"
    window.empty_pages.look_again()  # a file came, say
    assert window.empty.title.text() == "There is no answer to this"
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: window.stack.currentWidget() is window.photos)
    assert window.sidebar.tree.selectedItems()[0] is window.sidebar.tree.topLevelItem(0)


def test_an_error_is_gone_after_a_step_back(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    qtbot.keyClicks(window.search.edit, "since:banana")
    wait(qtbot, lambda: "banana" in error_text(window))
    qtbot.keyClick(window.search.edit, _KEY.Key_Escape)
    wait(qtbot, lambda: not error_text(window))
    wait_for_answer(qtbot, window, asked=False)


def test_any_text_is_taken_as_it_is(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    for text in _ODD_TEXTS:
        window.search.edit.setText(text)  # pasted, as far as the window knows
        qtbot.keyClick(window.search.edit, _KEY.Key_Return)
        wait_for_answer(qtbot, window)
        assert window.browser.page.text == window.search.edit.text() == text
        assert error_text(window) == "", text
        assert len(window.model.listing) == 40, text
        assert window.width() < 2000


def test_text_without_meaning_leads_nowhere_dead(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "folder:Nowhere")
    wait(qtbot, lambda: window.stack.currentWidget() is window.empty)
    assert window.empty.title.text() == "No photo meets these filters"
    qtbot.mouseClick(window.empty.button, Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, window, asked=False)
    assert window.stack.currentWidget() is window.photos
    assert len(window.model.listing) == 40


def test_a_suggested_filter_is_taken_with_tab(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    qtbot.keyClicks(window.search.edit, "camera:fuj")
    popup = window.search._completion._popup
    wait(qtbot, popup.isVisible)
    qtbot.keyClick(popup, _KEY.Key_Tab)
    assert window.search.edit.text() == 'camera:"FUJIFILM X-T5" '
    wait(qtbot, lambda: len(window.model.listing) == 8)
    assert popup.isHidden()


def test_a_filter_typed_before_it_is_known_what_there_is_gets_suggestions_then(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    window.activateWindow()
    window.search.edit.setFocus()
    wait(qtbot, window.search.edit.hasFocus)
    window.search.set_facets(Facets(), [])
    qtbot.keyClicks(window.search.edit, "camera:fuj")
    assert not window.search._completion.offers
    window.search.set_facets(Facets(cameras=(("FUJIFILM X-T5", 8),)), [])
    assert window.search._completion.offers


def test_the_sort_order_changes_what_comes_first(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    assert name_of(window, 0) == "large_2.jpg"
    for number, first in ((2, "beach_0.jpg"), (3, "beach_0.jpg"), (1, "large_2.jpg")):
        qtbot.keyClick(window.grid, str(number), Qt.KeyboardModifier.ControlModifier)
        wait_for_answer(qtbot, window, asked=False)
        assert name_of(window, 0) == first
    assert window.commands["newest"].isChecked() and not window.commands["oldest"].isChecked()


def test_the_order_that_was_chosen_is_still_there_after_a_search(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    window.commands["oldest"].trigger()
    ask(qtbot, window, "red")
    assert window.commands["best-match"].isChecked() and not window.commands["oldest"].isChecked()
    qtbot.keyClick(window.grid, _KEY.Key_Home, Qt.KeyboardModifier.AltModifier)
    wait_for_answer(qtbot, window, asked=False)
    assert name_of(window, 0) == "beach_0.jpg"
    assert window.commands["oldest"].isEnabled() and window.commands["oldest"].isChecked()
