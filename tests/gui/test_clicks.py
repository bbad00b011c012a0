"""Likes and dislikes in the window: the page rearranges, and every click can be taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import FeedbackMode
from photolens.gui import theme
from photolens.gui.grid.judging import Button, button_places
from photolens.gui.window import MainWindow
from tests.gui.hands import ask, wait, wait_for_answer, wait_for_message
from tests.gui.listings import place_of, point_at

_KEY = Qt.Key


@pytest.fixture
def window(gallery_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The answer to a question, the focus on its photos."""
    ask(qtbot, gallery_window, "something blue")
    return gallery_window


def keys(window: MainWindow) -> list[str]:
    return [section.key for section in window.model.sections]


def count(window: MainWindow, key: str) -> int:
    return next((section.count for section in window.model.sections if section.key == key), 0)


def ids(window: MainWindow) -> list[int]:
    return window.model.listing.ids.tolist()


def part(window: MainWindow, key: str) -> list[int]:
    """The photos under one heading."""
    section = next(section for section in window.model.sections if section.key == key)
    return ids(window)[section.start : section.end]


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, photo: int) -> None:
    """Select a photo, press a key, wait for the new order."""
    window.grid.setFocus()
    window.grid.select_row(ids(window).index(photo))
    qtbot.keyClick(window.grid, key)
    wait_for_answer(qtbot, window)


def click_button(qtbot: QtBot, window: MainWindow, photo: int, button: Button) -> None:
    """Move to the tile and click its heart or its X."""
    grid = window.grid
    grid.scrollTo(window.model.index(ids(window).index(photo), 0))
    spot = button_places(place_of(grid, photo), None)[button].center()
    point_at(grid, spot)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    wait_for_answer(qtbot, window)


def test_l_makes_a_pick_and_the_rest_follows(window: MainWindow, qtbot: QtBot) -> None:
    before = ids(window)
    assert "liked" not in keys(window)
    wanted = before[20]
    press(qtbot, window, _KEY.Key_L, wanted)
    assert keys(window)[0] == "liked" and part(window, "liked") == [wanted]
    assert ids(window)[1:] != [photo for photo in before if photo != wanted]
    assert sorted(ids(window)) == sorted(before)
    assert window.browser.page.clicks.liked == (wanted,)
    assert window.clicks_bar.liked.accessibleName() == "1 liked"


def test_picks_stand_in_the_order_of_clicks(window: MainWindow, qtbot: QtBot) -> None:
    first, second = ids(window)[30], ids(window)[3]
    press(qtbot, window, _KEY.Key_L, first)
    press(qtbot, window, _KEY.Key_L, second)
    assert part(window, "liked") == [first, second]


def test_d_folds_a_photo_away_and_the_heading_brings_it_back(window: MainWindow, qtbot: QtBot) -> None:
    before = ids(window)
    press(qtbot, window, _KEY.Key_D, before[0])
    assert before[0] not in ids(window) and len(ids(window)) == 39
    assert count(window, "disliked") == 1
    window.grid.section_toggled.emit("disliked")
    wait(qtbot, lambda: part(window, "disliked") == [before[0]])
    press(qtbot, window, _KEY.Key_U, before[0])
    assert "disliked" not in keys(window) and ids(window) == before


def test_the_heart_and_the_cross_on_a_tile(window: MainWindow, qtbot: QtBot) -> None:
    liked, disliked = ids(window)[1], ids(window)[2]
    click_button(qtbot, window, liked, Button.LIKE)
    assert part(window, "liked") == [liked]
    assert liked not in window.grid.selected_ids()
    click_button(qtbot, window, disliked, Button.DISLIKE)
    assert window.browser.page.clicks.disliked == (disliked,)
    click_button(qtbot, window, liked, Button.LIKE)  # a second time: neither
    assert window.browser.page.clicks.liked == ()


def test_a_key_judges_all_that_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    window.grid.select_rows(np.array([4, 5, 6]))
    chosen = window.grid.selected_ids().tolist()
    qtbot.keyClick(window.grid, _KEY.Key_L)
    wait_for_answer(qtbot, window)
    assert part(window, "liked") == chosen
    window.commands["undo"].trigger()
    wait_for_answer(qtbot, window)
    assert "liked" not in keys(window)


def test_every_click_can_be_taken_back_and_made_again(window: MainWindow, qtbot: QtBot) -> None:
    orders = [ids(window)]
    for key, row in ((_KEY.Key_L, 12), (_KEY.Key_D, 7), (_KEY.Key_L, 25)):
        press(qtbot, window, key, ids(window)[row])
        orders.append(ids(window))
    for order in orders[-2::-1]:
        qtbot.keyClick(window.grid, _KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wait_for_answer(qtbot, window)
        assert ids(window) == order
    assert not window.commands["undo"].isEnabled()
    for order in orders[1:]:
        qtbot.keyClick(window.grid, _KEY.Key_Y, Qt.KeyboardModifier.ControlModifier)
        wait_for_answer(qtbot, window)
        assert ids(window) == order


def test_taking_back_a_click_of_another_question_goes_back_there(window: MainWindow, qtbot: QtBot) -> None:
    before = ids(window)
    press(qtbot, window, _KEY.Key_L, before[3])
    window.commands["all-photos"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    window.commands["undo"].trigger()
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "something blue" and ids(window) == before


def test_before_my_clicks_and_after(window: MainWindow, qtbot: QtBot) -> None:
    before = ids(window)
    press(qtbot, window, _KEY.Key_L, before[20])
    after = ids(window)
    switch = window.clicks_bar.before
    assert switch.isVisible()
    switch.click()
    wait_for_answer(qtbot, window)
    assert ids(window) == before and "liked" not in keys(window)
    assert window.browser.page.clicks.liked == (before[20],)
    switch.click()
    wait_for_answer(qtbot, window)
    assert ids(window) == after


def test_a_key_leaves_the_focus_where_the_eye_is(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.grid
    grid.setFocus()
    grid.select_row(6)
    place = grid.visualRect(grid.currentIndex()).center()
    first = grid.current_id()
    for _ in range(3):
        qtbot.keyClick(grid, _KEY.Key_D)
        wait_for_answer(qtbot, window)
        current = grid.visualRect(grid.currentIndex())
        assert abs(current.center().y() - place.y()) < 1.5 * grid.tile_size
        assert grid.selected_ids().tolist() == [grid.current_id()] != [first]
    assert len(window.browser.page.clicks.disliked) == 3


def test_clicks_of_one_question_are_not_taken_to_another(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_L, ids(window)[5])
    ask(qtbot, window, "something blue at night")
    assert len(window.browser.page.clicks.liked) == 1
    ask(qtbot, window, "food")
    assert not window.browser.page.clicks and "liked" not in keys(window)


def test_photos_of_the_question_before_cannot_be_judged(window: MainWindow, qtbot: QtBot) -> None:
    window.grid.setFocus()
    window.grid.select_row(3)
    window.search.edit.setText("food")
    window.search.edit.returnPressed.emit()
    assert window.browser.answer is not None and window.browser.answer.page.text == "something blue"
    qtbot.keyClick(window.grid, _KEY.Key_L)
    assert not window.browser.page.clicks
    wait_for_message(qtbot, window, "another question")
    wait_for_answer(qtbot, window)
    press(qtbot, window, _KEY.Key_L, ids(window)[3])
    assert len(window.browser.page.clicks.liked) == 1


def test_an_unusual_rule_shows_on_the_button_of_its_menu(window: MainWindow, qtbot: QtBot) -> None:
    menu = window.clicks_bar.menu
    assert not menu.property("active")
    window.commands["nearest-demote"].trigger()
    assert menu.property("active")
    window.commands["learned"].trigger()
    assert not menu.property("active")


def test_the_rule_of_the_nearest_click_can_be_chosen(window: MainWindow, qtbot: QtBot) -> None:
    photos = ids(window)
    press(qtbot, window, _KEY.Key_L, photos[1])
    press(qtbot, window, _KEY.Key_D, photos[8])
    window.commands["nearest-demote"].trigger()
    wait_for_answer(qtbot, window)
    assert window.browser.page.clicks.mode is FeedbackMode.NEAREST_DEMOTE
    demoted = count(window, "demoted")
    assert demoted and keys(window)[-1] == "demoted"
    window.commands["nearest-drop"].trigger()
    wait_for_answer(qtbot, window)
    assert len(ids(window)) == 40 - 1 - demoted
    window.commands["learned"].trigger()
    wait_for_answer(qtbot, window)
    assert len(ids(window)) == 39


def test_all_disliked_is_a_page_with_a_reason(window: MainWindow, qtbot: QtBot) -> None:
    window.grid.selectAll()
    qtbot.keyClick(window.grid, _KEY.Key_D)
    wait_for_answer(qtbot, window)
    assert keys(window) == ["disliked"] and len(ids(window)) == 40
    assert window.stack.currentWidget() is window.photos
    window.commands["forget-clicks"].trigger()
    wait_for_answer(qtbot, window)
    assert "disliked" not in keys(window) and len(ids(window)) == 40


def test_all_left_out_is_a_page_with_a_reason(window: MainWindow, qtbot: QtBot) -> None:
    window.commands["nearest-drop"].trigger()
    press(qtbot, window, _KEY.Key_D, ids(window)[0])
    wait(qtbot, lambda: window.stack.currentWidget() is window.empty or len(ids(window)) == 1)


def test_in_a_plain_list_clicks_are_kept_until_they_are_asked(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    before = ids(window)
    press(qtbot, window, _KEY.Key_L, before[9])
    assert ids(window) == before  # nothing moves in a list by date
    assert window.clicks_bar.isVisible() and window.clicks_bar.ask.isVisible()
    window.clicks_bar.ask.click()
    wait_for_answer(qtbot, window, asked=True)
    assert part(window, "liked") == [before[9]]
    window.commands["back"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    assert ids(window) == before


def test_in_the_viewer_the_list_waits_until_it_is_closed(window: MainWindow, qtbot: QtBot) -> None:
    before = ids(window)
    window.hand.view(4)
    assert window.viewing
    qtbot.keyClick(window.viewer, _KEY.Key_L)
    qtbot.keyClick(window.viewer, _KEY.Key_Right)
    assert window.viewer.photo_id == before[5]
    qtbot.keyClick(window.viewer, _KEY.Key_D)
    assert ids(window) == before
    window.commands["back"].trigger()
    wait_for_answer(qtbot, window)
    assert part(window, "liked") == [before[4]] and before[5] not in ids(window)


def test_strong_matches_alone_and_by_date(window: MainWindow, qtbot: QtBot) -> None:
    window.clicks_bar.strong.click()
    wait_for_answer(qtbot, window)
    strong = count(window, "strong")
    assert set(keys(window)) <= {"strong"} and len(ids(window)) == strong
    if not strong:
        assert window.stack.currentWidget() is window.empty
    window.clicks_bar.strong.click()
    window.clicks_bar.by_date.click()
    wait_for_answer(qtbot, window)
    for section in window.model.sections:
        times = window.model.listing.times[section.start : section.end]
        assert (times[:-1] >= times[1:]).all()
    assert window.filters.order.text() == "Newest first"
    window.commands["oldest"].trigger()
    wait_for_answer(qtbot, window)
    for section in window.model.sections:
        times = window.model.listing.times[section.start : section.end]
        assert (times[:-1] <= times[1:]).all()
    window.commands["best-match"].trigger()
    wait_for_answer(qtbot, window)
    assert window.filters.order.text() == "Best match first"


def test_a_tile_under_the_mouse_says_why(window: MainWindow, qtbot: QtBot) -> None:
    place = window.grid.visualRect(window.model.index(2, 0)).center()
    said: list[str] = []
    show = window.grid.set_reason
    window.grid.set_reason = lambda photo_id, text: (said.append(text), show(photo_id, text))  # type: ignore[method-assign]
    point_at(window.grid, place)
    wait(qtbot, lambda: bool(said))
    assert "something blue" in said[0]


def test_the_details_say_why(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_L, ids(window)[7])
    window.commands["why"].trigger()
    window.grid.select_row(3)
    wait(qtbot, lambda: window.details.why.isVisible())
    window.commands["all-photos"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    window.grid.select_row(3)
    wait(qtbot, lambda: not window.details.why.isVisible())


def test_the_nearest_judged_photo_is_a_click_away(window: MainWindow, qtbot: QtBot) -> None:
    liked = ids(window)[7]
    press(qtbot, window, _KEY.Key_L, liked)
    window.commands["why"].trigger()
    window.grid.select_row(ids(window).index(liked) + 3)
    wait(qtbot, lambda: window.details.why.isVisible())
    window.details.photo_clicked.emit(liked)
    assert window.grid.current_id() == liked
    disliked = ids(window)[-1]
    press(qtbot, window, _KEY.Key_D, disliked)  # folded away: not in the list
    window.details.photo_clicked.emit(disliked)
    wait_for_answer(qtbot, window)
    assert [picture.source for picture in window.browser.page.pictures] == [disliked]


def test_without_its_last_like_a_question_of_likes_is_a_list_again(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    before = ids(window)
    press(qtbot, window, _KEY.Key_L, before[9])
    window.clicks_bar.ask.click()
    wait_for_answer(qtbot, window, asked=True)
    press(qtbot, window, _KEY.Key_D, ids(window)[5])
    press(qtbot, window, _KEY.Key_U, before[9])
    wait_for_answer(qtbot, window, asked=False)
    assert ids(window) == before and keys(window) == []
    window.commands["undo"].trigger()
    wait_for_answer(qtbot, window, asked=True)
    assert part(window, "liked") == [before[9]]


def test_a_question_that_makes_no_sense_offers_nothing_to_do_with_its_answer(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.search.focus()
    window.search.edit.setText("since:20x")
    qtbot.keyClick(window.search.edit, _KEY.Key_Return)
    wait(qtbot, lambda: not window.commands["narrow"].isEnabled())
    assert not window.commands["strong-only"].isEnabled() and not window.commands["save-concept"].isEnabled()
    assert window.filters.summary.full_text() == ""


def test_leaving_a_search_with_clicks_offers_the_way_back(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, _KEY.Key_L, ids(window)[4])
    after = ids(window)
    qtbot.keyClick(window.grid, _KEY.Key_Escape)
    wait_for_answer(qtbot, window, asked=False)
    wait_for_message(qtbot, window, "You left a search")
    window.message.button.click()
    wait_for_answer(qtbot, window, asked=True)
    assert ids(window) == after


def test_photos_of_the_question_before_are_veiled_while_the_answer_is_awaited(
    window: MainWindow, qtbot: QtBot
) -> None:
    grid = window.grid
    shown = [ids(window)[row] for row in grid._visible(0)]
    wait(qtbot, lambda: all(window.thumbnails.get(photo_id) for photo_id in shown))
    qtbot.wait(2 * theme.FADE_MS)  # they fade in
    clear = grid.grab().toImage()
    window.browser.page = replace(window.browser.page, text="a street")
    window.browser.busy_changed.emit(True)
    assert grid.grab().toImage() != clear
    window.browser.busy_changed.emit(False)
    assert grid.grab().toImage() == clear
