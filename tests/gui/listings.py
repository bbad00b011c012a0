"""Listings, and a grid over them, for tests of the grid's parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.domain import Listing
from photolens.gui.bridge import Bridge
from photolens.gui.grid.model import PhotoModel
from photolens.gui.grid.thumbnails import Thumbnails
from photolens.gui.grid.view import GridView


def listing(
    ids: Sequence[int], *, aspects: Sequence[float] | None = None, days: Sequence[str] | None = None
) -> Listing:
    """Photos with these ids; `aspects` and `days` (as 2019-05-03) are 3:2 and one day unless given."""
    count = len(ids)
    return Listing(
        ids=np.array(ids, dtype=np.int64),
        aspects=np.array([1.5] * count if aspects is None else aspects, dtype=np.float32),
        colors=np.full(count, 0x808080, dtype=np.uint32),
        times=np.array(["2020-01-01"] * count if days is None else days, dtype="datetime64[s]"),
        online=np.ones(count, dtype=bool),
    )


@contextmanager
def shown_grid(qtbot: QtBot, width: int = 900, height: int = 600) -> Iterator[GridView]:
    """A grid in a window of its own, without photos yet; its thumbnails never come."""
    bridge = Bridge()
    grid = GridView(PhotoModel(), Thumbnails(bridge, 16, lambda photo_id: None))
    qtbot.addWidget(grid)
    grid.resize(width, height)
    with qtbot.waitActive(grid):
        grid.show()
        grid.activateWindow()
    yield grid
    bridge.close()


def place_of(grid: GridView, photo_id: int) -> QRect:
    """Where a photo lies in the viewport."""
    row = grid.model().listing.ids.tolist().index(photo_id)  # type: ignore[attr-defined]
    return grid.visualRect(grid.model().index(row, 0))


def header_place(grid: GridView, key: str) -> QPoint:
    """A point on the title of a section, in the viewport."""
    (top,) = (top for section, top in grid._layout.headers() if section.key == key)
    return QPoint(60, top + grid._layout.header // 2) + QPoint(0, grid._origin().y())


def point_at(grid: GridView, point: QPoint) -> None:
    """Move the mouse there, no button held."""
    at = QPointF(point)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(grid.viewport().mapToGlobal(at)),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(grid.viewport(), event)
