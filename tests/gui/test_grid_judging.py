"""Hearts and X on the photos of the grid, and why a photo is where it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.grid.judging import BUTTON, Button, button_places, shown_buttons, verdict
from photolens.gui.grid.photo_view import MIN_SIZE
from photolens.gui.grid.tiles import TileLook, TilePainter
from photolens.gui.grid.view import GridView
from tests.gui.hands import drag_mouse
from tests.gui.listings import listing, place_of, point_at, shown_grid

_LEFT = Qt.MouseButton.LeftButton
_CTRL = Qt.KeyboardModifier.ControlModifier
_IDS = list(range(1, 101))
_TILE = QRect(10, 20, 200, 150)


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[GridView]:
    """A hundred photos, ids from 1, that can be judged."""
    with shown_grid(qtbot) as made:
        made.judging_enabled = True
        made.show_listing(listing(_IDS), keep_place=False)
        yield made


@pytest.fixture
def judged(grid: GridView) -> list[tuple[list[int], bool | None]]:
    """What was clicked."""
    clicks: list[tuple[list[int], bool | None]] = []
    grid.judged.connect(lambda ids, liked: clicks.append((ids, liked)))
    return clicks


@pytest.fixture
def opened(grid: GridView) -> list[int]:
    rows: list[int] = []
    grid.opened.connect(rows.append)
    return rows


Clicks = list[tuple[list[int], bool | None]]


def button_at(grid: GridView, photo_id: int, button: Button) -> QPoint:
    return button_places(place_of(grid, photo_id), None)[button].center()


def click(qtbot: QtBot, grid: GridView, photo_id: int, button: Button) -> None:
    at = button_at(grid, photo_id, button)
    point_at(grid, at)
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=at)


def seen(grid: GridView, area: QRect) -> QImage:
    return grid.viewport().grab(area).toImage()


@pytest.mark.parametrize(
    ("liked", "button", "then"),
    [
        (None, Button.LIKE, True),
        (None, Button.DISLIKE, False),
        (True, Button.LIKE, None),
        (True, Button.DISLIKE, False),
        (False, Button.LIKE, True),
        (False, Button.DISLIKE, None),
    ],
)
def test_a_second_click_takes_the_first_back(
    grid: GridView, judged: Clicks, qtbot: QtBot, liked: bool | None, button: Button, then: bool | None
) -> None:
    assert verdict(button, liked) is then
    grid.set_judgements(frozenset({4} if liked else ()), frozenset({4} if liked is False else ()))
    click(qtbot, grid, 4, button)
    assert judged == [([4], then)]


def test_a_click_on_a_button_selects_nothing_and_opens_nothing(
    grid: GridView, judged: Clicks, opened: list[int], qtbot: QtBot
) -> None:
    grid.select_row(1)
    at = button_at(grid, 4, Button.LIKE)
    click(qtbot, grid, 4, Button.LIKE)
    qtbot.mouseDClick(grid.viewport(), _LEFT, pos=at)
    qtbot.mouseRelease(grid.viewport(), _LEFT, pos=at)
    assert judged == [([4], True)]  # the second click of a double click does not take it back
    assert grid.selected_ids().tolist() == [2]
    assert grid.current_id() == 2
    assert opened == []


def test_beside_the_buttons_a_photo_is_selected_and_opened_as_ever(
    grid: GridView, judged: Clicks, opened: list[int], qtbot: QtBot
) -> None:
    at = place_of(grid, 4).center()
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=at)
    assert grid.selected_ids().tolist() == [4]
    qtbot.mouseDClick(grid.viewport(), _LEFT, pos=at)
    assert opened == [3]
    assert judged == []


def test_a_click_in_a_selection_is_about_that_photo_only(
    grid: GridView, judged: Clicks, qtbot: QtBot
) -> None:
    for photo_id in (3, 4, 5):
        qtbot.mouseClick(grid.viewport(), _LEFT, _CTRL, place_of(grid, photo_id).center())
    click(qtbot, grid, 4, Button.DISLIKE)
    assert judged == [([4], False)]
    assert grid.selected_ids().tolist() == [3, 4, 5]


def test_a_button_left_before_letting_go_does_nothing(grid: GridView, judged: Clicks) -> None:
    dragged: list[bool] = []
    grid.drag_data_wanted.connect(lambda data: dragged.append(True))
    drag_mouse(grid.viewport(), button_at(grid, 4, Button.LIKE), place_of(grid, 9).center())
    assert judged == []
    assert dragged == []
    assert grid.selected_ids().tolist() == []
    assert grid._band is None


def test_without_judging_there_are_no_buttons(grid: GridView, judged: Clicks, qtbot: QtBot) -> None:
    assert not GridView(grid._photos, grid._thumbnails).judging_enabled
    grid.judging_enabled = False
    grid.set_judgements(frozenset({4}), frozenset({5}))
    pointed = button_places(place_of(grid, 4), None)[Button.LIKE]
    point_at(grid, pointed.center())
    bare = seen(grid, button_places(place_of(grid, 6), None)[Button.DISLIKE])
    assert seen(grid, button_places(place_of(grid, 5), None)[Button.DISLIKE]) == bare
    assert seen(grid, pointed) == bare
    click(qtbot, grid, 4, Button.LIKE)
    assert judged == []
    assert grid.selected_ids().tolist() == [4]


# --- what is seen ------------------------------------------------------------------------------


def test_buttons_come_with_the_mouse_and_go_with_it(grid: GridView) -> None:
    area = button_places(place_of(grid, 4), None)[Button.DISLIKE]
    bare = seen(grid, area)
    point_at(grid, place_of(grid, 4).center())
    shown = seen(grid, area)
    assert shown != bare
    point_at(grid, area.center())
    assert seen(grid, area) not in (bare, shown)  # brighter under the mouse
    QApplication.sendEvent(grid.viewport(), QEvent(QEvent.Type.Leave))
    assert seen(grid, area) == bare


def test_the_photo_with_the_keyboard_focus_has_buttons(grid: GridView, qtbot: QtBot) -> None:
    area = button_places(place_of(grid, 2), None)[Button.LIKE]
    bare = seen(grid, area)
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.select_row(1)
    assert seen(grid, area) != bare
    grid.clearFocus()
    assert seen(grid, area) == bare


def test_judged_photos_show_it_without_the_mouse(grid: GridView) -> None:
    places = button_places(place_of(grid, 4), None)
    bare = {button: seen(grid, place) for button, place in places.items()}
    grid.set_judgements(frozenset({4}), frozenset())
    heart = seen(grid, places[Button.LIKE])
    assert heart.pixelColor(BUTTON // 2, BUTTON // 2) == QColor(theme.colors().accent)
    assert seen(grid, places[Button.DISLIKE]) == bare[Button.DISLIKE]
    grid.set_judgements(frozenset(), frozenset({4}))
    assert seen(grid, places[Button.LIKE]) == bare[Button.LIKE]
    assert seen(grid, places[Button.DISLIKE]) != bare[Button.DISLIKE]
    grid.set_judgements(frozenset(), frozenset())
    assert seen(grid, places[Button.DISLIKE]) == bare[Button.DISLIKE]


def test_a_narrow_tile_has_room_for_one_button() -> None:
    narrow = QRect(0, 0, 80, 120)
    assert list(button_places(_TILE, None)) == [Button.LIKE, Button.DISLIKE]
    assert list(button_places(narrow, None)) == [Button.LIKE]
    assert list(button_places(narrow, True)) == [Button.LIKE]
    assert list(button_places(narrow, False)) == [Button.DISLIKE]
    assert button_places(QRect(0, 0, 20, 200), None) == {}
    assert button_places(QRect(0, 0, 200, 20), None) == {}
    assert list(shown_buttons(narrow, False, active=False)) == [Button.DISLIKE]
    assert shown_buttons(_TILE, None, active=False) == {}


@pytest.mark.parametrize("tile", [_TILE, QRect(0, 0, 90, 90), QRect(5, 5, 32, 40)])
def test_buttons_lie_within_their_tile_side_by_side(tile: QRect) -> None:
    places = list(button_places(tile, None).values())
    assert all(tile.contains(place) and place.width() == place.height() == BUTTON for place in places)
    assert not any(a.intersects(b) for a in places for b in places if a is not b)


def test_in_the_smallest_size_the_heart_can_be_clicked(grid: GridView, judged: Clicks, qtbot: QtBot) -> None:
    grid.set_tile_size(MIN_SIZE)
    grid.set_justified(False)
    click(qtbot, grid, 4, Button.LIKE)
    assert judged == [([4], True)]


@pytest.mark.parametrize(
    ("button", "text"), [(Button.LIKE, "More like this (L)"), (Button.DISLIKE, "Less like this (D)")]
)
def test_buttons_say_what_they_do(grid: GridView, qtbot: QtBot, button: Button, text: str) -> None:
    def tip(point: QPoint) -> str:
        asked = QHelpEvent(QEvent.Type.ToolTip, point, grid.viewport().mapToGlobal(point))
        QApplication.sendEvent(grid.viewport(), asked)
        return QToolTip.text() if QToolTip.isVisible() else ""

    at = button_at(grid, 4, button)
    assert tip(at) == text
    point_at(grid, at)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    likes = button is Button.LIKE
    grid.set_judgements(frozenset({4} if likes else ()), frozenset(() if likes else {4}))
    assert tip(at) == "Take back (U)"
    QToolTip.hideText()
    point_at(grid, place_of(grid, 4).center())
    assert grid.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_photos_that_come_under_a_resting_mouse_can_be_clicked_at_once(
    grid: GridView, judged: Clicks, qtbot: QtBot
) -> None:
    at = button_at(grid, 4, Button.LIKE)
    click(qtbot, grid, 4, Button.LIKE)
    area = button_places(place_of(grid, 4), None)[Button.DISLIKE]
    shown = seen(grid, area)
    grid.show_listing(listing([4, 1, 2, 3, *_IDS[4:]]), keep_place=True)
    assert seen(grid, area) == shown  # though the mouse has not moved
    qtbot.mouseClick(grid.viewport(), _LEFT, pos=at)
    assert judged == [([4], True), ([3], True)]


def test_scrolling_moves_on_to_the_photo_that_comes_under_the_mouse(grid: GridView) -> None:
    point_at(grid, place_of(grid, 1).center())
    assert grid._spot.photo_id == 1
    grid.verticalScrollBar().setValue(400)
    here = grid.indexAt(place_of(grid, 1).center() + QPoint(0, 400))
    assert here.row() > 0
    assert grid._spot.photo_id == here.row() + 1


# --- why, and when -----------------------------------------------------------------------------


def lower_half(grid: GridView, photo_id: int) -> QRect:
    place = place_of(grid, photo_id)
    return place.adjusted(0, place.height() // 2, 0, 0)


def test_resting_on_a_photo_asks_why_it_is_there(grid: GridView, qtbot: QtBot) -> None:
    point_at(grid, place_of(grid, 4).center())
    with qtbot.waitSignal(grid.reason_wanted, timeout=2000) as asked:
        point_at(grid, button_at(grid, 4, Button.LIKE))  # still the same photo
    assert asked.args == [4]


def test_passing_over_a_photo_asks_nothing(grid: GridView, qtbot: QtBot) -> None:
    asked: list[int] = []
    grid.reason_wanted.connect(asked.append)
    for photo_id in (1, 2, 3):
        point_at(grid, place_of(grid, photo_id).center())
        qtbot.wait(30)
    QApplication.sendEvent(grid.viewport(), QEvent(QEvent.Type.Leave))
    qtbot.wait(350)
    assert asked == []


def test_the_reason_is_shown_while_the_mouse_stays(grid: GridView) -> None:
    point_at(grid, place_of(grid, 4).center())
    dated = seen(grid, lower_half(grid, 4))
    grid.set_reason(5, "About another photo")
    assert seen(grid, lower_half(grid, 4)) == dated
    grid.set_reason(4, "Like the photo you liked " * 10)
    assert seen(grid, lower_half(grid, 4)) != dated
    point_at(grid, place_of(grid, 5).center())
    point_at(grid, place_of(grid, 4).center())
    assert seen(grid, lower_half(grid, 4)) == dated


def test_dates_can_be_shown_on_all_photos(grid: GridView) -> None:
    bare = seen(grid, lower_half(grid, 5))
    point_at(grid, place_of(grid, 4).center())
    assert seen(grid, lower_half(grid, 4)) != bare == seen(grid, lower_half(grid, 5))
    grid.set_dates_shown(True)
    assert seen(grid, lower_half(grid, 5)) != bare
    grid.set_dates_shown(False)
    assert seen(grid, lower_half(grid, 5)) == bare


@pytest.mark.parametrize(("height", "lines"), [(40, 0), (60, 1), (120, 2)])
def test_words_and_buttons_never_lie_upon_each_other(qtbot: QtBot, height: int, lines: int) -> None:
    def painted(caption: str, reason: str) -> QImage:
        image = QImage(200, height, QImage.Format.Format_RGB32)
        image.fill(0)
        painter, tiles = QPainter(image), TilePainter()
        tiles.begin(painter, 1.0, theme.colors())
        look = TileLook(0x808080, None, 1.0, False, True, caption=caption, reason=reason, judging=True)
        tiles.draw(image.rect(), look, selected=False, current=False, hovered=True)
        painter.end()
        return image

    bare, dated, both = painted("", ""), painted("1 May", ""), painted("1 May", "Like your pick")
    assert (dated != bare, both != dated) == (lines >= 1, lines >= 2)
    head = QRect(0, 0, 200, BUTTON + 2 * theme.TINY)
    assert both.copy(head) == bare.copy(head)
