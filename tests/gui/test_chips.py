"""Chips: signs and weights by mouse and key, what one alone would find, many of them in little room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QHelpEvent, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from photolens.domain import ChangeTerm, ImageTerm, Region, Term, TextTerm
from photolens.gui.chip_thumbnail import square
from photolens.gui.chips import Chip, TermChip, dragged_weight, weight_text
from photolens.gui.page import Page, Picture
from photolens.gui.window import MainWindow
from tests.gui.hands import (
    activate,
    ask,
    drag_mouse,
    drop,
    picture_chips,
    urls,
    wait,
    wait_for_answer,
    word_chips,
)
from tests.photos import make_photo, make_photos

_KEY = Qt.Key
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


def weights_told(chip: TermChip) -> list[float]:
    """What the chip asks for from now on."""
    told: list[float] = []
    chip.weight_changed.connect(told.append)
    return told


def visible_words(chip: Chip) -> list[str]:
    return [found.text() for found in chip.findChildren(QLabel) if found.isVisible() and found.text()]


def colored(color: str, width: int = 60, height: int = 40) -> QPixmap:
    made = QPixmap(width, height)
    made.fill(QColor(color))
    return made


def enter(chip: Chip) -> None:
    """Move the mouse onto the chip."""
    at = QPointF(5, 5)
    QApplication.sendEvent(chip, QEnterEvent(at, at, QPointF(chip.mapToGlobal(at))))


def leave(chip: Chip) -> None:
    QApplication.sendEvent(chip, QEvent(QEvent.Type.Leave))


def word_chip(window: MainWindow, text: str) -> TermChip:
    (found,) = (chip for chip in word_chips(window) if isinstance(chip, TermChip) and chip.text == text)
    return found


def words_are(window: MainWindow, *texts: str) -> Callable[[], bool]:
    return lambda: [chip.text for chip in word_chips(window)] == list(texts)


def answered_terms(window: MainWindow) -> tuple[Term, ...]:
    answer = window.browser.answer
    assert answer is not None and answer.query is not None
    return answer.query.terms


# --- one chip -------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "removed"), [("Delete", 1), ("Backspace", 1), ("A", 0), ("Return", 0)])
def test_a_chip_is_removed_with_a_key(qtbot: QtBot, key: str, removed: int) -> None:
    for chip in (Chip("since:2019"), TermChip(TextTerm("beach"))):
        told = list[bool]()
        qtbot.addWidget(chip)
        chip.removed.connect(lambda told=told: told.append(True))
        qtbot.keyClick(chip, getattr(_KEY, f"Key_{key}"))
        assert len(told) == removed


def test_a_chip_is_removed_with_its_cross_and_nothing_else_happens(qtbot: QtBot) -> None:
    chip = TermChip(TextTerm("beach"))
    qtbot.addWidget(chip)
    told = weights_told(chip)
    (cross,) = chip.findChildren(QToolButton)
    with qtbot.waitSignal(chip.removed, timeout=1000):
        qtbot.mouseClick(cross, _LEFT)
    assert told == []


def test_a_chip_says_all_of_its_words_somewhere(qtbot: QtBot) -> None:
    text = "a very long description of a photo that would not fit"
    for chip in (Chip(text), TermChip(ImageTerm(1), text)):
        qtbot.addWidget(chip)
        chip.show()
        assert visible_words(chip) == [text[:39] + "…"]
        assert chip.toolTip().split("\n")[0] == text
        assert text in chip.accessibleName()


@pytest.mark.parametrize(
    ("term", "text", "spoken"),
    [
        (TextTerm("beach"), "+ beach", "beach, looked for, weight 1."),
        (TextTerm("people", -1.0), "− people", "people, pushed away, weight 1."),
        (TextTerm("100 %2 %1", -0.5), "− 0.5 × 100 %2 %1", "100 %2 %1, pushed away, weight 0.5."),
        (ChangeTerm("snow", "sand"), "snow instead of sand", "snow instead of sand, looked for, weight 1."),
        (ChangeTerm("snow", "sand", 1.4), "1.4 × snow instead of sand", "weight 1.4."),
        (ImageTerm(7), "Picture: photo", "Picture: photo, looked for, weight 1."),
        (ImageTerm(7, -2.0), "− 2 × Picture: photo", "Picture: photo, pushed away, weight 2."),
    ],
)
def test_a_chip_says_its_sign_and_its_weight(qtbot: QtBot, term: Term, text: str, spoken: str) -> None:
    chip = TermChip(term, "Picture: photo")
    qtbot.addWidget(chip)
    assert chip.text == text
    assert spoken in chip.accessibleName()
    assert chip.alone == replace(term, weight=1.0)
    assert len(chip.toolTip().split("\n")) == 2  # how, in one line


def test_a_chip_with_a_picture_shows_it_instead_of_words_and_a_minus_where_it_is_pushed_away(
    qtbot: QtBot,
) -> None:
    chip = TermChip(ImageTerm(7), "Picture: a.jpg")
    qtbot.addWidget(chip)
    chip.set_pixmap(colored("blue", 28, 28))
    chip.show()
    assert visible_words(chip) == []

    def colors() -> set[str]:
        seen = chip._picture.grab().toImage()
        return {seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())}

    assert colors() == {"#0000ff"}
    chip.show_term(ImageTerm(7, -1.4), "Picture: a.jpg")
    assert visible_words(chip) == ["1.4 ×"]
    assert len(colors()) > 2


def test_a_click_negates_and_a_middle_or_double_click_goes_back_to_one(qtbot: QtBot) -> None:
    chip = TermChip(TextTerm("beach", 1.4))
    qtbot.addWidget(chip)
    chip.weight_changed.connect(lambda weight: chip.show_term(TextTerm("beach", weight)))
    told = weights_told(chip)
    qtbot.mouseClick(chip, _LEFT)
    qtbot.mouseClick(chip, _LEFT)
    assert told == [-1.4, 1.4]
    qtbot.mouseClick(chip, _MIDDLE)
    assert told == [-1.4, 1.4, 1.0]
    chip.show_term(TextTerm("beach", -1.4))
    qtbot.mouseClick(chip, _LEFT)
    qtbot.mouseDClick(chip, _LEFT)
    assert told[3:] == [1.4, -1.0]
    qtbot.mouseClick(chip, Qt.MouseButton.RightButton)
    assert len(told) == 5


def test_a_drag_shows_the_weight_and_letting_go_sets_it(qtbot: QtBot) -> None:
    chip = TermChip(TextTerm("beach", -1.0))
    qtbot.addWidget(chip)
    chip.show()
    told, seen = weights_told(chip), list[str]()
    show = chip._show
    chip._show = lambda: (show(), seen.append(chip._label.text()))  # type: ignore[method-assign,assignment]
    drag_mouse(chip, QPoint(5, 5), QPoint(5 + 34, 5))
    assert told == [-1.4]
    assert seen[:-1] == ["− 1.1 × beach", "− 1.3 × beach", "− 1.4 × beach"]
    assert chip.term == TextTerm("beach", -1.0)  # it waits for whoever holds the question
    drag_mouse(chip, QPoint(5, 5), QPoint(5 - 5000, 5))
    assert told == [-1.4, -0.1]


def test_a_drag_that_ends_where_it_began_changes_nothing(qtbot: QtBot) -> None:
    chip = TermChip(TextTerm("beach"))
    qtbot.addWidget(chip)
    told = weights_told(chip)
    qtbot.mousePress(chip, _LEFT, pos=QPoint(5, 5))
    for x in (80, 5):
        qtbot.mouseMove(chip, QPoint(x, 5))
    qtbot.mouseRelease(chip, _LEFT, pos=QPoint(5, 5))
    qtbot.mousePress(chip, _LEFT, pos=QPoint(5, 5))
    qtbot.mouseRelease(chip, _LEFT, pos=QPoint(5, 500))  # let go elsewhere: no click
    assert told == []


@pytest.mark.parametrize(
    ("weight", "keys", "told"),
    [
        (1.0, ["Right"], [1.1]),
        (-1.0, ["Right"], [-1.1]),
        (1.0, ["Left"], [0.9]),
        (0.1, ["Left"], []),
        (10.0, ["Right"], []),
        (0.0, ["Right"], [0.1]),
        (1.4, ["Space"], [-1.4]),
        (-1.4, ["Minus"], [1.4]),
        (1.4, ["Up", "Down", "Return"], []),
    ],
)
def test_keys_weigh_and_negate(qtbot: QtBot, weight: float, keys: list[str], told: list[float]) -> None:
    chip = TermChip(TextTerm("beach", weight))
    qtbot.addWidget(chip)
    heard = weights_told(chip)
    for key in keys:
        qtbot.keyClick(chip, getattr(_KEY, f"Key_{key}"))
    assert heard == told


@given(st.floats(-10, 10), st.floats(-3000, 3000), st.floats(0, 500))
def test_dragging_further_never_weighs_less_and_stays_in_bounds(
    weight: float, by: float, more: float
) -> None:
    one, other = dragged_weight(weight, by), dragged_weight(weight, by + more)
    assert 0.1 <= abs(one) <= abs(other) <= 10
    assert round(one, 1) == one
    assert (one < 0) is (weight < 0) or weight == 0


def test_a_pixel_is_one_percent() -> None:
    assert [dragged_weight(1.0, by) for by in (0, 10, 70, -70, 300)] == [1.0, 1.1, 2.0, 0.5, 10.0]
    assert [weight_text(weight) for weight in (1.0, -1.0, 0.25, -2.0)] == ["", "", "0.25 ×", "2 ×"]


def test_the_thumbnail_of_a_part_shows_that_part() -> None:
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill("red")
    painter = QPainter(picture)
    painter.fillRect(20, 0, 20, 10, QColor("blue"))
    painter.end()
    part = square(QPixmap.fromImage(picture), 10, 2.0, Region(0.5, 0.0, 1.0, 0.5)).toImage()
    assert (part.width(), part.height()) == (20, 20)
    assert {part.pixelColor(x, y).name() for x in (1, 10, 18) for y in (1, 10, 18)} == {"#0000ff"}
    tiny = square(colored("red", 3, 3), 10, 1.0, Region(0.999, 0.999, 1.0, 1.0))
    assert tiny.toImage().pixelColor(5, 5).name() == "#ff0000"


# --- in the window --------------------------------------------------------------------------


def test_clicks_and_drags_on_word_chips_rewrite_the_text(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour, red instead of blue -people since:2020")
    wait(qtbot, words_are(window, "+ harbour", "red instead of blue", "− people", "since:2020-01-01"))
    qtbot.mouseClick(word_chip(window, "− people"), _LEFT)
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour, red instead of blue, people since:2020-01-01"
    qtbot.mouseClick(word_chip(window, "red instead of blue"), _LEFT)
    drag_mouse(word_chip(window, "+ harbour"), QPoint(5, 5), QPoint(5 + 34, 5))
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "1.4:harbour, blue instead of red, people since:2020-01-01"
    assert answered_terms(window) == (
        TextTerm("harbour", 1.4),
        ChangeTerm("blue", "red"),
        TextTerm("people"),
    )


def test_the_focus_stays_on_the_chip_that_is_weighed_by_keys(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour -people")
    chip = word_chip(window, "− people")
    activate(qtbot, window)
    chip.setFocus()
    wait(qtbot, chip.hasFocus)
    for _ in range(3):
        qtbot.keyClick(chip, _KEY.Key_Right)
    wait_for_answer(qtbot, window, asked=True)
    assert chip.hasFocus() and chip.isVisible() and chip.text == "− 1.3 × people"
    assert window.search.edit.text() == "harbour, -1.3:people"
    qtbot.keyClick(chip, _KEY.Key_Space)
    qtbot.keyClick(chip, _KEY.Key_Delete)
    wait_for_answer(qtbot, window, asked=True)
    assert window.search.edit.text() == "harbour"


def test_pictures_are_negated_and_weighed_and_keep_their_thumbnails(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    one, two = (str(file) for file in make_photos(tmp_path / "mine", 2))
    drop(window, urls(one, two))
    wait(qtbot, lambda: len(picture_chips(window)) == 2)
    wanted: list[Picture] = []
    window.search.thumbnail_wanted.connect(wanted.append)
    first, second = picture_chips(window)
    qtbot.mouseClick(second, _LEFT)
    drag_mouse(first, QPoint(5, 5), QPoint(5 + 70, 5))
    wait_for_answer(qtbot, window, asked=True)
    assert answered_terms(window) == (ImageTerm(one, 2.0), ImageTerm(two, -1.0))
    assert picture_chips(window) == [first, second] and wanted == []
    assert visible_words(first) == ["2 ×"] and first.text == "2 × Picture: photo_00.jpg"
    drop(window, urls(two))  # it is in the question, whatever its weight
    wait_for_answer(qtbot, window, asked=True)
    assert answered_terms(window) == (ImageTerm(one, 2.0), ImageTerm(two, -1.0))


def test_words_beside_a_picture_get_a_chip_though_they_are_plain(
    gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = gallery_window
    ask(qtbot, window, "harbour")
    assert word_chips(window) == []
    drop(window, urls(make_photo(tmp_path / "mine.jpg")))
    wait(qtbot, words_are(window, "+ harbour"))
    qtbot.keyClick(window.search.edit, _KEY.Key_Home)
    qtbot.keyClick(window.search.edit, _KEY.Key_Backspace)
    wait(qtbot, words_are(window))


def test_what_a_term_alone_finds_is_asked_for_and_shown_while_the_mouse_rests(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, preview = gallery_window, gallery_window.search._preview
    ask(qtbot, window, "harbour, -1.5:people")
    chip = word_chip(window, "− 1.5 × people")
    activate(qtbot, window)
    with qtbot.waitSignal(window.search.preview_wanted, timeout=5000) as asked:
        enter(chip)
    assert asked.args == [TextTerm("people")]
    window.search.show_preview(TextTerm("harbour"), [colored("red")])
    window.search.show_preview(TextTerm("people"), [])
    assert not preview.isVisible()
    window.search.show_preview(TextTerm("people"), [colored("red")] * 9)
    assert preview.isVisible() and window.isActiveWindow()
    assert sum(not found.pixmap().isNull() for found in preview.findChildren(QLabel)) == 6
    tip = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), chip.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(chip, tip)
    assert not QToolTip.isVisible()  # its words are in the preview
    leave(chip)
    assert not preview.isVisible()
    QApplication.sendEvent(chip, tip)
    assert QToolTip.text() == chip.toolTip()
    QToolTip.hideText()
    window.search.show_preview(TextTerm("people"), [colored("red")])
    assert not preview.isVisible()  # too late


def test_photos_that_a_term_alone_finds_come_by_themselves(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, preview = gallery_window, gallery_window.search._preview
    ask(qtbot, window, "harbour, -people")
    chip = word_chip(window, "− people")
    enter(chip)
    wait(qtbot, preview.isVisible)
    shown = [found for found in preview.findChildren(QLabel) if not found.pixmap().isNull()]
    assert len(shown) == 6
    qtbot.mousePress(chip, _LEFT)
    assert not preview.isVisible()


def test_nothing_is_asked_for_a_click_or_the_only_term(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ask(qtbot, window, "2:harbour")
    asked: list[Term] = []
    window.search.preview_wanted.connect(asked.append)
    enter(word_chip(window, "+ 2 × harbour"))
    qtbot.wait(600)
    assert asked == []
    ask(qtbot, window, "2:harbour, boat")
    chip = word_chip(window, "+ boat")
    enter(chip)
    qtbot.mousePress(chip, _LEFT)
    qtbot.wait(600)
    assert asked == []


def test_a_preview_goes_with_its_chip(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, preview = gallery_window, gallery_window.search._preview
    ask(qtbot, window, "harbour, boat")
    chip = word_chip(window, "+ boat")
    with qtbot.waitSignal(window.search.preview_wanted, timeout=5000):
        enter(chip)
    window.search.show_preview(TextTerm("boat"), [colored("red")])
    assert preview.isVisible()
    ask(qtbot, window, "harbour")
    assert not preview.isVisible()


def test_many_chips_fit_a_narrow_window(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    window.resize(640, 600)
    ids = window.model.listing.ids[:12].tolist()
    words = ", ".join(f'-1.5:"a somewhat longer description {number}"' for number in range(30))
    window.browser.show(Page(words, tuple(Picture(photo, -2.3) for photo in ids)))
    wait_for_answer(qtbot, window, asked=True)
    chips = picture_chips(window)
    wait(qtbot, lambda: not any(chip._picture.pixmap().isNull() for chip in chips))
    box, bar = window.search._box, window.search
    wait(qtbot, lambda: bar.height() == bar.heightForWidth(bar.width()))
    assert window.width() == 640 and bar.width() <= 640
    assert len(chips) == 12 and len(word_chips(window)) == 30
    inside = [chip.geometry().translated(bar._pictures.pos()) for chip in chips]
    assert all(box.rect().contains(place) for place in inside)
    edit = bar.edit.geometry().translated(bar._pictures.pos())
    assert box.rect().contains(edit) and edit.width() >= 160
    assert not any(edit.intersects(place) for place in inside)
    assert bar.height() < 250  # room is left for photos
    assert window.grid.height() > 150
    window.browser.show(Page("harbour"))
    wait(qtbot, lambda: bar.height() < 60)


def test_a_small_chip_shows_its_cross_under_the_mouse(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    ids = window.model.listing.ids[:5].tolist()
    window.browser.show(Page(pictures=tuple(Picture(photo) for photo in ids)))
    wait_for_answer(qtbot, window, asked=True)
    chip = picture_chips(window)[2]
    wait(qtbot, lambda: not chip._picture.pixmap().isNull())
    assert not chip._cross.isVisible()
    enter(chip)
    assert chip._cross.isVisible()
    qtbot.mouseClick(chip._cross, _LEFT)
    wait(qtbot, lambda: len(picture_chips(window)) == 4)
    qtbot.keyClick(window.search.edit, _KEY.Key_Backspace)
    wait(qtbot, lambda: len(picture_chips(window)) == 3)
    assert all(one._cross.isVisible() for one in picture_chips(window))
