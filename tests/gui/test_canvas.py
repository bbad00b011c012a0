"""One picture on the screen: how large it is, and what zooming and dragging do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.gui.canvas import STEP, Canvas

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_LARGE = QSize(4000, 3000)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """800 x 600, on a screen without scaling."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    assert made.devicePixelRatioF() == 1.0
    return made


def show(canvas: Canvas, full: QSize) -> None:
    pixmap = QPixmap(full)
    pixmap.fill(Qt.GlobalColor.red)
    canvas.show_picture(pixmap, full, keep_zoom=False)


def edges(canvas: Canvas) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the red picture in the window; the ground is not red."""
    image = canvas.grab().toImage()
    red = [
        (x, y)
        for x in range(image.width())
        for y in (0, image.height() // 2, image.height() - 1)
        if is_red(image.pixelColor(x, y).getRgb())
    ]
    rows = [y for y in range(image.height()) if is_red(image.pixelColor(image.width() // 2, y).getRgb())]
    return min(x for x, _ in red), min(rows), max(x for x, _ in red), max(rows)


def is_red(color: object) -> bool:
    return color == (255, 0, 0, 255)


def drag(canvas: Canvas, by: QPoint) -> None:
    start = QPointF(400, 300)
    for kind, at, button, buttons in (
        (QEvent.Type.MouseButtonPress, start, _LEFT, _LEFT),
        (QEvent.Type.MouseMove, start + QPointF(by), _NONE, _LEFT),
        (QEvent.Type.MouseButtonRelease, start + QPointF(by), _LEFT, _NONE),
    ):
        event = QMouseEvent(kind, at, QPointF(canvas.mapToGlobal(at)), button, buttons, _NO_KEYS)
        QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize(
    ("full", "zoom"),
    [
        (QSize(4000, 3000), 0.2),  # as large as the window
        (QSize(600, 2400), 0.25),
        (QSize(600, 400), 1.0),  # smaller than the window: not enlarged
        (QSize(401, 300), 1.0),
        (QSize(100, 100), 2.0),  # a tiny one is shown at twice its size
        (QSize(400, 400), 1.5),
    ],
)
def test_a_photo_fits_the_window_and_is_not_blown_up(canvas: Canvas, full: QSize, zoom: float) -> None:
    show(canvas, full)
    assert canvas.fits
    assert canvas.zoom == pytest.approx(zoom)


def test_a_photo_that_is_smaller_lies_in_the_middle(canvas: Canvas) -> None:
    show(canvas, QSize(600, 400))
    assert edges(canvas) == (100, 100, 699, 499)


@given(st.floats(0.25, 0.75), st.floats(0.25, 0.75), st.floats(0.5, 4.0))
@settings(max_examples=50, deadline=None)
def test_the_point_under_the_cursor_stays_where_it_is(x: float, y: float, zoom: float) -> None:
    canvas = Canvas()
    canvas.resize(800, 600)
    show(canvas, _LARGE)
    canvas.set_zoom(2.0)
    at = QPointF(800 * x, 600 * y)
    before = canvas._to_photo(at)
    canvas.set_zoom(zoom, at)
    after = canvas._to_photo(at)
    assert (after.x(), after.y()) == (pytest.approx(before.x()), pytest.approx(before.y()))
    assert canvas.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("by", [QPoint(5000, 5000), QPoint(-5000, -5000), QPoint(5000, -5000)])
def test_a_photo_cannot_be_dragged_out_of_the_window(canvas: Canvas, by: QPoint) -> None:
    show(canvas, _LARGE)
    canvas.set_zoom(0.5)
    for _ in range(3):
        drag(canvas, by)
    assert edges(canvas) == (0, 0, 799, 599)


def test_dragging_moves_the_photo_with_the_mouse(canvas: Canvas) -> None:
    show(canvas, _LARGE)
    canvas.set_zoom(1.0)
    before = canvas._to_photo(QPointF(400, 300))
    drag(canvas, QPoint(40, -30))
    after = canvas._to_photo(QPointF(440, 270))
    assert (after.x(), after.y()) == (pytest.approx(before.x()), pytest.approx(before.y()))


def test_a_photo_that_fits_cannot_be_dragged(canvas: Canvas) -> None:
    show(canvas, QSize(600, 400))
    drag(canvas, QPoint(100, 100))
    assert edges(canvas) == (100, 100, 699, 499)


def test_zooming_ends_at_sixteen_times_and_at_the_whole_photo(canvas: Canvas) -> None:
    show(canvas, _LARGE)
    for _ in range(40):
        canvas.set_zoom(canvas.zoom * STEP)
    assert canvas.zoom == 16.0
    for _ in range(60):
        canvas.set_zoom(canvas.zoom / STEP)
    assert canvas.zoom == pytest.approx(0.2)


def test_a_small_photo_can_be_made_no_smaller_than_it_is(canvas: Canvas) -> None:
    show(canvas, QSize(100, 100))
    canvas.set_zoom(0.1)
    assert canvas.zoom == 1.0


def test_the_wheel_zooms_in_steps(canvas: Canvas) -> None:
    show(canvas, _LARGE)
    for turn, zoom in ((120, 0.2 * STEP), (240, 0.2 * STEP**3), (-120, 0.2 * STEP**2)):
        at, begin = QPointF(400, 300), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), QPoint(0, turn), _NONE, _NO_KEYS, begin, False
        )
        QApplication.sendEvent(canvas, event)
        assert canvas.zoom == pytest.approx(zoom)


def test_a_double_click_shows_every_pixel_and_the_whole_photo_in_turn(canvas: Canvas, qtbot: QtBot) -> None:
    show(canvas, _LARGE)
    qtbot.mouseDClick(canvas, _LEFT, pos=QPoint(100, 100))
    assert (canvas.zoom, canvas.fits) == (1.0, False)
    qtbot.mouseDClick(canvas, _LEFT, pos=QPoint(100, 100))
    assert canvas.fits


def test_the_next_photo_fits_again_and_a_sharper_copy_keeps_the_zoom(canvas: Canvas) -> None:
    show(canvas, _LARGE)
    canvas.set_zoom(1.0)
    canvas.show_picture(QPixmap(_LARGE), _LARGE, keep_zoom=True)
    assert canvas.zoom == 1.0
    show(canvas, QSize(3000, 4000))
    assert canvas.fits


def test_without_a_picture_nothing_breaks(canvas: Canvas) -> None:
    canvas.show_picture(None, QSize(1, 1), keep_zoom=False)
    assert not canvas.has_picture
    canvas.set_zoom(3.0)
    assert not is_red(canvas.grab().toImage().pixelColor(400, 300).getRgb())
