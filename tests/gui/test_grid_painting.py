"""What is on the screen is what a fresh paint would show, and what flies past is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.gui import theme
from photolens.gui.bridge import Bridge
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.thumbnails import Thumbnails
from photolens.gui.grid.view import GridView
from photolens.gui.theme import Theme
from tests.gui.hands import wheel
from tests.gui.listings import listing, point_at, shown_grid

_COLORS = (0xAA3030, 0x30AA30, 0x3030AA, 0xC0C040, 0x40C0C0)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    yield made
    made.choose("system")
    made.close()


@pytest.fixture
def grid(dressed: Theme, qtbot: QtBot) -> Iterator[GridView]:
    """Five hundred photos in five colours, so that no two rows look alike."""
    with shown_grid(qtbot) as made:
        photos = listing(range(1, 501), aspects=[1.0 + (row % 7) / 8 for row in range(500)])
        photos.colors[:] = [_COLORS[row % len(_COLORS)] for row in range(500)]
        made.show_listing(photos, keep_place=False)
        yield made


def on_screen(grid: GridView) -> QImage:
    """What the platform shows of the photos now: what was painted last, not painted for this."""
    QApplication.processEvents()
    corner, size = grid.viewport().mapTo(grid, QPoint()), grid.viewport().size()
    screen = QGuiApplication.primaryScreen()
    shown = screen.grabWindow(grid.winId(), corner.x(), corner.y(), size.width(), size.height())
    return shown.toImage().convertToFormat(QImage.Format.Format_RGB32)


def painted(grid: GridView) -> QImage:
    return grid.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _turn_the_wheel(grid: GridView) -> None:
    for steps in (-3, -1, -5, 2):
        wheel(grid.viewport(), steps, QPointF(300, 300))
        QApplication.processEvents()


_ACTS: dict[str, Callable[[GridView], object]] = {
    "turn the wheel": _turn_the_wheel,
    "go to the end": lambda grid: grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum()),
    "select": lambda grid: grid.select_row(3),
    "point": lambda grid: point_at(grid, QPoint(200, 200)),
    "make smaller": lambda grid: grid.resize(700, 500),
    "make larger": lambda grid: grid.resize(1000, 700),
    "enlarge the tiles": lambda grid: grid.set_tile_size(260),
    "ask something else": lambda grid: grid.set_stale(True),
    "show two photos": lambda grid: grid.show_listing(listing([7, 8]), keep_place=False),
    "show none": lambda grid: grid.show_listing(listing([]), keep_place=False),
}


@pytest.mark.parametrize("act", _ACTS.values(), ids=_ACTS)
def test_nothing_old_stays_on_the_screen(grid: GridView, act: Callable[[GridView], object]) -> None:
    before = on_screen(grid)
    assert before == painted(grid)
    act(grid)
    after = on_screen(grid)
    assert after == painted(grid)
    assert after != before


def test_a_selected_photo_keeps_its_ring_while_it_is_scrolled_away_and_back(grid: GridView) -> None:
    grid.select_row(1)
    selected = on_screen(grid)
    _turn_the_wheel(grid)
    assert on_screen(grid) != selected
    grid.verticalScrollBar().setValue(0)
    assert on_screen(grid) == selected


def test_the_ground_has_the_colour_of_the_theme(grid: GridView, dressed: Theme) -> None:
    between = QPoint(2, 300)  # in the margin
    for name in ("dark", "light"):
        dressed.choose(name)
        assert on_screen(grid).pixelColor(between) == QColor(theme.colors().surface)
    assert grid.viewport().testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


@pytest.fixture
def asked() -> list[int]:
    """Photos whose thumbnails were asked for; none comes."""
    return []


@pytest.fixture
def long_grid(asked: list[int], qtbot: QtBot) -> Iterator[GridView]:
    """Five thousand photos, the first of them asked for already."""

    def request(photo_id: int) -> Future[bytes | None]:
        asked.append(photo_id)
        return Future()

    bridge = Bridge()
    thumbnails = Thumbnails(bridge, 16, lambda photo_id: None)
    thumbnails.use(request)
    made = GridView(PhotoModel(), thumbnails)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.show_listing(listing(range(1, 5001)), keep_place=False)
    qtbot.waitUntil(lambda: 1 in asked)
    asked.clear()
    yield made
    bridge.close()


def test_photos_that_fly_past_are_not_asked_for(long_grid: GridView, asked: list[int], qtbot: QtBot) -> None:
    bar, settle = long_grid.verticalScrollBar(), long_grid._settle
    settle.setInterval(3_600_000)  # its moments come from here
    for _ in range(5):
        for _ in range(3):
            bar.setValue(bar.value() + long_grid.viewport().height() // 2)
        settle.stop()
        settle.timeout.emit()
    assert asked == []
    assert settle.isActive()  # so that they are asked for once it is over
    settle.setInterval(1)
    qtbot.waitUntil(lambda: long_grid.first_visible_row() + 1 in asked)


def test_photos_are_asked_for_while_the_wheel_turns_slowly(
    long_grid: GridView, asked: list[int], qtbot: QtBot
) -> None:
    def turn() -> bool:
        long_grid.verticalScrollBar().setValue(long_grid.verticalScrollBar().value() + 10)
        return bool(asked)

    qtbot.waitUntil(turn)


def test_after_a_jump_they_are_asked_for_at_once(long_grid: GridView, asked: list[int], qtbot: QtBot) -> None:
    settled: list[None] = []
    long_grid._settle.timeout.connect(lambda: settled.append(None))
    long_grid.verticalScrollBar().setValue(long_grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: 5000 in asked)
    assert len(settled) == 1
