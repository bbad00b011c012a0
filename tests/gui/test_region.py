"""A part of a photo as a question: a box drawn in the viewer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from photolens.domain import ImageTerm, Region
from photolens.gui.canvas import Canvas
from photolens.gui.page import Picture
from photolens.gui.window import MainWindow
from tests.gui.hands import drag_mouse, picture_chips, wait, wait_for_answer, wheel

_KEY = Qt.Key
_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """800 x 600, with a red photo of 4000 x 2000 in it: 800 x 400 in the middle."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(800, 600)
    pixmap = QPixmap(400, 200)
    pixmap.fill(QColor("red"))
    made.show_picture(pixmap, QSize(4000, 2000), keep_zoom=False)
    made.show()
    made.choose_part(True)
    return made


def chosen(canvas: Canvas, start: QPoint, end: QPoint) -> list[Region]:
    """What a drag chooses."""
    told: list[Region] = []
    canvas.part_chosen.connect(told.append)
    drag_mouse(canvas, start, end)
    canvas.part_chosen.disconnect(told.append)
    return told


def view(qtbot: QtBot, window: MainWindow, row: int) -> None:
    window.grid.setFocus()
    window.grid.select_row(row)
    qtbot.keyClick(window.grid, _KEY.Key_Return)
    wait(qtbot, lambda: window.viewer.photo_id in window.viewer._ready)


def test_a_box_is_a_part_in_shares_of_the_photo(canvas: Canvas) -> None:
    assert chosen(canvas, QPoint(200, 200), QPoint(600, 400)) == [Region(0.25, 0.25, 0.75, 0.75)]
    assert chosen(canvas, QPoint(600, 400), QPoint(200, 200)) == [Region(0.25, 0.25, 0.75, 0.75)]
    assert chosen(canvas, QPoint(600, 200), QPoint(200, 400)) == [Region(0.25, 0.25, 0.75, 0.75)]


def test_a_box_ends_where_the_photo_ends(canvas: Canvas) -> None:
    assert chosen(canvas, QPoint(-50, 10), QPoint(400, 300)) == [Region(0, 0, 0.5, 0.5)]
    assert chosen(canvas, QPoint(400, 300), QPoint(5000, 5000)) == [Region(0.5, 0.5, 1, 1)]
    assert chosen(canvas, QPoint(100, 10), QPoint(300, 90)) == []  # beside the photo


def test_a_slip_of_the_mouse_is_no_box(canvas: Canvas) -> None:
    assert chosen(canvas, QPoint(300, 300), QPoint(307, 400)) == []
    assert len(chosen(canvas, QPoint(300, 300), QPoint(308, 308))) == 1


def test_a_box_follows_the_zoom(canvas: Canvas) -> None:
    canvas.set_zoom(1.0, QPointF(0, 100))  # the corner of the photo stays at (0, 100), then goes to (0, 0)
    canvas._center = QPointF(0, 0)
    canvas._changed()
    assert chosen(canvas, QPoint(400, 200), QPoint(800, 600)) == [Region(0.1, 0.1, 0.2, 0.3)]
    start = QPointF(400, 300)
    before = canvas._to_photo(start)
    canvas._box = (canvas._inside(start), canvas._inside(start))
    wheel(canvas, 1, QPointF(100, 100))
    assert canvas._box[0] == before  # a box half drawn stays at its photo


def test_the_surroundings_of_a_box_are_dimmed(canvas: Canvas) -> None:
    canvas._box = (QPointF(0.25, 0.25), QPointF(0.75, 0.75))
    seen = canvas.grab(QRect(0, 0, 800, 600)).toImage()
    assert seen.pixelColor(400, 300).name() == "#ff0000"
    assert 50 < seen.pixelColor(100, 300).red() < 200


def test_in_that_mode_nothing_else_is_dragged_and_afterwards_it_is(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_zoom(1.0)
    before = canvas._to_photo(QPointF(0, 0))
    drag_mouse(canvas, QPoint(300, 300), QPoint(400, 350))
    qtbot.mouseDClick(canvas, _LEFT, pos=QPoint(300, 300))
    qtbot.mouseRelease(canvas, _LEFT, pos=QPoint(300, 300))
    assert canvas._to_photo(QPointF(0, 0)) == before and canvas.zoom == 1.0
    canvas.choose_part(False)
    assert chosen(canvas, QPoint(300, 300), QPoint(400, 350)) == []
    assert canvas._to_photo(QPointF(0, 0)) != before


def test_without_a_photo_there_is_no_part(canvas: Canvas) -> None:
    canvas.show_picture(None, QSize(1, 1), keep_zoom=False)
    assert chosen(canvas, QPoint(300, 200), QPoint(500, 400)) == []


def test_a_part_of_a_photo_finds_photos_like_it(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    photo_id = window.viewer.photo_id
    assert photo_id is not None
    told: list[Picture] = []
    window.viewer.part_chosen.connect(told.append)
    qtbot.keyClick(window.viewer, "r")
    assert window.commands["search-part"].isChecked()
    middle = canvas.rect().center()
    drag_mouse(canvas, middle - QPoint(100, 80), middle + QPoint(100, 80))
    assert not window.commands["search-part"].isChecked()
    (picture,) = told
    assert picture.source == photo_id and picture.region is not None
    assert 0 < picture.region.left < 0.5 < picture.region.right < 1
    assert not window.viewing
    wait_for_answer(qtbot, window, asked=True)
    window.search.add_pictures([Picture(photo_id)])  # the whole and the part are two
    wait_for_answer(qtbot, window, asked=True)
    answer = window.browser.answer
    assert answer is not None and answer.query is not None
    assert answer.query.terms == (ImageTerm(photo_id, 1.0, picture.region), ImageTerm(photo_id))
    assert [chip.text for chip in picture_chips(window)] == ["part of photo", "Picture: photo"]
    wait(qtbot, lambda: not any(chip._picture.pixmap().isNull() for chip in picture_chips(window)))
    part, whole = (chip._picture.pixmap().toImage() for chip in picture_chips(window))
    assert whole != part


def test_escape_leaves_the_choice_of_a_part_and_then_the_viewer(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, part = gallery_window, gallery_window.commands["search-part"]
    view(qtbot, window, 0)
    part.trigger()
    qtbot.keyClick(window.viewer, _KEY.Key_Escape)
    assert not part.isChecked() and window.viewing
    qtbot.keyClick(window.viewer, _KEY.Key_Escape)
    assert not window.viewing


def test_the_choice_of_a_part_ends_with_the_viewer_and_a_half_drawn_box_with_its_photo(
    gallery_window: MainWindow, qtbot: QtBot
) -> None:
    window, canvas = gallery_window, gallery_window.viewer.canvas
    view(qtbot, window, 0)
    window.commands["search-part"].trigger()
    told: list[Picture] = []
    window.viewer.part_chosen.connect(told.append)
    qtbot.mousePress(canvas, _LEFT, pos=canvas.rect().center())
    assert canvas._box is not None
    qtbot.keyClick(window.viewer, _KEY.Key_Right)
    assert canvas._box is None
    qtbot.mouseRelease(canvas, _LEFT, pos=canvas.rect().center() + QPoint(90, 90))
    assert told == [] and window.commands["search-part"].isChecked()
    qtbot.keyClick(window.viewer, _KEY.Key_Space)
    assert not window.viewing and not window.commands["search-part"].isChecked()
